//! Every call of the original is served, and `docs/dialects/callbell.md` says how it compares.

use axum::body::Body;
use axum::http::Request;
use serde_json::json;

use super::doubles::House;
use crate::callbell::EVENTS;

const DOCUMENT: &str = include_str!("../../../../../docs/dialects/callbell.md");

/// What the original's index lists, and the two spellings that only its samples have.
const CALLS: &[(&str, &str)] = &[
    ("POST", "/v1/messages/send"),
    ("GET", "/v1/messages/status/{uuid}"),
    ("DELETE", "/v1/messages/{uuid}"),
    ("GET", "/v1/contacts"),
    ("GET", "/v1/contacts/{uuid}"),
    ("GET", "/v1/contacts/phone/{number}"),
    ("GET", "/v1/contacts/bsuid/{bsuid}"),
    ("POST", "/v1/contacts"),
    ("PATCH", "/v1/contacts/{uuid}"),
    ("DELETE", "/v1/contacts/{uuid}"),
    ("GET", "/v1/contacts/{uuid}/messages"),
    ("POST", "/v1/contacts/{uuid}/conversation/close"),
    ("POST", "/v1/contacts/{uuid}/conversation/open"),
    ("POST", "/v1/contacts/{uuid}/conversation/note"),
    ("PUT", "/v1/contacts/{uuid}/conversation/update_funnel"),
    ("GET", "/v1/contacts/{uuid}/bot"),
    ("POST", "/v1/contacts/{uuid}/bot"),
    ("GET", "/v1/templates"),
    ("GET", "/v1/templates/{uuid}"),
    ("PATCH", "/v1/templates/{uuid}"),
    ("GET", "/v1/channels"),
    ("GET", "/v1/channels/{uuid}"),
    ("PATCH", "/v1/channels/{uuid}"),
    ("GET", "/v1/teams"),
    ("GET", "/v1/teams/{uuid}"),
    ("PATCH", "/v1/teams/{uuid}"),
    ("GET", "/v1/teams/{uuid}/members"),
    ("PUT", "/v1/users/{uuid}/status"),
    ("DELETE", "/v1/users/{uuid}/status"),
    ("GET", "/v1/custom_statuses"),
    ("POST", "/v1/custom_statuses"),
    ("GET", "/v1/custom_statuses/{id}"),
    ("PUT", "/v1/custom_statuses/{id}"),
    ("DELETE", "/v1/custom_statuses/{id}"),
    ("GET", "/v1/funnels"),
    ("GET", "/v1/plan"),
    ("GET", "/v1/auth/me"),
    ("POST", "/v1/webhooks/subscribe"),
    ("DELETE", "/v1/webhooks/unsubscribe"),
    ("GET", "/v1/webhooks/events"),
    ("DELETE", "/v1/messages"),
    ("POST", "/v1/contacts/{uuid}/messages/update_funnel"),
];

#[tokio::test]
async fn every_call_of_the_original_is_served_under_the_prefix_and_at_the_root() {
    let house = House::new();
    for (method, path) in CALLS {
        // What there is not is 404 or 405 for strangers too.
        let call = || Request::builder().method(*method);
        let prefixed = call().uri(format!("/callbell{path}")).body(Body::empty());
        let answer = house.call(prefixed.unwrap()).await;
        assert_eq!(answer.status, 401, "{method} {path}");
        let rooted = call().uri(*path).body(Body::empty()).unwrap();
        let answer = House::call_through(house.rooted(), rooted).await;
        assert_eq!(answer.status, 401, "{method} {path}");
    }
}

#[tokio::test]
async fn a_path_that_there_is_not_is_not_there_at_the_root_either() {
    for path in ["/", "/v1/contact", "/v1/teams/", "/callbell/v1/teams"] {
        let call = Request::builder().uri(path).body(Body::empty()).unwrap();
        let answer = House::call_through(House::new().rooted(), call).await;
        let error = json!({ "error": "not found" });
        assert_eq!(answer.whole(), (404, error), "{path}");
    }
}

#[test]
fn every_call_and_every_event_stands_in_the_document() {
    for (method, path) in CALLS {
        let path = format!("{path}`");
        let mut rows = DOCUMENT.lines().filter(|line| line.starts_with('|'));
        let tells = |row: &str| row.contains(&path) && row.contains(method);
        assert!(rows.any(tells), "{method} {path}");
    }
    for event in EVENTS {
        assert!(DOCUMENT.contains(&format!("`{event}`")), "{event}");
    }
}
