//! What was kept long enough goes, and nobody who needs it misses it.

use std::time::Duration;

use dragoman_core::catalog::{Change, Subscription};
use dragoman_core::content::Content;
use dragoman_core::id::AttemptId;
use dragoman_core::inbound::{Inbound, Report, StatusKind};
use dragoman_core::ports::{Acceptance, Attempted, AttemptedDelivery, Departure, Happened, Moment};
use dragoman_core::submission::Submission;
use dragoman_core::window::Heard;
use dragoman_core::{Address, MessageId, State, Timestamp};
use dragoman_store::{Retention, SqliteStore, Swept};
use dragoman_testkit::tenant;

use crate::files::copy_of;
use crate::world::{
    ACCOUNT, CHANNEL, CUSTOMER, MOMENT, NOW, SUBSCRIPTION, TINY, World, admitted, advertisement,
    check_embedded, inbound, key, receipt, submission, subscription,
};

const DAY: Duration = Duration::from_secs(86_400);

/// Everything that is older than the present goes.
const OLD: Retention = Retention {
    messages_before: Some(NOW),
    bodies_before: None,
};

/// What was said before the present goes.
const SAID: Retention = Retention {
    messages_before: None,
    bodies_before: Some(NOW),
};

/// A message of that time that was accepted under a key, and read.
async fn read(world: &World, at: Timestamp, which: u8) -> MessageId {
    let submission = Submission {
        key: key(which, which),
        ..submission(CUSTOMER)
    };
    let attempt = AttemptId(world.random());
    let acceptance = Acceptance {
        machine: at,
        departure: Some(Departure { attempt }),
        ..world.acceptance(admitted(submission))
    };
    let accepted = world.store().accept(acceptance).await.unwrap();
    let provider_id = format!("wamid.{which}");
    let in_flight = accepted.in_flight.unwrap();
    assert!(world.settle(&in_flight, receipt(&provider_id)).await);
    world.status(&provider_id, StatusKind::Read, 9).await;
    accepted.message
}

/// The subscription has heard everything, tried by tried.
async fn told(world: &World) {
    let events = world.store().events_after(0, 100).await.unwrap();
    let tries = events.iter().map(|happened| AttemptedDelivery {
        seq: happened.seq(),
        message: happened.message(),
        at: NOW,
        answer: None,
        status: Some(200),
        then: Attempted::Done,
    });
    let last = world.store().last_event();
    let delivered = world.store().delivered(SUBSCRIPTION, last, tries.collect());
    delivered.await.unwrap();
}

async fn exists(world: &World, message: MessageId) -> bool {
    let found = world.store().message(tenant(ACCOUNT), message).await;
    found.unwrap().is_some()
}

#[tokio::test]
async fn a_message_goes_with_all_that_happened_to_it() {
    check_embedded(async |mut world| {
        let old = read(&world, NOW.minus(DAY), 1).await;
        let young = read(&world, NOW, 2).await;
        told(&world).await;
        let swept = world.sqlite().retain(OLD).await.unwrap();
        let one = Swept {
            messages: 1,
            ..Swept::default()
        };
        assert_eq!(swept, one);
        for _ in 0..2 {
            let store = world.store();
            assert!(!exists(&world, old).await);
            assert!(
                store
                    .timeline(tenant(ACCOUNT), old)
                    .await
                    .unwrap()
                    .is_none()
            );
            assert!(world.named("wamid.1").await.is_none());
            let answer = store.first_answer(&key(1, 1).unwrap(), NOW).await;
            assert!(answer.unwrap().is_none());
            assert_eq!(world.story(young).await.len(), 4);
            assert!(world.named("wamid.2").await.is_some());
            let events = store.events_after(0, 100).await.unwrap();
            let about: Vec<MessageId> = events.iter().filter_map(Happened::message).collect();
            assert_eq!(about, [young; 4]);
            // Whom both were for is told in news, which is young.
            assert_eq!(events.len(), 4 + 2);
            world.restart_if_durable();
        }
        // Its key is free, and a late status of it has no message.
        let again = read(&world, NOW, 1).await;
        assert_ne!(again, old);
    })
    .await;
}

