//! Paths and methods, and who may use them.

use super::client::{Client, text};
use super::doubles::DEMO;
use crate::body;
use crate::whatsapp_onprem::rooted;

#[tokio::test]
async fn a_token_opens_its_own_channel_alone_and_others_look_as_if_they_were_not_there() {
    let client = Client::logged_in("admin").await;
    let foreign = client.call("GET", "/onprem/other/v1/health", "").await;
    let unknown = client.call("GET", "/onprem/nowhere/v1/health", "").await;
    assert_eq!(foreign.code(), (404, 1006));
    assert_eq!(foreign.body, unknown.body);
    let by_uuid = format!("/onprem/{DEMO}/v1/health");
    assert_eq!(client.call("GET", &by_uuid, "").await.status, 200);
}

#[tokio::test]
async fn every_path_works_with_a_slash_at_its_end_and_at_the_root_of_a_listener() {
    let mut client = Client::logged_in("admin").await;
    assert_eq!(
        client
            .call("GET", "/onprem/demo/v1/health/", "")
            .await
            .status,
        200
    );
    client.router = rooted(client.house.services(), "demo".to_owned());
    assert_eq!(client.call("GET", "/v1/health", "").await.status, 200);
    let sent = client
        .call(
            "POST",
            "/v1/messages/",
            text("31612345678", "Hi").to_string(),
        )
        .await;
    assert_eq!(sent.status, 201, "{}", sent.body);
    assert_eq!(
        client.call("GET", "/v1/nothing", "").await.code(),
        (404, 1006)
    );
    assert_eq!(client.call("GET", "/", "").await.code(), (404, 1006));
}

#[tokio::test]
async fn what_is_not_there_is_answered_in_shape() {
    let client = Client::logged_in("admin").await;
    for path in [
        "/onprem",
        "/onprem/",
        "/onprem//v1/health",
        "/onprem/demo",
        "/onprem/demo/",
        "/onprem/demo/v2/messages",
        "/onprem/demo/v1/groups",
    ] {
        assert_eq!(
            client.call("GET", path, "").await.code(),
            (404, 1006),
            "{path}"
        );
    }
    let wrong = client.call("DELETE", "/onprem/demo/v1/messages", "").await;
    assert_eq!(wrong.code(), (405, 1025));
    let large = client
        .call(
            "POST",
            "/onprem/demo/v1/messages",
            "x".repeat(body::LIMIT + 1),
        )
        .await;
    assert_eq!(large.status, 413);
}
