//! How the last messages of a channel fare.

use std::time::Duration;

use dragoman_core::inbound::{Report, StatusKind};
use dragoman_core::ports::Reckoner;
use dragoman_core::reckoning::Fared;
use dragoman_core::{Id, State, Timestamp};

use crate::world::{
    CHANNEL, CUSTOMER, NOW, World, check_durable_embedded, check_embedded, failure, inbound,
};

const OTHERS: &str = "31687654321";

async fn fared(world: &World, since: Timestamp, limit: usize) -> Vec<Fared> {
    let fared = world.sqlite().fared(CHANNEL, since, limit);
    fared.await.unwrap()
}

#[tokio::test]
async fn every_message_of_a_channel_is_reckoned_as_it_stands() {
    check_durable_embedded(async |mut world| {
        let failed = world.submitted(CUSTOMER, "wamid.1").await;
        let delivered = world.submitted(OTHERS, "wamid.2").await;
        let broken = StatusKind::Failed(failure());
        world.status("wamid.1", broken, 5).await;
        world.status("wamid.2", StatusKind::Sent, 6).await;
        world.status("wamid.2", StatusKind::Delivered, 7).await;
        let answer = Report::Inbound(inbound("wamid.in", &[CUSTOMER]));
        world.record(vec![answer]).await;
        let customer = world.stored(failed).await.contact.id;
        for _ in 0..2 {
            let expected = [
                Fared::Theirs {
                    contact: customer,
                    at: NOW,
                },
                Fared::Ours {
                    contact: world.stored(delivered).await.contact.id,
                    accepted_at: NOW,
                    fold: world.stored(delivered).await.fold,
                    code: None,
                },
                Fared::Ours {
                    contact: customer,
                    accepted_at: NOW,
                    fold: world.stored(failed).await.fold,
                    code: Some(131_026),
                },
            ];
            assert_eq!(fared(&world, NOW, 10).await, expected);
            world.restart();
        }
    })
    .await;
}

#[tokio::test]
async fn the_newest_messages_of_one_channel_are_reckoned_and_no_older_ones() {
    check_embedded(async |world| {
        for number in 0..5 {
            world.submitted(CUSTOMER, &format!("wamid.{number}")).await;
        }
        assert_eq!(fared(&world, NOW, 3).await.len(), 3);
        assert_eq!(fared(&world, NOW, 10).await.len(), 5);
        let later = NOW.plus(Duration::from_secs(1));
        assert_eq!(fared(&world, later, 10).await, []);
        let elsewhere = world.sqlite().fared(Id::from_u128(0xc9), NOW, 10);
        assert_eq!(elsewhere.await.unwrap(), []);
    })
    .await;
}

#[tokio::test]
async fn a_status_is_counted_once_for_its_channel() {
    check_embedded(async |world| {
        world.submitted(CUSTOMER, "wamid.1").await;
        for _ in 0..2 {
            world.status("wamid.1", StatusKind::Sent, 5).await;
            world.status("wamid.1", StatusKind::Delivered, 6).await;
        }
        world.submitted(OTHERS, "wamid.2").await;
        let expected = [
            (CHANNEL, State::Submitted, 2),
            (CHANNEL, State::Sent, 1),
            (CHANNEL, State::Delivered, 1),
        ];
        assert_eq!(world.store().counts().reached, expected);
    })
    .await;
}
