//! `/custom_statuses` and `/custom_statuses/:id`, also as `/custom_status/:id`.

use std::time::Duration;

use dragoman_core::Id;
use dragoman_core::catalog::CustomStatus;
use serde_json::{Value, json};

use super::doubles::{Answer, House, foreign, request};
use super::samples::{NOW, STRANGER};

const LIST: &str = "/v1/custom_statuses";

impl House {
    async fn create_status(&self, body: &str) -> Value {
        let answer = self.call(request("POST", LIST, body.to_owned())).await;
        assert_eq!(answer.status, 200, "{body}: {}", answer.body);
        answer.body["customStatus"].clone()
    }

    async fn create_status_keyed(&self, key: &str, body: &str) -> Answer {
        let mut call = request("POST", LIST, body.to_owned());
        let key = key.parse().unwrap();
        call.headers_mut().insert("Idempotency-Key", key);
        self.call(call).await
    }

    async fn statuses(&self) -> Vec<Value> {
        let list = self.get(LIST).await.body["customStatuses"].take();
        list.as_array().unwrap().clone()
    }
}

#[tokio::test]
async fn a_status_is_made_changed_and_destroyed() {
    let house = House::new();
    let made = house
        .create_status(r#"{"name":"Lunch","emoji":"🍜"}"#)
        .await;
    let id = made["id"].as_str().unwrap().to_owned();
    assert_eq!((id.len(), id.matches('-').count()), (36, 4));
    let at = "2026-09-21 14:13:20 +0000";
    let expected = json!({ "id": id, "name": "Lunch", "emoji": "🍜", "createdAt": at,
        "updatedAt": at });
    assert_eq!(made, expected);
    let listed = house.get(LIST).await.whole();
    let meta = json!({ "page": 1, "pages": 1 });
    let list = json!({ "customStatuses": [expected], "meta": meta });
    assert_eq!(listed, (200, list));
    for path in ["custom_statuses", "custom_status"] {
        let answer = house.get(&format!("/v1/{path}/{id}")).await;
        let one = json!({ "customStatus": expected });
        assert_eq!(answer.whole(), (200, one), "{path}");
    }

    house.clock().advance(Duration::from_secs(60));
    let path = format!("{LIST}/{id}");
    let answer = house
        .call(request("PUT", &path, r#"{"name":"Dinner"}"#))
        .await;
    let changed = json!({ "id": id, "name": "Dinner", "emoji": "🍜", "createdAt": at,
        "updatedAt": "2026-09-21 14:14:20 +0000" });
    assert_eq!(answer.whole(), (200, json!({ "customStatus": changed })));

    let alias = format!("/v1/custom_status/{}", id.replace('-', ""));
    let answer = house.call(request("DELETE", &alias, "")).await;
    let destroyed = json!({ "status": "custom status was destroyed" });
    assert_eq!(answer.whole(), (200, destroyed));
    assert_eq!(house.call(request("DELETE", &alias, "")).await.status, 404);
    assert_eq!(house.statuses().await, [] as [Value; 0]);
}

#[tokio::test]
async fn a_sign_can_be_left_out_and_taken_away() {
    let house = House::new();
    let made = house.create_status(r#"{"name":"Lunch","more":1}"#).await;
    assert_eq!(made["emoji"], "");
    let path = format!("{LIST}/{}", made["id"].as_str().unwrap());
    for emoji in ["🍜", ""] {
        let body = json!({ "emoji": emoji }).to_string();
        let answer = house.call(request("PUT", &path, body)).await;
        let shown = &answer.body["customStatus"];
        assert_eq!(
            (&shown["emoji"], &shown["name"]),
            (&json!(emoji), &json!("Lunch"))
        );
    }
}

#[tokio::test]
async fn what_is_no_status_is_said_by_field() {
    let house = House::new();
    for (body, error) in [
        ("{}", json!({ "name": ["must be present and not empty"] })),
        (
            r#"{"name":"","emoji":1}"#,
            json!({ "name": ["must be present and not empty"], "emoji": ["must be string"] }),
        ),
    ] {
        let answer = house.call(request("POST", LIST, body)).await;
        assert_eq!(answer.whole(), (400, json!({ "error": error })), "{body}");
    }
    assert_eq!(house.statuses().await.len(), 0);
    let made = house.create_status(r#"{"name":"Lunch"}"#).await;
    let path = format!("{LIST}/{}", made["id"].as_str().unwrap());
    let answer = house.call(request("PUT", &path, r#"{"name":""}"#)).await;
    let error = json!({ "error": { "name": ["must be present and not empty"] } });
    assert_eq!(answer.whole(), (400, error));
}

#[tokio::test]
async fn the_same_key_makes_one_status() {
    let house = House::new();
    let body = r#"{"name":"Lunch"}"#;
    let first = house.create_status_keyed("one", body).await;
    assert_eq!(first.headers.get("idempotency-replayed"), None);
    let again = house.create_status_keyed("one", body).await;
    assert_eq!(again.headers["idempotency-replayed"], "true");
    assert_eq!(again.whole(), first.whole());
    let other = house.create_status_keyed("one", r#"{"name":"Tea"}"#).await;
    assert_eq!(other.status, 422);
    assert_eq!(house.create_status_keyed("two", body).await.status, 200);
    assert_eq!(house.statuses().await.len(), 2);
    let bad = house.create_status_keyed("not one word", body).await;
    assert_eq!(bad.status, 400);
}

#[tokio::test]
async fn a_foreign_status_is_like_one_that_there_is_not() {
    let house = House::new();
    let other = Id::from_u128(0x5ec4e7);
    house.change(|catalog| {
        catalog.custom_statuses.push(CustomStatus {
            id: other,
            account: STRANGER,
            name: "Secret".into(),
            emoji: "".into(),
            created_at: NOW,
            updated_at: NOW,
        });
    });
    let body = r#"{"name":"Mine now"}"#;
    let missing = "adf3d121-6d4c-4dcd-9081-99d6700f2381".to_owned();
    for id in [other.dashed(), missing, "x".to_owned()] {
        for method in ["GET", "PUT", "DELETE"] {
            let answer = house
                .call(request(method, &format!("{LIST}/{id}"), body))
                .await;
            let error = json!({ "error": "not found" });
            assert_eq!(answer.whole(), (404, error), "{method} {id}");
        }
    }
    assert_eq!(house.statuses().await.len(), 0);
    let seen = house.call(foreign("GET", LIST, "")).await.body;
    assert_eq!(seen["customStatuses"][0]["name"], "Secret");
}
