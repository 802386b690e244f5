use std::collections::BTreeMap;

use dragoman_core::catalog::{Account, Change, Channel, Sending, Source};
use dragoman_core::event::What;
use dragoman_core::inbound::{Inbound, InboundContent, Report};
use dragoman_core::news::{ContactNews, Tidings};
use dragoman_core::ports::{Moment, Store};
use dragoman_core::rate::Rate;
use dragoman_core::{Address, Timestamp};
use dragoman_testkit::tenant;

use super::*;
use crate::sqlite::Options;

const NOW: Timestamp = Timestamp::from_seconds(1_790_000_000);
const ACCOUNT: Id = Id::from_u128(1);
const FIRST: Id = Id::from_u128(2);
const SECOND: Id = Id::from_u128(3);

fn channel(id: Id) -> Change {
    Change::Channel(Channel {
        id,
        account: ACCOUNT,
        slug: format!("{id}").into(),
        title: "Demo".into(),
        driver: "whatsapp_cloud".into(),
        source: Source::Whatsapp,
        provider_id: format!("{id}").into(),
        phone: None,
        settings: BTreeMap::new(),
        rate: Rate::WHATSAPP,
        concurrency: 8,
        main: true,
        enabled: true,
        created_at: NOW,
        sending: Sending::default(),
        watched_since: NOW,
    })
}

async fn furnish(store: &SqliteStore) {
    let account = Account {
        id: ACCOUNT,
        name: "acme".into(),
        created_at: NOW,
    };
    let changes = vec![Change::Account(account), channel(FIRST), channel(SECOND)];
    store.change(changes).await.unwrap();
}

/// One customer writes on a channel.
async fn write(store: &SqliteStore, channel: Id, provider_id: &str) {
    let inbound = Inbound {
        provider_id: provider_id.into(),
        from: vec![Address::parse("31612345678").unwrap()],
        profile_name: None,
        at: NOW,
        content: InboundContent::Text("Hi".into()),
        context: None,
        referral: None,
        identity: None,
    };
    let at = Moment {
        machine: NOW,
        now: NOW,
    };
    let reports = vec![Report::Inbound(inbound)];
    store.record(channel, reports, at).await.unwrap();
}

/// Tells of the contact in this row.
async fn tell(store: &SqliteStore, row: i64) -> Tidings {
    let what = Tidings::Contact {
        contact: Id::from_u128(9),
        channel: Some(FIRST),
        what: ContactNews::Closed {
            reason: "issue_resolved".into(),
        },
    };
    let told = what.clone();
    let verb = move |batch: &mut crate::sqlite::Batch<'_>| {
        let account = batch.row_of(ACCOUNT)?;
        batch.news(account, told, Some(row), NOW)
    };
    store.write(verb).await.unwrap();
    what
}

/// The last thing that happened, which is news.
async fn last(store: &SqliteStore) -> (News, Option<Arc<Customer>>) {
    let told = store.events_after(store.last_event() - 1, 9).await.unwrap();
    match &told[..] {
        [Happened::News(news, customer)] => (news.clone(), customer.clone()),
        other => panic!("{other:?} is not one piece of news"),
    }
}

#[test]
fn what_was_not_read_is_not_passed_over() {
    let event = |seq| EventRow {
        seq,
        previous: 0,
        account: 1,
        message: 1,
        at: NOW,
        what: What::Accepted,
    };
    let news = |seq| NewsRow {
        seq,
        account: 1,
        contact: None,
        at: NOW,
        what: Tidings::Contact {
            contact: Id::from_u128(9),
            channel: None,
            what: ContactNews::Updated,
        },
    };
    // Event 5 was not read: so nobody hears of 6 before it, though some of it may be left out.
    let events = [1, 2, 4].map(event).into();
    let (events, news) = first_of_both(events, [3, 6].map(news).into(), 3);
    let events: Vec<i64> = events.iter().map(|row| row.seq).collect();
    let news: Vec<i64> = news.iter().map(|row| row.seq).collect();
    assert_eq!((events, news), (vec![1, 2], vec![3]));
}

#[tokio::test]
async fn news_of_a_customer_comes_with_them_as_they_stand() {
    let dir = tempfile::tempdir().unwrap();
    let open = || SqliteStore::open_with(dir.path(), Options { generation: 1 }).unwrap();
    let mut store = open();
    furnish(&store).await;
    write(&store, FIRST, "wamid.1").await;
    let what = tell(&store, 1).await;
    for (channels, next) in [(vec![FIRST], SECOND), (vec![SECOND, FIRST], FIRST)] {
        for _ in 0..2 {
            let (news, customer) = last(&store).await;
            assert_eq!((news.account, news.at, &news.what), (ACCOUNT, NOW, &what));
            let customer = customer.expect("they are there");
            assert_eq!(customer.contact.phone(), Some("31612345678"));
            let talks = customer.talks.iter();
            assert!(talks.map(|talk| talk.channel).eq(channels.clone()));
            let talk = &customer.talks[0];
            assert_eq!(talk.heard.last_inbound, Some(NOW));
            let known = store
                .message(tenant(ACCOUNT), talk.last.unwrap())
                .await
                .unwrap();
            assert_eq!(known.unwrap().channel, talk.channel);
            // The second time from the disk.
            store.close().await.unwrap();
            store = open();
        }
        write(&store, next, "wamid.2").await;
        tell(&store, 1).await;
    }
}

#[tokio::test]
async fn news_of_a_customer_who_is_gone_is_told_without_them() {
    let store = SqliteStore::in_memory().unwrap();
    furnish(&store).await;
    let what = tell(&store, 7).await;
    let (news, customer) = last(&store).await;
    assert_eq!((news.what, customer), (what, None));
}
