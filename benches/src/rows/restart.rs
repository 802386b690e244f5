//! How long the product takes to be ready when a million messages wait.

use super::plan::MANY;
use super::product::Product;
use super::stores::fill;
use super::{Bench, ROUNDS};
use crate::report::Measured;
use crate::statistics::Range;

const WAITING: u64 = 1_000_000;

pub(super) fn measure(bench: &Bench) -> anyhow::Result<Vec<Measured>> {
    let folder = bench.stores.empty()?;
    fill(folder.path(), WAITING, MANY, &["--stage", "queued"])?;
    let mut seconds = Vec::new();
    let mut memory = 0;
    for _ in 0..ROUNDS {
        let product = Product::start(folder.path())?;
        seconds.push(product.started_in.as_secs_f64());
        memory = product.memory()? >> 20;
    }
    Ok(vec![Measured {
        name: "restart_1m_s",
        range: Range::of(seconds),
        note: format!("killed and started with files in the page cache; {memory} MB when ready"),
    }])
}
