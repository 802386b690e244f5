//! What happens to somebody rather than to a message.

use std::sync::Arc;

use dragoman_core::catalog::{Change, Subscription, User};
use dragoman_core::contact::{Contact, Customer};
use dragoman_core::news::{ContactNews, Notice, StaffNews, Tidings};
use dragoman_core::ports::{Attempted, Due, Store};
use dragoman_core::{Address, Id, Raw};
use dragoman_engine::Engine;
use dragoman_testkit::{TestClock, until};

use crate::endpoints::Endpoint;
use crate::house::{
    ACCOUNT, CHANNEL, House, OTHER, SOON, minutes, submission, submit, subscription,
};
use crate::retold::happens;

const URL: &str = "http://one.example.com/hook";
const WITNESS: &str = "http://two.example.com/hook";

/// An installation with one subscription that is told one thing after the other.
async fn subscribed() -> (House, Engine) {
    let house = House::new().await;
    let single = Subscription {
        concurrency: 1,
        ..subscription(1, URL)
    };
    house.change(Change::Subscription(single)).await;
    let engine = house.start().await;
    (house, engine)
}

async fn told(house: &House, url: &str, count: usize) -> Vec<String> {
    until(&format!("{count} things are told"), SOON, async || {
        let told = house.endpoints.told(url);
        (told.len() >= count).then_some(told)
    })
    .await
}

async fn leaves_due(house: &House, count: usize) -> Vec<Due> {
    until(&format!("{count} are due"), SOON, async || {
        let (_, due) = house.store.deliveries(Id::from_u128(1)).await.unwrap();
        (due.len() == count).then_some(due)
    })
    .await
}

fn of_contact(channel: Option<Id>, what: ContactNews) -> Tidings {
    Tidings::Contact {
        contact: Id::from_u128(0xc0),
        channel,
        what,
    }
}

fn closed(channel: Option<Id>, reason: &str) -> Tidings {
    let reason = reason.into();
    of_contact(channel, ContactNews::Closed { reason })
}

fn away() -> Tidings {
    Tidings::Staff(StaffNews::Status(User {
        id: Id::from_u128(0xa),
        account: ACCOUNT,
        email: "ann@example.com".into(),
        name: "Ann".into(),
        teams: Vec::new(),
        password_hash: None,
        available: false,
        available_at: TestClock::START,
        status: None,
        created_at: TestClock::START,
    }))
}

fn customer(name: &str) -> Option<Arc<Customer>> {
    let contact = Contact {
        id: Id::from_u128(0xc0),
        name: Some(name.into()),
        addresses: vec![Address::parse("31612345678").unwrap()],
        created_at: TestClock::START,
        profile: None,
    };
    Some(Arc::new(Customer {
        contact: Arc::new(contact),
        talks: Vec::new(),
    }))
}

#[tokio::test]
async fn news_are_told_once_in_order_with_what_happens_to_messages() {
    let (house, engine) = subscribed().await;
    submit(&engine, submission(CHANNEL, 1)).await;
    happens(&house, closed(Some(CHANNEL), "solved"), customer("Bo")).await;
    submit(&engine, submission(CHANNEL, 2)).await;
    happens(&house, of_contact(None, ContactNews::Created), None).await;
    happens(&house, away(), None).await;
    told(&house, URL, 4).await;
    engine.stop().await;

    let engine = house.start().await;
    happens(&house, closed(Some(CHANNEL), "lost"), None).await;
    let all = told(&house, URL, 5).await;
    let expected = [
        "1",
        "Bo is done: solved",
        "2",
        "Ann is away",
        "somebody is done: lost",
    ];
    assert_eq!(all, expected);
    engine.stop().await;
    let (cursor, due) = house.store.deliveries(Id::from_u128(1)).await.unwrap();
    let tries = house.store.tries.lock().unwrap();
    assert_eq!((tries.len(), due), (5, Vec::new()));
    assert!(tries.iter().all(|tried| tried.seq <= cursor));
}

