//! What news shows of customers, also when they are merged or forgotten.

use std::sync::Arc;

use dragoman_core::Id;
use dragoman_core::contact::{Customer, CustomerChange};
use dragoman_core::news::{ContactNews, Tidings};
use dragoman_core::ports::Happened;

use super::{address, name, tags};
use crate::world::{CUSTOMER, World, check_embedded};

const USER: &str = "NL.13491208655302741918";

/// News of a customer: which id it names, and who that is by now.
async fn news_of(world: &World, named: &[Id]) -> Vec<(ContactNews, Id, Option<Arc<Customer>>)> {
    let happened = world.store().events_after(0, 100).await.unwrap();
    let news = happened.into_iter().filter_map(|told| match told {
        Happened::News(news, customer) => match news.what {
            Tidings::Contact { contact, what, .. } => Some((what, contact, customer)),
            Tidings::Staff(_) | Tidings::Notice(_) | Tidings::Delivery(_) => None,
        },
        Happened::Message(..) => None,
    });
    news.filter(|(_, contact, _)| named.contains(contact))
        .collect()
}

/// How many rows of a table answer to a condition.
fn rows(world: &World, table_where: &str) -> i64 {
    let file = rusqlite::Connection::open(world.path().join("dragoman.db")).unwrap();
    let query = format!("SELECT count(*) FROM {table_where}");
    file.query_row(&query, [], |row| row.get(0)).unwrap()
}

/// Two who are known, and then one.
pub(super) async fn merged(world: &World) -> [Id; 2] {
    let older = world.accept(CUSTOMER).await.contact.id;
    let younger = world.accept(USER).await.contact.id;
    let same = CustomerChange::Address(address(CUSTOMER));
    world.change_customer(younger, vec![same]).await;
    [older, younger]
}

#[tokio::test]
async fn older_news_of_who_was_merged_shows_who_they_are() {
    check_embedded(async |mut world| {
        let [older, younger] = merged(&world).await;
        for _ in 0..2 {
            let customer = world.customer(older).await.unwrap();
            let news = news_of(&world, &[younger]).await;
            let created: Vec<_> = news.iter().map(|(what, ..)| what.clone()).collect();
            assert_eq!(created, [ContactNews::Created, ContactNews::Opened]);
            for (_, _, shown) in news {
                assert_eq!(shown.as_deref(), Some(&customer));
            }
            let last = news_of(&world, &[older]).await.pop().unwrap();
            assert_eq!(
                last,
                (ContactNews::Updated, older, Some(Arc::new(customer)))
            );
            world.restart_if_durable();
        }
    })
    .await;
}

#[tokio::test]
async fn news_of_who_is_forgotten_shows_nobody() {
    check_embedded(async |mut world| {
        let both = merged(&world).await;
        world.change_customer(both[0], vec![name("Ada")]).await;
        world.forget(both[1]).await;
        for _ in 0..2 {
            let news = news_of(&world, &both).await;
            assert_eq!(news.len(), 7);
            assert!(news.iter().all(|(_, _, customer)| customer.is_none()));
            let last = news.last().unwrap();
            assert_eq!((&last.0, last.1), (&ContactNews::Deleted, both[0]));
            world.restart_if_durable();
        }
    })
    .await;
}

#[tokio::test]
async fn news_holds_no_name_address_or_text_from_the_beginning() {
    let world = World::crossing().await;
    let customer = world.introduce(CUSTOMER, vec![name("Ada")]).await;
    let note = CustomerChange::Note(Some("call Ada back".into()));
    let said = vec![tags(&["vip"]), note, CustomerChange::Address(address(USER))];
    world.change_customer(customer.contact.id, said).await;
    world.hear("wamid.in", &[CUSTOMER]).await;
    let personal = ["Ada", CUSTOMER, USER, "vip", "call", "Hi"];
    for word in personal {
        let found = format!("news WHERE data LIKE '%{word}%'");
        assert_eq!(rows(&world, &found), 0, "{word}");
    }
    assert!(rows(&world, "news") >= 3);
}
