//! Memory of the product with nothing to do.

use std::time::Duration;

use super::product::Product;
use super::{Bench, ROUNDS};
use crate::report::Measured;
use crate::statistics::Range;

/// After the start, until it has calmed down.
const CALM: Duration = Duration::from_secs(2);

pub(super) fn measure(bench: &Bench) -> anyhow::Result<Vec<Measured>> {
    let mut sizes = Vec::new();
    for _ in 0..ROUNDS {
        let folder = bench.stores.empty()?;
        let product = Product::start(folder.path())?;
        std::thread::sleep(CALM);
        sizes.push(product.memory()? as f64 / f64::from(1 << 20));
    }
    Ok(vec![Measured {
        name: "idle_mb",
        range: Range::of(sizes),
        note: "`dragoman serve` on an empty store".to_owned(),
    }])
}
