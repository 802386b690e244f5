//! The whole circle: accept, send, three statuses in, three webhooks out.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::bail;

use super::plan::Plan;
use super::rounds::{self, CONNECTIONS, Rate};
use super::subject::{Load, Subject, provider};
use super::{Bench, ROUNDS};
use crate::cli::StoreKind;
use crate::process::Process;
use crate::receiver::COUNT;
use crate::report::Measured;
use crate::role::Ready;
use crate::statistics::Range;
use crate::webhook::STATUSES;
use crate::wire::ask;

/// Connections on which the provider tells statuses.
const TELLING: usize = 64;
/// Messages before the first round.
const WARM_UP: u64 = 1000;
/// The last webhook must have arrived by then.
const PATIENCE: Duration = Duration::from_secs(180);

pub(super) fn measure(bench: &Bench) -> anyhow::Result<Vec<Measured>> {
    let folder = bench.stores.acquainted(1)?;
    let (mut telling, address) = provider(TELLING)?;
    let mut receiving = Process::start("receiver", [] as [&str; 0])?;
    let receiver = receiving.hear::<Ready>()?.address();
    let mut gateway = Subject::start(&Plan {
        receiver: Some(receiver),
        ..Plan::sending(StoreKind::Durable, folder.path(), address)
    })?;
    telling.tell(&gateway.address.to_string())?;
    turn(&mut gateway, receiver, WARM_UP)?;
    let mut rates = Vec::new();
    for _ in 0..ROUNDS {
        let rate = turn(&mut gateway, receiver, bench.effort.circle)?;
        eprintln!("   circle: {:.0}/s", rate.per_second);
        rates.push(rate);
    }
    gateway.finish()?;
    Ok(vec![Measured {
        name: "circle_per_s",
        range: Range::of(rates.iter().map(|rate| rate.per_second)),
        note: rounds::note(&rates),
    }])
}

/// So many messages, until the third webhook of the last has arrived.
fn turn(gateway: &mut Subject, receiver: SocketAddr, messages: u64) -> anyhow::Result<Rate> {
    let (cpu, before) = (gateway.cpu()?, count(receiver)?);
    let wanted = before + messages * STATUSES.len() as u64;
    let loaded = gateway.load(Load::of(messages, CONNECTIONS))?;
    let begun = Instant::now();
    let mut arrived = count(receiver)?;
    while arrived < wanted {
        if begun.elapsed() > PATIENCE {
            bail!("{} webhooks are missing", wanted - arrived);
        }
        std::thread::sleep(Duration::from_millis(5));
        arrived = count(receiver)?;
    }
    let seconds = loaded.seconds + begun.elapsed().as_secs_f64();
    if arrived > wanted {
        bail!("{} webhooks came twice", arrived - wanted);
    }
    let cpu = gateway.cpu()?.saturating_sub(cpu);
    Ok(Rate::of(messages, seconds, cpu))
}

fn count(receiver: SocketAddr) -> anyhow::Result<u64> {
    Ok(ask::get(receiver, COUNT)?.trim().parse()?)
}
