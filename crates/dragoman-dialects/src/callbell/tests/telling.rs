//! The webhooks.

use std::sync::Arc;
use std::time::Duration;

use dragoman_core::address::Address;
use dragoman_core::catalog::Subscription;
use dragoman_core::content::{Content, Location, Media, MediaSource};
use dragoman_core::event::What;
use dragoman_core::inbound::{Context, Inbound, InboundContent};
use dragoman_core::message::{Author, Body, Stored};
use dragoman_core::ports::{Format, Outgoing, View};
use dragoman_core::{Id, Raw, Secret, State, Timestamp};
use serde_json::{Value, json};

use super::super::format::{CallbellFormat, signature};
use super::samples::*;
use crate::links::Links;

pub(super) fn subscription() -> Subscription {
    Subscription {
        id: Id::from_u128(0x5b),
        account: ACCOUNT,
        channel: None,
        url: "https://app.example/hook".into(),
        format: "callbell".into(),
        events: Vec::new(),
        secret: None,
        retiring: None,
        concurrency: 4,
        ordered: false,
        settings: None,
        trust: None,
        since: 0,
        enabled: true,
        stopped: None,
        created_at: NOW,
    }
}

pub(super) fn format() -> CallbellFormat {
    CallbellFormat::new(Links::new(Secret::new("key"), "https://gw.example"))
}

fn rendered(message: &Stored, what: What, subscription: &Subscription) -> Option<Outgoing> {
    answering(None, message, what, subscription)
}

fn answering(
    refers_to: Option<&Stored>,
    message: &Stored,
    what: What,
    subscription: &Subscription,
) -> Option<Outgoing> {
    let (event, catalog) = (event(what), catalog());
    let view = View {
        event: &event,
        message,
        refers_to,
        advertisement: None,
        subscription,
        catalog: &catalog,
    };
    format().render(&view, NOW)
}

pub(super) fn told(message: &Stored, what: What) -> Value {
    let outgoing = rendered(message, what, &subscription()).expect("told");
    assert_eq!(outgoing.headers, Vec::new());
    serde_json::from_slice(&outgoing.body).unwrap()
}

