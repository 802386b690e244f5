//! Every way in which a provider can end an attempt, for every kind of message, through the real
//! client: what it proves, and that nothing is ever written twice.

use std::net::SocketAddr;
use std::time::Duration;

use async_trait::async_trait;
use dragoman_core::content::Kind;
use dragoman_core::outcome::{Again, Receipt, SendError};
use dragoman_core::ports::{Answer, Http, HttpError, Request};
use dragoman_engine::HttpClient;
use dragoman_testkit::FaultyServer;
use dragoman_testkit::faulty::{FullPort, Manner, answer, closed_port};

use super::messages::{attempt, channel};

/// What the end of an attempt proves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Class {
    /// The provider has it.
    Accepted,
    /// It has not, for certain.
    NotTaken,
    /// It says that it has not, but it struggles: an echo is waited for.
    Struggling,
    /// Nobody knows.
    Unknown,
}

use Class::{Accepted, NotTaken, Struggling, Unknown};

/// So long an echo is waited for.
const SETTLE: Duration = Duration::from_secs(60);

/// The real client, with less patience than a driver has.
struct Hurried(HttpClient, Duration);

#[async_trait]
impl Http for Hurried {
    async fn call(&self, request: Request) -> Result<Answer, HttpError> {
        let timeout = request.timeout.min(self.1);
        self.0.call(Request { timeout, ..request }).await
    }
}

fn class(ended: &Result<Receipt, SendError>) -> Class {
    match ended {
        Ok(_) => Accepted,
        Err(SendError::Unknown(_)) => Unknown,
        Err(SendError::NotTaken(refused)) => match refused.again {
            Again::After(pause) if pause >= SETTLE && refused.failure.code == 131_000 => Struggling,
            Again::Never | Again::Backoff | Again::After(_) => NotTaken,
        },
    }
}

/// How the attempt of a message of each kind ends at an address.
async fn attempts(scheme: &str, provider: SocketAddr, patience: Duration) -> Vec<(Kind, Class)> {
    let channel = &channel(scheme, provider);
    let ended = Kind::OUTBOUND.map(async |kind| {
        let driver = dragoman_channels::drivers(&std::sync::Arc::default()).remove(0);
        let http = Hurried(HttpClient::new(Vec::new()), patience);
        let (in_flight, _) = attempt(kind as u32, kind);
        let ended = driver.send(&http, channel, &in_flight).await;
        (kind, class(&ended))
    });
    futures_util::future::join_all(ended).await
}

/// Everything goes well, but for the manner of the server.
const PATIENCE: Duration = Duration::from_secs(20);
/// Long enough for a request to be written on the loopback interface.
const IMPATIENCE: Duration = Duration::from_millis(700);

async fn check(manner: Manner, patience: Duration, expected: &[Class]) {
    let server = FaultyServer::start([manner.clone()]).await;
    for (kind, class) in attempts("http", server.address(), patience).await {
        let case = format!("{} to one who will {manner:?}", kind.word());
        assert!(expected.contains(&class), "{case}: {class:?}");
        let (_, token) = attempt(kind as u32, kind);
        let read = server.times_read(&token);
        assert!(read <= 1, "{case}: written {read} times");
        let is_read = !matches!(manner, Manner::CloseUnread | Manner::CloseReading);
        assert_eq!(read == 1, is_read, "{case}");
    }
    let kinds = Kind::OUTBOUND.len();
    assert_eq!(server.connections(), kinds, "one for each to {manner:?}");
}

async fn check_answer(answer: Vec<u8>, expected: Class) {
    check(Manner::Close(answer.clone()), PATIENCE, &[expected]).await;
    check(Manner::Keep(answer), PATIENCE, &[expected]).await;
}

const TAKEN: &str = r#"{"messages":[{"id":"wamid.OUT"}]}"#;
const PAGE: &str = "<html><h1>502 Bad Gateway</h1></html>";

