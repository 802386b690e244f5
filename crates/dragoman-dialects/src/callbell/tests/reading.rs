//! Status and slow data, and who may read them.

use std::sync::Arc;

use dragoman_core::catalog::Team;
use dragoman_core::event::What;
use dragoman_core::message::Body;
use dragoman_core::outcome::Failure;
use dragoman_core::ports::Timeline;
use dragoman_core::{Id, Raw, State};
use serde_json::json;

use super::doubles::{House, request};
use super::samples::*;

fn timeline(state: State, whats: Vec<What>) -> Timeline {
    Timeline {
        message: stored(
            Body::Outbound(Arc::new(outbound(Some(r#"{"b":"1"}"#)))),
            state,
        ),
        events: whats.into_iter().map(event).collect(),
        deliveries: Vec::new(),
    }
}

fn value(status: &str) -> Raw {
    Raw::new(format!(
        r#"{{"messaging_product":"whatsapp","z":1,"statuses":[{{"status":"{status}"}}]}}"#
    ))
}

async fn status(timeline: Timeline) -> serde_json::Value {
    let house = House::new();
    house.tell(timeline);
    let path = format!("/v1/messages/status/{}", message_id());
    let answer = house.get(&path).await;
    assert_eq!(answer.status, 200);
    let alias = house
        .get(&format!("/v1/messages/{}/status", message_id()))
        .await;
    assert_eq!(alias.body, answer.body);
    answer.body["message"].clone()
}

#[tokio::test]
async fn a_message_is_enqueued_until_the_provider_says_more() {
    for state in [
        State::Queued,
        State::Claimed,
        State::InFlight,
        State::Submitted,
        State::Unknown,
    ] {
        let message = status(timeline(state, vec![What::Accepted])).await;
        assert_eq!(message["status"], "enqueued");
        assert_eq!(message.get("messageStatusPayload"), None);
        assert_eq!(message["metadata"], json!({ "b": "1" }));
        assert_eq!(message["contact"]["phoneNumber"], "+31612345678");
        assert_eq!(message["contact"]["name"], "Ada Byron");
        let href = "https://gw.example/console/chat/000000000000000000000000000000cc";
        assert_eq!(message["conversation"]["href"], href);
    }
}

#[tokio::test]
async fn the_payload_belongs_to_the_status_even_when_statuses_came_in_disorder() {
    let read = What::Read {
        at: NOW,
        raw: value("read"),
    };
    let late = What::Delivered {
        at: NOW,
        raw: value("delivered"),
    };
    let message = status(timeline(State::Read, vec![What::Accepted, read, late])).await;
    assert_eq!(message["status"], "read");
    let payload = &message["messageStatusPayload"]["messaging"];
    assert_eq!(payload["field"], "messages");
    assert_eq!(payload["value"]["statuses"][0]["status"], "read");
    assert_eq!(payload["value"]["z"], 1);
}

#[tokio::test]
async fn a_bare_status_gets_the_envelope_that_clients_look_into() {
    let sent = What::Sent {
        at: NOW,
        raw: Raw::new(r#"{"id":"wamid.X","status":"sent"}"#),
    };
    let message = status(timeline(State::Sent, vec![sent])).await;
    assert_eq!(
        message["messageStatusPayload"]["messaging"]["value"],
        json!({
            "messaging_product": "whatsapp",
            "metadata": { "display_phone_number": "31201234567",
                "phone_number_id": "100000000000001" },
            "statuses": [{ "id": "wamid.X", "status": "sent" }],
        })
    );
}

#[tokio::test]
async fn our_own_failures_look_like_the_providers() {
    let failed = What::Failed {
        failure: Failure::new(131_047, "Re-engagement message").because("too late"),
        raw: None,
    };
    let message = status(timeline(State::Failed, vec![What::Accepted, failed])).await;
    assert_eq!(message["status"], "failed");
    let value = &message["messageStatusPayload"]["messaging"]["value"];
    assert_eq!(
        value["statuses"][0],
        json!({
            "id": "wamid.X", "status": "failed", "timestamp": "1790000000",
            "recipient_id": "31612345678",
            "errors": [{ "code": 131047, "title": "Re-engagement message",
                "message": "Re-engagement message", "error_data": { "details": "too late" } }],
        })
    );
    for (state, what) in [
        (State::Expired, What::Expired),
        (State::Dead, What::Dead),
        (State::Cancelled, What::Cancelled),
    ] {
        let message = status(timeline(state, vec![what])).await;
        assert_eq!(message["status"], "failed");
        let value = &message["messageStatusPayload"]["messaging"]["value"];
        assert!(value["statuses"][0]["errors"][0]["code"].is_i64());
    }
}

#[tokio::test]
async fn messages_that_are_not_mine_do_not_exist() {
    let house = House::new();
    house.tell(timeline(State::Sent, Vec::new()));
    let not_found = (404, json!({ "error": "not found" }));
    for uuid in ["adf3d1216d4c4dcd908199d6700f2381", "x", "%ff", "a%00b"] {
        let answer = house.get(&format!("/v1/messages/status/{uuid}")).await;
        assert_eq!(answer.whole(), not_found, "{uuid}");
    }
    let path = format!("/v1/messages/status/{}", message_id());
    let mut call = request("GET", &path, "");
    let stranger = "Bearer stranger".parse().unwrap();
    call.headers_mut().insert("authorization", stranger);
    assert_eq!(house.call(call).await.whole(), not_found);
    house.sicken();
    assert_eq!(house.get(&path).await.status, 503);
}

#[tokio::test]
async fn only_tokens_of_the_api_open_it() {
    let house = House::new();
    for token in [
        None,
        Some("Bearer wrong"),
        Some("Bearer onprem"),
        Some("Bearer expired"),
        Some(TOKEN),
        Some("Basic dTpw"),
    ] {
        for (method, path) in [
            ("POST", "/v1/messages/send"),
            ("GET", "/v1/messages/status/x"),
            ("GET", "/v1/templates"),
            ("GET", "/v1/channels/x"),
            ("GET", "/v1/teams"),
            ("GET", "/v1/auth/me"),
            ("PATCH", "/v1/templates/x"),
            ("PATCH", "/v1/channels/x"),
            ("PATCH", "/v1/teams/x"),
            ("GET", "/v1/teams/x/members"),
            ("PUT", "/v1/users/x/status"),
            ("DELETE", "/v1/users/x/status"),
            ("GET", "/v1/custom_statuses"),
            ("POST", "/v1/custom_statuses"),
            ("PUT", "/v1/custom_statuses/x"),
            ("DELETE", "/v1/custom_status/x"),
            ("GET", "/v1/funnels"),
            ("GET", "/v1/plan"),
            ("GET", "/v1/webhooks/events"),
        ] {
            let mut call = request(method, path, "{}");
            call.headers_mut().remove("authorization");
            if let Some(token) = token {
                let token = token.parse().unwrap();
                call.headers_mut().insert("authorization", token);
            }
            let answer = house.call(call).await;
            let error = json!({ "error": "not authorized" });
            assert_eq!(answer.whole(), (401, error), "{token:?} {path}");
        }
    }
}

#[tokio::test]
async fn there_is_nothing_elsewhere() {
    let house = House::new();
    let not_found = (404, json!({ "error": "not found" }));
    for path in [
        "",
        "/",
        "/?page=1",
        "//v1/teams",
        "/v1",
        "/v1/",
        "/v1/contact",
        "/v2/teams",
    ] {
        assert_eq!(house.get(path).await.whole(), not_found, "{path}");
    }
    let wrong_method = (405, json!({ "error": "method not allowed" }));
    let answer = house.get("/v1/messages/send").await;
    assert_eq!(answer.whole(), wrong_method);
    let answer = house.call(request("POST", "/v1/templates", "{}")).await;
    assert_eq!(answer.whole(), wrong_method);
}

#[tokio::test]
async fn templates_are_listed_each_with_its_own_uuid() {
    let house = House::new();
    let answer = house.get("/v1/templates").await;
    assert_eq!(answer.body["meta"], json!({ "page": 1, "pages": 1 }));
    let list = answer.body["templates"].as_array().unwrap();
    assert_eq!(list.len(), 6);
    let image = json!({
        "uuid": "00000000000000000000000000000003",
        "title": "Sample",
        "text": "Hello {{1}}, this is a template message example",
        "templateType": "image",
        "category": "UTILITY",
        "status": "approved",
        "createdAt": "2026-09-21T14:13:20Z",
    });
    assert_eq!(list[2], image);
    assert_eq!(list[5]["status"], "pending");

    let one = house
        .get("/v1/templates/00000000-0000-0000-0000-000000000003")
        .await;
    assert_eq!(one.whole(), (200, json!({ "template": image })));
    let family = house.get(&format!("/v1/templates/{FAMILY}")).await;
    assert_eq!(family.body["template"]["templateType"], "text");
    assert_eq!(house.get("/v1/templates/99").await.status, 404);
}

#[tokio::test]
async fn channels_are_those_of_the_account() {
    let house = House::new();
    let channel = json!({
        "uuid": CHANNEL.simple(), "title": "Main number", "type": "whatsapp", "main": true,
        "discardedAt": null,
    });
    let answer = house.get("/v1/channels").await;
    let meta = json!({ "page": 1, "pages": 1 });
    assert_eq!(answer.body, json!({ "channels": [channel], "meta": meta }));
    let one = house.get(&format!("/v1/channels/{CHANNEL}")).await;
    assert_eq!(one.body, json!({ "channel": channel }));
    let foreign = house.get(&format!("/v1/channels/{FOREIGN_CHANNEL}")).await;
    assert_eq!(foreign.status, 404);
    for (query, count) in [
        ("type=telegram", 0),
        ("active=true", 1),
        ("active=false", 0),
    ] {
        let answer = house.get(&format!("/v1/channels?{query}")).await;
        let list = answer.body["channels"].as_array().unwrap();
        assert_eq!(list.len(), count, "{query}");
    }
    assert_eq!(house.get("/v1/channels?active=maybe").await.status, 400);
}

#[tokio::test]
async fn lists_come_in_pages_of_twenty() {
    let house = House::new();
    house.change(|catalog| {
        catalog.teams = (0..45)
            .map(|n| Team {
                id: Id::from_u128(1000 + n),
                account: ACCOUNT,
                name: format!("Team {n}").into(),
                default: n == 0,
                created_at: NOW,
            })
            .collect();
    });
    for (page, count) in [(1, 20), (2, 20), (3, 5), (4, 0), (usize::MAX, 0)] {
        let answer = house.get(&format!("/v1/teams?page={page}")).await;
        assert_eq!(answer.body["meta"], json!({ "page": page, "pages": 3 }));
        assert_eq!(answer.body["teams"].as_array().unwrap().len(), count);
    }
    for page in ["0", "-1", "x", "99999999999999999999999"] {
        let answer = house.get(&format!("/v1/teams?page={page}")).await;
        let error = json!({ "error": { "page": ["must be a number from 1"] } });
        assert_eq!(answer.whole(), (400, error), "{page}");
    }
    let third = house
        .get(&format!("/v1/teams/{}", Id::from_u128(1002)))
        .await;
    assert_eq!(
        third.body,
        json!({ "team": { "uuid": Id::from_u128(1002).simple(), "name": "Team 2",
            "createdAt": "2026-09-21T14:13:20Z", "default": false, "members": 0 } })
    );
}

#[tokio::test]
async fn a_token_can_ask_whose_it_is_and_no_secret_is_told() {
    let answer = House::new().get("/v1/auth/me").await;
    assert_eq!(
        answer.whole(),
        (
            200,
            json!({ "status": "ok", "user_email": "john.doe@email.com", "user_name": "demo",
                "api_key": "00000000000000000000000000000070" })
        )
    );
}
