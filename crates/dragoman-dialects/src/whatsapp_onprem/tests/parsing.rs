//! What is understood of a message.

mod faults;
mod localized;

use std::time::Duration;

use axum::body::Bytes;
use dragoman_core::Raw;
use dragoman_core::content::{Content, Kind, Location, Media, MediaSource, Text};
use dragoman_core::submission::Ask;
use dragoman_core::template::{ButtonValue, HeaderValue, Parameter, TemplateAsk, TemplateMessage};
use serde_json::{Value, json};

use super::samples::{sample, samples};
use crate::whatsapp_onprem::messages::parse::{Wanted, wanted};
use crate::whatsapp_onprem::render::Fault;
use crate::whatsapp_onprem::wire::Body;

fn read(message: &Value) -> Result<Wanted, Fault> {
    wanted(&Body(Bytes::from(message.to_string())).object()?)
}

fn content(name: &str) -> Content {
    match read(&sample(name)).unwrap().ask {
        Ask::Content(content) => content,
        Ask::Template(ask) => panic!("{ask:?}"),
    }
}

fn template(name: &str) -> TemplateMessage {
    of(&sample(name))
}

fn of(message: &Value) -> TemplateMessage {
    let Ask::Template(TemplateAsk::ByName(message)) = read(message).unwrap().ask else {
        panic!("{message} is no template")
    };
    message
}

fn raw(text: &Raw) -> Value {
    serde_json::from_str(text.as_str()).unwrap()
}

#[test]
fn every_sample_is_read_and_also_with_php_s_arrays() {
    for (name, message) in samples() {
        let as_written = read(&message).unwrap_or_else(|fault| panic!("{name}: {fault:?}"));
        assert_eq!(read(&counted(message)).unwrap(), as_written, "{name}");
    }
}

/// Arrays as objects with numbers for keys.
fn counted(value: Value) -> Value {
    match value {
        Value::Array(ref list) if !list.is_empty() => {
            let keyed = list.iter().cloned().enumerate();
            Value::Object(
                keyed
                    .map(|(n, value)| (n.to_string(), counted(value)))
                    .collect(),
            )
        }
        Value::Object(object) => Value::Object(
            object
                .into_iter()
                .map(|(key, value)| (key, counted(value)))
                .collect(),
        ),
        Value::Array(_) | Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            value
        }
    }
}

#[test]
fn a_text_has_its_preview_at_the_top() {
    let text = |body: &str, preview_url| {
        Content::Text(Text {
            body: body.into(),
            preview_url,
        })
    };
    assert_eq!(content("text"), text("See https://example.com", true));
    assert_eq!(content("text_without_type"), text("Hello", false));
}

#[test]
fn a_ttl_counts_seconds_and_as_an_object_it_is_ignored() {
    let ttl = |name| read(&sample(name)).unwrap().ttl;
    assert_eq!(ttl("text_without_type"), Some(Duration::from_secs(600)));
    assert_eq!(ttl("image_by_link"), None);
    let mut empty = sample("text");
    for nothing in [json!(""), json!([])] {
        empty["ttl"] = nothing;
        assert_eq!(read(&empty).unwrap().ttl, None);
    }
}

#[test]
fn a_context_is_an_object_and_php_s_empty_one_is_none() {
    for (context, reply_to) in [
        (json!({ "message_id": "wamid.X" }), Some("wamid.X")),
        (json!({ "message_id": "" }), None),
        (json!({}), None),
        (json!([]), None),
        (json!(null), None),
    ] {
        let mut message = sample("text");
        message["context"] = context;
        assert_eq!(read(&message).unwrap().reply_to.as_deref(), reply_to);
    }
}

#[test]
fn a_file_comes_by_link_or_by_id() {
    let media = |source, caption: Option<&str>, filename: Option<&str>| Media {
        source,
        caption: caption.map(Into::into),
        filename: filename.map(Into::into),
    };
    let link = |end: &str| MediaSource::Link(format!("https://example.com/a.{end}").into());
    let guarded = MediaSource::Guarded {
        link: "https://example.com/a.png".into(),
        provider: "p".into(),
    };
    let id = MediaSource::Stored("f043afd0-f0ae-4b9c-ab3d-696fb4c8cd68".parse().unwrap());
    for (name, expected) in [
        (
            "image_by_link",
            Content::Image(media(guarded, Some("A"), None)),
        ),
        (
            "document_by_id",
            Content::Document(media(id, None, Some("a.pdf"))),
        ),
        ("audio", Content::Audio(media(link("ogg"), None, None))),
        (
            "video",
            Content::Video(media(link("mp4"), Some("Film"), None)),
        ),
        ("sticker", Content::Sticker(media(link("webp"), None, None))),
    ] {
        assert_eq!(content(name), expected);
    }
}

#[test]
fn coordinates_are_numbers_or_text() {
    let expected = Location {
        latitude: "52.370216".into(),
        longitude: "4.895168".into(),
        name: Some("Amsterdam".into()),
        address: None,
    };
    assert_eq!(content("location"), Content::Location(expected));
}

