//! What was given up for a subscription, how its deliveries go, and going back.

use std::time::Duration;

use dragoman_core::MessageId;
use dragoman_core::catalog::Change;
use dragoman_core::ports::{Attempted, AttemptedDelivery, DeadLetter};

use crate::staff::{SALES, away};
use crate::world::{CUSTOMER, NOW, SUBSCRIPTION, World, check, check_durable, check_embedded};

const AGAIN: Attempted = Attempted::Again {
    due_at: NOW,
    tries: 1,
};

fn attempted(seq: i64, message: Option<MessageId>, then: Attempted) -> AttemptedDelivery {
    AttemptedDelivery {
        seq,
        message,
        at: NOW,
        status: Some(503),
        answer: None,
        then,
    }
}

async fn deliver(world: &World, cursor: i64, tries: Vec<AttemptedDelivery>) {
    let delivered = world.store().delivered(SUBSCRIPTION, cursor, tries);
    delivered.await.unwrap();
}

async fn dead(world: &World) -> Vec<DeadLetter> {
    world
        .store()
        .dead_letters(SUBSCRIPTION, 0, 9)
        .await
        .unwrap()
}

fn letter(seq: i64, message: Option<MessageId>) -> DeadLetter {
    DeadLetter {
        seq,
        message,
        at: NOW,
        status: Some(503),
    }
}

#[tokio::test]
async fn what_is_given_up_is_a_dead_letter_until_it_is_due_again() {
    check_durable(async |mut world| {
        world.with_staff().await;
        let message = Some(world.accept(CUSTOMER).await.message);
        let last = world.store().last_event();
        let given_up = Attempted::Exhausted;
        let tries = vec![
            attempted(1, None, given_up),
            attempted(last, message, given_up),
        ];
        deliver(&world, last, tries).await;
        for _ in 0..2 {
            assert_eq!(dead(&world).await, [letter(1, None), letter(last, message)]);
            let behind = world
                .store()
                .dead_letters(SUBSCRIPTION, 1, 9)
                .await
                .unwrap();
            assert_eq!(behind, [letter(last, message)]);
            world.restart();
        }
        let again = attempted(last, message, Attempted::Overtaken);
        deliver(&world, last, vec![again]).await;
        assert_eq!(dead(&world).await, [letter(1, None)]);
        assert_eq!(world.store().telling(SUBSCRIPTION).due, 1);
        let gone = vec![Change::RemoveSubscription(SUBSCRIPTION)];
        world.change(gone).await;
        assert_eq!(dead(&world).await, []);
    })
    .await;
}

#[tokio::test]
async fn what_is_gone_is_no_dead_letter() {
    check(async |world| {
        world.with_staff().await;
        let nowhere = attempted(99, None, Attempted::Exhausted);
        deliver(&world, 1, vec![nowhere]).await;
        assert_eq!(dead(&world).await, []);
    })
    .await;
}

#[tokio::test]
async fn since_when_nothing_was_taken_is_known_also_after_a_restart() {
    check_durable(async |mut world| {
        world.with_staff().await;
        let since = |world: &World| world.store().telling(SUBSCRIPTION).failing_since;
        assert_eq!(since(&world), None);
        let later = AttemptedDelivery {
            at: NOW.plus(Duration::from_secs(60)),
            ..attempted(2, None, AGAIN)
        };
        deliver(&world, 0, vec![attempted(1, None, AGAIN)]).await;
        deliver(&world, 0, vec![later]).await;
        for _ in 0..2 {
            assert_eq!(since(&world), Some(NOW));
            world.restart();
        }
        deliver(&world, 2, vec![attempted(1, None, Attempted::Done)]).await;
        for _ in 0..2 {
            assert_eq!(since(&world), None);
            world.restart();
        }
    })
    .await;
}

#[tokio::test]
async fn going_back_ends_what_stands_behind() {
    check_durable(async |mut world| {
        world.with_staff().await;
        world.change(vec![Change::User(away(&[SALES]))]).await;
        world.accept(CUSTOMER).await;
        let tries = vec![
            attempted(1, None, AGAIN),
            attempted(2, None, Attempted::Exhausted),
            attempted(3, None, AGAIN),
        ];
        deliver(&world, 3, tries).await;
        world.store().rewind(SUBSCRIPTION, 1).await.unwrap();
        for _ in 0..2 {
            let (cursor, due) = world.store().deliveries(SUBSCRIPTION).await.unwrap();
            let due: Vec<i64> = due.iter().map(|due| due.seq).collect();
            assert_eq!((cursor, due), (1, vec![1]));
            assert_eq!(dead(&world).await, []);
            world.restart();
        }
        world.store().rewind(SUBSCRIPTION, 3).await.unwrap();
        assert_eq!(
            world.store().telling(SUBSCRIPTION).cursor,
            1,
            "never forward"
        );
    })
    .await;
}

#[tokio::test]
async fn the_last_event_before_a_time_is_found() {
    check_embedded(async |world| {
        assert_eq!(world.store().last_event_before(NOW).await, Ok(0));
        world.with_staff().await;
        world.accept(CUSTOMER).await;
        let last = world.store().last_event();
        let later = NOW.plus(Duration::from_secs(1));
        assert_eq!(world.store().last_event_before(later).await, Ok(last));
        let long_before = NOW.minus(Duration::from_secs(3600));
        assert_eq!(world.store().last_event_before(long_before).await, Ok(0));
    })
    .await;
}
