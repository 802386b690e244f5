//! From accept to submitted, against the same pipeline with a store that forgets.

use super::Bench;
use super::plan::Plan;
use super::rounds::{self, Pairs};
use super::subject::{Subject, provider};
use crate::cli::StoreKind;
use crate::report::Measured;

/// Messages before the first round.
const WARM_UP: u64 = 5000;

pub(super) fn measure(bench: &Bench) -> anyhow::Result<Vec<Measured>> {
    let folder = bench.stores.acquainted(1)?;
    let (_provider, address) = provider(0)?;
    let plan = |store| Plan::sending(store, folder.path(), address);
    let mut durable = Subject::start(&plan(StoreKind::Durable))?;
    let mut forgetful = Subject::start(&plan(StoreKind::Forgetful))?;
    rounds::submit(&mut durable, WARM_UP)?;
    rounds::submit(&mut forgetful, WARM_UP)?;
    let messages = bench.effort.pipeline;
    let pairs = Pairs::measure(
        "pipeline",
        || rounds::submit(&mut durable, messages),
        || rounds::submit(&mut forgetful, messages),
    )?;
    durable.finish()?;
    Ok(vec![Measured {
        name: "pipeline",
        range: pairs.ratio(100.0),
        note: pairs.note("durable", "forgetful"),
    }])
}
