//! What our own formats have in common: how often a webhook is repeated, and what a subscription
//! can leave out.

use std::time::Duration;

use dragoman_core::catalog::Subscription;
use dragoman_core::{Raw, Timestamp};
use serde::{Deserialize, Serialize};

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);

/// The pauses after the failures: ten tries within a little more than three days.
const PAUSES: [Duration; 9] = [
    Duration::from_secs(5),
    MINUTE.saturating_mul(5),
    MINUTE.saturating_mul(30),
    HOUR.saturating_mul(2),
    HOUR.saturating_mul(5),
    HOUR.saturating_mul(10),
    HOUR.saturating_mul(14),
    HOUR.saturating_mul(20),
    HOUR.saturating_mul(24),
];

/// The pause after so many failures; `None` gives up.
pub(crate) fn pause(tries: u32) -> Option<Duration> {
    let index = usize::try_from(tries.checked_sub(1)?).ok()?;
    PAUSES.get(index).copied()
}

/// Every other answer is a failure: addresses in redirects are not followed.
pub(crate) fn is_success(status: u16) -> bool {
    (200..300).contains(&status)
}

/// Whether a subscription wants one of these words. One that names none wants all.
pub(crate) fn wants(subscription: &Subscription, words: &[&str]) -> bool {
    let wanted = &subscription.events;
    wanted.is_empty() || wanted.iter().any(|event| words.contains(&&**event))
}

/// Of which messages a subscription hears statuses, where a format tells those of its own dialect
/// alone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Origin {
    /// Those that came through the format's own dialect.
    #[default]
    Own,
    /// Those that came through any.
    All,
}

#[derive(Default, Serialize, Deserialize)]
struct Settings {
    #[serde(default)]
    origin: Origin,
}

/// What the settings of a subscription say.
pub(crate) fn origin(subscription: &Subscription) -> Origin {
    let settings = subscription.settings.as_ref();
    let settings = settings.and_then(|raw| serde_json::from_str::<Settings>(raw.as_str()).ok());
    settings.unwrap_or_default().origin
}

/// Settings that say it. Others that are there stay.
pub(crate) fn with_origin(settings: Option<&Raw>, origin: Origin) -> Raw {
    let known = settings.and_then(|raw| serde_json::from_str(raw.as_str()).ok());
    let mut object: serde_json::Map<String, serde_json::Value> = known.unwrap_or_default();
    object.insert("origin".to_owned(), serde_json::json!(origin));
    Raw::new(serde_json::Value::Object(object).to_string())
}

/// A moment as our own format and our API write it.
pub(crate) fn date(at: Timestamp) -> String {
    at.iso().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_tries_within_three_days_and_a_few_hours() {
        let pauses: Vec<u64> = (0..=11)
            .filter_map(pause)
            .map(|pause| pause.as_secs())
            .collect();
        let expected = [5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400];
        assert_eq!(pauses, expected);
        assert_eq!(pauses.iter().sum::<u64>(), 75 * 3600 + 35 * 60 + 5);
    }

    #[test]
    fn the_origin_stands_beside_other_settings() {
        let kept = Raw::new(r#"{"max_concurrent_requests":6}"#);
        let raw = with_origin(Some(&kept), Origin::All);
        assert_eq!(
            raw.as_str(),
            r#"{"max_concurrent_requests":6,"origin":"all"}"#
        );
        assert_eq!(
            with_origin(None, Origin::Own).as_str(),
            r#"{"origin":"own"}"#
        );
    }
}
