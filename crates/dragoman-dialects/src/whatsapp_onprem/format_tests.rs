use std::sync::Arc;

use dragoman_core::catalog::Catalog;
use dragoman_core::content::{Content, Kind, Location, Text};
use dragoman_core::event::Event;
use dragoman_core::inbound::{Context, Inbound, InboundContent, InboundMedia};
use dragoman_core::message::{Outbound, Priority, Stored};
use dragoman_core::outcome::Failure;
use dragoman_core::state::Fold;
use dragoman_core::submission::Dialect;
use dragoman_core::{Address, Id, Raw};
use serde_json::json;

use super::*;
use crate::whatsapp_onprem::message_id as read_id;
use crate::whatsapp_onprem::tests::doubles::{
    ACCOUNT, DEMO, NOW, contact, conversation, message_id,
};

const CUSTOMER: &str = "79944067536";

fn subscription(settings: Value) -> Subscription {
    Subscription {
        id: Id::from_u128(9),
        account: ACCOUNT,
        channel: Some(DEMO),
        url: "https://example.com/hook".into(),
        format: "onprem".into(),
        events: Vec::new(),
        secret: None,
        concurrency: 6,
        settings: Some(Raw::new(settings.to_string())),
        since: 0,
        enabled: true,
        created_at: NOW,
    }
}

fn stored(address: &str, body: Body) -> Stored {
    Stored {
        id: message_id(1),
        account: ACCOUNT,
        channel: DEMO,
        conversation: conversation(),
        contact: contact(Address::parse(address).unwrap()),
        body,
        fold: Fold::ACCEPTED,
        provider_id: None,
    }
}

fn render(message: &Stored, what: What, subscription: &Subscription) -> Option<Value> {
    let event = Event {
        seq: 1,
        account: ACCOUNT,
        message: message.id,
        at: NOW,
        what,
    };
    let view = View {
        event: &event,
        message,
        subscription,
        catalog: &Catalog::default(),
    };
    let outgoing = OnpremFormat.render(&view, NOW)?;
    assert_eq!(outgoing.headers, []);
    Some(serde_json::from_slice(&outgoing.body).unwrap())
}

fn inbound(from: &str, content: InboundContent) -> Inbound {
    Inbound {
        provider_id: "wamid.IN".into(),
        from: vec![Address::parse(from).unwrap()],
        profile_name: Some("Kerry Fisher".into()),
        at: Timestamp::from_seconds(1_518_694_235),
        content,
        context: None,
        referral: None,
    }
}

fn received(inbound: Inbound) -> Value {
    let from = inbound.from[0].value().to_owned();
    let message = stored(&from, Body::Inbound(Arc::new(inbound)));
    render(&message, What::Received, &subscription(json!({}))).unwrap()
}

#[test]
fn a_customers_text_is_told_with_its_contact() {
    let body = received(inbound(CUSTOMER, InboundContent::Text("Hello".into())));
    let shown = body["messages"][0]["id"].as_str().unwrap();
    assert!(shown.starts_with("ABGGeZRAZ1NvAhA"), "{shown}");
    assert_eq!(read_id(shown), Some(message_id(1)));
    assert_eq!(
        body,
        json!({
            "contacts": [{ "profile": { "name": "Kerry Fisher" }, "wa_id": CUSTOMER }],
            "messages": [{ "from": CUSTOMER, "id": shown, "timestamp": "1518694235",
                "type": "text", "text": { "body": "Hello" } }],
        })
    );
}

#[test]
fn a_customer_who_hides_the_number_is_shown_by_the_user_id() {
    let user = "US.13491208655302741918";
    let body = received(inbound(user, InboundContent::Text("Hi".into())));
    assert_eq!(body["contacts"][0]["wa_id"], user);
    assert_eq!(body["messages"][0]["from"], user);
    let id = body["messages"][0]["id"].as_str().unwrap();
    assert_eq!(read_id(id), Some(message_id(1)));
}

