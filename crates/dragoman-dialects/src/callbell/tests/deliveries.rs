//! `GET /webhooks/events`.

use std::sync::Arc;

use dragoman_core::address::Address;
use dragoman_core::catalog::Subscription;
use dragoman_core::event::What;
use dragoman_core::inbound::{Inbound, InboundContent};
use dragoman_core::message::Body;
use dragoman_core::news::{ContactNews, News, Tidings};
use dragoman_core::ports::{Attempted, AttemptedDelivery, Delivered, Happened};
use dragoman_core::{Id, Raw, State};
use serde_json::{Value, json};

use super::doubles::{House, foreign};
use super::samples::*;
use super::telling::subscription;

const EVENTS: &str = "/v1/webhooks/events";
const GONE: Id = Id::from_u128(0x60e);

fn created() -> Happened {
    let body = Inbound {
        provider_id: "wamid.HBgM".into(),
        from: vec![Address::parse("31612345678").unwrap()],
        profile_name: None,
        at: NOW,
        content: InboundContent::Text("Hi".into()),
        context: None,
        referral: None,
        identity: None,
    };
    let message = stored(Body::Inbound(Arc::new(body)), State::Delivered);
    Happened::Message(event(What::Received), Arc::new(message))
}

fn deleted() -> Happened {
    let what = Tidings::Contact {
        contact: GONE,
        channel: None,
        what: ContactNews::Deleted,
    };
    let news = News {
        seq: 2,
        account: ACCOUNT,
        at: NOW,
        what,
    };
    Happened::News(news, None)
}

fn tried(happened: Option<Happened>, status: Option<u16>) -> Delivered {
    let ok = status == Some(200);
    Delivered {
        subscription: subscription().id,
        tried: AttemptedDelivery {
            seq: happened.as_ref().map_or(3, Happened::seq),
            message: None,
            at: NOW,
            status,
            answer: status.filter(|_| !ok).map(|_| Raw::new("<h1>Oops</h1>")),
            then: if ok {
                Attempted::Done
            } else {
                Attempted::Exhausted
            },
        },
        happened,
    }
}

/// A house with one webhook that was told of a message, twice, and of a contact.
fn house() -> House {
    let house = House::new();
    house.change(|catalog| {
        let theirs = Subscription {
            id: Id::from_u128(0x5c),
            account: STRANGER,
            ..subscription()
        };
        catalog.subscriptions = vec![subscription(), theirs];
    });
    let store = house.store();
    store.note_try(tried(Some(created()), Some(500)));
    store.note_try(tried(Some(created()), Some(200)));
    store.note_try(tried(Some(deleted()), None));
    house
}

async fn log(house: &House, query: &str) -> Vec<Value> {
    let answer = house.get(&format!("{EVENTS}{query}")).await;
    assert_eq!(answer.status, 200, "{query}: {}", answer.body);
    answer.body["webhook_events"].as_array().unwrap().clone()
}

#[tokio::test]
async fn the_newest_try_stands_first_with_what_was_told_and_answered() {
    let entries = log(&house(), "").await;
    let deleted = json!({
        "event": "contact_deleted",
        "payload": { "uuid": GONE.simple(), "deleted": "2026-09-21T14:13:20.000Z" },
        "response": { "body": "", "code": null, "headers": {} },
        "success": false,
        "createdAt": "2026-09-21T14:13:20Z",
    });
    assert_eq!(entries[0], deleted);
    let response = |code: u16, body: &str| json!({ "body": body, "code": code, "headers": {} });
    for (entry, success, response) in [
        (&entries[1], true, response(200, "")),
        (&entries[2], false, response(500, "<h1>Oops</h1>")),
    ] {
        assert_eq!(entry["event"], "message_created");
        assert_eq!(entry["payload"]["uuid"], "wamid.HBgM");
        assert_eq!(entry["payload"]["contact"]["name"], "Ada Byron");
        assert_eq!(
            (&entry["success"], &entry["response"]),
            (&json!(success), &response)
        );
    }
    assert_eq!(entries.len(), 3);
}

