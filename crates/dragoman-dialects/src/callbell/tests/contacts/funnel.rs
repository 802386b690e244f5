//! `PUT /contacts/:uuid/conversation/update_funnel`, and the ways in which the samples spell it.

use serde_json::json;

use super::*;

const PATH: &str = "/conversation/update_funnel";
const PATH_OF_SAMPLES: &str = "/messages/update_funnel";

#[tokio::test]
async fn a_conversation_moves_to_a_stage_by_every_spelling() {
    for (method, path) in [("PUT", PATH), ("POST", PATH), ("POST", PATH_OF_SAMPLES)] {
        for stage in [STAGE.dashed(), STAGE.simple()] {
            let house = house();
            let body = json!({ "funnel_id": stage });
            let path = of_ada(&format!("{path}?channel_uuid={TELEGRAM}"));
            let answer = house.call(request(method, &path, body.to_string())).await;
            assert_eq!(answer.status, 200, "{method} {path}");
            let shown = &answer.body["contact"]["funnelId"];
            assert_eq!(shown, "57a6e000-0000-4000-8000-000000000001");
        }
    }
}

#[tokio::test]
async fn a_stage_has_to_be_there() {
    let house = house();
    for (body, text) in [
        (json!({}), REQUIRED),
        (json!({ "funnel_id": null }), REQUIRED),
        (json!({ "funnel_id": 7 }), "must be string"),
        (json!({ "funnel_id": "x" }), "not found"),
        (json!({ "funnel_id": NOBODY }), "not found"),
    ] {
        let answer = house.post(&of_ada(PATH), &body).await;
        assert_eq!(answer.whole(), wrong("funnel_id", text), "{body}");
    }
}

#[tokio::test]
async fn the_sample_with_a_comma_too_many_is_no_json() {
    let body = "{\n  \"funnel_id\": \"57a6e000-0000-4000-8000-000000000001\",\n}";
    let answer = house()
        .call(request("POST", &of_ada(PATH_OF_SAMPLES), body))
        .await;
    let error = "invalid JSON: trailing comma at line 3 column 1";
    assert_eq!(answer.whole(), (400, json!({ "error": error })));
}
