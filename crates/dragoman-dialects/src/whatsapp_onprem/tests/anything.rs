//! Whatever is sent, it is the client's fault when it cannot be read.

use axum::body::Bytes;
use axum::response::IntoResponse;
use proptest::prelude::*;
use serde_json::{Map, Value};

use super::samples::samples;
use crate::whatsapp_onprem::messages::parse::{read_mark, wanted};
use crate::whatsapp_onprem::wire::Body;

/// Words that lead somewhere, so that strange bodies are strange in more places than the first.
const WORDS: [&str; 52] = [
    "to",
    "16315551002",
    "type",
    "text",
    "body",
    "recipient_type",
    "individual",
    "ttl",
    "context",
    "message_id",
    "status",
    "read",
    "image",
    "document",
    "sticker",
    "link",
    "https://e.com/a",
    "id",
    "provider",
    "name",
    "caption",
    "location",
    "latitude",
    "longitude",
    "contacts",
    "formatted_name",
    "first_name",
    "phones",
    "wa-id",
    "birthday",
    "interactive",
    "list",
    "button",
    "buttons",
    "reply",
    "title",
    "action",
    "sections",
    "rows",
    "product_items",
    "flow",
    "parameters",
    "flow_action_payload",
    "template",
    "hsm",
    "language",
    "code",
    "components",
    "header",
    "currency",
    "date_time",
    "0",
];

fn word() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => prop::sample::select(&WORDS[..]).prop_map(str::to_owned),
        1 => any::<String>(),
    ]
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        word().prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 64, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((word(), inner), 0..6)
                .prop_map(|pairs| Value::Object(pairs.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

/// A sample with one of its values replaced.
fn distorted() -> impl Strategy<Value = Value> {
    let samples: Vec<Value> = samples().into_iter().map(|(_, sample)| sample).collect();
    (
        prop::sample::select(samples),
        any::<prop::sample::Index>(),
        value(),
    )
        .prop_map(|(mut sample, at, value)| {
            let mut places = Vec::new();
            collect(&sample, String::new(), &mut places);
            let place = at.get(&places);
            *sample.pointer_mut(place).expect("it was found there") = value;
            sample
        })
}

fn collect(value: &Value, path: String, places: &mut Vec<String>) {
    let inner: Vec<(String, &Value)> = match value {
        Value::Object(object) => object.iter().map(|(k, v)| (k.clone(), v)).collect(),
        Value::Array(list) => {
            let counted = list.iter().enumerate();
            counted.map(|(n, v)| (n.to_string(), v)).collect()
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Vec::new(),
    };
    for (key, value) in inner {
        let place = format!("{path}/{key}");
        places.push(place.clone());
        collect(value, place, places);
    }
}

/// Reads it the way that the node does.
fn is_read_or_refused(body: Vec<u8>) -> bool {
    let read = Body(Bytes::from(body)).object().and_then(|object| {
        read_mark(&object)?;
        wanted(&object)
    });
    match read {
        Ok(_) => true,
        Err(fault) => fault.into_response().status().is_client_error(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_are_our_fault(body in any::<Vec<u8>>()) {
        prop_assert!(is_read_or_refused(body));
    }

    #[test]
    fn no_json_is_our_fault(body in value()) {
        prop_assert!(is_read_or_refused(body.to_string().into_bytes()));
    }

    #[test]
    fn no_message_with_a_strange_value_is_our_fault(body in distorted()) {
        prop_assert!(is_read_or_refused(body.to_string().into_bytes()));
    }
}
