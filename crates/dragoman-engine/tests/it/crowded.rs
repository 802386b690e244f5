//! A broadcast holds up nobody else.

use dragoman_core::catalog::{Account, Change};
use dragoman_core::message::Priority;
use dragoman_core::ports::Store;
use dragoman_core::submission::{Manner, Submission};
use dragoman_core::{Id, State};
use dragoman_engine::Engine;
use dragoman_testkit::{TestClock, tenant, until};

use crate::doubles::Provider;
use crate::house::{CHANNEL, House, OTHER, SOON, channel, metric, minutes, submission, submit};

const NEIGHBOUR: Id = Id::from_u128(0xa2);
const BROADCAST: u32 = 500;
/// What a channel of the house sends at once.
const AT_ONCE: usize = 8;

fn bulk(number: u32) -> Submission {
    urgent(number, Priority::Bulk)
}

fn urgent(number: u32, priority: Priority) -> Submission {
    Submission {
        manner: Manner {
            priority: Some(priority),
            ..Manner::default()
        },
        ..submission(CHANNEL, number)
    }
}

/// Another account with a channel of its own.
async fn with_neighbour() -> House {
    let house = House::new().await;
    let account = Account {
        id: NEIGHBOUR,
        name: "neighbour".into(),
        created_at: TestClock::START,
    };
    house.change(Change::Account(account)).await;
    let mut other = channel(OTHER, "other");
    other.account = NEIGHBOUR;
    house.change(Change::Channel(other)).await;
    house
}

/// Fills a channel whose provider is slow.
async fn broadcast(house: &House, engine: &Engine) {
    let before = house.sent().len();
    house.driver.always(CHANNEL, Provider::TakesLate);
    for number in 0..BROADCAST {
        submit(engine, bulk(number)).await;
    }
    house.posts(before + AT_ONCE).await;
    assert_eq!(house.sent().len(), before + AT_ONCE);
}

/// What the store is asked and the provider is sent for a message of the neighbour's.
async fn what_one_takes(house: &House, engine: &Engine) -> Vec<&'static str> {
    let (verbs, posts) = (house.log().len(), house.sent().len());
    let of_neighbour = Submission {
        account: tenant(NEIGHBOUR),
        ..submission(OTHER, 7)
    };
    let message = submit(engine, of_neighbour).await;
    house.posts(posts + 1).await;
    until("it is submitted", SOON, async || {
        let stored = house
            .store
            .message(tenant(NEIGHBOUR), message)
            .await
            .unwrap();
        (stored?.fold.state == State::Submitted).then_some(())
    })
    .await;
    assert_eq!(house.sent()[posts], message);
    house.log().split_off(verbs)
}

#[tokio::test]
async fn another_accounts_message_takes_the_same_steps_beside_a_broadcast_as_without() {
    let quiet = with_neighbour().await;
    let alone = quiet.start().await;
    let _warm = what_one_takes(&quiet, &alone).await;
    let steps = what_one_takes(&quiet, &alone).await;

    let busy = with_neighbour().await;
    let engine = busy.start().await;
    let _warm = what_one_takes(&busy, &engine).await;
    broadcast(&busy, &engine).await;
    let beside = what_one_takes(&busy, &engine).await;
    assert_eq!(beside, steps);
}

#[tokio::test]
async fn a_code_is_the_next_post_of_a_channel_that_is_full_of_a_broadcast() {
    let house = House::new().await;
    let engine = house.start().await;
    broadcast(&house, &engine).await;
    let code = submit(&engine, urgent(BROADCAST, Priority::High)).await;
    house.driver.answer();
    house.posts(AT_ONCE + 1).await;
    assert_eq!(house.sent()[AT_ONCE], code);
    house.posts(BROADCAST as usize + 1).await;
}

#[tokio::test]
async fn how_long_the_oldest_message_waits_is_seen() {
    let house = House::new().await;
    let engine = house.start().await;
    let waits = || metric(&engine, "dragoman_oldest_queued_seconds");
    broadcast(&house, &engine).await;
    house.clock.advance(minutes(2));
    assert_eq!(waits(), 120.0);
    house.driver.answer();
    house.posts(BROADCAST as usize).await;
    assert_eq!(waits(), 0.0);
}
