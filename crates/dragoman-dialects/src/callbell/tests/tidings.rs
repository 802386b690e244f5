//! The webhooks about customers and collaborators.

use std::sync::Arc;

use dragoman_core::Id;
use dragoman_core::catalog::{Catalog, CustomStatus, Subscription};
use dragoman_core::contact::{Customer, Talk};
use dragoman_core::news::{ContactNews, Membership, News, Session, StaffNews, Tidings};
use dragoman_core::ports::{Format, NewsView, Outgoing};
use dragoman_core::window::Heard;
use dragoman_core::{Secret, Timestamp};
use serde_json::{Value, json};

use super::super::format::signature;
use super::samples::*;
use super::telling::{format, subscription};

const AT: Timestamp = Timestamp::from_millis(NOW.millis() + 95);

fn customer() -> Customer {
    Customer {
        contact: Arc::new(contact()),
        talks: vec![Talk {
            channel: CHANNEL,
            conversation: conversation(),
            last: None,
            heard: Heard::default(),
        }],
    }
}

fn rendered(
    what: Tidings,
    customer: Option<&Customer>,
    subscription: &Subscription,
    catalog: &Catalog,
) -> Option<Outgoing> {
    let news = News {
        seq: 1,
        account: ACCOUNT,
        at: AT,
        what,
    };
    let view = NewsView {
        news: &news,
        customer,
        subscription,
        catalog,
    };
    format().render_news(&view, NOW)
}

fn about(what: ContactNews) -> Tidings {
    Tidings::Contact {
        contact: contact().id,
        channel: Some(CHANNEL),
        what,
    }
}

/// The name of the event and its payload.
fn told_with(what: Tidings, catalog: &Catalog) -> (String, Value) {
    let customer = customer();
    let outgoing = rendered(what, Some(&customer), &subscription(), catalog).expect("told");
    let mut told: Value = serde_json::from_slice(&outgoing.body).unwrap();
    assert_eq!(told["createdAt"], "2026-09-21T14:13:20Z");
    let event = told["event"].as_str().unwrap().to_owned();
    (event, told["payload"].take())
}

fn told(what: Tidings) -> (String, Value) {
    told_with(what, &catalog())
}

#[test]
fn contact_created_and_contact_updated_tell_the_whole_contact() {
    for (what, expected) in [
        (ContactNews::Created, "contact_created"),
        (ContactNews::Updated, "contact_updated"),
    ] {
        let (event, payload) = told(about(what));
        assert_eq!(event, expected);
        assert_eq!(payload["uuid"], contact().id.simple());
        assert_eq!(payload["phoneNumber"], "+31612345678");
        assert_eq!(payload["assignedUser"], "john.doe@email.com");
        assert_eq!(payload["channel"]["uuid"], CHANNEL.simple());
    }
}

#[test]
fn contact_deleted_tells_who_and_when_to_the_millisecond() {
    let news = about(ContactNews::Deleted);
    let outgoing = rendered(news, None, &subscription(), &catalog()).unwrap();
    let told: Value = serde_json::from_slice(&outgoing.body).unwrap();
    assert_eq!(
        told,
        json!({ "event": "contact_deleted", "createdAt": "2026-09-21T14:13:20Z",
            "payload": { "uuid": contact().id.simple(),
                "deleted": "2026-09-21T14:13:20.095Z" } })
    );
}

#[test]
fn conversation_opened_and_conversation_closed_tell_their_conversation() {
    let href = "https://gw.example/console/chat/000000000000000000000000000000cc";
    let (event, mut payload) = told(about(ContactNews::Opened));
    assert_eq!(event, "conversation_opened");
    assert_eq!(payload["contact"].take()["name"], "Ada Byron");
    let opened = json!({ "source": "whatsapp", "href": href, "contact": null,
        "createdAt": "2026-09-21T14:13:20Z" });
    assert_eq!(payload, opened);

    let reason = "issue_resolved".into();
    let (event, mut payload) = told(about(ContactNews::Closed { reason }));
    assert_eq!(event, "conversation_closed");
    assert_eq!(payload["contact"].take()["name"], "Ada Byron");
    let mut closed = opened;
    closed["closedAt"] = "2026-09-21T14:13:20Z".into();
    closed["closingReason"] = "issue_resolved".into();
    assert_eq!(payload, closed);
}

