//! The message before another one in its conversation.

use dragoman_core::catalog::{Change, Channel, Sending};
use dragoman_core::inbound::{Report, StatusKind};
use dragoman_core::order::{After, Order};
use dragoman_core::outcome::Settlement;
use dragoman_core::ports::Foregoing;
use dragoman_core::{MessageId, State, Timestamp};
use dragoman_testkit::tenant;

use crate::world::{
    ACCOUNT, CUSTOMER, NOW, World, admitted, channel, check, doomed, inbound, submission,
};

const OTHER: &str = "31600000001";

async fn before(world: &World, message: MessageId) -> Option<Foregoing> {
    let told = world.store().foregoing(&[message]).await.unwrap();
    assert_eq!(told.len(), 1);
    told[0]
}

/// When something happened last to a message.
async fn since(world: &World, message: MessageId) -> Timestamp {
    let timeline = world
        .store()
        .timeline(tenant(ACCOUNT), message)
        .await
        .unwrap();
    timeline.unwrap().events.last().unwrap().at
}

#[tokio::test]
async fn the_message_before_is_the_last_that_was_to_be_sent_in_the_conversation() {
    check(async |mut world| {
        let first = world.submitted(CUSTOMER, "wamid.1").await;
        assert_eq!(before(&world, first).await, None);
        // Others, what the customer writes, and what was refused do not count.
        world.submitted(OTHER, "wamid.2").await;
        let hello = Report::Inbound(inbound("wamid.in", &[CUSTOMER]));
        world.record(vec![hello]).await;
        let refused = world.acceptance(doomed(submission(CUSTOMER)));
        world.store().accept(refused).await.unwrap();
        let second = world.accept(CUSTOMER).await.message;
        let stands = |state, moved_since, since| {
            Some(Foregoing {
                message: first,
                state,
                moved_since,
                since,
            })
        };
        let told = before(&world, second).await;
        assert_eq!(
            told,
            stands(State::Submitted, false, since(&world, second).await)
        );
        world.status("wamid.1", StatusKind::Delivered, 5).await;
        world.restart_if_durable();
        let told = before(&world, second).await;
        assert_eq!(
            told,
            stands(State::Delivered, true, since(&world, first).await)
        );
    })
    .await;
}

#[tokio::test]
async fn many_are_told_in_the_order_of_the_question() {
    check(async |world| {
        let first = world.accept(CUSTOMER).await.message;
        let second = world.accept(CUSTOMER).await.message;
        let nobody = MessageId::from_parts(7, 7);
        let told = world.store().foregoing(&[second, nobody, first]).await;
        let told: Vec<_> = told
            .unwrap()
            .iter()
            .map(|found| found.map(|found| found.message))
            .collect();
        assert_eq!(told, [Some(first), None, None]);
    })
    .await;
}

#[tokio::test]
async fn conversations_that_moved_are_told_where_somebody_waits_for_that() {
    check(async |world| {
        let message = world.submitted(CUSTOMER, "wamid.1").await;
        let recorded = world.status("wamid.1", StatusKind::Sent, 5).await;
        assert_eq!((recorded.statuses, recorded.moved.len()), (1, 0));
        let order = Order {
            after: After::Delivered,
            ..Order::default()
        };
        let ordered = Channel {
            sending: Sending {
                order,
                ..Sending::default()
            },
            ..channel()
        };
        world
            .store()
            .change(vec![Change::Channel(ordered)])
            .await
            .unwrap();
        let recorded = world.status("wamid.1", StatusKind::Delivered, 6).await;
        let conversation = world.stored(message).await.conversation.number;
        assert_eq!(recorded.moved, [conversation]);
        let recorded = world.status("wamid.1", StatusKind::Delivered, 6).await;
        assert!(recorded.moved.is_empty(), "a repetition moves nothing");
    })
    .await;
}

#[tokio::test]
async fn what_waits_can_be_taken_back() {
    check(async |world| {
        let acceptance = world.acceptance(admitted(submission(CUSTOMER)));
        let message = world.store().accept(acceptance).await.unwrap().message;
        let cancel = async || {
            let cancelled = Settlement::Cancelled;
            world
                .store()
                .settle(message, None, cancelled, NOW)
                .await
                .unwrap()
        };
        assert!(cancel().await);
        assert_eq!(world.state(message).await, State::Cancelled);
        assert!(world.queued().await.is_empty() && !cancel().await);
    })
    .await;
}
