//! Kannel's spool beside us, on the same work: taken over HTTP, kept, handed to a fake provider.
//!
//! Its spool writes a file for each message and never syncs, so a loss of power loses what it has
//! acknowledged; we sync twice before the provider hears of a message.

mod boxes;

use std::path::Path;

use super::Bench;
use super::plan::Plan;
use super::rounds::{self, Pairs};
use super::subject::{Subject, provider};
use crate::cli::StoreKind;
use crate::report::Measured;
use boxes::Boxes;

/// Messages before the first round.
const WARM_UP: u64 = 2000;

pub(super) fn measure(bench: &Bench) -> anyhow::Result<Vec<Measured>> {
    if let Some(missing) = boxes::missing() {
        return Ok(vec![Measured {
            name: "kannel",
            range: None,
            note: format!("{missing} is missing: `cargo xtask bench --with-kannel` installs it"),
        }]);
    }
    let (ours, spool) = (bench.stores.acquainted(1)?, bench.stores.empty()?);
    let pairs = in_turn(ours.path(), spool.path(), bench.effort.pipeline)?;
    Ok(vec![Measured {
        name: "kannel",
        range: pairs.ratio(1.0),
        note: format!(
            "{}; Kannel never syncs what it keeps, we do before every answer and every POST",
            pairs.note("dragoman", "kannel")
        ),
    }])
}

fn in_turn(ours: &Path, spool: &Path, messages: u64) -> anyhow::Result<Pairs> {
    let (_provider, address) = provider(0)?;
    let mut gateway = Subject::start(&Plan::sending(StoreKind::Durable, ours, address))?;
    let mut boxes = Boxes::start(spool)?;
    rounds::submit(&mut gateway, WARM_UP)?;
    boxes.submit(WARM_UP)?;
    let pairs = Pairs::measure(
        "kannel",
        || rounds::submit(&mut gateway, messages),
        || boxes.submit(messages),
    )?;
    gateway.finish()?;
    Ok(pairs)
}
