//! Everything goes well.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use dragoman_core::ports::Method;
use dragoman_testkit::until;
use serde_json::{Value, json};

use super::markers::{self, Marker, Place};
use super::world::{PHONE_NUMBER_ID, WABA_ID, World};
use crate::support::process::PATIENCE;
use crate::support::raw::Heard;

/// How a program proves who it is.
pub(super) struct Client {
    /// `Bearer …` of Callbell's API and ours.
    pub(super) token: String,
    /// `Bearer …` of the On-Premises API.
    pub(super) session: String,
}

/// Account, channel, sessions, receivers.
pub(super) async fn furnish(world: &mut World) -> Client {
    world.made(&["account", "create", "acme"]);
    let token = world.made(&["token", "create", "--account", "acme"]);
    let token = text(&token["token"]);
    world
        .made
        .push(Marker::made("a token of a program", &token));
    let provider_url = world.provider_url.clone();
    let channel = [
        ["channel", "add"],
        ["whatsapp_cloud", "main"],
        ["--account", "acme"],
        ["--phone-number-id", PHONE_NUMBER_ID],
        ["--waba-id", WABA_ID],
        ["--access-token", markers::ACCESS_TOKEN],
        ["--app-secret", markers::APP_SECRET],
        ["--verify-token", markers::VERIFY_TOKEN],
        ["--graph-url", &provider_url],
    ];
    let channel = world.made(&channel.concat());
    acquaint(world).await;
    let first = text(&channel["onprem_password"]);
    world.made.push(Marker::made("a first password", &first));
    let session = log_in(world, &first).await;
    let client = Client {
        token: format!("Bearer {token}"),
        session: format!("Bearer {session}"),
    };
    world.made.push(Marker::made("a session", &session));
    subscribe(world, &client).await;
    client
}

/// The provider learns of the channel, and has a template and a customer.
async fn acquaint(world: &mut World) {
    world.provider_takes(markers::ACCESS_TOKEN).await;
    let body =
        json!({ "type": "BODY", "text": "Hello {{1}}!", "example": { "body_text": [["you"]] } });
    let template = json!({ "name": "greeting", "language": "en", "category": "UTILITY", "components": [body] });
    let path = format!("/v23.0/{WABA_ID}/message_templates");
    world.provider(Method::Post, &path, &template).await;
    until("the template is known", PATIENCE, async || {
        let known = world.made(&["template", "list"]);
        (known["templates"][0]["name"] == "greeting").then_some(())
    })
    .await;
}

async fn log_in(world: &mut World, password: &str) -> String {
    let credentials = format!("Basic {}", STANDARD.encode(format!("admin:{password}")));
    let change = json!({ "new_password": markers::ONPREM_PASSWORD }).to_string();
    let headers = [("authorization", &*credentials)];
    let heard = world
        .call("POST /onprem/main/v1/users/login", &headers, &change)
        .await;
    text(&body(&heard)["users"][0]["token"])
}

/// One receiver by each API, with a secret in its address, or in a header.
async fn subscribe(world: &mut World, client: &Client) {
    let url = world.receiver.url(&format!("/hook?key={}", markers::QUERY));
    let webhook = json!({ "url": url, "headers": { "x-canary": markers::HEADER } });
    let heard = onprem(world, client, "configs/webhook", &webhook).await;
    assert_eq!(heard.status(), 200, "{heard:?}");
    let made = world.made(&[
        "subscription",
        "create",
        "--account",
        "acme",
        "--format",
        "dragoman",
        "--url",
        &url,
    ]);
    world.made.push(Marker::made(
        "the secret of a subscription",
        &text(&made["secret"]),
    ));
    let wish = json!({ "url": url, "subscriptions": ["message_created"] }).to_string();
    let headers = [("authorization", &*client.token)];
    let heard = world
        .call("POST /callbell/v1/webhooks/subscribe", &headers, &wish)
        .await;
    let secret = text(&body(&heard)["webhook"]["secret"]);
    world
        .made
        .push(Marker::made("the secret of a webhook", &secret));
}

