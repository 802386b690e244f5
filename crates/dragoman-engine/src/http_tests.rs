use dragoman_core::ports::ANSWER_LIMIT;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::*;

fn request(url: String, reach: Reach) -> Request {
    Request {
        method: Method::Post,
        url,
        headers: vec![("content-type".into(), "application/json".to_owned())],
        body: b"{}".to_vec(),
        timeout: Duration::from_millis(500),
        reach,
        answer_limit: ANSWER_LIMIT,
        trust: None,
    }
}

/// A server that reads a request and then writes `answer`, or hangs when it is empty.
async fn server(answer: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut buffer = [0; 4096];
            let _ = stream.read(&mut buffer).await;
            if answer.is_empty() {
                std::future::pending::<()>().await;
            }
            let _ = stream.write_all(answer.as_bytes()).await;
        }
    });
    url
}

fn allowing_loopback() -> HttpClient {
    HttpClient::new(vec!["127.0.0.0/8".parse().unwrap()])
}

#[tokio::test]
async fn an_answer_is_read_whole() {
    let url = server("HTTP/1.1 429 Slow\r\nretry-after: 7\r\ncontent-length: 2\r\n\r\nno").await;
    let answer = allowing_loopback()
        .call(request(url, Reach::Operator))
        .await
        .unwrap();
    assert_eq!((answer.status, &answer.body[..]), (429, &b"no"[..]));
    assert_eq!(answer.retry_after, Some(Duration::from_secs(7)));
}

#[tokio::test]
async fn of_an_answer_no_more_is_read_than_was_asked_for() {
    let url = server(
        "HTTP/1.1 200 OK\r\ncontent-type: image/png\r\ncontent-length: 10\r\n\r\n0123456789",
    )
    .await;
    let limited = Request {
        answer_limit: 4,
        ..request(url, Reach::Operator)
    };
    let answer = allowing_loopback().call(limited).await.unwrap();
    assert_eq!(answer.body, b"0123");
    assert_eq!(answer.content_type.as_deref(), Some("image/png"));
}

#[tokio::test]
async fn a_redirect_is_an_answer_like_any_other() {
    let url =
        server("HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n")
            .await;
    let answer = allowing_loopback().call(request(url, Reach::Public)).await;
    assert_eq!(answer.unwrap().status, 302);
}

#[tokio::test]
async fn a_refused_connection_is_proof_and_a_lost_answer_is_none() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let closed = format!("http://{}/", listener.local_addr().unwrap());
    drop(listener);
    let client = allowing_loopback();
    let call = async |url| client.call(request(url, Reach::Operator)).await;
    assert!(matches!(call(closed).await, Err(HttpError::NotSent(_))));
    assert!(matches!(
        call(server("").await).await,
        Err(HttpError::Lost(_))
    ));
    let half = server("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf").await;
    assert!(matches!(call(half).await, Err(HttpError::Lost(_))));
}

#[tokio::test]
async fn clients_addresses_do_not_lead_into_private_networks() {
    let url = server("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await;
    let port = url.rsplit_once(':').unwrap().1.to_owned();
    let client = HttpClient::new(Vec::new());
    for host in [
        "127.0.0.1",
        "localhost",
        "2130706433",
        "0x7f.1",
        "0177.0.0.1",
        "[::ffff:127.0.0.1]",
        "127.0.0.1.",
    ] {
        let answer = client
            .call(request(format!("http://{host}:{port}"), Reach::Public))
            .await;
        assert!(
            matches!(answer, Err(HttpError::NotSent(_))),
            "{host} {answer:?}"
        );
    }
}

#[tokio::test]
async fn an_address_with_a_password_or_another_scheme_is_refused() {
    for url in ["http://me:secret@127.0.0.1:1/", "ftp://127.0.0.1/", "x"] {
        let answer = allowing_loopback()
            .call(request(url.to_owned(), Reach::Operator))
            .await;
        assert!(matches!(answer, Err(HttpError::NotSent(_))), "{url}");
    }
}
