//! `GET /auth/me`, `GET /plan`, `GET /funnels`.

use dragoman_core::Id;
use dragoman_core::catalog::Funnel;
use serde_json::json;

use super::doubles::{House, foreign, request};
use super::samples::{ACCOUNT, NOW, STRANGER, TEAM};

#[tokio::test]
async fn a_token_tells_its_own_name_when_it_has_one() {
    let house = House::new();
    house.change(|catalog| catalog.tokens[0].name = "Web shop".into());
    let answer = house.get("/v1/auth/me").await;
    assert_eq!(
        answer.whole(),
        (
            200,
            json!({ "status": "ok", "user_email": "john.doe@email.com", "user_name": "Web shop",
                "api_key": "00000000000000000000000000000070" })
        )
    );
    let other = house.call(foreign("GET", "/v1/auth/me", "")).await;
    let me = json!({ "status": "ok", "user_email": "", "user_name": "other",
        "api_key": "00000000000000000000000000000071" });
    assert_eq!(other.whole(), (200, me));
}

#[tokio::test]
async fn the_plan_says_what_there_is() {
    let house = House::new();
    let answer = house.get("/v1/plan").await;
    let team = json!({ "uuid": TEAM.simple(), "name": "General",
        "createdAt": "2026-09-21T14:13:20Z", "default": true, "members": 1 });
    let plan = json!({ "plan": "self_hosted", "includedChannels": 1, "licenses": 1,
        "activeUsers": 1, "teams": [team] });
    assert_eq!(answer.whole(), (200, plan));
    let other = house.call(foreign("GET", "/v1/plan", "")).await;
    let plan = json!({ "plan": "self_hosted", "includedChannels": 1, "licenses": 0,
        "activeUsers": 0, "teams": [] });
    assert_eq!(other.whole(), (200, plan));
}

#[tokio::test]
async fn funnels_come_in_their_order_with_dashes_and_without_pages() {
    let house = House::new();
    house.change(|catalog| {
        let funnel = |id, account, name: &str, position| Funnel {
            id: Id::from_u128(id),
            account,
            name: name.into(),
            emoji: "🌱".into(),
            position,
            created_at: NOW,
        };
        catalog.funnels = vec![
            funnel(0xf2, ACCOUNT, "Won", 2),
            funnel(0xf3, STRANGER, "Theirs", 1),
            funnel(0xf1, ACCOUNT, "Lead", 1),
        ];
    });
    let answer = house.call(request("GET", "/v1/funnels?page=2", "")).await;
    let funnel = |id: &str, name: &str, position: u32| {
        json!({ "uuid": format!("00000000-0000-0000-0000-0000000000{id}"), "name": name,
            "emoji": "🌱", "position": position, "createdAt": "2026-09-21 14:13:20 +0000" })
    };
    let funnels = json!([funnel("f1", "Lead", 1), funnel("f2", "Won", 2)]);
    assert_eq!(answer.whole(), (200, json!({ "funnels": funnels })));
}
