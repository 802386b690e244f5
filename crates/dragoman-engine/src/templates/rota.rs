//! When which channel is asked about. Pure: time is a parameter.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use dragoman_core::catalog::Channel;
use dragoman_core::{Id, retry};

use super::inquiry::{Ended, is_asked_alike};

/// Between two inquiries when nothing happens.
const USUAL: Duration = Duration::from_secs(3600);
/// After the first inquiry that failed; doubles up to the usual pause.
const FIRST_RETRY: Duration = Duration::from_secs(60);
/// While an inquiry runs, the next one is not due.
const NEVER: Duration = Duration::MAX;

/// All channels that can be asked about, in the order of the catalog.
#[derive(Debug, Default)]
pub(super) struct Rota {
    entries: Vec<Entry>,
}

#[derive(Debug)]
struct Entry {
    channel: Arc<Channel>,
    due: Duration,
    is_running: bool,
    /// Inquiries in a row that failed.
    failures: u32,
}

/// What people should hear of how an inquiry ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Change {
    /// The channel can no longer be asked about.
    Fails,
    /// It can again.
    Mended,
}

impl Rota {
    /// Follows a change of the catalog: what is new, or set otherwise than before, is due.
    pub(super) fn follow<'a>(
        &mut self,
        channels: impl Iterator<Item = &'a Channel>,
        now: Duration,
    ) {
        let before = std::mem::take(&mut self.entries);
        let mut before: HashMap<Id, Entry> = before
            .into_iter()
            .map(|entry| (entry.channel.id, entry))
            .collect();
        self.entries = channels
            .map(|channel| match before.remove(&channel.id) {
                Some(entry) => entry.follow(channel, now),
                None => Entry::new(channel, now),
            })
            .collect();
    }

    /// Makes a channel due.
    pub(super) fn want(&mut self, channel: Id, now: Duration) {
        if let Some(entry) = self.entry(channel) {
            entry.due = entry.due.min(now);
        }
    }

    /// The next inquiry that is due: the channel that asks, and others that share its templates.
    pub(super) fn next(
        &mut self,
        now: Duration,
        share: impl Fn(&Channel, &Channel) -> bool,
    ) -> Option<(Arc<Channel>, Vec<Arc<Channel>>)> {
        let mut idle = self.entries.iter().filter(|entry| !entry.is_running);
        let first = idle.find(|entry| entry.due <= now)?.channel.clone();
        let together = |entry: &Entry| {
            !entry.is_running && (entry.channel.id == first.id || share(&first, &entry.channel))
        };
        let mut others = Vec::new();
        for entry in self.entries.iter_mut().filter(|entry| together(entry)) {
            (entry.is_running, entry.due) = (true, NEVER);
            if entry.channel.id != first.id {
                others.push(Arc::clone(&entry.channel));
            }
        }
        Some((first, others))
    }

    /// An inquiry is over. What was wanted while it ran is due already.
    pub(super) fn end(&mut self, ended: &Ended, now: Duration, roll: f64) -> Option<Change> {
        let mut change = None;
        for channel in &ended.channels {
            let Some(entry) = self.entry(*channel) else {
                continue;
            };
            let failed_before = entry.failures > 0;
            entry.failures = match ended.result {
                Ok(()) => 0,
                Err(_) => entry.failures.saturating_add(1),
            };
            let pause = retry::jittered(pause(entry.failures), roll);
            (entry.is_running, entry.due) = (false, entry.due.min(now + pause));
            change = change.or(match (failed_before, &ended.result) {
                (false, Err(_)) => Some(Change::Fails),
                (true, Ok(())) => Some(Change::Mended),
                (false, Ok(())) | (true, Err(_)) => None,
            });
        }
        change
    }

    /// When to look again.
    pub(super) fn wakes_at(&self) -> Option<Duration> {
        let idle = self.entries.iter().filter(|entry| !entry.is_running);
        idle.map(|entry| entry.due).min()
    }

    fn entry(&mut self, channel: Id) -> Option<&mut Entry> {
        let mut entries = self.entries.iter_mut();
        entries.find(|entry| entry.channel.id == channel)
    }
}

impl Entry {
    fn new(channel: &Channel, now: Duration) -> Self {
        Self {
            channel: Arc::new(channel.clone()),
            due: now,
            is_running: false,
            failures: 0,
        }
    }

    fn follow(self, channel: &Channel, now: Duration) -> Self {
        let (due, failures) = if is_asked_alike(&self.channel, channel) {
            (self.due, self.failures)
        } else {
            (now, 0)
        };
        Self {
            due,
            failures,
            is_running: self.is_running,
            ..Self::new(channel, now)
        }
    }
}

/// The pause after so many failures in a row.
fn pause(failures: u32) -> Duration {
    match failures.checked_sub(1) {
        None => USUAL,
        Some(doublings) => (FIRST_RETRY * 2_u32.saturating_pow(doublings.min(10))).min(USUAL),
    }
}

#[cfg(test)]
#[path = "rota_tests.rs"]
mod tests;
