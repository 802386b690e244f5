//! `PUT /users/:uuid/status`, `DELETE /users/:uuid/status`.

use std::time::Duration;

use dragoman_core::Id;
use dragoman_core::catalog::{CustomStatus, User};
use serde_json::{Value, json};

use super::doubles::{House, foreign, request};
use super::samples::{ACCOUNT, NOW, STRANGER, USER};

const LUNCH: Id = Id::from_u128(0x0d60_41a2_0000_4000_8000_0000_0000_0001);
const FOREIGN: Id = Id::from_u128(0x0d60_41a2_0000_4000_8000_0000_0000_0002);

fn house() -> House {
    let house = House::new();
    house.change(|catalog| {
        let status = |id, account, name: &str| CustomStatus {
            id,
            account,
            name: name.into(),
            emoji: "".into(),
            created_at: NOW,
            updated_at: NOW,
        };
        catalog.custom_statuses = vec![
            status(LUNCH, ACCOUNT, "Lunch"),
            status(FOREIGN, STRANGER, "Secret"),
        ];
    });
    house
}

fn path() -> String {
    format!("/v1/users/{USER}/status")
}

impl House {
    async fn put(&self, body: &Value) -> Value {
        let answer = self.call(request("PUT", &path(), body.to_string())).await;
        assert_eq!(answer.status, 200, "{body}: {}", answer.body);
        answer.body["user_status"].clone()
    }

    fn john(&self) -> User {
        let mut john = None;
        self.change(|catalog| john = catalog.user(USER).cloned());
        john.unwrap()
    }
}

#[tokio::test]
async fn a_collaborator_goes_to_lunch_and_comes_back() {
    let house = house();
    house.clock().advance(Duration::from_millis(311));
    let body = json!({ "available": false, "custom_status_uuid": LUNCH.dashed() });
    let gone = json!({
        "custom_status": { "id": LUNCH.dashed(), "name": "Lunch",
            "last_updated_at": "2026-09-21T14:13:20.311+00:00" },
        "appearance": { "available": false, "last_updated_at": "2026-09-21T14:13:20.311+00:00" },
    });
    assert_eq!(house.put(&body).await, gone);
    // What is not given stays, and what was so already is so since then.
    house.clock().advance(Duration::from_secs(1));
    assert_eq!(house.put(&json!({})).await, gone);
    assert_eq!(house.put(&json!({ "available": null })).await, gone);
    assert_eq!(house.put(&body).await, gone);

    let back = json!({ "available": true, "custom_status_uuid": null });
    let shown = house.put(&back).await;
    assert_eq!(
        shown,
        json!({ "custom_status": null,
            "appearance": { "available": true,
                "last_updated_at": "2026-09-21T14:13:21.311+00:00" } })
    );
    assert_eq!(house.john().status, None);
}

#[tokio::test]
async fn a_status_is_taken_away_with_an_empty_answer() {
    let house = house();
    house
        .put(&json!({ "custom_status_uuid": LUNCH.simple() }))
        .await;
    for _ in 0..2 {
        let answer = house.call(request("DELETE", &path(), "")).await;
        assert_eq!(answer.whole(), (204, Value::Null));
        assert_eq!((house.john().status, house.john().available), (None, true));
    }
}

#[tokio::test]
async fn what_cannot_be_shown_is_said_by_field() {
    let house = house();
    for (body, error) in [
        (
            json!({ "available": "no", "custom_status_uuid": 7 }),
            json!({ "available": ["must be boolean"], "custom_status_uuid": ["must be string"] }),
        ),
        (
            json!({ "custom_status_uuid": "" }),
            json!({ "custom_status_uuid": ["must be present and not empty"] }),
        ),
        (
            json!({ "custom_status_uuid": "lunch" }),
            json!({ "custom_status_uuid": ["not found"] }),
        ),
        (
            json!({ "custom_status_uuid": FOREIGN.dashed(), "available": false }),
            json!({ "custom_status_uuid": ["not found"] }),
        ),
    ] {
        let answer = house.call(request("PUT", &path(), body.to_string())).await;
        assert_eq!(answer.whole(), (400, json!({ "error": error })), "{body}");
    }
    assert!(house.john().available);
}

#[tokio::test]
async fn a_foreign_collaborator_is_like_one_that_there_is_not() {
    let house = house();
    let (body, missing) = (r#"{"available":false}"#, "adf3d1216d4c4dcd908199d6700f2381");
    for method in ["PUT", "DELETE"] {
        for call in [
            foreign(method, &path(), body),
            request(method, &format!("/v1/users/{missing}/status"), body),
            request(method, "/v1/users/x/status", body),
        ] {
            let error = json!({ "error": "not found" });
            assert_eq!(house.call(call).await.whole(), (404, error));
        }
    }
    assert!(house.john().available);
}
