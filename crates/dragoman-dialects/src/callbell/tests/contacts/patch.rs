//! `PATCH /contacts/:uuid`.

use dragoman_core::news::ContactNews;
use serde_json::json;

use super::*;

#[tokio::test]
async fn what_is_named_changes_and_the_rest_stays() {
    let house = house();
    let before = house.get(&of_ada("")).await.body["contact"].clone();
    for (field, value, shown, as_shown) in [
        ("name", json!("Ada King"), "name", json!("Ada King")),
        ("tags", json!(["b", "a", "b"]), "tags", json!(["b", "a"])),
        ("tags", json!([]), "tags", json!([])),
        (
            "custom_fields",
            json!({ "City": "Paris" }),
            "customFields",
            json!({ "City": "Paris", "a checkbox": r#"["A","B"]"# }),
        ),
        ("note", json!("New"), "note", json!("New")),
        ("note", json!(""), "note", json!(null)),
        ("unassign_user", json!(true), "assignedUser", json!(null)),
        (
            "assigned_user",
            json!("John.Doe@email.com"),
            "assignedUser",
            json!("john.doe@email.com"),
        ),
    ] {
        let answer = house.patch(&of_ada(""), &json!({ field: value })).await;
        assert_eq!(answer.status, 200, "{field}");
        assert_eq!(answer.body["contact"][shown], as_shown, "{field} {value}");
    }
    let team = json!({ "team_uuid": SALES.simple() });
    let answer = house.patch(&of_ada(""), &team).await;
    let after = &answer.body["contact"];
    assert_eq!(after["team"]["uuid"], SALES.simple());
    let untouched = [
        "uuid",
        "phoneNumber",
        "avatarUrl",
        "createdAt",
        "closedAt",
        "funnelId",
        "bsuid",
        "assignedUser",
    ];
    for field in untouched {
        assert_eq!(after[field], before[field], "{field}");
    }
}

#[tokio::test]
async fn nothing_asked_is_nothing_changed() {
    let house = house();
    let before = house.get(&of_ada("")).await.whole();
    for body in [
        json!({}),
        json!({ "name": null, "tags": null, "custom_fields": null, "note": null,
            "assigned_user": "", "unassign_user": false, "team_uuid": null, "bot_status": null }),
        // The number cannot be changed, and nobody knows the other one.
        json!({ "phone_number": "31600000000", "identifier": "31600000000" }),
        // The collaborator is in no team.
        json!({ "assigned_user": "lone@email.com" }),
    ] {
        let answer = house.patch(&of_ada(""), &body).await;
        assert_eq!(answer.whole(), before, "{body}");
    }
    assert_eq!(house.store().told(), []);
}

#[tokio::test]
async fn a_change_is_news_once() {
    let house = house();
    let body = json!({ "tags": ["x"], "note": "y" });
    for _ in 0..2 {
        house.patch(&of_ada(""), &body).await;
    }
    assert_eq!(house.store().told(), [ContactNews::Updated]);
}

#[tokio::test]
async fn the_conversation_on_the_named_channel_is_changed() {
    let house = house();
    let path = of_ada(&format!("?channel_uuid={TELEGRAM}"));
    let body = json!({ "team_uuid": SALES.simple(), "note": "of both" });
    let answer = house.patch(&path, &body).await;
    let contact = &answer.body["contact"];
    assert_eq!(
        (&contact["team"]["name"], &contact["source"]),
        (&json!("Sales"), &json!("telegram"))
    );
    let newest = house.get(&of_ada("")).await;
    assert_eq!(newest.body["contact"]["team"]["name"], "General");
    assert_eq!(newest.body["contact"]["note"], "of both");
    let nowhere = of_ada(&format!("?channel_uuid={SECOND}"));
    assert_eq!(house.patch(&nowhere, &body).await.whole(), not_found());
}

#[tokio::test]
async fn what_is_wrong_is_named_and_nothing_is_changed() {
    let house = house();
    for (body, errors) in [
        (json!({ "name": "" }), json!({ "name": [REQUIRED] })),
        (
            json!({ "unassign_user": "true" }),
            json!({ "unassign_user": ["must be boolean"] }),
        ),
        (
            json!({ "unassign_user": true, "assigned_user": "john.doe@email.com" }),
            json!({ "unassign_user": ["must not be true beside assigned_user"] }),
        ),
        (
            json!({ "name": "New", "bot_status": "paused", "team_uuid": "x",
                "assigned_user": "nobody@email.com", "tags": [null] }),
            json!({
                "bot_status": ["must be bot_start or bot_end"],
                "team_uuid": ["not found"],
                "assigned_user": ["not found"],
                "tags": ["is invalid"],
            }),
        ),
    ] {
        let answer = house.patch(&of_ada(""), &body).await;
        assert_eq!(answer.whole(), (400, json!({ "error": errors })), "{body}");
    }
    // A question that makes no sense is asked before anything is done.
    let path = of_ada("?include_field_types=maybe");
    let answer = house.patch(&path, &json!({ "name": "New" })).await;
    assert_eq!(answer.status, 400);
    assert_eq!(house.store().told(), []);
}

#[tokio::test]
async fn the_answer_can_show_types_of_custom_fields() {
    let path = of_ada("?include_field_types=true");
    let body = json!({ "custom_fields": { "a date": "2026-03-01" } });
    let answer = house().patch(&path, &body).await;
    let types = &answer.body["contact"]["customFieldsMetadata"];
    let expected = json!({ "value": "2026-03-01", "type": "date" });
    assert_eq!(types["a date"], expected);
}
