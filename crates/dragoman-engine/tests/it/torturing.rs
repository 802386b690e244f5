//! Endpoints that misbehave on the wire, all at once, beside one that does not.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use dragoman_core::Id;
use dragoman_core::catalog::{Change, Subscription};
use dragoman_core::ports::Store;
use dragoman_engine::HttpClient;
use dragoman_testkit::{Receiver, until};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::house::{CHANNEL, House, SOON, submission, submit, subscription};

const EVENTS: u32 = 30;

/// What an endpoint does with a call.
#[derive(Clone, Copy, Debug)]
enum Habit {
    /// Takes it, and never answers.
    Hangs,
    /// Sends a byte of its answer now and then.
    Dawdles,
    Resets,
    /// Speaks another language.
    Babbles,
    /// Sends the caller to the witness.
    Redirects(SocketAddr),
    /// Has too much to do.
    Throttles,
    /// Answers without an end.
    NeverEnds,
    /// Answers what would be large if somebody unpacked it.
    Bombs,
    /// Takes every other call.
    Flaps,
}

/// An endpoint of this habit.
async fn endpoint(habit: Habit) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    let calls = Arc::new(AtomicU32::new(0));
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let call = calls.fetch_add(1, Ordering::SeqCst);
            tokio::spawn(treat(stream, habit, call));
        }
    });
    url
}

/// However it ends, the caller has to live with it.
async fn treat(mut stream: TcpStream, habit: Habit, call: u32) {
    let mut request = [0; 4096];
    let _ = stream.read(&mut request).await;
    let short = |status: &str, more: &str| {
        format!("HTTP/1.1 {status}\r\n{more}content-length: 0\r\nconnection: close\r\n\r\n")
    };
    match habit {
        Habit::Hangs => std::future::pending().await,
        Habit::Dawdles => {
            for byte in b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n" {
                let _ = stream.write_all(&[*byte]).await;
                tokio::time::sleep(Duration::from_secs(2)).await;
            }
        }
        Habit::Resets => {
            let _ = stream.set_zero_linger();
        }
        Habit::Babbles => {
            let _ = stream.write_all(b"nonsense\r\n\r\n").await;
        }
        Habit::Redirects(to) => {
            let more = format!("location: http://{to}/hook\r\n");
            let _ = stream
                .write_all(short("307 Over There", &more).as_bytes())
                .await;
        }
        Habit::Throttles => {
            let answer = short("429 Too Many", "retry-after: 86400\r\n");
            let _ = stream.write_all(answer.as_bytes()).await;
        }
        Habit::NeverEnds => {
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await;
            while stream.write_all(&[b'x'; 8192]).await.is_ok() {}
        }
        Habit::Bombs => {
            let head = "HTTP/1.1 500 No\r\ncontent-encoding: gzip\r\nconnection: close\r\n\r\n";
            let _ = stream.write_all(head.as_bytes()).await;
            let _ = stream.write_all(&[0x1f, 0x8b, 8, 0, 0, 0, 0, 0]).await;
        }
        Habit::Flaps => {
            let status = if call.is_multiple_of(2) {
                "503 No"
            } else {
                "200 OK"
            };
            let _ = stream.write_all(short(status, "").as_bytes()).await;
        }
    }
}

#[tokio::test]
async fn whatever_endpoints_do_the_others_hear_everything_and_each_event_once() {
    let house = House::new().await;
    let witness = Receiver::start();
    let healthy = Receiver::start();
    let habits = [
        Habit::Hangs,
        Habit::Dawdles,
        Habit::Resets,
        Habit::Babbles,
        Habit::Redirects(witness.address()),
        Habit::Throttles,
        Habit::NeverEnds,
        Habit::Bombs,
        Habit::Flaps,
    ];
    for (id, habit) in (10..).zip(habits) {
        let url = endpoint(habit).await;
        house
            .change(Change::Subscription(subscription(id, &url)))
            .await;
    }
    let signed = Subscription {
        secret: Some(dragoman_core::Secret::new(
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=",
        )),
        ..subscription(1, &healthy.url("/hook"))
    };
    house.change(Change::Subscription(signed)).await;
    let loopback = vec!["127.0.0.0/8".parse().unwrap()];
    let engine = house.start_with(Arc::new(HttpClient::new(loopback))).await;
    for number in 0..EVENTS {
        submit(&engine, submission(CHANNEL, number)).await;
    }
    let heard = healthy.wait_for(EVENTS as usize, SOON).await;
    let ids: BTreeSet<&str> = heard
        .iter()
        .filter_map(|one| one.header("webhook-id"))
        .collect();
    assert_eq!((heard.len(), ids.len()), (EVENTS as usize, EVENTS as usize));

    let due = async |id: u128| house.store.deliveries(Id::from_u128(id)).await.unwrap();
    for (id, habit) in (12..).zip([Habit::Resets, Habit::Babbles]) {
        until(&format!("{habit:?} has failed"), SOON, async || {
            let (_, due) = due(id).await;
            (due.len() == EVENTS as usize).then_some(())
        })
        .await;
    }
    for (id, what) in [(14, "redirects"), (15, "throttles"), (17, "bombs")] {
        until(&format!("who {what} has failed"), SOON, async || {
            let (_, due) = due(id).await;
            (due.len() == EVENTS as usize).then_some(())
        })
        .await;
    }
    until("who never ends has taken everything", SOON, async || {
        let (cursor, due) = due(16).await;
        (cursor > 0 && due.is_empty()).then_some(())
    })
    .await;
    assert_eq!(witness.received().len(), 0, "no redirect is followed");

    // Who flaps gets in the end what it has refused.
    until("who flaps has everything", SOON, async || {
        house.clock.advance(Duration::from_secs(120));
        let (cursor, due) = due(18).await;
        (cursor > 0 && due.is_empty()).then_some(())
    })
    .await;
}
