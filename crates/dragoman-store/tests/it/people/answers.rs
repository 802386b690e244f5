//! What receivers answered: it may repeat what they were told.

use dragoman_core::ports::{Attempted, AttemptedDelivery};
use dragoman_core::{MessageId, Raw};

use super::told::merged;
use crate::staff::words;
use crate::world::{CUSTOMER, NOW, SUBSCRIPTION, World, check_embedded};

const SOMEBODY_ELSE: &str = "31600000001";

/// A receiver shows what it was told, and wants it again.
async fn refuse(world: &World, seq: i64, message: Option<MessageId>) {
    let tried = AttemptedDelivery {
        seq,
        message,
        at: NOW,
        status: Some(422),
        answer: Some(Raw::new(r#"{"name":"Ada","text":"Hi"}"#)),
        then: Attempted::Again {
            due_at: NOW,
            tries: 1,
        },
    };
    let delivered = world.store().delivered(SUBSCRIPTION, 0, vec![tried]);
    delivered.await.unwrap();
}

/// A receiver refuses everything that happened.
async fn refuse_all(world: &World) {
    for told in world.store().events_after(0, 100).await.unwrap() {
        refuse(world, told.seq(), told.message()).await;
    }
}

/// What was told in tries whose answers are known.
async fn answered(world: &World) -> Vec<String> {
    let tries = world.store().last_deliveries(&[SUBSCRIPTION], 100).await;
    let answered = tries.unwrap().into_iter().rev();
    let answered = answered.filter(|tried| tried.tried.answer.is_some());
    answered
        .map(|tried| words(&tried.happened.unwrap()))
        .collect()
}

#[tokio::test]
async fn what_was_answered_about_who_is_forgotten_goes_and_stays_away() {
    check_embedded(async |mut world| {
        let both = merged(&world).await;
        world.accept(SOMEBODY_ELSE).await;
        refuse_all(&world).await;
        assert_eq!(answered(&world).await.len(), 10);
        world.forget(both[0]).await;
        for _ in 0..2 {
            // What is left was told of somebody else.
            let left = ["Created", "Opened", "accepted"];
            assert_eq!(answered(&world).await, left);
            world.restart_if_durable();
        }
        // A receiver may have been told before, and answer after.
        refuse_all(&world).await;
        let left = ["Created", "Opened", "accepted"].repeat(2);
        assert_eq!(answered(&world).await, left);
    })
    .await;
}

#[tokio::test]
async fn what_was_answered_about_a_message_that_is_erased_goes() {
    check_embedded(async |world| {
        let erased = world.accept(CUSTOMER).await.message;
        world.accept(CUSTOMER).await;
        refuse_all(&world).await;
        world.erase(erased).await;
        let left = ["Created", "Opened", "accepted"];
        assert_eq!(answered(&world).await, left);
    })
    .await;
}
