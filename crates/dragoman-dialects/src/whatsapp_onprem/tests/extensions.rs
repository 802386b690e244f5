//! What the original did not have, or only its last versions.

use std::sync::atomic::Ordering;

use dragoman_core::Secret;

use super::client::{Client, text};
use super::samples::sample;

const TO: &str = "31612345678";

#[tokio::test]
async fn a_message_that_is_held_back_is_told_in_its_answer_and_others_are_not() {
    let client = Client::logged_in("clerk").await;
    let sent = client.send(text(TO, "Hi")).await;
    assert!(sent.body["messages"][0].get("message_status").is_none());
    client.house.holds.store(true, Ordering::Relaxed);
    let held = client.send(text(TO, "Hi")).await;
    let expected = "Message has been held because quality assessment is pending";
    assert_eq!(held.body["messages"][0]["message_status"], expected);
}

#[tokio::test]
async fn the_clients_own_text_is_kept_to_be_given_back() {
    let client = Client::logged_in("clerk").await;
    let mut message = text(TO, "Hi");
    message["messaging_product"] = "whatsapp".into();
    message["biz_opaque_callback_data"] = "journey \"7\"".into();
    assert_eq!(client.send(message).await.status, 201);
    let sent = client.house.last_accepted();
    assert_eq!(
        sent.metadata.as_ref().unwrap().as_str(),
        r#""journey \"7\"""#
    );
    assert_eq!(client.send(text(TO, "Hi")).await.status, 201);
    assert_eq!(client.house.last_accepted().metadata, None);
}

#[tokio::test]
async fn a_message_can_be_for_the_keys_that_the_client_knows() {
    let client = Client::logged_in("clerk").await;
    let mut message = text(TO, "Hi");
    message["recipient_identity_key_hash"] = "DF2lS5v2W6x=".into();
    assert_eq!(client.send(message.clone()).await.status, 201);
    let sent = client.house.last_accepted();
    assert_eq!(sent.identity.as_deref(), Some("DF2lS5v2W6x="));
    message["recipient_identity_key_hash"] = "".into();
    assert_eq!(client.send(message.clone()).await.status, 201);
    assert_eq!(client.house.last_accepted().identity, None);
    message["recipient_identity_key_hash"] = 7.into();
    assert_eq!(client.send(message).await.code(), (400, 1009));
}

#[tokio::test]
async fn a_namespace_counts_only_where_the_operator_has_said_which_is_right() {
    let client = Client::logged_in("clerk").await;
    let mut template = sample("template_of_2021");
    template["template"]["name"] = "unknown".into();
    let hsm = sample("hsm");
    let send = async |namespace: &str| {
        let (mut template, mut hsm) = (template.clone(), hsm.clone());
        template["template"]["namespace"] = namespace.into();
        hsm["hsm"]["namespace"] = namespace.into();
        (
            client.send(template).await.code(),
            client.send(hsm).await.code(),
        )
    };
    let (taken, refused) = ((201, 0), (400, 2001));
    assert_eq!(send("ours").await, (taken, taken));
    client.house.store.rewrite(|catalog| {
        let settings = &mut catalog.channels[0].settings;
        settings.insert("template_namespace".into(), Secret::new("ours"));
    });
    assert_eq!(send("ours").await, (taken, taken));
    assert_eq!(send("theirs").await, (refused, refused));
    assert_eq!(
        client.send(template).await.status,
        201,
        "a template needs none"
    );
}

#[tokio::test]
async fn what_is_no_json_is_shown_where_it_breaks() {
    let client = Client::logged_in("clerk").await;
    let broken = client
        .call(
            "POST",
            "/onprem/demo/v1/messages",
            "{\n  \"to\": \"1\",,\n}",
        )
        .await;
    assert_eq!(broken.code(), (400, 1025));
    assert!(
        broken.details().ends_with("line 2 column 13"),
        "{}",
        broken.details()
    );
}
