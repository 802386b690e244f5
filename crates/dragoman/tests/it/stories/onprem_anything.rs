//! Whatever an On-Premises program sends: it is refused at once with a documented code, or the
//! provider takes it, or it ends as failed with the translated code.

use std::collections::HashMap;

use dragoman_testkit::{Receiver, until};
use serde_json::{Value, json};

use super::onprem::{login, subscribe, told};
use crate::support::api;
use crate::support::dice::Dice;
use crate::support::onprem_bodies::{Chat, TYPES, message};
use crate::support::process::{Dev, PATIENCE};

/// Customers who get a message of each type; more to one of them would wait for the messenger's
/// pace.
const CUSTOMERS: usize = 18;

#[tokio::test]
async fn what_is_accepted_is_sent_or_fails_with_a_code_of_this_api() {
    let dev = Dev::start().await;
    let receiver = Receiver::start();
    let token = login(&dev, "/onprem/base_url").await;
    subscribe(&dev, &token, &receiver).await;
    let url = format!("{}/v1/messages", dev.text("/onprem/base_url"));
    let mut accepted = Vec::new();
    let mut dice = Dice::seeded(5);
    for customer in 0..CUSTOMERS {
        let chat = chat(&dev, &receiver, customer).await;
        for kind in TYPES {
            let body = message(&mut dice, kind, &chat);
            let answer = taken(&url, &token, &body).await;
            match answer.status {
                201 => accepted.push((kind, answer.json["messages"][0]["id"].clone(), body)),
                status => {
                    let error = &answer.json["errors"][0];
                    assert!((400..500).contains(&status), "{status} {error}: {body}");
                    assert!(is_documented(error), "{error}: {body}");
                }
            }
        }
    }
    let ends = ends(&receiver, accepted.len()).await;
    for (kind, id, body) in &accepted {
        let status = &ends[id.as_str().unwrap()];
        if status["status"] == "failed" {
            let error = &status["errors"][0];
            let code = error["code"].as_i64().unwrap_or_default();
            assert!(is_documented(error), "{error}: {body}");
            assert!(is_for_the_provider(kind, code), "{error}: {body}");
        }
    }
}

/// A chat that a customer has begun, so that everything may be sent.
async fn chat(dev: &Dev, receiver: &Receiver, number: usize) -> Chat {
    let customer = format!("316155500{number:02}");
    let emulator = dev.text("/emulator");
    let url = format!("{emulator}/emulator/v1/customers/{customer}/messages");
    let wrote = api::post(&url, None, &json!({ "text": "Anything?" })).await;
    assert_eq!(wrote.status, 200, "{}", wrote.json);
    let heard = told(receiver, "the question", |body| {
        body["messages"][0]["from"] == customer
    })
    .await;
    let earlier = heard["messages"][0]["id"].as_str().unwrap().to_owned();
    Chat { customer, earlier }
}

/// The answer, once the gateway does not ask for patience.
async fn taken(url: &str, token: &str, body: &Value) -> api::Answer {
    until("the gateway answers", PATIENCE, async || {
        let answer = api::post(url, Some(token), body).await;
        (answer.status != 429).then_some(answer)
    })
    .await
}

/// Whether an error has a code of the API's own list, and the title of that code.
fn is_documented(error: &Value) -> bool {
    let title = error["title"].as_str().unwrap_or_default();
    let is_generic = title == "Generic error";
    error["code"].is_i64() && !title.is_empty() && !is_generic
}

/// Whether only the provider can know: a template is not there, has another button, or does not
/// take line breaks. Whatever else it refuses, it should never have been asked.
fn is_for_the_provider(kind: &str, code: i64) -> bool {
    matches!((kind, code), ("template", 2001 | 2007 | 2012))
}

/// What became of so many messages: the last status of each, by its id.
async fn ends(receiver: &Receiver, messages: usize) -> HashMap<String, Value> {
    until("every message has ended", PATIENCE, async || {
        let posts = receiver.received();
        let told = posts.iter().map(|post| post.json());
        let statuses = told.filter_map(|body| body.pointer("/statuses/0").cloned());
        let named = statuses.filter_map(|status| Some((status["id"].as_str()?.to_owned(), status)));
        let ends: HashMap<_, _> = named.collect();
        (ends.len() == messages).then_some(ends)
    })
    .await
}
