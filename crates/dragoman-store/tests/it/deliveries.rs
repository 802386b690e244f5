use std::time::Duration;

use dragoman_core::catalog::Change;
use dragoman_core::ports::{Attempted, AttemptedDelivery, Due};
use dragoman_testkit::tenant;

use crate::world::{ACCOUNT, CUSTOMER, NOW, SUBSCRIPTION, check_durable, subscription};

#[tokio::test]
async fn a_cursor_passes_what_was_delivered_and_exceptions_stay() {
    check_durable(async |mut world| {
        let message = world.accept(CUSTOMER).await.message;
        let attempted = |seq, status, then| AttemptedDelivery {
            seq,
            message: Some(message),
            at: NOW,
            answer: None,
            status,
            then,
        };
        let due_at = NOW.plus(Duration::from_secs(30));
        let again = Attempted::Again { due_at, tries: 1 };
        let tries = vec![
            attempted(1, Some(200), Attempted::Done),
            attempted(2, Some(500), again),
            attempted(3, None, Attempted::Overtaken),
            attempted(4, Some(410), Attempted::Exhausted),
        ];
        let delivered = world.store().delivered(SUBSCRIPTION, 4, tries);
        delivered.await.unwrap();
        let due = |seq, due_at, tries| Due {
            seq,
            message: Some(message),
            due_at,
            tries,
        };
        let expected = (4, vec![due(2, due_at, 1), due(3, NOW, 0)]);
        for _ in 0..2 {
            let kept = world.store().deliveries(SUBSCRIPTION).await.unwrap();
            assert_eq!(kept, expected);
            let timeline = world
                .store()
                .timeline(tenant(ACCOUNT), message)
                .await
                .unwrap();
            let logged = timeline.unwrap().deliveries;
            let thens: Vec<_> = logged
                .iter()
                .map(|(_, tried)| (tried.seq, tried.then))
                .collect();
            let exhausted = (4, Attempted::Exhausted);
            assert_eq!(thens, [(1, Attempted::Done), (2, again), exhausted]);
            assert!(logged.iter().all(|(of, _)| *of == SUBSCRIPTION));
            world.restart();
        }
        // A cursor does not go back.
        let tries = vec![
            attempted(2, Some(200), Attempted::Done),
            attempted(3, Some(200), Attempted::Done),
        ];
        let delivered = world.store().delivered(SUBSCRIPTION, 2, tries);
        delivered.await.unwrap();
        let kept = world.store().deliveries(SUBSCRIPTION).await.unwrap();
        assert_eq!(kept, (4, Vec::new()));
    })
    .await;
}

#[tokio::test]
async fn a_new_subscription_begins_where_it_was_made_and_a_removed_one_ends() {
    check_durable(async |mut world| {
        let message = world.accept(CUSTOMER).await.message;
        let late = dragoman_core::catalog::Subscription {
            trust: None,
            since: 7,
            ..subscription()
        };
        let store = world.store().clone();
        store
            .change(vec![Change::Subscription(late)])
            .await
            .unwrap();
        assert_eq!(store.deliveries(SUBSCRIPTION).await.unwrap(), (7, vec![]));
        let overtaken = AttemptedDelivery {
            seq: 8,
            message: Some(message),
            at: NOW,
            answer: None,
            status: None,
            then: Attempted::Overtaken,
        };
        let tries = vec![overtaken];
        store
            .delivered(SUBSCRIPTION, 9, tries.clone())
            .await
            .unwrap();
        let removal = Change::RemoveSubscription(SUBSCRIPTION);
        store.change(vec![removal]).await.unwrap();
        store.delivered(SUBSCRIPTION, 10, tries).await.unwrap();
        assert_eq!(store.deliveries(SUBSCRIPTION).await.unwrap(), (0, vec![]));
        drop(store);
        world.restart();
        let kept = world.store().deliveries(SUBSCRIPTION).await.unwrap();
        assert_eq!(kept, (0, vec![]));
        assert!(world.store().catalog().subscriptions.is_empty());
    })
    .await;
}
