//! Consumers that refuse what they do not know.

use dragoman_core::Raw;
use dragoman_core::event::What;
use dragoman_core::inbound::InboundContent;
use serde_json::{Value, json};

use super::CUSTOMER;
use super::received::{inbound, told};

fn kind(content: InboundContent, settings: Value) -> Value {
    let body = told(inbound(CUSTOMER, content), What::Received, settings);
    body.unwrap()["messages"][0]["type"].take()
}

fn raw(value: &Value) -> Raw {
    Raw::new(value.to_string())
}

#[test]
fn newer_types_are_unknown_to_consumers_of_the_first_years_alone() {
    let ephemeral =
        json!([{ "code": 131_051, "error_data": { "original": { "type": "ephemeral" } } }]);
    for (content, word) in [
        (
            InboundContent::Reaction {
                target: "wamid.X".into(),
                emoji: "👍".into(),
            },
            "reaction",
        ),
        (InboundContent::Order(raw(&json!({}))), "order"),
        (
            InboundContent::Interactive(raw(&json!({ "type": "nfm_reply" }))),
            "interactive",
        ),
        (InboundContent::Unsupported(raw(&ephemeral)), "ephemeral"),
    ] {
        assert_eq!(kind(content.clone(), json!({})), word);
        let settings = json!({ "legacy_event_types": true });
        assert_eq!(kind(content, settings), "unknown", "{word}");
    }
}

#[test]
fn the_types_of_the_first_years_stay_as_they_are() {
    for (content, word) in [
        (InboundContent::Text("Hi".into()), "text"),
        (
            InboundContent::Interactive(raw(&json!({ "type": "list_reply" }))),
            "interactive",
        ),
        (
            InboundContent::System(raw(&json!({ "type": "user_changed_number" }))),
            "system",
        ),
    ] {
        let settings = json!({ "legacy_event_types": "true" });
        assert_eq!(kind(content, settings), word);
    }
}
