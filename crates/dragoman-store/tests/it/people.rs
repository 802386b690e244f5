//! Customers: who they are, what is known of them, and what was said.

mod answers;
mod at_hand;
mod changing;
mod erasing;
mod forgetting;
mod history;
mod listing;
mod merging;
mod noting;
mod opting_out;
mod told;

use std::sync::Arc;

use dragoman_core::catalog::{Change, Channel, Source};
use dragoman_core::contact::{Customer, CustomerChange};
use dragoman_core::inbound::Report;
use dragoman_core::message::Stored;
use dragoman_core::ports::{
    Accepted, Contacts, From, Introduction, Listing, Moment, NewNote, Span, Store, Wanted,
};
use dragoman_core::submission::Submission;
use dragoman_core::{Address, Id, MessageId};
use dragoman_store::SqliteStore;
use dragoman_testkit::tenant;

use crate::files::copy_of;
use crate::picture::assert_same;
use crate::world::{
    ACCOUNT, CHANNEL, MOMENT, STRANGER, TINY, World, admitted, channel, inbound, submission,
};

/// A second channel of the account, of another messenger.
pub(crate) const OTHER_CHANNEL: Id = Id::from_u128(0xc3);

/// A channel of the other account.
pub(crate) const FOREIGN_CHANNEL: Id = Id::from_u128(0xc2);

/// The whole list.
pub(crate) const ALL: Span = Span {
    from: From::Skip(0),
    limit: 100,
};

pub(crate) fn address(text: &str) -> Address {
    Address::parse(text).unwrap()
}

pub(crate) fn name(name: &str) -> CustomerChange {
    CustomerChange::Name(name.into())
}

pub(crate) fn tags(tags: &[&str]) -> CustomerChange {
    CustomerChange::Tags(tags.iter().map(|tag| (*tag).into()).collect())
}

pub(crate) fn new_note(contact: Id, text: &str) -> NewNote {
    NewNote {
        account: tenant(ACCOUNT),
        contact,
        channel: None,
        text: text.into(),
        key: None,
        random: 5 << 66,
        at: MOMENT,
    }
}

impl World {
    /// Gives both accounts more channels.
    pub(crate) async fn add_channels(&self) {
        let other = Channel {
            id: OTHER_CHANNEL,
            slug: "other".into(),
            source: Source::Telegram,
            provider_id: "300".into(),
            ..channel()
        };
        let foreign = Channel {
            id: FOREIGN_CHANNEL,
            account: STRANGER,
            slug: "foreign".into(),
            provider_id: "200".into(),
            ..channel()
        };
        let changes = vec![Change::Channel(other), Change::Channel(foreign)];
        self.store().change(changes).await.unwrap();
    }

    pub(crate) fn introduction(&self, to: &str, changes: Vec<CustomerChange>) -> Introduction {
        Introduction {
            account: tenant(ACCOUNT),
            channel: CHANNEL,
            address: address(to),
            id: Id::fresh(MOMENT.machine, self.random()),
            random: self.random(),
            changes,
            at: MOMENT,
        }
    }

    /// Makes a customer known, or changes one.
    pub(crate) async fn introduce(&self, to: &str, changes: Vec<CustomerChange>) -> Customer {
        let new = self.introduction(to, changes);
        self.sqlite().introduce(new).await.unwrap().0
    }

    pub(crate) async fn customer(&self, contact: Id) -> Option<Customer> {
        self.sqlite()
            .customer(tenant(ACCOUNT), contact)
            .await
            .unwrap()
    }

    pub(crate) async fn reached_at(&self, text: &str) -> Option<Customer> {
        let found = self
            .sqlite()
            .reached_at(tenant(ACCOUNT), &address(text))
            .await;
        found.unwrap()
    }

    pub(crate) async fn change_customer(
        &self,
        contact: Id,
        changes: Vec<CustomerChange>,
    ) -> Option<Customer> {
        self.change_on(None, contact, changes).await
    }

    pub(crate) async fn change_on(
        &self,
        channel: Option<Id>,
        contact: Id,
        changes: Vec<CustomerChange>,
    ) -> Option<Customer> {
        let store = self.sqlite();
        let changed = store.change_customer(tenant(ACCOUNT), contact, channel, changes, MOMENT);
        changed.await.unwrap()
    }

