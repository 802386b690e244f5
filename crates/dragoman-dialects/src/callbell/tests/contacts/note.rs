//! `POST /contacts/:uuid/conversation/note`.

use serde_json::json;

use super::*;

async fn note(house: &House, key: &str, text: &str) -> Answer {
    let body = json!({ "text": text }).to_string();
    let mut call = request("POST", &of_ada("/conversation/note"), body);
    if !key.is_empty() {
        let headers = call.headers_mut();
        headers.insert("idempotency-key", key.parse().unwrap());
    }
    house.call(call).await
}

async fn noted(house: &House) -> Vec<Value> {
    let answer = house.get(&of_ada("/messages")).await;
    answer.body["messages"].as_array().unwrap().clone()
}

#[tokio::test]
async fn a_note_stands_in_the_history() {
    let house = house();
    let answer = note(&house, "", "Call back, @john").await;
    assert_eq!(answer.whole(), (200, json!({ "success": true })));
    let noted = noted(&house).await;
    assert_eq!(noted.len(), 1);
    assert_eq!(noted[0]["text"], "Call back, @john");
    assert_eq!(noted[0]["status"], "note");
    // It is not the note of the contact.
    let contact = house.get(&of_ada("")).await;
    assert_eq!(contact.body["contact"]["note"], "Likes tea");
}

#[tokio::test]
async fn a_repeated_call_with_a_key_notes_once() {
    let house = house();
    for _ in 0..2 {
        let answer = note(&house, "k1", "Call back").await;
        assert_eq!(answer.whole(), (200, json!({ "success": true })));
    }
    assert_eq!(noted(&house).await.len(), 1);
    let error = json!({ "error": "the Idempotency-Key was used for another request" });
    let other = note(&house, "k1", "Do not call back").await;
    assert_eq!(other.whole(), (422, error));
    assert_eq!(note(&house, "k2", "Call back").await.status, 200);
    assert_eq!(noted(&house).await.len(), 2);
}

#[tokio::test]
async fn a_note_says_something() {
    let house = house();
    let path = of_ada("/conversation/note");
    for (body, text) in [
        (json!({}), REQUIRED),
        (json!({ "text": "" }), REQUIRED),
        (json!({ "text": 1 }), "must be string"),
        (json!({ "text": "a\u{1b}" }), "is invalid"),
    ] {
        let answer = house.post(&path, &body).await;
        assert_eq!(answer.whole(), wrong("text", text), "{body}");
    }
    let bad_key = note(&house, "two words", "Call back").await;
    assert_eq!(bad_key.status, 400);
    assert_eq!(noted(&house).await, [] as [Value; 0]);
}

#[tokio::test]
async fn a_note_goes_to_the_named_channel() {
    let house = house();
    let on = |channel| of_ada(&format!("/conversation/note?channel_uuid={channel}"));
    let body = json!({ "text": "Call back" });
    assert_eq!(house.post(&on(TELEGRAM), &body).await.status, 200);
    assert_eq!(noted(&house).await[0]["channel"], "telegram");
    assert_eq!(house.post(&on(SECOND), &body).await.whole(), not_found());
}
