//! Buttons and lists in the webhooks.

use std::sync::Arc;

use dragoman_core::content::Content;
use dragoman_core::event::What;
use dragoman_core::inbound::InboundContent;
use dragoman_core::message::Body;
use dragoman_core::{Raw, State};
use serde_json::{Value, json};

use super::samples::*;
use super::telling::{received, told};

fn interactive(raw: &Value) -> Value {
    let mut body = outbound(None);
    body.content = Content::Interactive(dragoman_core::content::Interactive {
        header: None,
        raw: Raw::new(raw.to_string()),
    });
    let message = stored(Body::Outbound(Arc::new(body)), State::Queued);
    told(&message, What::Accepted)["payload"].clone()
}

#[test]
fn a_list_of_ours_is_told_as_json_in_a_text() {
    let payload = interactive(&json!({
        "type": "list",
        "header": { "type": "text", "text": "Menu" },
        "body": { "text": "What may it be?" },
        "action": { "button": "Choose", "sections": [{ "title": "Soups", "rows": [
            { "id": "s1", "title": "Miso", "description": "hot" }, { "id": "s2", "title": "Gazpacho" },
        ] }] },
    }));
    assert_eq!(payload["text"], "What may it be?");
    let metadata = payload["messageInteractiveList"]["metadata"]
        .as_str()
        .unwrap();
    let metadata: Value = serde_json::from_str(metadata).unwrap();
    assert_eq!(
        metadata,
        json!({ "header": "Menu", "body": "What may it be?", "buttons": [{ "title": "Choose" }],
            "sections": [{ "title": "Soups", "subtitle": null, "items": [
                { "header": "Miso", "description": "hot" },
                { "header": "Gazpacho", "description": null },
            ] }] })
    );
    assert_eq!(payload.get("messageReplyButton"), None);
}

#[test]
fn buttons_of_ours_are_told_as_an_object() {
    let payload = interactive(&json!({
        "type": "button",
        "header": { "type": "document",
            "document": { "link": "https://e.com/a.pdf", "filename": "a.pdf" } },
        "body": { "text": "Agreed?" },
        "footer": { "text": "Thank you" },
        "action": { "buttons": [{ "type": "reply", "reply": { "id": "y", "title": "Yes" } }] },
    }));
    assert_eq!(
        payload["messageReplyButton"],
        json!({ "metadata": { "type": "quick_reply",
            "content": { "url": "https://e.com/a.pdf", "text": "Agreed?", "header": null,
                "caption": "Thank you", "filename": "a.pdf", "contentType": null },
            "options": [{ "type": "text", "title": "Yes", "postback_url": null,
                "postback_text": "y" }] } })
    );
    assert_eq!(payload.get("messageInteractiveList"), None);
    let flow = interactive(&json!({ "type": "flow", "body": { "text": "Go" } }));
    assert_eq!(flow["text"], "Go");
    assert_eq!(flow.get("messageReplyButton"), None);
}

#[test]
fn what_a_customer_chose_is_told_in_the_same_shapes() {
    let chosen = |raw: &str| {
        let content = InboundContent::Interactive(Raw::new(raw));
        told(&received(content), What::Received)["payload"].clone()
    };
    let button = chosen(r#"{"type":"button_reply","button_reply":{"id":"y","title":"Yes"}}"#);
    let metadata = button["messageReplyButton"]["metadata"].clone();
    assert_eq!(
        (&button["text"], &metadata["content"]["text"]),
        (&json!("Yes"), &json!("Yes"))
    );
    let option = json!({ "type": "text", "title": "Yes", "postback_url": null,
        "postback_text": "y" });
    assert_eq!(metadata["options"], json!([option]));

    let row =
        r#"{"type":"list_reply","list_reply":{"id":"s1","title":"Miso","description":"hot"}}"#;
    let row = chosen(row);
    assert_eq!(row["text"], "Miso");
    let metadata = row["messageInteractiveList"]["metadata"].as_str().unwrap();
    let metadata: Value = serde_json::from_str(metadata).unwrap();
    let items = json!([{ "header": "Miso", "description": "hot" }]);
    assert_eq!(metadata["sections"][0]["items"], items);

    let quick = InboundContent::Button {
        text: "Yes".into(),
        payload: Some("y".into()),
    };
    let quick = told(&received(quick), What::Received)["payload"].clone();
    assert_eq!(
        quick["messageReplyButton"]["metadata"]["options"],
        json!([option])
    );
}
