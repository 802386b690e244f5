use std::time::Duration;

use dragoman_core::assignment::{Assignment, NotAssigned};
use dragoman_core::catalog::{Change, Channel};
use dragoman_core::id::AttemptId;
use dragoman_core::ports::{Acceptance, Departure};
use dragoman_core::submission::Submission;
use dragoman_core::{Id, State};
use dragoman_testkit::tenant;

use crate::world::{
    ACCOUNT, CUSTOMER, NOW, STRANGER, admitted, assigned, channel, check, check_durable, doomed,
    key, submission,
};

#[tokio::test]
async fn an_accepted_message_is_queued_and_reads_back_as_it_was() {
    check(async |world| {
        let accepted = world.accept(CUSTOMER).await;
        let stored = world.stored(accepted.message).await;
        let body = stored.outbound().unwrap();
        assert_eq!(body, &**admitted(submission(CUSTOMER)).body());
        assert_eq!(stored.fold.state, State::Queued);
        assert_eq!(stored.contact, accepted.contact);
        assert_eq!(stored.conversation, accepted.conversation);
        assert_eq!(accepted.contact.phone(), Some(CUSTOMER));
        assert_eq!(world.queued().await, [accepted.message]);
        assert_eq!(world.story(accepted.message).await, ["accepted"]);
        assert_eq!(accepted.message.at(), NOW);
    })
    .await;
}

#[tokio::test]
async fn two_submissions_of_one_batch_get_the_same_contact() {
    check(async |world| {
        let acceptance = || world.acceptance(admitted(submission(CUSTOMER)));
        let store = world.store();
        let calls: [_; 4] = std::array::from_fn(|_| {
            let (store, acceptance) = (store.clone(), acceptance());
            tokio::spawn(async move { store.accept(acceptance).await.unwrap() })
        });
        let mut accepted = Vec::new();
        for call in calls {
            accepted.push(call.await.unwrap());
        }
        for one in &accepted {
            assert_eq!(one.contact, accepted[0].contact);
            assert_eq!(one.conversation, accepted[0].conversation);
        }
        let other = world.accept("31687654321").await;
        assert_ne!(other.contact.id, accepted[0].contact.id);
        assert_ne!(other.conversation.number, accepted[0].conversation.number);
    })
    .await;
}

#[tokio::test]
async fn a_failed_verdict_is_recorded_and_never_queued() {
    check_durable(async |mut world| {
        let acceptance = || Acceptance {
            departure: Some(Departure {
                attempt: AttemptId(1),
            }),
            ..world.acceptance(doomed(Submission {
                key: key(1, 1),
                ..submission(CUSTOMER)
            }))
        };
        let accepted = world.store().accept(acceptance()).await.unwrap();
        assert!(accepted.failed && accepted.in_flight.is_none());
        assert_eq!(world.story(accepted.message).await, ["accepted", "failed"]);
        assert_eq!(world.state(accepted.message).await, State::Failed);
        assert!(world.queued().await.is_empty());
        let again = acceptance();
        world.restart();
        let replayed = world.store().accept(again).await.unwrap();
        assert!(replayed.failed && replayed.replayed);
    })
    .await;
}

#[tokio::test]
async fn an_assignment_moves_the_conversation_and_a_refused_one_is_told() {
    check_durable(async |mut world| {
        let (user, team) = (Some(Id::from_u128(7)), Some(Id::from_u128(8)));
        let accept = async |assignment| {
            let admitted = assigned(submission(CUSTOMER), assignment);
            let acceptance = world.acceptance(admitted);
            world.store().accept(acceptance).await.unwrap()
        };
        let granted = Assignment {
            user,
            ..Assignment::default()
        };
        let accepted = accept(granted).await;
        assert_eq!(accepted.conversation.user, user);
        let refused = Assignment {
            team,
            refused: Some(NotAssigned::UnknownUser),
            ..Assignment::default()
        };
        let accepted = accept(refused).await;
        let conversation = accepted.conversation;
        assert_eq!((conversation.user, conversation.team), (user, team));
        let story = world.story(accepted.message).await;
        assert_eq!(story, ["accepted", "not_assigned"]);
        world.restart();
        let stored = world.stored(accepted.message).await;
        assert_eq!(stored.conversation, conversation);
    })
    .await;
}

#[tokio::test]
async fn ids_rise_also_after_a_restart_with_a_clock_that_went_back() {
    check_durable(async |mut world| {
        let mut last = world.accept(CUSTOMER).await.message;
        for _ in 0..3 {
            world.restart();
            let earlier = Acceptance {
                machine: NOW.minus(Duration::from_secs(3600)),
                ..world.acceptance(admitted(submission(CUSTOMER)))
            };
            let next = world.store().accept(earlier).await.unwrap().message;
            assert!(next.row() > last.row());
            last = next;
        }
    })
    .await;
}

#[tokio::test]
async fn a_contact_belongs_to_one_account() {
    check(async |world| {
        let ours = world.accept(CUSTOMER).await;
        let foreign = Channel {
            id: Id::from_u128(0xc2),
            account: STRANGER,
            slug: "foreign".into(),
            provider_id: "200".into(),
            ..channel()
        };
        let channel = foreign.id;
        let change = vec![Change::Channel(foreign)];
        world.store().change(change).await.unwrap();
        let theirs = admitted(Submission {
            account: tenant(STRANGER),
            channel,
            ..submission(CUSTOMER)
        });
        let acceptance = world.acceptance(theirs);
        let theirs = world.store().accept(acceptance).await.unwrap();
        assert_ne!(ours.contact.id, theirs.contact.id);
        let foreign = world.store().message(tenant(ACCOUNT), theirs.message).await;
        assert!(foreign.unwrap().is_none());
    })
    .await;
}
