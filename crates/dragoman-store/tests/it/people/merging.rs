use std::time::Duration;

use dragoman_core::contact::CustomerChange;
use dragoman_core::id::AttemptId;
use dragoman_core::inbound::{Inbound, Report, Status, StatusKind};
use dragoman_core::outcome::{Receipt, Settlement};
use dragoman_core::ports::Accepted;
use dragoman_core::submission::Submission;
use dragoman_core::window::Heard;
use dragoman_core::{Id, Raw, State, Timestamp};

use super::{Gallery, OTHER_CHANNEL, address, name, tags};
use crate::world::{
    CHANNEL, CUSTOMER, NOW, World, admitted, advertisement, check_durable_embedded, check_embedded,
    inbound, key, receipt, submission,
};

const USER: &str = "NL.13491208655302741918";

/// Somebody with a number, and somebody with a user id, who was known later.
async fn two(world: &World) -> (Accepted, Accepted) {
    world.add_channels().await;
    (world.accept(CUSTOMER).await, world.accept(USER).await)
}

async fn merge(world: &World, (older, younger): &(Accepted, Accepted)) {
    let same = CustomerChange::Address(older.contact.addresses[0].clone());
    let merged = world
        .change_customer(younger.contact.id, vec![same])
        .await
        .unwrap();
    assert_eq!(merged.contact.id, older.contact.id);
}

/// Both ids and both addresses are the older contact's.
async fn are_one(world: &World, older: Id, younger: Id) {
    let customer = world.customer(older).await.unwrap();
    assert_eq!(customer.contact.id, older);
    assert_eq!(customer.contact.phone(), Some(CUSTOMER));
    assert_eq!(customer.contact.user_id(), Some(USER));
    assert_eq!(world.customer(younger).await.as_ref(), Some(&customer));
    for text in [CUSTOMER, USER] {
        assert_eq!(world.reached_at(text).await.as_ref(), Some(&customer));
    }
}

#[tokio::test]
async fn an_inbound_message_that_shows_the_addresses_of_two_makes_them_one() {
    check_embedded(async |mut world| {
        let (older, younger) = two(&world).await;
        let message = world.hear("wamid.in", &[USER, CUSTOMER]).await;
        for _ in 0..2 {
            are_one(&world, older.contact.id, younger.contact.id).await;
            let stored = world.stored(message).await;
            assert_eq!(stored.conversation, older.conversation);
            let history = world.history(younger.contact.id).await;
            assert_eq!(history, Some(vec![message, younger.message, older.message]));
            world.restart_if_durable();
        }
    })
    .await;
}

#[tokio::test]
async fn a_recipient_that_somebody_else_has_makes_them_one() {
    check_embedded(async |world| {
        let (older, younger) = two(&world).await;
        let in_flight = world.accept_and_begin(CUSTOMER, AttemptId(9)).await;
        let settlement = Settlement::Submitted(Receipt {
            provider_id: "wamid.1".into(),
            recipient: Some(USER.into()),
            held: false,
        });
        assert!(world.settle(&in_flight, settlement).await);
        are_one(&world, older.contact.id, younger.contact.id).await;
    })
    .await;
}

#[tokio::test]
async fn a_status_for_somebody_else_makes_them_one() {
    check_embedded(async |world| {
        let (older, younger) = two(&world).await;
        world.submitted(USER, "wamid.1").await;
        let sent = Status {
            provider_id: "wamid.1".into(),
            token: None,
            kind: StatusKind::Sent,
            at: Timestamp::from_seconds(5),
            recipient: Some(CUSTOMER.into()),
            recipient_user: None,
            raw: Raw::new("{}"),
        };
        world.record(vec![Report::Status(sent)]).await;
        are_one(&world, older.contact.id, younger.contact.id).await;
    })
    .await;
}

#[tokio::test]
async fn a_program_can_say_that_two_are_one() {
    check_embedded(async |world| {
        let both = two(&world).await;
        merge(&world, &both).await;
        are_one(&world, both.0.contact.id, both.1.contact.id).await;
        // Nobody else has this address: it is simply theirs.
        let new = CustomerChange::Address(address("31600000009"));
        let id = both.1.contact.id;
        world.change_customer(id, vec![new]).await.unwrap();
        let found = world.reached_at("31600000009").await.unwrap();
        assert_eq!(found.contact.id, both.0.contact.id);
    })
    .await;
}

