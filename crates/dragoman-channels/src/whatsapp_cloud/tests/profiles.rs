//! What customers read about the business.

use dragoman_core::ports::{FileBytes, Method, Profile, ProfileChange};
use serde_json::json;

use super::providing::{posted, provider};
use super::*;

const URL: &str = "https://graph.facebook.com/v23.0/100000000000001/whatsapp_business_profile";

#[tokio::test]
async fn a_profile_is_read_whole() {
    let body = json!({"data": [{
        "messaging_product": "whatsapp",
        "about": "Open",
        "address": "Dam 1",
        "description": "A shop",
        "email": "shop@example.com",
        "vertical": "RETAIL",
        "websites": ["https://example.com/"],
        "profile_picture_url": "https://example.com/a.jpg"
    }]});
    let http = Scripted::answers(200, body.to_string());
    let expected = Profile {
        about: "Open".into(),
        address: "Dam 1".into(),
        description: "A shop".into(),
        email: "shop@example.com".into(),
        vertical: "RETAIL".into(),
        websites: vec!["https://example.com/".into()],
        picture: Some("https://example.com/a.jpg".into()),
    };
    assert_eq!(provider().profile(&http, &channel()).await, Ok(expected));
    let fields = "about,address,description,email,profile_picture_url,websites,vertical";
    assert_eq!(http.asked()[0].url, format!("{URL}?fields={fields}"));
}

#[tokio::test]
async fn what_was_never_written_is_empty() {
    for body in [
        r#"{"data":[]}"#,
        r#"{"data":[{"messaging_product":"whatsapp"}]}"#,
    ] {
        let http = Scripted::answers(200, body);
        let profile = provider().profile(&http, &channel()).await;
        assert_eq!(profile, Ok(Profile::default()), "{body}");
    }
}

#[tokio::test]
async fn only_what_changes_is_written() {
    let http = Scripted::answers(200, r#"{"success":true}"#);
    let change = ProfileChange {
        about: Some("Closed".into()),
        websites: Some(Vec::new()),
        ..ProfileChange::default()
    };
    let told = provider().set_profile(&http, &channel(), change).await;
    assert_eq!(told, Ok(()));
    let asked = http.asked();
    assert_eq!(asked[0].url, URL);
    assert_eq!(
        posted(&asked[0]),
        json!({"messaging_product": "whatsapp", "about": "Closed", "websites": []})
    );
}

fn picture() -> ProfileChange {
    ProfileChange {
        picture: Some(FileBytes {
            mime_type: "image/jpeg".into(),
            filename: Some("a b.jpg".into()),
            bytes: b"JFIF".to_vec(),
        }),
        ..ProfileChange::default()
    }
}

#[tokio::test]
async fn a_picture_is_uploaded_in_two_steps_and_then_named() {
    let http = Scripted::answers(200, r#"{"id":"upload:MTph?sig=AR"}"#)
        .then(200, r#"{"h":"4::aW1h:AR:e:1"}"#)
        .then(200, r#"{"success":true}"#);
    let told = provider().set_profile(&http, &channel(), picture()).await;
    assert_eq!(told, Ok(()));
    let asked = http.asked();
    assert_eq!(asked[0].method, Method::Post);
    assert_eq!(
        asked[0].url,
        "https://graph.facebook.com/v23.0/app/uploads\
         ?file_name=a%20b.jpg&file_length=4&file_type=image%2Fjpeg"
    );
    assert_eq!(asked[1].method, Method::Post);
    assert_eq!(
        asked[1].url,
        "https://graph.facebook.com/v23.0/upload:MTph?sig=AR"
    );
    let headers = [
        ("authorization".into(), "OAuth EAAaccess".to_owned()),
        ("file_offset".into(), "0".to_owned()),
        ("content-type".into(), "image/jpeg".to_owned()),
    ];
    assert_eq!(asked[1].headers, headers);
    assert_eq!(asked[1].body, b"JFIF");
    assert_eq!(
        posted(&asked[2]),
        json!({"messaging_product": "whatsapp", "profile_picture_handle": "4::aW1h:AR:e:1"})
    );
}

#[tokio::test]
async fn a_picture_that_was_not_taken_changes_nothing() {
    let refused = include_str!("../fixtures/answer_malformed_token.json");
    let begun = || Scripted::answers(200, r#"{"id":"upload:MTph"}"#);
    for http in [
        Scripted::answers(401, refused),
        Scripted::answers(200, r#"{"id":"900"}"#),
        Scripted::answers(200, r#"{"id":"upload:a b"}"#),
        begun().then(401, refused),
        begun().then(200, "{}"),
    ] {
        let told = provider().set_profile(&http, &channel(), picture()).await;
        assert!(!format!("{told:?}").contains("EAAaccess"));
        assert!(told.is_err());
        assert!(http.asked().iter().all(|request| request.url != URL));
    }
}
