//! Notices of the messenger, and the identity beside a message.

use dragoman_core::Raw;
use dragoman_core::event::What;
use dragoman_core::inbound::InboundContent;
use serde_json::{Value, json};

use super::CUSTOMER;
use super::received::{inbound, told};

fn notice(theirs: &Value, settings: Value) -> Option<Value> {
    let content = InboundContent::System(Raw::new(theirs.to_string()));
    let mut body = told(inbound(CUSTOMER, content), What::Received, settings)?;
    assert_eq!(body["messages"][0]["type"], "system");
    Some(body["messages"][0]["system"].take())
}

#[test]
fn a_new_number_is_told_unless_the_client_declines() {
    let theirs = json!({ "body": "b", "type": "user_changed_number", "wa_id": "31600000001" });
    assert_eq!(
        notice(&theirs, json!({})),
        Some(json!({ "body": "b", "type": "user_changed_number", "new_wa_id": "31600000001" }))
    );
    let declined = json!({ "notify_user_change_number": false });
    assert_eq!(notice(&theirs, declined), None);
}

#[test]
fn a_new_identity_is_told_when_the_client_asks_for_it() {
    let theirs = json!({ "body": "b", "type": "customer_identity_changed", "identity": "hash",
        "customer": CUSTOMER, "wa_id": CUSTOMER });
    let wanted = json!({ "show_security_notifications": true });
    assert_eq!(
        notice(&theirs, wanted),
        Some(
            json!({ "body": "b", "type": "user_identity_changed", "identity": "hash",
            "user": CUSTOMER })
        )
    );
    assert_eq!(notice(&theirs, json!({})), None);
}

#[test]
fn the_customers_identity_is_told_beside_the_message_when_the_client_asks_for_it() {
    let identity = |theirs: Value, settings: Value| {
        let mut message = inbound(CUSTOMER, InboundContent::Text("Hi".into()));
        message.identity = Some(Raw::new(theirs.to_string()));
        told(message, What::Received, settings).unwrap()["messages"][0]["identity"].take()
    };
    let wanted = || json!({ "show_security_notifications": true });
    let shown = json!({ "acknowledged": false, "created_timestamp": 1_602_532_300_000_i64,
        "hash": "Sjvjlx8G6Z0=" });
    for created in [json!(1_602_532_300_000_i64), json!("1602532300")] {
        let theirs = json!({ "acknowledged": "false", "created_timestamp": created,
            "hash": "Sjvjlx8G6Z0=", "more": 1 });
        assert_eq!(identity(theirs.clone(), wanted()), shown);
        assert_eq!(identity(theirs, json!({})), Value::Null);
    }
    assert_eq!(
        identity(json!({ "acknowledged": true }), wanted()),
        Value::Null
    );
}
