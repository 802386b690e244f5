//! Customers' files.

mod advertisements;

use std::sync::Arc;
use std::time::Duration;

use dragoman_core::catalog::Change;
use dragoman_core::content::Kind;
use dragoman_core::file::{Fetch, Fetched, File, Wanted};
use dragoman_core::inbound::{Inbound, InboundContent, InboundMedia, Report};
use dragoman_core::outcome::Again;
use dragoman_core::ports::Incoming;
use dragoman_core::{Id, MessageId};
use dragoman_engine::{IntakeAnswer, Room};
use dragoman_store::SqliteStore;
use dragoman_testkit::{TestClock, until};

use crate::doubles::DoubleDriver;
use crate::hands::{Hand, NO_FILE};
use crate::house::{ACCOUNT, CHANNEL, House, OTHER, SOON, call, channel, hello, minutes};

/// An installation whose provider gives files, not started yet.
async fn giving() -> House {
    let store = SqliteStore::in_memory().unwrap();
    House::around(store, DoubleDriver::preparing()).await
}

fn message(number: i64) -> MessageId {
    MessageId::from_parts((TestClock::START.millis() << 12) + number, 0)
}

/// The file of a customer's message.
fn fetch(channel: Id, number: i64) -> Fetch {
    Fetch {
        message: message(number),
        account: ACCOUNT,
        channel,
        wanted: Wanted::File(number.to_string().into()),
        filename: None,
        tries: 0,
        due_at: TestClock::START,
    }
}

/// What came of so many fetches.
async fn ended(house: &House, count: usize) -> Vec<(MessageId, Fetched)> {
    until(&format!("{count} fetches are over"), SOON, async || {
        let ended = house.files.ended();
        (ended.len() >= count).then_some(ended)
    })
    .await
}

async fn asked(house: &House, count: usize) {
    until(&format!("{count} files are asked for"), SOON, async || {
        (house.driver.hands().asked().len() == count).then_some(())
    })
    .await;
}

/// A customer sends a picture.
fn photo() -> Incoming {
    let media = InboundMedia {
        kind: Kind::Image,
        provider_media_id: "1".into(),
        mime_type: "image/jpeg".into(),
        sha256: None,
        caption: None,
        filename: None,
        voice: false,
    };
    Incoming {
        provider_id: "provider-demo".into(),
        reports: vec![Report::Inbound(Inbound {
            content: InboundContent::Media(media),
            ..hello()
        })],
    }
}

/// Lets the first message's file be given up or come, and answers what came of it and when each try
/// was made.
async fn tries(house: &House) -> (Fetched, Vec<u64>) {
    let mut times: Vec<u64> = Vec::new();
    let outcome = until("the fetch is over", SOON, async || {
        let now = dragoman_core::ports::Clock::now(&*house.clock);
        let asked = house.driver.hands().asked().len();
        times.resize(asked, now.since(TestClock::START).as_secs());
        if let Some((_, outcome)) = house.files.ended().pop() {
            return Some(outcome);
        }
        let due = house.files.state.lock().unwrap().fetches[0].due_at;
        if due > now {
            house.clock.advance(due.since(now));
        }
        None
    })
    .await;
    (outcome, times)
}

#[tokio::test]
async fn a_customers_file_is_fetched_as_soon_as_its_message_is_recorded() {
    let house = giving().await;
    let engine = house.start().await;
    until("the list was read", SOON, async || {
        (house.files.count("fetches") > 0).then_some(())
    })
    .await;
    let named = Fetch {
        filename: Some("holiday.jpg".into()),
        ..fetch(CHANNEL, 1)
    };
    house.files.awaits(named);
    house.driver.says(vec![photo()]);
    assert_eq!(call(&engine, "demo").await, IntakeAnswer::Taken);
    let over = ended(&house, 1).await;
    let id = Id::from_u128(message(1).as_u128());
    // `printf 'bytes of 1' | sha256sum`
    let sha256 = "11c85ecbb01b793f546fbb77d0f24d3e643fbbb50fe426bcb0018ce0ac728dd2";
    let expected = File {
        id,
        account: ACCOUNT,
        channel: CHANNEL,
        mime_type: "image/jpeg".into(),
        size: 10,
        sha256: bytes_of(sha256),
        filename: Some("holiday.jpg".into()),
        created_at: TestClock::START,
        used_at: TestClock::START,
    };
    assert_eq!(over, [(message(1), Fetched::Kept(expected))]);
    let bytes = house.files.state.lock().unwrap().bytes[&id].clone();
    assert_eq!(bytes, b"bytes of 1");
    let metrics = engine.metrics();
    let fetched = |name: &str, word: &str| {
        let mut metrics = metrics.iter();
        let found = metrics.find(|metric| {
            metric.name == name && metric.labels.iter().any(|(_, label)| label == word)
        });
        found.unwrap().value
    };
    assert_eq!(fetched("dragoman_fetches_total", "done"), 1.0);
    assert_eq!(fetched("dragoman_file_bytes_total", "in"), 10.0);
    engine.stop().await;
}

