//! Customers, and where their conversations stand.

use std::sync::Arc;

use dragoman_core::contact::{Contact, Conversation};
use dragoman_core::content::Kind;
use dragoman_core::window::Heard;
use dragoman_core::{Address, Timestamp};

/// Somebody, with all their conversations: who is asked for one is asked for the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Person {
    /// Who it is.
    pub(crate) contact: Arc<Contact>,
    /// One for each channel, few of them.
    pub(crate) conversations: Vec<Head>,
    /// What has become of them.
    pub(crate) fate: Fate,
    /// Rows of the contacts that proved to be this one. Those keep the conversations that ended
    /// with that, because this one has another on the same channel.
    pub(crate) merged: Vec<i64>,
}

/// What has become of a contact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// Nothing: they are known.
    Known,
    /// They proved to be the contact in this row, an older one.
    MergedInto(i64),
    /// They are nobody any more.
    Forgotten,
}

impl Person {
    /// Somebody who was never talked to.
    pub(crate) fn new(contact: Contact) -> Self {
        Self {
            contact: Arc::new(contact),
            conversations: Vec::new(),
            fate: Fate::Known,
            merged: Vec::new(),
        }
    }

    /// The conversation on a channel.
    pub(crate) fn on(&self, channel: i64) -> Option<&Head> {
        let mut heads = self.conversations.iter();
        heads.find(|head| head.channel == channel)
    }

    /// The conversation on a channel, for changing it.
    pub(crate) fn on_mut(&mut self, channel: i64) -> Option<&mut Head> {
        let mut heads = self.conversations.iter_mut();
        heads.find(|head| head.channel == channel)
    }

    /// The conversation with this number, for changing it.
    pub(crate) fn numbered_mut(&mut self, number: i64) -> Option<&mut Head> {
        let mut heads = self.conversations.iter_mut();
        heads.find(|head| head.conversation.number == number)
    }

    /// Takes the conversation with this number away.
    pub(crate) fn take(&mut self, number: i64) -> Option<Head> {
        let mut heads = self.conversations.iter();
        let place = heads.position(|head| head.conversation.number == number)?;
        Some(self.conversations.remove(place))
    }

    /// The conversation that began last.
    pub(crate) fn newest(&self) -> Option<&Head> {
        let heads = self.conversations.iter();
        heads.max_by_key(|head| head.conversation.number)
    }

    /// Name, profile and addresses are somebody else's by now, or nobody's.
    pub(crate) fn become_nameless(&mut self) {
        self.contact = Arc::new(Contact {
            id: self.contact.id,
            name: None,
            addresses: Vec::new(),
            created_at: self.contact.created_at,
            profile: None,
        });
    }

    /// The contact in this row proved to be this one.
    pub(crate) fn take_in(&mut self, merged: i64) {
        if !self.merged.contains(&merged) {
            self.merged.push(merged);
        }
    }
}

/// Gives a contact an address; numbers stand before other addresses.
pub(crate) fn add_address(contact: &mut Contact, address: Address) {
    let addresses = &mut contact.addresses;
    let numbers = addresses.iter().take_while(|a| a.phone().is_some()).count();
    let place = if address.phone().is_some() {
        numbers
    } else {
        addresses.len()
    };
    addresses.insert(place, address);
}

/// Where a conversation stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Head {
    /// Row of `ids`.
    pub(crate) channel: i64,
    /// What is told of it.
    pub(crate) conversation: Conversation,
    /// What decides about its window.
    pub(crate) heard: Heard,
}

impl Head {
    /// A customer's message of this kind was recorded, with the provider's time. Times never go
    /// back, and a notice of the messenger is nothing that the customer wrote.
    pub(crate) fn hear(&mut self, kind: i64, at: Timestamp, referral: bool) {
        if kind == Kind::System as i64 {
            return;
        }
        self.heard.last_inbound = self.heard.last_inbound.max(Some(at));
        if referral {
            self.heard.last_referral = self.heard.last_referral.max(Some(at));
        }
    }
}