#[tokio::test]
async fn entries_are_chosen_by_success_and_by_name() {
    let house = house();
    for (query, count) in [
        ("?status=success", 1),
        ("?status=failed", 2),
        ("?subscriptions=message_created", 2),
        ("?subscriptions=contact_deleted,contact_created", 1),
        ("?subscriptions=message_created&status=failed", 1),
        ("?subscriptions=conversation_opened", 0),
        ("?status=&subscriptions=", 3),
    ] {
        assert_eq!(log(&house, query).await.len(), count, "{query}");
    }
}

#[tokio::test]
async fn the_log_comes_in_pages_of_the_wanted_size() {
    let house = house();
    for (query, count, page, pages) in [
        ("", 3, 1, 1),
        ("?items=2", 2, 1, 2),
        ("?items=2&page=2", 1, 2, 2),
        ("?items=1&page=4", 0, 4, 3),
    ] {
        let answer = house.get(&format!("{EVENTS}{query}")).await;
        let listed = answer.body["webhook_events"].as_array().unwrap().len();
        assert_eq!(listed, count, "{query}");
        assert_eq!(answer.body["meta"], json!({ "page": page, "pages": pages }));
    }
    for _ in 0..150 {
        house.store().note_try(tried(Some(deleted()), Some(200)));
    }
    assert_eq!(log(&house, "").await.len(), 20);
    assert_eq!(log(&house, "?items=100").await.len(), 100);
}

#[tokio::test]
async fn what_cannot_be_asked_is_said_by_field() {
    for (query, error) in [
        (
            "?status=maybe",
            json!({ "status": ["must be success or failed"] }),
        ),
        (
            "?items=0",
            json!({ "items": ["must be a number from 1 to 100"] }),
        ),
        (
            "?items=101",
            json!({ "items": ["must be a number from 1 to 100"] }),
        ),
        ("?page=x", json!({ "page": ["must be a number from 1"] })),
        (
            "?subscriptions=moon",
            json!({ "subscriptions": ["unknown event moon"] }),
        ),
    ] {
        let answer = house().get(&format!("{EVENTS}{query}")).await;
        assert_eq!(answer.whole(), (400, json!({ "error": error })), "{query}");
    }
}

#[tokio::test]
async fn what_is_gone_is_empty_and_what_was_not_tried_is_not_listed() {
    let house = house();
    house.store().note_try(tried(None, Some(200)));
    let mut overtaken = tried(Some(created()), None);
    overtaken.tried.then = Attempted::Overtaken;
    house.store().note_try(overtaken);
    let entries = log(&house, "").await;
    assert_eq!(entries.len(), 4);
    assert_eq!(entries[0]["event"], "unknown");
    assert_eq!(entries[0]["payload"], json!({}));
    assert_eq!(log(&house, "?subscriptions=message_created").await.len(), 2);
}

#[tokio::test]
async fn a_webhook_that_hears_less_by_now_still_shows_what_it_heard() {
    let house = house();
    house.change(|catalog| catalog.subscriptions[0].events = vec!["contact_created".into()]);
    let entries = log(&house, "?subscriptions=message_created").await;
    assert_eq!(entries[0]["payload"]["text"], "Hi");
}

#[tokio::test]
async fn accounts_and_formats_do_not_see_each_other_s_deliveries() {
    let house = house();
    let theirs = house.call(foreign("GET", EVENTS, "")).await;
    let nothing = json!({ "webhook_events": [], "meta": { "page": 1, "pages": 1 } });
    assert_eq!(theirs.whole(), (200, nothing.clone()));
    house.change(|catalog| catalog.subscriptions[0].format = "onprem".into());
    assert_eq!(house.get(EVENTS).await.body, nothing);
    house.sicken();
    assert_eq!(house.get(EVENTS).await.status, 503);
}
