use std::sync::Arc;
use std::time::Duration;

use dragoman_core::contact::Profile;
use dragoman_core::inbound::{Inbound, InboundContent, Report};
use dragoman_core::message::Author;
use dragoman_core::ports::{Contacts, Reference};
use dragoman_core::window::Heard;
use dragoman_core::{Address, Raw};
use dragoman_testkit::tenant;

use crate::world::{
    ACCOUNT, CHANNEL, CUSTOMER, NOW, World, advertisement, check, check_durable,
    check_durable_embedded, inbound,
};

const USER: &str = "NL.13491208655302741918";

async fn heard(world: &World, address: &str) -> Heard {
    let address = Address::parse(address).unwrap();
    world.store().heard(CHANNEL, &address).await.unwrap().0
}

async fn receive(world: &World, message: Inbound) -> u32 {
    world.record(vec![Report::Inbound(message)]).await.inbound
}

#[tokio::test]
async fn a_customers_message_is_recorded_once() {
    check_durable(async |mut world| {
        let hi = Inbound {
            profile_name: Some("Ann".into()),
            ..inbound("wamid.in", &[CUSTOMER])
        };
        let twice = vec![Report::Inbound(hi.clone()), Report::Inbound(hi.clone())];
        let recorded = world.record(twice).await;
        assert_eq!((recorded.inbound, recorded.repeated), (1, 1));
        world.restart();
        assert_eq!(receive(&world, hi.clone()).await, 0);
        let Reference { message, author } = world.named("wamid.in").await.unwrap();
        assert_eq!(author, Author::Customer);
        let stored = world.stored(message).await;
        assert_eq!(stored.inbound(), Some(&hi));
        assert_eq!(stored.provider_id.as_deref(), Some("wamid.in"));
        assert_eq!(stored.contact.name.as_deref(), Some("Ann"));
        assert_eq!(world.story(message).await, ["received"]);
    })
    .await;
}

#[tokio::test]
async fn a_customer_who_was_written_to_answers_in_the_same_conversation() {
    check(async |world| {
        let accepted = world.accept(CUSTOMER).await;
        receive(&world, inbound("wamid.in", &[CUSTOMER, USER])).await;
        let received = world.named("wamid.in").await.unwrap();
        let stored = world.stored(received.message).await;
        assert_eq!(stored.conversation, accepted.conversation);
        assert_eq!(stored.contact.id, accepted.contact.id);
        assert_eq!(stored.contact.phone(), Some(CUSTOMER));
        assert_eq!(stored.contact.user_id(), Some(USER));
        let by_user = world.accept(USER).await;
        assert_eq!(by_user.conversation, accepted.conversation);
    })
    .await;
}

#[tokio::test]
async fn a_customer_without_a_number_is_a_contact_and_may_show_one_later() {
    check_durable(async |mut world| {
        receive(&world, inbound("wamid.1", &[USER])).await;
        receive(&world, inbound("wamid.2", &[CUSTOMER, USER])).await;
        world.restart();
        let accepted = world.accept(CUSTOMER).await;
        assert_eq!(accepted.contact.addresses.len(), 2);
        assert_eq!(accepted.contact.addresses[0].value(), CUSTOMER);
        assert_eq!(accepted.contact.user_id(), Some(USER));
    })
    .await;
}

#[tokio::test]
async fn a_name_that_is_known_stays() {
    check(async |world| {
        for name in ["Ann", "Bob"] {
            let message = Inbound {
                profile_name: Some(name.into()),
                ..inbound(name, &[CUSTOMER])
            };
            receive(&world, message).await;
        }
        let accepted = world.accept(CUSTOMER).await;
        assert_eq!(accepted.contact.name.as_deref(), Some("Ann"));
    })
    .await;
}

#[tokio::test]
async fn the_window_remembers_the_last_message_and_never_goes_back() {
    check_durable(async |mut world| {
        assert_eq!(heard(&world, CUSTOMER).await, Heard::default());
        let earlier = NOW.minus(Duration::from_secs(3600));
        let by_advertisement = Inbound {
            at: earlier,
            referral: Some(advertisement()),
            ..inbound("wamid.0", &[CUSTOMER])
        };
        receive(&world, inbound("wamid.1", &[CUSTOMER])).await;
        receive(&world, by_advertisement).await;
        let notice = Inbound {
            at: NOW.plus(Duration::from_secs(60)),
            content: InboundContent::System(Raw::new("{}")),
            ..inbound("wamid.2", &[CUSTOMER])
        };
        receive(&world, notice).await;
        let expected = Heard {
            last_inbound: Some(NOW),
            last_referral: Some(earlier),
        };
        assert_eq!(heard(&world, CUSTOMER).await, expected);
        world.restart();
        assert_eq!(heard(&world, CUSTOMER).await, expected);
        assert_eq!(heard(&world, "31600000000").await, Heard::default());
    })
    .await;
}

#[tokio::test]
async fn what_the_provider_last_told_of_a_customers_keys_is_kept_beside_what_people_noted() {
    check_durable_embedded(async |mut world| {
        let profile = async |world: &World| {
            let address = Address::parse(CUSTOMER).unwrap();
            let found = world
                .sqlite()
                .reached_at(tenant(ACCOUNT), &address)
                .await
                .unwrap();
            found
                .unwrap()
                .contact
                .profile
                .clone()
                .map(Arc::unwrap_or_clone)
        };
        receive(&world, inbound("wamid.0", &[CUSTOMER])).await;
        assert_eq!(profile(&world).await, None);
        for (id, keys) in [
            ("wamid.1", "{\"hash\":\"a\"}"),
            ("wamid.2", "{\"hash\":\"b\"}"),
        ] {
            let told = Inbound {
                identity: Some(Raw::new(keys)),
                ..inbound(id, &[CUSTOMER])
            };
            receive(&world, told).await;
        }
        receive(&world, inbound("wamid.3", &[CUSTOMER])).await;
        let expected = Profile {
            identity: Some(Raw::new("{\"hash\":\"b\"}")),
            ..Profile::default()
        };
        assert_eq!(profile(&world).await, Some(expected.clone()));
        world.restart();
        assert_eq!(profile(&world).await, Some(expected));
    })
    .await;
}
