//! The steps that make a number usable.

use dragoman_core::outcome::Failure;
use dragoman_core::ports::{Backup, CodeBy, Hearing, Method, Registrar};
use serde_json::{Value, json};

use super::providing::{posted, provider};
use super::*;

const NUMBER: &str = "https://graph.facebook.com/v23.0/100000000000001";
const APPS: &str = "https://graph.facebook.com/v23.0/200000000000001/subscribed_apps";

fn registrar() -> &'static dyn Registrar {
    provider().registrar().expect("numbers are registered")
}

fn done() -> Scripted {
    Scripted::answers(200, r#"{"success":true}"#)
}

/// Checks the one request of a step that Meta did.
fn check(http: &Scripted, told: &Result<(), Failure>, url: &str, object: &Value) {
    assert_eq!(told, &Ok(()));
    let asked = http.asked();
    assert_eq!(asked[0].url, url);
    assert_eq!(&posted(&asked[0]), object);
}

#[tokio::test]
async fn a_code_comes_by_message_or_by_voice() {
    for (by, word) in [(CodeBy::Sms, "SMS"), (CodeBy::Voice, "VOICE")] {
        let http = done();
        let told = registrar().request_code(&http, &channel(), by).await;
        let object = json!({"code_method": word, "language": "en_US"});
        check(&http, &told, &format!("{NUMBER}/request_code"), &object);
    }
}

#[tokio::test]
async fn a_code_is_shown() {
    let http = done();
    let told = registrar().verify_code(&http, &channel(), "123456").await;
    let object = json!({"code": "123456"});
    check(&http, &told, &format!("{NUMBER}/verify_code"), &object);
}

#[tokio::test]
async fn a_number_is_registered_with_or_without_what_it_was_before() {
    let (url, channel) = (format!("{NUMBER}/register"), channel());
    let http = done();
    let told = registrar().register(&http, &channel, "123456", None);
    let object = json!({"messaging_product": "whatsapp", "pin": "123456"});
    check(&http, &told.await, &url, &object);

    let http = done();
    let backup = Backup {
        data: Secret::new("YmFja3Vw"),
        password: Secret::new("parole"),
    };
    let told = registrar().register(&http, &channel, "123456", Some(backup));
    let object = json!({"messaging_product": "whatsapp", "pin": "123456",
        "backup": {"data": "YmFja3Vw", "password": "parole"}});
    check(&http, &told.await, &url, &object);
}

#[tokio::test]
async fn a_pin_is_set_on_the_number_itself() {
    let http = done();
    let told = registrar().set_pin(&http, &channel(), "654321").await;
    check(&http, &told, NUMBER, &json!({"pin": "654321"}));
}

#[tokio::test]
async fn an_encryption_key_is_a_field_of_a_form() {
    let http = done();
    let key = "-----BEGIN PUBLIC KEY-----\nA+/=\n-----END PUBLIC KEY-----\n";
    let told = registrar().set_encryption_key(&http, &channel(), key).await;
    assert_eq!(told, Ok(()));
    let request = http.asked().remove(0);
    assert_eq!(request.method, Method::Post);
    assert_eq!(
        request.url,
        format!("{NUMBER}/whatsapp_business_encryption")
    );
    let form = (
        "content-type".into(),
        "application/x-www-form-urlencoded".to_owned(),
    );
    assert!(request.headers.contains(&form));
    assert_eq!(
        String::from_utf8(request.body).unwrap(),
        "business_public_key=-----BEGIN%20PUBLIC%20KEY-----%0AA%2B%2F%3D%0A\
         -----END%20PUBLIC%20KEY-----%0A"
    );
}

#[tokio::test]
async fn who_hears_and_where_is_told() {
    let app = json!({"whatsapp_business_api_data": {"id": "1", "name": "a", "link": "b"}});
    let mut elsewhere = app.clone();
    elsewhere["override_callback_uri"] = json!("https://example.com/in");
    for (apps, subscribed, url) in [
        (json!([]), false, None),
        (json!([app]), true, None),
        (
            json!([app, elsewhere]),
            true,
            Some("https://example.com/in"),
        ),
    ] {
        let http = Scripted::answers(200, json!({ "data": apps }).to_string());
        let expected = Hearing {
            subscribed,
            url: url.map(Into::into),
        };
        assert_eq!(registrar().hearing(&http, &channel()).await, Ok(expected));
        assert_eq!(http.asked()[0].url, APPS);
    }
}

#[tokio::test]
async fn webhooks_come_to_the_address_that_proves_itself_by_our_token() {
    let http = done();
    let url = "https://example.com/in/whatsapp_cloud/main";
    let told = registrar().hear_at(&http, &channel(), url).await;
    let object = json!({"override_callback_uri": url, "verify_token": "parole"});
    check(&http, &told, APPS, &object);
}

#[tokio::test]
async fn a_step_that_was_refused_is_told_in_the_providers_words() {
    let error = json!({"error": {"code": 133_005, "type": "OAuthException",
        "message": "(#133005) Two step verification PIN Mismatch"}});
    let http = Scripted::answers(400, error.to_string());
    let told = registrar()
        .register(&http, &channel(), "000000", None)
        .await;
    let expected = Failure::new(133_005, "Two step verification PIN Mismatch");
    assert_eq!(told, Err(expected));
}