fn bytes_of(hex: &str) -> [u8; 32] {
    std::array::from_fn(|index| u8::from_str_radix(&hex[2 * index..2 * index + 2], 16).unwrap())
}

#[tokio::test]
async fn what_an_earlier_life_has_left_is_fetched_at_the_start() {
    let house = giving().await;
    for number in 0..10 {
        house.files.awaits(fetch(CHANNEL, number));
    }
    let engine = house.start().await;
    let over = ended(&house, 10).await;
    assert!(
        over.iter()
            .all(|(_, fetched)| matches!(fetched, Fetched::Kept(_)))
    );
    engine.stop().await;
    assert_eq!(house.driver.hands().asked().len(), 10);
}

#[tokio::test]
async fn a_file_that_cannot_be_had_now_is_tried_for_within_ten_minutes() {
    let house = giving().await;
    house.files.awaits(fetch(CHANNEL, 1));
    house
        .driver
        .hands()
        .always(CHANNEL, Hand::Refuses(Again::Backoff));
    let engine = house.start().await;
    let (outcome, times) = tries(&house).await;
    assert!(matches!(outcome, Fetched::Missing(failure) if failure.code == NO_FILE));
    assert_eq!(times, [0, 1, 6, 26, 86, 266, 566]);
    engine.stop().await;
}

#[tokio::test]
async fn a_file_that_comes_later_is_kept() {
    let house = giving().await;
    house.files.awaits(fetch(CHANNEL, 1));
    house
        .driver
        .hands()
        .next(&[Hand::Crashes, Hand::Refuses(Again::Backoff)]);
    let engine = house.start().await;
    let (outcome, times) = tries(&house).await;
    assert!(matches!(outcome, Fetched::Kept(_)), "{outcome:?}");
    assert_eq!(times, [0, 1, 6]);
    engine.stop().await;
}

#[tokio::test]
async fn bytes_that_cannot_be_kept_now_are_fetched_again() {
    let house = giving().await;
    house.files.awaits(fetch(CHANNEL, 1));
    house.files.fail(&["put"]);
    let engine = house.start().await;
    until("it was tried", SOON, async || {
        (house.files.count("fetched") == 1).then_some(())
    })
    .await;
    house.files.fail(&[]);
    let (outcome, _) = tries(&house).await;
    assert!(matches!(outcome, Fetched::Kept(_)), "{outcome:?}");
    engine.stop().await;
}

#[tokio::test]
async fn a_file_that_can_never_be_had_is_given_up_at_once() {
    let house = giving().await;
    house.files.awaits(fetch(CHANNEL, 1));
    house.driver.hands().next(&[Hand::Refuses(Again::Never)]);
    let engine = house.start().await;
    let over = ended(&house, 1).await;
    assert!(matches!(&over[0].1, Fetched::Missing(failure) if failure.code == NO_FILE));
    engine.stop().await;
}

#[tokio::test]
async fn a_channel_whose_provider_gives_no_files_waits_for_none() {
    let house = House::new().await;
    house.files.awaits(fetch(CHANNEL, 1));
    house.files.awaits(fetch(Id::from_u128(0xdead), 2));
    let engine = house.start().await;
    for (_, fetched) in ended(&house, 2).await {
        assert!(matches!(fetched, Fetched::Missing(failure) if failure.code == 131_052));
    }
    engine.stop().await;
}