fn sent_message() -> Stored {
    let body = outbound(Some(r#"{"order":"A-17"}"#));
    stored(Body::Outbound(Arc::new(body)), State::Read)
}

pub(super) fn received(content: InboundContent) -> Stored {
    let body = Inbound {
        provider_id: "wamid.HBgM".into(),
        from: vec![Address::parse("31612345678").unwrap()],
        profile_name: None,
        at: NOW,
        content,
        context: None,
        referral: None,
        identity: None,
    };
    stored(Body::Inbound(Arc::new(body)), State::Delivered)
}

#[test]
fn a_customers_message_is_created_as_received() {
    let told = told(&received(InboundContent::Text("Hi".into())), What::Received);
    let mut payload = told["payload"].clone();
    let contact = payload["contact"].take();
    assert_eq!(
        payload,
        json!({ "to": "31201234567", "from": "31612345678", "text": "Hi", "uuid": "wamid.HBgM",
            "status": "received", "channel": "whatsapp", "contact": null,
            "createdAt": "2026-09-21T14:13:20Z" })
    );
    assert_eq!(told["event"], "message_created");
    assert_eq!(told["createdAt"], "2026-09-21T14:13:20Z");
    assert_eq!(contact["phoneNumber"], "+31612345678");
    assert_eq!(contact["channel"]["type"], "whatsapp");
    let href = "https://gw.example/console/contacts/000000000000000000000000000000c0";
    assert_eq!(contact["href"], href);
    assert_eq!(contact.get("email"), None);
}

#[test]
fn a_message_of_ours_is_created_as_sent() {
    let told = told(&sent_message(), What::Accepted);
    let mut payload = told["payload"].clone();
    payload["contact"].take();
    assert_eq!(
        payload,
        json!({ "to": "31612345678", "from": "31201234567", "text": "Hello!",
            "uuid": message_id().simple(), "status": "sent", "channel": "whatsapp",
            "contact": null, "createdAt": "2026-09-21T14:13:20Z",
            "metadata": { "order": "A-17" } })
    );
}

#[test]
fn files_and_places_have_parts_of_their_own() {
    let mut body = outbound(None);
    body.content = Content::Image(Media {
        source: MediaSource::Link("https://e.com/a.jpg".into()),
        caption: None,
        filename: None,
    });
    let image = stored(Body::Outbound(Arc::new(body)), State::Queued);
    let payload = told(&image, What::Accepted)["payload"].clone();
    assert_eq!(
        (&payload["text"], &payload["attachments"]),
        (&json!(""), &json!(["https://e.com/a.jpg"]))
    );
    assert_eq!(payload.get("metadata"), None);

    let place = InboundContent::Location(Location {
        latitude: "52.37".into(),
        longitude: "4.9".into(),
        name: None,
        address: None,
    });
    let payload = told(&received(place), What::Received)["payload"].clone();
    assert_eq!(
        payload["messageLocation"],
        json!({ "coordinates": { "x": 52.37, "y": 4.9 },
            "googleMapsLocation": "https://maps.google.com/?q=52.37,4.9" })
    );

    let cards = r#"[{"name":{"formatted_name":"Bob"},"phones":[{"phone":"+1 555","wa_id":"1555","type":"CELL"}]}]"#;
    let cards = InboundContent::Contacts(Raw::new(cards));
    let payload = told(&received(cards), What::Received)["payload"].clone();
    assert_eq!(
        payload["messageContactCard"],
        json!({ "contactsInfo": [{ "name": "Bob",
            "phones": [{ "phone": "+1 555", "wa_id": "1555", "type": "CELL" }] }] })
    );

    let answer = r#"{"type":"button_reply","button_reply":{"id":"1","title":"Yes"}}"#;
    let answer = InboundContent::Interactive(Raw::new(answer));
    assert_eq!(
        told(&received(answer), What::Received)["payload"]["text"],
        "Yes"
    );
}

#[test]
fn a_business_without_a_known_number_is_named_by_its_provider() {
    let told = |message: &Stored, what| {
        let (event, mut catalog) = (event(what), catalog());
        catalog.channels[1].phone = None;
        let view = View {
            event: &event,
            message,
            refers_to: None,
            advertisement: None,
            subscription: &subscription(),
            catalog: &catalog,
        };
        let outgoing = format().render(&view, NOW).unwrap();
        let told: Value = serde_json::from_slice(&outgoing.body).unwrap();
        told["payload"].clone()
    };
    let message = received(InboundContent::Text("Hi".into()));
    assert_eq!(told(&message, What::Received)["to"], "100000000000001");
    assert_eq!(
        told(&sent_message(), What::Accepted)["from"],
        "100000000000001"
    );
}

#[test]
fn an_answer_says_which_message_it_answers() {
    let context = |author| {
        let mut message = received(InboundContent::Text("Yes".into()));
        let mut body = message.inbound().unwrap().clone();
        body.context = Some(Context {
            provider_id: Some("wamid.Y".into()),
            from: None,
            forwarded: false,
            raw: None,
        });
        message.body = Body::Inbound(Arc::new(body));
        let earlier = match author {
            Author::Business => sent_message(),
            Author::Customer => received(InboundContent::Text("Hi".into())),
        };
        let what = What::Received;
        let outgoing = answering(Some(&earlier), &message, what, &subscription()).unwrap();
        let told: Value = serde_json::from_slice(&outgoing.body).unwrap();
        told["payload"]["messageContext"].clone()
    };
    let target = |uuid: &str, text: &str, status: &str| {
        json!({ "target": { "uuid": uuid, "text": text, "status": status,
            "createdAt": "2026-09-21T14:13:20Z" } })
    };
    let ours = message_id().simple();
    assert_eq!(context(Author::Business), target(&ours, "Hello!", "sent"));
    assert_eq!(
        context(Author::Customer),
        target("wamid.HBgM", "Hi", "received")
    );
    let unknown = told(
        &received(InboundContent::Text("Yes".into())),
        What::Received,
    );
    assert_eq!(unknown["payload"].get("messageContext"), None);
}

#[test]
fn a_forwarded_message_says_so() {
    let mut message = received(InboundContent::Text("Look".into()));
    let mut body = message.inbound().unwrap().clone();
    body.context = Some(Context {
        provider_id: None,
        from: None,
        forwarded: true,
        raw: None,
    });
    message.body = Body::Inbound(Arc::new(body));
    let payload = told(&message, What::Received)["payload"].clone();
    assert_eq!(payload["messageForward"], json!({ "forwarded": true }));
}

#[test]
fn a_status_is_told_as_it_was_even_when_the_message_has_moved_on() {
    let raw = Raw::new(r#"{"messaging_product":"whatsapp","statuses":[{"status":"delivered"}]}"#);
    let told = told(&sent_message(), What::Delivered { at: NOW, raw });
    assert_eq!(told["event"], "message_status_updated");
    let mut payload = told["payload"].clone();
    payload["contact"].take();
    assert_eq!(
        payload,
        json!({ "uuid": message_id().simple(), "status": "delivered", "contact": null,
            "metadata": { "order": "A-17" },
            "messageStatusPayload": { "messaging": { "field": "messages", "value": {
                "messaging_product": "whatsapp", "statuses": [{ "status": "delivered" }] } } } })
    );
}

#[test]
fn messages_that_were_never_sent_are_told_as_failed() {
    for what in [What::Expired, What::Cancelled, What::Dead] {
        let payload = told(&sent_message(), what)["payload"].clone();
        assert_eq!(payload["status"], "failed");
        let value = &payload["messageStatusPayload"]["messaging"]["value"];
        assert!(value["statuses"][0]["errors"][0]["title"].is_string());
    }
}

#[test]
fn subscriptions_hear_only_what_they_named() {
    let mut statuses = subscription();
    statuses.events = vec!["message_status_updated".into()];
    assert_eq!(rendered(&sent_message(), What::Accepted, &statuses), None);
    assert!(rendered(&sent_message(), What::Expired, &statuses).is_some());
    for what in [
        What::Submitted {
            attempt: None,
            provider_id: "wamid.X".into(),
            recipient: None,
        },
        What::Unknown {
            reason: "reset".into(),
        },
    ] {
        assert_eq!(rendered(&sent_message(), what, &subscription()), None);
    }
}

/// The vector was computed outside of this program.
#[test]
fn a_signature_covers_time_and_body_with_the_whole_secret() {
    let body = br#"{"event":"contact_deleted","payload":{"uuid":"0b6d0c2ab1f14c0f9d7b7d3b2c9f5a10","deleted":"2026-03-01T09:30:00.095Z"}}"#;
    assert_eq!(body.len(), 118);
    let secret = Secret::new("whsec_0123456789abcdef");
    assert_eq!(
        signature(&secret, Timestamp::from_seconds(1_790_000_000), body),
        "t=1790000000,v1=25192ff5fe6af9bccad659cb7daf59541ad04d6a411cda8278a3d6e10cd6a484"
    );

    let mut signed = subscription();
    signed.secret = Some(secret.clone());
    let outgoing = rendered(&sent_message(), What::Accepted, &signed).unwrap();
    let expected = signature(&secret, NOW, &outgoing.body);
    assert_eq!(
        outgoing.headers,
        vec![("x-callbell-signature".into(), expected)]
    );
}

#[test]
fn deliveries_are_repeated_for_about_three_days() {
    let pause = |tries| format().pause(&subscription(), tries);
    let first: Vec<u64> = (1..=8)
        .map(|tries| pause(tries).unwrap().as_secs())
        .collect();
    assert_eq!(first, [10, 60, 300, 1800, 7200, 21_600, 3600, 3600]);
    let total: Duration = (1..).map_while(pause).sum();
    assert_eq!(total.as_secs() / 3600, 71);
    assert_eq!(
        (pause(69).is_some(), pause(70), pause(0)),
        (true, None, None)
    );
    assert!(format().is_success(204));
    assert!(!format().is_success(301));
}
