//! Everything goes wrong.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use dragoman_core::MessageId;
use dragoman_core::ports::Method;
use dragoman_testkit::until;
use hmac::{Hmac, KeyInit, Mac};
use rusqlite::Connection;
use serde_json::json;
use sha2::Sha256;

use super::markers::{self, Place};
use super::working::{Client, say};
use super::world::World;
use crate::support::process::{PATIENCE, free_port};

/// Answers are lost, refused, or no answers; receivers fail, leave, or are not there.
pub(super) async fn lose(world: &mut World, client: &Client) {
    let url = format!(
        "http://127.0.0.1:{}/hook?key={}",
        free_port(),
        markers::QUERY
    );
    world.made(&[
        "subscription",
        "create",
        "--account",
        "acme",
        "--format",
        "dragoman",
        "--url",
        &url,
    ]);
    for (number, fault, becomes) in [
        (2, json!({ "kind": "error", "code": 131_026 }), "failed"),
        (3, json!({ "kind": "page_502" }), "unknown"),
        (4, json!({ "kind": "reset_before_read" }), "unknown"),
    ] {
        let rules = json!({ "rules": [{ "times": 1, "do": fault }] });
        world
            .provider(Method::Put, "/emulator/v1/faults", &rules)
            .await;
        world.receiver.answer_next(1, 500);
        let lost = say(world, client, number).await;
        world.becomes(&lost, &[becomes]).await;
        world.hear(Place::Traces, &["trace", &lost]);
    }
    world.receiver.answer_next(1, 410);
    let unheard = say(world, client, 5).await;
    world.becomes(&unheard, &["delivered"]).await;
}

/// Calls and webhooks that deserve no better, and a provider that does not know us any more.
pub(super) async fn refuse(world: &mut World, client: &Client) {
    nonsense(world, client).await;
    strangers(world).await;
    webhooks(world).await;
    reuse_a_key(world, client).await;
    forget_the_token(world, client).await;
}

/// By a token that nobody has, and in bodies that nobody reads.
async fn nonsense(world: &mut World, client: &Client) {
    let guessed = format!("Bearer {}", markers::GUESSED_TOKEN);
    let unfinished = format!("{{\"to\": \"{}", markers::UNFINISHED);
    let to = json!({ "of": markers::UNFINISHED });
    let misshapen = json!({ "to": to, "channel": 7, "type": "text", "text": 7 }).to_string();
    for (what, token) in [
        ("POST /callbell/v1/messages/send", &client.token),
        ("POST /callbell/v1/contacts", &client.token),
        ("POST /api/v1/messages", &client.token),
        ("POST /onprem/main/v1/messages", &client.session),
        ("POST /onprem/main/v1/contacts", &client.session),
        ("POST /onprem/main/v1/users", &client.session),
    ] {
        for (token, body) in [(&guessed, "{}"), (token, &unfinished), (token, &misshapen)] {
            let heard = world.call(what, &[("authorization", token)], body).await;
            assert!(heard.status() >= 400, "{what}: {heard:?}");
        }
    }
}

/// Who do not know the password, the token or the way.
async fn strangers(world: &mut World) {
    let wrong = STANDARD.encode(format!("admin:{}", markers::WRONG_PASSWORD));
    let wrong = format!("Basic {wrong}");
    let (key, token) = (markers::STRAY_QUERY, markers::GUESSED_TOKEN);
    for what in [
        format!("POST /onprem/main/v1/users/login?key={key}"),
        format!("GET /callbell/v1/nothing?key={key}"),
        format!("GET /onprem/other/v1/health?key={key}"),
        format!("GET /in/whatsapp_cloud/other?key={key}"),
        format!(
            "GET /in/whatsapp_cloud/main?hub.mode=subscribe&hub.challenge=7&hub.verify_token={token}"
        ),
        format!("GET /media/{key}"),
    ] {
        let heard = world.call(&what, &[("authorization", &wrong)], "").await;
        assert!(heard.status() >= 400, "{what}: {heard:?}");
    }
}

