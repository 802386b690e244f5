use std::time::Duration;

use dragoman_core::catalog::{Change, Channel};
use dragoman_core::id::AttemptId;
use dragoman_core::ports::{Acceptance, Departure, StoreError};
use dragoman_core::submission::Submission;

use crate::world::{
    CUSTOMER, NOW, World, admitted, channel, check, check_durable, doomed, key, submission,
};

fn keyed(world: &World, fingerprint: u8) -> Acceptance {
    world.acceptance(admitted(Submission {
        key: key(1, fingerprint),
        ..submission(CUSTOMER)
    }))
}

#[tokio::test]
async fn the_same_key_with_the_same_request_is_the_same_message() {
    check_durable(async |mut world| {
        let first = world.store().accept(keyed(&world, 1)).await.unwrap();
        let departing = Acceptance {
            departure: Some(Departure {
                attempt: AttemptId(1),
            }),
            ..keyed(&world, 1)
        };
        let second = world.store().accept(departing).await.unwrap();
        assert_eq!(second.message, first.message);
        assert!(second.replayed && second.in_flight.is_none());
        world.restart();
        let third = world.store().accept(keyed(&world, 1)).await.unwrap();
        assert_eq!((third.message, third.replayed), (first.message, true));
        assert_eq!(third.contact, first.contact);
        assert_eq!(world.queued().await, [first.message]);
    })
    .await;
}

#[tokio::test]
async fn the_same_key_with_another_request_is_refused() {
    check(async |world| {
        world.store().accept(keyed(&world, 1)).await.unwrap();
        let other = world.store().accept(keyed(&world, 2)).await;
        assert_eq!(other.unwrap_err(), StoreError::KeyReused);
        assert_eq!(world.queued().await.len(), 1);
        assert!(world.store().is_well());
    })
    .await;
}

#[tokio::test]
async fn a_key_is_forgotten_after_three_days() {
    check(async |world| {
        let first = world.store().accept(keyed(&world, 1)).await.unwrap();
        let hours = |hours: u64| Acceptance {
            machine: NOW.plus(Duration::from_secs(hours * 3600)),
            ..keyed(&world, 1)
        };
        let within = world.store().accept(hours(71)).await.unwrap();
        assert_eq!(within.message, first.message);
        let after = world.store().accept(hours(72)).await.unwrap();
        assert_ne!(after.message, first.message);
        assert!(!after.replayed);
    })
    .await;
}

#[tokio::test]
async fn fifty_calls_at_once_with_one_key_are_one_message() {
    check(async |world| {
        let calls: Vec<_> = (0..50)
            .map(|_| {
                let (store, acceptance) = (world.store().clone(), keyed(&world, 1));
                tokio::spawn(async move { store.accept(acceptance).await.unwrap() })
            })
            .collect();
        let mut messages = Vec::new();
        let mut fresh = 0;
        for call in calls {
            let accepted = call.await.unwrap();
            messages.push(accepted.message);
            fresh += usize::from(!accepted.replayed);
        }
        messages.dedup();
        assert_eq!((messages.len(), fresh), (1, 1));
        assert_eq!(world.queued().await, messages);
    })
    .await;
}

#[tokio::test]
async fn a_repetition_hears_the_first_answer_whatever_has_changed_since() {
    check(async |world| {
        let first = world.store().accept(keyed(&world, 1)).await.unwrap();
        let disabled = Channel {
            enabled: false,
            ..channel()
        };
        let change = vec![Change::Channel(disabled)];
        world.store().change(change).await.unwrap();
        let repetition = Acceptance {
            queue_limit: 0,
            ..keyed(&world, 1)
        };
        // Nothing is written for it, so that nobody needs to wait for it.
        assert!(repetition.patience.give_up());
        let second = world.store().accept(repetition).await.unwrap();
        assert_eq!((second.message, second.replayed), (first.message, true));
        let other = world.store().accept(keyed(&world, 2)).await;
        assert_eq!(other.unwrap_err(), StoreError::KeyReused);
    })
    .await;
}

#[tokio::test]
async fn the_first_answer_can_be_asked_for_without_accepting() {
    check_durable(async |mut world| {
        let one = key(1, 1).unwrap();
        let unknown = world.store().first_answer(&one, NOW).await;
        assert!(unknown.unwrap().is_none());
        let departing = Acceptance {
            departure: Some(Departure {
                attempt: AttemptId(1),
            }),
            ..keyed(&world, 1)
        };
        let first = world.store().accept(departing).await.unwrap();
        for _ in 0..2 {
            let answer = world.store().first_answer(&one, NOW).await.unwrap();
            let answer = answer.expect("the key is known");
            assert_eq!(answer.message, first.message);
            assert_eq!(answer.contact, first.contact);
            assert_eq!(answer.conversation, first.conversation);
            assert_eq!(answer.priority, first.priority);
            assert!(answer.replayed && !answer.failed && answer.in_flight.is_none());
            let other = key(1, 2).unwrap();
            let reused = world.store().first_answer(&other, NOW).await;
            assert_eq!(reused.unwrap_err(), StoreError::KeyReused);
            world.restart();
        }
    })
    .await;
}

#[tokio::test]
async fn the_first_answer_tells_of_a_failure() {
    check(async |world| {
        let acceptance = world.acceptance(doomed(Submission {
            key: key(1, 1),
            ..submission(CUSTOMER)
        }));
        world.store().accept(acceptance).await.unwrap();
        let one = key(1, 1).unwrap();
        let answer = world.store().first_answer(&one, NOW).await.unwrap();
        assert!(answer.is_some_and(|answer| answer.failed && answer.replayed));
    })
    .await;
}

#[tokio::test]
async fn there_is_no_first_answer_after_three_days_for_any_request() {
    check_durable(async |mut world| {
        world.store().accept(keyed(&world, 1)).await.unwrap();
        let (same, other) = (key(1, 1).unwrap(), key(1, 2).unwrap());
        let almost = NOW.plus(Duration::from_secs(72 * 3600 - 1));
        let over = NOW.plus(Duration::from_secs(72 * 3600));
        let answer = world.store().first_answer(&same, almost).await;
        assert!(answer.unwrap().is_some());
        for key in [&same, &other] {
            let answer = world.store().first_answer(key, over).await;
            assert!(answer.unwrap().is_none());
        }
        // Its next use is the first again, also when both stand in the log.
        let again = Acceptance {
            machine: over,
            ..keyed(&world, 2)
        };
        let again = world.store().accept(again).await.unwrap();
        assert!(!again.replayed);
        for _ in 0..2 {
            let answer = world.store().first_answer(&other, over).await.unwrap();
            assert_eq!(answer.unwrap().message, again.message);
            world.restart();
        }
    })
    .await;
}