/// Customers write, the business answers in every way, and a customer reads it. Returns what was read.
pub(super) async fn talk(world: &mut World, client: &Client) -> String {
    for number in 1..=9 {
        let customer = format!("/emulator/v1/customers/{}", customer(number));
        let name = json!({ "name": markers::NAME });
        world.provider(Method::Put, &customer, &name).await;
        let said = json!({ "text": markers::INBOUND, "phone_number_id": PHONE_NUMBER_ID });
        let chat = format!("{customer}/messages");
        world.provider(Method::Post, &chat, &said).await;
    }
    until("what they wrote is told", PATIENCE, async || {
        let told = world.receiver.received();
        let has = |text: &str| {
            told.iter()
                .any(|post| String::from_utf8_lossy(&post.body).contains(text))
        };
        (1..=9).all(|number| has(&customer(number))).then_some(())
    })
    .await;
    let headers = world.receiver.received();
    assert!(
        headers
            .iter()
            .any(|post| post.header("x-canary") == Some(markers::HEADER))
    );

    let first = say(world, client, 1).await;
    let sent = world.becomes(&first, &["delivered"]).await;
    world
        .made
        .push(Marker::provider_id(&text(&sent["message"]["provider_id"])));
    let media = upload(world, client).await;
    let document = json!({ "id": media, "filename": format!("{}.txt", markers::FILE_NAME) });
    let parameter = json!({ "type": "text", "text": markers::PARAMETER });
    let template = json!({ "namespace": "n", "name": "greeting",
        "language": { "policy": "deterministic", "code": "en" },
        "components": [{ "type": "body", "parameters": [parameter] }] });
    for (kind, content) in [("document", document), ("template", template)] {
        let mut message = json!({ "to": customer(1), "type": kind });
        message[kind] = content;
        let heard = onprem(world, client, "messages", &message).await;
        assert_eq!(heard.status(), 201, "{heard:?}");
        let id = text(&body(&heard)["messages"][0]["id"]);
        world.becomes(&id, &["delivered"]).await;
        world.hear(Place::Traces, &["trace", &id]);
        world.hear(Place::Traces, &["trace", &id, "--json"]);
    }
    let read = format!("/emulator/v1/customers/{}/read", customer(1));
    world.provider(Method::Post, &read, &json!({})).await;
    world.becomes(&first, &["read"]).await;
    first
}

/// Each has a conversation of their own, so that what goes wrong in one holds up no other.
fn customer(number: u32) -> String {
    format!("{}{number}", markers::NUMBER)
}

/// Sends a text to the customer of this number, and returns its id.
pub(super) async fn say(world: &mut World, client: &Client, number: u32) -> String {
    let content = json!({ "text": format!("{} {number}", markers::BODY) });
    let message =
        json!({ "to": customer(number), "from": "whatsapp", "type": "text", "content": content });
    let key = format!("{}-{number}", markers::KEY);
    let headers = [("authorization", &*client.token), ("idempotency-key", &key)];
    let what = "POST /callbell/v1/messages/send";
    let heard = world.call(what, &headers, &message.to_string()).await;
    assert_eq!(heard.status(), 200, "{heard:?}");
    text(&body(&heard)["message"]["uuid"])
}

async fn upload(world: &mut World, client: &Client) -> String {
    let headers = [
        ("authorization", &*client.session),
        ("content-type", "text/plain"),
    ];
    let heard = world
        .call("POST /onprem/main/v1/media", &headers, markers::FILE_BYTES)
        .await;
    text(&body(&heard)["media"][0]["id"])
}

/// Posts to the On-Premises API.
async fn onprem(world: &mut World, client: &Client, path: &str, body: &Value) -> Heard {
    let headers = [("authorization", &*client.session)];
    let what = format!("POST /onprem/main/v1/{path}");
    world.call(&what, &headers, &body.to_string()).await
}

pub(super) fn body(heard: &Heard) -> Value {
    let body = heard.0.split_once("\r\n\r\n").map(|(_, body)| body);
    body.and_then(|body| serde_json::from_str(body).ok())
        .unwrap_or_else(|| panic!("no JSON: {heard:?}"))
}

pub(super) fn text(value: &Value) -> String {
    value
        .as_str()
        .unwrap_or_else(|| panic!("{value} is no text"))
        .to_owned()
}
