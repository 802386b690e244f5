//! What a channel stands on, and the steps that mend it.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use dragoman_core::catalog::{Catalog, Change, Subscription};
use dragoman_core::message::Stored;
use dragoman_core::outcome::Failure;
use dragoman_core::ports::{Hearing, HttpError, Lines, Method, Oldest, Sender, Store, WaitingFor};
use dragoman_core::{Id, MessageId, Secret, State};
use dragoman_testkit::ScriptedHttp;
use http_body_util::BodyExt;
use serde_json::{Value, json};
use tower::ServiceExt;

use super::delivery::ours;
use super::house::{ACME, CHANNEL, House, NOW, problem};
use crate::doubles::{MemoryStore, Raven, services};
use crate::native::{Door, router};
use crate::services::Services;

/// As much as two clocks may differ.
const SKEW: Duration = Duration::from_secs(60);

/// A queue, by its oldest message.
struct Queue(Option<Oldest>);

impl Lines for Queue {
    fn waiting_for(&self, _: &Stored) -> Option<WaitingFor> {
        None
    }

    fn oldest(&self, _: Id) -> Option<Oldest> {
        self.0
    }
}

/// A gateway whose only channel is a raven's, and the network around it.
struct Tower {
    store: Arc<MemoryStore>,
    http: Arc<ScriptedHttp>,
    raven: Arc<Raven>,
    router: Router,
    public_url: String,
}

impl Tower {
    fn new(raven: Raven) -> Self {
        Self::at("https://gw.example.com", raven)
    }

    /// One that is reached by this address.
    fn at(public_url: &str, raven: Raven) -> Self {
        Self::behind(None, public_url, raven)
    }

    /// One before which this message waits.
    fn behind(oldest: Option<Oldest>, public_url: &str, raven: Raven) -> Self {
        let catalog = House::new().store.catalog();
        let mut channel = catalog.channel(CHANNEL).unwrap().clone();
        channel.driver = "whatsapp_cloud".into();
        let store = Arc::new(MemoryStore::new(Catalog {
            accounts: catalog.accounts.clone(),
            channels: vec![channel],
            ..Catalog::default()
        }));
        let (http, raven) = (Arc::new(ScriptedHttp::new()), Arc::new(raven));
        let services = Services {
            http: http.clone(),
            drivers: vec![raven.clone()],
            public_url: public_url.into(),
            lines: Arc::new(Queue(oldest)),
            ..services(store.clone())
        };
        let router = router(Arc::new(services), Door::Socket);
        Self {
            store,
            http,
            raven,
            router,
            public_url: public_url.to_owned(),
        }
    }

    /// The webhook address answers this.
    fn echoes(&self, status: u16, body: &str) {
        let url = format!(
            "{}/in/whatsapp_cloud/main?hub.mode=subscribe&hub.verify_token=&hub.challenge={}",
            self.public_url,
            CHANNEL.as_u128()
        );
        self.http.answer(Method::Get, &url, status, body);
    }

    async fn call(&self, method: &str, what: &str, body: Value) -> (u16, Value) {
        let path = format!("/api/v1/channels/main/{what}");
        let request = Request::builder().method(method).uri(path);
        let request = request.body(Body::from(body.to_string())).unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        let status = response.status().as_u16();
        let bytes = response.into_body().collect().await.unwrap().to_bytes();
        (status, serde_json::from_slice(&bytes).unwrap())
    }

    /// Every check as one line.
    async fn standing(&self) -> (bool, Vec<String>) {
        let (status, standing) = self.call("GET", "standing", json!({})).await;
        assert_eq!((status, &standing["slug"]), (200, &json!("main")));
        let text = |check: &Value, key: &str| check[key].as_str().unwrap().to_owned();
        let checks = standing["checks"].as_array().unwrap();
        let line = |check| {
            let (name, verdict) = (text(check, "name"), text(check, "verdict"));
            format!("{name} {verdict}: {}", text(check, "found"))
        };
        let lines = checks.iter().map(line).collect();
        (standing["good"].as_bool().unwrap(), lines)
    }
}

