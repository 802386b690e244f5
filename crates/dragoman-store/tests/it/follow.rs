use std::time::Duration;

use dragoman_core::State;
use dragoman_core::inbound::StatusKind;
use dragoman_core::ports::{Happened, Store};

use crate::world::{CUSTOMER, check, check_durable};

#[tokio::test]
async fn events_are_numbered_without_gaps_in_the_order_of_commits() {
    check_durable(async |mut world| {
        assert_eq!(world.store().last_event(), 0);
        let message = world.submitted(CUSTOMER, "wamid.1").await;
        world.status("wamid.1", StatusKind::Sent, 5).await;
        let follow = async |store: &dyn Store, seq, limit| {
            let events = store.events_after(seq, limit).await.unwrap();
            let words: Vec<_> = events.iter().map(|told| (told.seq(), word(told))).collect();
            words
        };
        let all = [
            (1, "accepted"),
            (2, "departed"),
            (3, "submitted"),
            (4, "sent"),
        ];
        for _ in 0..2 {
            let store = world.store().clone();
            assert_eq!(follow(&*store, 0, 10).await, all);
            assert_eq!(follow(&*store, 1, 2).await, all[1..3]);
            assert_eq!(follow(&*store, 4, 10).await, []);
            assert_eq!(store.last_event(), 4);
            drop(store);
            // The second time they come from the disk.
            world.restart();
        }
        let events = world.store().events_after(0, 1).await.unwrap();
        let Happened::Message(event, stored) = &events[0] else {
            panic!("{:?} is about no message", events[0]);
        };
        assert_eq!((event.message, stored.id), (message, message));
        // The message as it stands now.
        assert_eq!(stored.fold.state, State::Sent);
        assert_eq!(stored.provider_id.as_deref(), Some("wamid.1"));
        assert_eq!(stored.contact.phone(), Some(CUSTOMER));
    })
    .await;
}

#[tokio::test]
async fn a_follower_is_woken_by_a_commit_and_never_misses_one() {
    check(async |world| {
        let store = world.store().clone();
        let waiting = tokio::spawn(async move {
            for seq in 0..20 {
                store.event_beyond(seq).await;
            }
            store.last_event()
        });
        for _ in 0..20 {
            world.accept(CUSTOMER).await;
        }
        let seen = tokio::time::timeout(Duration::from_secs(10), waiting).await;
        assert!(seen.expect("woken in time").unwrap() >= 20);
    })
    .await;
}

#[tokio::test]
async fn old_events_are_read_from_the_disk() {
    check(async |world| {
        let store = world.store();
        let mut calls = tokio::task::JoinSet::new();
        for number in 0..5000 {
            let to = format!("316{:08}", number % 100);
            let admitted = crate::world::admitted(crate::world::submission(&to));
            let (store, acceptance) = (store.clone(), world.acceptance(admitted));
            calls.spawn(async move { store.accept(acceptance).await.unwrap().message });
        }
        while let Some(call) = calls.join_next().await {
            call.unwrap();
        }
        let mut seq = 0;
        loop {
            let events = store.events_after(seq, 700).await.unwrap();
            let Some(last) = events.last().map(Happened::seq) else {
                break;
            };
            let numbers = events.iter().map(Happened::seq);
            assert!(numbers.eq(seq + 1..=last));
            seq = last;
        }
        assert_eq!(seq, 5000);
    })
    .await;
}

fn word(happened: &Happened) -> &'static str {
    match happened {
        Happened::Message(event, _) => event.what.word(),
        Happened::News(..) => "news",
    }
}
