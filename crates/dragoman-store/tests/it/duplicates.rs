//! The same content to the same recipient within a while is the same message, where that is asked
//! for.

use std::time::Duration;

use dragoman_core::Timestamp;
use dragoman_core::catalog::{Change, Subscription};
use dragoman_core::ports::{Acceptance, Accepted};
use dragoman_core::submission::{Duplicate, IdempotencyKey, Submission};
use dragoman_store::{Retention, SqliteStore};
use rusqlite::Connection;

use crate::files::copy_of;
use crate::world::{
    CUSTOMER, NOW, SUBSCRIPTION, TINY, World, admitted, check, check_durable_embedded,
    check_embedded, doomed, key, submission, subscription,
};

fn twin(fingerprint: u8, key: Option<IdempotencyKey>) -> Submission {
    Submission {
        key,
        ..within(60, fingerprint)
    }
}

fn within(seconds: u64, fingerprint: u8) -> Submission {
    let duplicate = Duplicate {
        fingerprint: [fingerprint; 16],
        window: Duration::from_secs(seconds),
    };
    Submission {
        duplicate: Some(duplicate),
        ..submission(CUSTOMER)
    }
}

/// Accepts it so many seconds after the beginning.
async fn accept(world: &World, seconds: u64, submission: Submission) -> Accepted {
    let acceptance = Acceptance {
        machine: NOW.plus(Duration::from_secs(seconds)),
        ..world.acceptance(admitted(submission))
    };
    world.store().accept(acceptance).await.unwrap()
}

#[tokio::test]
async fn the_same_within_the_window_is_the_first_message() {
    check(async |world| {
        let first = accept(&world, 0, twin(1, None)).await;
        assert!(!first.replayed);
        let second = accept(&world, 59, twin(1, None)).await;
        assert_eq!((second.message, second.replayed), (first.message, true));
        assert_eq!(second.contact, first.contact);
        assert!(second.in_flight.is_none());
        let other = accept(&world, 59, twin(2, None)).await;
        assert!(!other.replayed);
        // What is answered with the first message does not begin the window anew.
        let third = accept(&world, 60, twin(1, None)).await;
        assert!(!third.replayed);
        let fourth = accept(&world, 119, twin(1, None)).await;
        assert_eq!((fourth.message, fourth.replayed), (third.message, true));
        let kept = [first.message, other.message, third.message];
        assert_eq!(world.queued().await, kept);
    })
    .await;
}

#[tokio::test]
async fn no_window_is_longer_than_the_life_of_a_key() {
    check(async |world| {
        let (three_days, week) = (72 * 3600, 7 * 86_400);
        let first = accept(&world, 0, within(week, 1)).await;
        let last = accept(&world, three_days - 1, within(week, 1)).await;
        assert_eq!((last.message, last.replayed), (first.message, true));
        assert!(!accept(&world, three_days, within(week, 1)).await.replayed);
    })
    .await;
}

#[tokio::test]
async fn nobody_is_answered_so_who_has_not_asked_for_it() {
    check(async |world| {
        world.accept(CUSTOMER).await;
        assert!(!accept(&world, 0, twin(1, None)).await.replayed);
        assert!(!world.accept(CUSTOMER).await.replayed);
        assert_eq!(world.queued().await.len(), 3);
    })
    .await;
}

#[tokio::test]
async fn the_first_message_is_known_after_a_restart_and_a_rebuild() {
    check_durable_embedded(async |mut world| {
        let first = accept(&world, 0, twin(1, None)).await;
        // So many that it is on the disk where little fits into memory.
        for fingerprint in 2..9 {
            accept(&world, 1, twin(fingerprint, None)).await;
        }
        for _ in 0..2 {
            let again = accept(&world, 30, twin(1, None)).await;
            assert_eq!((again.message, again.replayed), (first.message, true));
            world.restart();
        }
        let whole = copy_of(world.path());
        SqliteStore::rebuild_index(whole.path()).unwrap();
        let rebuilt = World::of(SqliteStore::open_with(whole.path(), TINY).unwrap());
        let again = accept(&rebuilt, 30, twin(1, None)).await;
        assert_eq!((again.message, again.replayed), (first.message, true));
        assert!(!accept(&rebuilt, 60, twin(1, None)).await.replayed);
    })
    .await;
}

#[tokio::test]
async fn a_message_that_failed_at_once_is_a_first_one_too() {
    check(async |world| {
        let acceptance = world.acceptance(doomed(twin(1, None)));
        let first = world.store().accept(acceptance).await.unwrap();
        assert!(first.failed);
        let second = accept(&world, 1, twin(1, None)).await;
        assert_eq!(second.message, first.message);
        assert!(second.replayed && second.failed);
    })
    .await;
}

