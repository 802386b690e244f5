//! The examples of the original's own page, told anew: with their syntax repaired they are sent,
//! and with the faults that they were printed with they are not JSON.

use serde_json::{Value, json};

use super::attachments::{client, keep};
use super::client::Client;

macro_rules! examples {
    ($($name:literal),* $(,)?) => {
        [$(($name, include_str!(concat!("../fixtures/examples/", $name)))),*]
    };
}

fn read(text: &str) -> Value {
    serde_json::from_str(text).expect("a repaired example is JSON")
}

/// A client of a channel that has what the examples name.
async fn prepared() -> Client {
    let client = client().await;
    for (id, mime_type) in [
        (0xa1, "audio/mpeg"),
        (0xd1, "application/pdf"),
        (0xf1, "video/mp4"),
        (0xb1, "image/png"),
    ] {
        keep(&client, id, mime_type, 100, b"x").await;
    }
    client
}

#[tokio::test]
async fn every_example_is_sent_when_its_syntax_is_repaired() {
    let client = prepared().await;
    let examples = examples![
        "audio_by_id.json",
        "document_by_id.json",
        "document_by_link.json",
        "video_by_link.json",
        "text.json",
        "list.json",
        "buttons.json",
        "product.json",
        "product_list.json",
        "catalog_message.json",
        "flow.json",
        "contacts.json",
        "template_body.json",
    ];
    for (name, text) in examples {
        let answer = client.send(read(text)).await;
        assert_eq!(answer.status, 201, "{name}: {}", answer.body);
    }
}

#[tokio::test]
async fn buttons_take_every_header_of_the_example() {
    let client = prepared().await;
    let headers = read(include_str!("../fixtures/examples/button_headers.json"));
    for header in headers.as_array().unwrap() {
        let mut message = read(include_str!("../fixtures/examples/buttons.json"));
        message["interactive"]["header"] = header.clone();
        let answer = client.send(message).await;
        assert_eq!(answer.status, 201, "{header}: {}", answer.body);
        assert!(client.house.last_accepted().content.media().is_some());
    }
}

#[tokio::test]
async fn a_template_takes_every_part_of_the_examples() {
    let client = prepared().await;
    let parts = read(include_str!("../fixtures/examples/template_parts.json"));
    for part in parts.as_array().unwrap() {
        let mut message = read(include_str!("../fixtures/examples/template_body.json"));
        message["template"]["name"] = "another".into();
        let components = message["template"]["components"].as_array_mut().unwrap();
        components.push(part.clone());
        let answer = client.send(message).await;
        assert_eq!(answer.status, 201, "{part}: {}", answer.body);
    }
}

#[tokio::test]
async fn as_they_were_printed_they_are_not_json() {
    let client = prepared().await;
    let examples = examples![
        "broken/audio_with_a_comma_too_many.txt",
        "broken/document_without_a_comma.txt",
        "broken/video_with_a_brace_too_many.txt",
        "broken/list_with_dots.txt",
        "broken/buttons_with_remarks.txt",
        "broken/product_list_with_dots.txt",
        "broken/catalog_message_with_a_comma_too_many.txt",
        "broken/flow_with_a_remark.txt",
    ];
    for (name, text) in examples {
        let answer = client.call("POST", "/onprem/demo/v1/messages", text).await;
        assert_eq!(answer.code(), (400, 1025), "{name}");
    }
}

#[tokio::test]
async fn a_key_that_was_misprinted_is_missed() {
    let client = prepared().await;
    let mut product = read(include_str!("../fixtures/examples/product.json"));
    let action = product["interactive"]["action"].as_object_mut().unwrap();
    let catalog = action.remove("catalog_id").unwrap();
    action.insert(" _id".to_owned(), catalog);
    assert_eq!(client.send(product).await.code(), (400, 1008));

    let mut products = read(include_str!("../fixtures/examples/product_list.json"));
    let message = products["interactive"].as_object_mut().unwrap();
    let header = message.remove("header").unwrap_or(json!(null));
    message.insert("Header".to_owned(), header);
    assert_eq!(client.send(products).await.code(), (400, 2036));
}
