//! What cannot be read.

use dragoman_core::Raw;
use dragoman_core::event::What;
use dragoman_core::inbound::InboundContent;
use serde_json::{Value, json};

use super::CUSTOMER;
use super::received::{inbound, told};

fn message(content: InboundContent) -> Value {
    let body = told(inbound(CUSTOMER, content), What::Received, json!({}));
    body.unwrap()["messages"][0].take()
}

fn unsupported(errors: &Value) -> Value {
    message(InboundContent::Unsupported(Raw::new(errors.to_string())))
}

#[test]
fn what_cannot_be_read_is_unknown_with_501() {
    let expected = json!([{ "code": 501, "title": "Unknown message type",
        "details": "Message type is not currently supported" }]);
    let call = json!({ "type": "call_permission_reply", "call_permission_reply": {} });
    for message in [
        unsupported(&json!([])),
        unsupported(&json!([{ "code": 131_051, "title": "Unsupported message type" }])),
        message(InboundContent::Interactive(Raw::new(call.to_string()))),
    ] {
        assert_eq!(message["type"], "unknown");
        assert_eq!(message["errors"], expected);
        assert_eq!(message.get("unknown"), None);
    }
}

#[test]
fn the_providers_reason_is_told_in_the_numbers_of_this_api() {
    let theirs = json!([{ "code": 131_052, "title": "Media download error",
        "error_data": { "details": "Failed to download the media." } }]);
    assert_eq!(
        unsupported(&theirs)["errors"],
        json!([{ "code": 400, "title": "Media download error",
            "details": "Failed to download the media." }])
    );
}

#[test]
fn a_message_that_disappears_has_a_type_and_nothing_else() {
    let original = json!({ "from": CUSTOMER, "type": "ephemeral" });
    let message =
        unsupported(&json!([{ "code": 131_051, "error_data": { "original": original } }]));
    assert_eq!(message["type"], "ephemeral");
    assert_eq!(
        (message.get("ephemeral"), message.get("errors")),
        (None, None)
    );
}
