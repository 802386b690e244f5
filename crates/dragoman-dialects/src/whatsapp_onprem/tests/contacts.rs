//! Which customers can be written to, and who they are.

use std::sync::Arc;

use dragoman_core::Address;
use dragoman_core::catalog::Subscription;
use dragoman_core::contact::{Customer, Profile};
use dragoman_core::{Id, Raw};
use dragoman_testkit::tenant;
use serde_json::{Value, json};

use super::client::{Client, Heard, text};
use super::doubles::{ACCOUNT, DEMO, NOW, OTHER, contact};

const PATH: &str = "/onprem/demo/v1/contacts";

async fn check(client: &Client, question: Value) -> Heard {
    client.call("POST", PATH, question.to_string()).await
}

fn subscription(channel: Id, format: &str) -> Subscription {
    Subscription {
        id: Id::from_u128(900),
        account: ACCOUNT,
        channel: Some(channel),
        url: "https://hooks.example".into(),
        format: format.into(),
        events: Vec::new(),
        secret: None,
        retiring: None,
        concurrency: 1,
        ordered: false,
        settings: None,
        since: 0,
        trust: None,
        enabled: true,
        stopped: None,
        created_at: NOW,
    }
}

/// A client who knows somebody whose number is written in two ways.
async fn client() -> Client {
    let client = Client::logged_in("clerk").await;
    let mut known = contact(Address::parse("5511987654321").unwrap());
    known
        .addresses
        .push(Address::parse("551187654321").unwrap());
    let customer = Customer {
        contact: known.into(),
        talks: Vec::new(),
    };
    client.house.store.know(tenant(ACCOUNT), customer);
    client
}

#[tokio::test]
async fn every_number_is_answered_in_its_place_and_as_it_was_written() {
    let client = client().await;
    for wait in ["wait", "no_wait"] {
        let question = json!({ "blocking": wait, "force_check": true, "contacts":
            ["+1 (631) 555-1002", "nobody", "+55 11 8765-4321", "012", "+1 (631) 555-1002", 16_315_551_003_i64] });
        let answer = check(&client, question).await;
        assert_eq!(answer.status, 200);
        let valid =
            |input: &str, wa_id: &str| json!({ "input": input, "status": "valid", "wa_id": wa_id });
        let expected = json!([
            valid("+1 (631) 555-1002", "16315551002"),
            { "input": "nobody", "status": "invalid" },
            valid("+55 11 8765-4321", "5511987654321"),
            valid("012", "012"),
            valid("+1 (631) 555-1002", "16315551002"),
            valid("16315551003", "16315551003"),
        ]);
        assert_eq!(answer.body["contacts"], expected, "{wait}");
    }
    let php = json!({ "blocking": "wait", "contacts": { "0": "+16315551002" } });
    let answer = check(&client, php).await;
    assert_eq!(answer.body["contacts"][0]["wa_id"], "16315551002");
}

#[tokio::test]
async fn whoever_does_not_wait_is_told_by_webhook_too_if_they_listen() {
    let client = client().await;
    let ask = async |wait: &str| {
        let question = json!({ "blocking": wait, "contacts": ["+16315551002"] });
        let answer = check(&client, question).await;
        (answer.status, client.house.store.notices().len())
    };
    let listens = |channel, format| {
        client.house.store.rewrite(|catalog| {
            catalog.subscriptions = vec![subscription(channel, format)];
        });
    };
    assert_eq!(ask("no_wait").await, (200, 0));
    listens(OTHER, "onprem");
    assert_eq!(ask("no_wait").await, (200, 0));
    listens(DEMO, "callbell");
    assert_eq!(ask("no_wait").await, (200, 0));
    listens(DEMO, "onprem");
    assert_eq!(ask("wait").await, (200, 0));
    assert_eq!(ask("").await, (200, 1));
    let (account, notice) = client.house.store.notices().remove(0);
    assert_eq!(
        (account, notice.channel, &*notice.format),
        (ACCOUNT, DEMO, "onprem")
    );
    let told: Value = serde_json::from_str(notice.body.as_str()).unwrap();
    assert_eq!(
        told,
        json!({ "contacts": [{ "input": "+16315551002", "status": "valid", "wa_id": "16315551002" }] })
    );
}