fn webhook(url: &str) -> Subscription {
    Subscription {
        id: Id::from_u128(9),
        account: ACME,
        channel: Some(CHANNEL),
        url: url.into(),
        format: "onprem".into(),
        events: Vec::new(),
        secret: None,
        retiring: None,
        concurrency: 1,
        ordered: false,
        settings: None,
        since: 0,
        trust: None,
        enabled: true,
        stopped: None,
        created_at: NOW,
    }
}

#[tokio::test]
async fn a_channel_that_can_send_and_hear_is_told_so() {
    let raven = Raven::new();
    raven.tell_sender(Ok(Sender {
        phone: Some("31612345678".into()),
        name: Some("Acme".into()),
        status: Some("CONNECTED".into()),
        has_pin: Some(true),
        quality: None,
        clock: Some(NOW),
    }));
    raven.tell_hearing(Hearing {
        subscribed: true,
        url: Some("https://gw.example.com/in/whatsapp_cloud/main".into()),
    });
    let tower = Tower::new(raven);
    let receiver = "https://example.com/hook?key=secret";
    let change = Change::Subscription(webhook(receiver));
    tower.store.change(vec![change]).await.unwrap();
    tower.store.rewrite(|catalog| {
        catalog.templates = vec![super::templates::template(1, ACME, CHANNEL)];
    });
    tower.echoes(200, &CHANNEL.as_u128().to_string());
    tower.http.answer(Method::Get, receiver, 405, "");
    let (good, lines) = tower.standing().await;
    assert!(good);
    let expected = [
        "enabled good: the channel is switched on",
        "token good: the provider knows it: 31612345678, Acme",
        "clock good: it agrees with the provider's",
        "status good: CONNECTED",
        "pin good: two-step verification has a PIN",
        "app good: the token's app hears of the business account",
        "address good: the provider calls https://gw.example.com/in/whatsapp_cloud/main",
        "reachable good: https://gw.example.com/in/whatsapp_cloud/main leads here",
        "templates good: 1 approved",
        "delivery unknown: 0 messages in the last days are too few to tell",
        "webhook good: an On-Premises client hears at https://example.com/hook",
        "receiver good: it answers, and its certificate is trusted",
        "repeats warning: what its program repeats without an Idempotency-Key is sent twice",
    ];
    assert_eq!(lines, expected);
}

#[tokio::test]
async fn what_is_missing_is_named() {
    let raven = Raven::new();
    raven.tell_sender(Ok(Sender {
        status: Some("PENDING".into()),
        has_pin: Some(false),
        ..Sender::default()
    }));
    raven.tell_hearing(Hearing {
        subscribed: false,
        url: Some("https://old.example/hook".into()),
    });
    let tower = Tower::new(raven);
    let receiver = "https://example.com/hook";
    let change = Change::Subscription(webhook(receiver));
    tower.store.change(vec![change]).await.unwrap();
    tower
        .store
        .rewrite(|catalog| catalog.channels[0].enabled = false);
    tower.echoes(403, "");
    let untrusted = HttpError::NotSent("invalid peer certificate: UnknownIssuer".into());
    tower.http.fail(Method::Get, receiver, untrusted);
    let (good, lines) = tower.standing().await;
    assert!(!good);
    let expected = [
        "enabled bad: the channel is switched off",
        "token good: the provider knows it: unknown number, no name",
        "status bad: PENDING, not CONNECTED",
        "pin bad: two-step verification has no PIN",
        "app bad: the token's app does not hear of the business account",
        "address bad: the provider calls https://old.example/hook, not https://gw.example.com/in/whatsapp_cloud/main",
        "reachable bad: https://gw.example.com/in/whatsapp_cloud/main answers 403, and not as this channel does",
        "templates bad: no approved template is known",
        "delivery unknown: 0 messages in the last days are too few to tell",
        "webhook good: an On-Premises client hears at https://example.com/hook",
        "receiver bad: not connected: invalid peer certificate: UnknownIssuer",
        "repeats warning: what its program repeats without an Idempotency-Key is sent twice",
    ];
    assert_eq!(lines, expected);
}

#[tokio::test]
async fn a_token_that_the_provider_does_not_know_is_shown_in_its_words() {
    let expired = Failure::new(190, "Invalid access token").because("Session has expired");
    let raven = Raven::new();
    raven.tell_sender(Err(expired));
    let tower = Tower::new(raven);
    tower.echoes(200, "another gateway's");
    let (_, lines) = tower.standing().await;
    let token = "token bad: Invalid access token (190): Session has expired";
    assert_eq!(lines[1], token);
}