#[tokio::test]
async fn a_channel_whose_provider_does_not_answer_delays_no_other() {
    let house = giving().await;
    house.change(Change::Channel(channel(OTHER, "other"))).await;
    house.driver.hands().always(CHANNEL, Hand::Waits);
    for number in 0..100 {
        house.files.awaits(fetch(CHANNEL, number));
    }
    for number in 100..110 {
        house.files.awaits(fetch(OTHER, number));
    }
    let engine = house.start().await;
    let over = ended(&house, 10).await;
    assert!(over.iter().all(|(of, _)| *of >= message(100)));
    assert_eq!(house.driver.hands().waiting(), 2);
    house.driver.hands().release();
    ended(&house, 110).await;
    engine.stop().await;
    assert_eq!(house.driver.hands().asked().len(), 110, "each once");
}

#[tokio::test]
async fn what_has_waited_too_long_for_a_provider_that_fails_is_announced() {
    let house = giving().await;
    for number in 0..50 {
        house.files.awaits(fetch(CHANNEL, number));
    }
    house
        .driver
        .hands()
        .always(CHANNEL, Hand::Refuses(Again::Backoff));
    house.clock.advance(minutes(11));
    let engine = house.start().await;
    ended(&house, 46).await;
    assert!(
        house.driver.hands().asked().len() <= 4,
        "a few are tried for"
    );
    engine.stop().await;
}

#[tokio::test]
async fn a_kill_between_the_bytes_and_the_announcement_announces_once() {
    let house = giving().await;
    house.files.awaits(fetch(CHANNEL, 1));
    house.files.stick("fetched");
    let _killed = house.start().await;
    until("the bytes are here", SOON, async || {
        (house.files.count("fetched") == 1).then_some(())
    })
    .await;
    assert_eq!(house.files.ended(), []);

    let again = House {
        files: Arc::clone(&house.files),
        ..giving().await
    };
    let engine = again.start().await;
    ended(&again, 1).await;
    engine.stop().await;
    assert_eq!(
        (house.files.count("put"), house.files.ended().len()),
        (2, 1)
    );
}

#[tokio::test]
async fn a_store_that_is_unwell_has_nothing_fetched_twice() {
    let house = giving().await;
    house.files.awaits(fetch(CHANNEL, 1));
    house.files.fail(&["fetched"]);
    let engine = house.start().await;
    until("the store was asked", SOON, async || {
        (house.files.count("fetched") > 0).then_some(())
    })
    .await;
    house.files.fail(&["fetches"]);
    ended(&house, 1).await;
    house.files.fail(&[]);
    house.files.awaits(fetch(CHANNEL, 2));
    house.clock.advance(Duration::from_secs(1));
    ended(&house, 2).await;
    assert_eq!(house.driver.hands().asked(), ["1", "2"]);
    engine.stop().await;
}

#[tokio::test]
async fn a_stop_waits_for_a_file_that_is_being_fetched() {
    let house = giving().await;
    house.files.awaits(fetch(CHANNEL, 1));
    house.driver.hands().always(CHANNEL, Hand::Waits);
    let engine = house.start().await;
    asked(&house, 1).await;
    tokio::join!(engine.stop(), async {
        until("it waits", SOON, async || {
            (house.driver.hands().waiting() == 1).then_some(())
        })
        .await;
        house.driver.hands().release();
    });
    assert_eq!(house.files.ended().len(), 1);
}

#[tokio::test]
async fn bytes_that_are_written_slowly_are_waited_for() {
    let house = giving().await;
    house.files.awaits(fetch(CHANNEL, 1));
    house.files.stick("put");
    let _engine = house.start().await;
    until("the bytes are being written", SOON, async || {
        (house.files.count("put") == 1).then_some(())
    })
    .await;
    tokio::time::pause();
    tokio::time::advance(minutes(5)).await;
    // Given up now, they would be cleared away before they are there.
    assert_eq!(house.files.count("fetched"), 0);
}

#[tokio::test]
async fn with_little_room_customers_files_stay_at_the_provider_for_now() {
    let house = giving().await;
    house.disk.set(Room::Little);
    let engine = house.start().await;
    house.files.awaits(fetch(CHANNEL, 1));
    house.driver.says(vec![photo()]);
    assert_eq!(call(&engine, "demo").await, IntakeAnswer::Taken);
    until("the list was read", SOON, async || {
        (house.files.count("fetches") > 1).then_some(())
    })
    .await;
    assert_eq!(house.driver.hands().asked().len(), 0);
    house.disk.set(Room::Enough);
    let over = ended(&house, 1).await;
    assert!(matches!(over[0].1, Fetched::Kept(_)));
}