#[tokio::test]
async fn a_subscription_of_a_channel_hears_no_other_news() {
    let (house, engine) = subscribed().await;
    let of_channel = Subscription {
        channel: Some(CHANNEL),
        ..subscription(1, URL)
    };
    house.change(Change::Subscription(of_channel)).await;
    let witness = subscription(2, WITNESS);
    house.change(Change::Subscription(witness)).await;
    happens(&house, closed(Some(OTHER), "other"), None).await;
    happens(&house, closed(None, "nowhere"), None).await;
    happens(&house, away(), None).await;
    happens(&house, closed(Some(CHANNEL), "ours"), None).await;
    told(&house, WITNESS, 4).await;
    assert_eq!(told(&house, URL, 1).await, ["somebody is done: ours"]);
    engine.stop().await;
    assert_eq!(house.endpoints.calls(URL), 1);
}

#[tokio::test]
async fn a_notice_is_for_its_channel_and_its_format_alone() {
    let (house, engine) = subscribed().await;
    let of_channel = Subscription {
        channel: Some(CHANNEL),
        ..subscription(2, WITNESS)
    };
    house.change(Change::Subscription(of_channel)).await;
    let notice = |channel, format: &str, body: &str| {
        Tidings::Notice(Notice {
            channel,
            format: format.into(),
            body: Raw::new(body),
        })
    };
    happens(&house, notice(CHANNEL, "another", "foreign"), None).await;
    happens(&house, notice(OTHER, "double", "elsewhere"), None).await;
    happens(&house, notice(CHANNEL, "double", "ours"), None).await;
    assert_eq!(told(&house, WITNESS, 1).await, ["ours"]);
    assert_eq!(told(&house, URL, 2).await, ["elsewhere", "ours"]);
    engine.stop().await;
}

#[tokio::test]
async fn news_that_an_endpoint_does_not_take_are_tried_again() {
    let (house, engine) = subscribed().await;
    house.endpoints.becomes(URL, Endpoint::Says(500, "not now"));
    happens(&house, closed(Some(CHANNEL), "solved"), None).await;
    let due = leaves_due(&house, 1).await;
    assert_eq!((due[0].message, due[0].tries), (None, 1));
    house.endpoints.becomes(URL, Endpoint::Takes);
    house.clock.advance(minutes(2));
    assert_eq!(told(&house, URL, 1).await, ["somebody is done: solved"]);
    leaves_due(&house, 0).await;
    engine.stop().await;
}

#[tokio::test]
async fn news_wait_while_an_endpoint_is_down() {
    let (house, engine) = subscribed().await;
    house.endpoints.becomes(URL, Endpoint::IsAway);
    for number in 0..40 {
        let reason = number.to_string();
        happens(&house, closed(Some(CHANNEL), &reason), None).await;
    }
    let due = leaves_due(&house, 40).await;
    assert!(
        due.iter().any(|due| due.tries == 0),
        "a down endpoint is spared"
    );
    house.endpoints.becomes(URL, Endpoint::Takes);
    until("all news are told", SOON, async || {
        house.clock.advance(minutes(2));
        (house.endpoints.told(URL).len() == 40).then_some(())
    })
    .await;
    engine.stop().await;
}

#[tokio::test]
async fn news_that_crash_their_format_are_given_up_and_the_rest_goes_on() {
    let (house, engine) = subscribed().await;
    happens(&house, closed(Some(CHANNEL), "poison"), None).await;
    happens(&house, closed(Some(CHANNEL), "solved"), None).await;
    assert_eq!(told(&house, URL, 1).await, ["somebody is done: solved"]);
    engine.stop().await;
    let tries = house.store.tries.lock().unwrap();
    let how = tries.iter().map(|tried| (tried.message, tried.then));
    let how: Vec<_> = how.collect();
    assert_eq!(how, [(None, Attempted::Exhausted), (None, Attempted::Done)]);
}

#[tokio::test]
async fn what_an_endpoint_says_is_kept_unless_it_took_what_it_was_told() {
    let (house, engine) = subscribed().await;
    house.endpoints.becomes(URL, Endpoint::Says(500, "not now"));
    submit(&engine, submission(CHANNEL, 1)).await;
    leaves_due(&house, 1).await;
    house.endpoints.becomes(URL, Endpoint::Takes);
    house.clock.advance(minutes(2));
    leaves_due(&house, 0).await;
    engine.stop().await;
    let tries = house.store.tries.lock().unwrap();
    let answers = tries.iter().map(|tried| {
        let answer = tried.answer.as_ref();
        (
            tried.status,
            answer.map(|answer| answer.as_str().to_owned()),
        )
    });
    let answers: Vec<_> = answers.collect();
    let refused = (Some(500), Some("not now".to_owned()));
    assert_eq!(answers, [refused, (Some(200), None)]);
}
