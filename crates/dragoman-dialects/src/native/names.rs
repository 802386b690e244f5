//! The names of events in our own words. Pure.

use dragoman_core::doubt::Resolution;
use dragoman_core::event::{Event, What};
use dragoman_core::message::Stored;
use dragoman_core::news::{ContactNews, Membership, Session, StaffNews, Tidings};
use dragoman_core::ports::Happened;

/// Every event that our own format tells.
pub(crate) const EVENTS: [&str; 32] = [
    "message.accepted",
    "message.submitted",
    "message.retried",
    "message.unknown",
    "message.sent",
    "message.delivered",
    "message.read",
    "message.corrected",
    "message.failed",
    "message.expired",
    "message.cancelled",
    "message.dead",
    "message.resolved_sent",
    "message.resolved_failed",
    "message.resent",
    "message.unresolved",
    "message.received",
    "message.not_assigned",
    "message.noted",
    "message.erased",
    "contact.created",
    "contact.updated",
    "contact.deleted",
    "conversation.opened",
    "conversation.closed",
    "user.status",
    "user.logged_in",
    "user.logged_out",
    "team.member_added",
    "team.member_removed",
    "subscription.failing",
    "subscription.stopped",
];

/// What happened; `None` where it is for nobody outside.
pub(crate) fn name(happened: &Happened) -> Option<&'static str> {
    match happened {
        Happened::Message(event, message) => of_message(event, message),
        Happened::News(news, _) => of_news(&news.what),
    }
}

/// What happened to a message. The steps of an attempt are for nobody outside, and neither is a
/// lost answer: an echo may still end the doubt, and what ends it is told.
pub(super) fn of_message(event: &Event, message: &Stored) -> Option<&'static str> {
    Some(match &event.what {
        What::Accepted => "message.accepted",
        What::Submitted { .. } => "message.submitted",
        What::Retried { .. } => "message.retried",
        What::Sent { .. } | What::Delivered { .. } | What::Read { .. }
            if is_correction(event, message) =>
        {
            "message.corrected"
        }
        What::Sent { .. } => "message.sent",
        What::Delivered { .. } => "message.delivered",
        What::Read { .. } => "message.read",
        What::Failed { .. } => "message.failed",
        What::Expired => "message.expired",
        What::Cancelled => "message.cancelled",
        What::Dead => "message.dead",
        What::Resolved { resolution, .. } => match resolution {
            Resolution::Hold => "message.unknown",
            Resolution::Sent => "message.resolved_sent",
            Resolution::Failed => "message.resolved_failed",
            Resolution::Resend => "message.resent",
            Resolution::Final => "message.unresolved",
        },
        What::Received | What::Undownloaded(_) => "message.received",
        What::NotAssigned(_) => "message.not_assigned",
        What::Noted => "message.noted",
        What::Erased => "message.erased",
        What::Departed { .. } | What::Withdrawn { .. } | What::Unknown { .. } | What::Arrived => {
            return None;
        }
    })
}

/// Whether it says of a message that had failed before that it did arrive, or is on its way.
fn is_correction(event: &Event, message: &Stored) -> bool {
    let failed_at = message.fold.failed_at;
    failed_at.is_some_and(|failed_at| failed_at < event.at)
}

/// What happened to somebody.
pub(super) const fn of_news(what: &Tidings) -> Option<&'static str> {
    Some(match what {
        Tidings::Contact { what, .. } => match what {
            ContactNews::Created => "contact.created",
            ContactNews::Updated => "contact.updated",
            ContactNews::Deleted => "contact.deleted",
            ContactNews::Opened => "conversation.opened",
            ContactNews::Closed { .. } => "conversation.closed",
        },
        Tidings::Staff(what) => match what {
            StaffNews::Status(_) => "user.status",
            StaffNews::Session(_, Session::LoggedIn) => "user.logged_in",
            StaffNews::Session(_, Session::LoggedOut | Session::EndedBySystem) => "user.logged_out",
            StaffNews::Membership(_, _, Membership::Added) => "team.member_added",
            StaffNews::Membership(_, _, Membership::Removed) => "team.member_removed",
        },
        Tidings::Delivery(news) => match news.stopped {
            Some(_) => "subscription.stopped",
            None => "subscription.failing",
        },
        Tidings::Notice(_) => return None,
    })
}
