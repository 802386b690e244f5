//! How an endpoint has been doing for hours and days: when somebody is to hear of it, and when it
//! is not called any more.

use std::time::Duration;

use dragoman_core::Timestamp;
use dragoman_core::catalog::StopReason;
use dragoman_core::clock::Reading;

const HOUR: Duration = Duration::from_secs(3600);
/// Somebody is told when nothing was taken for so long.
const ALARMS: [Duration; 2] = [HOUR, Duration::from_secs(24 * 3600)];
/// An endpoint that has taken nothing for so long is not called any more,
const ENDURED: Duration = Duration::from_secs(5 * 24 * 3600);
/// if it was seen failing over such a time: whoever was away for days judges nobody by the first
/// failure, and one that was switched on again has this long to recover.
const SEEN: Duration = Duration::from_secs(12 * 3600);

/// Failures without a success between them. How long they last is told by the monotonic clock: a
/// wall clock that is set makes no endpoint worse.
#[derive(Debug, Default)]
pub(super) struct Streak {
    began: Option<Began>,
    /// The first and the last one that was seen from here.
    seen: Option<(Duration, Duration)>,
    /// So many of the alarms were given.
    alarms: usize,
    /// It has said itself that nobody is to call again.
    gone: bool,
}

/// The first failure, perhaps of an earlier process.
#[derive(Clone, Copy, Debug)]
struct Began {
    at: Timestamp,
    /// When this process has heard of it,
    heard: Duration,
    /// and how long it was ago then.
    ago: Duration,
}

impl Began {
    fn new(at: Timestamp, now: Reading) -> Self {
        Self {
            at,
            heard: now.monotonic,
            ago: now.wall.since(at),
        }
    }

    fn lasts(&self, now: Duration) -> Duration {
        self.ago + now.saturating_sub(self.heard)
    }
}

impl Streak {
    /// As an earlier process has left it. What it had to tell is told.
    pub(super) fn since(since: Option<Timestamp>, now: Reading) -> Self {
        let began = since.map(|since| Began::new(since, now));
        Self {
            began,
            alarms: began.map_or(0, |began| passed(began.ago)),
            ..Self::default()
        }
    }

    pub(super) fn succeeded(&mut self) {
        *self = Self::default();
    }

    /// A try has failed that began at `at`.
    pub(super) fn failed(&mut self, at: Timestamp, now: Reading) {
        self.began.get_or_insert(Began::new(at, now));
        let (_, last) = self.seen.get_or_insert((now.monotonic, now.monotonic));
        *last = now.monotonic;
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
        match self.began {
            Some(began) => Some(began.at),
            None => None,
        }
    }

    /// Since when nothing was taken, as long as somebody is to hear of it.
    pub(super) fn alarm(&self, now: Duration) -> Option<Timestamp> {
        let began = self.began?;
        (self.alarms < passed(began.lasts(now))).then_some(began.at)
    }

    /// Somebody has heard of it.
    pub(super) fn was_reported(&mut self, now: Duration) {
        self.alarms = self.began.map_or(0, |began| passed(began.lasts(now)));
    }

    /// Why it is not to be called any more.
    pub(super) fn verdict(&self, now: Duration) -> Option<StopReason> {
        if self.gone {
            return Some(StopReason::Gone);
        }
        let (first, last) = self.seen?;
        let is_over = self.began?.lasts(now) >= ENDURED && last - first >= SEEN;
        is_over.then_some(StopReason::Failing)
    }
}

fn passed(lasts: Duration) -> usize {
    ALARMS.into_iter().filter(|alarm| lasts >= *alarm).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn hours(hours: u64) -> Duration {
        Duration::from_secs(hours * 3600)
    }

    fn at(hour: u64) -> Reading {
        let monotonic = hours(hour);
        Reading {
            wall: Timestamp::from_seconds(1_000_000).plus(monotonic),
            monotonic,
        }
    }

    fn failing(hours: &[u64]) -> Streak {
        let mut streak = Streak::default();
        for hour in hours {
            streak.failed(at(*hour).wall, at(*hour));
        }
        streak
    }

    #[test]
    fn somebody_hears_of_it_after_an_hour_and_after_a_day() {
        let mut streak = failing(&[100]);
        let first = Some(at(100).wall);
        let mut heard = Vec::new();
        for hour in 100..200 {
            if let Some(since) = streak.alarm(hours(hour)) {
                // It is due until somebody has heard of it.
                assert_eq!(streak.alarm(hours(hour)), Some(since));
                streak.was_reported(hours(hour));
                heard.push((hour, since));
            }
        }
        assert_eq!(heard, [(101, at(100).wall), (124, at(100).wall)]);
        let mut resumed = Streak::since(first, at(110));
        assert_eq!(resumed.alarm(hours(111)), None);
        assert!(resumed.alarm(hours(124)).is_some());
        resumed.succeeded();
        assert_eq!((resumed.alarm(hours(300)), resumed.began()), (None, None));
    }

    #[test]
    fn five_days_without_success_are_too_many_if_twelve_hours_of_them_were_seen() {
        let mut streak = failing(&[0, 11]);
        assert_eq!(streak.verdict(hours(500)), None);
        streak.failed(at(12).wall, at(12));
        assert_eq!(streak.verdict(hours(119)), None);
        assert_eq!(streak.verdict(hours(120)), Some(StopReason::Failing));
        streak.forgive();
        streak.failed(at(130).wall, at(130));
        assert_eq!(streak.verdict(hours(130)), None);
        streak.failed(at(142).wall, at(142));
        assert_eq!(streak.verdict(hours(142)), Some(StopReason::Failing));
    }

    #[test]
    fn a_wall_clock_that_is_set_makes_no_endpoint_worse() {
        let mut streak = failing(&[0]);
        let tomorrow = Reading {
            wall: at(24 * 30).wall,
            ..at(0)
        };
        streak.failed(tomorrow.wall, tomorrow);
        assert_eq!(streak.alarm(tomorrow.monotonic), None);
        assert_eq!(streak.verdict(tomorrow.monotonic), None);
    }

    #[test]
    fn a_gateway_that_was_away_for_days_judges_nobody_by_the_first_failure() {
        let mut streak = Streak::since(Some(at(0).wall), at(200));
        streak.failed(at(200).wall, at(200));
        assert_eq!(streak.verdict(hours(200)), None);
        streak.left();
        assert_eq!(streak.verdict(hours(200)), Some(StopReason::Gone));
    }
}
