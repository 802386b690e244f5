//! A number is registered.

use std::time::Duration;

use dragoman_core::outcome::Failure;
use dragoman_core::ports::Sender;
use serde_json::{Value, json};

use super::client::Client;

fn sender(status: &str) -> Result<Sender, Failure> {
    Ok(Sender {
        phone: Some("31600000000".into()),
        name: Some("Demo".into()),
        status: Some(status.into()),
        ..Sender::default()
    })
}

fn with(change: Value) -> Value {
    let mut body = json!({
        "cc": "31",
        "phone_number": "600000000",
        "method": "SMS",
        "cert": "Q2VydA==",
        "pin": "123456",
    });
    for (key, value) in change.as_object().unwrap() {
        body[key] = value.clone();
    }
    body
}

#[tokio::test]
async fn a_number_that_can_send_is_registered_already() {
    let client = Client::logged_in("admin").await;
    client.house.provider.tell_sender(sender("CONNECTED"));
    let answer = client.ask("POST", "account", with(json!({}))).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    assert_eq!(client.house.provider.take_asked(), ["sender"]);
}

#[tokio::test]
async fn a_code_is_asked_for_shown_and_the_number_registered_with_the_first_call_s_pin() {
    let client = Client::logged_in("admin").await;
    client.house.provider.tell_sender(sender("UNVERIFIED"));
    let asked = client
        .ask("POST", "account", with(json!({ "method": "voice" })))
        .await;
    assert_eq!(asked.status, 202, "{}", asked.body);
    assert_eq!(asked.body["account"], json!([{ "vname": "Demo" }]));
    let asked = client.house.provider.take_asked();
    assert_eq!(asked, ["sender", "request_code Voice"]);
    let code = json!({ "code": "222-867", "cert": "Q2VydA==" });
    let verified = client.ask("POST", "account/verify", code.clone()).await;
    assert_eq!(verified.status, 201, "{}", verified.body);
    let asked = client.house.provider.take_asked();
    assert_eq!(asked, ["verify_code 222867", "register 123456 None"]);
    let again = client.ask("POST", "account/verify", code).await;
    assert_eq!(again.code(), (403, 1005), "the PIN is forgotten");
}

#[tokio::test]
async fn without_a_pin_the_code_is_not_spent_and_the_answer_says_what_is_missing() {
    let client = Client::logged_in("admin").await;
    client.house.provider.tell_sender(sender("UNVERIFIED"));
    for pin in [json!(null), json!("")] {
        client.ask("POST", "account", with(json!({}))).await;
        let account = with(json!({ "pin": pin }));
        assert_eq!(client.ask("POST", "account", account).await.status, 202);
        client.house.provider.take_asked();
        let answer = client
            .ask("POST", "account/verify", json!({ "code": 222_867 }))
            .await;
        assert_eq!(answer.code(), (403, 1005));
        assert!(answer.details().contains("pin"), "{}", answer.details());
        assert!(client.house.provider.take_asked().is_empty());
    }
    client.ask("POST", "account", with(json!({}))).await;
    client.house.clock.shift(Duration::from_secs(3600));
    let late = client
        .ask("POST", "account/verify", json!({ "code": "222867" }))
        .await;
    assert_eq!(late.code(), (403, 1005), "it is kept for an hour");
}

#[tokio::test]
async fn another_number_and_impossible_fields_are_refused() {
    let client = Client::logged_in("admin").await;
    client.house.provider.tell_sender(sender("UNVERIFIED"));
    for (change, code) in [
        (json!({ "phone_number": "600000001" }), (403, 1005)),
        (json!({ "cc": "+31" }), (400, 1009)),
        (json!({ "method": "pigeon" }), (400, 1009)),
        (json!({ "pin": "12345" }), (400, 1009)),
        (json!({ "pin": "12345a" }), (400, 1009)),
        (json!({ "cc": null }), (400, 1008)),
        (json!({ "phone_number": null }), (400, 1008)),
        (json!({ "method": null }), (400, 1008)),
        (json!({ "cert": null }), (400, 1008)),
    ] {
        let answer = client.ask("POST", "account", with(change.clone())).await;
        assert_eq!(answer.code(), code, "{change}");
    }
    for (body, code) in [(json!({}), 1008), (json!({ "code": "abc" }), 1009)] {
        let answer = client.ask("POST", "account/verify", body).await;
        assert_eq!(answer.code(), (400, code));
    }
    let asked = client.house.provider.take_asked();
    assert!(asked.iter().all(|asked| asked == "sender"), "{asked:?}");
}

#[tokio::test]
async fn what_the_provider_answers_is_told_in_the_original_s_codes() {
    let client = Client::logged_in("admin").await;
    client.house.provider.tell_sender(sender("UNVERIFIED"));
    for (cloud, code) in [
        (0, (503, 1011)),
        (80_007, (429, 1015)),
        (100, (400, 1009)),
        (131_031, (403, 1031)),
        (133_005, (403, 1005)),
        (136_024, (403, 1005)),
        (190, (500, 1014)),
        (131_000, (500, 1014)),
    ] {
        let failure = Failure::new(cloud, "title").because("the provider's words");
        client.house.provider.tell_change(Err(failure));
        let answer = client.ask("POST", "account", with(json!({}))).await;
        assert_eq!(answer.code(), code, "{cloud}");
        let own = answer.details() == "the provider's words";
        // Neither the operator's trouble nor that of our network is the client's.
        assert_eq!(own, !matches!(cloud, 0 | 190), "{cloud}");
    }
}

#[tokio::test]
async fn shards_are_checked_and_change_nothing() {
    let client = Client::logged_in("admin").await;
    let number = json!({ "cc": "31", "phone_number": "600000000" });
    for (shards, status) in [
        (json!(1), 201),
        (json!("32"), 201),
        (json!(3), 400),
        (json!(64), 400),
        (json!("many"), 400),
        (json!(null), 400),
    ] {
        let mut body = number.clone();
        body["shards"] = shards.clone();
        let answer = client.ask("POST", "account/shards", body).await;
        assert_eq!(answer.status, status, "{shards}");
    }
    let other = json!({ "cc": "31", "phone_number": "600000001", "shards": 2 });
    let other = client.ask("POST", "account/shards", other).await;
    assert_eq!(other.code(), (403, 1005));
    assert!(client.house.provider.take_asked().is_empty());
}

#[tokio::test]
async fn a_code_that_was_right_is_not_asked_for_again_when_the_pin_was_wrong() {
    let client = Client::logged_in("admin").await;
    let provider = &client.house.provider;
    provider.tell_sender(Err(Failure::new(133_010, "not registered")));
    let asked = client.ask("POST", "account", with(json!({}))).await;
    assert_eq!(asked.status, 202, "{}", asked.body);
    provider.take_asked();
    provider.tell_registering(Err(Failure::new(133_005, "PIN mismatch")));
    let code = json!({ "code": "222-867" });
    let wrong = client.ask("POST", "account/verify", code.clone()).await;
    assert_eq!(wrong.code(), (403, 1005));
    let again = client.ask("POST", "account/verify", code).await;
    assert_eq!(again.code(), (403, 1005));
    let tried = [
        "verify_code 222867",
        "register 123456 None",
        "register 123456 None",
    ];
    assert_eq!(provider.take_asked(), tried);

    provider.tell_registering(Ok(()));
    let other = with(json!({ "pin": "654321" }));
    let registered = client.ask("POST", "account", other).await;
    assert_eq!(registered.status, 201, "{}", registered.body);
    assert_eq!(provider.take_asked(), ["sender", "register 654321 None"]);
}
