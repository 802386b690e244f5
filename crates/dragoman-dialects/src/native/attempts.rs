//! The attempts to send a message, as its events tell them.

use dragoman_core::Timestamp;
use dragoman_core::event::{Event, What};
use dragoman_core::id::AttemptId;
use dragoman_core::outcome::Failure;
use serde::{Serialize, Serializer};

/// One attempt: when it departed, and how it ended.
#[derive(Serialize)]
pub(super) struct Tried {
    #[serde(serialize_with = "hex")]
    id: AttemptId,
    #[serde(serialize_with = "iso")]
    departed_at: Timestamp,
    outcome: Outcome,
    /// What is known of it: A taken, N not taken, U unknown.
    class: Option<char>,
    /// The provider's code, where it gave one.
    code: Option<i64>,
}

/// How an attempt ended.
#[derive(Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Outcome {
    /// It has not ended yet.
    InFlight,
    /// Taken back before its first byte was written.
    Withdrawn,
    Submitted,
    Retry,
    Failed,
    Unknown,
}

impl Outcome {
    const fn class(self) -> Option<char> {
        match self {
            Self::InFlight | Self::Withdrawn => None,
            Self::Submitted => Some('A'),
            Self::Retry | Self::Failed => Some('N'),
            Self::Unknown => Some('U'),
        }
    }
}

/// The attempts in the order in which they departed. What a provider reports later about a message
/// that it took is no end of an attempt.
pub(super) fn attempts(events: &[Event]) -> Vec<Tried> {
    let mut all = Vec::new();
    for event in events {
        match &event.what {
            What::Departed { attempt } => all.push(Tried {
                id: *attempt,
                departed_at: event.at,
                outcome: Outcome::InFlight,
                class: None,
                code: None,
            }),
            What::Withdrawn { attempt } => {
                end(named(&mut all, *attempt), Outcome::Withdrawn, None);
            }
            What::Submitted { attempt, .. } => {
                let taken = match attempt {
                    Some(attempt) => named(&mut all, *attempt),
                    None => undecided(&mut all),
                };
                end(taken, Outcome::Submitted, None);
            }
            What::Retried {
                attempt: Some(attempt),
                failure,
                ..
            } => end(named(&mut all, *attempt), Outcome::Retry, Some(failure)),
            What::Unknown { .. } => end(undecided(&mut all), Outcome::Unknown, None),
            What::Failed { failure, raw: None } => {
                end(undecided(&mut all), Outcome::Failed, Some(failure));
            }
            What::Retried { attempt: None, .. }
            | What::Failed { raw: Some(_), .. }
            | What::Accepted
            | What::Sent { .. }
            | What::Delivered { .. }
            | What::Read { .. }
            | What::Expired
            | What::Cancelled
            | What::Dead
            | What::Resolved { .. }
            | What::Arrived
            | What::Received
            | What::Undownloaded(_)
            | What::NotAssigned(_)
            | What::Noted
            | What::Erased => {}
        }
    }
    all
}

fn named(all: &mut [Tried], id: AttemptId) -> Option<&mut Tried> {
    all.iter_mut().find(|tried| tried.id == id)
}

/// The last attempt, while it is not known whether the provider took the message.
fn undecided(all: &mut [Tried]) -> Option<&mut Tried> {
    let last = all.last_mut()?;
    let open = matches!(last.outcome, Outcome::InFlight | Outcome::Unknown);
    open.then_some(last)
}

fn end(tried: Option<&mut Tried>, outcome: Outcome, failure: Option<&Failure>) {
    if let Some(tried) = tried {
        tried.outcome = outcome;
        tried.class = outcome.class();
        tried.code = failure
            .map(|failure| failure.code)
            .filter(|code| *code != 0);
    }
}

fn hex<S: Serializer>(id: &AttemptId, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&format_args!("{id:?}"))
}

fn iso<S: Serializer>(at: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&at.iso())
}
