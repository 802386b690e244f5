//! Fetches customers' files, and the pictures of the advertisements that brought them: a durable job,
//! whose list the store keeps.
//!
//! A customer's message with a file is announced when the bytes are here, or when there is no more
//! hope for them: after about ten minutes, for a picture after one. What a kill leaves half done is
//! done again.

mod advertisement;
mod job;
mod schedule;
mod underway;

use std::sync::Arc;
use std::time::Duration;

use dragoman_core::Timestamp;
use dragoman_core::file::{Fetch, Wanted};
use dragoman_core::ports::StoreError;
use tokio::sync::Notify;
use tokio::task::JoinSet;

use self::job::{Ended, Job};
use self::schedule::is_due;
use self::underway::Underway;
use crate::pulse::Phase;
use crate::shared::Shared;

/// Pause after the store could not do what it was asked.
const UNWELL: Duration = Duration::from_secs(1);
/// The longest wait between two looks.
const LONGEST_WAIT: Duration = Duration::from_secs(3600);
/// So many rows of the list are read at first.
const PAGE: usize = 64;
/// And so many at most.
const LONGEST_PAGE: usize = 65_536;

/// The task that fetches, and where others say that there is something to fetch.
pub(crate) struct Fetching {
    shared: Arc<Shared>,
    wake: Notify,
}

impl Fetching {
    pub(crate) fn new(shared: Arc<Shared>) -> Self {
        Self {
            shared,
            wake: Notify::new(),
        }
    }

    /// There is something to fetch.
    pub(crate) fn look(&self) {
        self.wake.notify_one();
    }

    /// Fetches until the end. What is left of an earlier life is taken up first.
    pub(crate) async fn keep(self: Arc<Self>) {
        let mut phases = self.shared.pulse.phases();
        let mut moves = self.shared.pulse.moves();
        let mut rooms = self.shared.disk.changes();
        let mut underway = Underway::default();
        let mut running: JoinSet<Ended> = JoinSet::new();
        while self.shared.is_running() {
            let wait = match self.start(&mut underway, &mut running).await {
                Ok(wait) => wait,
                Err(error) => {
                    tracing::warn!(%error, "cannot read which files are to be fetched yet");
                    UNWELL
                }
            };
            tokio::select! {
                biased;
                Some(ended) = running.join_next() => match ended {
                    Ok(ended) => underway.end(ended),
                    Err(error) => tracing::error!(%error, "a fetch was cut short"),
                },
                () = self.wake.notified() => {}
                () = tokio::time::sleep(wait) => {}
                _ = moves.changed() => {}
                _ = rooms.changed() => {}
                _ = phases.wait_for(|phase| *phase > Phase::Running) => {}
            }
        }
        let ending = async { while running.join_next().await.is_some() {} };
        tokio::select! {
            biased;
            () = ending => {}
            _ = phases.wait_for(|phase| *phase == Phase::Over) => {}
        }
    }

    /// Starts the fetches that are due, as many as may run. Answers how long to wait for the next.
    async fn start(
        &self,
        underway: &mut Underway,
        running: &mut JoinSet<Ended>,
    ) -> Result<Duration, StoreError> {
        let has_room = self.shared.disk.takes_more();
        let mut page = PAGE;
        loop {
            let now = self.shared.clock.now();
            let fetches = self.shared.files.fetches(page).await?;
            let is_all = fetches.len() < page;
            let next = fetches.iter().map(|fetch| fetch.due_at);
            let next = next.filter(|due_at| !is_due(*due_at, now)).min();
            let due = fetches
                .into_iter()
                .filter(|fetch| is_due(fetch.due_at, now));
            for fetch in due.filter(|fetch| has_room || !needs_room(fetch)) {
                if let Some(hope) = underway.begin(&fetch) {
                    let job = Job::new(Arc::clone(&self.shared), fetch, hope);
                    running.spawn(job.run());
                }
            }
            // Those in front may all be of channels that are busy: others stand behind them.
            let sees_enough = is_all || next.is_some() || underway.is_full();
            if sees_enough || page >= LONGEST_PAGE {
                return Ok(wait(next, now));
            }
            page *= 4;
        }
    }
}

/// The provider keeps files for weeks: late is better than never. Nobody waits as long for an
/// advertisement: without room its try fails.
const fn needs_room(fetch: &Fetch) -> bool {
    match fetch.wanted {
        Wanted::File(_) => true,
        Wanted::Advertisement(_) => false,
    }
}

fn wait(next: Option<Timestamp>, now: Timestamp) -> Duration {
    next.map_or(LONGEST_WAIT, |next| next.since(now).min(LONGEST_WAIT))
}