#[test]
fn cards_lose_their_nulls_and_the_misspelt_key() {
    let Content::Contacts(cards) = content("contacts") else {
        panic!("no contacts")
    };
    assert_eq!(
        raw(&cards),
        json!([{
            "name": { "formatted_name": "Kerry Fisher", "first_name": "Kerry" },
            "phones": [{ "phone": "+16315551234", "type": "CELL", "wa_id": "16315551234" }],
        }])
    );
}

#[test]
fn a_card_has_what_whatsapp_knows_and_nothing_else() {
    let mut message = sample("contacts");
    message["contacts"] = json!([{
        "name": { "formatted_name": "Kim Fisher", "last_name": "Fisher", "nickname": "K" },
        "phones": { "wa_id": 16_315_551_234_i64 },
        "ims": [{ "service": "AIM", "user_id": "kim" }],
        "emails": [],
        "addresses": [{ "zip": 94025, "type": "Holiday" }],
        "org": [],
        "birthday": "",
    }]);
    let Ask::Content(Content::Contacts(cards)) = read(&message).unwrap().ask else {
        panic!("no contacts")
    };
    assert_eq!(
        raw(&cards),
        json!([{
            "name": { "formatted_name": "Kim Fisher", "last_name": "Fisher" },
            "phones": [{ "phone": "+16315551234", "wa_id": "16315551234" }],
            "addresses": [{ "zip": "94025", "type": "Holiday" }],
        }])
    );
}

#[test]
fn an_interactive_message_is_spelt_as_whatsapp_takes_it() {
    let message = json!({ "to": "16315551002", "type": "interactive", "interactive": {
        "type": "list", "header": [], "body": { "text": 7 }, "footer": { "text": "" },
        "action": { "button": "Open", "sections": { "title": "", "rows":
            { "id": 1, "title": 2, "description": "" } } } } });
    let Ask::Content(Content::Interactive(list)) = read(&message).unwrap().ask else {
        panic!("not interactive")
    };
    assert_eq!(
        raw(&list.raw),
        json!({ "type": "list", "body": { "text": "7" }, "action": { "button": "Open",
            "sections": [{ "rows": [{ "id": "1", "title": "2" }] }] } })
    );
}

#[test]
fn the_data_of_a_flow_is_not_touched() {
    let Content::Interactive(flow) = content("interactive_flow") else {
        panic!("not interactive")
    };
    let payload = &raw(&flow.raw)["action"]["parameters"]["flow_action_payload"];
    assert_eq!(payload, &json!({ "screen": "S", "data": { "0": null } }));
}

#[test]
fn a_flow_whose_data_say_nothing_has_none() {
    let mut message = sample("interactive_flow");
    for nothing in [json!([]), json!({}), json!({ "screen": "", "data": null })] {
        message["interactive"]["action"]["parameters"]["flow_action_payload"] = nothing;
        let Ask::Content(Content::Interactive(flow)) = read(&message).unwrap().ask else {
            panic!("a flow is interactive");
        };
        let parameters = &raw(&flow.raw)["action"]["parameters"];
        assert_eq!(parameters.get("flow_action_payload"), None);
    }
}

#[test]
fn a_template_brings_header_values_and_buttons() {
    let message = template("template");
    assert_eq!((&*message.name, &*message.language), ("order_update", "en"));
    let Some(HeaderValue::Media(Kind::Document, file)) = &message.header else {
        panic!("{message:?}")
    };
    assert_eq!(
        (file.caption.as_deref(), file.filename.as_deref()),
        (None, Some("a.pdf"))
    );
    let shown: Vec<&str> = message.body.iter().map(Parameter::shown).collect();
    assert_eq!(shown, ["Kim", "$100.99", "February 25, 1977"]);
    let Parameter::Typed { raw: amount, .. } = &message.body[1] else {
        panic!("not typed")
    };
    assert_eq!(
        raw(amount),
        json!({ "type": "currency", "currency":
            { "fallback_value": "$100.99", "code": "USD", "amount_1000": 100_990 } })
    );
    let button = |sub_type: &str, index, parameters: &str| ButtonValue {
        sub_type: sub_type.into(),
        index,
        parameters: Raw::new(parameters),
    };
    assert_eq!(
        message.buttons,
        [
            button(
                "quick_reply",
                0,
                r#"[{"payload":"aGlzIHRoaXM","type":"payload"}]"#
            ),
            button("url", 1, r#"[{"text":"9rwnB8","type":"text"}]"#),
        ]
    );
}

#[test]
fn the_looser_shapes_of_2021_are_understood() {
    let message = template("template_of_2021");
    let Some(HeaderValue::Media(Kind::Image, file)) = &message.header else {
        panic!("{message:?}")
    };
    assert_eq!(
        file.source,
        MediaSource::Link("https://example.com/a.png".into())
    );
    assert_eq!(message.body, [Parameter::Text("7".into())]);
    assert_eq!(message.buttons, []);
}