#[tokio::test]
async fn a_clock_that_differs_by_more_than_a_minute_is_a_warning_and_nothing_bad() {
    for (theirs, expected) in [
        (NOW.plus(SKEW), "clock good: it agrees with the provider's"),
        (NOW.minus(SKEW), "clock good: it agrees with the provider's"),
        (
            NOW.plus(SKEW * 2),
            "clock warning: this machine is 120 seconds behind the provider",
        ),
        (
            NOW.minus(SKEW * 2),
            "clock warning: this machine is 120 seconds ahead of the provider",
        ),
    ] {
        let raven = Raven::new();
        raven.tell_sender(Ok(Sender {
            clock: Some(theirs),
            status: Some("CONNECTED".into()),
            ..Sender::default()
        }));
        let tower = Tower::new(raven);
        tower.echoes(200, &CHANNEL.as_u128().to_string());
        let (_, lines) = tower.standing().await;
        assert_eq!(lines[2], expected);
    }
}

#[tokio::test]
async fn messages_that_have_waited_for_long_are_a_warning() {
    let found = "the oldest message has waited for";
    for (minutes, expected) in [
        (6, format!("queue good: {found} 6 minutes")),
        (
            7,
            format!("queue warning: {found} 7 minutes: more than a tenth of its time"),
        ),
    ] {
        let oldest = Oldest {
            message: MessageId::from_parts(1, 0),
            waited: Duration::from_secs(60 * minutes),
            life: Duration::from_secs(3600),
        };
        let tower = Tower::behind(Some(oldest), "https://gw.example.com", Raven::new());
        tower.echoes(200, "");
        let (_, lines) = tower.standing().await;
        assert!(lines.contains(&expected), "{lines:?}");
    }
}

#[tokio::test]
async fn a_program_that_may_repeat_itself_is_warned_of_until_the_channel_has_a_window() {
    let tower = Tower::new(Raven::new());
    tower.store.rewrite(|catalog| {
        catalog.subscriptions = vec![webhook("https://example.com/hook")];
    });
    let set = json!({ "settings": { "onprem_duplicate_window": "120s" } });
    assert_eq!(tower.call("PATCH", "settings", set).await.0, 200);
    tower.echoes(200, "");
    tower
        .http
        .answer(Method::Get, "https://example.com/hook", 200, "");
    let (_, lines) = tower.standing().await;
    let last = lines.last().unwrap();
    assert_eq!(last, "repeats good: the same again within 2m is sent once");
    let wrong = json!({ "settings": { "onprem_duplicate_window": "soon" } });
    let heard = tower.call("PATCH", "settings", wrong).await;
    assert_eq!(problem(&heard), (400, "invalid", "settings"));
}

#[tokio::test]
async fn a_channel_of_which_too_little_arrives_is_warned_of() {
    let tower = Tower::new(Raven::new());
    let tell = |state: State, count: u32| {
        for _ in 0..count {
            let fared = ours(Id::from_u128(1), state, 30, None);
            tower.store.note_fared(fared);
        }
    };
    let told = async || {
        tower.echoes(200, "");
        let (_, lines) = tower.standing().await;
        let mut lines = lines.into_iter();
        lines.find(|line| line.starts_with("delivery")).unwrap()
    };
    tell(State::Sent, 20);
    let few = "delivery unknown: 20 messages in the last days are too few to tell";
    assert_eq!(told().await, few);
    tell(State::Delivered, 80);
    let enough = "delivery good: 80 % of 100 messages have arrived; 1 customers wait";
    assert_eq!(told().await, enough);
    tell(State::Sent, 1);
    let low = "delivery warning: 79 % of 101 messages have arrived; 1 customers wait";
    assert_eq!(told().await, low);
}

