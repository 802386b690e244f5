//! What the parts of the engine have in common.

use std::sync::Arc;
use std::time::Duration;

use dragoman_core::catalog::Channel;
use dragoman_core::ports::{
    Clock, DeskError, Driver, Files, Format, Http, Objects, Provider, Random, Store,
};
use tokio::sync::watch;

use crate::budget::Budget;
use crate::clock::SteadyClock;
use crate::disk::Disk;
use crate::engine::Parts;
use crate::held::Held;
use crate::metrics::Meters;
use crate::notifier::Lines;
use crate::preparation::Preparation;
use crate::pulse::{Phase, Pulse};
use crate::reconciler::Doubts;

/// The ports, the counters and the signals.
pub(crate) struct Shared {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) files: Arc<dyn Files>,
    pub(crate) objects: Arc<dyn Objects>,
    pub(crate) http: Arc<dyn Http>,
    /// What everything is judged by.
    pub(crate) clock: Arc<dyn Clock>,
    /// The same, for whoever watches over it.
    pub(crate) steady: Arc<SteadyClock>,
    pub(crate) random: Arc<dyn Random>,
    pub(crate) disk: Arc<Disk>,
    pub(crate) meters: Meters,
    pub(crate) pulse: Pulse,
    /// Acceptances and attempts that must not be cut in half.
    pub(crate) sending: Running,
    /// Tasks that tell subscriptions.
    pub(crate) telling: Running,
    /// Tasks that bring customers' files, and clear away what is left of old ones.
    pub(crate) fetching: Running,
    /// Memory for the bytes of files.
    pub(crate) budget: Budget,
    pub(crate) preparation: Preparation,
    pub(crate) held: Held,
    /// To those who tell subscriptions.
    pub(crate) lines: Lines,
    /// Messages that have become unknown.
    pub(crate) doubts: Doubts,
    drivers: Vec<Arc<dyn Driver>>,
    formats: Vec<Arc<dyn Format>>,
}

impl Shared {
    pub(crate) fn new(parts: Parts) -> Self {
        let steady = Arc::new(SteadyClock::new(parts.clock));
        Self {
            pulse: Pulse::new(),
            store: parts.store,
            files: parts.files,
            objects: parts.objects,
            http: parts.http,
            clock: Arc::clone(&steady) as Arc<dyn Clock>,
            steady,
            random: parts.random,
            disk: parts.disk,
            meters: Meters::default(),
            sending: Running::default(),
            telling: Running::default(),
            fetching: Running::default(),
            budget: Budget::default(),
            preparation: Preparation::default(),
            held: Held::default(),
            lines: Lines::default(),
            doubts: Doubts::default(),
            drivers: parts.drivers,
            formats: parts.formats,
        }
    }

    /// The driver of that name.
    pub(crate) fn driver(&self, name: &str) -> Option<&Arc<dyn Driver>> {
        self.drivers.iter().find(|driver| driver.name() == name)
    }

    /// What the channel's provider offers beside sending, if anything.
    pub(crate) fn provider(&self, channel: &Channel) -> Option<&dyn Provider> {
        self.driver(&channel.driver)?.provider()
    }

    /// The format of that name.
    pub(crate) fn format(&self, name: &str) -> Option<&Arc<dyn Format>> {
        self.formats.iter().find(|format| format.name() == name)
    }

    /// Whether something new can be kept.
    ///
    /// # Errors
    /// There is too little room for it, or the store takes nothing for now.
    pub(crate) fn admit(&self) -> Result<(), DeskError> {
        if self.disk.takes_more() && self.store.latched().is_none() {
            Ok(())
        } else {
            Err(DeskError::Unavailable)
        }
    }

    /// Whether a message may depart: a result that cannot be written down is a message in doubt.
    pub(crate) fn takes_results(&self) -> bool {
        self.disk.takes_results() && self.store.latched().is_none()
    }

    /// Whether new work may begin.
    pub(crate) fn is_running(&self) -> bool {
        self.pulse.phase() == Phase::Running
    }

    /// Waits a little before something is repeated; answers whether it still makes sense.
    pub(crate) async fn rest(&self, pause: Duration) -> bool {
        let mut phases = self.pulse.phases();
        tokio::select! {
            biased;
            () = tokio::time::sleep(pause) => true,
            _ = phases.wait_for(|phase| *phase == Phase::Over) => false,
        }
    }
}

/// Counts what must come to its end before the engine stops.
#[derive(Clone, Debug, Default)]
pub(crate) struct Running(watch::Sender<usize>);

impl Running {
    /// Counts one more, as long as the token lives.
    pub(crate) fn enter(&self) -> RunningToken {
        // Whoever waits here waits for none: that there is one more is not worth waking them.
        self.0.send_if_modified(|count| {
            *count += 1;
            false
        });
        RunningToken(self.clone())
    }

    /// Waits until nothing runs, but not longer than `limit`; answers whether nothing does.
    pub(crate) async fn none(&self, limit: Duration) -> bool {
        let mut count = self.0.subscribe();
        let none = count.wait_for(|count| *count == 0);
        tokio::time::timeout(limit, none).await.is_ok()
    }
}

/// Something that runs.
#[derive(Debug)]
pub(crate) struct RunningToken(Running);

impl Drop for RunningToken {
    fn drop(&mut self) {
        self.0.0.send_if_modified(|count| {
            *count -= 1;
            *count == 0
        });
    }
}
