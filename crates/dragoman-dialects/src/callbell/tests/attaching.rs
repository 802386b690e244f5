//! Addresses of files in webhooks.

use std::sync::Arc;

use dragoman_core::content::{Content, Kind, Media, MediaSource};
use dragoman_core::event::What;
use dragoman_core::inbound::{InboundContent, InboundMedia};
use dragoman_core::message::Body;
use dragoman_core::outcome::Failure;
use dragoman_core::{Id, State};
use serde_json::{Value, json};

use super::samples::*;
use super::telling::{received, told};

fn file(mime_type: &str, filename: Option<&str>) -> InboundContent {
    InboundContent::Media(InboundMedia {
        kind: Kind::Document,
        provider_media_id: "1".into(),
        mime_type: mime_type.into(),
        sha256: None,
        caption: None,
        filename: filename.map(Into::into),
        voice: false,
    })
}

fn attached(content: InboundContent, what: What) -> Value {
    told(&received(content), what)["payload"]["attachments"].take()
}

/// What was sent with a file from there.
fn sent(source: MediaSource, filename: Option<&str>) -> Value {
    let mut body = outbound(None);
    body.content = Content::Image(Media {
        source,
        caption: None,
        filename: filename.map(Into::into),
    });
    let message = stored(Body::Outbound(Arc::new(body)), State::Queued);
    told(&message, What::Accepted)["payload"]["attachments"].take()
}

/// What the only address ends in, after the name that we signed.
fn end(attachments: &Value) -> String {
    let link = attachments[0].as_str().unwrap();
    let name = link.strip_prefix("https://gw.example/media/").unwrap();
    let (_, end) = name.split_once('.').unwrap_or((name, ""));
    end.to_owned()
}

#[test]
fn a_customers_file_is_attached_under_an_address_of_ours() {
    for (mime_type, filename, extension) in [
        ("image/png", None, "png"),
        ("audio/ogg; codecs=opus", None, "ogg"),
        ("application/pdf", Some("bill.2026.PDF"), "PDF"),
        ("application/x-unheard-of", Some("odd.a/b"), ""),
    ] {
        let attached = attached(file(mime_type, filename), What::Received);
        assert_eq!(end(&attached), extension, "{mime_type}");
    }
}

#[test]
fn a_customers_file_that_could_not_be_fetched_is_not_attached() {
    let missing = What::Undownloaded(Failure::new(131_052, "Media download error"));
    assert_eq!(attached(file("image/png", None), missing), Value::Null);
}

#[test]
fn a_clients_link_stays_as_it_is_and_a_file_that_we_keep_has_an_address_of_ours() {
    let link = "https://e.com/a.jpg";
    assert_eq!(sent(MediaSource::Link(link.into()), None), json!([link]));
    let stored = MediaSource::Stored(Id::from_u128(5));
    assert_eq!(end(&sent(stored.clone(), None)), "jpg");
    assert_eq!(end(&sent(stored, Some("a.png"))), "png");
}
