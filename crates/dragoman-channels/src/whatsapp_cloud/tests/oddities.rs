//! Webhooks that Meta signed and nobody expected: what is left out, and what is said about it.

use serde_json::{Value, json};

use super::receiving::{ids, receive};

/// Checks the reasons, and which messages are understood all the same.
fn check(body: &str, reasons: &[&str], understood: &[&str]) {
    let received = receive(body).unwrap();
    let odd: Vec<&str> = received.odd.iter().map(AsRef::as_ref).collect();
    assert_eq!(odd, reasons);
    let ids: Vec<&str> = ids(&received)
        .into_iter()
        .flat_map(|(_, ids)| ids)
        .collect();
    assert_eq!(ids, understood);
    assert!(received.odd.iter().all(|why| !why.contains("secret words")));
}

#[test]
fn every_odd_message_has_its_reason() {
    check(
        include_str!("../fixtures/receive_odd_messages.json"),
        &[
            "a message of another shape",
            "a message without id",
            "a message without id",
            "a message of another shape",
            "a message without time",
            "a message without time",
            "a message without type",
            "a message without sender",
            "a message without sender",
        ],
        &["wamid.IN2"],
    );
}

#[test]
fn every_odd_status_has_its_reason() {
    check(
        include_str!("../fixtures/receive_odd_statuses.json"),
        &[
            "a status of an unknown kind",
            "a status of an unknown kind",
            "a status without id",
            "a status without id",
            "a status without time",
            "a status without time",
            "a status of another shape",
            "a status of another shape",
        ],
        &["wamid.OUT2"],
    );
}

#[test]
fn every_odd_frame_has_its_reason() {
    check(
        include_str!("../fixtures/receive_odd_frames.json"),
        &[
            "an entry that is no object",
            "an entry without a list of changes",
            "an entry without a list of changes",
            "a change without field",
            "a change without field",
            "a change without value",
            "a change without value",
            "a value without metadata",
            "metadata without phone number id",
            "metadata without phone number id",
            "a value with neither messages nor statuses",
            "errors that are of no message",
            "messages that are no list",
            "statuses that are no list",
            "contacts that are no list",
            "a contact of another shape",
        ],
        &["wamid.IN1", "wamid.IN2"],
    );
}

#[test]
fn changed_templates_of_nobody_are_odd() {
    for id in ["", r#""id":"","#, r#""id":7,"#] {
        let field = "message_template_status_update";
        let body = format!(r#"{{"entry":[{{{id}"changes":[{{"field":"{field}"}}]}}]}}"#);
        check(
            &body,
            &["a change of templates without business account"],
            &[],
        );
        assert!(receive(&body).unwrap().templates_changed.is_empty());
    }
}

#[test]
fn a_body_without_entries_is_odd() {
    for body in ["{}", r#"{"entry":null}"#, r#"{"entry":7}"#] {
        check(body, &["no list of entries"], &[]);
    }
}

#[test]
fn a_message_of_an_unknown_type_is_unsupported_and_not_odd() {
    for body in [
        include_str!("../fixtures/receive_unsupported.json"),
        include_str!("../fixtures/receive_edit.json"),
        include_str!("../fixtures/receive_text_without_body.json"),
    ] {
        check(body, &[], &["wamid.IN1"]);
    }
}

#[test]
fn errors_of_the_account_do_not_get_lost_beside_messages() {
    let errors = json!([{"code": 131_031, "title": "secret words"}]);
    let text = include_str!("../fixtures/receive_text.json");
    let mut beside: Value = serde_json::from_str(text).unwrap();
    beside["entry"][0]["changes"][0]["value"]["errors"] = errors;
    let mut alone = beside.clone();
    let value = &mut alone["entry"][0]["changes"][0]["value"];
    value.as_object_mut().unwrap().remove("messages");
    let reasons = &["errors that are of no message"];
    check(&beside.to_string(), reasons, &["wamid.IN1"]);
    check(&alone.to_string(), reasons, &[]);
}
