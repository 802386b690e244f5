use std::collections::BTreeMap;

use dragoman_core::Id;
use dragoman_core::contact::{Bot, CustomerChange, Profile};
use dragoman_core::inbound::{Inbound, InboundContent, Report};
use dragoman_core::ports::{Contacts, Introduction, StoreError, Wanted};
use dragoman_core::{Raw, Timestamp};
use dragoman_testkit::tenant;

use super::{
    FOREIGN_CHANNEL, Gallery, OTHER_CHANNEL, address, name, new_note, seconds_later, tags,
};
use crate::world::{
    ACCOUNT, CHANNEL, CUSTOMER, MOMENT, NOW, STRANGER, World, check_durable_embedded,
    check_embedded, inbound, key,
};

/// One of every kind.
fn everything() -> Vec<CustomerChange> {
    vec![
        name("Ada"),
        tags(&["lead", "vip"]),
        CustomerChange::Field("City".into(), Some("London".into())),
        CustomerChange::Note(Some("prefers mornings".into())),
        CustomerChange::Email(Some("ada@example.com".into())),
        CustomerChange::Avatar(Some("https://example.com/ada.png".into())),
        CustomerChange::Blocked(true),
        CustomerChange::User(Some(Id::from_u128(7))),
        CustomerChange::Team(Some(Id::from_u128(8))),
        CustomerChange::Funnel(Some(Id::from_u128(9))),
        CustomerChange::Bot(Bot::Ended),
        CustomerChange::Close {
            reason: "issue_resolved".into(),
        },
    ]
}

fn profile() -> Profile {
    Profile {
        tags: vec!["lead".into(), "vip".into()],
        fields: BTreeMap::from([("City".into(), "London".into())]),
        note: Some("prefers mornings".into()),
        email: Some("ada@example.com".into()),
        avatar_url: Some("https://example.com/ada.png".into()),
        blocked_at: Some(NOW),
        opted_out_at: None,
        ..Profile::default()
    }
}

#[tokio::test]
async fn somebody_who_is_made_known_is_found_by_id_and_address_as_they_were_described() {
    check_embedded(async |mut world| {
        let new = world.introduction(CUSTOMER, everything());
        let id = new.id;
        let (customer, is_new) = world.sqlite().introduce(new).await.unwrap();
        assert!(is_new);
        assert_eq!(customer.contact.id, id);
        assert_eq!(customer.contact.phone(), Some(CUSTOMER));
        assert_eq!(customer.contact.name.as_deref(), Some("Ada"));
        assert_eq!(customer.contact.profile.as_deref(), Some(&profile()));
        assert_eq!(customer.contact.created_at, NOW);
        let talk = customer.on(CHANNEL).unwrap();
        assert_eq!(talk.last, None);
        assert_eq!(talk.conversation.user, Some(Id::from_u128(7)));
        assert_eq!(talk.conversation.team, Some(Id::from_u128(8)));
        assert_eq!(talk.conversation.funnel, Some(Id::from_u128(9)));
        assert_eq!(talk.conversation.bot, Bot::Ended);
        assert_eq!(talk.conversation.closed_at, Some(NOW));
        for _ in 0..2 {
            assert_eq!(world.customer(id).await.as_ref(), Some(&customer));
            assert_eq!(world.reached_at(CUSTOMER).await.as_ref(), Some(&customer));
            world.restart_if_durable();
        }
    })
    .await;
}

#[tokio::test]
async fn a_key_that_made_one_customer_known_makes_no_other_known() {
    check_embedded(async |mut world| {
        let by_key = |world: &World, to, number, fingerprint| {
            let mut new = world.introduction(to, Vec::new());
            new.id = Id::of_request(&key(number, fingerprint).unwrap());
            new
        };
        let other = "31600000001";
        let first = by_key(&world, CUSTOMER, 1, 1);
        world.sqlite().introduce(first).await.unwrap();
        world.restart_if_durable();
        for to in [CUSTOMER, other] {
            let reused = by_key(&world, to, 1, 2);
            let refused = world.sqlite().introduce(reused).await;
            assert_eq!(refused.unwrap_err(), StoreError::KeyReused, "{to}");
        }
        assert_eq!(world.reached_at(other).await, None);
        let another_key = by_key(&world, other, 2, 2);
        assert!(world.sqlite().introduce(another_key).await.unwrap().1);
    })
    .await;
}

