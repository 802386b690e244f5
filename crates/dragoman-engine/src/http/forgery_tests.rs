//! Addresses that clients write in order to reach what is not theirs. Whatever they try, the log of
//! the host that they are after stays empty.

use std::collections::VecDeque;
use std::io;
use std::net::SocketAddr;
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use dragoman_core::ports::{ANSWER_LIMIT, Answer, Http, HttpError, Method, Reach, Request};
use dragoman_testkit::FaultyServer;
use dragoman_testkit::faulty::{FullPort, Manner, answer, closed_port};

use super::HttpClient;
use super::names::Names;
use crate::guard::Guard;
use crate::lock::lock;

/// Names that stand for what a test says: the first answer for the first question, and so on; the
/// last one stays.
#[derive(Default)]
struct Forged {
    answers: Mutex<VecDeque<Vec<SocketAddr>>>,
    asked: Mutex<usize>,
}

impl Forged {
    fn saying(answers: &[&[SocketAddr]]) -> Arc<Self> {
        let answers = answers.iter().map(|addresses| addresses.to_vec());
        Arc::new(Self {
            answers: Mutex::new(answers.collect()),
            asked: Mutex::default(),
        })
    }
}

#[async_trait]
impl Names for Forged {
    async fn addresses(&self, _: &str, _: u16) -> io::Result<Vec<SocketAddr>> {
        *lock(&self.asked) += 1;
        let mut answers = lock(&self.answers);
        if answers.len() > 1 {
            return Ok(answers.pop_front().expect("there are two"));
        }
        let last = answers.front().cloned();
        last.ok_or_else(|| io::Error::other("no such name"))
    }
}

async fn victim() -> FaultyServer {
    FaultyServer::start([Manner::Close(answer(200, "secret"))]).await
}

async fn call(client: &HttpClient, url: &str) -> Result<Answer, HttpError> {
    let request = Request {
        method: Method::Post,
        url: url.to_owned(),
        headers: Vec::new(),
        body: b"{}".to_vec(),
        timeout: Duration::from_secs(20),
        reach: Reach::Public,
        answer_limit: ANSWER_LIMIT,
        trust: None,
    };
    client.call(request).await
}

/// Why nothing was called.
async fn refused(client: &HttpClient, url: &str) -> String {
    match call(client, url).await {
        Err(HttpError::NotSent(why)) => why.into(),
        answer => panic!("{url}: {answer:?}"),
    }
}

#[tokio::test]
async fn however_a_private_host_is_written_it_is_not_called() {
    let victim = victim().await;
    let port = victim.address().port();
    let client = HttpClient::new(Vec::new());
    for host in [
        "127.0.0.1",
        "127.0.0.1.",
        "127.1",
        "127.0.1",
        "0",
        "0.0.0.0",
        "2130706433",
        "017700000001",
        "0177.0.0.1",
        "0177.0.0.01",
        "0x7f000001",
        "0x7f.1",
        "0x7F.0X0.0.1",
        "127.0.0.1%00",
        "%31%32%37.0.0.1",
        "127%2e0%2e0%2e1",
        "１２７.０.０.１",
        "①②⑦.⓪.⓪.①",
        "127。0。0。1",
        "localhost",
        "LOCALHOST",
        "localhost.",
        "ｌｏｃａｌｈｏｓｔ",
        "ⓛⓞⓒⓐⓛⓗⓞⓢⓣ",
        "loc\u{ad}alhost",
        "[::1]",
        "[::]",
        "[0:0:0:0:0:0:0:1]",
        "[::127.0.0.1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[::ffff:0:127.0.0.1]",
        "[64:ff9b::127.0.0.1]",
        "[64:ff9b:1::127.0.0.1]",
        "[2002:7f00:1::]",
        "[5f00::1]",
        "[fe80::1%25lo]",
        "[fe80::1%lo]",
        "[::1%25lo]",
        "me@127.0.0.1",
        "me:word@127.0.0.1",
        "example.com@127.0.0.1",
        "example.com%40127.0.0.1",
        "example.com\\@127.0.0.1",
        " 127.0.0.1",
    ] {
        for scheme in ["http", "https", "HTTP"] {
            refused(&client, &format!("{scheme}://{host}:{port}/")).await;
        }
    }
    assert_eq!(victim.connections(), 0);
}

#[tokio::test]
async fn nothing_but_the_web_is_called() {
    let victim = victim().await;
    let client = HttpClient::new(vec!["127.0.0.0/8".parse().unwrap()]);
    let host = victim.address();
    for address in [
        format!("ftp://{host}/"),
        format!("file://{host}/etc/passwd"),
        format!("gopher://{host}/_GET"),
        format!("ws://{host}/"),
        format!("//{host}/"),
        format!("http:///{host}@/"),
        format!("http://me@{host}/"),
        format!("http://:@{host}/").replace(":@", ":word@"),
        "unix:/run/docker.sock".to_owned(),
        "data:text/plain,x".to_owned(),
        String::new(),
    ] {
        refused(&client, &address).await;
    }
    assert_eq!(victim.connections(), 0);
}

