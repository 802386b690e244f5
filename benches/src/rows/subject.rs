//! What is measured: a gateway, with the load that it is put under.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::bail;

use super::loading;
use super::plan::Plan;
use crate::load::Loaded;
use crate::process::Process;
use crate::role::Ready;
use crate::wire::ask;
use crate::world::CUSTOMERS;

/// Newcomers of loads are counted from here; known customers are below.
const NEWCOMERS: u64 = 1_000_000;
/// What was accepted must have been sent by then.
const PATIENCE: Duration = Duration::from_secs(180);
/// How often it is looked whether something has come to its end.
const LOOK: Duration = Duration::from_millis(10);

/// So many messages a gateway is given before it is measured. Its first one to anybody after a start
/// finds them on the disk, the next in memory: this many leave one known customer in seven whom it
/// has not met, and with a real gateway's work it has met those soon after.
pub(super) const ACQUAINTING: u64 = 2 * CUSTOMERS;

/// A running gateway.
pub(super) struct Subject {
    process: Process,
    pub(super) address: SocketAddr,
    channels: u64,
    /// How many messages it was given, so that each load continues the one before.
    given: u64,
}

/// How a load comes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Load {
    pub(super) connections: usize,
    pub(super) messages: u64,
    pub(super) seconds: f64,
    /// Open loop at this rate; closed without.
    pub(super) rate: Option<f64>,
    /// The first customer that nobody knows; all are known without.
    pub(super) newcomers: Option<u64>,
}

impl Load {
    /// So long, each connection as fast as it is answered.
    pub(super) const fn lasting(seconds: f64, connections: usize) -> Self {
        Self {
            connections,
            messages: u64::MAX,
            seconds,
            rate: None,
            newcomers: Some(NEWCOMERS),
        }
    }

    /// So many messages, each connection as fast as it is answered.
    pub(super) const fn of(messages: u64, connections: usize) -> Self {
        Self {
            messages,
            seconds: 3600.0,
            ..Self::lasting(0.0, connections)
        }
    }
}

impl Subject {
    /// Starts a gateway and waits until it is ready.
    ///
    /// # Errors
    /// It does not come up.
    pub(super) fn start(plan: &Plan<'_>) -> anyhow::Result<Self> {
        let mut process = Process::start("gateway", plan.words())?;
        let address = process.hear::<Ready>()?.address();
        Ok(Self {
            process,
            address,
            channels: plan.channels,
            given: 0,
        })
    }

    /// Loads it; every message must be accepted.
    ///
    /// # Errors
    /// One was refused, or a connection broke.
    pub(super) fn load(&mut self, load: Load) -> anyhow::Result<Loaded> {
        let mut words = vec![
            ("--target", "callbell".to_owned()),
            ("--to", self.address.to_string()),
            ("--connections", load.connections.to_string()),
            ("--messages", load.messages.to_string()),
            ("--seconds", load.seconds.to_string()),
            ("--channels", self.channels.to_string()),
            ("--first", self.given.to_string()),
        ];
        words.extend(load.rate.map(|rate| ("--rate", rate.to_string())));
        words.extend(
            load.newcomers
                .map(|first| ("--newcomers", first.to_string())),
        );
        let loaded = loading::run(words)?;
        self.given += loaded.messages;
        Ok(loaded)
    }

    /// Waits until everything that was accepted has been taken by the provider: how long that took.
    ///
    /// # Errors
    /// It does not come to its end, or something was lost.
    pub(super) fn settled(&self) -> anyhow::Result<Duration> {
        let begun = Instant::now();
        while begun.elapsed() < PATIENCE {
            if self.metric("dragoman_messages{")? == 0.0 {
                return Ok(begun.elapsed());
            }
            std::thread::sleep(LOOK);
        }
        bail!("not everything was sent within {PATIENCE:?}")
    }

    /// The sum of the metrics whose line begins so.
    fn metric(&self, beginning: &str) -> anyhow::Result<f64> {
        let page = ask::get(self.address, "/metrics")?;
        let lines = page.lines().filter(|line| line.starts_with(beginning));
        let values = lines.filter_map(|line| line.rsplit(' ').next()?.parse::<f64>().ok());
        Ok(values.sum())
    }

    /// How many messages the provider has taken, by the gateway's own count.
    ///
    /// # Errors
    /// It does not answer.
    pub(super) fn submitted(&self) -> anyhow::Result<f64> {
        self.metric("dragoman_posts_total{class=\"A\"")
    }

    pub(super) fn cpu(&self) -> anyhow::Result<Duration> {
        self.process.cpu()
    }

    pub(super) fn memory(&self) -> anyhow::Result<u64> {
        self.process.memory()
    }

    /// Lets it drain and close its store.
    ///
    /// # Errors
    /// It does not end well.
    pub(super) fn finish(self) -> anyhow::Result<()> {
        self.process.finish()
    }
}

/// A provider that takes everything, and where it is.
///
/// # Errors
/// It cannot be started.
pub(super) fn provider(statuses: usize) -> anyhow::Result<(Process, SocketAddr)> {
    let words = ["--statuses".to_owned(), statuses.to_string()];
    let mut provider = Process::start("provider", words)?;
    let address = provider.hear::<Ready>()?.address();
    Ok((provider, address))
}
