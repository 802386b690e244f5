//! `GET /templates/:uuid`, `PATCH /templates/:uuid`. The list is in `reading`.

use dragoman_core::Id;
use serde_json::json;

use super::doubles::{House, foreign, request};
use super::samples::{FAMILY, PENDING};

const IMAGE: &str = "/v1/templates/00000000-0000-0000-0000-000000000003";

#[tokio::test]
async fn a_template_gets_another_title_and_nothing_else() {
    let house = House::new();
    let before = house.get(IMAGE).await.body["template"].clone();
    let body = json!({ "title": "Welcome", "text": "Other", "status": "rejected" });
    let answer = house.call(request("PATCH", IMAGE, body.to_string())).await;
    let mut expected = before;
    expected["title"] = "Welcome".into();
    // The table and the sample of the original name it differently.
    let both = json!({ "template": expected, "templates": expected });
    assert_eq!(answer.whole(), (200, both));
    assert_eq!(house.get(IMAGE).await.body["template"], expected);
}

#[tokio::test]
async fn the_uuid_of_a_family_changes_the_template_that_it_shows() {
    let house = House::new();
    let path = format!("/v1/templates/{FAMILY}");
    let answer = house.call(request("PATCH", &path, r#"{"title":"First"}"#));
    let first = Id::from_u128(1).simple();
    assert_eq!(answer.await.body["template"]["uuid"], first);
    assert_eq!(house.get(&path).await.body["template"]["title"], "First");
}

#[tokio::test]
async fn a_title_that_is_none_is_named() {
    for (body, error) in [
        ("{}", json!({ "title": ["must be present and not empty"] })),
        (
            r#"{"title":""}"#,
            json!({ "title": ["must be present and not empty"] }),
        ),
        (r#"{"title":7}"#, json!({ "title": ["must be string"] })),
        ("[]", json!("the body must be a JSON object")),
        (
            include_str!("../fixtures/rename_template_with_trailing_comma.json"),
            json!("invalid JSON: trailing comma at line 3 column 1"),
        ),
    ] {
        let answer = House::new().call(request("PATCH", IMAGE, body)).await;
        assert_eq!(answer.whole(), (400, json!({ "error": error })), "{body}");
    }
}

#[tokio::test]
async fn a_foreign_template_is_like_one_that_there_is_not() {
    let house = House::new();
    let body = r#"{"title":"Mine now"}"#;
    let own = format!("/v1/templates/{PENDING}");
    for call in [
        foreign("PATCH", &own, body),
        foreign("GET", &own, ""),
        request("PATCH", "/v1/templates/99", body),
        request(
            "PATCH",
            "/v1/templates/adf3d1216d4c4dcd908199d6700f2381",
            body,
        ),
    ] {
        let error = json!({ "error": "not found" });
        assert_eq!(house.call(call).await.whole(), (404, error));
    }
    assert_eq!(house.get(&own).await.body["template"]["title"], "Sample");
}
