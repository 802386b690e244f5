//! What is wrong with a message, and with which field.

use serde_json::{Value, json};

use super::read;
use crate::whatsapp_onprem::render::Fault;
use crate::whatsapp_onprem::tests::samples::sample;

/// A message of this type to somebody, with this object.
fn of(kind: &str, object: Value) -> Value {
    json!({ "to": "16315551002", "type": kind, kind: object })
}

#[test]
fn every_fault_has_its_code_and_names_the_field() {
    let link = "https://example.com/a";
    let body = json!({ "text": "B" });
    let rows = |count: usize| {
        let rows: Vec<Value> = (0..count)
            .map(|n| json!({ "id": n.to_string(), "title": "T" }))
            .collect();
        json!({ "type": "list", "body": body, "action": { "button": "Open",
            "sections": [{ "title": "S", "rows": rows }] } })
    };
    let components = |components: Value| json!({ "name": "n", "language": { "code": "en" }, "components": components });
    let fault = Fault::of_request;
    for (message, expected) in [
        (json!({ "text": { "body": "x" } }), Fault::missing("to")),
        (json!({ "to": "16315551002" }), Fault::missing("text")),
        (
            json!({ "to": null, "text": { "body": "x" } }),
            Fault::missing("to"),
        ),
        (
            of("text", json!({ "body": null })),
            Fault::missing("text.body"),
        ),
        (
            of("text", json!({ "body": 7 })),
            Fault::invalid("text.body", "must be a string"),
        ),
        (
            of("text", json!("x")),
            Fault::invalid("text", "must be an object"),
        ),
        (
            of("voice", json!({})),
            Fault::invalid("type", "is none that can be sent"),
        ),
        (
            json!({ "to": "me", "text": { "body": "x" } }),
            Fault::invalid("to", "must be a phone number or a WhatsApp id"),
        ),
        (
            json!({ "to": "16315551002", "recipient_type": "group", "text": { "body": "x" } }),
            fault(1002, "recipient_type must be individual"),
        ),
        (of("image", json!({})), Fault::missing("image.link")),
        (
            of("image", json!({ "link": link, "id": "1" })),
            Fault::invalid("image.id", "cannot stand beside a link"),
        ),
        (
            of("image", json!({ "link": link, "provider": "p" })),
            Fault::invalid("image.provider", "must be an object"),
        ),
        (
            of("image", json!({ "link": link, "provider": {} })),
            Fault::missing("image.provider.name"),
        ),
        (
            of("image", json!({ "id": "1" })),
            fault(1006, "image.id is unknown"),
        ),
        (
            of("sticker", json!({ "link": link, "caption": "c" })),
            Fault::superfluous("sticker.caption"),
        ),
        (
            of("audio", json!({ "link": link, "caption": "c" })),
            Fault::superfluous("audio.caption"),
        ),
        (
            of("location", json!({ "latitude": 1 })),
            Fault::missing("location.longitude"),
        ),
        (
            of("location", json!({ "latitude": "NaN", "longitude": 1 })),
            Fault::invalid("location.latitude", "must be decimal degrees"),
        ),
        (of("contacts", json!([])), Fault::missing("contacts")),
        (
            of("contacts", json!([{}])),
            Fault::missing("contacts[0].name"),
        ),
        (
            of("contacts", json!([{ "name": { "formatted_name": "A" } }])),
            Fault::missing("contacts[0].name.first_name"),
        ),
        (
            of(
                "contacts",
                json!([{ "name": { "formatted_name": "A", "first_name": "A" }, "birthday": "1970-02-30" }]),
            ),
            Fault::invalid("contacts[0].birthday", "must be a day such as 1970-12-31"),
        ),
        (
            of(
                "contacts",
                json!([{ "name": { "formatted_name": "A", "first_name": "A" }, "urls": [{ "type": true }] }]),
            ),
            Fault::invalid("contacts[0].urls[0].type", "must be a string"),
        ),
        (
            of("interactive", json!({ "type": "list" })),
            Fault::missing("interactive.action"),
        ),
        (
            of("interactive", rows(11)),
            fault(2016, "11 rows where 1 to 10 are expected"),
        ),
        (
            of(
                "interactive",
                json!({ "type": "product", "action": {}, "header": { "type": "text" } }),
            ),
            fault(2036, "a message of type product cannot have this header"),
        ),
        (
            of("template", json!({ "name": "n" })),
            Fault::missing("template.language"),
        ),
        (
            of(
                "template",
                components(json!([{ "type": "body", "parameters": [{ "type": "payload" }] }])),
            ),
            fault(
                2012,
                "template.components[0].parameters[0].type cannot be payload here",
            ),
        ),
        (
            of(
                "template",
                components(json!([{ "type": "button", "sub_type": "url", "index": "10" }])),
            ),
            Fault::invalid("template.components[0].index", "must be from 0 to 9"),
        ),
        (
            of(
                "hsm",
                json!({ "namespace": "s", "element_name": "n", "language": { "code": "en" }, "localizable_params": [{}] }),
            ),
            Fault::missing("hsm.localizable_params[0].default"),
        ),
    ] {
        assert_eq!(read(&message), Err(expected), "{message}");
    }
}

