use std::sync::Arc;

use dragoman_core::catalog::{Change, Channel};
use dragoman_core::id::AttemptId;
use dragoman_core::outcome::Settlement;
use dragoman_core::ports::{Acceptance, Departure, Store, StoreError};
use dragoman_core::submission::Submission;
use dragoman_core::{Id, Refusal};
use dragoman_testkit::tenant;

use crate::world::{
    ACCOUNT, CHANNEL, CUSTOMER, NOW, STRANGER, World, admitted, channel, check, doomed, failure,
    key, submission,
};

fn limited(world: &World, queue_limit: u64) -> Acceptance {
    Acceptance {
        queue_limit,
        ..world.acceptance(admitted(submission(CUSTOMER)))
    }
}

async fn refusal(store: &dyn Store, acceptance: Acceptance) -> Option<Refusal> {
    match store.accept(acceptance).await {
        Ok(_) => None,
        Err(StoreError::Refused(refusal)) => Some(refusal),
        Err(other) => panic!("{other}"),
    }
}

#[tokio::test]
async fn nothing_is_kept_for_a_caller_who_has_left() {
    check(async |world| {
        let acceptance = || {
            world.acceptance(admitted(Submission {
                key: key(1, 1),
                ..submission(CUSTOMER)
            }))
        };
        let left = acceptance();
        assert!(left.patience.give_up());
        let late = world.store().accept(left).await;
        assert_eq!(late.unwrap_err(), StoreError::TooLate);
        assert_eq!(world.store().last_event(), 0);
        assert!(world.queued().await.is_empty());
        assert!(world.store().is_well());
        // Its key was not used.
        let waits = acceptance();
        let patience = waits.patience.clone();
        let accepted = world.store().accept(waits).await.unwrap();
        assert!(!accepted.replayed);
        assert!(!patience.give_up(), "who is served cannot leave");
    })
    .await;
}

#[tokio::test]
async fn a_channel_that_was_disabled_since_takes_nothing() {
    check(async |world| {
        let before = admitted(submission(CUSTOMER));
        let disabled = Channel {
            enabled: false,
            ..channel()
        };
        let change = vec![Change::Channel(disabled)];
        world.store().change(change).await.unwrap();
        let departing = Acceptance {
            departure: Some(Departure {
                attempt: AttemptId(1),
            }),
            ..world.acceptance(before.clone())
        };
        for acceptance in [world.acceptance(before), departing] {
            let refusal = refusal(&**world.store(), acceptance).await;
            assert_eq!(refusal, Some(Refusal::ChannelDisabled));
        }
        assert_eq!(world.store().last_event(), 0);
        // What has failed already goes to no channel.
        let failed = world.acceptance(doomed(submission(CUSTOMER)));
        assert!(world.store().accept(failed).await.unwrap().failed);
        assert!(world.store().is_well());
    })
    .await;
}

#[tokio::test]
async fn a_channel_of_nobody_or_of_somebody_else_takes_nothing() {
    check(async |world| {
        for (account, channel) in [(ACCOUNT, Id::from_u128(0xdead)), (STRANGER, channel().id)] {
            let acceptance = world.acceptance(admitted(Submission {
                account: tenant(account),
                channel,
                ..submission(CUSTOMER)
            }));
            let refusal = refusal(&**world.store(), acceptance).await;
            assert_eq!(refusal, Some(Refusal::ChannelDisabled));
        }
    })
    .await;
}

