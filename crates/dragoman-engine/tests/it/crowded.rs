//! A broadcast holds up nobody else.

use dragoman_core::catalog::{Account, Change};
use dragoman_core::message::Priority;
use dragoman_core::ports::{DeskError, Store};
use dragoman_core::submission::{Ask, Manner, Submission};
use dragoman_core::template::{
    Category, Header, Parameter, Template, TemplateAsk, TemplateMessage, TemplateStatus,
};
use dragoman_core::{Id, Refusal, State};
use dragoman_engine::{Bounds, Engine};
use dragoman_testkit::{TestClock, tenant, until};
use futures_util::StreamExt;

use crate::doubles::Provider;
use crate::house::{
    ACCOUNT, CHANNEL, House, OTHER, SOON, channel, metric, minutes, submission, submit, try_submit,
};

const NEIGHBOUR: Id = Id::from_u128(0xa2);
const BROADCAST: u32 = 500;
/// One that fills the queue of its channel.
const HUGE: u32 = 100_000;
/// So many clients send it.
const CLIENTS: usize = 200;
/// What a channel of the house sends at once.
const AT_ONCE: usize = 8;

fn in_turn(number: u32, priority: Priority) -> Submission {
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
async fn broadcast(house: &House, engine: &Engine, count: u32, priority: Priority) {
    let before = house.sent().len();
    house.driver.always(CHANNEL, Provider::TakesLate);
    let calls = (0..count).map(|number| submit(engine, in_turn(number, priority)));
    let calls = futures_util::stream::iter(calls).buffer_unordered(CLIENTS);
    calls.for_each(|_| std::future::ready(())).await;
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
    broadcast(&busy, &engine, BROADCAST, Priority::Bulk).await;
    let beside = what_one_takes(&busy, &engine).await;
    assert_eq!(beside, steps);
}

#[tokio::test]
async fn a_code_is_the_next_post_of_a_channel_that_is_full_of_a_broadcast() {
    let house = House::new().await;
    let engine = house.start().await;
    broadcast(&house, &engine, BROADCAST, Priority::Bulk).await;
    let code = submit(&engine, in_turn(BROADCAST, Priority::High)).await;
    house.driver.answer();
    house.posts(AT_ONCE + 1).await;
    assert_eq!(house.sent()[AT_ONCE], code);
    house.posts(BROADCAST as usize + 1).await;
}

#[tokio::test]
async fn one_time_codes_are_the_next_posts_of_a_channel_in_which_a_hundred_thousand_wait() {
    let house = House::new().await;
    house.change(Change::Template(code())).await;
    let engine = house.start().await;
    broadcast(&house, &engine, HUGE, Priority::Normal).await;
    let mut codes = Vec::new();
    for number in HUGE..HUGE + 3 {
        codes.push(submit(&engine, of_code(number)).await);
    }
    house.driver.answer();
    house.posts(AT_ONCE + codes.len()).await;
    assert_eq!(house.sent()[AT_ONCE..AT_ONCE + codes.len()], codes);
    engine.stop().await;
}

/// A template for one-time codes.
fn code() -> Template {
    Template {
        id: Id::from_u128(0x7e),
        family: None,
        account: ACCOUNT,
        channel: CHANNEL,
        title: "code".into(),
        name: "code".into(),
        language: "en".into(),
        category: Category::Authentication,
        status: TemplateStatus::Approved,
        header: Header::None,
        body: "{{1}} is your code".into(),
        footer: None,
        buttons: Vec::new(),
        created_at: TestClock::START,
    }
}

/// Sends one, and says nothing of its turn.
fn of_code(number: u32) -> Submission {
    let message = TemplateMessage {
        name: "code".into(),
        language: "en".into(),
        header: None,
        body: vec![Parameter::Text("123456".into())],
        buttons: Vec::new(),
        rendered: "".into(),
    };
    Submission {
        ask: Ask::Template(TemplateAsk::ByName(message)),
        ..submission(CHANNEL, number)
    }
}

#[tokio::test]
async fn a_code_is_taken_where_a_broadcast_has_filled_the_queue() {
    let house = House::new().await;
    let bounds = Bounds {
        queued_per_account: 20,
        ..Bounds::default()
    };
    let engine = house.start_within(bounds).await;
    house.driver.always(CHANNEL, Provider::TakesLate);
    let mut numbers = 0..;
    let mut until_full = async |priority| {
        let full = loop {
            let number = numbers.next().unwrap();
            if let Err(error) = try_submit(&engine, in_turn(number, priority)).await {
                break error;
            }
            assert!(number < 100, "it is never full");
        };
        assert_eq!(full, DeskError::Refused(Refusal::AccountFull));
        numbers.start
    };
    let broadcast = until_full(Priority::Bulk).await;
    let codes = until_full(Priority::High).await - broadcast - 1;
    assert_eq!(codes, 2, "a tenth more");
    house.driver.answer();
    engine.stop().await;
}

#[tokio::test]
async fn how_long_the_oldest_message_waits_is_seen() {
    let house = House::new().await;
    let engine = house.start().await;
    let waits = || metric(&engine, "dragoman_oldest_queued_seconds");
    broadcast(&house, &engine, BROADCAST, Priority::Bulk).await;
    house.clock.advance(minutes(2));
    assert_eq!(waits(), 120.0);
    house.driver.answer();
    house.posts(BROADCAST as usize).await;
    assert_eq!(waits(), 0.0);
}
