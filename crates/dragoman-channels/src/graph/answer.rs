//! What an answer without a message id means for the attempt.
//!
//! The rule for doubt: only Graph's own error envelope proves that a message was not taken.
//! Everything else, a gateway's page for instance, leaves the attempt unknown.

use std::time::Duration;

use dragoman_core::outcome::{Again, Failure, NotTaken, Proof, SendError, Slow};
use dragoman_core::ports::Answer;
use serde_json::Value;

use super::codes::{Class, Codes};
use super::error::GraphError;

/// How long to listen for an echo before a message that a struggling server refused is repeated.
const SETTLE: Duration = Duration::from_secs(60);
/// The pauses before the file of a message is fetched again.
const MEDIA: [Duration; 3] = [
    Duration::from_secs(10),
    Duration::from_secs(60),
    Duration::from_secs(300),
];
/// `Retry-After` counts up to here.
const LONGEST: Duration = Duration::from_secs(6 * 3600);

impl Codes {
    /// Judges an answer that is no receipt. `starts` is the number of attempts that departed before
    /// this one. `access_token` is hidden in the failure, because Graph quotes malformed tokens.
    pub(crate) fn judge(&self, answer: &Answer, starts: u32, access_token: &str) -> SendError {
        let status = answer.status;
        let refused = (400..600).contains(&status);
        let Some(error) = envelope(&answer.body).filter(|_| refused) else {
            let reason = format!("status {status} without graph's error envelope");
            return SendError::Unknown(reason.into());
        };
        let class = self.class_under(&error, status);
        let (again, slow) = reaction(class, starts);
        SendError::NotTaken(NotTaken {
            failure: hide(error.failure(), access_token),
            proof: proof(class),
            again: honour(again, answer.retry_after),
            slow,
        })
    }

    fn class_under(&self, error: &GraphError, status: u16) -> Class {
        let is_server_error = status >= 500;
        match self.class(error.code, error.subcode) {
            // Only these statuses prove it; behind another 5xx the message may have gone through.
            Some(Class::Transient) if is_server_error && status != 503 => Class::Struggling,
            Some(class) => class,
            None if is_server_error || error.is_transient => Class::Struggling,
            None if status == 429 => Class::Throttle,
            None => Class::Permanent,
        }
    }
}

/// How well a refusal of this class proves that the message was not taken.
const fn proof(class: Class) -> Proof {
    match class {
        Class::Struggling => Proof::Struggling,
        Class::Permanent
        | Class::Throttle
        | Class::PairThrottle
        | Class::ReputationThrottle
        | Class::Broken
        | Class::Transient
        | Class::Media => Proof::Certain,
    }
}

/// Why a question was not answered, in Graph's words where it has any. `access_token` is hidden.
pub(crate) fn failure(answer: &Answer, access_token: &str) -> Failure {
    match envelope(&answer.body) {
        Some(error) => hide(error.failure(), access_token),
        None => {
            let reason = format!("status {} without graph's error envelope", answer.status);
            Failure::new(0, "the provider did not answer").because(reason)
        }
    }
}

fn envelope(body: &[u8]) -> Option<GraphError> {
    let body: Value = serde_json::from_slice(body).ok()?;
    GraphError::read(body.get("error")?).filter(|error| error.is_genuine)
}

fn reaction(class: Class, starts: u32) -> (Again, Slow) {
    match class {
        Class::Permanent => (Again::Never, Slow::Message),
        Class::Throttle => (Again::Backoff, Slow::Channel),
        Class::PairThrottle => (Again::Backoff, Slow::Conversation),
        Class::ReputationThrottle => (Again::Backoff, Slow::Reputation),
        Class::Broken => (Again::Backoff, Slow::Broken),
        Class::Transient => (Again::Backoff, Slow::Message),
        Class::Struggling => (Again::After(SETTLE), Slow::Message),
        Class::Media => {
            let tried = usize::try_from(starts).unwrap_or(usize::MAX);
            let pause = MEDIA.get(tried).copied();
            (pause.map_or(Again::Never, Again::After), Slow::Message)
        }
    }
}

/// Graph documents no `Retry-After`; where one comes it can only lengthen the pause.
fn honour(again: Again, retry_after: Option<Duration>) -> Again {
    let named = retry_after.map(|pause| pause.min(LONGEST));
    match (again, named) {
        (Again::Backoff, Some(named)) => Again::After(named),
        (Again::After(own), Some(named)) => Again::After(own.max(named)),
        (Again::Never, _) | (Again::Backoff | Again::After(_), None) => again,
    }
}

fn hide(failure: Failure, secret: &str) -> Failure {
    if secret.is_empty() {
        return failure;
    }
    let hidden = |text: Box<str>| text.replace(secret, "***").into();
    Failure {
        title: hidden(failure.title),
        details: failure.details.map(hidden),
        ..failure
    }
}

#[cfg(test)]
#[path = "answer_tests.rs"]
mod tests;
