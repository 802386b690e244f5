//! What is sent, and how it is answered.

use dragoman_core::contact::{Bot, Customer, Talk};
use dragoman_core::content::{Content, Media, MediaSource};
use dragoman_core::doubt::OnUnknown;
use dragoman_core::news::ContactNews;
use dragoman_core::ports::{Contacts, DeskError};
use dragoman_core::submission::{Ask, OptIn};
use dragoman_core::template::TemplateAsk;
use dragoman_core::window::Heard;
use dragoman_testkit::tenant;
use serde_json::json;

use super::doubles::{House, request};
use super::samples::{ACCOUNT, CHANNEL, TEAM, contact, conversation, message_id};

macro_rules! fixture {
    ($name:literal) => {
        include_str!(concat!("../fixtures/", $name, ".json"))
    };
}

fn enqueued() -> serde_json::Value {
    json!({ "message": { "uuid": message_id().simple(), "status": "enqueued" } })
}

#[tokio::test]
async fn every_sample_of_the_documents_is_enqueued() {
    for (name, body) in [
        ("text", fixture!("send_text")),
        ("channel", fixture!("send_text_by_dashed_channel")),
        ("user", fixture!("send_text_with_assigned_user")),
        ("image", fixture!("send_image")),
        ("caption", fixture!("send_image_with_caption")),
        ("document", fixture!("send_document")),
        ("audio", fixture!("send_audio_as_document")),
        ("video", fixture!("send_video_as_document")),
        ("template", fixture!("send_template")),
        ("values", fixture!("send_template_with_three_values")),
        ("template image", fixture!("send_template_with_image")),
        ("template document", fixture!("send_template_with_document")),
        ("template video", fixture!("send_template_with_video")),
    ] {
        let answer = House::new().send(body).await;
        assert_eq!(answer.whole(), (200, enqueued()), "{name}");
    }
}

#[tokio::test]
async fn metadata_comes_back_in_the_answer() {
    let house = House::new();
    let answer = house.send(fixture!("send_text_with_metadata")).await;
    let metadata = json!({ "order": "A-17", "source": "shop" });
    assert_eq!(answer.body["message"]["metadata"], metadata);
    let kept = house.submission().metadata.unwrap();
    assert_eq!(kept.as_str(), metadata.to_string());
}

#[tokio::test]
async fn the_sample_with_the_missing_quote_says_where() {
    let house = House::new();
    let answer = house.send(fixture!("send_image_with_missing_quote")).await;
    let error = json!({ "error": "invalid JSON: expected `:` at line 7 column 13" });
    assert_eq!(answer.whole(), (400, error));
    assert_eq!(house.submissions(), 0);
}

async fn asked(body: &str) -> Ask {
    let house = House::new();
    let answer = house.send(body.to_owned()).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    house.submission().ask
}

fn link(url: &str) -> Media {
    Media {
        source: MediaSource::Link(url.into()),
        caption: None,
        filename: None,
    }
}

#[tokio::test]
async fn a_document_with_the_extension_of_sound_or_film_becomes_one() {
    assert_eq!(
        asked(fixture!("send_audio_as_document")).await,
        Ask::Content(Content::Audio(link("https://example.com/my_audio.mp3")))
    );
    assert_eq!(
        asked(fixture!("send_video_as_document")).await,
        Ask::Content(Content::Video(link("https://example.com/my_video.mp4")))
    );
    assert_eq!(
        asked(fixture!("send_document")).await,
        Ask::Content(Content::Document(Media {
            filename: Some("my_image.pdf".into()),
            ..link("https://example.com/my_image.pdf")
        }))
    );
}

#[tokio::test]
async fn text_beside_a_file_is_its_caption_except_for_sound() {
    let body = |kind: &str, end: &str| {
        json!({ "to": "31612345678", "from": "whatsapp", "type": kind, "content":
            { "text": "Look", "url": format!("https://e.com/a%20b.{end}"), "name": "Mine" } })
        .to_string()
    };
    let caption = |media: Media| Media {
        caption: Some("Look".into()),
        ..media
    };
    assert_eq!(
        asked(&body("video", "mp4")).await,
        Ask::Content(Content::Video(caption(link("https://e.com/a%20b.mp4"))))
    );
    assert_eq!(
        asked(&body("audio", "mp3")).await,
        Ask::Content(Content::Audio(link("https://e.com/a%20b.mp3")))
    );
    assert_eq!(
        asked(&body("document", "pdf")).await,
        Ask::Content(Content::Document(Media {
            filename: Some("Mine".into()),
            ..caption(link("https://e.com/a%20b.pdf"))
        }))
    );
    assert_eq!(
        asked(&body("document", "pdf").replace("\"Mine\"", "null")).await,
        Ask::Content(Content::Document(Media {
            filename: Some("a b.pdf".into()),
            ..caption(link("https://e.com/a%20b.pdf"))
        }))
    );
}

