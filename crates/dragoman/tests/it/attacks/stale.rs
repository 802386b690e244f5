//! Connections that are kept, and closed by the provider at the moment at which they are needed.

use dragoman_core::content::Kind;
use dragoman_core::outcome::SendError;
use dragoman_engine::HttpClient;
use dragoman_testkit::FaultyServer;
use dragoman_testkit::faulty::{Manner, answer};

use super::messages::{attempt, channel};

const TAKEN: &str = r#"{"messages":[{"id":"wamid.OUT"}]}"#;
/// Enough for every order in which the end and the next request may meet.
const ROUNDS: u32 = 100;

/// Sends to a server that takes a message and then, on the same connection, behaves like this.
async fn check(then: Manner) {
    let taken = Manner::Keep(answer(200, TAKEN));
    let manners = (0..ROUNDS).flat_map(|_| [taken.clone(), then.clone()]);
    let server = FaultyServer::start(manners).await;
    let channel = channel("http", server.address());
    let http = HttpClient::new(Vec::new());
    let driver = dragoman_channels::drivers(&std::sync::Arc::default()).remove(0);
    for number in 0..2 * ROUNDS {
        let connections = server.connections();
        let (in_flight, token) = attempt(number, Kind::Text);
        let ended = driver.send(&http, &channel, &in_flight).await;
        let read = server.times_read(&token);
        match &ended {
            Ok(_) => assert_eq!(read, 1, "{ended:?}"),
            Err(SendError::NotTaken(_)) => assert_eq!(read, 0, "{ended:?}"),
            Err(SendError::Unknown(_)) => assert!(read <= 1, "{ended:?}"),
        }
        let opened = server.connections() - connections;
        assert!(
            opened <= 1,
            "{opened} connections for one attempt: {ended:?}"
        );
    }
}

#[tokio::test]
async fn a_kept_connection_that_closes_is_no_reason_to_write_twice() {
    for then in [
        Manner::CloseUnread,
        Manner::CloseReading,
        Manner::CloseRead,
        Manner::Reset,
        Manner::Close(b"HTTP/1.1 200".to_vec()),
    ] {
        check(then).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nor_is_it_when_the_server_runs_beside_us() {
    check(Manner::CloseUnread).await;
    check(Manner::CloseReading).await;
}
