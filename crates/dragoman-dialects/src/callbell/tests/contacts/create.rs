//! `POST /contacts`.

use dragoman_core::news::ContactNews;
use serde_json::json;

use super::*;
use crate::doubles::MemoryStore;

const PATH: &str = "/v1/contacts";

/// A good body, changed at some keys.
fn body(changes: Value) -> Value {
    let mut body = json!({
        "identifier": "+31 6 1234 5600", "source": "whatsapp", "name": "Grace Hopper",
    });
    for (key, value) in changes.as_object().unwrap() {
        body[key] = value.clone();
    }
    body
}

async fn made(changes: Value) -> Value {
    let answer = house().post(PATH, &body(changes.clone())).await;
    assert_eq!(answer.status, 200, "{changes}: {answer:?}");
    answer.body["contact"].clone()
}

async fn refused(changes: Value, errors: Value) {
    let house = house();
    let answer = house.post(PATH, &body(changes.clone())).await;
    assert_eq!(
        answer.whole(),
        (400, json!({ "error": errors })),
        "{changes}"
    );
    assert_eq!(house.store().told(), [], "{changes}");
}

async fn with_key(house: &House, key: &str, body: &Value) -> Answer {
    let mut call = request("POST", PATH, body.to_string());
    call.headers_mut()
        .insert("idempotency-key", key.parse().unwrap());
    house.call(call).await
}

fn told(store: &MemoryStore, news: &ContactNews) -> usize {
    store.told().iter().filter(|told| *told == news).count()
}

