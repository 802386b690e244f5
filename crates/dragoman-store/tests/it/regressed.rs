//! A store that has lost its end: a backup was restored, or a disk has lied.

use dragoman_core::State;
use dragoman_core::catalog::Change;
use dragoman_core::id::{AttemptId, AttemptToken};
use dragoman_core::inbound::StatusKind;
use dragoman_core::{Id, MessageId};

use crate::world::{CHANNEL, CUSTOMER, MOMENT, World, channel, check, check_durable, status};

const OTHER: Id = Id::from_u128(0xc2);

fn lost(message: MessageId) -> AttemptToken {
    let attempt = AttemptId(77);
    AttemptToken { message, attempt }
}

async fn held(world: &World) -> usize {
    let catalog = world.store().catalog();
    let held = catalog.channels.iter();
    held.filter(|channel| channel.sending.held.is_some())
        .count()
}

async fn with_another_channel(world: &World) {
    let other = dragoman_core::catalog::Channel {
        id: OTHER,
        slug: "other".into(),
        provider_id: "200".into(),
        main: false,
        ..channel()
    };
    world
        .store()
        .change(vec![Change::Channel(other)])
        .await
        .unwrap();
}

#[tokio::test]
async fn an_echo_of_an_attempt_that_was_never_heard_of_binds_and_holds_every_channel() {
    check_durable(async |mut world| {
        with_another_channel(&world).await;
        let message = world.accept(CUSTOMER).await.message;
        let echo = status("wamid.1", Some(lost(message)), StatusKind::Sent, 5);
        let recorded = world.record(vec![echo]).await;
        assert_eq!(recorded.regressed.len(), 1);
        assert_eq!((recorded.statuses, recorded.late.len()), (1, 0));
        world.restart();
        assert_eq!(held(&world).await, 2);
        assert!(world.claim(message).await.is_none());
        assert_eq!(world.state(message).await, State::Sent);
        // Messages are accepted meanwhile.
        world.accept("31612345679").await;
    })
    .await;
}

#[tokio::test]
async fn attempts_that_are_known_hold_nothing() {
    check(async |world| {
        let in_flight = world.accept_and_begin(CUSTOMER, AttemptId(9)).await;
        for (kind, at) in [(StatusKind::Sent, 5), (StatusKind::Delivered, 6)] {
            let echo = status("wamid.1", Some(in_flight.token()), kind, at);
            assert!(world.record(vec![echo]).await.regressed.is_empty());
        }
        assert_eq!(held(&world).await, 0);
    })
    .await;
}

#[tokio::test]
async fn the_token_of_another_channels_message_is_not_believed() {
    check(async |world| {
        with_another_channel(&world).await;
        let message = world.accept(CUSTOMER).await.message;
        let echo = status("wamid.1", Some(lost(message)), StatusKind::Sent, 5);
        let recorded = world.store().record(OTHER, vec![echo], MOMENT).await;
        let recorded = recorded.unwrap();
        assert_eq!((recorded.foreign, recorded.orphans), (1, 1));
        assert!(recorded.regressed.is_empty());
        assert_eq!(world.state(message).await, State::Queued);
        assert_eq!(held(&world).await, 0);
        let own = world.store().queue(CHANNEL).await.unwrap();
        assert_eq!(own.len(), 1);
    })
    .await;
}