#[tokio::test]
async fn a_key_says_more_than_what_a_message_looks_like() {
    check(async |world| {
        let first = accept(&world, 0, twin(1, key(1, 1))).await;
        // Another key is another message, and its own repetitions are that one.
        let second = accept(&world, 1, twin(1, key(2, 1))).await;
        assert!(!second.replayed);
        for (keyed, expected) in [(key(1, 1), first.message), (key(2, 1), second.message)] {
            let again = accept(&world, 2, twin(1, keyed)).await;
            assert_eq!((again.message, again.replayed), (expected, true));
        }
        let without = accept(&world, 3, twin(1, None)).await;
        assert_eq!((without.message, without.replayed), (second.message, true));
        // A key is not a fingerprint, whatever it looks like.
        assert!(!accept(&world, 4, twin(7, None)).await.replayed);
        assert!(!accept(&world, 4, twin(8, key(7, 7))).await.replayed);
    })
    .await;
}

#[tokio::test]
async fn whoever_repeats_needs_not_wait_for_the_answer() {
    check(async |world| {
        let first = accept(&world, 0, twin(1, None)).await;
        let repetition = Acceptance {
            queue_limit: 0,
            ..world.acceptance(admitted(twin(1, None)))
        };
        assert!(repetition.patience.give_up());
        let second = world.store().accept(repetition).await.unwrap();
        assert_eq!((second.message, second.replayed), (first.message, true));
    })
    .await;
}

#[tokio::test]
async fn fifty_calls_at_once_are_one_message() {
    check(async |world| {
        let calls: Vec<_> = (0..50)
            .map(|_| {
                let store = world.store().clone();
                let acceptance = world.acceptance(admitted(twin(1, None)));
                tokio::spawn(async move { store.accept(acceptance).await.unwrap() })
            })
            .collect();
        let mut messages = Vec::new();
        for call in calls {
            messages.push(call.await.unwrap().message);
        }
        messages.dedup();
        assert_eq!(world.queued().await, messages);
        assert_eq!(messages.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_message_that_is_gone_is_nobody_s_first() {
    check_embedded(async |mut world| {
        let disabled = Subscription {
            enabled: false,
            ..subscription()
        };
        let change = vec![Change::Subscription(disabled)];
        world.store().change(change).await.unwrap();
        let acceptance = world.acceptance(doomed(twin(1, None)));
        let first = world.store().accept(acceptance).await.unwrap();
        accept(&world, 1, twin(2, None)).await;
        let all = Retention {
            messages_before: Some(NOW.plus(Duration::from_secs(9))),
            bodies_before: None,
        };
        assert_eq!(world.sqlite().retain(all).await.unwrap().messages, 1);
        world.restart_if_durable();
        let second = accept(&world, 2, twin(1, None)).await;
        assert!(!second.replayed && second.message != first.message);
    })
    .await;
}

#[tokio::test]
async fn what_was_cancelled_is_sent_when_it_is_said_again() {
    check_embedded(async |mut world| {
        let first = accept(&world, 0, twin(1, None)).await;
        assert!(world.erase(first.message).await);
        world.restart_if_durable();
        let second = accept(&world, 1, twin(1, None)).await;
        assert!(!second.replayed && second.message != first.message);
        let third = accept(&world, 2, twin(1, None)).await;
        assert_eq!((third.message, third.replayed), (second.message, true));
    })
    .await;
}

#[tokio::test]
async fn what_was_said_to_somebody_who_was_forgotten_is_nobody_s_first() {
    check_embedded(async |world| {
        let acceptance = world.acceptance(doomed(twin(1, None)));
        let first = world.store().accept(acceptance).await.unwrap();
        assert!(world.forget(first.contact.id).await);
        let second = accept(&world, 1, twin(1, None)).await;
        assert!(!second.replayed);
        assert_ne!(second.contact.id, first.contact.id);
    })
    .await;
}

#[tokio::test]
async fn nothing_is_left_in_the_file_of_what_a_message_looked_like() {
    let world = World::crossing().await;
    let acceptance = world.acceptance(doomed(twin(1, None)));
    world.store().accept(acceptance).await.unwrap();
    accept(&world, 1, twin(2, None)).await;
    let last = world.store().last_event();
    let told = world.store().delivered(SUBSCRIPTION, last, Vec::new());
    told.await.unwrap();
    let all = Retention {
        messages_before: Some(Timestamp::NEVER),
        bodies_before: None,
    };
    world.sqlite().retain(all).await.unwrap();
    let file = Connection::open(world.path().join("dragoman.db")).unwrap();
    let query = "SELECT count(*) FROM twins";
    let left: i64 = file.query_row(query, [], |row| row.get(0)).unwrap();
    assert_eq!(left, 1);
}