#[test]
fn every_content_has_its_type_and_object() {
    let media = |kind, voice| {
        InboundContent::Media(InboundMedia {
            kind,
            provider_media_id: "m1".into(),
            mime_type: "x/y".into(),
            sha256: Some("digest".into()),
            caption: None,
            filename: (kind == Kind::Document).then(|| "a.pdf".into()),
            voice,
        })
    };
    let place = Location {
        latitude: "52.5".into(),
        longitude: "-4".into(),
        name: None,
        address: Some("Dam 1".into()),
    };
    let file = json!({ "id": "m1", "mime_type": "x/y", "sha256": "digest" });
    let reply = json!({ "type": "button_reply", "button_reply": { "id": "y", "title": "Yes" } });
    let named = json!([{ "name": { "formatted_name": "K" } }]);
    let raw = |value: &Value| Raw::new(value.to_string());
    for (content, kind, expected) in [
        (media(Kind::Image, false), "image", file.clone()),
        (media(Kind::Audio, false), "audio", file.clone()),
        (media(Kind::Audio, true), "voice", file.clone()),
        (
            media(Kind::Document, false),
            "document",
            json!({ "id": "m1", "mime_type": "x/y", "sha256": "digest", "filename": "a.pdf" }),
        ),
        (
            InboundContent::Location(place),
            "location",
            json!({ "latitude": 52.5, "longitude": -4.0, "address": "Dam 1" }),
        ),
        (
            InboundContent::Contacts(raw(&named)),
            "contacts",
            named.clone(),
        ),
        (
            InboundContent::Button {
                text: "No".into(),
                payload: None,
            },
            "button",
            json!({ "text": "No", "payload": null }),
        ),
        (
            InboundContent::Interactive(raw(&reply)),
            "interactive",
            reply.clone(),
        ),
        (
            InboundContent::Reaction {
                target: "wamid.X".into(),
                emoji: "👍".into(),
            },
            "reaction",
            json!({ "message_id": "wamid.X", "emoji": "👍" }),
        ),
        (
            InboundContent::System(raw(
                &json!({ "body": "b", "type": "user_changed_number", "wa_id": "1" }),
            )),
            "system",
            json!({ "body": "b", "type": "user_changed_number", "new_wa_id": "1" }),
        ),
        (
            InboundContent::Order(raw(&json!({ "catalog_id": "c" }))),
            "order",
            json!({ "catalog_id": "c" }),
        ),
    ] {
        let body = received(inbound(CUSTOMER, content));
        assert_eq!(body["messages"][0]["type"], kind);
        assert_eq!(body["messages"][0][kind], expected);
    }
}

#[test]
fn what_cannot_be_read_is_unknown_with_501() {
    let body = received(inbound(
        CUSTOMER,
        InboundContent::Unsupported(Raw::new("[]")),
    ));
    let message = &body["messages"][0];
    assert_eq!(
        (&message["type"], &message["errors"][0]["code"]),
        (&json!("unknown"), &json!(501))
    );
}

#[test]
fn a_reply_names_the_message_that_it_answers() {
    let mut message = inbound(CUSTOMER, InboundContent::Text("Yes".into()));
    message.context = Some(Context {
        provider_id: Some("wamid.OUT".into()),
        from: Some("31600000000".into()),
        forwarded: false,
    });
    assert_eq!(
        received(message)["messages"][0]["context"],
        json!({ "id": "wamid.OUT", "from": "31600000000" })
    );
}

fn sent_by(dialect: Dialect) -> Stored {
    let body = Outbound {
        to: Address::parse(CUSTOMER).unwrap(),
        content: Content::Text(Text {
            body: "Hi".into(),
            preview_url: false,
        }),
        dialect,
        priority: Priority::Normal,
        expires_at: Timestamp::NEVER,
        metadata: None,
        reply_to: None,
    };
    stored("79944060000", Body::Outbound(Arc::new(body)))
}

fn delivered(raw: Value) -> What {
    What::Delivered {
        at: Timestamp::from_seconds(1_629_293_084),
        raw: Raw::new(raw.to_string()),
    }
}

#[test]
fn a_status_passes_conversation_and_price_on() {
    let pricing = json!({ "pricing_model": "CBP", "billable": true, "category": "service" });
    let what = delivered(json!({
        "id": "wamid.OUT", "recipient_id": "79944060001", "pricing": pricing,
        "conversation": { "id": "c1", "expiration_timestamp": "1629379484", "origin": { "type": "service" } },
    }));
    let body = render(
        &sent_by(Dialect::Onprem),
        what.clone(),
        &subscription(json!({})),
    )
    .unwrap();
    let id = body["statuses"][0]["id"].as_str().unwrap();
    assert_eq!(read_id(id), Some(message_id(1)));
    assert!(
        id.starts_with("gBGGeZRAZ1Nv"),
        "the number that was dialled: {id}"
    );
    assert_eq!(
        body,
        json!({ "statuses": [{
            "id": id, "status": "delivered", "timestamp": "1629293084",
            "recipient_id": "79944060001", "message": { "recipient_id": "79944060001" },
            "type": "message", "pricing": pricing,
            "conversation": { "id": "c1", "expiration_timestamp": 1_629_379_484, "origin": { "type": "service" } },
        }] })
    );
    let hidden = json!({ "webhook_payload_conversation_pricingmodel_disabled": true });
    let body = render(&sent_by(Dialect::Onprem), what, &subscription(hidden)).unwrap();
    assert_eq!(body["statuses"][0].get("pricing"), None);
}

