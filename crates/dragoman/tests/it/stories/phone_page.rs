//! The page with the phones in a real browser, as a customer sees and uses it.

use std::path::PathBuf;

use dragoman_testkit::Receiver;
use fantoccini::key::Key;
use serde_json::{Value, json};

use super::onprem::{login, subscribe, told};
use super::{customer_writes, send, shown, status};
use crate::support::api;
use crate::support::browser::{Browser, Screen, leaves_this_machine};
use crate::support::phone_page::{CUSTOMER, PhonePage, Sender};
use crate::support::process::Dev;
use crate::support::samples;

/// What the template says, and the button below it.
const TEMPLATE: &str = "Hello John Doe, this is a template message example";
const BUTTON: &str = "Thank you";

/// A README is read over slow lines too.
const LARGEST_PICTURE: usize = 300_000;

#[tokio::test]
async fn a_message_arrives_on_the_open_page_with_its_formatting_and_ticks() {
    let sent = samples::text("*Bold*, _slanted_, ~gone~, `typed`, 2*3*4");
    let shown = "Bold, slanted, gone, typed, 2*3*4";
    let parts = [
        ["strong", "Bold"],
        ["em", "slanted"],
        ["s", "gone"],
        ["code", "typed"],
    ];
    let dev = Dev::start().await;
    PhonePage::visit(&dev, Screen::DESK, async |page| {
        page.pick_up().await;
        let answer = send(&dev, &sent).await;
        page.shows(Sender::Business, shown).await;
        assert_eq!(page.formatted_parts(shown).await, json!(parts));
        page.ticks(shown, "Read").await;
        let uuid = answer.json["message"]["uuid"].as_str().unwrap();
        status(&dev, uuid, "read").await;
    })
    .await;
}

#[tokio::test]
async fn an_answer_typed_on_the_page_is_an_event_in_the_gateway() {
    const ANSWER: &str = "Can I change the address?";
    let dev = Dev::start().await;
    let receiver = listener(&dev).await;
    PhonePage::visit(&dev, Screen::PHONE, async |page| {
        page.pick_up().await;
        page.write(ANSWER).await;
        page.shows(Sender::You, ANSWER).await;
        assert_eq!(page.draft().await, "");
    })
    .await;
    told(&receiver, "the answer", |body| {
        body["messages"][0]["text"]["body"] == ANSWER
    })
    .await;
}

#[tokio::test]
async fn a_quick_reply_pressed_on_the_page_answers_its_template() {
    let dev = Dev::start().await;
    let receiver = listener(&dev).await;
    PhonePage::visit(&dev, Screen::PHONE, async |page| {
        page.pick_up().await;
        send(&dev, &samples::template("text", None)).await;
        page.shows(Sender::Business, TEMPLATE).await;
        page.press(BUTTON).await;
        page.shows(Sender::You, BUTTON).await;
    })
    .await;
    let reply = told(&receiver, "the reply", |body| {
        body["messages"][0]["button"]["text"] == BUTTON
    })
    .await;
    let context = &reply["messages"][0]["context"];
    assert!(context["id"].is_string(), "{reply}");
}

#[tokio::test]
async fn a_chat_is_found_answered_and_replied_to_by_keyboard_alone() {
    let dev = Dev::start().await;
    send(&dev, &samples::template("text", None)).await;
    PhonePage::visit(&dev, Screen::DESK, async |page| {
        page.tab_to(CUSTOMER).await;
        page.press_key(Key::Enter).await;
        page.shows(Sender::Business, TEMPLATE).await;
        assert_eq!(page.focus().await, "Message", "one can write at once");
        page.type_text("By keyboard").await;
        page.press_key(Key::Enter).await;
        page.shows(Sender::You, "By keyboard").await;
        page.tab_to(BUTTON).await;
        page.press_key(Key::Space).await;
        page.shows(Sender::You, BUTTON).await;
        assert_eq!(page.focus().await, BUTTON, "the focus stays where it was");
    })
    .await;
}

#[tokio::test]
async fn a_list_longer_than_its_sheet_reads_well_and_a_row_answers_it() {
    let rows: Vec<_> = (0..10).map(row).collect();
    let action = json!({ "button": "Open", "sections": [{ "title": "Pizza", "rows": rows }] });
    let dev = Dev::start().await;
    send_interactive(&dev, "list", &action).await;
    for screen in [Screen::PHONE, Screen::DESK] {
        PhonePage::visit(&dev, screen, async |page| {
            page.pick_up().await;
            page.press("Open").await;
            let faults = page.faults_of_layout().await;
            assert_eq!(faults, [""; 0], "{screen:?}");
            page.choose("Pizza 0").await;
            page.shows(Sender::You, "Pizza 0").await;
        })
        .await;
    }
}

#[tokio::test]
async fn what_went_wrong_is_told_until_it_goes_well() {
    let parameters = json!({ "flow_message_version": "3", "flow_token": "t", "flow_id": "1",
        "flow_cta": "Book", "flow_action": "navigate", "flow_action_payload": { "screen": "S" } });
    let action = json!({ "name": "flow", "parameters": parameters });
    let dev = Dev::start().await;
    send_interactive(&dev, "flow", &action).await;
    PhonePage::visit(&dev, Screen::PHONE, async |page| {
        page.pick_up().await;
        page.press("Book").await;
        page.type_text("no JSON").await;
        page.choose("Send").await;
        assert_eq!(page.notice().await, "The answers are not JSON.");
        page.empty("Answers, as JSON").await;
        page.type_text("{}").await;
        page.choose("Send").await;
        page.shows(Sender::You, "Sent").await;
        assert_eq!(page.notice().await, "");
    })
    .await;
}

