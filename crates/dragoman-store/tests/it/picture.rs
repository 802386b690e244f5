//! All that a store answers, as text: two stores with one picture are the same.

use std::sync::Arc;

use dragoman_core::contact::Customer;
use dragoman_core::ports::{Happened, Store};
use dragoman_core::window::Heard;
use dragoman_core::{Address, MessageId};
use dragoman_testkit::tenant;

use crate::world::{ACCOUNT, CHANNEL, NOW, SUBSCRIPTION, key};

/// What there may be to ask for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Album {
    pub(crate) messages: Vec<MessageId>,
    pub(crate) provider_ids: Vec<String>,
    pub(crate) customers: Vec<String>,
    pub(crate) keys: u8,
    /// Messages were removed. What was read from them before is known until the next whole index:
    /// so of customers in news it is left out.
    pub(crate) is_swept: bool,
}

impl Album {
    pub(crate) async fn picture(&self, store: &dyn Store) -> String {
        let mut lines = vec![format!("{:?}", store.queue(CHANNEL).await.unwrap())];
        for message in &self.messages {
            let timeline = store.timeline(tenant(ACCOUNT), *message).await.unwrap();
            lines.push(format!("{message}: {timeline:?}"));
        }
        for provider_id in &self.provider_ids {
            let found = store.by_provider_id(CHANNEL, provider_id).await.unwrap();
            lines.push(format!("{provider_id}: {found:?}"));
        }
        for customer in &self.customers {
            let address = Address::parse(customer).unwrap();
            let heard = store.heard(CHANNEL, &address).await.unwrap();
            lines.push(format!("{customer}: {heard:?}"));
        }
        for number in 0..self.keys {
            let key = key(number, number).unwrap();
            let answer = store.first_answer(&key, NOW).await.unwrap();
            lines.push(format!("key {number}: {answer:?}"));
        }
        let deliveries = store.deliveries(SUBSCRIPTION).await.unwrap();
        lines.push(format!("{deliveries:?}"));
        let tries = store.last_deliveries(&[SUBSCRIPTION], usize::MAX).await;
        for mut tried in tries.unwrap() {
            tried.happened = tried.happened.map(|told| self.shown(told));
            lines.push(format!("{tried:?}"));
        }
        let happened = store.events_after(0, usize::MAX).await.unwrap();
        let shown = happened.into_iter().map(|told| self.shown(told));
        lines.extend(shown.map(|told| format!("{told:?}")));
        let unsettled = store.counts().unsettled;
        lines.push(format!("{} {unsettled:?}", store.last_event()));
        lines.join("\n")
    }

    fn shown(&self, told: Happened) -> Happened {
        match told {
            Happened::News(news, Some(customer)) if self.is_swept => {
                Happened::News(news, Some(without_messages(customer)))
            }
            Happened::News(..) | Happened::Message(..) => told,
        }
    }
}

/// A customer without what is read from their messages.
fn without_messages(mut customer: Arc<Customer>) -> Arc<Customer> {
    for talk in &mut Arc::make_mut(&mut customer).talks {
        (talk.last, talk.heard) = (None, Heard::default());
    }
    customer
}

/// Fails with the first line in which two pictures differ.
#[track_caller]
pub(crate) fn assert_same(one: &str, other: &str) {
    for (line, expected) in one.lines().zip(other.lines()) {
        assert_eq!(line, expected);
    }
    assert_eq!(one.lines().count(), other.lines().count());
}