    pub(crate) async fn forget(&self, contact: Id) -> bool {
        self.sqlite()
            .forget(tenant(ACCOUNT), contact, MOMENT)
            .await
            .unwrap()
    }

    pub(crate) async fn erase(&self, message: MessageId) -> bool {
        self.sqlite()
            .erase(tenant(ACCOUNT), message, MOMENT)
            .await
            .unwrap()
    }

    /// Everything that was said, the newest first.
    pub(crate) async fn history(&self, contact: Id) -> Option<Vec<MessageId>> {
        let history = self.part_of_history(contact, ALL).await?;
        Some(history.items.iter().map(|stored| stored.id).collect())
    }

    pub(crate) async fn part_of_history(
        &self,
        contact: Id,
        span: Span,
    ) -> Option<Listing<Arc<Stored>>> {
        self.sqlite()
            .history(tenant(ACCOUNT), contact, span)
            .await
            .unwrap()
    }

    /// Accepts a text on this channel of the account.
    pub(crate) async fn accept_on(&self, channel: Id, to: &str) -> Accepted {
        let acceptance = self.acceptance(admitted(Submission {
            channel,
            ..submission(to)
        }));
        self.store().accept(acceptance).await.unwrap()
    }

    /// A customer who shows these addresses writes.
    pub(crate) async fn hear(&self, provider_id: &str, from: &[&str]) -> MessageId {
        self.hear_on(CHANNEL, provider_id, from).await
    }

    pub(crate) async fn hear_on(&self, channel: Id, id: &str, from: &[&str]) -> MessageId {
        let report = Report::Inbound(inbound(id, from));
        let recorded = self.store().record(channel, vec![report], MOMENT).await;
        assert_eq!(recorded.unwrap().inbound, 1);
        let found = self.store().by_provider_id(channel, id).await.unwrap();
        found.unwrap().message
    }

    /// Fails where a start of this store answers something else than it does now: with its index as
    /// it is by now, and with one that is made from the whole log.
    pub(crate) async fn answers_the_same_after_a_start(&self, gallery: &Gallery<'_>) {
        let now = gallery.picture(self.sqlite()).await;
        let [tail, whole] = [copy_of(self.path()), copy_of(self.path())];
        SqliteStore::rebuild_index(whole.path()).unwrap();
        for copy in [tail, whole] {
            for _ in 0..2 {
                let store = SqliteStore::open_with(copy.path(), TINY).unwrap();
                assert_same(&gallery.picture(&store).await, &now);
            }
        }
    }
}

/// What there may be to ask for.
pub(crate) struct Gallery<'a> {
    pub(crate) contacts: &'a [Id],
    pub(crate) addresses: &'a [&'a str],
    pub(crate) messages: &'a [MessageId],
}

impl Gallery<'_> {
    /// All that the store answers, as text.
    pub(crate) async fn picture(&self, store: &SqliteStore) -> String {
        let list = store
            .customers(tenant(ACCOUNT), &Wanted::default(), ALL)
            .await;
        let mut lines = vec![format!("{:?}", list.unwrap())];
        for contact in self.contacts {
            let customer = store.customer(tenant(ACCOUNT), *contact).await.unwrap();
            lines.push(format!("{contact}: {customer:?}"));
            let said = store.history(tenant(ACCOUNT), *contact, ALL).await.unwrap();
            lines.push(format!("said with {contact}: {said:?}"));
        }
        for text in self.addresses {
            let customer = store
                .reached_at(tenant(ACCOUNT), &address(text))
                .await
                .unwrap();
            lines.push(format!("{text}: {customer:?}"));
            let heard = store.heard(CHANNEL, &address(text)).await.unwrap();
            lines.push(format!("heard from {text}: {heard:?}"));
        }
        for message in self.messages {
            let timeline = store.timeline(tenant(ACCOUNT), *message).await.unwrap();
            lines.push(format!("{message}: {timeline:?}"));
        }
        lines.push(format!("{:?}", store.queue(CHANNEL).await.unwrap()));
        lines.join("\n")
    }
}

/// Later than the moment of all stories.
pub(crate) fn seconds_later(seconds: u64) -> Moment {
    let later = MOMENT.now.plus(std::time::Duration::from_secs(seconds));
    Moment {
        machine: later,
        now: later,
    }
}
