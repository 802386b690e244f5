//! What dialects tell their own subscribers.

use dragoman_core::Raw;
use dragoman_core::news::{Notice, Tidings};
use dragoman_core::ports::{Happened, Store};
use dragoman_store::SqliteStore;
use dragoman_testkit::tenant;

use crate::files::copy_of;
use crate::world::{ACCOUNT, CHANNEL, CUSTOMER, NOW, TINY, World, check_durable_embedded};

fn notice(body: &str) -> Notice {
    Notice {
        channel: CHANNEL,
        format: "whatsapp_onprem".into(),
        body: Raw::new(body),
    }
}

async fn notify(world: &World, body: &str) {
    let told = world
        .store()
        .notify(tenant(ACCOUNT), notice(body), NOW)
        .await;
    told.unwrap();
}

/// The bodies of notices and the words of events, in their order.
async fn told(store: &dyn Store) -> Vec<(i64, String)> {
    let happened = store.events_after(0, 100).await.unwrap();
    let told = happened.into_iter().filter_map(|told| {
        let seq = told.seq();
        match told {
            Happened::Message(event, _) => Some((seq, event.what.word().to_owned())),
            Happened::News(news, None) => {
                assert_eq!((news.account, news.at), (ACCOUNT, NOW));
                let Tidings::Notice(told) = news.what else {
                    panic!("{news:?} is no notice");
                };
                assert_eq!(told, notice(told.body.as_str()));
                Some((seq, told.body.as_str().to_owned()))
            }
            // The customer is new.
            Happened::News(_, Some(_)) => None,
        }
    });
    told.collect()
}

#[tokio::test]
async fn a_notice_is_told_in_its_order_with_events_also_after_a_restart_and_a_new_index() {
    check_durable_embedded(async |mut world| {
        notify(&world, r#"{"a": 1}"#).await;
        world.accept(CUSTOMER).await;
        notify(&world, r#"{"b":2}"#).await;
        world.accept(CUSTOMER).await;
        let expected = [
            (1, r#"{"a": 1}"#),
            (4, "accepted"),
            (5, r#"{"b":2}"#),
            (6, "accepted"),
        ];
        let expected = expected.map(|(seq, words)| (seq, words.to_owned()));
        for _ in 0..2 {
            assert_eq!(told(world.sqlite()).await, expected);
            assert_eq!(world.store().last_event(), 6);
            // The second time they come from the disk.
            world.restart();
        }
        let whole = copy_of(world.path());
        SqliteStore::rebuild_index(whole.path()).unwrap();
        let rebuilt = SqliteStore::open_with(whole.path(), TINY).unwrap();
        assert_eq!(told(&rebuilt).await, expected);
        assert_eq!(rebuilt.last_event(), 6);
    })
    .await;
}
