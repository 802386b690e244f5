//! The driver as the engine uses it: fixtures in, expectations inline.

mod files;
mod oddities;
mod profiles;
mod providing;
mod receiving;
mod registering;
mod senders;
mod sending;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use dragoman_core::catalog::{Channel, Sending, Source};
use dragoman_core::content::{Content, Media, MediaSource, Text};
use dragoman_core::id::{AttemptId, AttemptToken, Id, MessageId};
use dragoman_core::message::{Claim, InFlight, Outbound, Priority, Ready};
use dragoman_core::outcome::{Again, Receipt, SendError};
use dragoman_core::ports::{ANSWER_WAIT, Answer, Driver, Http, HttpError, Request};
use dragoman_core::rate::Rate;
use dragoman_core::submission::Dialect;
use dragoman_core::{Address, Secret, Timestamp};

use super::WhatsappCloud;

/// What no output may show.
const SECRETS: [(&str, &str); 3] = [
    ("access_token", "EAAaccess"),
    ("app_secret", "geheim"),
    ("verify_token", "parole"),
];

fn channel() -> Channel {
    let settings = SECRETS
        .iter()
        .chain(&[("waba_id", "200000000000001")])
        .map(|(name, value)| ((*name).into(), Secret::new(*value)))
        .collect();
    Channel {
        id: Id::from_u128(1),
        account: Id::from_u128(2),
        slug: "main".into(),
        title: "Main".into(),
        driver: "whatsapp_cloud".into(),
        source: Source::Whatsapp,
        provider_id: "100000000000001".into(),
        phone: None,
        settings,
        rate: "80/s".parse::<Rate>().unwrap(),
        concurrency: 8,
        main: true,
        enabled: true,
        created_at: Timestamp::default(),
        sending: Sending::default(),
        watched_since: Timestamp::default(),
    }
}

fn with(name: &str, value: &str) -> Channel {
    let mut channel = channel();
    channel.settings.insert(name.into(), Secret::new(value));
    channel
}

fn token() -> AttemptToken {
    AttemptToken {
        message: MessageId::from_parts(1_790_000_000_123 << 12, 7),
        attempt: AttemptId(42),
    }
}

fn outbound(content: Content) -> Outbound {
    Outbound {
        to: Address::parse("31612345678").unwrap(),
        content,
        dialect: Dialect::Callbell,
        priority: Priority::Normal,
        expires_at: Timestamp::NEVER,
        metadata: None,
        reply_to: None,
        after: None,
        on_unknown: None,
        identity: None,
    }
}

fn claim(body: Outbound, starts: u32) -> Claim {
    Claim {
        message: token().message,
        account: Id::from_u128(2),
        channel: Id::from_u128(1),
        conversation: 1,
        body: Arc::new(body),
        starts,
    }
}

fn in_flight(body: Outbound) -> InFlight {
    InFlight::after_durable_departure(Ready::new(claim(body, 0), None), token().attempt)
}

fn text(body: &str) -> Content {
    Content::Text(Text {
        body: body.into(),
        preview_url: false,
    })
}

fn link(link: &str) -> Media {
    Media {
        source: MediaSource::Link(link.into()),
        caption: None,
        filename: None,
    }
}

/// A network that gives its answers in order and remembers what it was asked.
struct Scripted {
    answers: Mutex<VecDeque<Result<Answer, HttpError>>>,
    asked: Mutex<Vec<Request>>,
}

impl Scripted {
    fn answers(status: u16, body: impl AsRef<[u8]>) -> Self {
        Self::ends(Ok(Answer {
            status,
            retry_after: None,
            content_type: None,
            date: None,
            body: body.as_ref().to_vec(),
        }))
    }

    /// Another answer after those that it has.
    fn then(self, status: u16, body: impl AsRef<[u8]>) -> Self {
        let Self { answers, .. } = Self::answers(status, body);
        let answer = answers.into_inner().unwrap().remove(0);
        self.then_ends(answer.expect("one answer"))
    }

    fn then_ends(self, answer: Result<Answer, HttpError>) -> Self {
        self.answers.lock().unwrap().push_back(answer);
        self
    }

    fn ends(answer: Result<Answer, HttpError>) -> Self {
        Self {
            answers: Mutex::new([answer].into()),
            asked: Mutex::default(),
        }
    }

    /// What it was asked, once all its answers are given.
    fn asked(&self) -> Vec<Request> {
        assert!(self.answers.lock().unwrap().is_empty(), "too many answers");
        self.asked.lock().unwrap().clone()
    }
}

#[async_trait]
impl Http for Scripted {
    async fn call(&self, request: Request) -> Result<Answer, HttpError> {
        self.asked.lock().unwrap().push(request);
        let answer = self.answers.lock().unwrap().pop_front();
        answer.expect("no more calls than answers")
    }
}

async fn attempt(http: &Scripted) -> Result<Receipt, SendError> {
    let in_flight = in_flight(outbound(text("Hi")));
    let outcome = WhatsappCloud::default()
        .send(http, &channel(), &in_flight)
        .await;
    let asked = http.asked.lock().unwrap();
    assert_eq!(asked.len(), 1);
    let shown = format!(
        "{:?} {:?} {asked:?} {outcome:?} {in_flight:?}",
        channel(),
        WhatsappCloud::default()
    );
    drop(asked);
    for (_, secret) in SECRETS {
        assert!(!shown.contains(secret), "{shown}");
    }
    outcome
}

