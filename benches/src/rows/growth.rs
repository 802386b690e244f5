//! What the ten-millionth message costs against the first: three gateways beside each other, on an
//! empty store, a tenth of the way, and all the way, measured in turn.

use std::net::SocketAddr;
use std::time::Instant;

use tempfile::TempDir;

use super::plan::Plan;
use super::rounds::{self, Rate};
use super::stores::fill;
use super::subject::{Subject, provider};
use super::{Bench, ROUNDS};
use crate::cli::StoreKind;
use crate::disk;
use crate::report::Measured;
use crate::statistics::Range;

/// Messages before the first round.
const WARM_UP: u64 = 5000;

pub(super) fn measure(bench: &Bench) -> anyhow::Result<Vec<Measured>> {
    let begun = Instant::now();
    let folders = made(bench)?;
    let filled_in = begun.elapsed().as_secs();
    eprintln!("   growth: stores made in {filled_in} s");

    let (_provider, address) = provider(0)?;
    let [none, tenth, whole] = &folders;
    let mut empty = started(none, address)?;
    let mut growing = started(tenth, address)?;
    let begun = Instant::now();
    let mut grown = started(whole, address)?;
    let started_in = begun.elapsed().as_secs_f64();
    let gateways = [&mut empty, &mut growing, &mut grown];
    let [at_none, at_tenth, at_whole] = in_turn(gateways, bench.effort.pipeline)?;
    let memory = grown.memory()? >> 20;
    [empty, growing, grown]
        .into_iter()
        .try_for_each(Subject::finish)?;

    let pairs = at_whole.iter().zip(&at_none);
    let shares = pairs.map(|(whole, none)| whole.per_second / none.per_second);
    let millions = bench.effort.stored as f64 / 1e6;
    Ok(vec![Measured {
        name: "growth_10m",
        range: Range::of(shares.map(|share| share * 100.0)),
        note: format!(
            "empty {}; {} M stored {}; {millions} M stored {}, {memory} MB of memory, started in \
             {started_in:.0} s; stores made in {filled_in} s",
            rounds::note(&at_none),
            millions / 10.0,
            rounds::note(&at_tenth),
            rounds::note(&at_whole),
        ),
    }])
}

/// An empty store, one with a tenth of the messages, and one with all.
fn made(bench: &Bench) -> anyhow::Result<[TempDir; 3]> {
    let (none, whole) = (bench.stores.acquainted(1)?, bench.stores.acquainted(1)?);
    let tenth = bench.stores.empty()?;
    let (stored, part) = (bench.effort.stored, bench.effort.stored / 10);
    fill(whole.path(), part, 1, &["--stage", "read"])?;
    disk::copy(whole.path(), tenth.path())?;
    let first = part.to_string();
    let further = ["--stage", "read", "--first", &first];
    fill(whole.path(), stored - part, 1, &further)?;
    Ok([none, tenth, whole])
}

fn started(folder: &TempDir, provider: SocketAddr) -> anyhow::Result<Subject> {
    let plan = Plan::sending(StoreKind::Durable, folder.path(), provider);
    Subject::start(&plan)
}

fn in_turn(mut gateways: [&mut Subject; 3], messages: u64) -> anyhow::Result<[Vec<Rate>; 3]> {
    for gateway in &mut gateways {
        rounds::submit(gateway, WARM_UP)?;
    }
    let mut rates: [Vec<Rate>; 3] = Default::default();
    for _ in 0..ROUNDS {
        for (gateway, rates) in gateways.iter_mut().zip(&mut rates) {
            let rate = rounds::submit(gateway, messages)?;
            eprintln!("   growth: {:.0}/s", rate.per_second);
            rates.push(rate);
        }
    }
    Ok(rates)
}
