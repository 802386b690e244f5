//! The names of events in the original's words. Pure.

use dragoman_core::doubt::Resolution;
use dragoman_core::event::What;
use dragoman_core::news::{ContactNews, StaffNews, Tidings};
use dragoman_core::ports::Happened;

const CREATED: &str = "message_created";
const STATUS_UPDATED: &str = "message_status_updated";
const CONTACT_CREATED: &str = "contact_created";
const CONTACT_UPDATED: &str = "contact_updated";
const CONTACT_DELETED: &str = "contact_deleted";
const CONVERSATION_OPENED: &str = "conversation_opened";
const CONVERSATION_CLOSED: &str = "conversation_closed";
const AGENT_STATUS_UPDATED: &str = "agent_status_updated";
const AGENT_SESSION_UPDATED: &str = "agent_session_updated";
const TEAM_MEMBERSHIP_UPDATED: &str = "team_membership_updated";

/// Every event of the original's documents.
pub(super) const ALL: [&str; 10] = [
    CREATED,
    STATUS_UPDATED,
    CONTACT_CREATED,
    CONTACT_UPDATED,
    CONTACT_DELETED,
    CONVERSATION_OPENED,
    CONVERSATION_CLOSED,
    AGENT_STATUS_UPDATED,
    AGENT_SESSION_UPDATED,
    TEAM_MEMBERSHIP_UPDATED,
];

/// What happened, as the original calls it; `None` where it has no name for it.
pub(crate) const fn name(happened: &Happened) -> Option<&'static str> {
    match happened {
        Happened::Message(event, _) => of_message(&event.what),
        Happened::News(news, _) => of_news(&news.what),
    }
}

/// What happened to a message; `None` for what the original keeps to itself.
pub(super) const fn of_message(what: &What) -> Option<&'static str> {
    match what {
        What::Received | What::Undownloaded(_) | What::Accepted => Some(CREATED),
        What::Sent { .. }
        | What::Delivered { .. }
        | What::Read { .. }
        | What::Failed { .. }
        | What::Expired
        | What::Cancelled
        | What::Dead
        | What::Resolved {
            resolution: Resolution::Sent | Resolution::Failed,
            ..
        } => Some(STATUS_UPDATED),
        What::Resolved {
            resolution: Resolution::Hold | Resolution::Resend | Resolution::Final,
            ..
        }
        | What::Arrived
        | What::Departed { .. }
        | What::Withdrawn { .. }
        | What::Submitted { .. }
        | What::Retried { .. }
        | What::Unknown { .. }
        | What::NotAssigned(_)
        | What::Noted
        | What::Erased => None,
    }
}

/// What happened to somebody.
pub(super) const fn of_news(what: &Tidings) -> Option<&'static str> {
    Some(match what {
        Tidings::Notice(_) | Tidings::Delivery(_) => return None,
        Tidings::Contact { what, .. } => match what {
            ContactNews::Created => CONTACT_CREATED,
            ContactNews::Updated => CONTACT_UPDATED,
            ContactNews::Deleted => CONTACT_DELETED,
            ContactNews::Opened => CONVERSATION_OPENED,
            ContactNews::Closed { .. } => CONVERSATION_CLOSED,
        },
        Tidings::Staff(StaffNews::Status(_)) => AGENT_STATUS_UPDATED,
        Tidings::Staff(StaffNews::Session(..)) => AGENT_SESSION_UPDATED,
        Tidings::Staff(StaffNews::Membership(..)) => TEAM_MEMBERSHIP_UPDATED,
    })
}
