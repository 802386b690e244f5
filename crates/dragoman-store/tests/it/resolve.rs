//! What counts for messages in doubt.

use std::time::Duration;

use dragoman_core::State;
use dragoman_core::doubt::{OnUnknown, Resolution, Resolver};
use dragoman_core::id::AttemptId;
use dragoman_core::inbound::StatusKind;
use dragoman_core::outcome::Settlement;
use dragoman_core::ports::{Decided, Decision};
use dragoman_core::submission::{Manner, Submission};
use dragoman_testkit::tenant;

use crate::world::{
    ACCOUNT, CHANNEL, CUSTOMER, NOW, STRANGER, World, admitted, check, check_durable, failure,
    receipt, status, submission,
};

const FIRST: AttemptId = AttemptId(9);
const SECOND: AttemptId = AttemptId(10);

#[tokio::test]
async fn a_doubt_is_known_with_its_policy_after_a_restart() {
    check_durable(async |mut world| {
        let manner = Manner {
            on_unknown: Some(OnUnknown::Fail),
            ..Manner::default()
        };
        let asked = Submission {
            manner,
            ..submission(CUSTOMER)
        };
        let acceptance = world.acceptance(admitted(asked));
        let message = world.store().accept(acceptance).await.unwrap().message;
        let ready = world.claim(message).await.unwrap();
        let in_flight = world.begin(ready, FIRST).await.unwrap();
        let since = NOW.plus(Duration::from_secs(30));
        let (store, lost) = (world.store(), Settlement::Unknown("reset".into()));
        let attempt = Some(in_flight.attempt());
        store.settle(message, attempt, lost, since).await.unwrap();
        world.restart();
        let doubts = world.store().doubts(CHANNEL, 10).await.unwrap();
        let [doubt] = doubts[..] else {
            panic!("{doubts:?}")
        };
        assert_eq!((doubt.message, doubt.attempt), (message, FIRST));
        assert_eq!((doubt.account, doubt.channel), (ACCOUNT, CHANNEL));
        assert_eq!(
            (doubt.since, doubt.on_unknown),
            (since, Some(OnUnknown::Fail))
        );
        assert!(world.store().doubts(CHANNEL, 0).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn each_resolution_leads_to_its_state_also_after_a_restart() {
    for (resolution, state, waits) in [
        (Resolution::Hold, State::Unknown, true),
        (Resolution::Sent, State::Sent, false),
        (Resolution::Failed, State::Failed, false),
        (Resolution::Resend, State::Queued, true),
        (Resolution::Final, State::Unresolved, false),
    ] {
        check_durable(async |mut world| {
            let message = world.doubted(CUSTOMER, FIRST).await.message();
            let decided = world.decide(message, resolution, Resolver::Policy).await;
            let again = matches!(decided, Decided::Again(CHANNEL, _));
            assert_eq!(again, resolution == Resolution::Resend, "{decided:?}");
            world.restart();
            assert_eq!(world.state(message).await, state);
            let unsettled = world.store().counts().unsettled;
            assert_eq!(!unsettled.is_empty(), waits, "{resolution:?}");
            let still = world.stored(message).await.fold.is_doubtful();
            let expected = !matches!(resolution, Resolution::Sent | Resolution::Resend);
            assert_eq!(still, expected, "{resolution:?}");
        })
        .await;
    }
}

#[tokio::test]
async fn only_what_is_in_doubt_is_resolved_and_only_by_its_account() {
    check(async |world| {
        let in_flight = world.accept_and_begin(CUSTOMER, FIRST).await;
        let message = in_flight.message();
        for resolution in Resolution::ALL {
            let decided = world.decide(message, resolution, Resolver::Person).await;
            assert_eq!(decided, Decided::NotInDoubt);
        }
        world
            .settle(&in_flight, Settlement::Unknown("reset".into()))
            .await;
        let decision = Decision {
            account: tenant(ACCOUNT),
            message,
            attempt: Some(SECOND),
            resolution: Resolution::Failed,
            by: Resolver::Policy,
            now: NOW,
        };
        let store = world.store();
        let of_another_attempt = store.resolve(decision).await.unwrap();
        assert_eq!(of_another_attempt, Decided::NotInDoubt);
        let strange = Decision {
            account: tenant(STRANGER),
            attempt: None,
            ..decision
        };
        assert_eq!(store.resolve(strange).await.unwrap(), Decided::Missing);
        assert_eq!(world.story(message).await.last(), Some(&"unknown"));
    })
    .await;
}

#[tokio::test]
async fn people_are_told_once_that_a_message_stays_unknown() {
    check(async |world| {
        let message = world.doubted(CUSTOMER, FIRST).await.message();
        let hold = async || {
            world
                .decide(message, Resolution::Hold, Resolver::Policy)
                .await
        };
        assert_eq!(hold().await, Decided::Done);
        assert_eq!(hold().await, Decided::Held);
        let story = world.story(message).await;
        assert_eq!(story, ["accepted", "departed", "unknown", "held"]);
    })
    .await;
}

/// Sends a message in doubt again, up to its second departure.
async fn sent_again(world: &World, by: Resolver) -> dragoman_core::message::InFlight {
    let message = world.doubted(CUSTOMER, FIRST).await.message();
    let decided = world.decide(message, Resolution::Resend, by).await;
    let Decided::Again(channel, queued) = decided else {
        panic!("{decided:?}")
    };
    assert_eq!(
        (channel, queued.message, queued.starts),
        (CHANNEL, message, 1)
    );
    let ready = world.claim(message).await.unwrap();
    world.begin(ready, SECOND).await.unwrap()
}

#[tokio::test]
async fn the_policy_sends_again_once_and_people_as_often_as_they_like() {
    check(async |world| {
        let second = sent_again(&world, Resolver::Policy).await;
        let message = second.message();
        world
            .settle(&second, Settlement::Unknown("reset".into()))
            .await;
        let resend = async |by| world.decide(message, Resolution::Resend, by).await;
        assert_eq!(resend(Resolver::Policy).await, Decided::Resent);
        assert!(matches!(resend(Resolver::Person).await, Decided::Again(..)));
        assert_eq!(world.queued().await, [message]);
    })
    .await;
}

#[tokio::test]
async fn what_has_waited_too_long_is_not_sent_again() {
    check(async |world| {
        let asked = Submission {
            ttl: Some(Duration::from_secs(600)),
            ..submission(CUSTOMER)
        };
        let acceptance = world.acceptance(admitted(asked));
        let message = world.store().accept(acceptance).await.unwrap().message;
        let ready = world.claim(message).await.unwrap();
        let in_flight = world.begin(ready, FIRST).await.unwrap();
        world
            .settle(&in_flight, Settlement::Unknown("reset".into()))
            .await;
        let decision = Decision {
            account: tenant(ACCOUNT),
            message,
            attempt: None,
            resolution: Resolution::Resend,
            by: Resolver::Person,
            now: NOW.plus(Duration::from_secs(601)),
        };
        let decided = world.store().resolve(decision).await.unwrap();
        assert_eq!(decided, Decided::Late);
        assert_eq!(world.state(message).await, State::Unknown);
    })
    .await;
}

#[tokio::test]
async fn an_echo_of_the_first_attempt_ends_the_wait_for_the_second() {
    check(async |world| {
        let first = world.doubted(CUSTOMER, FIRST).await;
        let message = first.message();
        world
            .decide(message, Resolution::Resend, Resolver::Policy)
            .await;
        let echo = status("wamid.1", Some(first.token()), StatusKind::Sent, 5);
        let recorded = world.record(vec![echo]).await;
        assert_eq!(recorded.late.len(), 1);
        assert_eq!(recorded.late[0].message, message);
        assert!(recorded.regressed.is_empty());
        assert!(world.claim(message).await.is_none());
        assert!(world.queued().await.is_empty());
        assert_eq!(world.state(message).await, State::Sent);
    })
    .await;
}

#[tokio::test]
async fn an_echo_of_the_first_attempt_binds_while_the_second_is_under_way() {
    check(async |world| {
        let second = sent_again(&world, Resolver::Policy).await;
        let message = second.message();
        let first = dragoman_core::id::AttemptToken {
            message,
            attempt: FIRST,
        };
        let echo = status("wamid.1", Some(first), StatusKind::Delivered, 5);
        assert_eq!(world.record(vec![echo]).await.statuses, 1);
        assert!(!world.settle(&second, receipt("wamid.2")).await);
        let stored = world.stored(message).await;
        assert_eq!(stored.fold.state, State::Delivered);
        assert_eq!(stored.provider_id.as_deref(), Some("wamid.1"));
        let echo = status("wamid.2", Some(second.token()), StatusKind::Read, 6);
        assert_eq!(world.record(vec![echo]).await.statuses, 1);
        assert_eq!(world.state(message).await, State::Read);
        assert!(world.store().catalog().channels[0].sending.held.is_none());
    })
    .await;
}

#[tokio::test]
async fn proof_corrects_what_only_counted_as_failed() {
    check(async |world| {
        for (number, late) in [true, false].into_iter().enumerate() {
            let to = format!("3161234567{number}");
            let in_flight = world.doubted(&to, AttemptId(20 + number as u128)).await;
            let message = in_flight.message();
            world
                .decide(message, Resolution::Failed, Resolver::Policy)
                .await;
            let id = format!("wamid.{number}");
            if late {
                assert!(world.settle(&in_flight, receipt(&id)).await);
                assert_eq!(world.state(message).await, State::Submitted);
            } else {
                let echo = status(&id, Some(in_flight.token()), StatusKind::Sent, 5);
                world.record(vec![echo]).await;
                assert_eq!(world.state(message).await, State::Sent);
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_late_refusal_of_that_very_attempt_takes_the_message_back_or_ends_it() {
    check(async |world| {
        let refused = world.doubted("31612345671", FIRST).await;
        let retry = Settlement::Retry {
            failure: failure(),
            due_at: NOW,
        };
        assert!(world.settle(&refused, retry.clone()).await);
        assert_eq!(world.queued().await, [refused.message()]);
        let failed = world.doubted("31612345672", SECOND).await;
        assert!(world.settle(&failed, Settlement::Failed(failure())).await);
        assert_eq!(world.state(failed.message()).await, State::Failed);
        assert!(!world.stored(failed.message()).await.fold.is_doubtful());
        // An echo was faster.
        let echoed = world.doubted("31612345673", AttemptId(11)).await;
        let echo = status("wamid.3", Some(echoed.token()), StatusKind::Sent, 5);
        world.record(vec![echo]).await;
        assert!(!world.settle(&echoed, retry).await);
        assert_eq!(world.state(echoed.message()).await, State::Sent);
    })
    .await;
}
