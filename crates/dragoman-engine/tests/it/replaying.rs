//! What was given up, and telling it again.

use dragoman_core::catalog::{Change, Subscription};
use dragoman_core::event::EventId;
use dragoman_core::ports::{Replay, ReplayError, Replayed, Store};
use dragoman_core::{Id, Secret};
use dragoman_engine::Engine;
use dragoman_testkit::until;

use crate::doubles::TEAPOT;
use crate::endpoints::Endpoint;
use crate::house::{
    CHANNEL, House, OTHER, SOON, channel, minutes, submission, submit, subscription,
};

const URL: &str = "http://one.example.com/hook";
const ID: Id = Id::from_u128(1);

/// An installation with one subscription that is told one event after the other.
async fn subscribed() -> (House, Engine) {
    let house = House::new().await;
    let single = Subscription {
        concurrency: 1,
        secret: Some(Secret::new(
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=",
        )),
        ..subscription(1, URL)
    };
    house.change(Change::Subscription(single)).await;
    let engine = house.start().await;
    (house, engine)
}

async fn told(house: &House, count: usize) -> Vec<String> {
    until(&format!("{count} events are told"), SOON, async || {
        let told = house.endpoints.told(URL);
        (told.len() >= count).then_some(told)
    })
    .await
}

/// Waits until so many are given up, and answers their numbers.
async fn dead(house: &House, count: usize) -> Vec<i64> {
    until(&format!("{count} are given up"), SOON, async || {
        let dead = house.store.dead_letters(ID, 0, 100).await.unwrap();
        let numbers = || dead.iter().map(|letter| letter.seq).collect();
        (dead.len() == count).then(numbers)
    })
    .await
}

async fn replay(engine: &Engine, wanted: Replay) -> Result<Replayed, ReplayError> {
    engine.replays().replay(ID, wanted).await
}

const fn all_dead() -> Replay {
    Replay::Dead {
        channel: None,
        events: Vec::new(),
    }
}

/// The id under which the last event was told.
fn webhook_id(house: &House) -> EventId {
    let last = house.endpoints.last(URL).unwrap();
    let mut headers = last.headers.iter();
    let (_, id) = headers.find(|(name, _)| *name == "webhook-id").unwrap();
    id.parse().unwrap()
}

#[tokio::test]
async fn what_was_given_up_is_kept_and_told_again_under_its_id() {
    let (house, engine) = subscribed().await;
    house.endpoints.becomes(URL, Endpoint::Answers(TEAPOT));
    submit(&engine, submission(CHANNEL, 1)).await;
    let given_up = dead(&house, 1).await;
    let id = webhook_id(&house);
    assert_eq!([id.seq], given_up[..]);
    house.endpoints.becomes(URL, Endpoint::Takes);
    house.clock.advance(minutes(1));
    let replayed = replay(&engine, all_dead()).await;
    let one = Replayed::Events {
        count: 1,
        more: false,
    };
    assert_eq!(replayed, Ok(one));
    assert_eq!(told(&house, 1).await, ["1"]);
    assert_eq!(webhook_id(&house), id);
    dead(&house, 0).await;
    // The same for what was told well.
    house.clock.advance(minutes(1));
    assert_eq!(replay(&engine, Replay::Event(id.seq)).await, Ok(one));
    assert_eq!(told(&house, 2).await, ["1", "1"]);
    assert_eq!(webhook_id(&house), id);
    engine.stop().await;
}

#[tokio::test]
async fn of_what_was_given_up_a_channel_can_be_chosen() {
    let (house, engine) = subscribed().await;
    house.change(Change::Channel(channel(OTHER, "other"))).await;
    house.endpoints.becomes(URL, Endpoint::Answers(TEAPOT));
    for (number, of) in [(1, CHANNEL), (2, OTHER), (3, CHANNEL)] {
        submit(&engine, submission(of, number)).await;
    }
    dead(&house, 3).await;
    house.endpoints.becomes(URL, Endpoint::Takes);
    let of_other = Replay::Dead {
        channel: Some(OTHER),
        events: Vec::new(),
    };
    let one = Replayed::Events {
        count: 1,
        more: false,
    };
    assert_eq!(replay(&engine, of_other).await, Ok(one));
    assert_eq!(told(&house, 1).await, ["2"]);
    dead(&house, 2).await;
    engine.stop().await;
}

#[tokio::test]
async fn everything_since_a_time_is_told_again_also_what_was_given_up() {
    let (house, engine) = subscribed().await;
    submit(&engine, submission(CHANNEL, 1)).await;
    told(&house, 1).await;
    house.clock.advance(minutes(10));
    let since = house.clock_now();
    submit(&engine, submission(CHANNEL, 2)).await;
    told(&house, 2).await;
    house.endpoints.becomes(URL, Endpoint::Answers(TEAPOT));
    submit(&engine, submission(CHANNEL, 3)).await;
    dead(&house, 1).await;
    house.endpoints.becomes(URL, Endpoint::Takes);
    let Ok(Replayed::After(after)) = replay(&engine, Replay::Since(since)).await else {
        panic!("the cursor moves back");
    };
    assert!(after > 0);
    assert_eq!(told(&house, 4).await, ["1", "2", "2", "3"]);
    dead(&house, 0).await;
    submit(&engine, submission(CHANNEL, 4)).await;
    assert_eq!(told(&house, 5).await[4], "4");
    engine.stop().await;
}

#[tokio::test]
async fn an_event_that_is_not_the_subscription_s_is_not_told_to_it() {
    let (house, engine) = subscribed().await;
    submit(&engine, submission(CHANNEL, 1)).await;
    told(&house, 1).await;
    let last = house.store.last_event();
    for seq in [last + 1, 0, -1] {
        let missing = Err(ReplayError::Missing);
        assert_eq!(replay(&engine, Replay::Event(seq)).await, missing, "{seq}");
    }
    let unknown = engine.replays().replay(Id::from_u128(9), all_dead()).await;
    assert_eq!(unknown, Err(ReplayError::NotFollowed));
    engine.stop().await;
}
