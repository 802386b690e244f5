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
