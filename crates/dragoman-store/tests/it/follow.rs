use std::time::Duration;

use dragoman_core::State;
use dragoman_core::inbound::StatusKind;
use dragoman_core::ports::Happened;

use crate::world::{CUSTOMER, check, check_durable};

#[tokio::test]
async fn events_are_numbered_without_gaps_in_the_order_of_commits() {
    check_durable(async |mut world| {
        assert_eq!(world.store().last_event(), 0);
        let message = world.submitted(CUSTOMER, "wamid.1").await;
        world.status("wamid.1", StatusKind::Sent, 5).await;
        // Before there is something to happen to, there is somebody whom it is for.
        let all = [
            (1, "Created"),
            (2, "Opened"),
            (3, "accepted"),
            (4, "departed"),
            (5, "submitted"),
            (6, "sent"),
        ];
        let all = all.map(|(seq, words)| (seq, words.to_owned()));
        for _ in 0..2 {
            assert_eq!(world.told(0, 10).await, all);
            assert_eq!(world.told(1, 3).await, all[1..4]);
            assert_eq!(world.told(6, 10).await, []);
            assert_eq!(world.store().last_event(), 6);
            // The second time they come from the disk.
            world.restart();
        }
        let events = world.store().events_after(2, 1).await.unwrap();
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
        let (mut seq, mut about_messages) = (0, 0);
        loop {
            let events = store.events_after(seq, 700).await.unwrap();
            let Some(last) = events.last().map(Happened::seq) else {
                break;
            };
            let numbers = events.iter().map(Happened::seq);
            assert!(numbers.eq(seq + 1..=last));
            about_messages += events.iter().filter_map(Happened::message).count();
            seq = last;
        }
        // Each of a hundred customers is new, and so is their conversation.
        assert_eq!((seq, about_messages), (5200, 5000));
    })
    .await;
}
