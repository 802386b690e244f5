//! Files in messages: whether there are such, and whether they fit.

use dragoman_core::catalog::{MediaAccess, MediaProvider};
use dragoman_core::content::{Content, Kind, MediaSource};
use dragoman_core::file::File;
use dragoman_core::ports::{Files, Objects};
use dragoman_core::{Id, Secret};
use serde_json::{Value, json};

use super::client::Client;
use super::doubles::{ACCOUNT, DEMO, NOW};
use super::files::{PNG, upload};
use crate::whatsapp_onprem::limits;

const TO: &str = "31612345678";

fn of(kind: &str, media: Value) -> Value {
    json!({ "to": TO, "type": kind, kind: media })
}

/// A message with reply buttons under a file.
fn buttons(kind: &str, media: Value) -> Value {
    json!({ "to": TO, "type": "interactive", "interactive": { "type": "button",
        "header": { "type": kind, kind: media }, "body": { "text": "Sure?" },
        "action": { "buttons": [{ "type": "reply", "reply": { "id": "y", "title": "Yes" } }] } } })
}

fn template(kind: &str, media: Value) -> Value {
    json!({ "to": TO, "type": "template", "template": { "name": "unknown", "language": { "code": "en" },
        "components": [{ "type": "header", "parameters": [{ "type": kind, kind: media }] }] } })
}

/// Three places where a file can stand.
const PLACES: [fn(&str, Value) -> Value; 3] = [of, buttons, template];

/// A file of the account that has only a type and a size.
pub(super) async fn keep(client: &Client, id: u128, mime_type: &str, size: u64, bytes: &[u8]) {
    let file = File {
        id: Id::from_u128(id),
        account: ACCOUNT,
        channel: DEMO,
        mime_type: mime_type.into(),
        size,
        sha256: [0; 32],
        filename: None,
        created_at: NOW,
        used_at: NOW,
    };
    client
        .house
        .files
        .put(file.id, bytes.to_vec())
        .await
        .unwrap();
    client.house.files.keep_file(file).await.unwrap();
}

/// A client of a channel with the credentials of `shop`.
pub(super) async fn client() -> Client {
    let client = Client::logged_in("clerk").await;
    let provider = MediaProvider {
        id: Id::from_u128(500),
        channel: DEMO,
        name: "shop".into(),
        access: MediaAccess::Bearer(Secret::new("secret")),
    };
    client
        .house
        .store
        .rewrite(|catalog| catalog.media_providers.push(provider));
    client
}

fn source(client: &Client) -> MediaSource {
    client
        .house
        .last_accepted()
        .content
        .media()
        .unwrap()
        .source
        .clone()
}

#[tokio::test]
async fn an_uploaded_file_is_sent_by_its_id_from_every_place() {
    let client = client().await;
    let id = upload(&client, "image/png", PNG).await.unwrap();
    for place in PLACES {
        let sent = client.send(place("image", json!({ "id": id }))).await;
        assert_eq!(sent.status, 201, "{}", sent.body);
        assert_eq!(source(&client), MediaSource::Stored(id.parse().unwrap()));
    }
}

#[tokio::test]
async fn a_file_that_there_is_not_is_refused_without_the_404_that_means_an_unknown_customer() {
    let client = client().await;
    for id in [Id::from_u128(1).dashed(), "123".to_owned()] {
        for place in PLACES {
            let refused = client.send(place("image", json!({ "id": id }))).await;
            assert_eq!(refused.code(), (400, 1006), "{id}");
        }
    }
}

#[tokio::test]
async fn a_file_fits_by_its_type_whatever_its_parameters_and_case() {
    let client = client().await;
    for (n, (mime_type, kinds)) in [
        ("Audio/OGG; codecs=opus", &["audio", "document"][..]),
        ("audio/mpeg", &["audio", "document"]),
        ("image/jpeg", &["image", "document"]),
        ("image/webp", &["sticker", "document"]),
        ("video/3gpp", &["video", "document"]),
        ("application/pdf", &["document"]),
    ]
    .into_iter()
    .enumerate()
    {
        let id = 1000 + n as u128;
        keep(&client, id, mime_type, 10, b"x").await;
        for kind in ["audio", "document", "image", "sticker", "video"] {
            let media = json!({ "id": Id::from_u128(id).simple() });
            let answer = client.send(of(kind, media)).await;
            let expected = if kinds.contains(&kind) {
                (201, 0)
            } else {
                (400, 1009)
            };
            assert_eq!(answer.code(), expected, "{mime_type} as {kind}");
        }
    }
}

