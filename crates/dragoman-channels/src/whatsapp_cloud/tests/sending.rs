//! Every kind of content as Meta wants it.

use dragoman_core::Raw;
use dragoman_core::content::{Interactive, Kind, Location, Reaction};
use dragoman_core::message::Ready;
use dragoman_core::template::{ButtonValue, HeaderValue, Parameter, TemplateMessage};
use serde_json::{Value, json};

use super::*;
use crate::whatsapp_cloud::send;

const BUTTONS: &str = r#"{"type":"button","body":{"text":"Sure?"},"action":{"buttons":[{"type":"reply","reply":{"id":"y","title":"Yes"}}]}}"#;

fn interactive(header: Option<(Kind, Media)>, raw: &str) -> Content {
    Content::Interactive(Interactive {
        header,
        raw: Raw::new(raw),
    })
}

fn body(in_flight: &InFlight) -> Value {
    let request = send::request(&channel(), in_flight).unwrap();
    serde_json::from_slice(&request.body).unwrap()
}

fn check_whole(message: Outbound, fixture: &str) {
    let expected = fixture.replace("TOKEN", &token().to_string());
    let expected: Value = serde_json::from_str(&expected).unwrap();
    assert_eq!(body(&in_flight(message)), expected);
}

fn check(content: Content, fixture: &str) {
    check_whole(outbound(content), fixture);
}

fn template(name: &str, language: &str) -> TemplateMessage {
    TemplateMessage {
        name: name.into(),
        language: language.into(),
        header: None,
        body: Vec::new(),
        buttons: Vec::new(),
        rendered: "".into(),
    }
}

#[test]
fn text_is_sent() {
    check(text("Hi *you*"), include_str!("../fixtures/send_text.json"));
}

#[test]
fn a_user_id_is_a_recipient_without_a_number() {
    let message = Outbound {
        to: Address::user("NL.13491208655302741918"),
        ..outbound(text("Hi *you*"))
    };
    check_whole(
        message,
        include_str!("../fixtures/send_text_to_user_id.json"),
    );
}

#[test]
fn a_message_for_certain_keys_names_them() {
    let message = Outbound {
        identity: Some("DF2lS5v2W6x=".into()),
        ..outbound(text("Hi *you*"))
    };
    let plain: Value = serde_json::from_str(include_str!("../fixtures/send_text.json")).unwrap();
    let mut expected = plain;
    expected["recipient_identity_key_hash"] = "DF2lS5v2W6x=".into();
    check_whole(message, &expected.to_string());
}

#[test]
fn a_reply_quotes_the_earlier_message() {
    let content = Content::Text(Text {
        body: "https://example.com".into(),
        preview_url: true,
    });
    let message = Outbound {
        reply_to: Some("wamid.EARLIER".into()),
        ..outbound(content)
    };
    check_whole(message, include_str!("../fixtures/send_text_as_reply.json"));
}

#[test]
fn files_are_sent_by_link() {
    let captioned = |address: &str, caption: &str| Media {
        caption: Some(caption.into()),
        ..link(address)
    };
    check(
        Content::Image(captioned("https://example.com/a.jpg", "A cat")),
        include_str!("../fixtures/send_image.json"),
    );
    check(
        // Meta takes no caption under sound.
        Content::Audio(captioned("https://example.com/a.mp3", "A song")),
        include_str!("../fixtures/send_audio.json"),
    );
    check(
        Content::Video(link("https://example.com/a.mp4")),
        include_str!("../fixtures/send_video.json"),
    );
    check(
        Content::Document(Media {
            filename: Some("bill.pdf".into()),
            ..captioned("https://example.com/a.pdf", "Bill")
        }),
        include_str!("../fixtures/send_document.json"),
    );
    check(
        Content::Sticker(link("https://example.com/a.webp")),
        include_str!("../fixtures/send_sticker.json"),
    );
}

