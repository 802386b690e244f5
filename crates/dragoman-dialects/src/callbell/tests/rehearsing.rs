//! `dry_run`: everything is judged, and nothing happens.

use std::time::Duration;

use dragoman_core::Id;
use dragoman_core::catalog::Policy;
use dragoman_core::refusal::When;
use serde_json::{Value, json};

use super::doubles::{Answer, House, request};
use super::samples::TEAM;

const TEXT: &str = include_str!("../fixtures/send_text.json");
const TEMPLATE: &str = include_str!("../fixtures/send_template_with_image.json");

impl House {
    async fn rehearse_send(&self, body: &str) -> Answer {
        let path = "/v1/messages/send?dry_run=1";
        let answer = self.call(request("POST", path, body.to_owned())).await;
        assert_eq!(self.submissions(), 0);
        answer
    }
}

#[tokio::test]
async fn a_text_says_until_when_it_may_be_sent_and_how_long_it_would_wait() {
    let house = House::new();
    house.line_up(7, Duration::from_millis(88));
    let expected = json!({ "message": {
        "status": "dry_run",
        "to": "31612345678",
        "type": "text",
        "text": "Hello!",
        "url": null,
        "template": null,
        "variant": null,
        "window": { "state": "open", "until": "2026-09-22T14:13:20Z" },
        "assignment": { "user": null, "team": null, "refused": null },
        "would_fail": null,
        "waiting": 7,
        "wait_seconds": 0.088,
    } });
    assert_eq!(house.rehearse_send(TEXT).await.whole(), (200, expected));
}

#[tokio::test]
async fn a_template_says_which_variant_it_is_and_how_it_reads() {
    let house = House::new();
    house.close_window();
    let message = house.rehearse_send(TEMPLATE).await.body["message"].clone();
    let text = "Hello John Doe, this is a template message example";
    assert_eq!(
        (&message["type"], &message["text"]),
        (&json!("template"), &json!(text))
    );
    assert_eq!(message["url"], "https://example.com/valid_image.jpeg");
    let template = json!({ "name": "sample_3", "language": "en_US", "values": ["John Doe"] });
    assert_eq!(message["template"], template);
    assert_eq!(message["variant"]["uuid"], Id::from_u128(3).simple());
    assert_eq!(message["variant"]["templateType"], "image");
    assert_eq!(
        message["window"],
        json!({ "state": "closed", "until": null })
    );
}

#[tokio::test]
async fn what_would_be_refused_is_refused() {
    let house = House::new();
    house.close_window();
    let answer = house.rehearse_send(TEXT).await;
    assert_eq!(
        (answer.status, answer.body["error"]["content"].is_array()),
        (400, true)
    );
    let missing = TEMPLATE.replace("\"John Doe\"", "null");
    let error =
        json!({ "error": { "template_values": ["0 given, 1 expected; {{1}} is missing"] } });
    assert_eq!(house.rehearse_send(&missing).await.whole(), (400, error));
    let shapeless = TEXT.replace("31612345678", "hello");
    let error = json!({ "error": { "to": ["is invalid"] } });
    assert_eq!(house.rehearse_send(&shapeless).await.whole(), (400, error));
}

#[tokio::test]
async fn what_would_fail_later_says_why() {
    let house = House::new();
    house.close_window();
    house.change(|catalog| {
        catalog.tokens[0].policy = Policy {
            refusals: Some(When::Later),
            ..Policy::default()
        };
    });
    let answer = house.rehearse_send(TEXT).await;
    let reason = json!({ "code": 131_047, "title": "Re-engagement message",
        "details": "the customer service window is closed" });
    assert_eq!(
        (answer.status, &answer.body["message"]["would_fail"]),
        (200, &reason)
    );
}

#[tokio::test]
async fn the_conversation_s_new_owner_is_named_or_why_there_is_none() {
    let assignment = async |wish: Value| {
        let mut body: Value = serde_json::from_str(TEXT).unwrap();
        for (field, value) in wish.as_object().unwrap() {
            body[field] = value.clone();
        }
        let answer = House::new().rehearse_send(&body.to_string()).await;
        answer.body["message"]["assignment"].clone()
    };
    let team = TEAM.simple();
    assert_eq!(
        assignment(json!({ "assigned_user": "JOHN.DOE@email.com", "team_uuid": team })).await,
        json!({ "user": "john.doe@email.com", "team": team, "refused": null })
    );
    assert_eq!(
        assignment(json!({ "assigned_user": "nobody@email.com" })).await,
        json!({ "user": null, "team": null, "refused": "unknown_user" })
    );
}

#[tokio::test]
async fn no_real_call_is_taken_for_the_repetition_of_a_rehearsal() {
    let house = House::new();
    house.change(|catalog| {
        catalog.tokens[0].policy.duplicate_window = Some(Duration::from_secs(60));
    });
    for (query, status) in [("?dry_run=1", "dry_run"), ("", "enqueued")] {
        let mut call = request("POST", &format!("/v1/messages/send{query}"), TEXT);
        let key = "one".parse().unwrap();
        call.headers_mut().insert("Idempotency-Key", key);
        let answer = house.call(call).await;
        assert_eq!(answer.body["message"]["status"], status);
        assert_eq!(answer.headers.get("idempotency-replayed"), None);
    }
    let sent = house.submission();
    assert!(sent.key.is_some() && sent.duplicate.is_some());
}

#[tokio::test]
async fn it_is_asked_for_in_the_query_or_in_the_body() {
    let send = async |query: &str, flag: Value| {
        let house = House::new();
        let mut body: Value = serde_json::from_str(TEXT).unwrap();
        body["dry_run"] = flag;
        let path = format!("/v1/messages/send{query}");
        let answer = house.call(request("POST", &path, body.to_string())).await;
        let status = answer.body["message"]["status"].as_str();
        (
            answer.status,
            status.map(str::to_owned),
            house.submissions(),
        )
    };
    let dry = || (200, Some("dry_run".to_owned()), 0);
    let sent = || (200, Some("enqueued".to_owned()), 1);
    assert_eq!(send("", json!(true)).await, dry());
    assert_eq!(send("?dry_run=true", json!(null)).await, dry());
    assert_eq!(send("?dry_run=0", json!(false)).await, sent());
    // Whoever does not quite say it does not find a message sent.
    assert_eq!(send("?dry_run=yes", json!(null)).await, (400, None, 0));
    assert_eq!(send("", json!("true")).await, (400, None, 0));
}
