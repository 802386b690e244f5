//! What strangers may send to a port, byte by byte. Whatever it is, it is refused or the connection
//! is closed, and everybody else is served meanwhile.

use std::time::{Duration, Instant};

use dragoman_testkit::until;
use tempfile::TempDir;

use super::commands::{add_channel, json};
use super::serving::serving;
use crate::support::process::{PATIENCE, Process, free_port};
use crate::support::raw::{Heard, connect, drip, listen, say};

/// Short enough for a test.
const LIMITS: &str = "head = \"1s\"\npause = \"1s\"\ncall = \"3s\"\nfailures = 3\n";

/// A gateway, its port, and the port of a dialect of its own.
struct House {
    port: u16,
    dialect: u16,
    directory: TempDir,
    _gateway: Process,
}

impl House {
    async fn open() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let (port, dialect) = (free_port(), free_port());
        let config = format!(
            "listen = \"127.0.0.1:{port}\"\ndata_dir = {:?}\n\
             trusted_proxies = [\"127.0.0.1/32\"]\n[limits]\n{LIMITS}\
             [[listener]]\nbind = \"127.0.0.1:{dialect}\"\ndialect = \"callbell\"\n",
            directory.path().join("data")
        );
        let gateway = serving(directory.path(), port, &config).await;
        Self {
            port,
            dialect,
            directory,
            _gateway: gateway,
        }
    }

    fn log(&self) -> String {
        std::fs::read_to_string(self.directory.path().join("log")).unwrap()
    }
}

fn post(path: &str, fields: &str, body: &str) -> String {
    format!("POST {path} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n{fields}\r\n{body}")
}

/// A login whose body has this text in it.
fn login(body: &str) -> String {
    post(
        "/api/v1/login",
        &format!("content-length: {}\r\n", body.len()),
        body,
    )
}

