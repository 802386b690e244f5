//! All that a store answers, as text: two stores with one picture are the same.

use dragoman_core::ports::Store;
use dragoman_core::{Address, MessageId};

use crate::world::{ACCOUNT, CHANNEL, NOW, SUBSCRIPTION, key};

/// What there may be to ask for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Album {
    pub(crate) messages: Vec<MessageId>,
    pub(crate) provider_ids: Vec<String>,
    pub(crate) customers: Vec<String>,
    pub(crate) keys: u8,
}

impl Album {
    pub(crate) async fn picture(&self, store: &dyn Store) -> String {
        let mut lines = vec![format!("{:?}", store.queue(CHANNEL).await.unwrap())];
        for message in &self.messages {
            let timeline = store.timeline(ACCOUNT, *message).await.unwrap();
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
        lines.extend(tries.unwrap().iter().map(|tried| format!("{tried:?}")));
        let happened = store.events_after(0, usize::MAX).await.unwrap();
        lines.extend(happened.iter().map(|told| format!("{told:?}")));
        let unsettled = store.counts().unsettled;
        lines.push(format!("{} {unsettled:?}", store.last_event()));
        lines.join("\n")
    }
}

/// Fails with the first line in which two pictures differ.
#[track_caller]
pub(crate) fn assert_same(one: &str, other: &str) {
    for (line, expected) in one.lines().zip(other.lines()) {
        assert_eq!(line, expected);
    }
    assert_eq!(one.lines().count(), other.lines().count());
}
