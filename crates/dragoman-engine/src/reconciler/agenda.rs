//! Which doubt is looked at when. Pure: time is a parameter.

use std::collections::BTreeMap;
use std::time::Duration;

use dragoman_core::clock::Reading;
use dragoman_core::ports::Doubt;
use dragoman_core::{MessageId, Timestamp};

/// An echo that would have been heard has come by then.
const SETTLE: Duration = Duration::from_secs(10 * 60);
/// Providers repeat their webhooks for a week: after a day more nobody waits any longer.
const FINAL: Duration = Duration::from_secs(8 * 24 * 3600);
/// The same where no echo ever comes.
const FINAL_ALONE: Duration = Duration::from_secs(3600);
/// The longest time between two looks.
const LONGEST_LOOK: Duration = Duration::from_secs(3600);
/// How often it is looked whether the feed is healthy again.
const LOOK: Duration = Duration::from_secs(30);

/// All doubts, by when they are looked at.
#[derive(Debug, Default)]
pub(super) struct Agenda(BTreeMap<(Duration, MessageId), Case>);

/// A doubt, and what was seen of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Case {
    pub(super) doubt: Doubt,
    /// How old it was when it came to be here, and when that was by the monotonic clock: whoever
    /// sets the wall clock makes no doubt older.
    was_old: Duration,
    came: Duration,
    /// When it is looked at next, by the monotonic clock.
    due: Duration,
    /// Since when its echo would have been heard.
    listening: Option<Duration>,
    /// People were told that it stays unknown.
    held: bool,
}

/// What is to be done about a doubt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Nothing yet.
    Wait(Case),
    /// Its echo would have come by now: what the owner wants is done.
    Apply(Case),
    /// Nobody waits any longer.
    GiveUp(Case),
}

impl Agenda {
    pub(super) fn add(&mut self, doubt: Doubt, now: Reading) {
        self.put(Case {
            doubt,
            was_old: now.wall.since(doubt.since),
            came: now.monotonic,
            due: now.monotonic,
            listening: None,
            held: false,
        });
    }

    pub(super) fn put(&mut self, case: Case) {
        self.0.insert((case.due, case.doubt.message), case);
    }

    /// The next one that is due.
    pub(super) fn next(&mut self, now: Reading) -> Option<Case> {
        let first = self.0.first_entry()?;
        (first.key().0 <= now.monotonic).then(|| first.remove())
    }

    /// When the next one is due.
    pub(super) fn wakes_at(&self) -> Option<Duration> {
        self.0.first_key_value().map(|((due, _), _)| *due)
    }
}

impl Case {
    /// The clock of silence runs while the feed is steady and has told of something that happened
    /// after the doubt began, or after the last gap in the feed; a gap sets it back.
    pub(super) fn listen(
        self,
        steady: Option<Reading>,
        has_told_since: impl Fn(Timestamp) -> bool,
        now: Reading,
    ) -> Step {
        if self.is_over(FINAL, now) {
            return Step::GiveUp(self);
        }
        if self.held {
            return Step::Wait(self.until_over(FINAL, now));
        }
        let Some(steady) = steady else {
            return Step::Wait(self.listening(None, now.monotonic + LOOK));
        };
        let since = self.doubt.since.max(steady.wall);
        let heard = self.listening.filter(|since| *since >= steady.monotonic);
        match heard.or_else(|| has_told_since(since).then_some(now.monotonic)) {
            None => Step::Wait(self.listening(None, now.monotonic + LOOK)),
            Some(since) if now.monotonic >= since + SETTLE => {
                Step::Apply(self.listening(Some(since), self.due))
            }
            Some(since) => {
                let look = (now.monotonic + LOOK).min(since + SETTLE);
                Step::Wait(self.listening(Some(since), look))
            }
        }
    }

    /// Where no echo ever comes, nothing is listened for.
    pub(super) fn wait_alone(self, now: Reading) -> Step {
        if self.is_over(FINAL_ALONE, now) {
            return Step::GiveUp(self);
        }
        if self.held {
            return Step::Wait(self.until_over(FINAL_ALONE, now));
        }
        if !self.is_over(SETTLE, now) {
            return Step::Wait(self.until_over(SETTLE, now));
        }
        Step::Apply(self)
    }

    /// People know: only a proof can end it now, or its end.
    pub(super) fn held(self, now: Reading) -> Self {
        let held = Self { held: true, ..self };
        held.again_after(LOOK, now)
    }

    /// Until nobody waits any longer; looked at before.
    fn until_over(self, limit: Duration, now: Reading) -> Self {
        let left = limit.saturating_sub(self.age(now));
        self.again_after(left.min(LONGEST_LOOK), now)
    }

    /// To be looked at again, as it is.
    pub(super) fn again_after(self, pause: Duration, now: Reading) -> Self {
        let due = now.monotonic + pause;
        Self { due, ..self }
    }

    fn listening(self, listening: Option<Duration>, due: Duration) -> Self {
        Self {
            listening,
            due,
            ..self
        }
    }

    fn is_over(&self, limit: Duration, now: Reading) -> bool {
        self.age(now) >= limit
    }

    fn age(&self, now: Reading) -> Duration {
        self.was_old + now.monotonic.saturating_sub(self.came)
    }
}

#[cfg(test)]
#[path = "agenda_tests.rs"]
mod tests;