#[test]
fn what_whatsapp_would_refuse_for_certain_is_refused_at_once() {
    let name = json!({ "formatted_name": "K", "first_name": "K" });
    let body = json!([{ "type": "body", "parameters": [{ "type": "text", "text": "" }] }]);
    let address = json!({ "name": "address_message", "parameters": { "country": "NL" } });
    for (message, expected) in [
        (
            of(
                "contacts",
                json!([{ "name": name, "birthday": "-1970-01-01" }]),
            ),
            Fault::invalid("contacts[0].birthday", "must be a day such as 1970-12-31"),
        ),
        (
            of(
                "template",
                json!({ "name": "n", "language": "en", "components": body }),
            ),
            Fault::invalid("template.components[0].parameters[0].text", "is empty"),
        ),
        (
            of(
                "hsm",
                json!({ "namespace": "s", "element_name": "n", "language": { "code": "en" }, "localizable_params": [{ "default": "" }] }),
            ),
            Fault::invalid("hsm.localizable_params[0].default", "is empty"),
        ),
        (
            of(
                "interactive",
                json!({ "type": "address_message", "body": { "text": "b" }, "action": address }),
            ),
            Fault::invalid("interactive.action.parameters.country", "must be IN or SG"),
        ),
    ] {
        assert_eq!(read(&message), Err(expected), "{message}");
    }
}

#[test]
fn what_a_header_shows_beside_texts_and_files_is_whole() {
    let read_with = |parameter: Value| {
        let components = json!([{ "type": "header", "parameters": [parameter] }]);
        let template = json!({ "name": "n", "language": "en", "components": components });
        read(&of("template", template)).map(drop)
    };
    let field = |name: &str| format!("template.components[0].parameters[0].{name}");
    let place =
        json!({ "latitude": "52.1", "longitude": 4.5, "name": "Shop", "address": "Quay 1" });
    let without = |key: &str| {
        let mut place = place.clone();
        place.as_object_mut().unwrap().remove(key);
        read_with(json!({ "type": "location", "location": place }))
    };
    for key in ["latitude", "longitude", "name", "address"] {
        let missing = Fault::missing(&field(&format!("location.{key}")));
        assert_eq!(without(key), Err(missing));
    }
    assert_eq!(without("nothing"), Ok(()));
    let product = |product: Value| read_with(json!({ "type": "product", "product": product }));
    let retailer = field("product.product_retailer_id");
    assert_eq!(product(json!({})), Err(Fault::missing(&retailer)));
    let long = json!({ "product_retailer_id": "x".repeat(101) });
    assert!(product(long).is_err());
    let whole = json!({ "product_retailer_id": "sku-1", "catalog_id": 7 });
    assert_eq!(product(whole), Ok(()));
}

#[test]
fn what_says_anything_to_a_flow_names_the_screen() {
    let with = |payload: Value| {
        let mut message = sample("interactive_flow");
        message["interactive"]["action"]["parameters"]["flow_action_payload"] = payload;
        read(&message).map(drop)
    };
    let missing = Fault::missing("interactive.action.parameters.flow_action_payload.screen");
    for payload in [
        json!({ "data": { "a": 1 } }),
        json!({ "screen": "", "data": { "a": 1 } }),
        json!({ "screen": null, "more": true }),
    ] {
        assert_eq!(with(payload), Err(missing.clone()));
    }
    assert_eq!(with(json!({ "screen": "S", "data": { "a": 1 } })), Ok(()));
    assert_eq!(with(json!({ "data": null })), Ok(()));
}

#[test]
fn optional_fields_of_a_wrong_type_are_named() {
    let seconds = "must be a whole number of seconds";
    for (field, value, expected) in [
        ("ttl", json!("x"), Fault::invalid("ttl", seconds)),
        ("ttl", json!(-1), Fault::invalid("ttl", seconds)),
        ("ttl", json!(0), Fault::invalid("ttl", seconds)),
        ("ttl", json!(1.5), Fault::invalid("ttl", seconds)),
        ("ttl", json!(true), Fault::invalid("ttl", seconds)),
        (
            "context",
            json!(5),
            Fault::invalid("context", "must be an object"),
        ),
        (
            "context",
            json!({ "message_id": 5 }),
            Fault::invalid("context.message_id", "must be a string"),
        ),
        (
            "recipient_type",
            json!(5),
            Fault::invalid("recipient_type", "must be a string"),
        ),
        (
            "preview_url",
            json!("yes"),
            Fault::invalid("preview_url", "must be true or false"),
        ),
    ] {
        let mut message = sample("text");
        message[field] = value.clone();
        assert_eq!(read(&message), Err(expected), "{field}: {value}");
    }
    let mut card = sample("contacts");
    card["contacts"]["0"]["phones"] = json!("+16315551234");
    let phones = Fault::invalid("contacts[0].phones", "must be an array");
    assert_eq!(read(&card), Err(phones));
    let mut list = sample("interactive_list");
    list["interactive"]["footer"] = json!("Footer");
    let footer = Fault::invalid("interactive.footer", "must be an object");
    assert_eq!(read(&list), Err(footer));
    let mut template = sample("template");
    template["template"]["language"]["policy"] = json!(1);
    let policy = Fault::invalid("template.language.policy", "must be a string");
    assert_eq!(read(&template), Err(policy));
}

#[test]
fn control_characters_are_refused_wherever_a_text_has_them() {
    for (name, at, field) in [
        ("text", "/text/body", "text.body"),
        ("image_by_link", "/image/caption", "image.caption"),
        (
            "interactive_list",
            "/interactive/action/sections/0/rows/0/title",
            "interactive.action.sections[0].rows[0].title",
        ),
        (
            "template",
            "/template/components/1/parameters/0/text",
            "template.components[1].parameters[0].text",
        ),
    ] {
        let with = |text: &str| {
            let mut message = sample(name);
            *message.pointer_mut(at).unwrap() = json!(text);
            read(&message)
        };
        for control in ["\u{0}", "\u{1}", "\u{1b}"] {
            let refused = Fault::invalid(field, "has a control character");
            assert_eq!(with(&format!("a{control}b")), Err(refused));
        }
        assert!(with("a\tb\r\nc").is_ok(), "{name}");
    }
}
