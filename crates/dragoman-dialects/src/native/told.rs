//! What happened, as our own format and the feed of events tell it. Pure.

use dragoman_core::Id;
use dragoman_core::catalog::{StopReason, User};
use dragoman_core::contact::Customer;
use dragoman_core::event::{Event, EventId};
use dragoman_core::message::Stored;
use dragoman_core::news::{ContactNews, DeliveryNews, News, StaffNews, Tidings};
use dragoman_core::ports::Happened;
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::{contacts, names, trace};
use crate::telling::date;

/// Something that happened.
#[derive(Serialize, ToSchema)]
#[schema(as = Event)]
pub(super) struct Told {
    /// What happened, in a word (`message.sent`).
    #[serde(rename = "type")]
    name: &'static str,
    /// The same whoever hears of it, and however often: the `webhook-id`.
    id: String,
    /// Counted in the order in which things happened.
    sequence: i64,
    timestamp: String,
    account: String,
    /// `null` where it is about none.
    channel: Option<String>,
    /// Whom or what it happened to, as it stands now, with what is special about this event.
    #[schema(value_type = Object)]
    data: Value,
}

/// What happened; `None` where it is for nobody outside.
pub(super) fn happened(happened: &Happened) -> Option<Told> {
    match happened {
        Happened::Message(event, message) => of_message(event, message),
        Happened::News(news, customer) => of_news(news, customer.as_deref()),
    }
}

/// What happened to a message.
pub(super) fn of_message(event: &Event, message: &Stored) -> Option<Told> {
    let mut data = trace::message(message, None);
    if let (Value::Object(data), Value::Object(more)) = (&mut data, trace::details(&event.what)) {
        data.extend(more);
    }
    let id = EventId {
        seq: event.seq,
        at: event.at,
    };
    Some(Told {
        name: names::of_message(event, message)?,
        id: id.to_string(),
        sequence: event.seq,
        timestamp: date(event.at),
        account: event.account.simple(),
        channel: Some(message.channel.simple()),
        data,
    })
}

/// What happened to somebody.
pub(super) fn of_news(news: &News, customer: Option<&Customer>) -> Option<Told> {
    let id = EventId {
        seq: news.seq,
        at: news.at,
    };
    let (channel, data) = match &news.what {
        Tidings::Contact {
            contact,
            channel,
            what,
        } => (*channel, of_contact(news.account, *contact, what, customer)),
        Tidings::Staff(what) => (None, of_staff(what)),
        Tidings::Delivery(what) => (None, of_delivery(what)),
        Tidings::Notice(_) => return None,
    };
    Some(Told {
        name: names::of_news(&news.what)?,
        id: id.to_string(),
        sequence: news.seq,
        timestamp: date(news.at),
        account: news.account.simple(),
        channel: channel.map(Id::simple),
        data,
    })
}

/// Of a customer who is gone the id is left.
fn of_contact(account: Id, id: Id, what: &ContactNews, customer: Option<&Customer>) -> Value {
    let shown = customer.map(|customer| json!(contacts::shown(account, customer)));
    let mut data = shown.unwrap_or_else(|| json!({ "id": id.simple() }));
    match what {
        ContactNews::Closed { reason } => data["reason"] = (**reason).into(),
        ContactNews::Created
        | ContactNews::Updated
        | ContactNews::Deleted
        | ContactNews::Opened => {}
    }
    data
}

fn of_staff(what: &StaffNews) -> Value {
    let user = |user: &User| {
        json!({
            "id": user.id.simple(),
            "email": user.email,
            "name": user.name,
            "available": user.available,
            "status": user.status.map(|(status, _)| status.simple()),
        })
    };
    match what {
        StaffNews::Status(of) | StaffNews::Session(of, _) => json!({ "user": user(of) }),
        StaffNews::Membership(of, team, _) => {
            let team = json!({ "id": team.id.simple(), "name": team.name });
            json!({ "user": user(of), "team": team })
        }
    }
}

fn of_delivery(news: &DeliveryNews) -> Value {
    json!({
        "subscription": news.subscription.simple(),
        "failing_since": news.failing_since.map(date),
        "reason": news.stopped.map(StopReason::word),
    })
}
