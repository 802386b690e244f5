//! Stages of the funnel, whose places have no gaps.

use serde_json::{Value, json};

use super::house::{House, made, problem};

/// Names in the order of their places, which are checked to be 1, 2, 3, …
async fn order(house: &House) -> Vec<String> {
    let (_, list) = house.caller("acme", "/api/v1/funnels").await;
    let mut stages = list["funnels"].as_array().unwrap().clone();
    stages.sort_by_key(|stage| stage["position"].as_u64());
    let places: Vec<u64> = stages
        .iter()
        .map(|one| one["position"].as_u64().unwrap())
        .collect();
    assert!(
        places.iter().copied().eq(1..=stages.len() as u64),
        "{places:?}"
    );
    let name = |stage: &Value| stage["name"].as_str().unwrap().to_owned();
    stages.iter().map(name).collect()
}

async fn stages(house: &House, names: &[&str]) -> Vec<String> {
    let mut paths = Vec::new();
    for name in names {
        let stage = made(house, "/api/v1/funnels", json!({ "name": name })).await;
        paths.push(format!("/api/v1/funnels/{}", stage["id"].as_str().unwrap()));
    }
    paths
}

#[tokio::test]
async fn a_stage_that_moves_leaves_no_gap_and_makes_room() {
    let house = House::new();
    let paths = stages(&house, &["a", "b", "c", "d"]).await;
    for (path, position, expected) in [
        (&paths[3], 1, ["d", "a", "b", "c"]),
        (&paths[3], 3, ["a", "b", "d", "c"]),
        (&paths[0], 99, ["b", "d", "c", "a"]),
        (&paths[2], 3, ["b", "d", "c", "a"]),
    ] {
        let body = json!({ "position": position }).to_string();
        let (status, _) = house.with_token("acme", "PATCH", path, body).await;
        assert_eq!(status, 200);
        assert_eq!(order(&house).await, expected, "to {position}");
    }
}

#[tokio::test]
async fn a_stage_is_made_in_its_place_and_leaves_none_behind() {
    let house = House::new();
    let paths = stages(&house, &["a", "b"]).await;
    made(
        &house,
        "/api/v1/funnels",
        json!({ "name": "c", "position": 2 }),
    )
    .await;
    assert_eq!(order(&house).await, ["a", "c", "b"]);
    house.with_token("acme", "DELETE", &paths[0], "").await;
    assert_eq!(order(&house).await, ["c", "b"]);
    let (status, _) = house
        .operator(
            "POST",
            "/api/v1/funnels",
            r#"{"account":"other","name":"x"}"#,
        )
        .await;
    assert_eq!(status, 201);
    assert_eq!(
        order(&house).await,
        ["c", "b"],
        "accounts have funnels of their own"
    );
}

#[tokio::test]
async fn places_are_counted_from_one() {
    let house = House::new();
    for body in [
        r#"{"name":"a","position":0}"#,
        r#"{"name":"a","position":-1}"#,
        r#"{"name":"a","position":1001}"#,
    ] {
        let heard = house
            .with_token("acme", "POST", "/api/v1/funnels", body)
            .await;
        assert_eq!(problem(&heard), (400, "invalid", "position"), "{body}");
    }
}