#[tokio::test]
async fn a_template_takes_its_values_from_the_list_or_from_the_text() {
    let house = House::new();
    let answer = house.send(fixture!("send_template_with_video")).await;
    assert_eq!(answer.status, 200);
    let submission = house.submission();
    assert_eq!(submission.opt_in, OptIn::Confirmed);
    let Ask::Template(TemplateAsk::ByUuid {
        text,
        media,
        values,
        ..
    }) = submission.ask
    else {
        panic!("no template");
    };
    assert_eq!((text.as_deref(), values), (Some("John Doe"), None));
    assert_eq!(media, Some(link("https://example.com/valid_video.mp4")));

    let Ask::Template(TemplateAsk::ByUuid { values, .. }) =
        asked(fixture!("send_template_with_three_values")).await
    else {
        panic!("no template");
    };
    let expected: Vec<Box<str>> = vec!["Jack".into(), "message".into(), "Cheers".into()];
    assert_eq!(values, Some(expected));

    let empty = fixture!("send_template").replace("true", r#"true, "template_values": []"#);
    let Ask::Template(TemplateAsk::ByUuid { values, .. }) = asked(&empty).await else {
        panic!("no template");
    };
    assert_eq!(values, None);
}

#[tokio::test]
async fn what_the_bot_shall_do_is_kept_once_the_message_is() {
    let house = House::new();
    let talk = Talk {
        channel: CHANNEL,
        conversation: conversation(),
        last: None,
        heard: Heard::default(),
    };
    let known = Customer {
        contact: contact().into(),
        talks: vec![talk],
    };
    house.store().know(tenant(ACCOUNT), known);
    let bot = async || {
        let found = house.store().customer(tenant(ACCOUNT), contact().id).await;
        found.unwrap().unwrap().talks[0].conversation.bot
    };
    let send = async |word: &str| {
        let status = format!(r#""bot_status": "{word}", "type""#);
        let body = fixture!("send_text").replace(r#""type""#, &status);
        assert_eq!(house.send(body).await.whole(), (200, enqueued()), "{word}");
    };
    house.send(fixture!("send_text")).await;
    assert_eq!(bot().await, Bot::Idle);
    send("bot_start").await;
    assert_eq!(bot().await, Bot::Started);
    send("bot_end").await;
    assert_eq!(bot().await, Bot::Ended);
    let updated = ContactNews::Updated;
    assert_eq!(house.store().told(), [updated.clone(), updated]);
    // The answer to a repetition is that of long ago.
    house.replay();
    send("bot_start").await;
    assert_eq!(bot().await, Bot::Ended);
}

#[tokio::test]
async fn a_message_is_sent_even_when_nobody_can_be_told_of_the_bot() {
    let house = House::new();
    let body = fixture!("send_text").replace(r#""type""#, r#""bot_status": "bot_end", "type""#);
    assert_eq!(house.send(body.clone()).await.whole(), (200, enqueued()));
    house.sicken();
    assert_eq!(house.send(body).await.whole(), (200, enqueued()));
}

#[tokio::test]
async fn strangers_among_the_keys_and_nulls_are_harmless() {
    let house = House::new();
    let body = json!({
        "to": "31612345678", "bsuid": null, "from": "whatsapp", "type": "text",
        "content": { "text": "Hi", "url": null, "colour": 7 }, "optin_contact": true,
        "template_uuid": null, "template_values": null, "metadata": null, "team_uuid": null,
        "channel_uuid": null, "fields": "nothing,unknown", "sort": [1], "channel": {},
        "assigned_user": "", "bot_status": "bot_end",
    });
    let answer = house.send(body.to_string()).await;
    assert_eq!(answer.whole(), (200, enqueued()));
    assert_eq!(house.submission().assignment.user, None);
}

#[tokio::test]
async fn a_customer_without_a_number_is_reached_by_bsuid() {
    let house = House::new();
    let body = fixture!("send_text").replace(r#""to": "+31612345678""#, r#""bsuid": "NL.12ab""#);
    assert_eq!(house.send(body).await.status, 200);
    assert_eq!(house.submission().to.value(), "NL.12ab");
}

#[tokio::test]
async fn fields_in_body_or_query_add_contact_and_conversation() {
    let contact = json!({
        "uuid": "000000000000000000000000000000c0",
        "name": "Ada Byron",
        "phoneNumber": "+31612345678",
        "phone": "+31612345678",
        "email": null,
        "avatarUrl": null,
        "blockedAt": null,
        "createdAt": "2026-09-21T14:13:20Z",
        "closedAt": null,
        "source": "whatsapp",
        "href": "https://gw.example/console/contacts/000000000000000000000000000000c0",
        "conversationHref": "https://gw.example/console/chat/000000000000000000000000000000cc",
        "tags": [],
        "assignedUser": "john.doe@email.com",
        "customFields": {},
        "funnelId": null,
        "team": {
            "uuid": TEAM.simple(), "name": "General", "createdAt": "2026-09-21T14:13:20Z",
            "default": true, "members": 1,
        },
        "channel": {
            "uuid": "35f6f8ccb5504278a2ea099f3a4e0730", "title": "Main number",
            "type": "whatsapp", "main": true, "discardedAt": null,
        },
        "note": null,
    });
    let conversation = json!({
        "source": "whatsapp",
        "href": "https://gw.example/console/chat/000000000000000000000000000000cc",
        "createdAt": "2026-09-21T14:13:20Z",
    });
    let body = fixture!("send_text").replace(
        r#""type""#,
        r#""fields": "contact, conversation, moon", "type""#,
    );
    let message = House::new().send(body).await.body["message"].clone();
    assert_eq!(message["contact"], contact);
    assert_eq!(message["conversation"], conversation);

    let path = "/v1/messages/send?fields=contact";
    let call = request("POST", path, fixture!("send_text"));
    let message = House::new().call(call).await.body["message"].clone();
    assert_eq!(message["contact"], contact);
    assert_eq!(message.get("conversation"), None);
}

#[tokio::test]
async fn the_same_key_gives_the_same_answer_and_says_so() {
    let keyed = |key: &str| {
        let mut call = request("POST", "/v1/messages/send", fixture!("send_text"));
        let key = key.parse().unwrap();
        call.headers_mut().insert("Idempotency-Key", key);
        call
    };
    let house = House::new();
    let answer = house.call(keyed("one")).await;
    assert!(house.submission().key.is_some());
    assert_eq!(answer.headers.get("idempotency-replayed"), None);
    house.replay();
    let answer = house.call(keyed("one")).await;
    assert_eq!(answer.headers["idempotency-replayed"], "true");
    assert_eq!(answer.whole(), (200, enqueued()));

    let answer = House::new().call(keyed("not one word")).await;
    assert_eq!(answer.status, 400);
    assert_eq!(
        answer.body,
        json!({ "error": { "Idempotency-Key": ["must be 1 to 255 visible ASCII characters"] } })
    );
}

#[tokio::test]
async fn what_the_desk_cannot_do_is_said_plainly() {
    let house = House::new();
    house.fail(DeskError::KeyReused);
    let answer = house.send(fixture!("send_text")).await;
    assert_eq!(answer.status, 422);
    assert!(answer.body["error"].is_string());

    house.fail(DeskError::Unavailable);
    let answer = house.send(fixture!("send_text")).await;
    assert_eq!(
        (answer.status, &answer.headers["retry-after"]),
        (503, &"5".parse().unwrap())
    );
    assert!(answer.body["error"].is_string());
}

#[tokio::test]
async fn a_header_says_how_one_message_is_sent() {
    let saying = |word: &'static str| {
        let mut call = request("POST", "/v1/messages/send", fixture!("send_text"));
        let word = word.parse().unwrap();
        call.headers_mut().insert("Dragoman-On-Unknown", word);
        call
    };
    let house = House::new();
    assert_eq!(house.call(saying("fail")).await.status, 200);
    assert_eq!(house.submission().manner.on_unknown, Some(OnUnknown::Fail));
    let answer = House::new().call(saying("maybe")).await;
    assert_eq!(answer.status, 400);
    let words = "must be one of hold, fail, resend_once";
    assert_eq!(
        answer.body,
        json!({ "error": { "dragoman-on-unknown": [words] } })
    );
}
