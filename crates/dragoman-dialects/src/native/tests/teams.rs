//! Teams, custom statuses and custom fields.

use dragoman_core::ports::Store;
use serde_json::{Value, json};

use super::house::{House, made, problem};

#[tokio::test]
async fn one_team_of_an_account_is_its_default() {
    let house = House::new();
    let first = made(&house, "/api/v1/teams", json!({ "name": "General" })).await;
    let second = made(&house, "/api/v1/teams", json!({ "name": "Sales" })).await;
    assert_eq!(
        (&first["default"], &second["default"]),
        (&json!(true), &json!(false))
    );
    let path = format!("/api/v1/teams/{}", second["id"].as_str().unwrap());
    let (status, changed) = house
        .with_token(
            "acme",
            "PATCH",
            &path,
            r#"{"default":true,"name":"Sellers"}"#,
        )
        .await;
    assert_eq!((status, &changed["name"]), (200, &json!("Sellers")));
    let defaults = |house: &House| {
        let catalog = house.store.catalog();
        let teams = catalog.teams.iter().filter(|team| team.default);
        teams.map(|team| team.name.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(defaults(&house), ["Sellers"]);
}

#[tokio::test]
async fn what_is_taken_away_is_gone() {
    let house = House::new();
    for (path, body) in [
        ("/api/v1/teams", json!({ "name": "General" })),
        (
            "/api/v1/statuses",
            json!({ "name": "Lunch", "emoji": "🍜" }),
        ),
        ("/api/v1/funnels", json!({ "name": "Lead" })),
        ("/api/v1/fields", json!({ "name": "City", "kind": "text" })),
        ("/api/v1/users", json!({ "email": "ada@e.com" })),
    ] {
        let made = made(&house, path, body).await;
        let one = format!("{path}/{}", made["id"].as_str().unwrap());
        assert_eq!(
            house.caller("acme", &one).await,
            (200, made.clone()),
            "{path}"
        );
        let gone = house.with_token("acme", "DELETE", &one, "").await;
        assert_eq!(gone, (200, json!({ "removed": made["id"] })), "{path}");
        assert_eq!(house.caller("acme", &one).await.0, 404, "{path}");
        let (_, list) = house.caller("acme", path).await;
        let lists: Vec<&Value> = list.as_object().unwrap().values().collect();
        assert_eq!(lists, [&json!([])], "{path}");
    }
}

#[tokio::test]
async fn a_status_that_is_changed_says_when() {
    let house = House::new();
    let status = made(&house, "/api/v1/statuses", json!({ "name": "Lunch" })).await;
    house.clock.advance(std::time::Duration::from_secs(60));
    let path = format!("/api/v1/statuses/{}", status["id"].as_str().unwrap());
    let (_, changed) = house.operator("PATCH", &path, r#"{"emoji":"🍜"}"#).await;
    assert_eq!(
        (&changed["name"], &changed["emoji"]),
        (&json!("Lunch"), &json!("🍜"))
    );
    assert_eq!(changed["created_at"], status["created_at"]);
    assert_eq!(changed["updated_at"], "2026-09-21T14:14:20Z");
}

#[tokio::test]
async fn a_field_has_options_where_something_is_to_be_chosen_and_nowhere_else() {
    let house = House::new();
    for (body, field) in [
        (json!({ "name": "Size", "kind": "dropdown" }), "options"),
        (
            json!({ "name": "Size", "kind": "dropdown", "options": [] }),
            "options",
        ),
        (
            json!({ "name": "Size", "kind": "dropdown", "options": ["S", "S"] }),
            "options",
        ),
        (
            json!({ "name": "Size", "kind": "text", "options": ["S"] }),
            "options",
        ),
        (json!({ "name": "Size", "kind": "colour" }), "kind"),
        (json!({ "kind": "text" }), "name"),
    ] {
        let heard = house
            .with_token("acme", "POST", "/api/v1/fields", body.to_string())
            .await;
        assert_eq!(problem(&heard), (400, "invalid", field), "{body}");
    }
    let choice = json!({ "name": "Size", "kind": "checkbox", "options": ["S", "L"] });
    let field = made(&house, "/api/v1/fields", choice).await;
    let path = format!("/api/v1/fields/{}", field["id"].as_str().unwrap());
    let (_, changed) = house.operator("PATCH", &path, r#"{"kind":"number"}"#).await;
    assert_eq!(
        (&changed["kind"], &changed["options"]),
        (&json!("number"), &json!([]))
    );
}
