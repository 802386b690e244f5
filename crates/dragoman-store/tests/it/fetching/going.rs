//! Files go with what they belong to.

use std::time::Duration;

use dragoman_core::file::Fetched;
use dragoman_core::ports::{Attempted, AttemptedDelivery, Moment};
use dragoman_store::Retention;

use super::{fetch, file_of};
use crate::media::file;
use crate::world::{CUSTOMER, NOW, SUBSCRIPTION, World, check_durable_embedded, check_embedded};

const DAY: Duration = Duration::from_secs(86_400);

impl World {
    /// The subscription has heard everything.
    async fn all_is_told(&self) {
        let last = self.store().last_event();
        let happened = self.store().events_after(0, 100).await.unwrap();
        let tries = happened.iter().map(|told| AttemptedDelivery {
            seq: told.seq(),
            message: told.message(),
            at: NOW,
            answer: None,
            status: Some(200),
            then: Attempted::Done,
        });
        let told = self.store().delivered(SUBSCRIPTION, last, tries.collect());
        told.await.unwrap();
    }
}

#[tokio::test]
async fn a_file_is_gone_with_its_message() {
    check_durable_embedded(async |mut world| {
        let message = world.receive_picture("wamid.1").await;
        let other = world.receive_picture("wamid.2").await;
        world.keep(file(1)).await;
        assert!(world.erase(message).await);
        for _ in 0..2 {
            assert_eq!(world.file(file_of(message).id).await, None);
            assert!(world.file(file_of(other).id).await.is_some());
            assert_eq!(world.litter().await, [file_of(message).id]);
            world.restart();
        }
        let contact = world.stored(other).await.contact.id;
        assert!(world.forget(contact).await);
        for _ in 0..2 {
            assert_eq!(world.file(file_of(other).id).await, None);
            let both = [file_of(message).id, file_of(other).id];
            assert_eq!(world.litter().await, both);
            world.restart();
        }
        // What the account has uploaded is its own.
        assert_eq!(world.file(file(1).id).await, Some(file(1)));
    })
    .await;
}

#[tokio::test]
async fn nobody_fetches_a_file_of_a_message_that_was_taken_back() {
    check_embedded(async |mut world| {
        let erased = world.hear_picture("wamid.1").await;
        let unsaid = world.hear_picture("wamid.2").await;
        assert!(world.erase(erased).await);
        let waiting = world.fetches().await;
        assert_eq!(waiting, [fetch(unsaid, "77")]);
        let contact = world.stored(unsaid).await.contact.id;
        assert!(world.forget(contact).await);
        world.restart_if_durable();
        assert_eq!(world.fetches().await, []);
        for message in [erased, unsaid] {
            world
                .fetched(message, Fetched::Kept(file_of(message)))
                .await;
            let story = world.story(message).await;
            assert!(!story.contains(&"received"), "{story:?}");
            assert_eq!(world.file(file_of(message).id).await, None);
        }
        let both = [file_of(erased).id, file_of(unsaid).id];
        assert_eq!(world.litter().await, both);
    })
    .await;
}

#[tokio::test]
async fn bytes_that_come_after_the_sweep_are_swept_by_the_next_process_at_the_latest() {
    check_durable_embedded(async |mut world| {
        let message = world.hear_picture("wamid.1").await;
        let file = file_of(message);
        world.erase(message).await;
        // A try is under way, and has written nothing yet.
        assert_eq!(world.litter().await, [file.id]);
        world.sweep_up(&[file.id]).await;
        assert!(world.litter().await.is_empty());
        world.fetched(message, Fetched::Kept(file.clone())).await;
        assert_eq!(world.litter().await, [file.id]);
        world.sweep_up(&[file.id]).await;
        // Had it written its bytes and been killed, nobody would have told.
        assert!(world.litter().await.is_empty());
        world.restart();
        assert_eq!(world.litter().await, [file.id]);
        world.sweep_up(&[file.id]).await;
        world.restart();
        assert!(world.litter().await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_sweep_leaves_a_message_alone_that_waits_for_its_file_and_takes_both_later() {
    check_embedded(async |mut world| {
        let old = Moment {
            machine: NOW.minus(DAY),
            now: NOW,
        };
        let message = world.hear_picture_at("wamid.1", old).await;
        world.accept(CUSTOMER).await;
        world.all_is_told().await;
        let all = Retention {
            messages_before: Some(NOW),
            bodies_before: Some(NOW),
        };
        let swept = world.sqlite().retain(all).await.unwrap();
        assert_eq!((swept.messages, swept.bodies), (0, 0));
        assert_eq!(world.fetches().await.len(), 1);
        world
            .fetched(message, Fetched::Kept(file_of(message)))
            .await;
        // It was announced, and not heard yet.
        let swept = world.sqlite().retain(all).await.unwrap();
        assert_eq!((swept.messages, swept.bodies), (0, 0));
        assert!(world.file(file_of(message).id).await.is_some());
        world.accept(CUSTOMER).await;
        world.all_is_told().await;
        assert_eq!(world.sqlite().retain(all).await.unwrap().messages, 1);
        for _ in 0..2 {
            assert_eq!(world.file(file_of(message).id).await, None);
            assert_eq!(world.litter().await, [file_of(message).id]);
            world.restart_if_durable();
        }
    })
    .await;
}

#[tokio::test]
async fn a_file_goes_with_what_was_said() {
    check_embedded(async |world| {
        let old = Moment {
            machine: NOW.minus(DAY),
            now: NOW,
        };
        let message = world.hear_picture_at("wamid.1", old).await;
        world
            .fetched(message, Fetched::Kept(file_of(message)))
            .await;
        world.all_is_told().await;
        let said = Retention {
            messages_before: None,
            bodies_before: Some(NOW),
        };
        assert_eq!(world.sqlite().retain(said).await.unwrap().bodies, 1);
        assert_eq!(world.file(file_of(message).id).await, None);
        assert_eq!(world.litter().await, [file_of(message).id]);
        assert_eq!(world.story(message).await, ["arrived", "received"]);
    })
    .await;
}

#[tokio::test]
async fn who_is_forgotten_is_forgotten_also_behind_the_end_of_their_chain() {
    check_embedded(async |world| {
        let before = |days| Moment {
            machine: NOW.minus(DAY * days),
            now: NOW,
        };
        let waits = world.hear_picture_at("wamid.1", before(3)).await;
        let goes = world.hear_picture_at("wamid.2", before(2)).await;
        world.fetched(goes, Fetched::Kept(file_of(goes))).await;
        let contact = world.accept(CUSTOMER).await.contact.id;
        world.all_is_told().await;
        let old = Retention {
            messages_before: Some(NOW.minus(DAY)),
            bodies_before: None,
        };
        assert_eq!(world.sqlite().retain(old).await.unwrap().messages, 1);
        assert_eq!(world.history(contact).await.map(|said| said.len()), Some(1));
        assert!(world.forget(contact).await);
        assert_eq!(world.fetches().await, []);
        let both = [file_of(goes).id, file_of(waits).id];
        assert_eq!(world.litter().await, both);
        assert_eq!(world.story(waits).await, ["arrived", "erased"]);
    })
    .await;
}
