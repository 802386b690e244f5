//! Looks at the writer again and again: latches a store that stands still, and ends a latch when
//! commits go through again.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::JoinHandle;
use std::time::Duration;

use dragoman_core::ports::Latch;

use super::batch::Batch;
use super::commons::Commons;
use super::orders::{Answer, Order, Orders, Verb};

/// Between two looks. All other spans are so many looks.
pub(crate) const LOOK: Duration = Duration::from_secs(1);
/// A commit that takes longer is counted.
const SLOW: u32 = 5;
/// When the writer has stood still for so long, the store is latched.
const STILL: u32 = 15;
/// So many probes after another have to be on the disk, each before the next look, until the store
/// takes everything again.
const QUIET: u32 = 5;

/// `meta.name`: written only to see whether that is possible.
const PROBE: &str = "probe";

/// Who looks.
pub(crate) struct Vigil {
    commons: Arc<Commons>,
    orders: Orders,
    /// The batch that the writer was last seen busy with, and at how many looks since the first.
    seen: (u64, u32),
    /// Probes that went through in time since the last trouble.
    quiet: u32,
    /// Set when the last probe is on the disk; `None` when none was asked for.
    probe: Option<Arc<AtomicBool>>,
}

impl Vigil {
    pub(crate) const fn new(commons: Arc<Commons>, orders: Orders) -> Self {
        Self {
            commons,
            orders,
            seen: (0, 0),
            quiet: 0,
            probe: None,
        }
    }

    /// Looks from now on, until the sender is dropped.
    ///
    /// # Errors
    /// The thread cannot be started.
    pub(crate) fn keep(mut self, pause: Duration) -> io::Result<(Sender<()>, JoinHandle<()>)> {
        let (end, ended) = mpsc::channel();
        let thread = std::thread::Builder::new().name("store-vigil".to_owned());
        let watching = move || {
            while ended.recv_timeout(pause) == Err(RecvTimeoutError::Timeout) {
                self.look();
            }
        };
        Ok((end, thread.spawn(watching)?))
    }

    /// Looks once.
    pub(crate) fn look(&mut self) {
        let commons = Arc::clone(&self.commons);
        let health = commons.health();
        let stood_still = self.watch_writer();
        if health.latched().is_none() || !health.is_well() {
            return;
        }
        let has_stumbled = health.has_stumbled();
        let went_through = self.probe.take().map(|done| done.load(Ordering::Acquire));
        match went_through {
            Some(true) if !has_stumbled && !stood_still => self.quiet += 1,
            Some(_) | None => self.quiet = 0,
        }
        if self.quiet < QUIET {
            self.ask_for_probe();
        } else {
            self.quiet = 0;
            health.recover();
        }
    }

    /// Answers whether the writer has been busy with one and the same batch since the last look.
    fn watch_writer(&mut self) -> bool {
        let health = self.commons.health();
        let Some(batch) = health.under_way() else {
            return false;
        };
        let (seen, looks) = self.seen;
        if seen != batch {
            self.seen = (batch, 0);
            return false;
        }
        let looks = looks.saturating_add(1);
        self.seen = (batch, looks);
        if looks == SLOW {
            health.drag();
        }
        if looks >= STILL {
            health.latch(Latch::Slow);
        }
        true
    }

    /// Has the writer write something, past everybody who is turned away.
    fn ask_for_probe(&mut self) {
        let done = Arc::new(AtomicBool::new(false));
        let told = Arc::clone(&done);
        let verb: Verb = Box::new(move |batch| {
            write(batch).inspect_err(|error| batch.health.suffer(error))?;
            let answer: Answer = Box::new(move || told.store(true, Ordering::Release));
            Ok(answer)
        });
        // Where there is no place in the line it did not go through either.
        self.probe = self.orders.place(Order::Verb(verb)).ok().map(|()| done);
    }
}

fn write(batch: &Batch<'_>) -> rusqlite::Result<()> {
    batch.sql(
        "INSERT INTO meta (name, value) VALUES (?1, 1)
         ON CONFLICT (name) DO UPDATE SET value = value + 1",
        [PROBE],
    )?;
    Ok(())
}

#[cfg(test)]
#[path = "vigil_tests.rs"]
mod tests;
