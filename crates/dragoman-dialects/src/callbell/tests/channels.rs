//! `PATCH /channels/:uuid`. List and look-up are in `reading`.

use serde_json::json;

use super::doubles::{House, foreign, request};
use super::samples::{CHANNEL, FOREIGN_CHANNEL};

#[tokio::test]
async fn a_channel_gets_another_title_and_nothing_else() {
    let house = House::new();
    let path = format!("/v1/channels/{CHANNEL}");
    let body = json!({ "title": "Sales", "main": false, "type": "telegram" });
    let answer = house.call(request("PATCH", &path, body.to_string())).await;
    let channel = json!({
        "uuid": CHANNEL.simple(), "title": "Sales", "type": "whatsapp", "main": true,
        "discardedAt": null,
    });
    let expected = json!({ "channel": channel });
    assert_eq!(answer.whole(), (200, expected.clone()));
    assert_eq!(house.get(&path).await.body, expected);
    let error = json!({ "error": { "title": ["must be present and not empty"] } });
    let answer = house.call(request("PATCH", &path, "{}")).await;
    assert_eq!(answer.whole(), (400, error));
}

#[tokio::test]
async fn a_foreign_channel_is_like_one_that_there_is_not() {
    let house = House::new();
    let body = r#"{"title":"Mine now"}"#;
    let (own, other) = (
        format!("/v1/channels/{CHANNEL}"),
        format!("/v1/channels/{FOREIGN_CHANNEL}"),
    );
    for call in [
        foreign("PATCH", &own, body),
        request("PATCH", &other, body),
        request(
            "PATCH",
            "/v1/channels/adf3d1216d4c4dcd908199d6700f2381",
            body,
        ),
        request("PATCH", "/v1/channels/x", body),
    ] {
        let error = json!({ "error": "not found" });
        assert_eq!(house.call(call).await.whole(), (404, error));
    }
    let title = house.get(&own).await.body["channel"]["title"].clone();
    assert_eq!(title, "Main number");
}

#[tokio::test]
async fn a_store_that_is_not_well_is_said() {
    let house = House::new();
    house.sicken();
    let path = format!("/v1/channels/{CHANNEL}");
    let answer = house.call(request("PATCH", &path, r#"{"title":"Sales"}"#));
    assert_eq!(answer.await.status, 503);
}
