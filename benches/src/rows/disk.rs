//! Disk per message that was accepted and sent: all files, after a clean end.

use super::Bench;
use super::plan::Plan;
use super::rounds;
use super::subject::{Subject, provider};
use crate::cli::StoreKind;
use crate::disk;
use crate::report::Measured;
use crate::report::table::number;
use crate::statistics::Range;

pub(super) fn measure(bench: &Bench) -> anyhow::Result<Vec<Measured>> {
    let folder = bench.stores.acquainted(1)?;
    let before = disk::size(folder.path())?;
    let (_provider, address) = provider(0)?;
    let plan = Plan::sending(StoreKind::Durable, folder.path(), address);
    let mut gateway = Subject::start(&plan)?;
    let rate = rounds::submit(&mut gateway, bench.effort.on_disk)?;
    gateway.finish()?;
    let grown = disk::size(folder.path())?.saturating_sub(before);
    let messages = number(bench.effort.on_disk as f64);
    Ok(vec![Measured {
        name: "disk_bytes",
        range: Range::of([grown as f64 / bench.effort.on_disk as f64]),
        note: format!("after {messages} messages, {}", rounds::note(&[rate])),
    }])
}