/// The body of a message whose file Meta knows by an id.
fn body_with_upload(content: Content, id: &str) -> String {
    let ready = Ready::new(claim(outbound(content), 0), Some(id.into()));
    let in_flight = InFlight::after_durable_departure(ready, token().attempt);
    let request = send::request(&channel(), &in_flight).unwrap();
    String::from_utf8(request.body).unwrap()
}

#[test]
fn an_uploaded_file_is_sent_by_its_id() {
    let guarded = MediaSource::Guarded {
        link: "https://example.com/a.jpg".into(),
        provider: "shop".into(),
    };
    for source in [MediaSource::Stored(Id::from_u128(7)), guarded] {
        let content = Content::Image(Media {
            source,
            caption: Some("A cat".into()),
            filename: None,
        });
        let expected = include_str!("../fixtures/send_image_uploaded.json");
        let expected = expected.replace("TOKEN", &token().to_string());
        assert_eq!(
            serde_json::from_str::<Value>(&body_with_upload(content, "900")).unwrap(),
            serde_json::from_str::<Value>(&expected).unwrap()
        );
    }
}

#[test]
fn a_file_stands_above_the_body_of_buttons_and_leaves_the_rest_as_it_was() {
    let film = link("https://example.com/a.mp4");
    let content = interactive(Some((Kind::Video, film)), BUTTONS);
    let request = send::request(&channel(), &in_flight(outbound(content.clone()))).unwrap();
    let written = String::from_utf8(request.body).unwrap();
    assert!(written.contains(&BUTTONS[1..]), "{written}");
    check(
        content,
        include_str!("../fixtures/send_interactive_with_video.json"),
    );
    let empty = interactive(
        Some((Kind::Image, link("https://example.com/a.jpg"))),
        "{ }",
    );
    let header = json!({"type": "image", "image": {"link": "https://example.com/a.jpg"}});
    let body = body(&in_flight(outbound(empty)));
    assert_eq!(body["interactive"], json!({ "header": header }));
}

#[test]
fn an_uploaded_document_above_buttons_keeps_its_name() {
    let bill = Media {
        source: MediaSource::Stored(Id::from_u128(7)),
        caption: Some("not above a body".into()),
        filename: Some("bill.pdf".into()),
    };
    let content = interactive(Some((Kind::Document, bill)), BUTTONS);
    let body: Value = serde_json::from_str(&body_with_upload(content, "900")).unwrap();
    assert_eq!(
        body["interactive"]["header"],
        json!({"type": "document", "document": {"id": "900", "filename": "bill.pdf"}})
    );
}

#[test]
fn coordinates_go_out_as_they_were_written() {
    let content = Content::Location(Location {
        latitude: "52.370216".into(),
        longitude: "4,895168".into(),
        name: Some("Dam".into()),
        address: Some("Dam 1, Amsterdam".into()),
    });
    check(content, include_str!("../fixtures/send_location.json"));
    let exact = Content::Location(Location {
        latitude: "52.37021600000000000001".into(),
        longitude: "-0".into(),
        name: None,
        address: None,
    });
    let request = send::request(&channel(), &in_flight(outbound(exact))).unwrap();
    let body = String::from_utf8(request.body).unwrap();
    let expected = r#""location":{"latitude":52.37021600000000000001,"longitude":-0}"#;
    assert!(body.contains(expected), "{body}");
}

#[test]
fn foreign_objects_are_embedded_unchanged() {
    let card = r#"[{"name":{"formatted_name":"Ann Lee","first_name":"Ann"},"phones":[{"phone":"+31201234567","type":"WORK"}]}]"#;
    check(
        Content::Contacts(Raw::new(card)),
        include_str!("../fixtures/send_contacts.json"),
    );
    let content = interactive(None, BUTTONS);
    let request = send::request(&channel(), &in_flight(outbound(content.clone()))).unwrap();
    assert!(String::from_utf8(request.body).unwrap().contains(BUTTONS));
    check(content, include_str!("../fixtures/send_interactive.json"));
}

