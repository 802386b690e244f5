//! Answers, held against the document.

use serde_json::{Map, Value};

use crate::native::{document, operations};

/// Fails unless the document says that an operation answers so. Paths and methods that it does not
/// have are nobody's business here.
pub(super) fn check(method: &str, path: &str, status: u16, answer: &Value) {
    let document = document::of(&operations());
    let path = path.split('?').next().unwrap();
    let one = path
        .rsplit_once('/')
        .map(|(all, _)| format!("{all}/{{id}}"));
    let paths = &document["paths"];
    let known = paths
        .get(path)
        .or_else(|| paths.get(one.unwrap_or_default()));
    let Some(operation) = known.and_then(|known| known.get(method.to_lowercase())) else {
        return;
    };
    let answers = &operation["responses"];
    let exact = answers.get(status.to_string());
    assert!(
        exact.is_some() || status >= 400,
        "{method} {path}: {status}"
    );
    let schema = &exact.unwrap_or(&answers["default"])["content"]["application/json"]["schema"];
    if let Err(why) = conforms(&document, schema, answer) {
        panic!("{method} {path}: {why}: {answer}");
    }
}

fn conforms(document: &Value, schema: &Value, value: &Value) -> Result<(), String> {
    if let Some(reference) = schema["$ref"].as_str() {
        let pointer = reference.trim_start_matches('#');
        let meant = document.pointer(pointer).ok_or(reference)?;
        return conforms(document, meant, value);
    }
    if let Some(choices) = schema["oneOf"].as_array() {
        let mut fitting = choices.iter().map(|one| conforms(document, one, value));
        return fitting
            .find(Result::is_ok)
            .unwrap_or_else(|| Err(format!("{value} is none of {schema}")));
    }
    let kinds = &schema["type"];
    let kinds = kinds
        .as_array()
        .map_or(std::slice::from_ref(kinds), Vec::as_slice);
    if !kinds.iter().any(|kind| is_of(kind, value)) {
        return Err(format!("{value} is not {schema}"));
    }
    if let Some(allowed) = schema["enum"].as_array()
        && !allowed.contains(value)
    {
        return Err(format!("{value} is not among {allowed:?}"));
    }
    match value {
        Value::Array(items) => {
            let mut items = items.iter();
            items.try_for_each(|item| conforms(document, &schema["items"], item))
        }
        Value::Object(object) => fields(document, schema, object),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Ok(()),
    }
}

/// Every field that must be there is, and every field that is there may be.
fn fields(document: &Value, schema: &Value, object: &Map<String, Value>) -> Result<(), String> {
    let required = schema["required"].as_array().into_iter().flatten();
    for name in required.filter_map(Value::as_str) {
        if !object.contains_key(name) {
            return Err(format!("{name} is missing"));
        }
    }
    let others = &schema["additionalProperties"];
    let Some(properties) = schema["properties"].as_object() else {
        let mut values = object.values().filter(|_| others.is_object());
        return values.try_for_each(|value| conforms(document, others, value));
    };
    object.iter().try_for_each(|(name, value)| {
        let schema = properties.get(name).ok_or(format!("{name} is not told"))?;
        conforms(document, schema, value)
    })
}

fn is_of(kind: &Value, value: &Value) -> bool {
    match kind.as_str() {
        Some("null") => value.is_null(),
        Some("boolean") => value.is_boolean(),
        Some("integer") => value.is_i64() || value.is_u64(),
        Some("string") => value.is_string(),
        Some("array") => value.is_array(),
        Some("object") => value.is_object(),
        _ => false,
    }
}

#[test]
#[should_panic(expected = "name is missing")]
fn an_answer_that_the_document_does_not_know_is_noticed() {
    check(
        "GET",
        "/api/v1/teams/x",
        200,
        &serde_json::json!({ "id": "1", "account": "2" }),
    );
}
