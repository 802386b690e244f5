//! The document at `/openapi.json` tells what the router does.

use std::collections::BTreeSet;

use serde_json::Value;

use super::house::House;
use crate::native::operations;

#[tokio::test]
async fn every_operation_stands_in_the_document_and_is_served() {
    let house = House::new();
    let (status, document) = house.stranger("GET", "/openapi.json", "").await;
    assert_eq!(status, 200);
    let mut told = BTreeSet::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for method in methods.as_object().unwrap().keys() {
            told.insert((path.clone(), method.clone()));
            let called = path.replace("{id}", "nothing");
            let (status, answer) = house.operator(&method.to_uppercase(), &called, "{}").await;
            let missing = answer["error"]["message"] == "no such path" || status == 405;
            assert!(!missing, "{method} {path}: {answer}");
        }
    }
    let served = operations();
    let served = served
        .iter()
        .map(|one| (one.path.to_owned(), one.method.to_owned()));
    assert_eq!(told, served.collect());
}

#[test]
fn every_operation_has_a_name_of_its_own_and_says_what_it_does() {
    let all = operations();
    let names: BTreeSet<&str> = all.iter().map(|operation| operation.id).collect();
    assert_eq!(names.len(), all.len());
    for operation in &all {
        assert!(operation.summary.ends_with(['.', '?']), "{}", operation.id);
        assert!(!operation.answer.is_null(), "{}", operation.id);
    }
}

#[tokio::test]
async fn whatever_the_document_refers_to_is_in_it() {
    let (_, document) = House::new().stranger("GET", "/openapi.json", "").await;
    let mut references = Vec::new();
    collect(&document, &mut references);
    assert!(references.len() > 50);
    for reference in references {
        let pointer = reference.trim_start_matches('#');
        assert!(document.pointer(pointer).is_some(), "{reference}");
    }
}

#[tokio::test]
async fn the_page_shows_every_operation_and_asks_nobody_for_anything() {
    let page = House::new().page("/docs").await;
    for operation in operations() {
        assert!(page.contains(operation.path), "{}", operation.path);
        assert!(page.contains(operation.summary), "{}", operation.summary);
    }
    for outside in ["<script", "src=", "http://", "https://", "url(", "@import"] {
        assert!(!page.contains(outside), "{outside}");
    }
}

fn collect<'a>(value: &'a Value, references: &mut Vec<&'a str>) {
    match value {
        Value::Object(object) => {
            references.extend(object.get("$ref").and_then(Value::as_str));
            object.values().for_each(|inner| collect(inner, references));
        }
        Value::Array(list) => list.iter().for_each(|inner| collect(inner, references)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
