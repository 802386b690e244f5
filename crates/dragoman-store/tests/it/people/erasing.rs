use dragoman_core::State;
use dragoman_core::id::AttemptId;
use dragoman_core::inbound::StatusKind;
use dragoman_core::message::Stored;
use dragoman_core::outcome::Settlement;
use dragoman_core::{MessageId, Timestamp};
use dragoman_testkit::tenant;

use super::Gallery;
use crate::world::{
    ACCOUNT, CUSTOMER, NOW, World, check_durable_embedded, check_embedded, failure, receipt,
};

fn text(stored: &Stored) -> &str {
    let sent = stored.outbound().and_then(|body| body.content.text());
    let received = stored.inbound().and_then(|body| body.content.text());
    sent.or(received).expect("it is a text")
}

async fn said(world: &World, message: MessageId) -> String {
    text(&world.stored(message).await).to_owned()
}

#[tokio::test]
async fn what_was_said_in_a_young_message_is_gone_and_others_stay() {
    check_embedded(async |mut world| {
        let before = world.submitted(CUSTOMER, "wamid.1").await;
        let erased = world.submitted(CUSTOMER, "wamid.2").await;
        let received = world.hear("wamid.in", &[CUSTOMER]).await;
        for message in [before, erased, received] {
            assert_eq!(said(&world, message).await, "Hi");
        }
        assert!(world.erase(erased).await);
        assert!(world.erase(received).await);
        for _ in 0..2 {
            assert_eq!(said(&world, before).await, "Hi");
            for message in [erased, received] {
                assert_eq!(said(&world, message).await, "");
                assert_eq!(world.story(message).await.last(), Some(&"erased"));
            }
            assert_eq!(world.state(erased).await, State::Submitted);
            assert!(
                world
                    .stored(erased)
                    .await
                    .outbound()
                    .unwrap()
                    .metadata
                    .is_none()
            );
            world.restart_if_durable();
        }
    })
    .await;
}

#[tokio::test]
async fn those_who_follow_read_nothing_of_it() {
    check_embedded(async |world| {
        let erased = world.accept(CUSTOMER).await.message;
        let kept = world.accept(CUSTOMER).await.message;
        world.erase(erased).await;
        let happened = world.store().events_after(0, 100).await.unwrap();
        let mut words = Vec::new();
        for one in happened {
            let dragoman_core::ports::Happened::Message(event, stored) = one else {
                continue;
            };
            let expected = if event.message == kept { "Hi" } else { "" };
            assert_eq!(text(&stored), expected);
            words.push(event.what.word());
        }
        assert_eq!(words, ["accepted", "accepted", "cancelled", "erased"]);
    })
    .await;
}

#[tokio::test]
async fn a_message_that_waits_is_cancelled_and_nobody_can_claim_or_begin_it() {
    check_embedded(async |mut world| {
        let waiting = world.accept(CUSTOMER).await.message;
        let claimed = world.accept(CUSTOMER).await.message;
        let ready = world.claim(claimed).await.unwrap();
        assert!(world.erase(waiting).await && world.erase(claimed).await);
        assert!(world.begin(ready, AttemptId(1)).await.is_none());
        for _ in 0..2 {
            assert!(world.queued().await.is_empty());
            assert!(world.claim(waiting).await.is_none());
            for message in [waiting, claimed] {
                assert_eq!(world.state(message).await, State::Cancelled);
                let story = world.story(message).await;
                assert_eq!(story, ["accepted", "cancelled", "erased"]);
            }
            assert!(world.store().counts().unsettled.is_empty());
            world.restart_if_durable();
        }
    })
    .await;
}

#[tokio::test]
async fn an_attempt_in_flight_ends_as_it_ends_and_is_not_tried_again() {
    check_embedded(async |world| {
        let refused = world.accept_and_begin(CUSTOMER, AttemptId(1)).await;
        let taken = world.accept_and_begin(CUSTOMER, AttemptId(2)).await;
        assert!(world.erase(refused.message()).await && world.erase(taken.message()).await);
        assert_eq!(taken.body().content.text(), Some("Hi"));
        let retry = Settlement::Retry {
            failure: failure(),
            due_at: NOW,
        };
        assert!(!world.settle(&refused, retry).await);
        assert_eq!(world.state(refused.message()).await, State::Cancelled);
        assert!(world.queued().await.is_empty());
        assert!(world.settle(&taken, receipt("wamid.1")).await);
        world.status("wamid.1", StatusKind::Delivered, 5).await;
        let stored = world.stored(taken.message()).await;
        assert_eq!(stored.fold.delivered_at, Some(Timestamp::from_seconds(5)));
        assert_eq!((text(&stored), stored.fold.state), ("", State::Delivered));
    })
    .await;
}

#[tokio::test]
async fn what_was_erased_is_there_and_is_not_erased_again() {
    check_embedded(async |mut world| {
        let message = world.submitted(CUSTOMER, "wamid.1").await;
        assert!(world.erase(message).await);
        world.restart_if_durable();
        let story = world.story(message).await;
        assert!(world.erase(message).await);
        assert_eq!(world.story(message).await, story);
        let unknown = MessageId::from_parts(message.row(), message.tail() ^ 1);
        assert!(!world.erase(unknown).await);
        assert!(!world.erase(MessageId::from_parts(7, 7)).await);
    })
    .await;
}

#[tokio::test]
async fn what_was_erased_is_so_after_a_start() {
    check_durable_embedded(async |mut world| {
        let waiting = world.accept(CUSTOMER).await;
        let sent = world.submitted(CUSTOMER, "wamid.1").await;
        world.restart();
        assert!(world.erase(waiting.message).await && world.erase(sent).await);
        let gallery = Gallery {
            contacts: &[waiting.contact.id],
            addresses: &[CUSTOMER],
            messages: &[waiting.message, sent],
        };
        world.answers_the_same_after_a_start(&gallery).await;
        let stored = world.store().message(tenant(ACCOUNT), sent).await.unwrap();
        assert_eq!(text(&stored.unwrap()), "");
    })
    .await;
}
