//! The receiver over a real connection.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::*;

const SOON: Duration = Duration::from_secs(10);

/// Calls once on a connection of its own and returns the status.
async fn call(receiver: &Receiver, method: &str) -> std::io::Result<u16> {
    let mut stream = TcpStream::connect(receiver.address()).await?;
    let request = format!(
        "{method} /hook?a=1 HTTP/1.1\r\nhost: x\r\nX-Sign: abc\r\nconnection: close\r\n\
         content-length: 7\r\n\r\n{{\"n\":1}}"
    );
    stream.write_all(request.as_bytes()).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    Ok(answer[9..12].parse().unwrap())
}

#[tokio::test]
async fn a_post_is_recorded_with_path_headers_and_body() {
    let receiver = Receiver::start();
    assert_eq!(call(&receiver, "POST").await.unwrap(), 200);
    assert_eq!(call(&receiver, "GET").await.unwrap(), 405);
    let received = receiver.wait_for(1, SOON).await;
    assert_eq!(received.len(), 1);
    assert_eq!(received[0].path, "/hook?a=1");
    assert_eq!(received[0].header("x-sign"), Some("abc"));
    assert_eq!(received[0].json(), serde_json::json!({"n": 1}));
}

#[tokio::test]
async fn exceptions_are_answered_before_the_standing_status() {
    let receiver = Receiver::start();
    receiver.answer(204);
    receiver.answer_next(1, 503);
    receiver.answer_next(1, 410);
    for status in [503, 410, 204, 204] {
        assert_eq!(call(&receiver, "POST").await.unwrap(), status);
    }
    let answered: Vec<u16> = receiver.received().iter().map(|r| r.answered).collect();
    assert_eq!(answered, [503, 410, 204, 204]);
}

#[tokio::test]
async fn a_receiver_that_is_down_refuses_and_comes_back_on_the_same_port() {
    let mut receiver = Receiver::start();
    let idle = TcpStream::connect(receiver.address()).await.unwrap();
    for _ in 0..3 {
        assert_eq!(call(&receiver, "POST").await.unwrap(), 200);
        tokio::time::timeout(SOON, receiver.down()).await.unwrap();
        let refused = call(&receiver, "POST").await.unwrap_err();
        assert_eq!(refused.kind(), std::io::ErrorKind::ConnectionRefused);
        receiver.up();
    }
    assert_eq!(call(&receiver, "POST").await.unwrap(), 200);
    assert_eq!(receiver.received().len(), 4);
    drop(idle);
}