#[tokio::test]
async fn no_more_wait_than_may_wait() {
    check(async |world| {
        let store = &**world.store();
        let first = store.accept(limited(&world, 2)).await.unwrap().message;
        assert_eq!(refusal(store, limited(&world, 2)).await, None);
        let full = Some(Refusal::QueueFull);
        assert_eq!(refusal(store, limited(&world, 2)).await, full);
        // A claimed message still waits: it may come back.
        let ready = world.claim(first).await.unwrap();
        assert_eq!(refusal(store, limited(&world, 2)).await, full);
        // One that is in flight does not, and one that never waits is not counted.
        let in_flight = world.begin(ready, AttemptId(1)).await.unwrap();
        let departing = Acceptance {
            departure: Some(Departure {
                attempt: AttemptId(2),
            }),
            ..limited(&world, 0)
        };
        assert_eq!(refusal(store, departing).await, None);
        let failed = Acceptance {
            queue_limit: 0,
            ..world.acceptance(doomed(submission(CUSTOMER)))
        };
        assert_eq!(refusal(store, failed).await, None);
        assert_eq!(refusal(store, limited(&world, 2)).await, None);
        assert_eq!(refusal(store, limited(&world, 2)).await, full);
        let retry = Settlement::Retry {
            failure: failure(),
            due_at: NOW,
        };
        assert!(world.settle(&in_flight, retry).await);
        assert_eq!(refusal(store, limited(&world, 3)).await, full);
    })
    .await;
}

/// Of a channel, when as many of its account may wait.
fn limited_by_account(channel: Id, world: &World, account_limit: u64) -> Acceptance {
    let submission = Submission {
        channel,
        ..submission(CUSTOMER)
    };
    Acceptance {
        account_limit,
        ..world.acceptance(admitted(submission))
    }
}

#[tokio::test]
async fn no_more_wait_in_all_channels_of_an_account_than_may_wait() {
    check(async |mut world| {
        let second = Channel {
            id: Id::from_u128(0x5ec),
            slug: "second".into(),
            provider_id: "second".into(),
            ..channel()
        };
        let second_id = second.id;
        let change = vec![Change::Channel(second)];
        world.store().change(change).await.unwrap();
        let limited = limited_by_account;
        let store = Arc::clone(world.store());
        let first = store.accept(limited(CHANNEL, &world, 2)).await.unwrap();
        assert_eq!(refusal(&*store, limited(second_id, &world, 2)).await, None);
        let full = Some(Refusal::AccountFull);
        for channel in [CHANNEL, second_id] {
            assert_eq!(refusal(&*store, limited(channel, &world, 2)).await, full);
        }
        // Neither what departs at once nor what never waits is counted.
        let departing = Acceptance {
            departure: Some(Departure {
                attempt: AttemptId(1),
            }),
            ..limited(second_id, &world, 2)
        };
        assert_eq!(refusal(&*store, departing).await, None);
        drop(store);
        world.restart_if_durable();
        let store = Arc::clone(world.store());
        assert_eq!(refusal(&*store, limited(CHANNEL, &world, 2)).await, full);
        let ready = world.claim(first.message).await.unwrap();
        world.begin(ready, AttemptId(2)).await.unwrap();
        assert_eq!(refusal(&*store, limited(second_id, &world, 2)).await, None);
        assert_eq!(refusal(&*store, limited(CHANNEL, &world, 2)).await, full);
    })
    .await;
}

#[tokio::test]
async fn another_accounts_messages_take_nobodys_place() {
    check(async |world| {
        let (store, limited) = (world.store(), limited_by_account);
        let foreign = Channel {
            id: Id::from_u128(0xf0e),
            account: STRANGER,
            slug: "foreign".into(),
            provider_id: "foreign".into(),
            ..channel()
        };
        let theirs = foreign.id;
        store.change(vec![Change::Channel(foreign)]).await.unwrap();
        for _ in 0..3 {
            let acceptance = world.acceptance(admitted(Submission {
                account: tenant(STRANGER),
                channel: theirs,
                ..submission(CUSTOMER)
            }));
            store.accept(acceptance).await.unwrap();
        }
        let refusal = refusal(&**store, limited(CHANNEL, &world, 1)).await;
        assert_eq!(refusal, None);
    })
    .await;
}

#[tokio::test]
async fn those_who_share_a_commit_count_each_other() {
    check(async |world| {
        let mut calls = tokio::task::JoinSet::new();
        for _ in 0..50 {
            let (store, acceptance) = (world.store().clone(), limited(&world, 10));
            calls.spawn(async move { refusal(&*store, acceptance).await });
        }
        let refusals = calls.join_all().await;
        let full = refusals.iter().flatten().count();
        assert_eq!((full, world.queued().await.len()), (40, 10));
    })
    .await;
}
