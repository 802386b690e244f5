//! Memory per message that waits: the difference between two lengths of the queue, so that what a
//! gateway needs anyway does not count. Only known customers are written to.

use super::Bench;
use super::plan::{MANY, Plan};
use super::subject::{Load, Subject};
use crate::cli::StoreKind;
use crate::report::Measured;
use crate::report::table::number;
use crate::statistics::Range;

const CONNECTIONS: usize = 256;

pub(super) fn measure(bench: &Bench) -> anyhow::Result<Vec<Measured>> {
    let folder = bench.stores.acquainted(MANY)?;
    let mut gateway = Subject::start(&Plan::accepting(StoreKind::Durable, folder.path()))?;
    let [few, many] = bench.effort.queued;
    let queue = |messages| Load {
        newcomers: None,
        ..Load::of(messages, CONNECTIONS)
    };
    gateway.load(queue(few))?;
    let with_few = gateway.memory()?;
    gateway.load(queue(many - few))?;
    let with_many = gateway.memory()?;
    gateway.finish()?;
    let bytes = with_many.saturating_sub(with_few) as f64 / (many - few) as f64;
    let (few, many) = (number(few as f64), number(many as f64));
    let (with_few, with_many) = (with_few >> 20, with_many >> 20);
    Ok(vec![Measured {
        name: "queued_bytes",
        range: Range::of([bytes]),
        note: format!("{with_few} MB with {few} queued, {with_many} MB with {many}"),
    }])
}