#[tokio::test]
async fn what_the_older_one_lacks_is_the_others() {
    check_embedded(async |mut world| {
        let both = two(&world).await;
        let [older, younger] = [both.0.contact.id, both.1.contact.id];
        world
            .change_customer(older, vec![tags(&["vip", "lead"])])
            .await;
        let opted_out = CustomerChange::OptedOut(true);
        let said = vec![name("Ada"), tags(&["lead", "new"]), opted_out];
        world.change_customer(younger, said).await;
        merge(&world, &both).await;
        for _ in 0..2 {
            let contact = world.customer(younger).await.unwrap().contact;
            assert_eq!(contact.name.as_deref(), Some("Ada"));
            let profile = contact.profile.as_ref().unwrap();
            assert_eq!(profile.tags, ["vip".into(), "lead".into(), "new".into()]);
            assert_eq!(profile.opted_out_at, Some(NOW));
            world.restart_if_durable();
        }
    })
    .await;
}

#[tokio::test]
async fn a_conversation_moves_where_the_older_one_has_none() {
    check_embedded(async |mut world| {
        let older = world.accept(CUSTOMER).await;
        world.add_channels().await;
        let younger = world.accept_on(OTHER_CHANNEL, USER).await;
        let id = older.contact.id;
        merge(&world, &(older, younger)).await;
        let younger = world.reached_at(USER).await.unwrap();
        for _ in 0..2 {
            let customer = world.customer(id).await.unwrap();
            assert_eq!(customer, younger);
            let talk = customer.on(OTHER_CHANNEL).unwrap();
            let next = world.accept_on(OTHER_CHANNEL, CUSTOMER).await;
            assert_eq!(next.conversation, talk.conversation);
            assert_eq!(world.history(id).await.unwrap()[0], next.message);
            world.restart_if_durable();
            let last = world.customer(id).await.unwrap();
            let last = last.on(OTHER_CHANNEL).unwrap().last;
            assert_eq!(last, Some(next.message));
            if talk.last != Some(next.message) {
                break;
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_conversation_that_is_open_as_one_of_them_is_open_as_both() {
    check_embedded(async |mut world| {
        let both = two(&world).await;
        let (mine, yours) = (Id::from_u128(0xa1), Id::from_u128(0xa2));
        let over = vec![
            CustomerChange::Team(Some(mine)),
            CustomerChange::Close {
                reason: "done".into(),
            },
        ];
        world.change_customer(both.0.contact.id, over).await;
        let cared_for = vec![
            CustomerChange::Team(Some(yours)),
            CustomerChange::User(Some(yours)),
        ];
        world.change_customer(both.1.contact.id, cared_for).await;
        let before = world.store().last_event();
        merge(&world, &both).await;
        let told = world.store().events_after(before, 100).await.unwrap();
        assert!(format!("{told:?}").contains("Opened"), "{told:?}");
        for _ in 0..2 {
            let customer = world.customer(both.0.contact.id).await.unwrap();
            let talk = &customer.on(CHANNEL).unwrap().conversation;
            assert_eq!(talk.number, both.0.conversation.number);
            assert_eq!((talk.closed_at, talk.team), (None, Some(mine)));
            assert_eq!(talk.user, Some(yours));
            world.restart_if_durable();
        }
    })
    .await;
}

#[tokio::test]
async fn the_window_is_the_later_of_both() {
    check_embedded(async |mut world| {
        let earlier = NOW.minus(Duration::from_secs(3600));
        let at = |id: &str, from: &str, at| Inbound {
            at,
            referral: (from == CUSTOMER).then(advertisement),
            ..inbound(id, &[from])
        };
        let heard = vec![
            Report::Inbound(at("wamid.1", CUSTOMER, earlier)),
            Report::Inbound(at("wamid.2", USER, NOW)),
        ];
        world.record(heard).await;
        let both = (world.accept(CUSTOMER).await, world.accept(USER).await);
        merge(&world, &both).await;
        let expected = Heard {
            last_inbound: Some(NOW),
            last_referral: Some(earlier),
        };
        for _ in 0..2 {
            for text in [CUSTOMER, USER] {
                let heard = world.store().heard(CHANNEL, &address(text)).await;
                assert_eq!(heard.unwrap(), (expected, false));
            }
            let customer = world.customer(both.1.contact.id).await.unwrap();
            assert_eq!(customer.on(CHANNEL).unwrap().heard, expected);
            world.restart_if_durable();
        }
    })
    .await;
}

#[tokio::test]
async fn what_waits_in_the_conversation_that_ended_still_goes_out() {
    check_embedded(async |mut world| {
        let both = two(&world).await;
        let keyed = world.acceptance(admitted(Submission {
            key: key(1, 1),
            ..submission(USER)
        }));
        world.store().accept(keyed).await.unwrap();
        merge(&world, &both).await;
        world.restart_if_durable();
        let message = both.1.message;
        let ready = world.claim(message).await.unwrap();
        let in_flight = world.begin(ready, AttemptId(9)).await.unwrap();
        assert!(world.settle(&in_flight, receipt("wamid.1")).await);
        assert_eq!(world.state(message).await, State::Submitted);
        let stored = world.stored(message).await;
        assert_eq!(stored.contact.id, both.0.contact.id);
        assert_eq!(stored.conversation, both.0.conversation);
        // A repeated call hears of the one that they are.
        let first = key(1, 1).unwrap();
        let answer = world.store().first_answer(&first, NOW).await.unwrap();
        assert_eq!(answer.unwrap().contact, stored.contact);
        let again = world.acceptance(admitted(Submission {
            key: key(1, 1),
            ..submission(USER)
        }));
        let again = world.store().accept(again).await.unwrap();
        assert!(again.replayed && again.contact == stored.contact);
    })
    .await;
}

#[tokio::test]
async fn three_may_prove_to_be_one_after_the_other() {
    check_durable_embedded(async |mut world| {
        let both = two(&world).await;
        let last = world.accept("31600000001").await;
        world.accept_on(OTHER_CHANNEL, "31600000001").await;
        world.restart();
        let other = CustomerChange::Address(address("31600000001"));
        world
            .change_customer(both.1.contact.id, vec![other])
            .await
            .unwrap();
        merge(&world, &both).await;
        let contacts = [both.0.contact.id, both.1.contact.id, last.contact.id];
        for contact in contacts {
            let customer = world.customer(contact).await.unwrap();
            assert_eq!(customer.contact.id, both.0.contact.id);
            assert_eq!(customer.contact.addresses.len(), 3);
            assert_eq!(customer.talks.len(), 2);
            assert_eq!(world.history(contact).await.unwrap().len(), 4);
        }
        let gallery = Gallery {
            contacts: &contacts,
            addresses: &[CUSTOMER, USER, "31600000001"],
            messages: &[both.0.message, both.1.message, last.message],
        };
        world.answers_the_same_after_a_start(&gallery).await;
    })
    .await;
}

#[tokio::test]
async fn those_who_were_merged_are_one_after_a_start() {
    check_durable_embedded(async |mut world| {
        let both = two(&world).await;
        let elsewhere = world.accept_on(OTHER_CHANNEL, USER).await.message;
        let gallery = Gallery {
            contacts: &[both.0.contact.id, both.1.contact.id],
            addresses: &[CUSTOMER, USER],
            messages: &[both.0.message, both.1.message, elsewhere],
        };
        // From here on the index beside the log has two, and the log one.
        world.restart();
        world.hear("wamid.1", &[USER]).await;
        world.hear("wamid.2", &[CUSTOMER, USER]).await;
        world.accept_on(OTHER_CHANNEL, CUSTOMER).await;
        world.hear_on(OTHER_CHANNEL, "wamid.3", &[USER]).await;
        world.answers_the_same_after_a_start(&gallery).await;
        world.restart();
        world.answers_the_same_after_a_start(&gallery).await;
    })
    .await;
}
