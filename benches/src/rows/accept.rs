//! Durable accept against the same code with a store that forgets, and how long a client waits.
//!
//! The channels may send one message a second, so that accepting is all that is measured.

use super::plan::{MANY, Plan};
use super::rounds::{self, Pairs};
use super::subject::{ACQUAINTING, Load, Subject};
use super::{Bench, ROUNDS};
use crate::cli::StoreKind;
use crate::load::Loaded;
use crate::report::Measured;
use crate::report::table::number;
use crate::statistics::Range;

/// On as many connections as are measured next, in seconds.
const WARM_UP: f64 = 1.0;
/// Of the open loop: so many that a client never waits for one of its own.
const OPEN_CONNECTIONS: usize = 256;

pub(super) fn measure(bench: &Bench) -> anyhow::Result<Vec<Measured>> {
    let folder = bench.stores.acquainted(MANY)?;
    let mut durable = Subject::start(&Plan::accepting(StoreKind::Durable, folder.path()))?;
    let mut forgetful = Subject::start(&Plan::accepting(StoreKind::Forgetful, folder.path()))?;
    for subject in [&mut durable, &mut forgetful] {
        subject.load(Load::of(ACQUAINTING, OPEN_CONNECTIONS))?;
    }
    let seconds = bench.effort.accept_seconds;
    let mut against = |name, connections| {
        let load = Load::lasting(seconds, connections);
        let warm_up = Load::lasting(WARM_UP, connections);
        durable.load(warm_up)?;
        forgetful.load(warm_up)?;
        Pairs::measure(
            name,
            || rounds::accept(&mut durable, load),
            || rounds::accept(&mut forgetful, load),
        )
    };
    let with_64 = against("accept_64", 64)?;
    let with_256 = against("accept_256", 256)?;

    let maximum = with_64.first()?.max(with_256.first()?);
    let half = Load {
        rate: Some(maximum / 2.0),
        ..Load::lasting(seconds, OPEN_CONNECTIONS)
    };
    let mut waits = Vec::new();
    for _ in 0..ROUNDS {
        let loaded = durable.load(half)?;
        eprintln!(
            "   accept at half: p50 {:.2} ms, p99 {:.2} ms",
            loaded.p50_ms, loaded.p99_ms
        );
        waits.push(loaded);
    }
    durable.finish()?;
    let ratio = |name, pairs: &Pairs| Measured {
        name,
        range: pairs.ratio(100.0),
        note: pairs.note("durable", "forgetful"),
    };
    let wait = |name, of: fn(&Loaded) -> f64| Measured {
        name,
        range: Range::of(waits.iter().map(of)),
        note: format!("open loop at {}/s", number((maximum / 2.0).round())),
    };
    Ok(vec![
        ratio("accept_64", &with_64),
        ratio("accept_256", &with_256),
        wait("accept_p50_ms", |loaded| loaded.p50_ms),
        wait("accept_p99_ms", |loaded| loaded.p99_ms),
    ])
}