/// A row of a list that says as much as it may.
fn row(number: usize) -> Value {
    json!({ "id": number.to_string(), "title": format!("Pizza {number}"),
        "description": "Tomatoes, mozzarella, basil, and whatever else the oven has found today." })
}

async fn send_interactive(dev: &Dev, kind: &str, action: &Value) {
    customer_writes(dev, "Hi").await;
    let token = login(dev, "/onprem/base_url").await;
    let url = format!("{}/v1/messages", dev.text("/onprem/base_url"));
    let interactive = json!({ "type": kind, "body": { "text": "Choose" }, "action": action });
    let body =
        json!({ "to": dev.text("/customer"), "type": "interactive", "interactive": interactive });
    let answer = api::post(&url, Some(&token), &body).await;
    assert_eq!(answer.status, 201, "{}", answer.json);
}

/// Leaves its pictures in the folder that `DRAGOMAN_PICTURES` names, or else in `target/tmp`;
/// `cargo xtask screenshots` has them put into `docs`.
#[tokio::test]
async fn the_page_reads_well_on_a_phone_and_on_a_desk() {
    let dev = Dev::start().await;
    chat(&dev).await;
    for (screen, picture) in [
        (Screen::PHONE, "phone.png"),
        (Screen::DESK, "phone-wide.png"),
    ] {
        PhonePage::visit(&dev, screen, async |page| {
            page.phone_in_the_list().await;
            assert_eq!(page.faults_of_layout().await, [""; 0], "{screen:?}");
            page.pick_up().await;
            page.shows(Sender::Business, DOCUMENT).await;
            page.all_is_read().await;
            assert_eq!(page.faults_of_layout().await, [""; 0], "{screen:?}");
            let png = page.picture().await;
            let bytes = png.len();
            assert!(bytes < LARGEST_PICTURE, "{picture} has {bytes} bytes");
            std::fs::write(pictures().join(picture), png).unwrap();
        })
        .await;
    }
}

#[tokio::test]
async fn a_page_that_does_not_read_well_is_noticed() {
    const NARROW: &str = "display: block; width: 9px; overflow: hidden";
    const SEND: &str = "[aria-label=Send]";
    let faults = [
        ("textarea", "min-width: 600px", "sticks out"),
        ("article time", "font-size: 6px", "is too small to read"),
        ("article time", NARROW, "is cut off"),
        (SEND, "height: 9px", "is too small for a finger"),
        ("article", "position: fixed; inset: 0", "is covered by"),
        ("article", "margin: 2000px 0", "is not in view"),
    ];
    let dev = Dev::start().await;
    PhonePage::visit(&dev, Screen::PHONE, async |page| {
        page.pick_up().await;
        page.shows(Sender::You, "Hi").await;
        for (element, style, fault) in faults {
            page.restyle(element, style).await;
            let found = page.faults_of_layout().await;
            let is_named = found.iter().any(|found| found.contains(fault));
            assert!(is_named, "{style}: {found:?}");
            page.restyle(element, "").await;
        }
        assert_eq!(page.faults_of_layout().await, [""; 0]);
    })
    .await;
}

#[tokio::test]
async fn a_request_to_elsewhere_is_noticed_and_leads_nowhere() {
    let browser = Browser::start(Screen::DESK).await;
    for elsewhere in ["http://elsewhere.example/", "http://192.0.2.1/"] {
        let script = "return await fetch(arguments[0]).then(() => 'there', () => 'nowhere')";
        let end = browser.run(script, vec![elsewhere.into()]).await;
        assert_eq!(end, "nowhere");
        let complaints = browser.complaints().await.concat();
        assert!(complaints.contains("ERR_NAME_NOT_RESOLVED"), "{complaints}");
        let requested = browser.requested().await;
        let left = requested.iter().find(|url| leaves_this_machine(url));
        assert_eq!(left.unwrap(), elsewhere);
    }
}

/// Somebody who is told what happens, by the webhooks of the On-Premises API.
async fn listener(dev: &Dev) -> Receiver {
    let receiver = Receiver::start();
    let token = login(dev, "/onprem/base_url").await;
    subscribe(dev, &token, &receiver).await;
    receiver
}

/// The last message of the chat in the pictures.
const DOCUMENT: &str = "Hello John Doe, here is the document that you asked for.";

/// A chat with something of everything.
async fn chat(dev: &Dev) {
    let order = "Your order *4711* has left our warehouse.\nIt arrives ~tomorrow~ _today_.";
    let said = |message: &Value, text: &str| {
        message["text"] == text || message["media"]["caption"] == text
    };
    for (body, text) in [
        (samples::text(order), order),
        (samples::captioned_image(), "This is my caption"),
    ] {
        send(dev, &body).await;
        shown(dev, text, |message| said(message, text)).await;
    }
    customer_writes(dev, "Thanks! Can I have the bill, too?").await;
    let link = "https://example.com/valid_document.pdf";
    send(dev, &samples::template("document", Some(link))).await;
}

fn pictures() -> PathBuf {
    let folder = std::env::var_os("DRAGOMAN_PICTURES");
    folder.map_or_else(|| env!("CARGO_TARGET_TMPDIR").into(), PathBuf::from)
}
