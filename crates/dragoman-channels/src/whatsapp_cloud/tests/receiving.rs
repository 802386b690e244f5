//! Webhooks as Meta sends them.

use dragoman_core::content::{Kind, Location};
use dragoman_core::inbound::{Inbound, InboundContent, InboundMedia, Report, Status, StatusKind};
use dragoman_core::outcome::Failure;
use dragoman_core::ports::{ReceiveError, Received};
use dragoman_core::{Phone, Raw};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

use super::*;

fn signature(body: &[u8]) -> String {
    let mac = Hmac::<Sha256>::new_from_slice(b"geheim").unwrap();
    let digest = mac.chain_update(body).finalize().into_bytes();
    let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256={hex}")
}

pub(super) fn receive(body: &str) -> Result<Received, ReceiveError> {
    let signature = signature(body.as_bytes());
    WhatsappCloud::default().receive(&channel(), Some(&signature), body.as_bytes())
}

fn reports(body: &str) -> Vec<Report> {
    let mut received = receive(body).unwrap();
    assert!(received.odd.is_empty(), "{:?}", received.odd);
    assert_eq!(received.incoming.len(), 1);
    let incoming = received.incoming.remove(0);
    assert_eq!(&*incoming.provider_id, "100000000000001");
    incoming.reports
}

pub(super) fn inbound(body: &str) -> Inbound {
    match reports(body).remove(0) {
        Report::Inbound(inbound) => inbound,
        Report::Status(status) => panic!("{status:?}"),
    }
}

pub(super) fn statuses(body: &str) -> Vec<Status> {
    let status = |report| match report {
        Report::Status(status) => status,
        Report::Inbound(inbound) => panic!("{inbound:?}"),
    };
    reports(body).into_iter().map(status).collect()
}

pub(super) fn number() -> Address {
    Address::Phone(Phone::parse("31612345678").unwrap())
}

pub(super) fn user() -> Address {
    Address::user("NL.13491208655302741918")
}

fn json_of(raw: &Raw) -> Value {
    serde_json::from_str(raw.as_str()).unwrap()
}

#[test]
fn a_text_is_read_whole() {
    assert_eq!(
        inbound(include_str!("../fixtures/receive_text.json")),
        Inbound {
            provider_id: "wamid.IN1".into(),
            from: vec![number(), user()],
            profile_name: Some("Ann".into()),
            at: Timestamp::from_seconds(1_790_000_000),
            content: InboundContent::Text("Grüße 😀".into()),
            context: None,
            referral: None,
            identity: None,
        }
    );
}

/// What a message follows, read and whole.
fn check_context(body: &str, expected: (Option<&str>, Option<&str>, bool), whole: &Value) {
    let context = inbound(body).context.unwrap();
    let read = (
        context.provider_id.as_deref(),
        context.from.as_deref(),
        context.forwarded,
    );
    assert_eq!(read, expected);
    assert_eq!(&json_of(&context.raw.unwrap()), whole);
}

#[test]
fn what_a_message_follows_is_read_and_kept_whole() {
    check_context(
        include_str!("../fixtures/receive_text_as_reply.json"),
        (Some("wamid.OURS"), Some("31201234567"), false),
        &json!({"from": "31201234567", "id": "wamid.OURS"}),
    );
    check_context(
        include_str!("../fixtures/receive_text_forwarded.json"),
        (None, None, true),
        &json!({"frequently_forwarded": true}),
    );
    check_context(
        include_str!("../fixtures/receive_text_about_product.json"),
        (None, None, false),
        &json!({"referred_product": {"catalog_id": "7", "product_retailer_id": "shoe"}}),
    );
}

#[test]
fn a_context_that_says_nothing_is_none() {
    let reply = include_str!("../fixtures/receive_text_as_reply.json");
    let whole: Value = serde_json::from_str(reply).unwrap();
    for context in [json!({}), json!(7), json!(null)] {
        let mut whole = whole.clone();
        whole["entry"][0]["changes"][0]["value"]["messages"][0]["context"] = context;
        assert_eq!(inbound(&whole.to_string()).context, None);
    }
}