fn envelope(code: i64) -> String {
    format!(
        r#"{{"error":{{"message":"No","type":"OAuthException","code":{code},"fbtrace_id":"A"}}}}"#
    )
}

#[tokio::test]
async fn an_id_is_a_receipt() {
    check_answer(answer(200, TAKEN), Accepted).await;
    check_answer(answer(201, TAKEN), Accepted).await;
}

#[tokio::test]
async fn a_connection_that_closes_under_the_request_leaves_it_unknown() {
    // A client that sees the end before it has written anything knows that nothing was sent.
    check(Manner::CloseUnread, PATIENCE, &[Unknown, NotTaken]).await;
    check(Manner::CloseReading, PATIENCE, &[Unknown]).await;
    check(Manner::CloseRead, PATIENCE, &[Unknown]).await;
    check(Manner::Reset, PATIENCE, &[Unknown]).await;
}

#[tokio::test]
async fn an_answer_that_does_not_come_leaves_it_unknown() {
    check(Manner::Hang, IMPATIENCE, &[Unknown]).await;
}

#[tokio::test]
async fn half_an_answer_leaves_it_unknown() {
    let whole = answer(200, TAKEN);
    for end in [1, 9, 20, whole.len() - TAKEN.len(), whole.len() - 1] {
        check(Manner::Close(whole[..end].to_vec()), PATIENCE, &[Unknown]).await;
    }
    check(
        Manner::Keep(whole[..whole.len() - 1].to_vec()),
        IMPATIENCE,
        &[Unknown],
    )
    .await;
    let chunked = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\n{\"mes\r\n".to_vec();
    check(Manner::Close(chunked), PATIENCE, &[Unknown]).await;
}

#[tokio::test]
async fn garbage_leaves_it_unknown() {
    for body in ["", "garbage", "{}", "[]", PAGE, r#"{"messages":[{}]}"#] {
        check_answer(answer(200, body), Unknown).await;
    }
    for wire in [
        "\0\0\0\0",
        "hello\r\n\r\n",
        "HTTP/9.9 200 OK\r\n\r\n",
        "SSH-2.0-x\r\n",
    ] {
        check(Manner::Close(wire.into()), PATIENCE, &[Unknown]).await;
    }
}

#[tokio::test]
async fn a_page_of_a_gateway_leaves_it_unknown() {
    for status in [301, 400, 403, 404, 408, 413, 429, 500, 502, 503, 504] {
        check_answer(answer(status, PAGE), Unknown).await;
    }
}

#[tokio::test]
async fn an_envelope_of_a_provider_that_struggles_waits_for_an_echo() {
    for status in [500, 502, 503] {
        check_answer(answer(status, &envelope(131_000)), Struggling).await;
    }
}

#[tokio::test]
async fn an_envelope_proves_that_it_was_not_taken() {
    for (status, code) in [
        (400, 131_047),
        (400, 100),
        (401, 190),
        (429, 130_429),
        (400, 131_056),
    ] {
        check_answer(answer(status, &envelope(code)), NotTaken).await;
    }
}

#[tokio::test]
async fn who_cannot_be_connected_to_has_taken_nothing() {
    let check = async |scheme: &str, provider: SocketAddr| {
        for (kind, class) in attempts(scheme, provider, PATIENCE).await {
            assert_eq!(class, NotTaken, "{} to {scheme}://{provider}", kind.word());
        }
    };
    let (_kept, closed) = closed_port();
    let full = FullPort::open().await;
    let hangs = FaultyServer::start([Manner::Hang]).await;
    let no_tls = FaultyServer::start([Manner::Close(answer(200, TAKEN))]).await;
    tokio::join!(
        check("http", closed),
        check("http", full.address()),
        check("https", hangs.address()),
        check("https", no_tls.address()),
    );
    for server in [hangs, no_tls] {
        assert_eq!(server.times_read("POST"), 0);
    }
}
