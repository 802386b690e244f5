//! What customers read about the business.

use dragoman_core::ports::{Answer, HttpError, Method, Profile, ProfileChange, Reach};
use serde_json::{Value, json};

use super::client::{Client, node};

const PICTURE: &str = "https://example.com/picture.jpg";

async fn client(profile: Profile) -> Client {
    let client = Client::logged_in("clerk").await;
    client.house.provider.tell_profile(Ok(profile));
    client
}

fn changed(client: &Client, change: ProfileChange) {
    let asked = client.house.provider.take_asked();
    assert_eq!(asked, [format!("set_profile {change:?}")]);
}

#[tokio::test]
async fn the_line_below_the_name_is_shown_and_changed_up_to_139_characters() {
    let client = client(Profile {
        about: "We bake.".into(),
        ..Profile::default()
    });
    let client = client.await;
    let shown = client.see("settings/profile/about").await;
    let expected = json!({ "profile": { "about": { "text": "We bake." } } });
    assert_eq!(shown.body["settings"], expected);
    client.house.provider.take_asked();

    let text = "é".repeat(139);
    let body = json!({ "text": text });
    let set = client.ask("PATCH", "settings/profile/about", body).await;
    assert_eq!(set.status, 200, "{}", set.body);
    changed(
        &client,
        ProfileChange {
            about: Some(text.into()),
            ..ProfileChange::default()
        },
    );
    for (body, code) in [
        (json!({ "text": "é".repeat(140) }), 1009),
        (json!({ "text": 5 }), 1009),
        (json!({ "text": "a\u{1}b" }), 1009),
        (json!({}), 1008),
    ] {
        let refused = client.ask("PATCH", "settings/profile/about", body).await;
        assert_eq!(refused.code(), (400, code));
    }
}

#[tokio::test]
async fn the_business_is_shown_with_all_its_keys() {
    let client = client(Profile {
        email: "a@b.example".into(),
        vertical: "UNDEFINED".into(),
        websites: vec!["https://a.example".into()],
        ..Profile::default()
    });
    let shown = client.await.see("settings/business/profile").await;
    let profile = json!({
        "address": "",
        "description": "",
        "email": "a@b.example",
        "vertical": "",
        "websites": ["https://a.example"],
    });
    let expected = json!({ "business": { "profile": profile } });
    assert_eq!(shown.body["settings"], expected);
}

#[tokio::test]
async fn only_what_is_sent_of_the_business_changes() {
    let client = client(Profile::default()).await;
    for (method, vertical) in [("POST", json!("retail")), ("PUT", json!(["Retail"]))] {
        let body = json!({ "email": "", "vertical": vertical, "websites": [] });
        let set = client.ask(method, "settings/business/profile", body).await;
        assert_eq!(set.status, 200, "{}", set.body);
        changed(
            &client,
            ProfileChange {
                email: Some("".into()),
                vertical: Some("RETAIL".into()),
                websites: Some(Vec::new()),
                ..ProfileChange::default()
            },
        );
    }
    let nothing = json!({ "vertical": "", "address": null });
    let set = client
        .ask("POST", "settings/business/profile", nothing)
        .await;
    assert_eq!(set.status, 200);
    changed(&client, ProfileChange::default());
}

#[tokio::test]
async fn every_limit_of_the_business_holds_at_the_limit_and_one_past_it() {
    let client = client(Profile::default()).await;
    let site = |length: usize| format!("https://{}", "x".repeat(length - 8));
    let text = |length: usize| Value::from("é".repeat(length));
    for (key, fits, exceeds) in [
        ("address", text(256), text(257)),
        ("description", text(256), text(257)),
        ("email", text(128), text(129)),
        ("vertical", text(128), text(129)),
        ("vertical", json!(["OTHER"]), json!(["OTHER", "AUTO"])),
        ("websites", json!([site(256)]), json!([site(257)])),
        (
            "websites",
            json!([site(9), site(9)]),
            json!([site(9), site(9), site(9)]),
        ),
        ("websites", json!(site(9)), json!("example.com")),
    ] {
        let set =
            |value: Value| client.ask("POST", "settings/business/profile", json!({ key: value }));
        assert_eq!(set(fits).await.status, 200, "{key}");
        assert_eq!(set(exceeds).await.code(), (400, 1009), "{key}");
    }
}

#[tokio::test]
async fn the_picture_is_fetched_or_told_by_its_link() {
    let none = client(Profile::default()).await;
    let answer = none.see("settings/profile/photo").await;
    assert_eq!(answer.code(), (404, 1006));
    assert_eq!(answer.details(), "No picture set.");

    let client = client(Profile {
        picture: Some(PICTURE.into()),
        ..Profile::default()
    });
    let client = client.await;
    let link = client.see("settings/profile/photo?format=link").await;
    let expected = json!({ "profile": { "photo": { "link": PICTURE } } });
    assert_eq!(link.body["settings"], expected);

    let picture = Answer {
        status: 200,
        retry_after: None,
        content_type: Some("image/png".into()),
        date: None,
        body: b"picture".to_vec(),
    };
    let http = &client.house.http;
    http.script(Method::Get, PICTURE, Ok(picture));
    let photo = node("settings/profile/photo");
    let (status, headers, bytes) = client.raw("GET", &photo, "", &[]).await;
    assert_eq!((status, &*bytes), (200, &b"picture"[..]));
    assert_eq!(headers["content-type"], "image/png");
    assert_eq!(http.only_request().reach, Reach::Public);

    http.fail(Method::Get, PICTURE, HttpError::Lost("gone".into()));
    http.answer(Method::Get, PICTURE, 404, "");
    for _ in 0..2 {
        let lost = client.see("settings/profile/photo").await;
        assert_eq!(lost.code(), (500, 1014));
    }
}

#[tokio::test]
async fn a_picture_is_sent_as_it_is_and_cannot_be_taken_away() {
    let client = client(Profile::default()).await;
    let photo = node("settings/profile/photo");
    for method in ["POST", "PUT"] {
        let kind = [("content-type", "image/JPEG; q=1")];
        let set = client.call_with(method, &photo, "bytes", &kind).await;
        assert_eq!(set.status, 200, "{}", set.body);
        let asked = client.house.provider.take_asked();
        assert!(
            asked[0].contains("FileBytes(image/jpeg, 5 bytes)"),
            "{asked:?}"
        );
    }
    for kind in ["image/gif", "multipart/form-data; boundary=x", ""] {
        let refused = client
            .call_with("POST", &photo, "bytes", &[("content-type", kind)])
            .await;
        assert_eq!(refused.code(), (400, 1009), "{kind}");
    }
    let jpeg = [("content-type", "image/jpeg")];
    let empty = client.call_with("POST", &photo, "", &jpeg).await;
    assert_eq!(empty.code(), (400, 1008));
    let large = "x".repeat(5 * 1024 * 1024 + 1);
    let large = client.call_with("POST", &photo, large, &jpeg).await;
    assert_eq!(large.status, 413);
    let removed = client.call("DELETE", &photo, "").await;
    assert_eq!(removed.code(), (403, 1005));
    assert!(client.house.provider.take_asked().is_empty());
}