/// The key of a message, for another one.
async fn reuse_a_key(world: &mut World, client: &Client) {
    let content = json!({ "text": "other" });
    let other =
        json!({ "to": markers::NUMBER, "from": "whatsapp", "type": "text", "content": content });
    let key = format!("{}-1", markers::KEY);
    let headers = [("authorization", &*client.token), ("idempotency-key", &key)];
    let what = "POST /callbell/v1/messages/send";
    let heard = world.call(what, &headers, &other.to_string()).await;
    assert_eq!(heard.status(), 422, "{heard:?}");
}

/// One that is forged, and one that is signed and understood by nobody.
async fn webhooks(world: &mut World) {
    let what = "POST /in/whatsapp_cloud/main";
    let forged = json!({ "object": markers::FORGED }).to_string();
    let signature = format!("sha256={}", "0".repeat(64));
    let heard = world
        .call(what, &[("x-hub-signature-256", &signature)], &forged)
        .await;
    assert_eq!(heard.status(), 401, "{heard:?}");
    let odd = json!({ "entry": markers::ODD }).to_string();
    let mut mac = Hmac::<Sha256>::new_from_slice(markers::APP_SECRET.as_bytes()).unwrap();
    mac.update(odd.as_bytes());
    let digest = mac.finalize().into_bytes();
    let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    let signature = format!("sha256={hex}");
    let heard = world
        .call(what, &[("x-hub-signature-256", &signature)], &odd)
        .await;
    assert_eq!(heard.status(), 200, "{heard:?}");
}

/// The channel has another token than the provider knows: nothing is sent.
async fn forget_the_token(world: &mut World, client: &Client) {
    let has = |world: &World, token: &str| {
        let setting = format!("access_token={token}");
        world.made(&["channel", "credentials", "main", "--setting", &setting]);
    };
    has(world, markers::STALE_TOKEN);
    let refused = say(world, client, 6).await;
    until("the provider refuses the token", PATIENCE, async || {
        let trace = world.made(&["trace", &refused]);
        (trace["attempts"][0]["code"] == 190).then_some(())
    })
    .await;
    world.hear(Place::Checks, &["doctor"]);
    has(world, markers::ACCESS_TOKEN);
}

/// A record of the store becomes something else.
pub(super) fn damage(world: &World, message: &str) {
    let row = message.parse::<MessageId>().unwrap().row();
    let file = Connection::open(world.data().join("dragoman.db")).unwrap();
    let strange = format!("\"{}\"", markers::STRANGE);
    let changed = file.execute(
        "UPDATE messages SET body = ?1 WHERE id = ?2",
        (strange, row),
    );
    assert_eq!(changed.unwrap(), 1);
}

/// Whoever asks for it hears that it cannot be had now, and nothing of why.
pub(super) async fn read_what_is_damaged(world: &mut World, client: &Client, message: &str) {
    for path in ["/api/v1/messages", "/callbell/v1/messages/status"] {
        let what = format!("GET {path}/{message}");
        let heard = world
            .call(&what, &[("authorization", &client.token)], "")
            .await;
        assert_eq!(heard.status(), 503, "{what}: {heard:?}");
    }
    assert!(
        world.log().contains("cannot read the store"),
        "{}",
        world.log()
    );
}

/// What an operator looks at, also when the provider is away.
pub(super) async fn operate(world: &mut World, client: &Client) {
    world.provider_ends();
    let waiting = say(world, client, 7).await;
    until("it was tried", PATIENCE, async || {
        let trace = world.made(&["trace", &waiting]);
        (trace["attempts"][0]["outcome"] == "retry").then_some(())
    })
    .await;
    world.hear(Place::Checks, &["channel", "check", "main", "--json"]);
    for noun in ["account", "token", "channel", "template", "subscription"] {
        world.hear(Place::Lists, &[noun, "list"]);
        world.hear(Place::Lists, &[noun, "list", "--json"]);
    }
    world.hear(Place::Checks, &["channel", "delivery", "main"]);
    for path in ["/metrics", "/healthz", "/readyz"] {
        world.look(path).await;
    }
}
