//! Contacts and their conversations.

use std::sync::Arc;

use dragoman_core::contact::{Bot, Contact, Conversation, Customer, Talk};
use dragoman_core::news::{ContactNews, Tidings};
use dragoman_core::ports::Moment;
use dragoman_core::window::Heard;
use dragoman_core::{Address, Id, MessageId, Timestamp};

use super::state::State;

/// A contact with their conversations.
pub(super) struct Person {
    account: Id,
    pub(super) contact: Arc<Contact>,
    /// One for each channel.
    pub(super) heads: Vec<Head>,
}

/// Where a conversation stands.
pub(super) struct Head {
    pub(super) channel: Id,
    pub(super) conversation: Conversation,
    pub(super) heard: Heard,
}

impl Person {
    pub(super) fn on(&self, channel: Id) -> Option<&Head> {
        self.heads.iter().find(|head| head.channel == channel)
    }
}

/// Somebody who writes or is written to.
pub(super) struct Caller<'a> {
    pub(super) account: Id,
    pub(super) channel: Id,
    pub(super) addresses: &'a [Address],
    pub(super) name: Option<&'a str>,
    /// For the ids of a contact and a conversation that are new.
    pub(super) random: [u128; 2],
    pub(super) at: Moment,
}

impl State {
    /// The place of the contact who has this address.
    pub(super) fn reached_at(&self, account: Id, address: &Address) -> Option<usize> {
        self.people.iter().position(|person| {
            person.account == account && person.contact.addresses.contains(address)
        })
    }

    /// The place of the caller, and the number of their conversation; made where they are new.
    pub(super) fn meet(&mut self, caller: &Caller<'_>) -> (usize, i64) {
        let mut known = caller.addresses.iter();
        let known = known.find_map(|address| self.reached_at(caller.account, address));
        let contact = known.unwrap_or_else(|| self.make(caller));
        if known.is_some() {
            self.recognise(contact, caller);
        }
        let talk = self.people[contact].on(caller.channel);
        let talk = talk.map(|head| head.conversation.number);
        (
            contact,
            talk.unwrap_or_else(|| self.begin_talk(contact, caller)),
        )
    }

    fn make(&mut self, caller: &Caller<'_>) -> usize {
        let mut contact = Contact {
            id: Id::fresh(caller.at.machine, caller.random[0]),
            name: given(caller.name),
            addresses: Vec::new(),
            created_at: caller.at.now,
            profile: None,
        };
        for address in caller.addresses {
            add(&mut contact, address);
        }
        self.people.push(Person {
            account: caller.account,
            contact: Arc::new(contact),
            heads: Vec::new(),
        });
        let contact = self.people.len() - 1;
        self.tell(contact, None, ContactNews::Created, caller.at.now);
        contact
    }

    /// A name and addresses that are new to us are theirs.
    fn recognise(&mut self, contact: usize, caller: &Caller<'_>) {
        let before = Arc::clone(&self.people[contact].contact);
        let mut known = Contact::clone(&before);
        known.name = known.name.or_else(|| given(caller.name));
        let mut unknown = caller.addresses.to_vec();
        unknown.retain(|address| self.reached_at(caller.account, address).is_none());
        unknown.iter().for_each(|address| add(&mut known, address));
        if known != *before {
            self.people[contact].contact = Arc::new(known);
            self.tell(contact, None, ContactNews::Updated, caller.at.now);
        }
    }

    /// The contact has this address too, unless somebody else does.
    pub(super) fn learn(&mut self, contact: usize, recipient: Option<&str>, now: Timestamp) {
        let Some(address) = recipient.and_then(|text| Address::parse(text).ok()) else {
            return;
        };
        if self
            .reached_at(self.people[contact].account, &address)
            .is_none()
        {
            add(Arc::make_mut(&mut self.people[contact].contact), &address);
            self.tell(contact, None, ContactNews::Updated, now);
        }
    }

    fn begin_talk(&mut self, contact: usize, caller: &Caller<'_>) -> i64 {
        self.conversations += 1;
        let number = self.conversations;
        let conversation = Conversation {
            number,
            id: Id::fresh(caller.at.machine, caller.random[1]),
            user: None,
            team: None,
            funnel: None,
            bot: Bot::Idle,
            created_at: caller.at.now,
            closed_at: None,
        };
        self.people[contact].heads.push(Head {
            channel: caller.channel,
            conversation,
            heard: Heard::default(),
        });
        let channel = Some(caller.channel);
        self.tell(contact, channel, ContactNews::Opened, caller.at.now);
        number
    }

    /// For a contact who has a conversation on the channel.
    pub(super) fn head_mut(&mut self, contact: usize, channel: Id) -> &mut Head {
        let mut heads = self.people[contact].heads.iter_mut();
        let head = heads.find(|head| head.channel == channel);
        head.expect("the caller has met them there")
    }

    pub(super) fn tell(
        &mut self,
        contact: usize,
        channel: Option<Id>,
        what: ContactNews,
        at: Timestamp,
    ) {
        let person = &self.people[contact];
        let news = Tidings::Contact {
            contact: person.contact.id,
            channel,
            what,
        };
        self.news(person.account, news, Some(contact), at);
    }

    pub(super) fn customer(&self, contact: usize) -> Customer {
        let person = &self.people[contact];
        let mut talks: Vec<Talk> = person
            .heads
            .iter()
            .map(|head| Talk {
                channel: head.channel,
                conversation: head.conversation.clone(),
                last: self.last_line(head.conversation.number),
                heard: head.heard,
            })
            .collect();
        talks.sort_by_key(|talk| std::cmp::Reverse(talk.conversation.number));
        Customer {
            contact: Arc::clone(&person.contact),
            talks,
        }
    }

    fn last_line(&self, conversation: i64) -> Option<MessageId> {
        let mut lines = self.lines.iter().rev();
        let last = lines.find(|(_, line)| line.conversation == conversation);
        last.map(|(message, _)| *message)
    }
}

fn given(name: Option<&str>) -> Option<Box<str>> {
    name.filter(|name| !name.is_empty()).map(Into::into)
}

/// Numbers stand before other addresses.
fn add(contact: &mut Contact, address: &Address) {
    let addresses = &mut contact.addresses;
    if !addresses.contains(address) {
        addresses.push(address.clone());
        addresses.sort_by_key(|address| address.phone().is_none());
    }
}
