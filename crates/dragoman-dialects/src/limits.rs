//! How many calls a token may make.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderMap, HeaderName};
use dragoman_core::Id;
use dragoman_core::catalog::Policy;
use dragoman_core::rate::{Bucket, Rate};

/// From so many buckets on, those that are full are dropped: they say nothing.
const MANY: usize = 1024;

/// When a call may be made again that may not be made now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Later {
    wait: Duration,
    /// What was used up.
    rate: Option<Rate>,
}

impl Later {
    /// After a while; how many calls there may be is nobody's business.
    pub(crate) const fn after(wait: Duration) -> Self {
        Self { wait, rate: None }
    }

    /// Whole seconds after which the wait is over.
    pub(crate) fn seconds(self) -> u64 {
        self.wait.as_millis().div_ceil(1000) as u64
    }

    /// Says so in the headers of an answer: how long to wait, and of a rate also what it is, by the
    /// names of the IETF's draft. In all dialects: programs that know them get along better.
    pub(crate) fn tell(self, headers: &mut HeaderMap) {
        headers.insert(RETRY_AFTER, self.seconds().into());
        let Some(rate) = self.rate else { return };
        for (name, value) in [
            ("ratelimit-limit", rate.count().into()),
            ("ratelimit-remaining", 0),
            ("ratelimit-reset", self.seconds()),
        ] {
            headers.insert(HeaderName::from_static(name), value.into());
        }
    }
}

/// Counts the calls of every token whose policy has a rate. Kept in memory: after a restart
/// everybody starts with a full second.
#[derive(Debug, Default)]
pub struct Limits(Mutex<HashMap<Id, (Rate, Bucket)>>);

impl Limits {
    /// Lets a call of this token pass: after a rest a second's worth at once, and then an even
    /// flow. `now` is monotonic.
    ///
    /// # Errors
    /// When the next call may pass.
    pub(crate) fn pass(&self, token: Id, policy: Policy, now: Duration) -> Result<(), Later> {
        let Some(rate) = policy.rate else {
            return Ok(());
        };
        let mut buckets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= MANY {
            buckets.retain(|_, (_, bucket)| !bucket.is_full(now));
        }
        let full = || Bucket::new(Duration::from_secs(1) / rate.count(), rate.count());
        let (known, bucket) = buckets.entry(token).or_insert_with(|| (rate, full()));
        if *known != rate {
            (*known, *bucket) = (rate, full());
        }
        let rate = Some(rate);
        bucket.take(now).map_err(|wait| Later { wait, rate })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: Id = Id::from_u128(1);

    fn policy(count: u32) -> Policy {
        Policy {
            rate: Rate::per_second(count),
            ..Policy::default()
        }
    }

    fn passed(limits: &Limits, token: Id, policy: Policy, now: Duration) -> usize {
        let calls = (0..1000).filter(|_| limits.pass(token, policy, now).is_ok());
        calls.count()
    }

    #[test]
    fn a_second_s_worth_passes_at_once_and_more_has_to_wait() {
        let (limits, second) = (Limits::default(), Duration::from_secs(1));
        assert_eq!(passed(&limits, TOKEN, policy(20), second), 20);
        let wait = limits.pass(TOKEN, policy(20), second);
        let later = wait.unwrap_err();
        assert_eq!(later.wait, Duration::from_millis(50));
        let mut headers = HeaderMap::new();
        later.tell(&mut headers);
        let told = |name: &str| headers[name].to_str().unwrap().to_owned();
        assert_eq!(told("retry-after"), "1");
        assert_eq!(told("ratelimit-limit"), "20");
        assert_eq!(told("ratelimit-remaining"), "0");
        assert_eq!(told("ratelimit-reset"), "1");
        assert_eq!(passed(&limits, TOKEN, policy(20), second * 3 / 2), 10);
    }

    #[test]
    fn tokens_do_not_count_for_each_other_and_a_new_rate_counts_at_once() {
        let (limits, second) = (Limits::default(), Duration::from_secs(1));
        assert_eq!(passed(&limits, TOKEN, policy(20), second), 20);
        let other = Id::from_u128(2);
        assert_eq!(passed(&limits, other, policy(5), second), 5);
        assert_eq!(passed(&limits, TOKEN, policy(30), second), 30);
        assert_eq!(passed(&limits, TOKEN, Policy::default(), second), 1000);
    }

    #[test]
    fn tokens_that_rest_take_no_room() {
        let limits = Limits::default();
        for token in 0..10_000_u32 {
            let now = Duration::from_secs(token.into());
            let token = Id::from_u128(token.into());
            assert_eq!(limits.pass(token, policy(5), now), Ok(()));
        }
        assert!(limits.0.lock().unwrap().len() <= MANY);
    }
}