#[tokio::test]
async fn somebody_new_is_told_of_once_however_they_are_described() {
    check_embedded(async |world| {
        let contact = world.introduce(CUSTOMER, everything()).await.contact.id;
        let closed = "Closed { reason: \"issue_resolved\" }";
        assert_eq!(world.words_after(0).await, ["Created", "Opened", closed]);
        world.introduce(CUSTOMER, vec![name("Grace")]).await;
        assert_eq!(world.words_after(3).await, ["Updated"]);
        world.change_customer(contact, vec![name("Ada")]).await;
        assert_eq!(world.words_after(4).await, ["Updated"]);
    })
    .await;
}

#[tokio::test]
async fn somebody_who_is_known_is_changed_and_not_made_again() {
    check_embedded(async |world| {
        let accepted = world.accept(CUSTOMER).await;
        let new = world.introduction(CUSTOMER, vec![name("Ada")]);
        let (customer, is_new) = world.sqlite().introduce(new).await.unwrap();
        assert!(!is_new);
        assert_eq!(customer.contact.id, accepted.contact.id);
        assert_eq!(customer.contact.name.as_deref(), Some("Ada"));
        assert_eq!(customer.talks.len(), 1);
        assert_eq!(customer.talks[0].conversation, accepted.conversation);
        assert_eq!(customer.talks[0].last, Some(accepted.message));
    })
    .await;
}

#[tokio::test]
async fn an_id_that_is_in_use_is_not_given_to_somebody_else() {
    check_embedded(async |world| {
        let known = world.introduce(CUSTOMER, Vec::new()).await;
        let taken = || Introduction {
            id: known.contact.id,
            ..world.introduction("31600000001", Vec::new())
        };
        let refused = world.sqlite().introduce(taken()).await;
        assert!(matches!(refused, Err(StoreError::Taken(_))), "{refused:?}");
        assert!(world.reached_at("31600000001").await.is_none());
        // Another account knows nothing of that.
        world.add_channels().await;
        let foreign = Introduction {
            account: tenant(STRANGER),
            channel: FOREIGN_CHANNEL,
            ..taken()
        };
        assert!(world.sqlite().introduce(foreign).await.unwrap().1);
    })
    .await;
}

#[tokio::test]
async fn what_was_changed_is_so_after_a_start() {
    check_durable_embedded(async |mut world| {
        let id = world.accept(CUSTOMER).await.contact.id;
        let gallery = Gallery {
            contacts: &[id],
            addresses: &[CUSTOMER],
            messages: &[],
        };
        // From here on the index beside the log has the contact, but not what becomes of it.
        world.restart();
        let customer = world.change_customer(id, everything()).await.unwrap();
        assert_eq!(customer.contact.profile.as_deref(), Some(&profile()));
        assert_eq!(customer.talks[0].conversation.closed_at, Some(NOW));
        world.answers_the_same_after_a_start(&gallery).await;
        let nothing = vec![
            tags(&[]),
            CustomerChange::Field("City".into(), None),
            CustomerChange::Note(None),
            CustomerChange::Email(None),
            CustomerChange::Avatar(None),
            CustomerChange::Blocked(false),
            CustomerChange::Open,
        ];
        let customer = world.change_customer(id, nothing).await.unwrap();
        assert_eq!(customer.contact.profile, None);
        assert_eq!(customer.talks[0].conversation.closed_at, None);
        world.answers_the_same_after_a_start(&gallery).await;
    })
    .await;
}

#[tokio::test]
async fn a_change_is_about_the_conversation_on_its_channel_or_else_about_the_newest() {
    check_embedded(async |world| {
        world.add_channels().await;
        let id = world.accept(CUSTOMER).await.contact.id;
        world.accept_on(OTHER_CHANNEL, CUSTOMER).await;
        let team = |number| CustomerChange::Team(Some(Id::from_u128(number)));
        world.change_on(Some(CHANNEL), id, vec![team(1)]).await;
        let customer = world.change_customer(id, vec![team(2)]).await.unwrap();
        let teams = customer.talks.iter().map(|talk| {
            let team = talk.conversation.team.unwrap();
            (talk.channel, team.as_u128())
        });
        let teams: Vec<_> = teams.collect();
        assert_eq!(teams, [(OTHER_CHANNEL, 2), (CHANNEL, 1)]);
    })
    .await;
}

