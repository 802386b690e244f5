//! Whoever is written to again and again is kept at hand: nothing that is told or decided of them may
//! be old.

use dragoman_core::Refusal;
use dragoman_core::contact::CustomerChange;
use dragoman_core::ports::{Contacts, Store, StoreError};
use dragoman_core::window::Heard;
use dragoman_testkit::tenant;

use super::{address, name};
use crate::world::{
    ACCOUNT, CHANNEL, CUSTOMER, MOMENT, NOW, World, admitted, check_embedded, submission,
};

const USER: &str = "NL.13491208655302741918";

/// What a submission is told of somebody. From now on they are at hand.
async fn asked(world: &World, text: &str) -> (Heard, bool) {
    let heard = world.store().heard(CHANNEL, &address(text)).await;
    heard.unwrap()
}

fn heard_now() -> Heard {
    Heard {
        last_inbound: Some(NOW),
        ..Heard::default()
    }
}

#[tokio::test]
async fn what_is_told_of_somebody_follows_every_change() {
    check_embedded(async |world| {
        let first = world.accept(CUSTOMER).await;
        assert_eq!(asked(&world, CUSTOMER).await, (Heard::default(), false));
        world.hear("wamid.in", &[CUSTOMER]).await;
        assert_eq!(asked(&world, CUSTOMER).await, (heard_now(), false));

        let contact = first.contact.id;
        world.change_customer(contact, vec![name("Ann")]).await;
        let second = world.accept(CUSTOMER).await;
        assert_eq!(second.contact.name.as_deref(), Some("Ann"));
        assert_eq!(second.conversation.number, first.conversation.number);

        assert_eq!(asked(&world, CUSTOMER).await, (heard_now(), false));
        assert!(world.forget(contact).await);
        assert_eq!(asked(&world, CUSTOMER).await, (Heard::default(), false));
        let third = world.accept(CUSTOMER).await;
        assert_ne!(third.contact.id, contact);
        assert_eq!(third.contact.name, None);
    })
    .await;
}

#[tokio::test]
async fn a_change_that_waits_in_the_same_line_is_seen_by_the_message_behind_it() {
    check_embedded(async |world| {
        let contact = world.accept(CUSTOMER).await.contact.id;
        for opted_out in [true, false, true] {
            asked(&world, CUSTOMER).await;
            let change = vec![CustomerChange::OptedOut(opted_out)];
            let acceptance = world.acceptance(admitted(submission(CUSTOMER)));
            let store = world.sqlite();
            let changing = store.change_customer(tenant(ACCOUNT), contact, None, change, MOMENT);
            let (changed, accepted) = tokio::join!(changing, store.accept(acceptance));
            changed.unwrap();
            let refused = accepted.err();
            let expected = opted_out.then_some(StoreError::Refused(Refusal::OptedOut));
            assert_eq!(refused, expected);
        }
    })
    .await;
}

#[tokio::test]
async fn who_proved_to_be_another_is_written_to_as_that_one() {
    check_embedded(async |world| {
        let (older, younger) = (world.accept(CUSTOMER).await, world.accept(USER).await);
        for text in [CUSTOMER, USER] {
            assert_eq!(asked(&world, text).await, (Heard::default(), false));
        }
        world.hear("wamid.in", &[CUSTOMER, USER]).await;
        for text in [CUSTOMER, USER] {
            assert_eq!(asked(&world, text).await, (heard_now(), false));
            let accepted = world.accept(text).await;
            assert_eq!(accepted.contact.id, older.contact.id);
            assert_eq!(accepted.conversation.number, older.conversation.number);
        }
        assert_ne!(younger.contact.id, older.contact.id);
    })
    .await;
}