#[test]
fn of_a_customer_who_is_gone_only_that_is_told() {
    let reason = || "issue_resolved".into();
    for what in [
        ContactNews::Created,
        ContactNews::Updated,
        ContactNews::Opened,
        ContactNews::Closed { reason: reason() },
    ] {
        assert_eq!(
            rendered(about(what), None, &subscription(), &catalog()),
            None
        );
    }
}

fn john() -> (Catalog, Value) {
    let lunch = Id::from_u128(0x0d60_41a2_0000_4000_8000_0000_0000_0001);
    let mut catalog = catalog();
    catalog.custom_statuses.push(CustomStatus {
        id: lunch,
        account: ACCOUNT,
        name: "Lunch".into(),
        emoji: "🍜".into(),
        created_at: NOW,
        updated_at: NOW,
    });
    catalog.users[0].status = Some((lunch, NOW));
    let member = json!({ "email": "john.doe@email.com", "name": "John Doe", "available": true,
        "lastUpdatedAt": "2026-09-21T14:13:20Z",
        "userCustomStatus": { "id": "0d6041a2-0000-4000-8000-000000000001", "name": "Lunch",
            "emoji": "🍜", "updatedAt": "2026-09-21T14:13:20Z" } });
    (catalog, member)
}

#[test]
fn agent_status_updated_tells_the_collaborator() {
    let (catalog, member) = john();
    let news = StaffNews::Status(catalog.users[0].clone());
    let expected = ("agent_status_updated".to_owned(), member);
    assert_eq!(told_with(Tidings::Staff(news), &catalog), expected);
}

#[test]
fn agent_session_updated_tells_who_came_or_went() {
    let (catalog, member) = john();
    for (session, action) in [
        (Session::LoggedIn, "user_logged_in"),
        (Session::LoggedOut, "user_logged_out"),
        (Session::EndedBySystem, "system_logged_out"),
    ] {
        let news = StaffNews::Session(catalog.users[0].clone(), session);
        let payload = json!({ "action": action, "user": member });
        let expected = ("agent_session_updated".to_owned(), payload);
        assert_eq!(told_with(Tidings::Staff(news), &catalog), expected);
    }
}

#[test]
fn team_membership_updated_spells_its_dates_in_its_own_way() {
    let (catalog, mut member) = john();
    let at = member.as_object_mut().unwrap().remove("lastUpdatedAt");
    member["lastUpdateAt"] = at.unwrap();
    for (membership, reason) in [
        (Membership::Added, "agent_added"),
        (Membership::Removed, "agent_removed"),
    ] {
        let (user, team) = (catalog.users[0].clone(), catalog.teams[0].clone());
        let news = StaffNews::Membership(user, team, membership);
        let team = json!({ "uuid": TEAM.simple(), "name": "General",
            "createdAt": "2026-09-21T14:13:20Z", "default": true, "members": 1 });
        let payload = json!({ "team": team, "user": member, "reason": reason,
            "lastUpdateAt": "2026-09-21T14:13:20Z" });
        let expected = ("team_membership_updated".to_owned(), payload);
        assert_eq!(told_with(Tidings::Staff(news), &catalog), expected);
    }
}

#[test]
fn subscriptions_hear_only_the_news_they_named_and_signed() {
    let secret = Secret::new("whsec_0123456789abcdef");
    let mut wanted = subscription();
    wanted.events = vec!["contact_deleted".into()];
    wanted.secret = Some(secret.clone());
    let customer = customer();
    let hear = |what| rendered(about(what), Some(&customer), &wanted, &catalog());
    assert_eq!(hear(ContactNews::Created), None);
    assert_eq!(hear(ContactNews::Opened), None);
    let outgoing = hear(ContactNews::Deleted).unwrap();
    let expected = signature(&secret, NOW, &outgoing.body);
    assert_eq!(
        outgoing.headers,
        vec![("x-callbell-signature".into(), expected)]
    );
}