#[tokio::test]
async fn a_question_that_is_none_is_refused() {
    let client = client().await;
    for (question, code) in [
        (json!({}), 1008),
        (json!({ "contacts": null }), 1008),
        (json!({ "contacts": "+1" }), 1009),
        (json!({ "contacts": [] }), 1009),
        (json!({ "contacts": [true] }), 1009),
        (json!({ "contacts": ["1"], "blocking": "yes" }), 1009),
        (json!({ "contacts": ["1"], "force_check": "maybe" }), 1009),
        (json!({ "contacts": ["1\u{0}"] }), 1009),
    ] {
        let answer = check(&client, question.clone()).await;
        assert_eq!(answer.code(), (400, code), "{question}");
    }
    assert_eq!(client.call("POST", PATH, "x").await.code(), (400, 1025));
}

#[tokio::test]
async fn a_known_customer_has_an_identity_that_stays_and_can_be_acknowledged() {
    let client = client().await;
    let path = |of: &str| format!("{PATH}/{of}/identity");
    let shown = client.call("GET", &path("5511987654321"), "").await;
    assert_eq!(shown.status, 200);
    let identity = &shown.body["contacts"];
    assert_eq!(identity["acknowledged"], true);
    assert_eq!(identity["created_timestamp"], NOW.millis());
    let by_other = client.call("GET", &path("551187654321"), "").await;
    assert_eq!(&by_other.body["contacts"], identity);

    let body = json!({ "hash": identity["hash"] }).to_string();
    let path = path("5511987654321");
    assert_eq!(client.call("PUT", &path, body).await.status, 200);
    for (body, code) in [
        ("{}", 1008),
        ("", 1008),
        (r#"{"hash":"AAAAAAAAAAA="}"#, 1009),
    ] {
        assert_eq!(client.call("PUT", &path, body).await.code(), (400, code));
    }
}

#[tokio::test]
async fn a_changed_identity_stops_sends_until_it_is_acknowledged_if_the_client_asks() {
    let client = Client::logged_in("admin").await;
    let doubtful = r#"{"hash":"q83vASM=","created_timestamp":1790000000,"acknowledged":false}"#;
    let mut known = contact(Address::parse("31612345678").unwrap());
    known.profile = Some(Arc::new(Profile {
        identity: Some(Raw::new(doubtful)),
        ..Profile::default()
    }));
    client.house.store.know(
        tenant(ACCOUNT),
        Customer {
            contact: known.into(),
            talks: Vec::new(),
        },
    );
    let hello = || text("31612345678", "Hi");
    assert_eq!(client.send(hello()).await.status, 201, "nobody asked");
    let wish = json!({ "show_security_notifications": true });
    let set = client.ask("PATCH", "settings/application", wish).await;
    assert_eq!(set.status, 200);
    assert_eq!(client.send(hello()).await.code(), (400, 1028));
    let other = text("31687654321", "Hi");
    assert_eq!(
        client.send(other).await.status,
        201,
        "others are as they were"
    );

    let path = "contacts/31612345678/identity";
    let mut identity = json!({ "hash": "q83vASM=", "created_timestamp": 1_790_000_000_000_i64,
        "acknowledged": false });
    assert_eq!(client.see(path).await.body["contacts"], identity);
    let stale = client.ask("PUT", path, json!({ "hash": "AAAAAAA=" })).await;
    assert_eq!(stale.code(), (400, 1009));
    assert_eq!(client.send(hello()).await.code(), (400, 1028));
    for _ in ["once", "again"] {
        let right = json!({ "hash": "q83vASM=" });
        assert_eq!(client.ask("PUT", path, right).await.status, 200);
    }
    identity["acknowledged"] = true.into();
    assert_eq!(client.see(path).await.body["contacts"], identity);
    assert_eq!(client.send(hello()).await.status, 201);
}

#[tokio::test]
async fn nobody_that_we_do_not_know_has_an_identity() {
    let client = client().await;
    for of in ["16315551002", "nobody"] {
        for (method, body) in [("GET", ""), ("PUT", r#"{"hash":"x"}"#)] {
            let path = format!("{PATH}/{of}/identity");
            let answer = client.call(method, &path, body).await;
            assert_eq!(answer.code(), (404, 1006), "{method} {of}");
        }
    }
}