#[tokio::test]
async fn an_address_without_tls_is_called_by_no_provider_but_an_emulated_one() {
    let tower = Tower::at("http://gw.example.com", Raven::new());
    let url = "http://gw.example.com/in/whatsapp_cloud/main";
    tower.echoes(200, &CHANNEL.as_u128().to_string());
    let (_, lines) = tower.standing().await;
    let refused = format!("reachable bad: {url}: providers call only https");
    assert!(lines.contains(&refused), "{lines:?}");
    tower.store.rewrite(|catalog| {
        let emulator = Secret::new("http://127.0.0.1:8081");
        let settings = &mut catalog.channels[0].settings;
        settings.insert("graph_url".into(), emulator);
    });
    tower.echoes(200, &CHANNEL.as_u128().to_string());
    let (_, lines) = tower.standing().await;
    let good = format!("reachable good: {url} leads here");
    assert!(lines.contains(&good), "{lines:?}");
}

#[tokio::test]
async fn a_sender_is_registered_with_its_pin_and_its_backup() {
    let tower = Tower::new(Raven::new());
    let backup = json!({ "data": "YmFja3Vw", "password": "p" });
    let body = json!({ "pin": "123456", "backup": backup });
    let (status, answer) = tower.call("POST", "register", body).await;
    assert_eq!((status, answer), (200, json!({ "registered": "main" })));
    assert_eq!(
        tower.raven.take_asked(),
        [r#"register 123456 Some("YmFja3Vw")"#]
    );
    for pin in ["12345", "1234567", "12345a", "１２３４５６"] {
        let heard = tower.call("POST", "register", json!({ "pin": pin })).await;
        assert_eq!(problem(&heard), (400, "invalid", "pin"), "{pin}");
    }
}

#[tokio::test]
async fn a_provider_that_refuses_a_step_is_quoted() {
    let refusal = Failure::new(133_005, "Two step verification PIN Mismatch");
    let raven = Raven::new();
    raven.tell_change(Err(refusal));
    let tower = Tower::new(raven);
    let heard = tower.call("POST", "register", json!({ "pin": "123456" }));
    let heard = heard.await;
    assert_eq!(problem(&heard), (422, "refused", ""));
    let said = "the provider refused: Two step verification PIN Mismatch (133005)";
    assert_eq!(heard.1["error"]["message"], said);
}

#[tokio::test]
async fn the_provider_is_told_to_call_this_gateway() {
    let tower = Tower::new(Raven::new());
    let (status, answer) = tower.call("POST", "hear", json!({})).await;
    let url = "https://gw.example.com/in/whatsapp_cloud/main";
    assert_eq!((status, answer), (200, json!({ "url": url })));
    assert_eq!(tower.raven.take_asked(), [format!("hear_at {url}")]);
}

#[tokio::test]
async fn credentials_are_replaced_one_by_one_and_never_shown() {
    let tower = Tower::new(Raven::new());
    let change = async |settings: Value| {
        let body = json!({ "settings": settings });
        tower.call("PATCH", "settings", body).await
    };
    let (status, shown) = change(json!({ "loft": "red", "perch": "oak" })).await;
    assert_eq!(status, 200, "{shown}");
    assert!(!shown.to_string().contains("oak"), "{shown}");
    assert_eq!(change(json!({ "loft": "blue", "perch": "" })).await.0, 200);
    for wrong in [json!({ "loft": "" }), json!({ "mouse": "grey" })] {
        let heard = change(wrong).await;
        assert_eq!(problem(&heard), (400, "invalid", "settings"));
    }
    let catalog = tower.store.catalog();
    let channel = catalog.channel(CHANNEL).unwrap();
    let kept = (channel.setting("loft"), channel.setting("perch"));
    assert_eq!(kept, ("blue", ""));
}

#[tokio::test]
async fn the_steps_are_the_operators_and_nobody_elses() {
    let house = House::new();
    for (method, what, body) in [
        ("POST", "register", r#"{"pin":"123456"}"#),
        ("POST", "hear", "{}"),
        ("PATCH", "settings", r#"{"settings":{"loft":"b"}}"#),
    ] {
        let path = format!("/api/v1/channels/main/{what}");
        let heard = house.with_token("acme", method, &path, body).await;
        assert_eq!(problem(&heard), (403, "forbidden", ""), "{what}");
    }
    let heard = house
        .operator("POST", "/api/v1/channels/main/hear", "")
        .await;
    assert_eq!(problem(&heard), (422, "refused", ""));
    assert_eq!(heard.1["error"]["message"], "pigeon registers nothing");
}