#[tokio::test]
async fn a_file_fits_up_to_the_size_of_its_kind() {
    let client = client().await;
    for (n, (kind, mime_type)) in [
        (Kind::Audio, "audio/aac"),
        (Kind::Document, "text/plain"),
        (Kind::Image, "image/png"),
        (Kind::Sticker, "image/webp"),
        (Kind::Video, "video/mp4"),
    ]
    .into_iter()
    .enumerate()
    {
        let most = limits::bytes(kind).unwrap();
        for (over, expected) in [(0, (201, 0)), (1, (400, 1009))] {
            let id = 2000 + 10 * n as u128 + u128::from(over);
            keep(&client, id, mime_type, most + over, b"x").await;
            let media = json!({ "id": Id::from_u128(id).simple() });
            let answer = client.send(of(kind.word(), media)).await;
            assert_eq!(answer.code(), expected, "{} {over}", kind.word());
        }
    }
}

#[tokio::test]
async fn a_sticker_that_moves_is_refused() {
    let client = client().await;
    for (n, (flags, expected)) in [
        (0b10, (400, 1009)),
        (0b1_0010, (400, 1009)),
        (0b1_0000, (201, 0)),
    ]
    .into_iter()
    .enumerate()
    {
        let mut sticker = b"RIFF\x20\0\0\0WEBPVP8X\x0a\0\0\0".to_vec();
        sticker.push(flags);
        let id = 3000 + n as u128;
        keep(&client, id, "image/webp", 21, &sticker).await;
        let media = json!({ "id": Id::from_u128(id).simple() });
        assert_eq!(client.send(of("sticker", media)).await.code(), expected);
    }
}

#[tokio::test]
async fn a_guarded_link_needs_a_provider_of_the_channel_in_either_spelling() {
    let client = client().await;
    let link = "https://files.example/a.png";
    let guarded = MediaSource::Guarded {
        link: link.into(),
        provider: "shop".into(),
    };
    let shop = json!({ "name": "shop" });
    for place in PLACES {
        for media in [
            json!({ "link": link, "provider": shop }),
            json!({ "link": format!("shop/{link}") }),
            json!({ "link": format!("shop/{link}"), "provider": shop }),
        ] {
            let sent = client.send(place("image", media.clone())).await;
            assert_eq!(sent.status, 201, "{media}: {}", sent.body);
            assert_eq!(source(&client), guarded, "{media}");
        }
        for media in [
            json!({ "link": link, "provider": { "name": "other" } }),
            json!({ "link": link, "provider": "shop" }),
            json!({ "link": format!("other/{link}") }),
        ] {
            let refused = client.send(place("image", media.clone())).await;
            assert_eq!(refused.code(), (400, 1009), "{media}");
        }
    }
}

#[tokio::test]
async fn a_header_that_is_a_file_stands_beside_the_rest_of_the_message() {
    let client = client().await;
    let link = "https://files.example/a.pdf";
    let media = json!({ "link": link, "filename": "a.pdf", "caption": "c" });
    assert_eq!(client.send(buttons("document", media)).await.status, 201);
    let sent = client.house.last_accepted();
    let Content::Interactive(message) = &sent.content else {
        panic!("{sent:?}")
    };
    let (kind, file) = message.header.as_ref().unwrap();
    assert_eq!(
        (*kind, file.filename.as_deref(), file.caption.as_deref()),
        (Kind::Document, Some("a.pdf"), None)
    );
    let rest: Value = serde_json::from_str(message.raw.as_str()).unwrap();
    assert_eq!(
        (&rest["header"], &rest["type"]),
        (&Value::Null, &json!("button"))
    );
}
