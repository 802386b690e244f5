use std::net::SocketAddr;
use std::time::Duration;

use super::*;
use crate::wait::until;

const REQUEST: &str = "POST /a HTTP/1.1\r\nContent-Length: 4\r\n\r\nbody";
const DEADLINE: Duration = Duration::from_secs(10);

/// What the server answers until it closes; `None` when it resets the connection.
async fn said(to: SocketAddr, request: &str) -> Option<String> {
    let mut stream = TcpStream::connect(to).await.unwrap();
    let _ = stream.write_all(request.as_bytes()).await;
    let mut said = String::new();
    stream.read_to_string(&mut said).await.ok()?;
    Some(said)
}

async fn check(manner: Manner, expected: Option<&str>, read: &str) {
    let server = FaultyServer::start([manner.clone()]).await;
    let said = said(server.address(), REQUEST).await;
    assert_eq!(said.as_deref(), expected, "{manner:?}");
    let requests = server.requests();
    let requests: Vec<&str> = requests
        .iter()
        .map(|request| std::str::from_utf8(request).unwrap())
        .collect();
    assert_eq!(requests.concat(), read, "{manner:?}");
    assert_eq!(server.connections(), 1, "{manner:?}");
}

#[tokio::test]
async fn a_request_is_read_as_far_as_the_manner_says() {
    check(Manner::CloseUnread, None, "").await;
    check(Manner::CloseReading, None, &REQUEST[..16]).await;
    check(Manner::CloseRead, Some(""), REQUEST).await;
    check(Manner::Reset, None, REQUEST).await;
    check(Manner::Close(b"half".to_vec()), Some("half"), REQUEST).await;
}

#[tokio::test]
async fn a_connection_that_is_kept_brings_the_next_request() {
    let manners = [
        Manner::Keep(answer(200, "one")),
        Manner::Close(answer(200, "two")),
    ];
    let server = FaultyServer::start(manners).await;
    let said = said(server.address(), REQUEST);
    let mut stream = TcpStream::connect(server.address()).await.unwrap();
    for answered in ["one", "two"] {
        stream.write_all(REQUEST.as_bytes()).await.unwrap();
        let mut buffer = [0; 4096];
        let read = stream.read(&mut buffer).await.unwrap();
        let told = std::str::from_utf8(&buffer[..read]).unwrap();
        assert!(told.ends_with(answered), "{told}");
    }
    assert_eq!((server.connections(), server.times_read("body")), (1, 2));
    assert!(
        said.await.unwrap().ends_with("two"),
        "the last manner stays"
    );
}

#[tokio::test]
async fn a_server_that_hangs_has_read_the_request() {
    let server = FaultyServer::start([Manner::Hang]).await;
    let waiting = tokio::spawn(said(server.address(), REQUEST));
    let read = async || (server.times_read("body") == 1).then_some(());
    until("the request is read", DEADLINE, read).await;
    assert!(!waiting.is_finished());
}

#[tokio::test]
async fn at_a_closed_port_and_at_a_full_one_nobody_is_to_be_had() {
    let (_kept, closed) = closed_port();
    assert!(TcpStream::connect(closed).await.is_err());
    let full = FullPort::open().await;
    let connecting = TcpStream::connect(full.address());
    let waited = tokio::time::timeout(Duration::from_millis(300), connecting).await;
    assert!(waited.is_err(), "{waited:?}");
}
