//! Events, as columns: a number for the kind, JSON for what is ours, the provider's text beside it.

use dragoman_core::assignment::NotAssigned;
use dragoman_core::doubt::{Resolution, Resolver};
use dragoman_core::event::What;
use dragoman_core::id::AttemptId;
use dragoman_core::outcome::Failure;
use dragoman_core::{Raw, Timestamp};
use serde::{Deserialize, Serialize};

use super::failure::FailureRecord;
use super::shape::{One, Optional};
use super::value::{AttemptIdRecord, TimestampRecord};
use super::{Unreadable, VERSION, from_json};

/// The columns of an event that say what happened.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Columns<'a> {
    /// The kind of [`What`]. The numbers are stored: never change one.
    pub(crate) kind: i64,
    /// JSON, where the kind alone does not say it all.
    pub(crate) data: Option<String>,
    /// The provider's whole status.
    pub(crate) raw: Option<&'a str>,
}

/// What happened, as columns.
pub(crate) fn columns(what: &What) -> Columns<'_> {
    let (kind, data, raw) = match what {
        What::Accepted => (1, None, None),
        What::Departed { attempt } => (2, Some(json(&attempt_of(*attempt))), None),
        What::Withdrawn { attempt } => (3, Some(json(&attempt_of(*attempt))), None),
        What::Submitted {
            attempt,
            provider_id,
            recipient,
        } => {
            let data = Submitted {
                attempt: *attempt,
                provider_id: provider_id.clone(),
                recipient: recipient.clone(),
            };
            (4, Some(json(&data)), None)
        }
        What::Retried {
            attempt,
            failure,
            due_at,
        } => {
            let data = Retried {
                attempt: *attempt,
                failure: failure.clone(),
                due_at: *due_at,
            };
            (5, Some(json(&data)), None)
        }
        What::Unknown { reason } => (6, Some(json(reason)), None),
        What::Sent { at, raw } => (7, Some(at.millis().to_string()), Some(raw.as_str())),
        What::Delivered { at, raw } => (8, Some(at.millis().to_string()), Some(raw.as_str())),
        What::Read { at, raw } => (9, Some(at.millis().to_string()), Some(raw.as_str())),
        What::Failed { failure, raw } => {
            let data = super::to_json::<FailureRecord, _>(failure);
            (10, Some(data), raw.as_ref().map(Raw::as_str))
        }
        What::Expired => (11, None, None),
        What::Cancelled => (12, None, None),
        What::Dead => (13, None, None),
        What::Received => (14, None, None),
        What::NotAssigned(NotAssigned::UnknownUser) => (15, None, None),
        What::NotAssigned(NotAssigned::UserInNoTeam) => (16, None, None),
        What::Noted => (17, None, None),
        What::Erased => (18, None, None),
        What::Arrived => (19, None, None),
        What::Undownloaded(failure) => {
            let data = super::to_json::<FailureRecord, _>(failure);
            (20, Some(data), None)
        }
        What::Resolved { resolution, by } => {
            let kind = match by {
                Resolver::Policy => 21,
                Resolver::Person => 22,
            };
            (kind, Some((*resolution as u8).to_string()), None)
        }
    };
    Columns { kind, data, raw }
}

/// What the columns say.
///
/// # Errors
/// They were written by a newer version, or are damaged.
pub(crate) fn from_columns(
    version: i64,
    kind: i64,
    data: Option<&str>,
    raw: Option<&str>,
) -> Result<What, Unreadable> {
    if version != VERSION {
        let why = format!("version {version} is not known");
        return Err(Unreadable::new("event", why));
    }
    let data = data.unwrap_or("null");
    let raw_or_empty = || Raw::new(raw.unwrap_or_default());
    Ok(match kind {
        1 => What::Accepted,
        2 => What::Departed {
            attempt: read::<OneAttempt>(data)?.attempt,
        },
        3 => What::Withdrawn {
            attempt: read::<OneAttempt>(data)?.attempt,
        },
        4 => {
            let data: Submitted = read(data)?;
            What::Submitted {
                attempt: data.attempt,
                provider_id: data.provider_id,
                recipient: data.recipient,
            }
        }
        5 => {
            let data: Retried = read(data)?;
            What::Retried {
                attempt: data.attempt,
                failure: data.failure,
                due_at: data.due_at,
            }
        }
        6 => What::Unknown {
            reason: read(data)?,
        },
        7 => What::Sent {
            at: Timestamp::from_millis(read(data)?),
            raw: raw_or_empty(),
        },
        8 => What::Delivered {
            at: Timestamp::from_millis(read(data)?),
            raw: raw_or_empty(),
        },
        9 => What::Read {
            at: Timestamp::from_millis(read(data)?),
            raw: raw_or_empty(),
        },
        10 => What::Failed {
            failure: from_json::<FailureRecord, _>("failure", version, data)?,
            raw: raw.map(Raw::new),
        },
        11 => What::Expired,
        12 => What::Cancelled,
        13 => What::Dead,
        14 => What::Received,
        15 => What::NotAssigned(NotAssigned::UnknownUser),
        16 => What::NotAssigned(NotAssigned::UserInNoTeam),
        17 => What::Noted,
        18 => What::Erased,
        19 => What::Arrived,
        20 => What::Undownloaded(from_json::<FailureRecord, _>("failure", version, data)?),
        21 | 22 => What::Resolved {
            resolution: resolution(read(data)?)?,
            by: if kind == 21 {
                Resolver::Policy
            } else {
                Resolver::Person
            },
        },
        other => return Err(Unreadable::new("event", format!("no kind {other}"))),
    })
}

#[derive(Serialize, Deserialize)]
struct OneAttempt {
    #[serde(with = "One::<AttemptIdRecord>")]
    attempt: AttemptId,
}

#[derive(Serialize, Deserialize)]
struct Submitted {
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "Optional::<AttemptIdRecord>"
    )]
    attempt: Option<AttemptId>,
    provider_id: Box<str>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    recipient: Option<Box<str>>,
}

#[derive(Serialize, Deserialize)]
struct Retried {
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "Optional::<AttemptIdRecord>"
    )]
    attempt: Option<AttemptId>,
    #[serde(with = "FailureRecord")]
    failure: Failure,
    #[serde(with = "One::<TimestampRecord>")]
    due_at: Timestamp,
}

const fn attempt_of(attempt: AttemptId) -> OneAttempt {
    OneAttempt { attempt }
}

fn resolution(number: u8) -> Result<Resolution, Unreadable> {
    Resolution::from_number(number)
        .ok_or_else(|| Unreadable::new("event", format!("no resolution {number}")))
}

fn json<T: Serialize>(value: &T) -> String {
    serde_json::to_string(value).expect("records have string keys and no writer that fails")
}

fn read<'a, T: Deserialize<'a>>(data: &'a str) -> Result<T, Unreadable> {
    serde_json::from_str(data).map_err(|error| Unreadable::misshapen("event", &error))
}
