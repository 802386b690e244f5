use dragoman_core::Id;
use dragoman_core::catalog::Source;
use dragoman_core::contact::CustomerChange;
use dragoman_core::ports::{Contacts, From, Span, Wanted};
use dragoman_testkit::tenant;

use super::{ALL, OTHER_CHANNEL, address, tags};
use crate::world::{ACCOUNT, World, check_embedded};

fn number(number: usize) -> String {
    format!("3160000000{number}")
}

/// The last digits of those who are wanted, how many there are, and the mark after them.
async fn listed(
    world: &World,
    wanted: &Wanted,
    span: Span,
) -> (String, Option<usize>, Option<i64>) {
    let listing = world
        .sqlite()
        .customers(tenant(ACCOUNT), wanted, span)
        .await
        .unwrap();
    let last_digit = |phone: &str| phone.chars().last().unwrap();
    let contacts = listing.items.iter().map(|customer| &customer.contact);
    let digits = contacts.map(|contact| last_digit(contact.phone().unwrap()));
    (digits.collect(), listing.total, listing.next)
}

async fn know(world: &World, count: usize) -> Vec<Id> {
    let mut known = Vec::new();
    for one in 0..count {
        known.push(world.accept(&number(one)).await.contact.id);
    }
    known
}

#[tokio::test]
async fn the_newest_customers_come_first_and_parts_follow_each_other() {
    check_embedded(async |mut world| {
        know(&world, 5).await;
        world.add_channels().await;
        for _ in 0..2 {
            // With a condition that holds of everybody the same comes another way.
            let whatsapp = Wanted {
                source: Some(Source::Whatsapp),
                ..Wanted::default()
            };
            for wanted in [Wanted::default(), whatsapp] {
                let part = async |from| listed(&world, &wanted, Span { from, limit: 2 }).await;
                let (first, total, next) = part(From::Skip(0)).await;
                assert_eq!((&*first, total), ("43", Some(5)));
                let (second, total, next) = part(From::After(next.unwrap())).await;
                assert_eq!((&*second, total), ("21", None));
                let (last, _, next) = part(From::After(next.unwrap())).await;
                assert_eq!((&*last, next), ("0", None));
                let (skipped, total, _) = part(From::Skip(3)).await;
                assert_eq!((&*skipped, total), ("10", Some(5)));
            }
            world.restart_if_durable();
        }
    })
    .await;
}

#[tokio::test]
async fn only_those_are_listed_for_whom_every_condition_holds() {
    check_embedded(async |world| {
        world.add_channels().await;
        let known = know(&world, 4).await;
        let team = Id::from_u128(8);
        world
            .change_customer(known[0], vec![tags(&["VIP", "Lead"])])
            .await;
        let assigned = vec![tags(&["vip"]), CustomerChange::Team(Some(team))];
        world.change_customer(known[1], assigned).await;
        world.accept_on(OTHER_CHANNEL, &number(2)).await;
        let tagged = |tags: &[&str]| Wanted {
            tags: tags.iter().map(|tag| (*tag).into()).collect(),
            ..Wanted::default()
        };
        let in_team = Wanted {
            team: Some(team),
            ..Wanted::default()
        };
        let both = Wanted {
            team: Some(team),
            ..tagged(&["lead"])
        };
        let on = |source| Wanted {
            source: Some(source),
            ..Wanted::default()
        };
        for (wanted, expected) in [
            (tagged(&["vip"]), "10"),
            (tagged(&["vip", "lead"]), "0"),
            (tagged(&["none"]), ""),
            (in_team, "1"),
            (both, ""),
            (on(Source::Telegram), "2"),
            (on(Source::Whatsapp), "3210"),
            (on(Source::Instagram), ""),
        ] {
            let (found, total, next) = listed(&world, &wanted, ALL).await;
            assert_eq!((&*found, total), (expected, Some(expected.len())));
            assert_eq!(next, None);
        }
    })
    .await;
}

#[tokio::test]
async fn who_was_merged_or_forgotten_is_not_listed() {
    check_embedded(async |mut world| {
        let known = know(&world, 4).await;
        world.forget(known[3]).await;
        let same = CustomerChange::Address(address(&number(1)));
        world.change_customer(known[2], vec![same]).await;
        for _ in 0..2 {
            let everybody = listed(&world, &Wanted::default(), ALL).await;
            assert_eq!(everybody, ("10".to_owned(), Some(2), None));
            world.restart_if_durable();
        }
    })
    .await;
}
