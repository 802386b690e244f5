//! The PIN and the key for flows.

use serde_json::json;

use super::client::{Client, node};

const KEY: &str = "-----BEGIN PUBLIC KEY-----\nMAMCAQE=\n-----END PUBLIC KEY-----\n";

#[tokio::test]
async fn a_pin_has_six_digits_and_cannot_be_taken_away() {
    let client = Client::logged_in("admin").await;
    for pin in [json!("123456"), json!(123_456)] {
        let body = json!({ "pin": pin });
        let set = client.ask("POST", "settings/account/two-step", body).await;
        assert_eq!(set.status, 200, "{}", set.body);
        assert_eq!(client.house.provider.take_asked(), ["set_pin 123456"]);
    }
    for (pin, code) in [
        ("12345", 1009),
        ("1234567", 1009),
        ("12345x", 1009),
        ("", 1008),
    ] {
        let body = json!({ "pin": pin });
        let refused = client.ask("POST", "settings/account/two-step", body).await;
        assert_eq!(refused.code(), (400, code), "{pin}");
    }
    let off = client
        .ask("DELETE", "settings/account/two-step", json!({}))
        .await;
    assert_eq!(off.code(), (403, 1005));
    assert!(client.house.provider.take_asked().is_empty());
}

#[tokio::test]
async fn a_key_comes_as_json_or_as_a_form() {
    let client = Client::logged_in("admin").await;
    let path = "settings/business/whatsapp_business_encryption";
    let form = "public_key=-----BEGIN+PUBLIC+KEY-----%0AMAMCAQE%3D%0A-----END+PUBLIC+KEY-----";
    for body in [json!({ "public_key": KEY }).to_string(), form.to_owned()] {
        let set = client.call("POST", &node(path), body).await;
        assert_eq!(set.status, 200, "{}", set.body);
        let asked = client.house.provider.take_asked();
        assert_eq!(asked, [format!("set_encryption_key {KEY}")]);
    }
    for (body, code) in [
        (json!({}), 1008),
        (json!({ "public_key": "AAAA" }), 1009),
        (
            json!({ "public_key": KEY.replace("PUBLIC", "PRIVATE") }),
            1009,
        ),
    ] {
        let refused = client.ask("POST", path, body).await;
        assert_eq!(refused.code(), (400, code), "{}", refused.body);
    }
}
