//! What became of messages that were sent.

use std::sync::Arc;

use dragoman_core::content::{Content, Text};
use dragoman_core::event::What;
use dragoman_core::message::{Body, Outbound, Priority, Stored};
use dragoman_core::outcome::Failure;
use dragoman_core::submission::Dialect;
use dragoman_core::{Address, Raw, Timestamp};
use serde_json::{Value, json};

use super::{CUSTOMER, render, stored, subscription};
use crate::whatsapp_onprem::message_id as read_id;
use crate::whatsapp_onprem::tests::doubles::{NOW, message_id};

pub(super) fn sent_by(dialect: Dialect) -> Stored {
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
        after: None,
        on_unknown: None,
        identity: None,
    };
    stored("79944060000", Body::Outbound(Arc::new(body)))
}

fn delivered(raw: Value) -> What {
    What::Delivered {
        at: Timestamp::from_seconds(1_629_293_084),
        raw: Raw::new(raw.to_string()),
    }
}

/// As the Cloud API tells it and as it is kept: with what came around it.
fn provided() -> Raw {
    let status = json!({
        "id": "wamid.OUT", "recipient_id": "79944060001",
        "conversation": { "id": "c1", "expiration_timestamp": "1629379484",
            "origin": { "type": "authentication-international" } },
        "pricing": { "pricing_model": "PMP", "billable": true, "type": "regular",
            "category": "authentication-international" },
    });
    let kept = json!({ "messaging_product": "whatsapp", "metadata": {}, "statuses": [status] });
    Raw::new(kept.to_string())
}

fn told(what: What, settings: Value) -> Value {
    let body = render(&sent_by(Dialect::Onprem), what, &subscription(settings));
    body.unwrap()["statuses"][0].take()
}

#[test]
fn a_status_names_conversation_and_price() {
    let (at, raw) = (Timestamp::from_seconds(1_629_293_084), provided());
    let status = told(What::Sent { at, raw }, json!({}));
    let id = status["id"].as_str().unwrap();
    assert_eq!(read_id(id), Some(message_id(1)));
    assert!(
        id.starts_with("gBGGeZRAZ1Nv"),
        "the number that was dialled: {id}"
    );
    assert_eq!(
        status,
        json!({
            "id": id, "status": "sent", "timestamp": "1629293084",
            "recipient_id": "79944060001", "message": { "recipient_id": "79944060001" },
            "type": "message",
            "conversation": { "id": "c1", "expiration_timestamp": 1_629_379_484,
                "origin": { "type": "authentication" } },
            "pricing": { "pricing_model": "PMP", "billable": true, "category": "authentication" },
        })
    );
}

#[test]
fn only_the_first_status_tells_when_the_conversation_ends_and_the_last_one_nothing_of_it() {
    let (at, raw) = (NOW, provided());
    let delivered = told(What::Delivered { at, raw }, json!({}));
    assert_eq!(
        delivered["conversation"],
        json!({ "id": "c1", "origin": { "type": "authentication" } })
    );
    assert!(delivered["pricing"].is_object());
    let hidden = json!({ "webhook_payload_conversation_pricingmodel_disabled": true });
    for (what, settings) in [
        (
            What::Read {
                at,
                raw: provided(),
            },
            json!({}),
        ),
        (
            What::Sent {
                at,
                raw: provided(),
            },
            hidden,
        ),
    ] {
        let status = told(what, settings);
        let told = (status.get("conversation"), status.get("pricing"));
        assert_eq!(told, (None, None));
    }
}

#[test]
fn what_the_client_sent_along_comes_back() {
    let given_back = |dialect, metadata: &str| {
        let mut message = sent_by(dialect);
        if let Body::Outbound(body) = &mut message.body {
            Arc::make_mut(body).metadata = Some(Raw::new(metadata));
        }
        let everything = subscription(json!({ "origin": "all" }));
        let body = render(&message, delivered(json!({})), &everything).unwrap();
        body["statuses"][0].get("biz_opaque_callback_data").cloned()
    };
    let order = r#""order 17""#;
    assert_eq!(given_back(Dialect::Onprem, order), Some(json!("order 17")));
    assert_eq!(given_back(Dialect::Callbell, order), None);
    assert_eq!(given_back(Dialect::Onprem, r#"{"order":17}"#), None);
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
    let opted_out = What::Failed {
        failure: Failure::new(131_050, "User has stopped messages"),
        raw: None,
    };
    assert_eq!(
        failed(opted_out).1,
        json!([{ "code": 1026, "title": "Receiver incapable", "details": "User has stopped messages" }])
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
