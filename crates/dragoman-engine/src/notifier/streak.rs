//! How an endpoint has been doing for hours and days: when somebody is to hear of it, and when it
//! is not called any more.

use std::time::Duration;

use dragoman_core::Timestamp;
use dragoman_core::catalog::StopReason;

const HOUR: Duration = Duration::from_secs(3600);
/// Somebody is told when nothing was taken for so long.
const ALARMS: [Duration; 2] = [HOUR, Duration::from_secs(24 * 3600)];
/// An endpoint that has taken nothing for so long is not called any more,
const ENDURED: Duration = Duration::from_secs(5 * 24 * 3600);
/// if it was seen failing over such a time: whoever was away for days judges nobody by the first
/// failure, and one that was switched on again has this long to recover.
const SEEN: Duration = Duration::from_secs(12 * 3600);

/// Failures without a success between them.
#[derive(Debug, Default)]
pub(super) struct Streak {
    /// The first one, perhaps of an earlier process.
    since: Option<Timestamp>,
    /// The first and the last one that was seen from here.
    seen: Option<(Timestamp, Timestamp)>,
    /// So many of the alarms were given.
    alarms: usize,
    /// It has said itself that nobody is to call again.
    gone: bool,
}

impl Streak {
    /// As an earlier process has left it. What it had to tell is told.
    pub(super) fn since(since: Option<Timestamp>, now: Timestamp) -> Self {
        Self {
            since,
            alarms: since.map_or(0, |since| passed(since, now)),
            ..Self::default()
        }
    }

    pub(super) fn succeeded(&mut self) {
        *self = Self::default();
    }

    pub(super) fn failed(&mut self, at: Timestamp) {
        self.since.get_or_insert(at);
        let (first, last) = self.seen.get_or_insert((at, at));
        (*first, *last) = ((*first).min(at), (*last).max(at));
    }

    /// It has said itself that nobody is to call again.
    pub(super) fn left(&mut self) {
        self.gone = true;
    }

    /// Gives it another chance.
    pub(super) fn forgive(&mut self) {
        (self.seen, self.gone) = (None, false);
    }

    /// When it began.
    pub(super) const fn began(&self) -> Option<Timestamp> {
        self.since
    }

    /// Since when nothing was taken, as long as somebody is to hear of it.
    pub(super) fn alarm(&self, now: Timestamp) -> Option<Timestamp> {
        let since = self.since?;
        (self.alarms < passed(since, now)).then_some(since)
    }

    /// Somebody has heard of it.
    pub(super) fn was_reported(&mut self, now: Timestamp) {
        self.alarms = self.since.map_or(0, |since| passed(since, now));
    }

    /// Why it is not to be called any more.
    pub(super) fn verdict(&self, now: Timestamp) -> Option<StopReason> {
        if self.gone {
            return Some(StopReason::Gone);
        }
        let (first, last) = self.seen?;
        let is_over = now.since(self.since?) >= ENDURED && last.since(first) >= SEEN;
        is_over.then_some(StopReason::Failing)
    }
}

fn passed(since: Timestamp, now: Timestamp) -> usize {
    let lasts = now.since(since);
    ALARMS.into_iter().filter(|alarm| lasts >= *alarm).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn hours(hours: i64) -> Timestamp {
        Timestamp::from_seconds(hours * 3600)
    }

    #[test]
    fn somebody_hears_of_it_after_an_hour_and_after_a_day() {
        let mut streak = Streak::default();
        streak.failed(hours(100));
        let mut heard = Vec::new();
        for hour in 100..200 {
            if let Some(since) = streak.alarm(hours(hour)) {
                // It is due until somebody has heard of it.
                assert_eq!(streak.alarm(hours(hour)), Some(since));
                streak.was_reported(hours(hour));
                heard.push((hour, since));
            }
        }
        assert_eq!(heard, [(101, hours(100)), (124, hours(100))]);
        let mut resumed = Streak::since(Some(hours(100)), hours(110));
        assert_eq!(resumed.alarm(hours(111)), None);
        assert!(resumed.alarm(hours(124)).is_some());
        resumed.succeeded();
        assert_eq!((resumed.alarm(hours(300)), resumed.began()), (None, None));
    }

    #[test]
    fn five_days_without_success_are_too_many_if_twelve_hours_of_them_were_seen() {
        let mut streak = Streak::default();
        streak.failed(hours(0));
        streak.failed(hours(11));
        assert_eq!(streak.verdict(hours(500)), None);
        streak.failed(hours(12));
        assert_eq!(streak.verdict(hours(119)), None);
        assert_eq!(streak.verdict(hours(120)), Some(StopReason::Failing));
        streak.forgive();
        streak.failed(hours(130));
        assert_eq!(streak.verdict(hours(130)), None);
        streak.failed(hours(142));
        assert_eq!(streak.verdict(hours(142)), Some(StopReason::Failing));
    }

    #[test]
    fn a_gateway_that_was_away_for_days_judges_nobody_by_the_first_failure() {
        let mut streak = Streak::since(Some(hours(0)), hours(200));
        streak.failed(hours(200));
        assert_eq!(streak.verdict(hours(200)), None);
        streak.left();
        assert_eq!(streak.verdict(hours(200)), Some(StopReason::Gone));
    }
}