#[tokio::test]
async fn an_attempt_is_one_authorised_post() {
    let http = Scripted::answers(200, include_str!("fixtures/answer_taken.json"));
    attempt(&http).await.unwrap();
    let request = http.asked.lock().unwrap().remove(0);
    assert_eq!(
        request.url,
        "https://graph.facebook.com/v23.0/100000000000001/messages"
    );
    assert!(
        request
            .headers
            .contains(&("authorization".into(), "Bearer EAAaccess".to_owned()))
    );
    assert_eq!(request.timeout, ANSWER_WAIT);
}

#[tokio::test]
async fn a_2xx_with_an_id_is_a_receipt() {
    let check = async |body: &str, id: &str, recipient: Option<&str>| {
        let receipt = attempt(&Scripted::answers(200, body)).await;
        let expected = Receipt {
            provider_id: id.into(),
            recipient: recipient.map(Into::into),
            held: false,
        };
        assert_eq!(receipt, Ok(expected), "{body}");
    };
    let taken = include_str!("fixtures/answer_taken.json");
    check(taken, "wamid.OUT1", Some("31612345678")).await;
    let to_user = include_str!("fixtures/answer_taken_by_user_id.json");
    check(to_user, "wamid.OUT1", Some("NL.13491208655302741918")).await;
    check(r#"{"messages":[{"id":"wamid.X"}]}"#, "wamid.X", None).await;
    check(
        r#"{"messages":[{"id":"wamid.X"}],"contacts":7}"#,
        "wamid.X",
        None,
    )
    .await;
}

#[tokio::test]
async fn a_2xx_without_an_id_is_unknown() {
    for body in [
        "",
        "<html>",
        "{}",
        r#"{"messages":[]}"#,
        r#"{"messages":[{"id":""}]}"#,
        r#"{"success":true}"#,
        r#"{"error":{"code":100,"type":"OAuthException"}}"#,
    ] {
        let outcome = attempt(&Scripted::answers(200, body)).await;
        assert!(matches!(outcome, Err(SendError::Unknown(_))), "{body}");
    }
}

#[tokio::test]
async fn graphs_envelope_proves_a_refusal_and_a_page_does_not() {
    let refused = include_str!("fixtures/answer_window_closed.json");
    let Err(SendError::NotTaken(not_taken)) = attempt(&Scripted::answers(400, refused)).await
    else {
        panic!("an envelope is a proof");
    };
    assert_eq!(
        (not_taken.failure.code, not_taken.again),
        (131_047, Again::Never)
    );
    let outcome = attempt(&Scripted::answers(502, "<html>Bad Gateway</html>")).await;
    assert!(matches!(outcome, Err(SendError::Unknown(_))));
}

#[tokio::test]
async fn a_token_that_meta_quotes_is_hidden() {
    let body = include_str!("fixtures/answer_malformed_token.json");
    let Err(SendError::NotTaken(not_taken)) = attempt(&Scripted::answers(401, body)).await else {
        panic!("an envelope is a proof");
    };
    assert_eq!(&*not_taken.failure.title, "Malformed access token ***");
}

#[tokio::test]
async fn only_a_connection_that_never_was_is_not_taken() {
    let not_sent = Scripted::ends(Err(HttpError::NotSent("refused".into())));
    let Err(SendError::NotTaken(not_taken)) = attempt(&not_sent).await else {
        panic!("no byte has left");
    };
    assert_eq!(not_taken.again, Again::Backoff);
    let lost = Scripted::ends(Err(HttpError::Lost("timeout".into())));
    assert!(matches!(attempt(&lost).await, Err(SendError::Unknown(_))));
}

#[tokio::test]
async fn a_message_that_waits_for_the_quality_of_its_template_is_held() {
    for (status, held) in [
        (r#""held_for_quality_assessment""#, true),
        (r#""accepted""#, false),
        (r#""paused""#, false),
        ("7", false),
        ("null", false),
    ] {
        let body = format!(r#"{{"messages":[{{"id":"wamid.X","message_status":{status}}}]}}"#);
        let receipt = attempt(&Scripted::answers(200, body)).await.unwrap();
        assert_eq!((&*receipt.provider_id, receipt.held), ("wamid.X", held));
    }
}

#[test]
fn the_verify_token_of_the_channel_earns_the_challenge() {
    let query = [
        ("hub.mode", "subscribe"),
        ("hub.challenge", "1158201444"),
        ("hub.verify_token", "parole"),
    ];
    let query = query.map(|(key, value)| (key.to_owned(), value.to_owned()));
    assert_eq!(
        WhatsappCloud::default()
            .verify(&channel(), &query)
            .as_deref(),
        Some("1158201444")
    );
    assert_eq!(
        WhatsappCloud::default().verify(&with("verify_token", "x"), &query),
        None
    );
}

#[test]
fn a_channel_is_asked_for_what_it_cannot_do_without() {
    let named = |required: bool| -> Vec<&str> {
        let settings = WhatsappCloud::default().settings().iter();
        settings
            .filter(|setting| setting.required == required)
            .map(|setting| setting.name)
            .collect()
    };
    let needed = ["waba_id", "access_token", "app_secret", "verify_token"];
    assert_eq!(named(true), needed);
    assert_eq!(
        named(false),
        ["app_secret_previous", "graph_url", "graph_version"]
    );
}

#[test]
fn channels_of_one_app_share_its_secret() {
    let shares =
        |one: &Channel, other: &Channel| WhatsappCloud::default().shares_secret(one, other);
    assert!(shares(&channel(), &with("waba_id", "other")));
    assert!(!shares(&channel(), &with("app_secret", "other")));
    assert!(!shares(&with("app_secret", ""), &with("app_secret", "")));
    let mut replacing = with("app_secret", "newer");
    let old = ("app_secret_previous".into(), Secret::new("geheim"));
    replacing.settings.extend([old]);
    assert!(shares(&channel(), &replacing) && shares(&replacing, &channel()));
}
