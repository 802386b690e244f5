//! Keeps the catalog's templates as their providers have them, and learns senders' numbers.
//!
//! Every channel whose driver can ask is asked about at the start, when it is new or set
//! otherwise, every hour, and when somebody says that something has changed. Nobody waits for it.

mod inquiry;
mod merge;
mod rota;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use dragoman_core::Id;
use dragoman_core::catalog::{Catalog, Channel};
use tokio::sync::Notify;
use tokio::task::JoinSet;

use self::inquiry::{Ended, Inquiry};
use self::rota::{Change, Rota};
use crate::lock::lock;
use crate::pulse::Phase;
use crate::shared::Shared;

/// So many inquiries run at once.
const AT_ONCE: usize = 4;
/// The longest wait between two looks.
const LONGEST_WAIT: Duration = Duration::from_secs(3600);

/// The task that asks, and where others say that it should.
pub(crate) struct Templates {
    shared: Arc<Shared>,
    /// Channels to be asked about at once.
    wanted: Mutex<Vec<Id>>,
    wake: Notify,
}

impl Templates {
    pub(crate) fn new(shared: Arc<Shared>) -> Self {
        Self {
            shared,
            wanted: Mutex::default(),
            wake: Notify::new(),
        }
    }

    /// Asks about these channels as soon as may be. Those that nobody can ask about are passed
    /// over.
    pub(crate) fn refresh(&self, channels: impl IntoIterator<Item = Id>) {
        lock(&self.wanted).extend(channels);
        self.wake.notify_one();
    }

    /// Asks until the end.
    pub(crate) async fn keep(self: Arc<Self>) {
        let mut phases = self.shared.pulse.phases();
        let mut moves = self.shared.pulse.moves();
        let mut rota = Rota::default();
        let mut running: JoinSet<Ended> = JoinSet::new();
        let mut seen = self.shared.store.catalog();
        self.follow(&mut rota, &seen);
        while self.shared.is_running() {
            self.start(&mut rota, &mut running);
            let wait = self.wait(&rota, running.len());
            tokio::select! {
                biased;
                Some(ended) = running.join_next() => match ended {
                    Ok(ended) => self.conclude(&mut rota, &ended),
                    Err(error) => tracing::error!(%error, "an inquiry was cut short"),
                },
                catalog = self.shared.store.catalog_beyond(&seen) => {
                    seen = catalog;
                    self.follow(&mut rota, &seen);
                }
                () = self.wake.notified() => {}
                () = tokio::time::sleep(wait) => {}
                _ = moves.changed() => {}
                _ = phases.wait_for(|phase| *phase > Phase::Running) => {}
            }
        }
    }

    fn follow(&self, rota: &mut Rota, catalog: &Catalog) {
        let channels = catalog.channels.iter();
        let askable =
            channels.filter(|channel| channel.enabled && self.shared.provider(channel).is_some());
        rota.follow(askable, self.now());
    }

    /// Starts the inquiries that are due, as many as may run.
    fn start(&self, rota: &mut Rota, running: &mut JoinSet<Ended>) {
        let now = self.now();
        for channel in lock(&self.wanted).drain(..) {
            rota.want(channel, now);
        }
        while running.len() < AT_ONCE {
            let next = rota.next(now, |one, other| self.share(one, other));
            let Some((channel, others)) = next else {
                return;
            };
            let inquiry = Inquiry {
                shared: Arc::clone(&self.shared),
                channel,
                others,
            };
            running.spawn(inquiry.run());
        }
    }

    fn conclude(&self, rota: &mut Rota, ended: &Ended) {
        let (now, roll) = (self.now(), self.shared.random.roll());
        let channel = &ended.asked_as;
        match (&ended.result, rota.end(ended, now, roll)) {
            (Err(trouble), Some(Change::Fails)) => {
                tracing::warn!(%channel, %trouble, "cannot learn what a channel's provider keeps for it");
            }
            (Ok(()), Some(Change::Mended)) => {
                tracing::info!(%channel, "a channel's provider says again what it keeps");
            }
            (Ok(()) | Err(_), _) => {}
        }
    }

    fn wait(&self, rota: &Rota, running: usize) -> Duration {
        match rota.wakes_at() {
            Some(at) if running < AT_ONCE => at.saturating_sub(self.now()).min(LONGEST_WAIT),
            Some(_) | None => LONGEST_WAIT,
        }
    }

    /// Whether one inquiry is enough for both.
    fn share(&self, one: &Channel, other: &Channel) -> bool {
        let provider = self.shared.provider(one);
        one.account == other.account
            && one.driver == other.driver
            && provider.is_some_and(|provider| provider.shares_templates(one, other))
    }

    fn now(&self) -> Duration {
        self.shared.clock.monotonic()
    }
}