#[tokio::test]
async fn a_change_that_needs_a_conversation_that_is_not_there_changes_nothing() {
    check_embedded(async |world| {
        world.add_channels().await;
        let id = world.accept(CUSTOMER).await.contact.id;
        let changes = vec![
            name("Ada"),
            CustomerChange::Address(address("31600000001")),
            CustomerChange::Open,
        ];
        let before = world.customer(id).await;
        let changed = world.change_on(Some(OTHER_CHANNEL), id, changes).await;
        assert_eq!(changed, None);
        assert_eq!(world.customer(id).await, before);
        let named = world.change_on(Some(OTHER_CHANNEL), id, vec![name("Ada")]);
        let contact = named.await.unwrap().contact;
        assert_eq!(contact.name.as_deref(), Some("Ada"));
    })
    .await;
}

#[tokio::test]
async fn a_customer_who_writes_again_takes_their_conversation_up_and_we_do_not() {
    check_embedded(async |mut world| {
        let closed_at = async |world: &World, id| {
            world.customer(id).await.unwrap().talks[0]
                .conversation
                .closed_at
        };
        let id = world.accept(CUSTOMER).await.contact.id;
        let close = CustomerChange::Close {
            reason: "issue_resolved".into(),
        };
        world.change_customer(id, vec![close]).await.unwrap();
        world.accept(CUSTOMER).await;
        let notice = Inbound {
            content: InboundContent::System(Raw::new("{}")),
            ..inbound("wamid.0", &[CUSTOMER])
        };
        world.record(vec![Report::Inbound(notice)]).await;
        assert_eq!(closed_at(&world, id).await, Some(NOW));
        world.hear("wamid.1", &[CUSTOMER]).await;
        for _ in 0..2 {
            assert_eq!(closed_at(&world, id).await, None);
            world.restart_if_durable();
        }
    })
    .await;
}

#[tokio::test]
async fn a_repetition_changes_nothing() {
    check_embedded(async |world| {
        let id = world.introduce(CUSTOMER, everything()).await.contact.id;
        let before = world.customer(id).await;
        let store = world.sqlite();
        let again =
            store.change_customer(tenant(ACCOUNT), id, None, everything(), seconds_later(60));
        assert_eq!(again.await.unwrap(), before);
        let blocked_at = before.unwrap().contact.profile.as_ref().unwrap().blocked_at;
        assert_eq!(blocked_at, Some::<Timestamp>(NOW));
    })
    .await;
}

#[tokio::test]
async fn a_foreign_contact_is_like_none() {
    check_embedded(async |world| {
        world.add_channels().await;
        let accepted = world.accept(CUSTOMER).await;
        let (id, store) = (accepted.contact.id, world.sqlite());
        for account in [STRANGER, Id::from_u128(0xdead)] {
            let customer = store.customer(tenant(account), id).await.unwrap();
            assert_eq!(customer, None);
            let customer = store.reached_at(tenant(account), &address(CUSTOMER)).await;
            assert_eq!(customer.unwrap(), None);
            let changed =
                store.change_customer(tenant(account), id, None, vec![name("Eve")], MOMENT);
            assert_eq!(changed.await.unwrap(), None);
            let history = store
                .history(tenant(account), id, super::ALL)
                .await
                .unwrap();
            assert_eq!(history.map(|history| history.items.len()), None);
            let mut note = new_note(id, "seen");
            note.account = tenant(account);
            assert_eq!(store.note(note).await.unwrap(), None);
            assert!(
                !store
                    .erase(tenant(account), accepted.message, MOMENT)
                    .await
                    .unwrap()
            );
            assert!(!store.forget(tenant(account), id, MOMENT).await.unwrap());
            let everybody = Wanted::default();
            let listed = store.customers(tenant(account), &everybody, super::ALL);
            let listed = listed.await.unwrap();
            assert_eq!((listed.items, listed.total), (Vec::new(), Some(0)));
        }
        let contact = world.customer(id).await.unwrap().contact;
        assert_eq!(contact, accepted.contact);
        assert_eq!(world.queued().await, [accepted.message]);
    })
    .await;
}