#[test]
fn a_reaction_has_no_context() {
    let content = Content::Reaction(Reaction {
        target: "wamid.EARLIER".into(),
        emoji: "👍".into(),
    });
    let message = Outbound {
        reply_to: Some("wamid.OTHER".into()),
        ..outbound(content)
    };
    check_whole(message, include_str!("../fixtures/send_reaction.json"));
}

#[test]
fn a_template_has_the_components_that_it_needs() {
    check(
        Content::Template(template("hello", "en_US")),
        include_str!("../fixtures/send_template_without_values.json"),
    );
    check(
        Content::Template(TemplateMessage {
            header: Some(HeaderValue::Text(Parameter::Text("Order 7".into()))),
            body: vec![Parameter::Text("Ann".into())],
            ..template("order", "nl")
        }),
        include_str!("../fixtures/send_template_with_text_header.json"),
    );
    let place = r#"{"type":"location","location":{"latitude":"52.37","longitude":"4.89","name":"Dam","address":"Dam 1"}}"#;
    check(
        Content::Template(TemplateMessage {
            header: Some(HeaderValue::Other(Raw::new(place))),
            ..template("pickup", "en")
        }),
        include_str!("../fixtures/send_template_with_location_header.json"),
    );
}

#[test]
fn a_template_fills_header_body_and_buttons() {
    let amount = r#"{"type":"currency","currency":{"fallback_value":"€ 5","code":"EUR","amount_1000":5000}}"#;
    let file = Media {
        filename: Some("bill.pdf".into()),
        ..link("https://example.com/a.pdf")
    };
    let button = |index, sub_type: &str, parameters: &str| ButtonValue {
        sub_type: sub_type.into(),
        index,
        parameters: Raw::new(parameters),
    };
    let content = Content::Template(TemplateMessage {
        header: Some(HeaderValue::Media(Kind::Document, file)),
        body: vec![
            Parameter::Text("Ann".into()),
            Parameter::Typed {
                fallback: "€ 5".into(),
                raw: Raw::new(amount),
            },
        ],
        buttons: vec![
            button(0, "quick_reply", r#"[{"type":"payload","payload":"PAID"}]"#),
            button(1, "url", r#"[{"type":"text","text":"7"}]"#),
        ],
        ..template("bill", "en")
    });
    check(
        content,
        include_str!("../fixtures/send_template_with_everything.json"),
    );
}

#[test]
fn what_cannot_be_written_is_never_attempted() {
    let contents = [
        interactive(None, "{no json"),
        interactive(Some((Kind::Image, link("https://example.com/a.jpg"))), "[]"),
        interactive(
            Some((Kind::Image, link("https://example.com/a.jpg"))),
            r#"{"header":null}"#,
        ),
        interactive(
            Some((Kind::Sticker, link("https://example.com/a.webp"))),
            "{}",
        ),
        Content::Image(Media {
            source: MediaSource::Guarded {
                link: "https://example.com/a.jpg".into(),
                provider: "shop".into(),
            },
            ..link("")
        }),
        Content::Image(Media {
            source: MediaSource::Stored(Id::from_u128(7)),
            ..link("")
        }),
        Content::Template(TemplateMessage {
            header: Some(HeaderValue::Media(
                Kind::Audio,
                link("https://example.com/a.mp3"),
            )),
            ..template("a", "en")
        }),
    ];
    for content in contents {
        let refused = send::request(&channel(), &in_flight(outbound(content))).unwrap_err();
        assert_eq!(refused.again, Again::Never);
    }
}

#[test]
fn the_operator_chooses_address_and_version() {
    let url = |channel: &Channel| {
        send::request(channel, &in_flight(outbound(text("Hi"))))
            .unwrap()
            .url
    };
    assert_eq!(
        url(&with("graph_url", "http://127.0.0.1:8081/")),
        "http://127.0.0.1:8081/v23.0/100000000000001/messages"
    );
    assert_eq!(
        url(&with("graph_version", "v26.0")),
        "https://graph.facebook.com/v26.0/100000000000001/messages"
    );
}