#[tokio::test]
async fn nothing_is_left_of_it_in_the_file() {
    let world = World::crossing().await;
    read(&world, NOW.minus(DAY), 1).await;
    world.accept(CUSTOMER).await;
    told(&world).await;
    world.sqlite().retain(OLD).await.unwrap();
    let file = rusqlite::Connection::open(world.path().join("dragoman.db")).unwrap();
    // One message is left: it was accepted without a key, and that was told. So was the news of
    // whom both were for, which is young.
    for (rows, left) in [
        ("messages", 1),
        ("events", 1),
        ("keys", 0),
        ("delivery_log WHERE message <> 0", 1),
        ("delivery_log WHERE message = 0", 2),
    ] {
        let query = format!("SELECT count(*) FROM {rows}");
        let found: i64 = file.query_row(&query, [], |row| row.get(0)).unwrap();
        assert_eq!(found, left, "{rows}");
    }
}

#[tokio::test]
async fn what_waits_or_was_not_told_stays() {
    check_embedded(async |world| {
        let yesterday = Acceptance {
            machine: NOW.minus(DAY),
            ..world.acceptance(admitted(submission(CUSTOMER)))
        };
        let waiting = world.store().accept(yesterday).await.unwrap().message;
        let untold = read(&world, NOW.minus(DAY), 1).await;
        let young = read(&world, NOW, 2).await;
        for retention in [OLD, SAID] {
            let swept = world.sqlite().retain(retention).await.unwrap();
            assert_eq!(swept, Swept::default());
        }
        told(&world).await;
        let seq = world.store().last_event();
        let due = AttemptedDelivery {
            seq,
            message: Some(untold),
            at: NOW,
            answer: None,
            status: Some(500),
            then: Attempted::Again {
                due_at: NOW,
                tries: 1,
            },
        };
        let due_again = world
            .store()
            .delivered(SUBSCRIPTION, seq, vec![due.clone()]);
        due_again.await.unwrap();
        assert_eq!(world.sqlite().retain(OLD).await.unwrap().messages, 0);
        let done = AttemptedDelivery {
            then: Attempted::Done,
            ..due
        };
        let newest = AttemptedDelivery {
            message: Some(young),
            ..done.clone()
        };
        let delivered = world
            .store()
            .delivered(SUBSCRIPTION, seq, vec![done, newest]);
        delivered.await.unwrap();
        assert_eq!(world.sqlite().retain(OLD).await.unwrap().messages, 1);
        assert!(exists(&world, waiting).await && !exists(&world, untold).await);
        assert_eq!(world.queued().await, [waiting]);
    })
    .await;
}

#[tokio::test]
async fn a_subscription_that_is_disabled_holds_nothing_back() {
    check_embedded(async |world| {
        let old = read(&world, NOW.minus(DAY), 1).await;
        read(&world, NOW, 2).await;
        let disabled = Subscription {
            enabled: false,
            ..subscription()
        };
        let change = vec![Change::Subscription(disabled)];
        world.store().change(change).await.unwrap();
        assert_eq!(world.sqlite().retain(OLD).await.unwrap().messages, 1);
        assert!(!exists(&world, old).await);
    })
    .await;
}

#[tokio::test]
async fn numbers_of_what_is_gone_are_never_given_again() {
    check_embedded(async |mut world| {
        let old = read(&world, NOW.minus(DAY), 1).await;
        told(&world).await;
        let last = world.store().last_event();
        let later = Retention {
            messages_before: Some(NOW.plus(DAY)),
            bodies_before: None,
        };
        // Whoever follows the log finds its end.
        assert_eq!(world.sqlite().retain(later).await.unwrap().messages, 0);
        world.restart_if_durable();
        assert_eq!(world.store().last_event(), last);
        let young = read(&world, NOW, 2).await;
        told(&world).await;
        world.sqlite().retain(later).await.unwrap();
        world.restart_if_durable();
        assert!(!exists(&world, old).await && exists(&world, young).await);
        let events = world.store().events_after(last, 100).await.unwrap();
        assert_eq!(events.len(), 4);
    })
    .await;
}

