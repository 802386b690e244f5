//! What holds in the end, wherever the fault was.

use std::collections::BTreeSet;
use std::time::Duration;

use dragoman_core::event::What;
use dragoman_core::ports::{Files, Happened, Objects, Store};
use dragoman_core::{MessageId, State};
use dragoman_testkit::{tenant, until};

use super::life::{FORGOTTEN, HELLO, Life, NEW_NAME, NOTICE, UPLOADED, URL, has_left, possible};
use crate::house::{ACCOUNT, SOON};

/// Until everything is over.
const ENDS: Duration = Duration::from_secs(10);

impl Life {
    /// Everything that was accepted leaves the queue, every event is told, every file is here.
    pub(super) async fn everything_ends(&self) {
        let mut missing = Vec::new();
        let ending = until("everything is over", SOON, async || {
            self.house.clock.advance(Duration::from_secs(1));
            missing = self.missing().await;
            missing.is_empty().then_some(())
        });
        let ended = tokio::time::timeout(ENDS, ending).await;
        assert!(ended.is_ok(), "not over after {ENDS:?}: {missing:?}");
    }

    /// What has not come to its end.
    async fn missing(&self) -> Vec<String> {
        let mut missing = Vec::new();
        let accepted = self.world.lock().unwrap().accepted.clone();
        let told = self.house.endpoints.told(URL);
        let mut expect = |count: usize, body: &str| {
            let found = told.iter().filter(|told| told.ends_with(body)).count();
            if found < count {
                missing.push(format!("{body} is told {found} times"));
            }
        };
        expect(1, NOTICE);
        expect(2, HELLO);
        expect(1, "is gone");
        accepted
            .keys()
            .for_each(|number| expect(1, &number.to_string()));
        for (number, message) in accepted {
            let state = self.house.state(message).await;
            if !has_left(state) {
                missing.push(format!("{number} is {}", state.word()));
            }
        }
        let fetches = self.house.store.fetches(1).await.unwrap();
        missing.extend(fetches.iter().map(|fetch| format!("{fetch:?}")));
        let litter = self.house.store.litter(1).await.unwrap();
        missing.extend(litter.iter().map(|file| format!("litter {file}")));
        missing
    }

    pub(super) async fn check_laws(&self) {
        self.each_key_is_one_message().await;
        self.nothing_was_sent_twice();
        self.each_state_is_true().await;
        self.what_was_reported_is_kept_once().await;
        self.changes_stand().await;
    }

    /// What a client was told is there; what a client was not told is there once for its key, or
    /// not at all.
    async fn each_key_is_one_message(&self) {
        let accepted: BTreeSet<MessageId> = {
            let world = self.world.lock().unwrap();
            world.accepted.values().copied().collect()
        };
        let kept = self.happened(|what| *what == What::Accepted).await;
        let kept_once: BTreeSet<MessageId> = kept.iter().copied().collect();
        assert_eq!(kept.len(), kept_once.len(), "one event for each");
        assert_eq!(kept_once, accepted);
    }

    /// Of all POSTs of a message at most one was not refused.
    fn nothing_was_sent_twice(&self) {
        let mut all = self.world.lock().unwrap().possible.clone();
        all.extend(possible(&self.house.driver));
        let messages: BTreeSet<MessageId> = all.iter().copied().collect();
        assert_eq!(
            messages.len(),
            all.len(),
            "a message was sent twice: {all:?}"
        );
    }

    /// What the provider has taken does not count as lost, and what it was never given does not
    /// count as sent.
    async fn each_state_is_true(&self) {
        let mut given = self.world.lock().unwrap().possible.clone();
        given.extend(possible(&self.house.driver));
        let accepted = self.world.lock().unwrap().accepted.clone();
        for (number, message) in accepted {
            let state = self.house.state(message).await;
            let is_sent = match state {
                State::Submitted | State::Sent | State::Delivered | State::Read => true,
                State::Unknown => false,
                State::Queued
                | State::Claimed
                | State::InFlight
                | State::Failed
                | State::Expired
                | State::Cancelled
                | State::Dead
                | State::Unresolved => panic!("{number} is {state:?}"),
            };
            // A person has said of the last one that it was sent, whatever became of it.
            let is_known = given.contains(&message) || number == 3;
            assert!(
                !is_sent || is_known,
                "{number} is {state:?} and was never sent"
            );
        }
    }

    /// A customer's message is one event; what nobody understands is kept aside.
    async fn what_was_reported_is_kept_once(&self) {
        assert!(self.world.lock().unwrap().is_reported);
        let received = self.happened(|what| *what == What::Received).await;
        assert_eq!(
            received.len(),
            2,
            "each message of a customer's is one event"
        );
        let odd = self
            .house
            .store
            .quarantined(tenant(ACCOUNT), 10)
            .await
            .unwrap();
        assert!(!odd.is_empty(), "what nobody understands is kept aside");
    }

    async fn changes_stand(&self) {
        let store = &self.house.store;
        let catalog = store.catalog();
        let account = catalog.accounts.iter().find(|known| known.id == ACCOUNT);
        assert_eq!(&*account.unwrap().name, NEW_NAME);
        let stopped = catalog.subscriptions.iter().filter(|known| !known.enabled);
        assert_eq!(stopped.count(), 1, "who is gone is switched off");
        assert!(store.last_heartbeat().await.unwrap().is_some());
        assert!(
            store
                .file(tenant(ACCOUNT), UPLOADED)
                .await
                .unwrap()
                .is_some()
        );
        assert!(
            store
                .file(tenant(ACCOUNT), FORGOTTEN)
                .await
                .unwrap()
                .is_none()
        );
        assert_eq!(self.house.files.get(FORGOTTEN).await.unwrap(), None);
    }

    /// The messages of events of one kind.
    async fn happened(&self, is_meant: fn(&What) -> bool) -> Vec<MessageId> {
        let events = self.house.store.events_after(0, usize::MAX).await.unwrap();
        let of_kind = events.into_iter().filter_map(|told| match told {
            Happened::Message(event, _) => is_meant(&event.what).then_some(event.message),
            Happened::News(..) => None,
        });
        of_kind.collect()
    }
}
