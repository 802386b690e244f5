//! Paths, bodies and texts that the API does not take.

use serde_json::json;

use super::house::{House, problem};
use crate::body;

#[tokio::test]
async fn what_is_not_taken_is_answered_in_shape() {
    let house = House::new();
    let large = house
        .operator("POST", "/api/v1/messages", "x".repeat(body::LIMIT + 1))
        .await;
    assert_eq!(problem(&large), (413, "too_large", ""));
    let nowhere = house.operator("GET", "/api/v1/", "").await;
    assert_eq!(problem(&nowhere), (404, "not_found", ""));
    let wrong = house.operator("DELETE", "/api/v1/quarantine", "").await;
    assert_eq!(problem(&wrong), (405, "method_not_allowed", ""));
}

#[tokio::test]
async fn a_text_with_a_control_character_is_not_sent() {
    let body = json!({ "channel": "main", "to": "31612345678", "text": "a\u{1b}b" });
    let house = House::new();
    let heard = house
        .operator("POST", "/api/v1/messages", body.to_string())
        .await;
    assert_eq!(problem(&heard), (400, "invalid", "text"));
}