#[test]
fn failures_speak_the_codes_of_this_api() {
    let failed = |what| {
        let body = render(&sent_by(Dialect::Onprem), what, &subscription(json!({}))).unwrap();
        assert_eq!(body["statuses"][0]["status"], "failed");
        assert_eq!(body["statuses"][0]["recipient_id"], "79944060000");
        (
            body["statuses"][0]["timestamp"].clone(),
            body["statuses"][0]["errors"].clone(),
        )
    };
    let cloud = |code, raw: Option<&str>| What::Failed {
        failure: Failure::new(code, "Title").because("details"),
        raw: raw.map(Raw::new),
    };
    let now = json!(NOW.seconds().to_string());
    assert_eq!(
        failed(cloud(131_047, None)),
        (
            now.clone(),
            json!([{ "code": 470, "title": "Re-engagement message", "details": "details" }])
        )
    );
    assert_eq!(
        failed(cloud(999_999, Some(r#"{"timestamp":"1533332775"}"#))),
        (
            json!("1533332775"),
            json!([{ "code": 500, "title": "Generic error", "details": "Title (999999): details" }])
        )
    );
    assert_eq!(failed(What::Expired).1[0]["code"], 410);
    assert_eq!(failed(What::Dead).1[0]["code"], 1014);
}

#[test]
fn only_statuses_of_messages_sent_through_this_api_are_told() {
    let told = |dialect, settings| {
        render(
            &sent_by(dialect),
            delivered(json!({})),
            &subscription(settings),
        )
        .is_some()
    };
    assert!(told(Dialect::Onprem, json!({})));
    assert!(!told(Dialect::Callbell, json!({})));
    assert!(told(Dialect::Callbell, json!({ "origin": "all" })));
    assert!(!told(
        Dialect::Onprem,
        json!({ "webhooks": { "message": { "delivered": false } } })
    ));
    assert!(told(Dialect::Onprem, json!({ "sent_status": false })));
}

#[test]
fn what_happens_inside_is_not_told() {
    for what in [
        What::Accepted,
        What::Cancelled,
        What::Unknown {
            reason: "reset".into(),
        },
        What::Submitted {
            attempt: None,
            provider_id: "x".into(),
            recipient: None,
        },
    ] {
        let told = render(&sent_by(Dialect::Onprem), what, &subscription(json!({})));
        assert_eq!(told, None);
    }
}

#[test]
fn a_list_of_events_narrows_what_is_told() {
    let mut only = subscription(json!({}));
    only.events = vec!["messages".into(), "read".into()];
    let message = sent_by(Dialect::Onprem);
    assert_eq!(render(&message, delivered(json!({})), &only), None);
    let read = What::Read {
        at: NOW,
        raw: Raw::new("{}"),
    };
    assert!(render(&message, read, &only).is_some());
}

#[test]
fn pauses_grow_by_a_step_up_to_a_limit_and_end_after_a_day() {
    let pauses = |settings| {
        let subscription = subscription(settings);
        let pauses = (1..).map_while(move |tries| OnpremFormat.pause(&subscription, tries));
        pauses.collect::<Vec<_>>()
    };
    let usual = pauses(json!({}));
    let seconds: Vec<u64> = usual.iter().map(Duration::as_secs).take(3).collect();
    assert_eq!(seconds, [3, 6, 9]);
    let sum: Duration = usual.iter().sum();
    assert!(
        sum <= DAY && sum + Duration::from_secs(3) * 240 > DAY,
        "{sum:?}"
    );
    let asked =
        json!({ "callback_backoff_delay_ms": "60000", "max_callback_backoff_delay_ms": 90_000 });
    let seconds: Vec<u64> = pauses(asked)
        .iter()
        .map(Duration::as_secs)
        .take(3)
        .collect();
    assert_eq!(seconds, [60, 90, 90]);
    let hasty =
        subscription(json!({ "callback_backoff_delay_ms": 1, "max_callback_backoff_delay_ms": 1 }));
    assert_eq!(OnpremFormat.pause(&hasty, 5), Some(SHORTEST_PAUSE));
    assert_eq!(OnpremFormat.pause(&hasty, u32::MAX), None);
}

#[test]
fn every_2xx_is_success() {
    let successes: Vec<u16> = [199, 200, 201, 204, 299, 300, 404]
        .into_iter()
        .filter(|&status| OnpremFormat.is_success(status))
        .collect();
    assert_eq!(successes, [200, 201, 204, 299]);
}
