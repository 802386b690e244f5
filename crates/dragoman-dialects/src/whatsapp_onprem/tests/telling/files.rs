//! Files that customers send.

use dragoman_core::Id;
use dragoman_core::content::Kind;
use dragoman_core::event::What;
use dragoman_core::inbound::{InboundContent, InboundMedia};
use dragoman_core::outcome::Failure;
use serde_json::{Value, json};

use super::CUSTOMER;
use super::received::{inbound, told};
use crate::whatsapp_onprem::tests::doubles::message_id;

/// SHA-256 of nothing, as each API writes it.
const BASE64: &str = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
const HEX: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

fn file(kind: Kind) -> InboundMedia {
    InboundMedia {
        kind,
        provider_media_id: "1234".into(),
        mime_type: "x/y".into(),
        sha256: Some(BASE64.into()),
        caption: None,
        filename: None,
        voice: false,
    }
}

pub(super) fn message(file: InboundMedia, what: What, settings: Value) -> Value {
    let content = InboundContent::Media(file);
    let body = told(inbound(CUSTOMER, content), what, settings);
    body.unwrap()["messages"][0].take()
}

fn missing(code: i64) -> What {
    What::Undownloaded(Failure::new(code, "Title").because("it is gone"))
}

#[test]
fn a_file_is_named_by_the_uuid_of_its_message() {
    let id = Id::from_u128(message_id(1).as_u128()).dashed();
    for (kind, word) in [
        (Kind::Image, "image"),
        (Kind::Audio, "audio"),
        (Kind::Video, "video"),
        (Kind::Document, "document"),
        (Kind::Sticker, "sticker"),
    ] {
        let message = message(file(kind), What::Received, json!({}));
        assert_eq!(message["type"], word);
        assert_eq!(
            message[word],
            json!({ "id": id, "mime_type": "x/y", "sha256": HEX })
        );
    }
}

#[test]
fn a_document_has_its_name_and_caption_and_a_voice_note_a_type_of_its_own() {
    let document = InboundMedia {
        filename: Some("a.pdf".into()),
        caption: Some("The bill".into()),
        sha256: None,
        ..file(Kind::Document)
    };
    let shown = message(document, What::Received, json!({}))["document"].take();
    assert_eq!(
        (&shown["filename"], &shown["caption"], shown.get("sha256")),
        (&json!("a.pdf"), &json!("The bill"), None)
    );
    let note = InboundMedia {
        voice: true,
        ..file(Kind::Audio)
    };
    let message = message(note, What::Received, json!({}));
    assert_eq!(message["type"], "voice");
    assert!(message["voice"]["id"].is_string() && message.get("audio").is_none());
}

#[test]
fn a_file_that_could_not_be_fetched_says_why() {
    for (theirs, ours, title) in [
        (131_052, 400, "Media download error"),
        (0, 400, "Media download error"),
        (130_429, 429, "Rate limit hit"),
    ] {
        let message = message(file(Kind::Image), missing(theirs), json!({}));
        assert_eq!(
            message["image"],
            json!({ "status": "undownloaded", "mime_type": "x/y", "sha256": HEX })
        );
        assert_eq!(
            message["errors"],
            json!([{ "code": ours, "title": title, "details": "it is gone" }])
        );
    }
}

#[test]
fn a_file_that_the_client_does_not_want_is_not_here_without_an_error() {
    let settings = json!({ "media": { "auto_download": ["image"] } });
    for what in [What::Received, missing(131_052)] {
        let message = message(file(Kind::Video), what, settings.clone());
        assert_eq!(
            (&message["video"]["status"], message["video"].get("id")),
            (&json!("undownloaded"), None)
        );
        assert_eq!(message.get("errors"), None);
    }
    let message = message(file(Kind::Image), What::Received, settings);
    assert!(message["image"]["id"].is_string());
}

#[test]
fn a_message_is_not_told_while_its_file_is_being_fetched() {
    let content = InboundContent::Media(file(Kind::Image));
    let body = told(inbound(CUSTOMER, content), What::Arrived, json!({}));
    assert_eq!(body, None);
}

#[test]
fn consumers_of_the_first_years_hear_of_whole_files_alone() {
    let settings = json!({ "legacy_event_types": true });
    let whole = message(file(Kind::Image), What::Received, settings.clone());
    assert_eq!(whole["type"], "image");
    let without = message(file(Kind::Image), missing(131_052), settings);
    assert_eq!(
        (&without["type"], without.get("image")),
        (&json!("unknown"), None)
    );
}
