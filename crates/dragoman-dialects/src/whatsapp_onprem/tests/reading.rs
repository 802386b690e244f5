//! Customers are shown that their messages were read.

use dragoman_core::catalog::Catalog;
use dragoman_core::outcome::Failure;
use serde_json::json;

use super::client::{Client, Heard};
use super::doubles::message_id;
use super::earlier::{client, customer};
use crate::whatsapp_onprem::ids;

async fn read(client: &Client, id: &str) -> Heard {
    let path = format!("/onprem/demo/v1/messages/{id}");
    client.call("PUT", &path, r#"{"status":"read"}"#).await
}

fn received() -> String {
    ids::inbound(Some(&customer()), message_id(2))
}

#[tokio::test]
async fn a_customers_message_is_marked_by_the_providers_id() {
    let client = client().await;
    let percent_encoded: String = received()
        .bytes()
        .map(|byte| format!("%{byte:02X}"))
        .collect();
    for id in [received(), percent_encoded, "wamid.IN".to_owned()] {
        assert_eq!(read(&client, &id).await.status, 200, "{id}");
        assert_eq!(client.house.provider.take_asked(), ["mark_read wamid.IN"]);
    }
    let posted =
        json!({ "messaging_product": "whatsapp", "status": "read", "message_id": received() });
    assert_eq!(client.send(posted).await.status, 200);
    assert_eq!(client.house.provider.take_asked(), ["mark_read wamid.IN"]);
    assert!(client.house.accepted.lock().unwrap().is_empty());
}

#[tokio::test]
async fn what_no_customer_has_sent_here_is_not_found() {
    let client = client().await;
    let by_number = |n| ids::inbound(Some(&customer()), message_id(n));
    for id in [
        ids::outbound(&customer(), message_id(1)),
        by_number(99),
        by_number(4),
        "wamid.OUT".to_owned(),
        "wamid.NEVER".to_owned(),
        "x".to_owned(),
    ] {
        assert_eq!(read(&client, &id).await.code(), (404, 1006), "{id}");
    }
    assert!(client.house.provider.take_asked().is_empty());
}

#[tokio::test]
async fn read_is_the_only_status_that_can_be_set() {
    let client = client().await;
    let path = format!("/onprem/demo/v1/messages/{}", received());
    for (body, expected) in [
        ("", (400, 1008)),
        ("{}", (400, 1008)),
        (r#"{"status":null}"#, (400, 1008)),
        (r#"{"status":"seen"}"#, (400, 1009)),
        (r#"{"status":1}"#, (400, 1009)),
        ("{", (400, 1025)),
    ] {
        let answer = client.call("PUT", &path, body).await;
        assert_eq!(answer.code(), expected, "{body}");
    }
    let posted = client.send(json!({ "status": "read" })).await;
    assert_eq!(posted.code(), (400, 1008));
}

#[tokio::test]
async fn a_messenger_that_shows_no_marks_says_so() {
    let client = client().await;
    let rename = |catalog: &mut Catalog| catalog.channels[0].driver = "telegram".into();
    client.house.store.rewrite(rename);
    assert_eq!(read(&client, &received()).await.code(), (400, 1009));
}

#[tokio::test]
async fn trouble_of_the_provider_is_told_by_what_it_was() {
    let client = client().await;
    for (code, expected) in [
        (131_009, (404, 1006)),
        (100, (404, 1006)),
        (0, (503, 1016)),
        (130_429, (503, 1016)),
        (131_000, (500, 1014)),
        (190, (500, 1014)),
        (999_999, (500, 1014)),
    ] {
        let failure = Failure::new(code, "trouble");
        client.house.provider.tell_change(Err(failure));
        let answer = read(&client, &received()).await;
        assert_eq!(answer.code(), expected, "{code}");
        let is_busy = expected.0 == 503;
        assert_eq!(answer.headers.contains_key("retry-after"), is_busy);
    }
}
