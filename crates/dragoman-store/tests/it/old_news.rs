//! News that was kept long enough goes, and nobody who needs it misses it.

use dragoman_core::Timestamp;
use dragoman_core::catalog::{Change, Subscription};
use dragoman_core::ports::{Attempted, AttemptedDelivery};
use dragoman_store::Retention;
use rusqlite::Connection;

use crate::staff::{SALES, SUPPORT, ada, away};
use crate::world::{CUSTOMER, NOW, SUBSCRIPTION, World, check_embedded, subscription};

/// All that has happened is old.
const ALL: Retention = Retention {
    messages_before: Some(Timestamp::NEVER),
    bodies_before: None,
};

async fn sweep(world: &World) {
    while world.sqlite().retain(ALL).await.unwrap().more {}
}

/// Ada joined, went away, and came back: news 1 to 3.
async fn three(world: &World) {
    world.with_staff().await;
    world.change(vec![Change::User(away(&[SALES]))]).await;
    world.change(vec![Change::User(ada(&[SALES]))]).await;
}

async fn deliver(world: &World, cursor: i64, seq: i64, then: Attempted) {
    let tried = AttemptedDelivery {
        seq,
        message: None,
        at: NOW,
        status: Some(500),
        answer: None,
        then,
    };
    let delivered = world.store().delivered(SUBSCRIPTION, cursor, vec![tried]);
    delivered.await.unwrap();
}

#[tokio::test]
async fn news_goes_after_everybody_has_heard_it_and_the_newest_stays() {
    check_embedded(async |mut world| {
        three(&world).await;
        sweep(&world).await;
        let all = ["Added sales", "away", "here"];
        assert_eq!(world.words_after(0).await, all);
        deliver(&world, 1, 1, Attempted::Done).await;
        sweep(&world).await;
        // The log of tries ends with one of it.
        assert_eq!(world.words_after(0).await, all);
        deliver(&world, 2, 2, Attempted::Done).await;
        sweep(&world).await;
        assert_eq!(world.words_after(0).await, all[1..]);
        deliver(&world, 3, 3, Attempted::Done).await;
        sweep(&world).await;
        for _ in 0..2 {
            assert_eq!(world.told(0, 9).await, [(3, "here".to_owned())]);
            assert_eq!(world.store().last_event(), 3);
            world.restart_if_durable();
        }
        // No number is given again.
        world.change(vec![Change::User(ada(&[SUPPORT]))]).await;
        assert_eq!(world.store().last_event(), 5);
    })
    .await;
}

#[tokio::test]
async fn news_that_is_younger_stays() {
    check_embedded(async |world| {
        three(&world).await;
        deliver(&world, 3, 3, Attempted::Done).await;
        let old = Retention {
            messages_before: Some(NOW),
            bodies_before: Some(NOW),
        };
        world.sqlite().retain(old).await.unwrap();
        assert_eq!(world.words_after(0).await.len(), 3);
    })
    .await;
}

#[tokio::test]
async fn news_that_is_due_again_stays() {
    check_embedded(async |world| {
        three(&world).await;
        let (due_at, tries) = (NOW, 1);
        deliver(&world, 1, 1, Attempted::Again { due_at, tries }).await;
        deliver(&world, 3, 3, Attempted::Done).await;
        sweep(&world).await;
        assert_eq!(world.words_after(0).await, ["Added sales", "here"]);
        deliver(&world, 3, 1, Attempted::Exhausted).await;
        deliver(&world, 3, 3, Attempted::Done).await;
        sweep(&world).await;
        assert_eq!(world.words_after(0).await, ["here"]);
    })
    .await;
}

#[tokio::test]
async fn a_subscription_that_is_disabled_holds_no_news_back() {
    check_embedded(async |world| {
        three(&world).await;
        let disabled = Subscription {
            enabled: false,
            ..subscription()
        };
        world.change(vec![Change::Subscription(disabled)]).await;
        sweep(&world).await;
        assert_eq!(world.words_after(0).await, ["here"]);
    })
    .await;
}

#[tokio::test]
async fn no_number_is_given_again_when_messages_and_news_are_gone() {
    check_embedded(async |mut world| {
        let disabled = Subscription {
            enabled: false,
            ..subscription()
        };
        world.change(vec![Change::Subscription(disabled)]).await;
        world.submitted(CUSTOMER, "wamid.1").await;
        three(&world).await;
        sweep(&world).await;
        let last = world.store().last_event();
        world.restart_if_durable();
        assert_eq!(world.store().last_event(), last);
        world.change(vec![Change::User(away(&[SALES]))]).await;
        assert_eq!(world.store().last_event(), last + 1);
    })
    .await;
}

#[tokio::test]
async fn nothing_is_left_of_news_in_the_file() {
    let world = World::crossing().await;
    three(&world).await;
    for seq in 1..=3 {
        deliver(&world, seq, seq, Attempted::Done).await;
        deliver(&world, seq, seq, Attempted::Done).await;
    }
    sweep(&world).await;
    let file = Connection::open(world.path().join("dragoman.db")).unwrap();
    for (table, left) in [("news", 1), ("delivery_log", 2)] {
        let query = format!("SELECT count(*) FROM {table}");
        let rows: i64 = file.query_row(&query, [], |row| row.get(0)).unwrap();
        assert_eq!(rows, left, "{table}");
    }
}