#[test]
fn the_keys_of_the_customers_device_are_kept() {
    let notice = inbound(include_str!("../fixtures/receive_system_identity.json"));
    assert_eq!(
        json_of(&notice.identity.unwrap()),
        json!({"acknowledged": false, "created_timestamp": 1_790_000_000_000_i64, "hash": "q83vASM="})
    );
}

#[test]
fn an_advertisement_is_kept() {
    let referral = inbound(include_str!("../fixtures/receive_text_from_ad.json")).referral;
    let referral = referral.unwrap();
    assert_eq!(json_of(&referral.raw)["source_type"], "ad");
    assert_eq!(referral.picture, None);
}

#[test]
fn an_advertisement_shows_its_film_or_else_its_picture() {
    let check = |shown: &str, expected: Option<&str>| {
        let body = include_str!("../fixtures/receive_text_from_ad.json");
        let body = body.replace("\"ctwa_clid\": \"c\"", shown);
        let referral = inbound(&body).referral.unwrap();
        assert_eq!(referral.picture.as_deref(), expected, "{shown}");
    };
    let image = r#""media_type": "image", "image_url": "https://cdn.example/i.jpg""#;
    check(image, Some("https://cdn.example/i.jpg"));
    let video = r#""media_type": "video", "thumbnail_url": "https://cdn.example/t.jpg",
        "video_url": "https://cdn.example/v.mp4""#;
    check(video, Some("https://cdn.example/v.mp4"));
    check(
        r#""thumbnail_url": "https://cdn.example/t.jpg""#,
        Some("https://cdn.example/t.jpg"),
    );
    check(r#""image_url": """#, None);
    check(r#""image_url": 7"#, None);
}

#[test]
fn files_are_read() {
    let check = |body: &str, expected: InboundMedia| {
        assert_eq!(inbound(body).content, InboundContent::Media(expected));
    };
    let media = |kind, id: &str, mime_type: &str| InboundMedia {
        kind,
        provider_media_id: id.into(),
        mime_type: mime_type.into(),
        sha256: Some("c2hh".into()),
        caption: None,
        filename: None,
        voice: false,
    };
    check(
        include_str!("../fixtures/receive_image.json"),
        InboundMedia {
            caption: Some("Look".into()),
            ..media(Kind::Image, "901", "image/jpeg")
        },
    );
    check(
        include_str!("../fixtures/receive_voice.json"),
        InboundMedia {
            voice: true,
            ..media(Kind::Audio, "902", "audio/ogg; codecs=opus")
        },
    );
    check(
        include_str!("../fixtures/receive_video.json"),
        media(Kind::Video, "903", "video/mp4"),
    );
    check(
        include_str!("../fixtures/receive_document.json"),
        InboundMedia {
            caption: Some("Read".into()),
            filename: Some("a.pdf".into()),
            ..media(Kind::Document, "904", "application/pdf")
        },
    );
    check(
        include_str!("../fixtures/receive_sticker.json"),
        media(Kind::Sticker, "905", "image/webp"),
    );
}

#[test]
fn small_things_are_read() {
    let check = |body: &str, expected: InboundContent| assert_eq!(inbound(body).content, expected);
    check(
        include_str!("../fixtures/receive_location.json"),
        InboundContent::Location(Location {
            latitude: "52.370000000000001".into(),
            longitude: "4.5".into(),
            name: Some("Dam".into()),
            address: None,
        }),
    );
    check(
        include_str!("../fixtures/receive_button.json"),
        InboundContent::Button {
            text: "Paid".into(),
            payload: Some("PAID".into()),
        },
    );
    check(
        include_str!("../fixtures/receive_reaction.json"),
        InboundContent::Reaction {
            target: "wamid.OURS".into(),
            emoji: "👍".into(),
        },
    );
    check(
        include_str!("../fixtures/receive_reaction_removed.json"),
        InboundContent::Reaction {
            target: "wamid.OURS".into(),
            emoji: "".into(),
        },
    );
}

#[test]
fn foreign_objects_are_kept() {
    let content = |body: &str| inbound(body).content;
    let InboundContent::Contacts(raw) = content(include_str!("../fixtures/receive_contacts.json"))
    else {
        panic!("contacts");
    };
    assert_eq!(json_of(&raw)[0]["name"]["first_name"], "Bob");
    let InboundContent::Interactive(raw) =
        content(include_str!("../fixtures/receive_interactive.json"))
    else {
        panic!("interactive");
    };
    assert_eq!(json_of(&raw)["button_reply"]["id"], "y");
    let InboundContent::Interactive(raw) =
        content(include_str!("../fixtures/receive_interactive_flow.json"))
    else {
        panic!("interactive");
    };
    assert_eq!(
        json_of(&raw)["nfm_reply"]["response_json"],
        r#"{"size":"M"}"#
    );
    let InboundContent::Order(raw) = content(include_str!("../fixtures/receive_order.json")) else {
        panic!("order");
    };
    assert_eq!(json_of(&raw)["catalog_id"], "7");
    let InboundContent::System(raw) = content(include_str!("../fixtures/receive_system.json"))
    else {
        panic!("system");
    };
    assert_eq!(json_of(&raw)["type"], "user_changed_number");
    let InboundContent::System(raw) =
        content(include_str!("../fixtures/receive_system_identity.json"))
    else {
        panic!("system");
    };
    assert_eq!(json_of(&raw)["type"], "customer_identity_changed");
}

#[test]
fn what_is_not_supported_is_kept_as_errors() {
    let errors = |body: &str| {
        let InboundContent::Unsupported(raw) = inbound(body).content else {
            panic!("unsupported");
        };
        json_of(&raw)
    };
    let theirs = errors(include_str!("../fixtures/receive_unsupported.json"));
    assert_eq!(theirs[0]["title"], "Message type unknown");
    let too_large = errors(include_str!("../fixtures/receive_video_too_large.json"));
    assert_eq!(too_large[0]["code"], 131_052);
    let edit = errors(include_str!("../fixtures/receive_edit.json"));
    assert_eq!(edit[0]["code"], 131_051);
    let original = &edit[0]["error_data"]["original"];
    assert_eq!(original["edit"]["message"]["text"]["body"], "Better");
    let odd = errors(include_str!("../fixtures/receive_text_without_body.json"));
    assert_eq!(odd[0]["error_data"]["original"]["text"]["corpus"], "Hi");
}

#[test]
fn one_malformed_part_does_not_block_the_others() {
    let received = receive(include_str!("../fixtures/receive_batch.json")).unwrap();
    assert_eq!(
        ids(&received),
        [
            (
                "100000000000001",
                vec!["wamid.IN1", "wamid.IN2", "wamid.IN4"]
            ),
            ("100000000000002", vec!["wamid.IN3"]),
        ]
    );
    let Report::Inbound(second) = &received.incoming[0].reports[1] else {
        panic!("a message");
    };
    assert_eq!(second.profile_name.as_deref(), Some("Bob"));
}

/// What was understood, by sender.
pub(super) fn ids(received: &Received) -> Vec<(&str, Vec<&str>)> {
    let senders = received.incoming.iter();
    senders
        .map(|one| (&*one.provider_id, one.reports.iter().map(id).collect()))
        .collect()
}

fn id(report: &Report) -> &str {
    match report {
        Report::Inbound(inbound) => &inbound.provider_id,
        Report::Status(status) => &status.provider_id,
    }
}

#[test]
fn every_status_is_read() {
    let body = include_str!("../fixtures/receive_statuses.json");
    let statuses = statuses(&body.replace("TOKEN", &token().to_string()));
    let kinds: Vec<&StatusKind> = statuses.iter().map(|status| &status.kind).collect();
    let refused = Failure::new(131_047, "Re-engagement message").because("24 hours");
    assert_eq!(
        kinds,
        [
            &StatusKind::Sent,
            &StatusKind::Delivered,
            &StatusKind::Read,
            &StatusKind::Read,
            &StatusKind::Failed(refused),
            &StatusKind::Failed(Failure::new(0, "failed")),
        ]
    );
    assert_eq!(statuses[0].token, Some(token()));
    assert_eq!(statuses[1].token, None);
    assert_eq!(statuses[0].at, Timestamp::from_seconds(1_790_000_100));
    assert_eq!(statuses[0].recipient.as_deref(), Some("31612345678"));
}

#[test]
fn a_status_is_kept_with_the_frame_around_it() {
    let body = include_str!("../fixtures/receive_statuses.json");
    let statuses = statuses(body);
    let whole: Value = serde_json::from_str(body).unwrap();
    let value = |index: usize| &whole["entry"][0]["changes"][index]["value"];
    assert_eq!(&json_of(&statuses[0].raw), value(0));
    assert_eq!(&json_of(&statuses[4].raw), value(4));
}

#[test]
fn a_status_is_kept_without_the_others_of_its_value() {
    let statuses = statuses(include_str!(
        "../fixtures/receive_statuses_in_one_value.json"
    ));
    let kept = json_of(&statuses[1].raw);
    assert_eq!(kept["statuses"].as_array().unwrap().len(), 1);
    assert_eq!(kept["statuses"][0]["id"], "wamid.OUT2");
    assert_eq!(
        kept["contacts"],
        json!([{"profile": {"name": "Bob"}, "wa_id": "31600000002"}])
    );
}

#[test]
fn changed_templates_are_told_once_for_each_business_account() {
    let received = receive(include_str!("../fixtures/receive_template_update.json")).unwrap();
    let changed: Vec<&str> = received
        .templates_changed
        .iter()
        .map(AsRef::as_ref)
        .collect();
    assert_eq!(changed, ["200000000000001", "200000000000002"]);
    assert!(received.incoming.is_empty());
    assert!(received.odd.is_empty(), "{:?}", received.odd);
}

#[test]
fn other_fields_say_nothing() {
    let quality = r#"{"entry":[{"id":"2","changes":[{"field":"message_template_quality_update","value":{}}]}]}"#;
    let without_value = r#"{"entry":[{"changes":[{"field":"security"}]}]}"#;
    for body in [quality, without_value, r#"{"entry":[]}"#] {
        assert_eq!(receive(body), Ok(Received::default()), "{body}");
    }
}

#[test]
fn a_signed_body_that_is_no_object_is_malformed() {
    for body in ["", "[]", "7", "null", "{", "hello"] {
        assert!(
            matches!(receive(body), Err(ReceiveError::Malformed(_))),
            "{body}"
        );
    }
}

#[test]
fn while_the_secret_is_replaced_both_sign() {
    let body = include_str!("../fixtures/receive_text.json").as_bytes();
    let good = signature(body);
    let replacing = Channel {
        settings: [("app_secret", "newer"), ("app_secret_previous", "geheim")]
            .map(|(name, value)| (name.into(), Secret::new(value)))
            .into(),
        ..channel()
    };
    for channel in [channel(), with("app_secret_previous", "older"), replacing] {
        let received = WhatsappCloud::default().receive(&channel, Some(&good), body);
        assert!(received.is_ok());
    }
}

#[test]
fn a_body_that_the_secret_has_not_signed_is_not_read() {
    let body = include_str!("../fixtures/receive_text.json").as_bytes();
    let check = |channel: &Channel, signature: Option<&str>, body: &[u8]| {
        assert_eq!(
            WhatsappCloud::default().receive(channel, signature, body),
            Err(ReceiveError::Signature)
        );
    };
    let good = signature(body);
    check(&channel(), None, body);
    check(&channel(), Some("sha256=00"), body);
    check(&channel(), Some(&good), b"{}");
    check(&with("app_secret", "other"), Some(&good), body);
    check(&with("app_secret", ""), Some(&good), body);
    let replaced = with("app_secret_previous", "older");
    check(&replaced, None, body);
    check(&replaced, Some(&good), b"{}");
    assert_eq!(
        WhatsappCloud::default().signature_header(),
        "x-hub-signature-256"
    );
}
