//! `POST /contacts/:uuid/conversation/close` and `…/open`.

use dragoman_core::news::ContactNews;

use super::*;

async fn turn(house: &House, path: &str) -> Value {
    let answer = house.call(request("POST", &of_ada(path), "")).await;
    assert_eq!(answer.status, 200, "{path}");
    assert_eq!(answer.body["contact"]["uuid"], ADA.simple());
    answer.body["contact"]["closedAt"].clone()
}

#[tokio::test]
async fn a_conversation_is_opened_and_closed_and_a_repetition_changes_nothing() {
    let house = house();
    let closed = || ContactNews::Closed {
        reason: "issue_resolved".into(),
    };
    // Ada's was closed before.
    for _ in 0..2 {
        assert_eq!(turn(&house, "/conversation/open").await, Value::Null);
    }
    assert_eq!(house.store().told(), [ContactNews::Opened]);
    for _ in 0..2 {
        let at = turn(&house, "/conversation/close").await;
        assert_eq!(at, "2026-09-21T14:13:20Z");
    }
    assert_eq!(house.store().told(), [ContactNews::Opened, closed()]);
}

#[tokio::test]
async fn the_conversation_on_the_named_channel_is_closed() {
    let house = house();
    turn(&house, "/conversation/open").await;
    let path = format!("/conversation/close?channel_uuid={TELEGRAM}");
    assert_ne!(turn(&house, &path).await, Value::Null);
    let newest = house.get(&of_ada("")).await;
    assert_eq!(newest.body["contact"]["closedAt"], Value::Null);
}
