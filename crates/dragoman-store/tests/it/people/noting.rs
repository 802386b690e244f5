use dragoman_core::message::Body;
use dragoman_core::ports::{Contacts, NewNote, StoreError};
use dragoman_core::{Id, MessageId};

use super::{Gallery, OTHER_CHANNEL, new_note};
use crate::world::{CHANNEL, CUSTOMER, World, check_durable_embedded, check_embedded, key};

async fn note(world: &World, note: NewNote) -> Result<Option<MessageId>, StoreError> {
    world.sqlite().note(note).await
}

#[tokio::test]
async fn a_note_stands_in_the_conversation_and_nobody_is_sent_it() {
    check_embedded(async |mut world| {
        let accepted = world.accept(CUSTOMER).await;
        let contact = accepted.contact.id;
        let noted = note(&world, new_note(contact, "call back")).await;
        let noted = noted.unwrap().unwrap();
        for _ in 0..2 {
            let stored = world.stored(noted).await;
            let Body::Note(body) = &stored.body else {
                panic!("it is no note");
            };
            assert_eq!(&*body.text, "call back");
            assert_eq!(stored.conversation, accepted.conversation);
            assert!(stored.provider_id.is_none());
            assert_eq!(world.story(noted).await, ["noted"]);
            assert_eq!(world.queued().await, [accepted.message]);
            let customer = world.customer(contact).await.unwrap();
            assert_eq!(customer.talks[0].last, Some(noted));
            assert_eq!(customer.talks[0].heard.last_inbound, None);
            let history = world.history(contact).await;
            assert_eq!(history, Some(vec![noted, accepted.message]));
            world.restart_if_durable();
        }
        assert!(world.erase(noted).await);
        assert_eq!(world.story(noted).await, ["noted", "erased"]);
        let Body::Note(body) = world.stored(noted).await.body else {
            panic!("it is no note");
        };
        assert_eq!(&*body.text, "");
    })
    .await;
}

#[tokio::test]
async fn a_repeated_note_is_the_first() {
    check_embedded(async |mut world| {
        let contact = world.accept(CUSTOMER).await.contact.id;
        let keyed = |fingerprint| NewNote {
            key: key(1, fingerprint),
            ..new_note(contact, "call back")
        };
        let first = note(&world, keyed(1)).await.unwrap();
        for _ in 0..2 {
            assert_eq!(note(&world, keyed(1)).await, Ok(first));
            assert_eq!(note(&world, keyed(2)).await, Err(StoreError::KeyReused));
            assert_eq!(world.history(contact).await.unwrap().len(), 2);
            world.restart_if_durable();
        }
    })
    .await;
}

#[tokio::test]
async fn a_note_needs_a_conversation() {
    check_embedded(async |world| {
        world.add_channels().await;
        let contact = world.accept(CUSTOMER).await.contact.id;
        let on = |channel| NewNote {
            channel: Some(channel),
            ..new_note(contact, "call back")
        };
        for channel in [OTHER_CHANNEL, Id::from_u128(0xdead)] {
            assert_eq!(note(&world, on(channel)).await, Ok(None));
        }
        assert!(note(&world, on(CHANNEL)).await.unwrap().is_some());
        let nobody = new_note(Id::from_u128(0xdead), "call back");
        assert_eq!(note(&world, nobody).await, Ok(None));
        // Without a channel it is the newest conversation.
        let newest = world.accept_on(OTHER_CHANNEL, CUSTOMER).await;
        let noted = note(&world, new_note(contact, "call back")).await;
        let stored = world.stored(noted.unwrap().unwrap()).await;
        assert_eq!(stored.conversation, newest.conversation);
    })
    .await;
}

#[tokio::test]
async fn a_note_is_there_after_a_start() {
    check_durable_embedded(async |mut world| {
        let accepted = world.accept(CUSTOMER).await;
        let contact = accepted.contact.id;
        world.restart();
        let noted = note(&world, new_note(contact, "call back")).await;
        let gallery = Gallery {
            contacts: &[contact],
            addresses: &[CUSTOMER],
            messages: &[accepted.message, noted.unwrap().unwrap()],
        };
        world.answers_the_same_after_a_start(&gallery).await;
    })
    .await;
}
