//! Deliveries of news, and the log of all tries.

use dragoman_core::catalog::{Change, Subscription};
use dragoman_core::ports::{Attempted, AttemptedDelivery, Delivered, Due};
use dragoman_core::{Id, MessageId, Raw};
use dragoman_store::SqliteStore;
use dragoman_testkit::tenant;

use crate::files::copy_of;
use crate::staff::{SALES, away, words};
use crate::world::{
    ACCOUNT, CUSTOMER, NOW, SUBSCRIPTION, TINY, World, check, check_durable,
    check_durable_embedded, subscription,
};

const OTHER: Id = Id::from_u128(0x52);

const AGAIN: Attempted = Attempted::Again {
    due_at: NOW,
    tries: 1,
};

fn attempted(seq: i64, message: Option<MessageId>, then: Attempted) -> AttemptedDelivery {
    AttemptedDelivery {
        seq,
        message,
        at: NOW,
        status: Some(500),
        answer: None,
        then,
    }
}

async fn deliver(world: &World, to: Id, tried: AttemptedDelivery) {
    let delivered = world.store().delivered(to, tried.seq, vec![tried]);
    delivered.await.unwrap();
}

async fn due(world: &World) -> Vec<Due> {
    world.store().deliveries(SUBSCRIPTION).await.unwrap().1
}

async fn last(world: &World, of: &[Id], limit: usize) -> Vec<Delivered> {
    world.store().last_deliveries(of, limit).await.unwrap()
}

#[tokio::test]
async fn news_that_is_due_again_is_so_after_a_restart_and_a_rebuild() {
    check_durable_embedded(async |mut world| {
        world.with_staff().await;
        deliver(&world, SUBSCRIPTION, attempted(1, None, AGAIN)).await;
        let expected = vec![Due {
            seq: 1,
            message: None,
            due_at: NOW,
            tries: 1,
        }];
        for _ in 0..2 {
            assert_eq!(due(&world).await, expected);
            world.restart();
        }
        let whole = copy_of(world.path());
        SqliteStore::rebuild_index(whole.path()).unwrap();
        let rebuilt = World::of(SqliteStore::open_with(whole.path(), TINY).unwrap());
        assert_eq!(due(&rebuilt).await, expected);
        deliver(&world, SUBSCRIPTION, attempted(1, None, Attempted::Done)).await;
        assert_eq!(due(&world).await, []);
        assert_eq!(last(&world, &[SUBSCRIPTION], 9).await.len(), 2);
    })
    .await;
}

#[tokio::test]
async fn what_was_never_told_is_ended_and_not_logged() {
    check(async |world| {
        world.with_staff().await;
        deliver(&world, SUBSCRIPTION, attempted(9, None, AGAIN)).await;
        assert_eq!(due(&world).await.len(), 1);
        let given_up = attempted(9, None, Attempted::Exhausted);
        deliver(&world, SUBSCRIPTION, given_up).await;
        assert_eq!(due(&world).await, []);
        assert!(last(&world, &[SUBSCRIPTION], 9).await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn the_last_tries_of_some_subscriptions_come_with_what_was_told() {
    check_durable(async |mut world| {
        let other = Subscription {
            id: OTHER,
            ..subscription()
        };
        world.change(vec![Change::Subscription(other)]).await;
        world.with_staff().await;
        let message = Some(world.accept(CUSTOMER).await.message);
        world.change(vec![Change::User(away(&[SALES]))]).await;
        for (to, seq, message) in [
            (SUBSCRIPTION, 1, None),
            (OTHER, 1, None),
            (OTHER, 2, None),
            (SUBSCRIPTION, 4, message),
            (SUBSCRIPTION, 5, None),
            (SUBSCRIPTION, 1, None),
        ] {
            deliver(&world, to, attempted(seq, message, AGAIN)).await;
        }
        for _ in 0..2 {
            let shown = async |of: &[Id], limit| {
                let tries = last(&world, of, limit).await;
                let shown = tries.iter().map(|delivered| {
                    assert_eq!(delivered.tried.then, AGAIN);
                    let happened = delivered.happened.as_ref().unwrap();
                    assert_eq!(happened.seq(), delivered.tried.seq);
                    assert_eq!(happened.message(), delivered.tried.message);
                    (delivered.subscription, words(happened))
                });
                shown.collect::<Vec<_>>()
            };
            let all = [
                (SUBSCRIPTION, "Added sales"),
                (SUBSCRIPTION, "away"),
                (SUBSCRIPTION, "accepted"),
                (OTHER, "Created"),
                (OTHER, "Added sales"),
                (SUBSCRIPTION, "Added sales"),
            ];
            let all = all.map(|(of, words)| (of, words.to_owned()));
            assert_eq!(shown(&[SUBSCRIPTION, OTHER], 9).await, all);
            assert_eq!(shown(&[OTHER, SUBSCRIPTION], 2).await, all[..2]);
            assert_eq!(shown(&[OTHER], 9).await, all[3..5]);
            assert_eq!(shown(&[Id::from_u128(0x53)], 9).await, []);
            assert_eq!(shown(&[SUBSCRIPTION], 0).await, []);
            world.restart();
        }
    })
    .await;
}

#[tokio::test]
async fn the_beginning_of_an_answer_is_kept() {
    check_durable(async |mut world| {
        let message = world.accept(CUSTOMER).await.message;
        world.with_staff().await;
        let long = format!("a{}", "ä".repeat(600));
        for (seq, message, answer) in [
            (3, Some(message), "no"),
            (3, Some(message), &*long),
            (4, None, "gone"),
        ] {
            let tried = AttemptedDelivery {
                answer: Some(Raw::new(answer)),
                ..attempted(seq, message, AGAIN)
            };
            deliver(&world, SUBSCRIPTION, tried).await;
        }
        // Half a character is none.
        let cut = format!("a{}", "ä".repeat(511));
        for _ in 0..2 {
            let answers = |tries: Vec<AttemptedDelivery>| -> Vec<String> {
                let answers = tries.into_iter().filter_map(|tried| tried.answer);
                answers.map(|answer| answer.as_str().to_owned()).collect()
            };
            let timeline = world
                .store()
                .timeline(tenant(ACCOUNT), message)
                .await
                .unwrap();
            let logged = timeline.unwrap().deliveries.into_iter();
            let logged = logged.map(|(_, tried)| tried).collect();
            assert_eq!(answers(logged), ["no", &cut]);
            let tries = last(&world, &[SUBSCRIPTION], 9).await.into_iter();
            let tries = tries.map(|delivered| delivered.tried).collect();
            assert_eq!(answers(tries), ["gone", &cut, "no"]);
            world.restart();
        }
    })
    .await;
}
