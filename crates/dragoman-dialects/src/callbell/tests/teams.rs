//! `PATCH /teams/:uuid`, `GET /teams/:uuid/members`. List and look-up are in `reading`.

use dragoman_core::Id;
use dragoman_core::catalog::{CustomStatus, User};
use serde_json::{Value, json};

use super::doubles::{House, foreign, request};
use super::samples::{ACCOUNT, NOW, TEAM};

const LUNCH: Id = Id::from_u128(0x0d60_41a2_0000_4000_8000_0000_0000_0001);

fn house() -> House {
    let house = House::new();
    house.change(|catalog| {
        catalog.custom_statuses.push(CustomStatus {
            id: LUNCH,
            account: ACCOUNT,
            name: "Lunch".into(),
            emoji: "🍜".into(),
            created_at: NOW,
            updated_at: NOW,
        });
        let john = catalog.users[0].clone();
        let other = |id, name: &str, teams| User {
            id: Id::from_u128(id),
            email: format!("{name}@email.com").into(),
            name: name.into(),
            available: false,
            status: Some((LUNCH, NOW)),
            teams,
            ..john.clone()
        };
        let (jane, jack) = (
            other(0x1_0000, "jane", vec![TEAM]),
            other(2, "jack", Vec::new()),
        );
        catalog.users.extend([jane, jack]);
    });
    house
}

async fn members(house: &House, query: &str) -> Value {
    let answer = house.get(&format!("/v1/teams/{TEAM}/members{query}")).await;
    assert_eq!(answer.status, 200, "{query}");
    answer.body
}

#[tokio::test]
async fn members_say_whether_they_are_there_and_why_not() {
    let house = house();
    let john = json!({ "email": "john.doe@email.com", "name": "John Doe", "available": true,
        "lastUpdatedAt": "2026-09-21T14:13:20Z" });
    let jane = json!({ "email": "jane@email.com", "name": "jane", "available": false,
        "lastUpdatedAt": "2026-09-21T14:13:20Z",
        "userCustomStatus": { "id": "0d6041a2-0000-4000-8000-000000000001", "name": "Lunch",
            "emoji": "🍜", "updatedAt": "2026-09-21T14:13:20Z" } });
    let meta = json!({ "page": 1, "pages": 1 });
    for (query, users) in [
        ("", json!([john, jane])),
        ("?status=available", json!([john])),
        ("?status=away", json!([jane])),
        ("?status=", json!([john, jane])),
    ] {
        let expected = json!({ "users": users, "meta": meta });
        assert_eq!(members(&house, query).await, expected, "{query}");
    }
    let beyond = members(&house, "?page=2").await;
    assert_eq!(
        beyond,
        json!({ "users": [], "meta": { "page": 2, "pages": 1 } })
    );
}

#[tokio::test]
async fn a_status_that_has_been_taken_away_is_not_shown() {
    let house = house();
    house.change(|catalog| catalog.custom_statuses.clear());
    let jane = members(&house, "?status=away").await["users"][0].clone();
    assert_eq!(jane.get("userCustomStatus"), None);
}

#[tokio::test]
async fn members_are_asked_for_in_known_words() {
    let path = format!("/v1/teams/{TEAM}/members?status=gone");
    let error = json!({ "error": { "status": ["must be available or away"] } });
    assert_eq!(house().get(&path).await.whole(), (400, error));
}

#[tokio::test]
async fn a_team_gets_another_name() {
    let house = house();
    let path = format!("/v1/teams/{TEAM}");
    let answer = house.call(request(
        "PATCH",
        &path,
        r#"{"name":"Night shift","default":false}"#,
    ));
    let expected = json!({ "team": { "uuid": TEAM.simple(), "name": "Night shift",
        "createdAt": "2026-09-21T14:13:20Z", "default": true, "members": 2 } });
    assert_eq!(answer.await.whole(), (200, expected.clone()));
    assert_eq!(house.get(&path).await.body, expected);

    let broken = include_str!("../fixtures/rename_team_with_trailing_comma.json");
    let answer = house.call(request("PATCH", &path, broken)).await;
    let error = json!({ "error": "invalid JSON: trailing comma at line 3 column 1" });
    assert_eq!(answer.whole(), (400, error));
    let answer = house
        .call(request("PATCH", &path, r#"{"title":"x"}"#))
        .await;
    let error = json!({ "error": { "name": ["must be present and not empty"] } });
    assert_eq!(answer.whole(), (400, error));
}

#[tokio::test]
async fn a_foreign_team_is_like_one_that_there_is_not() {
    let house = house();
    let (own, body) = (format!("/v1/teams/{TEAM}"), r#"{"name":"Mine now"}"#);
    let members = format!("{own}/members");
    for call in [
        foreign("GET", &own, ""),
        foreign("PATCH", &own, body),
        foreign("GET", &members, ""),
        request("PATCH", "/v1/teams/adf3d1216d4c4dcd908199d6700f2381", body),
        request(
            "GET",
            "/v1/teams/adf3d1216d4c4dcd908199d6700f2381/members",
            "",
        ),
        request("GET", "/v1/teams/x/members", ""),
    ] {
        let error = json!({ "error": "not found" });
        assert_eq!(house.call(call).await.whole(), (404, error));
    }
    assert_eq!(house.get(&own).await.body["team"]["name"], "General");
}