#[tokio::test]
async fn what_can_be_read_in_two_ways_is_refused_and_ends_the_connection() {
    let house = House::open().await;
    let path = "/api/v1/login";
    let smuggled = "GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n";
    let two = "content-length: 2\r\ncontent-length: 2\r\n";
    let differing = "content-length: 2\r\ncontent-length: 3\r\n";
    let both = "content-length: 2\r\ntransfer-encoding: chunked\r\n";
    let reverse = "transfer-encoding: chunked\r\ncontent-length: 2\r\n";
    let chunked = "transfer-encoding: chunked\r\n";
    for (name, request) in [
        ("two lengths", post(path, two, "{}")),
        ("differing lengths", post(path, differing, "{}")),
        (
            "a length and chunks",
            post(path, both, "2\r\n{}\r\n0\r\n\r\n"),
        ),
        (
            "chunks and a length",
            post(path, reverse, "2\r\n{}\r\n0\r\n\r\n"),
        ),
        (
            "a signed length",
            post(path, "content-length: +2\r\n", "{}"),
        ),
        (
            "a negative length",
            post(path, "content-length: -2\r\n", "{}"),
        ),
        (
            "other codings",
            post(path, "transfer-encoding: gzip\r\n", ""),
        ),
        (
            "chunked but not at the end",
            post(path, "transfer-encoding: chunked, gzip\r\n", ""),
        ),
        (
            "no size of a chunk",
            post(path, chunked, "zz\r\n{}\r\n0\r\n\r\n"),
        ),
        (
            "a huge chunk",
            post(path, chunked, "fffffffffffffffff\r\n{}\r\n0\r\n\r\n"),
        ),
        (
            "a chunk that goes on",
            post(path, chunked, "1\r\n{}\r\n0\r\n\r\n"),
        ),
        (
            "a folded field",
            post(path, "x: a\r\n b\r\ncontent-length: 0\r\n", ""),
        ),
        (
            "a space before the colon",
            post(path, "content-length : 0\r\n", ""),
        ),
        (
            "a zero byte",
            post(path, "x: a\0b\r\ncontent-length: 0\r\n", ""),
        ),
        (
            "bare line feeds",
            "GET /healthz HTTP/1.1\nhost: a\n\n".to_owned(),
        ),
        (
            "one bare line feed",
            "GET /healthz HTTP/1.1\r\nhost: a\nx: b\r\n\r\n".to_owned(),
        ),
        ("no version", "GET /healthz\r\n\r\n".to_owned()),
        ("HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_owned()),
        ("no HTTP", "\u{16}\u{3}\u{1}\u{2}\0\u{1}\0\u{1}".to_owned()),
    ] {
        for port in [house.port, house.dialect] {
            let heard = say(port, format!("{request}{smuggled}").as_bytes()).await;
            let status = heard.status();
            let is_dialect_s = port == house.dialect && [401, 404].contains(&status);
            assert!(
                [0, 400].contains(&status) || is_dialect_s,
                "{name}: {heard:?}"
            );
            assert!(heard.answers() <= 1, "{name}: {heard:?}");
        }
    }
    let old = "GET /healthz HTTP/1.0\r\nconnection: keep-alive\r\n\r\n";
    let heard = say(house.port, format!("{old}{old}").as_bytes()).await;
    assert_eq!((heard.status(), heard.answers()), (200, 1));
}

#[tokio::test]
async fn what_is_too_large_or_too_deep_is_refused() {
    let house = House::open().await;
    let field = format!("x: {}\r\n", "a".repeat(45_000));
    let url = format!("/healthz?{}", "a".repeat(9_000));
    let deep = format!("{}{}", "[".repeat(65), "]".repeat(65));
    let object =
        |inside: &str| format!("{{\"account\":{inside},\"email\":\"a\",\"password\":\"b\"}}");
    let twice = object("\"a\",\"account\":\"b\"");
    for (name, request, expected) in [
        ("large fields", post("/healthz", &field, ""), 431),
        (
            "many fields",
            post("/healthz", &"x: a\r\n".repeat(101), ""),
            431,
        ),
        (
            "a long address",
            post(&url, "content-length: 0\r\n", ""),
            414,
        ),
        (
            "a large body",
            login(&object(&format!("{:?}", "a".repeat(300_000)))),
            413,
        ),
        ("deep JSON", login(&object(&deep)), 400),
        ("very deep JSON", login(&object(&"[".repeat(100_000))), 400),
        ("a key twice", login(&twice), 401),
    ] {
        let heard = say(house.port, request.as_bytes()).await;
        assert_eq!(heard.status(), expected, "{name}: {heard:?}");
    }
}

#[tokio::test]
async fn slow_and_silent_clients_are_let_go_while_others_are_served() {
    let house = House::open().await;
    let (port, dialect) = (house.port, house.dialect);
    let mut silent = Vec::new();
    for n in 0..500 {
        silent.push(connect(if n % 2 == 0 { port } else { dialect }).await);
    }
    let slowly = Duration::from_millis(200);
    let head = b"GET /healthz HTTP/1.1\r\nhost: ";
    let body = post("/api/v1/login", "content-length: 1000\r\n", "{\"account\":");
    let mut heads = Vec::new();
    let mut bodies = Vec::new();
    let mut halves = Vec::new();
    for _ in 0..20 {
        heads.push(tokio::spawn(drip(port, head, b'a', slowly)));
        let body = body.clone();
        bodies.push(tokio::spawn({
            let body = body.clone();
            async move { drip(port, body.as_bytes(), b' ', slowly).await }
        }));
        halves.push(tokio::spawn(
            async move { say(port, body.as_bytes()).await },
        ));
    }

    let begun = Instant::now();
    for _ in 0..50 {
        let asked = Instant::now();
        let health = "GET /healthz HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n";
        assert_eq!(say(port, health.as_bytes()).await.status(), 200);
        assert!(asked.elapsed() < Duration::from_secs(5), "others wait");
    }
    let expect = async |name: &str, tasks: Vec<tokio::task::JoinHandle<Heard>>, expected: u16| {
        for task in tasks {
            let heard = task.await.unwrap();
            assert_eq!(heard.status(), expected, "{name}: {heard:?}");
        }
    };
    expect("heads", heads, 0).await;
    expect("bodies that stop", halves, 408).await;
    expect("slow bodies", bodies, 408).await;
    for stream in silent {
        assert_eq!(listen(stream).await, Heard(String::new()));
    }
    assert!(begun.elapsed() < PATIENCE, "{:?}", begun.elapsed());
}

#[tokio::test]
async fn who_cannot_prove_themselves_has_to_wait_and_nobody_else_does() {
    let house = House::open().await;
    let data = house.directory.path().join("data");
    json(&data, &["account", "create", "acme"]);
    add_channel(&data, "acme", "main", "2", "http://127.0.0.1:9");
    let token = json(&data, &["token", "create", "--account", "acme"]);
    let token = token["token"].as_str().unwrap();
    let ask = async |address: &str, path: &str, token: &str| {
        let fields = format!(
            "x-forwarded-for: {address}\r\nauthorization: Bearer {token}\r\ncontent-length: 0\r\n"
        );
        say(house.port, post(path, &fields, "").as_bytes()).await
    };
    let (send, webhook) = ("/callbell/v1/messages/send", "/in/whatsapp_cloud/main");
    for _ in 0..3 {
        assert_eq!(ask("203.0.113.7", send, "wrong").await.status(), 401);
    }
    let heard = ask("203.0.113.7", send, token).await;
    assert_eq!(heard.status(), 429, "{heard:?}");
    let wait: u64 = heard.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=20).contains(&wait), "{wait}");
    assert_eq!(ask("203.0.113.8", send, token).await.status(), 400);
    assert_eq!(ask("203.0.113.7", "/readyz", "").await.status(), 405);

    for _ in 0..3 {
        assert_eq!(ask("203.0.113.9", webhook, "").await.status(), 401);
    }
    assert_eq!(ask("203.0.113.9", webhook, "").await.status(), 429);
    assert_eq!(ask("203.0.113.9", send, token).await.status(), 400);
}

