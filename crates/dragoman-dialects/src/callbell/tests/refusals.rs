//! What the rules refuse: now, and on the field that the client can mend.

use dragoman_core::catalog::Source;
use dragoman_core::content::Kind;
use serde_json::{Value, json};

use super::doubles::House;
use super::samples::{CHANNEL, FOREIGN_CHANNEL, PENDING};

const FAMILY: &str = "d980fb66fd5043d3ace1aa06ba044342";

async fn check(house: &House, changes: Value, errors: Value) {
    let mut body = json!({
        "to": "31612345678", "from": "whatsapp", "type": "text", "content": { "text": "Hi" },
    });
    for (key, value) in changes.as_object().unwrap() {
        body[key] = value.clone();
    }
    let answer = house.send(body.to_string()).await;
    assert_eq!(answer.whole(), (400, json!({ "error": errors })), "{body}");
}

#[tokio::test]
async fn text_outside_the_window_is_refused_and_a_template_is_not() {
    let house = House::new();
    house.close_window();
    check(
        &house,
        json!({}),
        json!({ "content": ["more than 24 hours have passed since the customer's last message; \
            use a template (template_uuid)"] }),
    )
    .await;
    let template = include_str!("../fixtures/send_template.json");
    assert_eq!(house.send(template).await.status, 200);
}

#[tokio::test]
async fn templates_that_cannot_be_sent() {
    let house = House::new();
    check(
        &house,
        json!({ "template_uuid": FOREIGN_CHANNEL.simple(), "optin_contact": true }),
        json!({ "template_uuid": ["not found"] }),
    )
    .await;
    check(
        &house,
        json!({ "template_uuid": PENDING.simple(), "optin_contact": true }),
        json!({ "template_uuid": ["is not approved"] }),
    )
    .await;
    check(
        &house,
        json!({ "template_uuid": FAMILY, "optin_contact": true, "template_values": ["a", "b"] }),
        json!({ "template_values": ["2 given, 1 or 3 expected; {{3}} is missing"] }),
    )
    .await;
    check(
        &house,
        json!({ "template_uuid": FAMILY, "optin_contact": true,
            "template_values": ["a", "b", "c", "d"] }),
        json!({ "template_values": ["4 given, 1 or 3 expected"] }),
    )
    .await;
    check(
        &house,
        json!({ "template_uuid": FAMILY, "optin_contact": true, "type": "audio" }),
        json!({ "type": ["is audio, but the template takes text or image or document or video"] }),
    )
    .await;
    check(
        &house,
        json!({ "template_uuid": FAMILY, "optin_contact": true, "type": "image" }),
        json!({ "content.url": ["must be present and not empty"] }),
    )
    .await;
}

#[tokio::test]
async fn a_template_needs_the_word_that_the_customer_agreed() {
    for opt_in in [json!(false), json!(null)] {
        check(
            &House::new(),
            json!({ "template_uuid": FAMILY, "optin_contact": opt_in }),
            json!({ "optin_contact": ["must be true to send a template"] }),
        )
        .await;
    }
}

#[tokio::test]
async fn people_and_channels_that_do_not_want() {
    let house = House::new();
    house.opt_out();
    check(
        &house,
        json!({}),
        json!({ "to": ["has opted out of messages"] }),
    )
    .await;
    check(
        &House::new(),
        json!({ "to": "+31 20 123 4567" }),
        json!({ "to": ["must not be the sending number itself"] }),
    )
    .await;
    let house = House::new();
    house.change(|catalog| catalog.channels[1].enabled = false);
    check(
        &house,
        json!({}),
        json!({ "from": ["the channel is disabled"] }),
    )
    .await;
    check(
        &house,
        json!({ "channel_uuid": CHANNEL.simple() }),
        json!({ "channel_uuid": ["is disabled"] }),
    )
    .await;
}

#[tokio::test]
async fn contents_that_no_messenger_takes() {
    let house = House::new();
    check(
        &house,
        json!({ "content": { "text": "é".repeat(4097) } }),
        json!({ "content.text": ["must have at most 4096 characters, has 4097"] }),
    )
    .await;
    let link = "https://e.com/a.jpg";
    check(
        &house,
        json!({ "type": "image", "content": { "url": link, "text": "x".repeat(1025) } }),
        json!({ "content.text": ["must have at most 1024 characters, has 1025"] }),
    )
    .await;
    check(
        &house,
        json!({ "type": "image", "content": { "url": "file:///etc/passwd" } }),
        json!({ "content.url": ["must be an absolute http or https address"] }),
    )
    .await;
}

#[tokio::test]
async fn what_only_whatsapp_can_send_names_the_field_to_be_changed() {
    let house = House::new();
    house.take_only(&[Kind::Text, Kind::Image, Kind::Document]);
    house.change(|catalog| catalog.channels[1].source = Source::Telegram);
    let link = "https://e.com/a.mp4";
    for (changes, errors) in [
        (
            json!({ "type": "video", "content": { "url": link } }),
            json!({ "type": ["a telegram channel takes no video"] }),
        ),
        (
            json!({ "type": "document", "content": { "url": link } }),
            json!({ "type": ["a telegram channel takes no video"] }),
        ),
        (
            json!({ "type": "audio", "content": { "url": "https://e.com/a.mp3" } }),
            json!({ "type": ["a telegram channel takes no audio"] }),
        ),
        (
            json!({ "template_uuid": FAMILY, "optin_contact": true }),
            json!({ "template_uuid": ["a telegram channel takes no template"] }),
        ),
    ] {
        let mut changes = changes;
        changes["from"] = "telegram".into();
        changes["to"] = "4711".into();
        check(&house, changes, errors).await;
    }
}

#[tokio::test]
async fn a_full_queue_is_worth_repeating() {
    use dragoman_core::Refusal;
    let house = House::new();
    for (refusal, said) in [
        (Refusal::QueueFull, "the queue of this channel is full"),
        (
            Refusal::AccountFull,
            "too many messages of this account wait",
        ),
    ] {
        house.fail(refusal.into());
        let answer = house.send(include_str!("../fixtures/send_text.json")).await;
        assert_eq!(answer.status, 429);
        assert_eq!(answer.headers["retry-after"], "5");
        let said = json!({ "error": format!("too many requests: {said}") });
        assert_eq!(answer.body, said);
    }
}
