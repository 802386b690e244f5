//! News, as columns: a number for the kind, JSON for the rest.

use dragoman_core::catalog::{StopReason, Team, User};
use dragoman_core::news::{
    ContactNews, DeliveryNews, Membership, Notice, Session, StaffNews, Tidings,
};
use dragoman_core::{Id, Raw, Timestamp};
use serde::{Deserialize, Serialize};

use super::catalog::StopReasonRecord;
use super::shape::{One, Optional};
use super::staff::{TeamRecord, UserRecord};
use super::value::{IdRecord, RawRecord, TimestampRecord};
use super::{Unreadable, VERSION};

/// The columns of news that say what happened.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Columns {
    /// The kind of [`Tidings`]. The numbers are stored: never change one.
    pub(crate) kind: i64,
    /// JSON.
    pub(crate) data: String,
}

/// What happened, as columns.
pub(crate) fn columns(what: &Tidings) -> Columns {
    match what {
        Tidings::Contact {
            contact,
            channel,
            what,
        } => {
            let (kind, reason) = match what {
                ContactNews::Created => (1, None),
                ContactNews::Updated => (2, None),
                ContactNews::Deleted => (3, None),
                ContactNews::Opened => (4, None),
                ContactNews::Closed { reason } => (5, Some(reason.clone())),
            };
            let data = OfContact {
                contact: *contact,
                channel: *channel,
                reason,
            };
            written(kind, &data)
        }
        Tidings::Staff(StaffNews::Status(user)) => {
            let user = user.clone();
            written(6, &OfStatus { user })
        }
        Tidings::Staff(StaffNews::Session(user, session)) => {
            let (user, session) = (user.clone(), *session);
            written(7, &OfSession { user, session })
        }
        Tidings::Staff(StaffNews::Membership(user, team, membership)) => {
            let data = OfMembership {
                user: user.clone(),
                team: team.clone(),
                membership: *membership,
            };
            written(8, &data)
        }
        Tidings::Notice(notice) => {
            let data = OfNotice {
                channel: notice.channel,
                format: notice.format.clone(),
                body: notice.body.clone(),
            };
            written(9, &data)
        }
        Tidings::Delivery(news) => {
            let data = OfDelivery {
                subscription: news.subscription,
                failing_since: news.failing_since,
                stopped: news.stopped,
            };
            written(10, &data)
        }
    }
}

/// What the columns say.
///
/// # Errors
/// They were written by a newer version, or are damaged.
pub(crate) fn from_columns(version: i64, kind: i64, data: &str) -> Result<Tidings, Unreadable> {
    if version != VERSION {
        let why = format!("version {version} is not known");
        return Err(Unreadable::new("piece of news", why));
    }
    Ok(match kind {
        1 => of_contact(data, |_| ContactNews::Created)?,
        2 => of_contact(data, |_| ContactNews::Updated)?,
        3 => of_contact(data, |_| ContactNews::Deleted)?,
        4 => of_contact(data, |_| ContactNews::Opened)?,
        5 => of_contact(data, |reason| ContactNews::Closed {
            reason: reason.unwrap_or_default(),
        })?,
        6 => {
            let OfStatus { user } = read(data)?;
            Tidings::Staff(StaffNews::Status(user))
        }
        7 => {
            let OfSession { user, session } = read(data)?;
            Tidings::Staff(StaffNews::Session(user, session))
        }
        8 => {
            let OfMembership {
                user,
                team,
                membership,
            } = read(data)?;
            Tidings::Staff(StaffNews::Membership(user, team, membership))
        }
        9 => {
            let OfNotice {
                channel,
                format,
                body,
            } = read(data)?;
            Tidings::Notice(Notice {
                channel,
                format,
                body,
            })
        }
        10 => {
            let OfDelivery {
                subscription,
                failing_since,
                stopped,
            } = read(data)?;
            Tidings::Delivery(DeliveryNews {
                subscription,
                failing_since,
                stopped,
            })
        }
        other => return Err(Unreadable::new("piece of news", format!("no kind {other}"))),
    })
}

#[derive(Serialize, Deserialize)]
struct OfContact {
    #[serde(with = "One::<IdRecord>")]
    contact: Id,
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "Optional::<IdRecord>"
    )]
    channel: Option<Id>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reason: Option<Box<str>>,
}

#[derive(Serialize, Deserialize)]
struct OfStatus {
    #[serde(with = "UserRecord")]
    user: User,
}

#[derive(Serialize, Deserialize)]
struct OfSession {
    #[serde(with = "UserRecord")]
    user: User,
    #[serde(with = "SessionRecord")]
    session: Session,
}

#[derive(Serialize, Deserialize)]
struct OfMembership {
    #[serde(with = "UserRecord")]
    user: User,
    #[serde(with = "TeamRecord")]
    team: Team,
    #[serde(with = "MembershipRecord")]
    membership: Membership,
}

#[derive(Serialize, Deserialize)]
struct OfNotice {
    #[serde(with = "One::<IdRecord>")]
    channel: Id,
    format: Box<str>,
    #[serde(with = "One::<RawRecord>")]
    body: Raw,
}

#[derive(Serialize, Deserialize)]
struct OfDelivery {
    #[serde(with = "One::<IdRecord>")]
    subscription: Id,
    #[serde(default, with = "Optional::<TimestampRecord>")]
    failing_since: Option<Timestamp>,
    #[serde(default, with = "Optional::<StopReasonRecord>")]
    stopped: Option<StopReason>,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Session", rename_all = "snake_case")]
enum SessionRecord {
    LoggedIn,
    LoggedOut,
    EndedBySystem,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Membership", rename_all = "snake_case")]
enum MembershipRecord {
    Added,
    Removed,
}

fn of_contact(
    data: &str,
    what: impl FnOnce(Option<Box<str>>) -> ContactNews,
) -> Result<Tidings, Unreadable> {
    let data: OfContact = read(data)?;
    Ok(Tidings::Contact {
        contact: data.contact,
        channel: data.channel,
        what: what(data.reason),
    })
}

fn written(kind: i64, data: &impl Serialize) -> Columns {
    let data =
        serde_json::to_string(data).expect("records have string keys and no writer that fails");
    Columns { kind, data }
}

fn read<'a, T: Deserialize<'a>>(data: &'a str) -> Result<T, Unreadable> {
    serde_json::from_str(data).map_err(|error| Unreadable::misshapen("piece of news", &error))
}