#[tokio::test]
async fn a_webhook_that_claims_nothing_is_answered_without_its_body() {
    let house = House::open().await;
    let data = house.directory.path().join("data");
    json(&data, &["account", "create", "acme"]);
    add_channel(&data, "acme", "main", "2", "http://127.0.0.1:9");
    let (main, unsigned) = ("/in/whatsapp_cloud/main", "content-length: 4000000\r\n");
    let signed = format!("x-hub-signature-256: sha256=00\r\n{unsigned}");
    for (name, path, fields, expected) in [
        ("no signature", main, unsigned, 401),
        ("a signature", main, &signed, 408),
        ("no channel", "/in/whatsapp_cloud/none", &signed, 404),
        ("no driver", "/in/pigeon/main", &signed, 404),
    ] {
        let heard = say(house.port, post(path, fields, "{").as_bytes()).await;
        assert_eq!(heard.status(), expected, "{name}: {heard:?}");
    }
}

#[tokio::test]
async fn a_call_has_a_name_that_its_answer_and_the_log_know() {
    let house = House::open().await;
    let ask = async |id: &str| {
        let fields = format!("x-request-id: {id}\r\ncontent-length: 0\r\n");
        let heard = say(house.port, post("/nowhere", &fields, "").as_bytes()).await;
        assert_eq!(heard.status(), 404);
        heard.header("x-request-id").unwrap().to_owned()
    };
    assert_eq!(ask("order-4711_a:b.c").await, "order-4711_a:b.c");
    for bad in ["", "a b", "a;b", &"a".repeat(65)] {
        let fresh = ask(bad).await;
        assert_eq!(fresh.len(), 32, "{bad:?} became {fresh:?}");
        assert_ne!(fresh, ask(bad).await);
    }
    let fields = "x-request-id: slow-one\r\ncontent-length: 9\r\n";
    let heard = say(house.port, post("/api/v1/login", fields, "{").as_bytes()).await;
    assert_eq!(
        (heard.status(), heard.header("x-request-id")),
        (408, Some("slow-one"))
    );
    until("the log knows the call", PATIENCE, async || {
        let log = house.log();
        let mut lines = log.lines();
        lines
            .any(|line| line.contains("slow-one") && line.contains("took too long"))
            .then_some(())
    })
    .await;
}
