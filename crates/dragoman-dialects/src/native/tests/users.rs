//! Collaborators.

use dragoman_core::ports::Store;
use serde_json::json;

use super::house::{House, made, problem};

const PATH: &str = "/api/v1/users";

#[tokio::test]
async fn a_collaborator_is_in_teams_of_the_account() {
    let house = House::new();
    let team = made(&house, "/api/v1/teams", json!({ "name": "General" })).await;
    let (_, foreign) = house
        .operator(
            "POST",
            "/api/v1/teams",
            r#"{"account":"other","name":"Theirs"}"#,
        )
        .await;
    let user = made(
        &house,
        PATH,
        json!({ "email": "ada@e.com", "teams": [team["id"], team["id"]] }),
    );
    let user = user.await;
    assert_eq!(user["teams"], json!([team["id"]]));
    assert_eq!(
        (&user["name"], &user["can_log_in"]),
        (&json!("ada@e.com"), &json!(false))
    );
    for unknown in [
        foreign["id"].clone(),
        json!("adf3d1216d4c4dcd908199d6700f2381"),
    ] {
        let body = json!({ "email": "b@e.com", "teams": [unknown] }).to_string();
        let heard = house.with_token("acme", "POST", PATH, body).await;
        assert_eq!(problem(&heard), (400, "invalid", "teams"));
    }
    let (_, team) = house
        .caller(
            "acme",
            &format!("/api/v1/teams/{}", team["id"].as_str().unwrap()),
        )
        .await;
    assert_eq!(team["members"], 1);
}

#[tokio::test]
async fn what_a_collaborator_cannot_have_is_refused_and_named() {
    let house = House::new();
    for (body, field) in [
        (json!({}), "email"),
        (json!({ "email": "nowhere" }), "email"),
        (json!({ "email": "a@e.com", "name": " " }), "name"),
        (
            json!({ "email": "a@e.com", "password": "weak" }),
            "password",
        ),
        (json!({ "email": "a@e.com", "teams": ["general"] }), "teams"),
        (json!({ "email": "a@e.com", "uuid": "1" }), "uuid"),
        (json!({ "email": "a@e.com", "role": "admin" }), "role"),
        (json!({ "email": "a@e.com", "account": "other" }), "account"),
        (
            json!({ "email": "a@e.com", "account": "nowhere" }),
            "account",
        ),
    ] {
        let heard = house
            .with_token("acme", "POST", PATH, body.to_string())
            .await;
        assert_eq!(problem(&heard), (400, "invalid", field), "{body}");
    }
    let heard = house.operator("POST", PATH, r#"{"email":"a@e.com"}"#).await;
    assert_eq!(
        problem(&heard),
        (400, "invalid", "account"),
        "the operator names one"
    );
}

#[tokio::test]
async fn availability_and_status_keep_the_time_since_when_they_are_so() {
    let house = House::new();
    let status = made(&house, "/api/v1/statuses", json!({ "name": "Lunch" })).await;
    let user = made(&house, PATH, json!({ "email": "ada@e.com" })).await;
    let path = format!("{PATH}/{}", user["id"].as_str().unwrap());
    let set = async |body: serde_json::Value| {
        house.clock.advance(std::time::Duration::from_secs(60));
        house
            .with_token("acme", "PATCH", &path, body.to_string())
            .await
            .1
    };
    let away = set(json!({ "available": false, "custom_status": status["id"] })).await;
    assert_eq!(
        (&away["available"], &away["custom_status"]),
        (&json!(false), &status["id"])
    );
    let again = set(json!({ "available": false, "custom_status": status["id"] })).await;
    assert_eq!(again["available_at"], away["available_at"]);
    let shown = house.store.catalog().users[0].status.unwrap().1;
    assert_eq!(
        shown.iso().to_string(),
        away["available_at"].as_str().unwrap()
    );
    let back = set(json!({ "available": true, "custom_status": null })).await;
    assert_eq!(
        (&back["available"], &back["custom_status"]),
        (&json!(true), &json!(null))
    );
    assert_ne!(back["available_at"], away["available_at"]);
    let unknown = json!({ "custom_status": "adf3d1216d4c4dcd908199d6700f2381" });
    let heard = house
        .with_token("acme", "PATCH", &path, unknown.to_string())
        .await;
    assert_eq!(problem(&heard), (400, "invalid", "custom_status"));
}
