//! `DELETE /messages/:uuid`, and `DELETE /messages` with a body.

use dragoman_core::message::Body;
use dragoman_core::{MessageId, State};
use serde_json::{Value, json};

use super::doubles::{Answer, House, request};
use super::samples::{FOREIGN_CHANNEL, STRANGER, message_id, outbound, stored};

const PATH: &str = "/v1/messages";
const FOREIGN: MessageId = MessageId::from_parts(1 << 12, 1);

fn house() -> House {
    let house = House::new();
    let sent = || stored(Body::Outbound(outbound(None).into()), State::Sent);
    house.store().keep_message(sent());
    let mut foreign = sent();
    foreign.id = FOREIGN;
    foreign.account = STRANGER;
    foreign.channel = FOREIGN_CHANNEL;
    foreign.provider_id = Some("wamid.FOREIGN".into());
    house.store().keep_message(foreign);
    house
}

async fn by_path(house: &House, name: &str) -> Answer {
    let path = format!("{PATH}/{name}");
    house.call(request("DELETE", &path, "")).await
}

async fn by_body(house: &House, body: Value) -> Answer {
    house.call(request("DELETE", PATH, body.to_string())).await
}

#[tokio::test]
async fn a_message_is_erased_by_our_id_or_the_providers_in_path_or_body() {
    for name in [message_id().simple().as_str(), "wamid.X"] {
        let house = house();
        let answers = [
            by_path(&house, name).await,
            by_body(&house, json!({ "uuid": name })).await,
        ];
        for answer in answers {
            assert_eq!(answer.headers.get("content-type"), None);
            assert_eq!(answer.whole(), (204, Value::Null), "{name}");
        }
        assert_eq!(house.store().erased(), [message_id(); 2]);
    }
}

#[tokio::test]
async fn what_is_not_there_and_what_is_anothers_is_not_found() {
    let house = house();
    let not_found = || (404, json!({ "error": "not found" }));
    let (foreign, missing) = (FOREIGN.simple(), MessageId::from_parts(2 << 12, 1).simple());
    for name in [&*foreign, &*missing, "wamid.FOREIGN", "wamid.Y", "x"] {
        assert_eq!(by_path(&house, name).await.whole(), not_found(), "{name}");
        let answer = by_body(&house, json!({ "uuid": name })).await;
        assert_eq!(answer.whole(), not_found(), "{name}");
    }
    assert_eq!(by_path(&house, "%ff").await.whole(), not_found());
    assert_eq!(house.store().erased(), []);
}

#[tokio::test]
async fn a_body_names_the_message() {
    let house = house();
    for (body, text) in [
        (json!({}), "must be present and not empty"),
        (json!({ "uuid": 7 }), "must be string"),
    ] {
        let error = json!({ "error": { "uuid": [text] } });
        let answer = by_body(&house, body).await;
        assert_eq!(answer.whole(), (400, error));
    }
    let empty = house.call(request("DELETE", PATH, "")).await;
    assert_eq!(empty.status, 400);
}

#[tokio::test]
async fn messages_cannot_be_listed_or_posted() {
    let house = house();
    for method in ["GET", "POST"] {
        let answer = house.call(request(method, PATH, "{}")).await;
        let error = json!({ "error": "method not allowed" });
        assert_eq!(answer.whole(), (405, error), "{method}");
    }
}