#[tokio::test]
async fn a_name_that_changes_its_mind_leads_nowhere_else() {
    let victim = victim().await;
    // Allowed, and nobody answers there: whoever asked again would be led to the victim.
    let (_kept, allowed) = closed_port();
    let names = Forged::saying(&[&[allowed], &[victim.address()]]);
    let guard = Guard::new(vec!["127.0.0.1/32".parse().unwrap()]);
    let client = HttpClient::asking(Arc::clone(&names) as Arc<dyn Names>, guard);
    refused(&client, "http://rebound.example/").await;
    assert_eq!(*lock(&names.asked), 1, "what was judged is what is called");
    assert_eq!(victim.connections(), 0);

    let names = Forged::saying(&[&[allowed], &[victim.address()]]);
    let client = HttpClient::asking(names, Guard::default());
    for _ in 0..2 {
        refused(&client, "https://rebound.example/").await;
    }
    assert_eq!(victim.connections(), 0);
}

#[tokio::test]
async fn every_address_of_a_name_is_judged() {
    let victim = victim().await;
    let port = victim.address().port();
    let mapped = SocketAddr::new("::ffff:127.0.0.1".parse().unwrap(), port);
    let six = SocketAddr::new("::1".parse().unwrap(), port);
    let mixes: [&[SocketAddr]; 3] = [
        &[six, victim.address()],
        &[victim.address(), mapped, six],
        &[mapped],
    ];
    for mix in mixes {
        let client = HttpClient::asking(Forged::saying(&[mix]), Guard::default());
        refused(&client, "https://mixed.example/").await;
        refused(&client, "http://mixed.example/").await;
    }
    assert_eq!(victim.connections(), 0);

    let guard = Guard::new(vec!["127.0.0.1/32".parse().unwrap()]);
    let client = HttpClient::asking(Forged::saying(&[&[six, victim.address()]]), guard);
    let answer = call(&client, "http://mixed.example/").await.unwrap();
    assert_eq!((answer.body, victim.connections()), (b"secret".to_vec(), 1));
}

#[tokio::test]
async fn nobody_is_led_on_by_a_redirect() {
    let victim = victim().await;
    for status in [301, 302, 303, 307, 308] {
        let location = victim.url("/");
        let moved = format!(
            "HTTP/1.1 {status} Moved\r\nlocation: {location}\r\nrefresh: 0; url={location}\r\n\
             set-cookie: a=b\r\ncontent-length: 0\r\n\r\n"
        );
        let server = FaultyServer::start([Manner::Keep(moved.into_bytes())]).await;
        let client = HttpClient::new(vec!["127.0.0.0/8".parse().unwrap()]);
        for _ in 0..2 {
            let answer = call(&client, &server.url("/")).await.unwrap();
            assert_eq!(answer.status, status);
        }
        assert_eq!(server.times_read("cookie"), 0);
    }
    assert_eq!(victim.connections(), 0);
}

#[tokio::test]
async fn what_is_closed_sounds_like_what_is_forbidden() {
    let networks = vec!["127.0.0.1/32".parse().unwrap()];
    let client = HttpClient::new(networks.clone());
    let (_kept, closed) = closed_port();
    let full = FullPort::open().await;
    let said = [
        refused(&client, &format!("http://{closed}/")).await,
        refused(&client, "http://10.0.0.1/").await,
        refused(&client, "https://8.8.8.8:22/").await,
        refused(&client, &format!("http://{}/", full.address())).await,
        {
            let client = HttpClient::asking(Arc::new(Forged::default()), Guard::new(networks));
            refused(&client, "https://unknown.example/").await
        },
    ];
    assert!(said.iter().all(|why| *why == said[0]), "{said:#?}");
}

const PROXIED: &str = "http::forgery_tests::a_proxy_of_the_environment_is_not_asked";
/// Where to call; set only in the process that has the proxies in its environment.
const CALL: &str = "DRAGOMAN_PROXIED_CALL";

#[tokio::test]
async fn a_proxy_of_the_environment_is_not_asked() {
    if let Ok(url) = std::env::var(CALL) {
        let client = HttpClient::new(vec!["127.0.0.0/8".parse().unwrap()]);
        assert_eq!(call(&client, &url).await.unwrap().body, b"secret");
        return;
    }
    let (proxy, server) = (victim().await, victim().await);
    let mut again = Command::new(std::env::current_exe().unwrap());
    again.args(["--exact", PROXIED]).env(CALL, server.url("/"));
    for name in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"] {
        again
            .env(name, proxy.url(""))
            .env(name.to_lowercase(), proxy.url(""));
    }
    let ended = tokio::task::spawn_blocking(move || again.output()).await;
    let ended = ended.unwrap().unwrap();
    assert!(ended.status.success(), "{ended:?}");
    assert_eq!((proxy.connections(), server.connections()), (0, 1));
}
