//! Who has failed to prove themselves lately.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use axum::http::{StatusCode, Uri};
use dragoman_core::rate::Bucket;

/// So many are remembered at least, and at most twice as many.
const MANY: usize = 10_000;

/// Where providers call. Many tenants' webhooks come from the same address of a provider: a wrong
/// secret of one must not shut the door for others.
const WEBHOOKS: &str = "/in/";

/// What is asked by those who watch over the gateway, without proving themselves.
const OPERATION: [&str; 3] = ["/healthz", "/readyz", "/metrics"];

/// Counts failed authentications, so that guessing costs time, and looking up what was guessed
/// costs us nothing.
#[derive(Debug)]
pub(super) struct Failures {
    fresh: Bucket,
    hashes: RandomState,
    kept: Mutex<Kept>,
}

/// Who is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Who {
    caller: IpAddr,
    /// The address of a webhook, hashed, so that long ones cost no memory.
    webhook: Option<u64>,
}

/// The youngest entries and the generation before: what was not seen for a whole generation is
/// forgotten, however many come.
#[derive(Debug, Default)]
struct Kept {
    young: HashMap<Who, Bucket>,
    old: HashMap<Who, Bucket>,
}

impl Failures {
    /// So many failures in a minute: all at once after a rest.
    pub(super) fn new(a_minute: u32) -> Self {
        Self {
            fresh: Bucket::new(Duration::from_secs(60) / a_minute, a_minute),
            hashes: RandomState::new(),
            kept: Mutex::default(),
        }
    }

    /// For whom this call counts, if it does.
    pub(super) fn who(&self, caller: Option<IpAddr>, uri: &Uri) -> Option<Who> {
        let path = uri.path();
        if OPERATION.contains(&path) {
            return None;
        }
        let is_webhook = path.starts_with(WEBHOOKS);
        Some(Who {
            caller: caller?,
            webhook: is_webhook.then(|| self.hashes.hash_one(path)),
        })
    }

    /// Lets those pass who may still fail. `now` is monotonic.
    ///
    /// # Errors
    /// How long to wait.
    pub(super) fn pass(&self, who: Who, now: Duration) -> Result<(), Duration> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let known = kept.young.get(&who).or_else(|| kept.old.get(&who));
        match known.map_or(Duration::ZERO, |bucket| bucket.wait(now)) {
            Duration::ZERO => Ok(()),
            wait => Err(wait),
        }
    }

    /// Notes how a call ended.
    pub(super) fn note(&self, who: Who, answer: StatusCode, now: Duration) {
        // Elsewhere who is forbidden something has proven who they are.
        let is_refused = answer == StatusCode::FORBIDDEN && who.webhook.is_some();
        if answer != StatusCode::UNAUTHORIZED && !is_refused {
            return;
        }
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.young.len() >= MANY {
            kept.old = std::mem::take(&mut kept.young);
        }
        let known = kept.young.get(&who).or_else(|| kept.old.get(&who));
        let mut bucket = *known.unwrap_or(&self.fresh);
        // Calls that ran side by side may be more than may fail.
        let _ = bucket.take(now);
        kept.young.insert(who, bucket);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Duration = Duration::from_secs(100);
    const FAILED: StatusCode = StatusCode::UNAUTHORIZED;

    fn who(failures: &Failures, last: u32, path: &'static str) -> Who {
        let caller = IpAddr::from(last.to_be_bytes());
        failures.who(Some(caller), &Uri::from_static(path)).unwrap()
    }

    #[test]
    fn who_fails_too_often_has_to_wait_and_nobody_else_does() {
        let failures = Failures::new(20);
        let one = who(&failures, 1, "/api/v1/login");
        for _ in 0..20 {
            assert_eq!(failures.pass(one, NOW), Ok(()));
            failures.note(one, StatusCode::OK, NOW);
            failures.note(one, StatusCode::FORBIDDEN, NOW);
            failures.note(one, FAILED, NOW);
        }
        let third = Duration::from_secs(3);
        assert_eq!(failures.pass(one, NOW), Err(third));
        assert_eq!(failures.pass(one, NOW + third), Ok(()));
        let same = who(&failures, 1, "/callbell/v1/auth/me");
        assert_eq!(failures.pass(same, NOW), Err(third));
        let other = who(&failures, 2, "/api/v1/login");
        assert_eq!(failures.pass(other, NOW), Ok(()));
    }

    #[test]
    fn a_webhook_with_a_wrong_secret_shuts_no_other_one_out() {
        let failures = Failures::new(1);
        let (wrong, right) = (
            who(&failures, 1, "/in/whatsapp_cloud/wrong"),
            who(&failures, 1, "/in/whatsapp_cloud/right"),
        );
        failures.note(wrong, StatusCode::FORBIDDEN, NOW);
        assert!(failures.pass(wrong, NOW).is_err());
        assert_eq!(failures.pass(right, NOW), Ok(()));
    }

    #[test]
    fn those_who_watch_and_those_who_are_nobody_are_not_counted() {
        let failures = Failures::new(1);
        let caller = Some(IpAddr::from([192, 0, 2, 1]));
        assert_eq!(failures.who(caller, &Uri::from_static("/readyz")), None);
        assert_eq!(failures.who(None, &Uri::from_static("/api/v1/login")), None);
    }

    #[test]
    fn a_flood_of_addresses_takes_no_more_room_and_forgets_nobody_who_goes_on() {
        let failures = Failures::new(1);
        let one = who(&failures, 1, "/");
        for other in 2..100_000 {
            failures.note(who(&failures, other, "/"), FAILED, NOW);
            if other % 1000 == 0 {
                failures.note(one, FAILED, NOW);
            }
        }
        assert!(failures.pass(one, NOW).is_err());
        let kept = failures.kept.lock().unwrap();
        assert!(kept.young.len() + kept.old.len() <= 2 * MANY);
    }
}
