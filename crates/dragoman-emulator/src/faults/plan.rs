//! The rules of misbehaviour as they are written; only those that make sense can be read.

use std::time::Duration;

use serde::Deserialize;

use crate::world::normalise;

/// Longer than any client waits.
const LONGEST_DELAY: Duration = Duration::from_secs(3600);

/// The body of `PUT /emulator/v1/faults`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FaultPlan {
    #[serde(default)]
    pub(super) seed: u64,
    #[serde(default)]
    pub(super) rules: Vec<Rule>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Rule {
    #[serde(default, rename = "match")]
    pub(super) matches: Match,
    /// How many of the matching messages are hit; all of them by default.
    #[serde(default)]
    pub(super) rate: Rate,
    #[serde(rename = "do")]
    pub(super) fault: Fault,
    /// After so many hits the rule rests; never by default.
    pub(super) times: Option<u64>,
}

/// From 0 (never) to 1 (always).
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(try_from = "f64")]
pub(super) struct Rate(pub(super) f64);

impl Default for Rate {
    fn default() -> Self {
        Self(1.0)
    }
}

impl TryFrom<f64> for Rate {
    type Error = &'static str;

    fn try_from(rate: f64) -> Result<Self, Self::Error> {
        let makes_sense = (0.0..=1.0).contains(&rate);
        makes_sense
            .then_some(Self(rate))
            .ok_or("rate goes from 0 to 1")
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Match {
    /// Sends, unless another call is named.
    #[serde(default)]
    pub(super) call: Call,
    /// Of sends alone.
    pub(super) to: Option<Recipient>,
    /// Of sends alone.
    #[serde(rename = "type")]
    pub(super) kind: Option<String>,
}

/// What a business asks for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Call {
    #[default]
    Send,
    /// A file is brought.
    Upload,
    /// The address of a file is asked for.
    LookUp,
    /// The bytes at that address.
    Download,
}

/// A customer's id, however it was written.
#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Recipient(pub(super) String);

impl TryFrom<String> for Recipient {
    type Error = String;

    fn try_from(written: String) -> Result<Self, Self::Error> {
        normalise(&written)
            .map(Self)
            .ok_or_else(|| format!("{written} is neither a phone number nor a BSUID"))
    }
}

/// How long an answer is held back.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(try_from = "u64")]
pub(super) struct Delay(pub(super) Duration);

impl TryFrom<u64> for Delay {
    type Error = &'static str;

    fn try_from(delay_ms: u64) -> Result<Self, Self::Error> {
        let delay = Duration::from_millis(delay_ms);
        (delay <= LONGEST_DELAY)
            .then_some(Self(delay))
            .ok_or("delay_ms is at most an hour")
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Fault {
    pub(super) kind: Kind,
    pub(super) code: Option<u32>,
    #[serde(default, rename = "delay_ms")]
    pub(super) delay: Delay,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Kind {
    Error,
    Delay,
    LostAnswer,
    ResetBeforeRead,
    #[serde(rename = "page_502")]
    Page502,
    StatusDuplicate,
    StatusReorder,
    StatusMissing,
    StatusWithoutToken,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_rule_that_makes_no_sense_is_refused() {
        for rule in [
            json!({"rate": 2, "do": {"kind": "error"}}),
            json!({"rate": -0.1, "do": {"kind": "error"}}),
            json!({"rate": "often", "do": {"kind": "error"}}),
            json!({"do": {"kind": "delay", "delay_ms": -1}}),
            json!({"do": {"kind": "delay", "delay_ms": 3_600_001}}),
            json!({"do": {"kind": "delay", "delay_ms": u64::MAX}}),
            json!({"do": {"kind": "error", "code": -1}}),
            json!({"do": {"kind": "explode"}}),
            json!({"do": {"kind": "error"}, "times": -1}),
            json!({"do": {"kind": "error"}, "match": {"to": "everybody"}}),
            json!({"do": {"kind": "error"}, "match": {"call": "telephone"}}),
            json!({"rate": 1}),
        ] {
            let plan = serde_json::from_value::<FaultPlan>(json!({"rules": [rule]}));
            assert!(plan.is_err(), "{rule}");
        }
    }
}
