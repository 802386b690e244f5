//! `GET /contacts/:uuid/messages`.

use std::sync::Arc;

use dragoman_core::content::{Content, Kind};
use dragoman_core::file::File;
use dragoman_core::inbound::{Inbound, InboundContent, InboundMedia};
use dragoman_core::message::{Body, Note, Stored};
use dragoman_core::ports::Files;
use dragoman_core::{MessageId, Raw, State};
use serde_json::json;

use super::super::samples::{outbound, stored};
use super::*;

/// The message of Ada's history that was kept in this second.
fn said(second: i64, body: Body) -> Stored {
    Stored {
        id: MessageId::from_parts((NOW.millis() + second * 1000) << 12, 7),
        contact: ada().contact,
        ..stored(body, State::Sent)
    }
}

fn sent(content: Content) -> Body {
    let mut body = outbound(None);
    body.content = content;
    Body::Outbound(Arc::new(body))
}

fn received(content: InboundContent) -> Body {
    Body::Inbound(Arc::new(Inbound {
        provider_id: "wamid.HBgM".into(),
        from: vec![Address::parse("31612345678").unwrap()],
        profile_name: None,
        at: NOW,
        content,
        context: None,
        referral: None,
        identity: None,
    }))
}

fn note(text: &str) -> Body {
    Body::Note(Arc::new(Note { text: text.into() }))
}

async fn history(house: &House, query: &str) -> Answer {
    let answer = house.get(&of_ada(&format!("/messages{query}"))).await;
    assert_eq!(answer.status, 200, "{query}");
    answer
}

#[tokio::test]
async fn what_was_said_is_told_from_the_newest_on() {
    let house = house();
    let store = house.store();
    store.say(said(0, Body::Outbound(Arc::new(outbound(None)))));
    store.say(said(1, received(InboundContent::Text("Hi".into()))));
    store.say(said(2, note("Call back")));
    let id = |second| said(second, note("")).id.simple();
    let messages = json!([
        { "uuid": id(2), "text": "Call back", "status": "note", "channel": "whatsapp",
            "from": "31612345678", "to": "31612345678", "createdAt": "2026-09-21T14:13:22Z" },
        { "uuid": "wamid.HBgM", "text": "Hi", "status": "received", "channel": "whatsapp",
            "from": "31612345678", "to": "31201234567", "createdAt": "2026-09-21T14:13:21Z" },
        { "uuid": id(0), "text": "Hello!", "status": "sent", "channel": "whatsapp",
            "from": "31201234567", "to": "31612345678", "createdAt": "2026-09-21T14:13:20Z" },
    ]);
    let meta = json!({ "page": 1, "pages": 1, "next": null });
    let expected = json!({ "messages": messages, "meta": meta });
    assert_eq!(history(&house, "").await.body, expected);
}

#[tokio::test]
async fn every_message_is_shown_as_the_text_that_a_person_would_read() {
    let raw = |text| Raw::new(text);
    for (body, text) in [
        (
            sent(Content::Interactive(dragoman_core::content::Interactive {
                header: None,
                raw: raw(r#"{"body":{"text":"Choose"}}"#),
            })),
            "Choose",
        ),
        (sent(Content::Contacts(raw("[]"))), ""),
        (
            received(InboundContent::Interactive(raw(
                r#"{"type":"list_reply","list_reply":{"title":"The red one"}}"#,
            ))),
            "The red one",
        ),
        (
            received(InboundContent::Button {
                text: "Yes".into(),
                payload: None,
            }),
            "Yes",
        ),
        (received(InboundContent::Unsupported(raw("[]"))), ""),
        // What was taken away leaves its place.
        (received(InboundContent::Text("".into())), ""),
        (note(""), ""),
    ] {
        let house = house();
        house.store().say(said(0, body));
        let answer = history(&house, "").await;
        assert_eq!(answer.body["messages"][0]["text"], text);
    }
}

#[tokio::test]
async fn a_file_is_attached_when_it_is_here() {
    let image = || {
        InboundContent::Media(InboundMedia {
            kind: Kind::Image,
            provider_media_id: "1".into(),
            mime_type: "image/png".into(),
            sha256: None,
            caption: None,
            filename: None,
            voice: false,
        })
    };
    let (house, here) = (house(), said(0, received(image())));
    let kept = File {
        id: Id::from_u128(here.id.as_u128()),
        account: here.account,
        channel: here.channel,
        mime_type: "image/png".into(),
        size: 1,
        sha256: [0; 32],
        filename: None,
        created_at: NOW,
        used_at: NOW,
    };
    house.files().keep_file(kept).await.unwrap();
    house.store().say(here);
    house.store().say(said(1, received(image())));
    let messages = history(&house, "").await.body["messages"].take();
    assert_eq!(messages[0].get("attachments"), None);
    let link = messages[1]["attachments"][0].as_str().unwrap();
    assert!(
        link.starts_with("https://gw.example/media/") && link.ends_with(".png"),
        "{link}"
    );
}

#[tokio::test]
async fn a_long_history_is_turned_by_pages_or_walked_with_the_cursor() {
    let house = house();
    for second in 0..45 {
        house.store().say(said(second, note(&second.to_string())));
    }
    let texts = |answer: &Answer| -> Vec<String> {
        let messages = answer.body["messages"].as_array().unwrap();
        let texts = messages.iter().map(|message| &message["text"]);
        texts
            .map(|text| text.as_str().unwrap().to_owned())
            .collect()
    };
    let (mut turned, mut walked) = (Vec::new(), Vec::new());
    for page in 1..=3 {
        let answer = history(&house, &format!("?page={page}")).await;
        assert_eq!(answer.body["meta"]["pages"], 3);
        turned.extend(texts(&answer));
    }
    let mut answer = history(&house, "").await;
    walked.extend(texts(&answer));
    while let Some(next) = answer.body["meta"]["next"].as_str() {
        answer = history(&house, &format!("?after={next}&page=2")).await;
        let meta = answer.body["meta"].as_object().unwrap();
        assert_eq!(meta.len(), 1, "{meta:?}");
        walked.extend(texts(&answer));
    }
    let expected: Vec<String> = (0..45).rev().map(|n: u8| n.to_string()).collect();
    assert_eq!((turned, walked), (expected.clone(), expected));
}

#[tokio::test]
async fn pages_end_and_cursors_are_not_invented() {
    let house = house();
    assert_eq!(
        history(&house, "?page=5000").await.body["messages"],
        json!([])
    );
    for (query, error) in [
        ("page=5001", json!("Pagination limit exceeded")),
        ("page=0", json!({ "page": ["must be a number from 1"] })),
        ("after=x", json!("Invalid pagination cursor")),
        // One of contacts.
        ("after=AQAAAAAAAAAB", json!("Invalid pagination cursor")),
    ] {
        let answer = house.get(&of_ada(&format!("/messages?{query}"))).await;
        assert_eq!(answer.whole(), (400, json!({ "error": error })), "{query}");
    }
}