#[tokio::test]
async fn what_was_said_goes_before_the_rest() {
    check_embedded(async |mut world| {
        let old = read(&world, NOW.minus(DAY), 1).await;
        let moment = Moment {
            machine: NOW.minus(DAY),
            ..MOMENT
        };
        let hi = vec![Report::Inbound(inbound("wamid.in", &[CUSTOMER]))];
        let recorded = world.store().record(CHANNEL, hi, moment);
        assert_eq!(recorded.await.unwrap().inbound, 1);
        let young = read(&world, NOW, 2).await;
        told(&world).await;
        let before = world.stored(old).await;
        let received = world.named("wamid.in").await.unwrap().message;
        let swept = world.sqlite().retain(SAID).await.unwrap();
        assert_eq!((swept.messages, swept.bodies), (0, 2));
        for _ in 0..2 {
            let stored = world.stored(old).await;
            let body = stored.outbound().unwrap();
            let Content::Text(text) = &body.content else {
                panic!("it is no text any more");
            };
            assert_eq!((&*text.body, body.metadata.as_ref()), ("", None));
            assert_eq!(stored.fold, before.fold);
            assert_eq!(stored.fold.state, State::Read);
            assert_eq!(stored.contact, before.contact);
            assert_eq!(stored.provider_id, before.provider_id);
            assert_eq!(world.story(old).await.len(), 4);
            let stored = world.stored(received).await;
            assert_eq!(stored.inbound().unwrap().content.text(), Some(""));
            assert_eq!(stored.provider_id.as_deref(), Some("wamid.in"));
            let stored = world.stored(young).await;
            assert_eq!(stored.outbound().unwrap().content.text(), Some("Hi"));
            world.restart_if_durable();
            let again = world.sqlite().retain(SAID).await.unwrap();
            assert_eq!(again, Swept::default());
        }
    })
    .await;
}

#[tokio::test]
async fn what_was_said_goes_when_it_is_not_needed_any_more() {
    check_embedded(async |mut world| {
        let old = read(&world, NOW.minus(DAY), 1).await;
        told(&world).await;
        let untold = read(&world, NOW.minus(DAY), 2).await;
        assert_eq!(world.sqlite().retain(SAID).await.unwrap().bodies, 1);
        world.restart_if_durable();
        told(&world).await;
        assert_eq!(world.sqlite().retain(SAID).await.unwrap().bodies, 1);
        for message in [old, untold] {
            let stored = world.stored(message).await;
            assert_eq!(stored.outbound().unwrap().content.text(), Some(""));
        }
    })
    .await;
}

#[tokio::test]
async fn a_window_that_is_open_outlives_a_sweep_and_a_whole_new_index() {
    let world = World::crossing().await;
    let before = |hours: u64| NOW.minus(Duration::from_secs(hours * 3600));
    // The last by an advertisement is as old as one may be whose window is open.
    for (hours, referral) in [(80, true), (71, true), (60, false)] {
        let said = Inbound {
            at: before(hours),
            referral: referral.then(advertisement),
            ..inbound(&format!("wamid.{hours}"), &[CUSTOMER])
        };
        let moment = Moment {
            machine: before(hours),
            now: before(hours),
        };
        let recorded = world
            .store()
            .record(CHANNEL, vec![Report::Inbound(said)], moment);
        assert_eq!(recorded.await.unwrap().inbound, 1);
    }
    world.accept("31600000001").await;
    told(&world).await;
    let shortest = Retention {
        messages_before: Some(before(72)),
        bodies_before: Some(before(72)),
    };
    assert_eq!(world.sqlite().retain(shortest).await.unwrap().messages, 1);
    let heard = Heard {
        last_inbound: Some(before(60)),
        last_referral: Some(before(71)),
    };
    let address = Address::parse(CUSTOMER).unwrap();
    let whole = copy_of(world.path());
    SqliteStore::rebuild_index(whole.path()).unwrap();
    let rebuilt = World::of(SqliteStore::open_with(whole.path(), TINY).unwrap());
    for world in [world, rebuilt] {
        let found = world.store().heard(CHANNEL, &address).await;
        assert_eq!(found.unwrap(), (heard, false));
    }
}