#[tokio::test]
async fn a_contact_is_made_with_all_that_is_said() {
    let contact = made(json!({
        "tags": ["new", "sales", "new"],
        "custom_fields": { "City": "Arlington", "orderNumber": 123, "a checkbox": ["A"] },
        "assigned_user": "JOHN.doe@email.com",
        "team_uuid": SALES.dashed(),
        "note": "Knows COBOL",
        "channel": "ignored",
    }))
    .await;
    assert_eq!(contact["name"], "Grace Hopper");
    assert_eq!(contact["phoneNumber"], "+31612345600");
    assert_eq!(contact["source"], "whatsapp");
    assert_eq!(contact["channel"]["uuid"], CHANNEL.simple());
    assert_eq!(contact["tags"], json!(["new", "sales"]));
    let fields = json!({ "City": "Arlington", "orderNumber": "123", "a checkbox": r#"["A"]"# });
    assert_eq!(contact["customFields"], fields);
    assert_eq!(contact["assignedUser"], "john.doe@email.com");
    assert_eq!(contact["team"]["name"], "Sales");
    assert_eq!(contact["note"], "Knows COBOL");
}

#[tokio::test]
async fn a_new_contact_is_news() {
    let house = house();
    let answer = house.post(PATH, &body(json!({}))).await;
    let uuid = answer.body["contact"]["uuid"].as_str().unwrap();
    let found = house.get(&format!("{PATH}/{uuid}")).await;
    assert_eq!(found.body, answer.body);
    assert_eq!(told(house.store(), &ContactNews::Created), 1);
}

#[tokio::test]
async fn somebody_who_is_known_is_changed() {
    let house = house();
    let answer = house
        .post(
            PATH,
            &body(json!({ "identifier": "31612345678", "tags": ["x"] })),
        )
        .await;
    let contact = &answer.body["contact"];
    assert_eq!(contact["uuid"], ADA.simple());
    assert_eq!(contact["name"], "Grace Hopper");
    assert_eq!(contact["tags"], json!(["x"]));
    // What is not said stays.
    assert_eq!(contact["note"], "Likes tea");
    assert_eq!(told(house.store(), &ContactNews::Created), 0);
    assert_eq!(told(house.store(), &ContactNews::Updated), 1);
}

#[tokio::test]
async fn the_named_channel_decides_and_its_messenger_reads_the_identifier() {
    let contact = made(json!({
        "identifier": "777", "source": "whatsapp", "channel_uuid": TELEGRAM.simple(),
    }))
    .await;
    assert_eq!(contact["source"], "telegram");
    assert_eq!(contact["phoneNumber"], Value::Null);
    let contact = made(json!({ "channel_uuid": SECOND.dashed() })).await;
    assert_eq!(contact["channel"]["title"], "Second number");
    let contact = made(json!({ "identifier": "777", "source": "telegram" })).await;
    assert_eq!(contact["channel"]["uuid"], TELEGRAM.simple());
}

#[tokio::test]
async fn a_user_id_will_do_on_a_whatsapp_channel_that_is_named() {
    let by_id = |more: Value| {
        let mut body = json!({ "identifier": null, "bsuid": "DE.1" });
        for (key, value) in more.as_object().unwrap() {
            body[key] = value.clone();
        }
        body
    };
    let contact = made(by_id(json!({ "channel_uuid": CHANNEL.simple() }))).await;
    assert_eq!(contact["bsuid"], "DE.1");
    assert_eq!(contact["phoneNumber"], Value::Null);
    refused(by_id(json!({})), json!({ "channel_uuid": [REQUIRED] })).await;
    refused(
        by_id(json!({ "channel_uuid": TELEGRAM.simple() })),
        json!({ "channel_uuid": ["must be a WhatsApp channel"] }),
    )
    .await;
    refused(
        by_id(json!({ "channel_uuid": CHANNEL.simple(), "bsuid": "31612345678" })),
        json!({ "bsuid": ["is invalid"] }),
    )
    .await;
    // The identifier wins.
    let contact = made(json!({ "bsuid": "DE.1" })).await;
    assert_eq!(contact["phoneNumber"], "+31612345600");
}

#[tokio::test]
async fn all_that_is_missing_is_named_at_once() {
    let answer = house().post(PATH, &json!({})).await;
    let errors = json!({ "identifier": [REQUIRED], "source": [REQUIRED], "name": [REQUIRED] });
    assert_eq!(answer.whole(), (400, json!({ "error": errors })));
}

#[tokio::test]
async fn what_does_not_exist_is_named() {
    let missing = "not found";
    for (changes, errors) in [
        (
            json!({ "source": "sms" }),
            json!({ "source": ["must be one of whatsapp, facebook, instagram, telegram"] }),
        ),
        (
            json!({ "source": "facebook", "identifier": "424242" }),
            json!({ "source": ["this account has no facebook channel"] }),
        ),
        (
            json!({ "channel_uuid": FOREIGN_CHANNEL.simple() }),
            json!({ "channel_uuid": [missing] }),
        ),
        (
            json!({ "team_uuid": NOBODY }),
            json!({ "team_uuid": [missing] }),
        ),
        (
            json!({ "assigned_user": "nobody@email.com" }),
            json!({ "assigned_user": [missing] }),
        ),
        (
            json!({ "identifier": "hello", "name": 7, "tags": "a", "note": ["a"],
                "bot_status": "paused", "custom_fields": "a" }),
            json!({
                "identifier": ["is invalid"],
                "name": ["must be string"],
                "tags": ["must be array"],
                "note": ["must be string"],
                "bot_status": ["must be bot_start or bot_end"],
                "custom_fields": ["must be object"],
            }),
        ),
        (
            json!({ "tags": ["a", 1] }),
            json!({ "tags": ["must be string"] }),
        ),
        (
            json!({ "tags": ["a", " "] }),
            json!({ "tags": ["is invalid"] }),
        ),
        (
            json!({ "note": "é".repeat(1001) }),
            json!({ "note": ["must have at most 1000 characters, has 1001"] }),
        ),
    ] {
        refused(changes, errors).await;
    }
    let longest = "é".repeat(1000);
    let contact = made(json!({ "note": longest })).await;
    assert_eq!(contact["note"], longest);
}

#[tokio::test]
async fn a_collaborator_without_a_team_gets_nothing_and_the_rest_is_done() {
    let contact = made(json!({ "assigned_user": "lone@email.com", "tags": ["x"] })).await;
    assert_eq!(contact["assignedUser"], Value::Null);
    assert_eq!(contact["tags"], json!(["x"]));
}

#[tokio::test]
async fn the_bot_is_told_with_the_contact() {
    let house = house();
    let answer = house
        .post(PATH, &body(json!({ "bot_status": "bot_start" })))
        .await;
    let uuid = answer.body["contact"]["uuid"].as_str().unwrap();
    let bot = house.get(&format!("{PATH}/{uuid}/bot")).await;
    assert_eq!(bot.body["bot"]["status"], "started");
}

#[tokio::test]
async fn a_body_that_is_no_object_is_refused() {
    for (body, error) in [
        ("[]", "the body must be a JSON object"),
        (
            "",
            "invalid JSON: EOF while parsing a value at line 1 column 0",
        ),
    ] {
        let answer = house().call(request("POST", PATH, body)).await;
        assert_eq!(answer.whole(), (400, json!({ "error": error })), "{body}");
    }
}

#[tokio::test]
async fn a_repeated_call_with_a_key_makes_one_contact() {
    let house = house();
    let first = with_key(&house, "k1", &body(json!({}))).await;
    assert_eq!(first.status, 200);
    assert_eq!(first.headers.get("idempotency-replayed"), None);
    let again = with_key(&house, "k1", &body(json!({}))).await;
    assert_eq!(again.headers["idempotency-replayed"], "true");
    assert_eq!(again.whole(), first.whole());
    assert_eq!(told(house.store(), &ContactNews::Created), 1);
    assert_eq!(told(house.store(), &ContactNews::Updated), 1);
}

#[tokio::test]
async fn a_key_is_not_good_for_another_request() {
    let house = house();
    with_key(&house, "k1", &body(json!({}))).await;
    let error = json!({ "error": "the Idempotency-Key was used for another request" });
    for other in [
        json!({ "name": "Grace M. Hopper" }),
        json!({ "identifier": "31687654321" }),
    ] {
        let answer = with_key(&house, "k1", &body(other.clone())).await;
        assert_eq!(answer.whole(), (422, error.clone()), "{other}");
    }
    let another_key = with_key(&house, "k2", &body(json!({ "name": "Grace M. Hopper" }))).await;
    assert_eq!(another_key.body["contact"]["name"], "Grace M. Hopper");
    let bad = with_key(&house, "two words", &body(json!({}))).await;
    let text = "must be 1 to 255 visible ASCII characters";
    assert_eq!(bad.whole(), wrong("Idempotency-Key", text));
}

#[tokio::test]
async fn the_key_of_a_contact_that_is_gone_is_used_up() {
    let house = house();
    let first = with_key(&house, "k1", &body(json!({}))).await;
    let uuid = first.body["contact"]["uuid"].as_str().unwrap();
    let path = format!("{PATH}/{uuid}");
    house.call(request("DELETE", &path, "")).await;
    let again = with_key(&house, "k1", &body(json!({}))).await;
    assert_eq!(again.status, 422);
    let anew = with_key(&house, "k2", &body(json!({}))).await;
    assert_eq!(anew.status, 200);
}

#[tokio::test]
async fn without_a_key_a_repeated_call_is_harmless_too() {
    let house = house();
    let first = house.post(PATH, &body(json!({ "tags": ["a"] }))).await;
    let again = house.post(PATH, &body(json!({ "tags": ["a"] }))).await;
    assert_eq!(again.whole(), first.whole());
    assert_eq!(told(house.store(), &ContactNews::Created), 1);
}

#[tokio::test]
async fn what_describes_a_contact_is_no_longer_than_people_would_write_it() {
    let (name, value) = ("é".repeat(256), "é".repeat(4097));
    let too_long = "must have at most 255 characters, has 256";
    let field = format!("{name} is invalid");
    for (changes, errors) in [
        (json!({ "name": name }), json!({ "name": [too_long] })),
        (json!({ "tags": [name] }), json!({ "tags": [too_long] })),
        (
            json!({ "tags": vec!["x"; 101] }),
            json!({ "tags": ["must be at most 100"] }),
        ),
        (
            json!({ "custom_fields": { (name.as_str()): "x" } }),
            json!({ "custom_fields": [field] }),
        ),
        (
            json!({ "custom_fields": { "City": value } }),
            json!({ "custom_fields": ["City is invalid"] }),
        ),
    ] {
        refused(changes.clone(), errors.clone()).await;
        let house = house();
        let path = format!("{PATH}/{}", ADA.simple());
        let patched = house.patch(&path, &changes).await;
        assert_eq!(patched.whole(), (400, json!({ "error": errors })));
    }
    let (name, value) = ("é".repeat(255), "é".repeat(4096));
    let fields = json!({ (name.as_str()): value });
    let contact = made(json!({ "name": name, "tags": [name], "custom_fields": fields })).await;
    assert_eq!(contact["name"], name);
    assert_eq!(contact["tags"], json!([name]));
    assert_eq!(contact["customFields"], fields);
}
