//! From accept to submitted, against the same pipeline with a store that forgets.

use super::Bench;
use super::plan::Plan;
use super::rounds::{self, Pairs};
use super::subject::{ACQUAINTING, Subject, provider};
use crate::cli::StoreKind;
use crate::report::Measured;

pub(super) fn measure(bench: &Bench) -> anyhow::Result<Vec<Measured>> {
    let folder = bench.stores.acquainted(1)?;
    let (_provider, address) = provider(0)?;
    let plan = |store| Plan::sending(store, folder.path(), address);
    let mut durable = Subject::start(&plan(StoreKind::Durable))?;
    let mut forgetful = Subject::start(&plan(StoreKind::Forgetful))?;
    rounds::submit(&mut durable, ACQUAINTING)?;
    rounds::submit(&mut forgetful, ACQUAINTING)?;
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
