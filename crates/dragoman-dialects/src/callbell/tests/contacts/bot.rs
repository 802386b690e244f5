//! `GET` and `POST /contacts/:uuid/bot`.

use serde_json::json;

use super::*;

fn bot(status: &str) -> (u16, Value) {
    let bot = json!({
        "uuid": "64726167 6f6d8a6e 8b6f7400 00000001".replace(' ', ""),
        "name": "Dragoman",
        "status": status,
        "conversationStartedAt": null,
        "version": 1,
        "latestBotVersion": true,
    });
    (200, json!({ "bot": bot }))
}

#[tokio::test]
async fn the_bot_remembers_what_it_was_told() {
    let house = house();
    let path = of_ada("/bot");
    assert_eq!(house.get(&path).await.whole(), bot("ended"));
    for (told, status) in [("bot_start", "started"), ("bot_end", "ended")] {
        let answer = house.post(&path, &json!({ "status": told })).await;
        assert_eq!(answer.whole(), bot(status));
        assert_eq!(house.get(&path).await.whole(), bot(status));
    }
    let by_patch = json!({ "bot_status": "bot_start" });
    house.patch(&of_ada(""), &by_patch).await;
    assert_eq!(house.get(&path).await.whole(), bot("started"));
    // Every conversation has its own.
    let elsewhere = of_ada(&format!("/bot?channel_uuid={TELEGRAM}"));
    assert_eq!(house.get(&elsewhere).await.whole(), bot("ended"));
}

#[tokio::test]
async fn the_bot_understands_two_words() {
    let house = house();
    for (body, text) in [
        (json!({}), REQUIRED),
        (
            json!({ "status": "paused" }),
            "must be bot_start or bot_end",
        ),
        (
            json!({ "status": "started" }),
            "must be bot_start or bot_end",
        ),
        (json!({ "status": true }), "must be string"),
    ] {
        let answer = house.post(&of_ada("/bot"), &body).await;
        assert_eq!(answer.whole(), wrong("status", text), "{body}");
    }
}
