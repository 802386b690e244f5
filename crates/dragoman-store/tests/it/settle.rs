use std::time::Duration;

use dragoman_core::State;
use dragoman_core::event::What;
use dragoman_core::id::AttemptId;
use dragoman_core::inbound::StatusKind;
use dragoman_core::message::Author;
use dragoman_core::outcome::{Receipt, Settlement};
use dragoman_core::ports::Reference;

use crate::world::{CHANNEL, CUSTOMER, NOW, check, failure, receipt, status};

const ATTEMPT: AttemptId = AttemptId(9);

#[tokio::test]
async fn a_receipt_ends_the_attempt_and_names_the_message() {
    check(async |world| {
        let in_flight = world.accept_and_begin(CUSTOMER, ATTEMPT).await;
        let message = in_flight.message();
        assert!(world.settle(&in_flight, receipt("wamid.1")).await);
        assert!(!world.settle(&in_flight, receipt("wamid.1")).await);
        let stored = world.stored(message).await;
        assert_eq!(stored.fold.state, State::Submitted);
        assert_eq!(stored.provider_id.as_deref(), Some("wamid.1"));
        let author = Author::Business;
        let named = Reference { message, author };
        assert_eq!(world.named("wamid.1").await, Some(named));
        assert!(world.store().counts().unsettled.is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_proven_refusal_goes_back_to_the_queue_until_its_time() {
    check(async |world| {
        let in_flight = world.accept_and_begin(CUSTOMER, ATTEMPT).await;
        let due_at = NOW.plus(Duration::from_secs(4));
        let retry = Settlement::Retry {
            failure: failure(),
            due_at,
        };
        assert!(world.settle(&in_flight, retry.clone()).await);
        assert!(!world.settle(&in_flight, retry).await);
        let queue = world.store().queue(CHANNEL).await.unwrap();
        assert_eq!((queue[0].due_at, queue[0].starts), (due_at, 1));
        let ready = world.claim(in_flight.message()).await.unwrap();
        assert_eq!(ready.claim().starts, 1);
    })
    .await;
}

#[tokio::test]
async fn a_failed_preparation_needs_no_attempt() {
    check(async |world| {
        let message = world.accept(CUSTOMER).await.message;
        world.claim(message).await.unwrap();
        let retry = Settlement::Retry {
            failure: failure(),
            due_at: NOW,
        };
        assert!(
            world
                .store()
                .settle(message, None, retry, NOW)
                .await
                .unwrap()
        );
        assert!(world.claim(message).await.is_some());
        let failed = Settlement::Failed(failure());
        assert!(
            world
                .store()
                .settle(message, None, failed, NOW)
                .await
                .unwrap()
        );
        let story = world.story(message).await;
        assert_eq!(story, ["accepted", "retried", "failed"]);
    })
    .await;
}

#[tokio::test]
async fn a_lost_answer_has_no_retry_and_a_late_receipt_ends_the_doubt() {
    check(async |world| {
        let in_flight = world.accept_and_begin(CUSTOMER, ATTEMPT).await;
        let lost = Settlement::Unknown("reset".into());
        assert!(world.settle(&in_flight, lost.clone()).await);
        assert!(!world.settle(&in_flight, lost).await);
        assert_eq!(world.state(in_flight.message()).await, State::Unknown);
        assert!(world.queued().await.is_empty());
        assert!(world.claim(in_flight.message()).await.is_none());
        assert!(world.settle(&in_flight, receipt("wamid.1")).await);
        assert_eq!(world.state(in_flight.message()).await, State::Submitted);
    })
    .await;
}

#[tokio::test]
async fn a_settlement_speaks_of_its_own_attempt_only() {
    check(async |world| {
        let in_flight = world.accept_and_begin(CUSTOMER, ATTEMPT).await;
        let failed = Settlement::Failed(failure());
        let (store, message) = (world.store(), in_flight.message());
        let other = Some(AttemptId(10));
        assert!(
            !store
                .settle(message, other, failed.clone(), NOW)
                .await
                .unwrap()
        );
        assert!(!store.settle(message, None, failed, NOW).await.unwrap());
        assert_eq!(world.state(message).await, State::InFlight);
    })
    .await;
}

#[tokio::test]
async fn an_echo_ends_the_doubt_and_the_late_answer_changes_nothing() {
    check(async |world| {
        let in_flight = world.accept_and_begin(CUSTOMER, ATTEMPT).await;
        let (message, token) = (in_flight.message(), Some(in_flight.token()));
        world
            .settle(&in_flight, Settlement::Unknown("reset".into()))
            .await;
        let echo = status("wamid.1", token, StatusKind::Sent, 5);
        assert_eq!(world.record(vec![echo.clone()]).await.statuses, 1);
        assert_eq!(world.record(vec![echo]).await.repeated, 1);
        let story = ["accepted", "departed", "unknown", "submitted", "sent"];
        assert_eq!(world.story(message).await, story);
        assert_eq!(world.state(message).await, State::Sent);
        assert!(!world.settle(&in_flight, receipt("wamid.1")).await);
        let failed = Settlement::Failed(failure());
        assert!(!world.settle(&in_flight, failed).await);
        assert_eq!(world.story(message).await, story);
    })
    .await;
}

#[tokio::test]
async fn an_echo_may_come_before_the_answer() {
    check(async |world| {
        let in_flight = world.accept_and_begin(CUSTOMER, ATTEMPT).await;
        let token = Some(in_flight.token());
        world
            .record(vec![status("wamid.1", token, StatusKind::Delivered, 5)])
            .await;
        assert!(!world.settle(&in_flight, receipt("wamid.1")).await);
        let lost = Settlement::Unknown("reset".into());
        assert!(!world.settle(&in_flight, lost).await);
        assert_eq!(world.state(in_flight.message()).await, State::Delivered);
        assert!(world.store().counts().unsettled.is_empty());
    })
    .await;
}

#[tokio::test]
async fn what_the_provider_has_taken_is_not_sent_again() {
    check(async |world| {
        let in_flight = world.accept_and_begin(CUSTOMER, ATTEMPT).await;
        let retry = Settlement::Retry {
            failure: failure(),
            due_at: NOW,
        };
        world.settle(&in_flight, retry).await;
        // The refusal was wrong: an echo of the attempt comes while the message waits.
        let token = Some(in_flight.token());
        world
            .record(vec![status("wamid.1", token, StatusKind::Sent, 5)])
            .await;
        assert!(world.queued().await.is_empty());
        assert!(world.claim(in_flight.message()).await.is_none());
        assert_eq!(world.state(in_flight.message()).await, State::Sent);
    })
    .await;
}

#[tokio::test]
async fn a_recipient_that_differs_is_an_address_of_the_contact() {
    check(async |world| {
        // Brazil: the number dialled has a digit that the messenger's id has not.
        let in_flight = world.accept_and_begin("5511987654321", ATTEMPT).await;
        let settlement = Settlement::Submitted(Receipt {
            provider_id: "wamid.1".into(),
            recipient: Some("551187654321".into()),
            held: false,
        });
        assert!(world.settle(&in_flight, settlement).await);
        let stored = world.stored(in_flight.message()).await;
        assert_eq!(stored.contact.addresses.len(), 2);
        let by_other = world.accept("551187654321").await;
        assert_eq!(by_other.contact, stored.contact);
        let last = world.last(in_flight.message()).await;
        assert!(matches!(
            last,
            What::Submitted {
                recipient: Some(_),
                ..
            }
        ));
    })
    .await;
}
