use std::time::Duration;

use dragoman_core::ports::{Contacts, From, Moment, Span};
use dragoman_core::{Id, MessageId};
use dragoman_store::Retention;

use super::{ALL, OTHER_CHANNEL, new_note};
use crate::world::{CHANNEL, CUSTOMER, NOW, SUBSCRIPTION, World, check_embedded};

/// Some messages on two channels, and a note; the newest first.
async fn talk(world: &World) -> (Id, Vec<MessageId>) {
    world.add_channels().await;
    let mut said = Vec::new();
    for number in 0..3 {
        said.push(world.accept_on(CHANNEL, CUSTOMER).await.message);
        let heard = format!("wamid.{number}");
        said.push(world.hear_on(OTHER_CHANNEL, &heard, &[CUSTOMER]).await);
    }
    let contact = world.reached_at(CUSTOMER).await.unwrap().contact.id;
    let note = world.sqlite().note(new_note(contact, "call back")).await;
    said.push(note.unwrap().unwrap());
    world.accept("31600000001").await;
    said.reverse();
    (contact, said)
}

#[tokio::test]
async fn history_goes_back_over_all_conversations() {
    check_embedded(async |mut world| {
        let (contact, said) = talk(&world).await;
        for _ in 0..2 {
            let history = world.part_of_history(contact, ALL).await.unwrap();
            assert_eq!((history.total, history.next), (Some(7), None));
            let ids: Vec<_> = history.items.iter().map(|stored| stored.id).collect();
            assert_eq!(ids, said);
            world.restart_if_durable();
        }
    })
    .await;
}

#[tokio::test]
async fn parts_of_history_follow_each_other() {
    check_embedded(async |world| {
        let (contact, said) = talk(&world).await;
        let part = async |from| {
            let span = Span { from, limit: 3 };
            let part = world.part_of_history(contact, span).await.unwrap();
            let ids: Vec<_> = part.items.iter().map(|stored| stored.id).collect();
            (ids, part.total, part.next)
        };
        let (first, total, next) = part(From::Skip(0)).await;
        assert_eq!((&first[..], total), (&said[..3], Some(7)));
        // What is said in between moves nothing.
        world.accept(CUSTOMER).await;
        let (second, total, next) = part(From::After(next.unwrap())).await;
        assert_eq!((&second[..], total), (&said[3..6], None));
        let (last, _, next) = part(From::After(next.unwrap())).await;
        assert_eq!((&last[..], next), (&said[6..], None));
        let (skipped, total, _) = part(From::Skip(4)).await;
        assert_eq!((&skipped[..], total), (&said[3..6], Some(8)));
    })
    .await;
}

#[tokio::test]
async fn history_ends_where_messages_have_gone() {
    check_embedded(async |world| {
        let yesterday = Moment {
            machine: NOW.minus(Duration::from_secs(86_400)),
            now: NOW,
        };
        let contact = world.introduce(CUSTOMER, Vec::new()).await.contact.id;
        let mut old = new_note(contact, "old");
        old.at = yesterday;
        world.sqlite().note(old).await.unwrap();
        let young = world.accept(CUSTOMER).await.message;
        assert_eq!(world.history(contact).await.unwrap().len(), 2);
        let last = world.store().last_event();
        let told = world.store().delivered(SUBSCRIPTION, last, Vec::new());
        told.await.unwrap();
        let before = Retention {
            messages_before: Some(NOW),
            bodies_before: None,
        };
        assert_eq!(world.sqlite().retain(before).await.unwrap().messages, 1);
        assert_eq!(world.history(contact).await, Some(vec![young]));
    })
    .await;
}

#[tokio::test]
async fn somebody_who_was_never_talked_to_has_an_empty_history() {
    check_embedded(async |world| {
        let contact = world.introduce(CUSTOMER, Vec::new()).await.contact.id;
        assert_eq!(world.history(contact).await, Some(Vec::new()));
        let nobody = Id::from_u128(0xdead);
        assert_eq!(world.history(nobody).await, None);
    })
    .await;
}
