//! The feed of events, and what our own webhooks say.

use std::sync::Arc;

use dragoman_core::Raw;
use dragoman_core::catalog::{Catalog, Subscription};
use dragoman_core::doubt::{Resolution, Resolver};
use dragoman_core::event::{Event, EventId, What};
use dragoman_core::news::{DeliveryNews, News, Tidings};
use dragoman_core::outcome::Failure;
use dragoman_core::ports::{Format, Happened, Store, Timeline, View};
use serde_json::{Value, json};

use super::attempts::timeline;
use super::house::{ACME, House, NOW, OTHER, made, problem};
use crate::native::DragomanFormat;

const PATH: &str = "/api/v1/events";

fn sent() -> What {
    What::Sent {
        at: NOW,
        raw: Raw::new("{}"),
    }
}

fn failed() -> What {
    What::Failed {
        failure: Failure::new(131_047, "Re-engagement message"),
        raw: None,
    }
}

fn held() -> What {
    What::Resolved {
        resolution: Resolution::Hold,
        by: Resolver::Policy,
    }
}

/// What happens to one message, second by second; the message as it stands at the end.
pub(super) fn happened(whats: Vec<What>) -> Vec<Happened> {
    let Timeline {
        mut message,
        events,
        ..
    } = timeline(whats);
    for event in &events {
        message.fold.apply(&event.what, event.at);
    }
    let message = Arc::new(message);
    let told = events.into_iter().map(|event| {
        let seq = event.seq + 1;
        Happened::Message(Event { seq, ..event }, Arc::clone(&message))
    });
    told.collect()
}

/// The same to somebody else.
fn elsewhere(seq: i64) -> Happened {
    let Some(Happened::Message(event, message)) = happened(vec![sent()]).pop() else {
        unreachable!("it is about a message");
    };
    let event = Event {
        seq,
        account: OTHER,
        ..event
    };
    Happened::Message(event, message)
}

async fn types(house: &House, query: &str) -> (Vec<String>, Value) {
    let (status, answer) = house.caller("acme", &format!("{PATH}{query}")).await;
    assert_eq!(status, 200, "{answer}");
    let events = answer["events"].as_array().unwrap().iter();
    let types = events.map(|event| event["type"].as_str().unwrap().to_owned());
    (types.collect(), answer["next"].clone())
}

#[tokio::test]
async fn a_receiver_that_was_down_reads_on_from_where_it_stopped() {
    let house = House::new();
    let whats = vec![What::Accepted, sent(), held(), failed(), sent()];
    let mut all = happened(whats);
    let count = all.len() as i64;
    all.push(elsewhere(count + 1));
    house.store.note_happened(all);
    let (first, next) = types(&house, "?limit=2").await;
    assert_eq!(first, ["message.accepted", "message.sent"]);
    let query = format!("?after={}", next.as_str().unwrap());
    let (rest, next) = types(&house, &query).await;
    assert_eq!(
        rest,
        ["message.unknown", "message.failed", "message.corrected"]
    );
    assert_eq!(next, (count + 1).to_string(), "what others have is passed");
    let (chosen, _) = types(&house, "?events=message.failed,message.read&channel=main").await;
    assert_eq!(chosen, ["message.failed"]);
    let (of_id, _) = types(&house, &format!("?after={}", EventId { seq: 4, at: NOW })).await;
    assert_eq!(of_id, ["message.corrected"]);
}

#[tokio::test]
async fn one_call_does_not_read_for_ever() {
    let house = House::new();
    house
        .store
        .note_happened((1..=5000).map(elsewhere).collect());
    let (none, next) = types(&house, "").await;
    assert_eq!((none.len(), next), (0, json!("2048")));
}

#[tokio::test]
async fn what_is_no_wish_is_refused_and_named() {
    let house = House::new();
    for (query, field) in [
        ("after=x", "after"),
        ("after=-1", "after"),
        ("limit=0", "limit"),
        ("limit=501", "limit"),
        ("events=message.eaten", "events"),
        ("channel=foreign", "channel"),
        ("account=other", "account"),
    ] {
        let heard = house.caller("acme", &format!("{PATH}?{query}")).await;
        assert_eq!(problem(&heard), (400, "invalid", field), "{query}");
    }
}

#[tokio::test]
async fn the_feed_and_the_webhooks_say_the_same() {
    let house = House::new();
    let new = json!({ "url": "https://app.example/hook", "format": "dragoman" });
    made(&house, "/api/v1/subscriptions", new).await;
    let subscription: Subscription = house.store.catalog().subscriptions[0].clone();
    let all = happened(vec![failed()]);
    house.store.note_happened(all.clone());
    let (_, answer) = house.caller("acme", PATH).await;
    let Happened::Message(event, message) = &all[0] else {
        unreachable!("it is about a message");
    };
    let view = View {
        event,
        message,
        refers_to: None,
        advertisement: None,
        subscription: &subscription,
        catalog: &Catalog::default(),
    };
    let outgoing = DragomanFormat.render(&view, NOW).unwrap();
    let body: Value = serde_json::from_slice(&outgoing.body).unwrap();
    assert_eq!(body, answer["events"][0]);
    assert_eq!(body["id"], all[0].id().to_string());
    assert_eq!(body["data"]["text"], "Hi");
    assert_eq!(body["data"]["failure"]["code"], 131_047);
    let deaf = Subscription {
        events: vec!["message.sent".into()],
        ..subscription.clone()
    };
    let view = View {
        subscription: &deaf,
        ..view
    };
    assert_eq!(DragomanFormat.render(&view, NOW), None);
}

#[tokio::test]
async fn how_deliveries_go_is_told_to_the_account() {
    let house = House::new();
    let news = News {
        seq: 1,
        account: ACME,
        at: NOW,
        what: Tidings::Delivery(DeliveryNews {
            subscription: ACME,
            failing_since: Some(NOW),
            stopped: None,
        }),
    };
    house.store.note_happened(vec![Happened::News(news, None)]);
    let (types, _) = types(&house, "").await;
    assert_eq!(types, ["subscription.failing"]);
}
