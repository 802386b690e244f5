use std::time::Duration;

use dragoman_core::State;
use dragoman_core::id::AttemptId;
use dragoman_core::outcome::Settlement;
use dragoman_core::ports::Begin;
use dragoman_core::submission::Submission;

use crate::world::{
    CHANNEL, CUSTOMER, NOW, World, admitted, check, check_embedded, failure, submission,
};

const ATTEMPT: AttemptId = AttemptId(9);

#[tokio::test]
async fn a_message_is_claimed_once() {
    check(async |world| {
        let message = world.accept(CUSTOMER).await.message;
        let claims = world.store().claim(&[message, message]).await.unwrap();
        assert_eq!(claims.len(), 1);
        assert_eq!((claims[0].message, claims[0].starts), (message, 0));
        assert_eq!(world.state(message).await, State::Claimed);
        assert!(world.claim(message).await.is_none());
    })
    .await;
}

#[tokio::test]
async fn a_claim_that_is_given_back_is_free_for_the_next() {
    check(async |world| {
        let message = world.accept(CUSTOMER).await.message;
        world.claim(message).await.unwrap();
        world.store().give_back(message);
        assert_eq!(world.state(message).await, State::Queued);
        let ready = world.claim(message).await.unwrap();
        world.begin(ready, ATTEMPT).await.unwrap();
        // What has departed is nobody's any more.
        world.store().give_back(message);
        assert!(world.claim(message).await.is_none());
    })
    .await;
}

#[tokio::test]
async fn a_departure_is_on_record_before_the_post_may_start() {
    check(async |world| {
        let message = world.accept(CUSTOMER).await.message;
        let ready = world.claim(message).await.unwrap();
        let in_flight = world.begin(ready, ATTEMPT).await.unwrap();
        assert_eq!(in_flight.attempt(), ATTEMPT);
        assert_eq!(world.story(message).await, ["accepted", "departed"]);
        assert_eq!(world.state(message).await, State::InFlight);
        assert!(world.queued().await.is_empty());
        assert!(world.claim(message).await.is_none());
    })
    .await;
}

#[tokio::test]
async fn accepting_and_departing_may_share_one_commit() {
    check_embedded(async |world| {
        let before = world.store().counts().commits;
        let in_flight = world.accept_and_begin(CUSTOMER, ATTEMPT).await;
        assert_eq!(world.store().counts().commits, before + 1);
        let story = world.story(in_flight.message()).await;
        assert_eq!(story, ["accepted", "departed"]);
        assert!(world.claim(in_flight.message()).await.is_none());
    })
    .await;
}

#[tokio::test]
async fn a_message_departs_once() {
    check(async |world| {
        let message = world.accept(CUSTOMER).await.message;
        let ready = world.claim(message).await.unwrap();
        assert!(world.begin(ready.clone(), ATTEMPT).await.is_some());
        assert!(world.begin(ready, AttemptId(10)).await.is_none());
        assert_eq!(world.story(message).await, ["accepted", "departed"]);
    })
    .await;
}

#[tokio::test]
async fn nothing_departs_after_its_time() {
    check(async |world| {
        let short = admitted(Submission {
            ttl: Some(Duration::from_secs(60)),
            ..submission(CUSTOMER)
        });
        let acceptance = world.acceptance(short);
        let message = world.store().accept(acceptance).await.unwrap().message;
        let ready = world.claim(message).await.unwrap();
        let late = NOW.plus(Duration::from_secs(61));
        let begun = world.store().begin(ready, ATTEMPT, late).await.unwrap();
        assert!(matches!(begun, Begin::Gone));
        let expired = world
            .store()
            .settle(message, None, Settlement::Expired, late);
        assert!(expired.await.unwrap());
        assert_eq!(world.story(message).await, ["accepted", "expired"]);
        assert_eq!(world.state(message).await, State::Expired);
        assert!(world.queued().await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_departure_that_was_never_written_goes_back() {
    check(async |world| {
        let in_flight = world.accept_and_begin(CUSTOMER, ATTEMPT).await;
        let message = in_flight.message();
        world.store().withdraw(in_flight, NOW).await.unwrap();
        let story = world.story(message).await;
        assert_eq!(story, ["accepted", "departed", "withdrawn"]);
        assert_eq!(world.queued().await, [message]);
        let ready = world.claim(message).await.unwrap();
        assert!(world.begin(ready, AttemptId(10)).await.is_some());
    })
    .await;
}

#[tokio::test]
async fn counts_tell_what_waits() {
    check(async |world| {
        let message = world.accept(CUSTOMER).await.message;
        world.accept(CUSTOMER).await;
        let counted = |world: &World| world.store().counts().unsettled;
        assert_eq!(counted(&world), [(CHANNEL, State::Queued, 2)]);
        let ready = world.claim(message).await.unwrap();
        let split = [(CHANNEL, State::Queued, 1), (CHANNEL, State::Claimed, 1)];
        assert_eq!(counted(&world), split);
        let in_flight = world.begin(ready, ATTEMPT).await.unwrap();
        let split = [(CHANNEL, State::Queued, 1), (CHANNEL, State::InFlight, 1)];
        assert_eq!(counted(&world), split);
        world
            .settle(&in_flight, Settlement::Failed(failure()))
            .await;
        assert_eq!(counted(&world), [(CHANNEL, State::Queued, 1)]);
    })
    .await;
}
