//! Customers as Callbell's API shows them, from the first word to the last.

use dragoman_core::ports::Method;
use dragoman_testkit::{Receiver, until};
use serde_json::{Value, json};

use super::{customer_writes, send, shown};
use crate::support::process::{Dev, PATIENCE};
use crate::support::{api, samples};

/// Every event that is about somebody.
const EVENTS: [&str; 6] = [
    "message_created",
    "contact_created",
    "contact_updated",
    "contact_deleted",
    "conversation_opened",
    "conversation_closed",
];

/// A call of the Callbell dialect, which must succeed.
async fn callbell(dev: &Dev, method: Method, path: &str, body: &Value) -> Value {
    let answer = refused(dev, method, path, body).await;
    assert!(answer.status < 300, "{path}: {answer:?}");
    answer.json
}

/// The same, whatever comes of it.
async fn refused(dev: &Dev, method: Method, path: &str, body: &Value) -> api::Answer {
    let url = format!("{}{path}", dev.text("/callbell/base_url"));
    let body = if body.is_null() {
        String::new()
    } else {
        body.to_string()
    };
    let token = Some(dev.text("/callbell/token"));
    api::call(method, &url, token, body.as_bytes())
        .await
        .unwrap()
}

async fn subscribed(dev: &Dev) -> Receiver {
    let receiver = Receiver::start();
    let wish = json!({ "url": receiver.url("/hook"), "subscriptions": EVENTS });
    callbell(dev, Method::Post, "/webhooks/subscribe", &wish).await;
    receiver
}

/// Waits until an event that `fits` has come.
async fn hears(receiver: &Receiver, event: &str, fits: impl Fn(&Value) -> bool) -> Value {
    until(&format!("{event} is told"), PATIENCE, async || {
        let mut posts = receiver.received().into_iter().map(|post| post.json());
        posts.find(|body| body["event"] == event && fits(&body["payload"]))
    })
    .await
}

async fn customer(dev: &Dev) -> Value {
    let path = format!("/contacts/phone/{}", dev.text("/customer"));
    callbell(dev, Method::Get, &path, &Value::Null).await["contact"].take()
}

/// The emulated customer is changed.
async fn customer_is(dev: &Dev, id: &str, change: &Value) {
    let url = format!("{}/emulator/v1/customers/{id}", dev.text("/emulator"));
    let body = change.to_string();
    let answer = api::call(Method::Put, &url, None, body.as_bytes()).await;
    assert!(answer.unwrap().status < 300, "{change}");
}

/// An emulated customer writes.
async fn writes(dev: &Dev, id: &str, text: &str) {
    let url = format!(
        "{}/emulator/v1/customers/{id}/messages",
        dev.text("/emulator")
    );
    let answer = api::post(&url, None, &json!({ "text": text })).await;
    assert!(answer.status < 300, "{id} writes: {answer:?}");
}

#[tokio::test]
async fn a_customer_is_known_changed_closed_opened_again_and_forgotten_and_everybody_hears_it() {
    let dev = Dev::start().await;
    let receiver = subscribed(&dev).await;
    let uuid = customer(&dev).await["uuid"].as_str().unwrap().to_owned();
    let of = |path: &str| format!("/contacts/{uuid}{path}");

    let change = json!({
        "name": "Ada Byron", "tags": ["lead"], "custom_fields": { "City": "London", "Order": 123 },
        "assigned_user": dev.text("/assigned_user"), "note": "Writes at night.",
    });
    let changed = callbell(&dev, Method::Patch, &of(""), &change).await;
    let contact = &changed["contact"];
    assert_eq!(contact["tags"], json!(["lead"]));
    assert_eq!(
        contact["customFields"],
        json!({ "City": "London", "Order": "123" })
    );
    hears(&receiver, "contact_updated", |told| {
        told["uuid"] == *uuid && told["assignedUser"] == "john.doe@email.com"
    })
    .await;

    let closed = callbell(&dev, Method::Post, &of("/conversation/close"), &Value::Null).await;
    assert!(closed["contact"]["closedAt"].is_string(), "{closed}");
    hears(&receiver, "conversation_closed", |told| {
        told["contact"]["uuid"] == *uuid
    })
    .await;
    customer_writes(&dev, "One more thing").await;
    hears(&receiver, "conversation_opened", |told| {
        told["contact"]["uuid"] == *uuid
    })
    .await;
    assert_eq!(customer(&dev).await["closedAt"], Value::Null);

    let note = json!({ "text": "Ask her about the engine." });
    callbell(&dev, Method::Post, &of("/conversation/note"), &note).await;
    let history = callbell(&dev, Method::Get, &of("/messages"), &Value::Null).await;
    let said: Vec<_> = history["messages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|message| (&message["status"], &message["text"]))
        .collect();
    assert_eq!(said[0], (&json!("note"), &note["text"]));
    assert_eq!(said[1], (&json!("received"), &json!("One more thing")));

    callbell(&dev, Method::Delete, &of(""), &Value::Null).await;
    hears(&receiver, "contact_deleted", |told| told["uuid"] == *uuid).await;
    let gone = refused(&dev, Method::Get, &of(""), &Value::Null).await;
    assert_eq!(gone.status, 404);
    customer_writes(&dev, "Hello again").await;
    let created = hears(&receiver, "contact_created", |told| told["uuid"] != *uuid).await;
    assert_eq!(created["payload"]["phoneNumber"], "+31612345678");
    assert_eq!(created["payload"]["tags"], json!([]));
}

#[tokio::test]
async fn a_customer_without_a_number_is_reached_by_user_id_and_becomes_one_with_their_number() {
    const USER: &str = "NL.1349120865530274";
    let dev = Dev::start().await;
    let receiver = subscribed(&dev).await;
    customer_is(&dev, USER, &json!({ "bsuid": USER, "username": "ada" })).await;
    writes(&dev, USER, "Who am I?").await;
    let told = hears(&receiver, "message_created", |told| {
        told["text"] == "Who am I?"
    })
    .await;
    let contact = &told["payload"]["contact"];
    assert_eq!(
        (&contact["bsuid"], &contact["phoneNumber"]),
        (&json!(USER), &Value::Null)
    );
    let old = contact["uuid"].as_str().unwrap().to_owned();

    let path = format!("/contacts/bsuid/{USER}");
    let found = callbell(&dev, Method::Get, &path, &Value::Null).await;
    assert_eq!(found["contact"]["uuid"], *old);
    let mut body = samples::text("Hello Ada");
    body.as_object_mut().unwrap().remove("to");
    body["bsuid"] = USER.into();
    assert_eq!(send(&dev, &body).await.status, 200);

    // A second contact, until the customer shows that the number is theirs.
    let known = json!({ "identifier": "+31687654321", "source": "whatsapp", "name": "A. Byron" });
    let other = callbell(&dev, Method::Post, "/contacts", &known).await;
    let other = other["contact"]["uuid"].as_str().unwrap().to_owned();
    customer_is(&dev, USER, &json!({ "phone": "31687654321" })).await;
    writes(&dev, USER, "It is me").await;
    until("both are one", PATIENCE, async || {
        let mut uuids = Vec::new();
        for uuid in [&old, &other] {
            let path = format!("/contacts/{uuid}");
            let found = callbell(&dev, Method::Get, &path, &Value::Null).await;
            uuids.push(found["contact"]["uuid"].clone());
        }
        (uuids[0] == uuids[1]).then_some(())
    })
    .await;
    let one = callbell(&dev, Method::Get, &path, &Value::Null).await;
    assert_eq!(one["contact"]["phoneNumber"], "+31687654321");
    let history = format!("/contacts/{other}/messages");
    let history = callbell(&dev, Method::Get, &history, &Value::Null).await;
    let texts = history["messages"].to_string();
    for text in ["Who am I?", "Hello Ada", "It is me"] {
        assert!(texts.contains(text), "{text} in {texts}");
    }
}

#[tokio::test]
async fn a_template_that_its_provider_pauses_is_no_longer_sent() {
    let dev = Dev::start().await;
    let template = samples::template("text", None);
    let names = callbell(&dev, Method::Get, "/templates", &Value::Null).await;
    let single = names["templates"]
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["uuid"] == *dev.text("/templates/single"))
        .unwrap();
    let name = single["title"].as_str().unwrap();
    let url = format!(
        "{}/emulator/v1/templates/200000000000001/{name}",
        dev.text("/emulator")
    );
    for (status, expected) in [("PAUSED", 400), ("APPROVED", 200)] {
        let change = json!({ "status": status }).to_string();
        let answer = api::call(Method::Put, &url, None, change.as_bytes()).await;
        assert!(answer.unwrap().status < 300);
        let what = format!("the template is {status}");
        let heard = until(&what, PATIENCE, async || {
            let answer = send(&dev, &template).await;
            (answer.status == expected).then_some(answer.json)
        })
        .await;
        if expected == 400 {
            assert!(heard["error"]["template_uuid"].is_array(), "{heard}");
        }
    }
}

#[tokio::test]
async fn a_rehearsal_says_what_would_happen_and_nothing_does() {
    let dev = Dev::start().await;
    let mut body = samples::text("Only a rehearsal");
    body["dry_run"] = true.into();
    let answer = send(&dev, &body).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert!(answer.json["message"]["uuid"].is_null(), "{answer:?}");
    assert_eq!(
        send(&dev, &samples::text("The performance")).await.status,
        200
    );
    shown(&dev, "the performance", |told| {
        told["text"] == "The performance"
    })
    .await;
    let phone = super::phone(&dev).await;
    assert!(phone.iter().all(|told| told["text"] != "Only a rehearsal"));
}
