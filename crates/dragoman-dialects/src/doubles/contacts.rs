//! Customers in memory.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use dragoman_core::Address;
use dragoman_core::contact::{Bot, Contact, Conversation, Customer, CustomerChange, Talk, apply};
use dragoman_core::message::{Body, Note, Stored};
use dragoman_core::news::ContactNews;
use dragoman_core::ports::*;
use dragoman_core::state::Fold;
use dragoman_core::submission::IdempotencyKey;
use dragoman_core::window::Heard;
use dragoman_core::{Id, MessageId, Tenant};

use super::MemoryStore;

/// What a [`MemoryStore`] knows of customers.
#[derive(Default)]
pub(super) struct People {
    known: Mutex<Vec<(Tenant, Customer)>>,
    /// The oldest first.
    said: Mutex<Vec<Arc<Stored>>>,
    told: Mutex<Vec<ContactNews>>,
    erased: Mutex<Vec<MessageId>>,
    forgotten: Mutex<Vec<Id>>,
    keys: Mutex<Vec<(IdempotencyKey, MessageId)>>,
}

impl MemoryStore {
    /// Makes a customer known, the newest of all.
    pub(crate) fn know(&self, account: Tenant, customer: Customer) {
        self.people.known.lock().unwrap().push((account, customer));
    }

    /// Adds to the history of its contact.
    pub(crate) fn say(&self, message: Stored) {
        self.people.said.lock().unwrap().push(Arc::new(message));
    }

    /// The news of all changes so far.
    pub(crate) fn told(&self) -> Vec<ContactNews> {
        self.people.told.lock().unwrap().clone()
    }

    /// Every message whose text was taken away.
    pub(crate) fn erased(&self) -> Vec<MessageId> {
        self.people.erased.lock().unwrap().clone()
    }

    /// The message that a key was used for.
    fn noted_before(&self, key: &IdempotencyKey) -> Result<Option<MessageId>, StoreError> {
        let keys = self.people.keys.lock().unwrap();
        match keys.iter().find(|(known, _)| known.key == key.key) {
            Some((known, _)) if known != key => Err(StoreError::KeyReused),
            found => Ok(found.map(|(_, message)| *message)),
        }
    }

    fn find(&self, account: Tenant, fits: impl Fn(&Customer) -> bool) -> Option<Customer> {
        let known = self.people.known.lock().unwrap();
        let mut own = known.iter().filter(|(of, _)| *of == account);
        own.find(|(_, one)| fits(one)).map(|(_, one)| one.clone())
    }

    fn edit(
        &self,
        (account, contact): (Tenant, Id),
        channel: Option<Id>,
        changes: &[CustomerChange],
        at: Moment,
    ) -> Option<Customer> {
        let mut known = self.people.known.lock().unwrap();
        let is_meant =
            |(of, one): &&mut (Tenant, Customer)| *of == account && one.contact.id == contact;
        let (_, customer) = known.iter_mut().find(is_meant)?;
        let mut talks = customer.talks.iter_mut();
        let talk = match channel {
            Some(channel) => talks.find(|talk| talk.channel == channel),
            None => talks.next(),
        };
        if channel.is_some() && talk.is_none() {
            return None;
        }
        let talk = talk.map(|talk| &mut talk.conversation);
        let contact = Arc::make_mut(&mut customer.contact);
        let news = apply(changes, contact, talk, at.now).ok()?;
        self.people.told.lock().unwrap().extend(news);
        Some(customer.clone())
    }
}

#[async_trait]
impl Contacts for MemoryStore {
    async fn customer(&self, account: Tenant, contact: Id) -> Result<Option<Customer>, StoreError> {
        self.well()?;
        Ok(self.find(account, |one| one.contact.id == contact))
    }

    async fn reached_at(
        &self,
        account: Tenant,
        address: &Address,
    ) -> Result<Option<Customer>, StoreError> {
        self.well()?;
        Ok(self.find(account, |one| one.contact.addresses.contains(address)))
    }

    async fn customers(
        &self,
        account: Tenant,
        wanted: &Wanted,
        span: Span,
    ) -> Result<Listing<Customer>, StoreError> {
        self.well()?;
        let catalog = self.catalog();
        let known = self.people.known.lock().unwrap();
        let marked = known.iter().enumerate().rev();
        let fitting = marked.filter(|(_, (of, one))| {
            let profile = one.contact.profile.as_deref();
            let has = |tag: &str| {
                profile.is_some_and(|profile| {
                    let mut tags = profile.tags.iter();
                    tags.any(|own| own.eq_ignore_ascii_case(tag))
                })
            };
            let talks_on = |source| {
                let mut talks = one.talks.iter();
                talks.any(|talk| {
                    let channel = catalog.channel(talk.channel);
                    channel.is_some_and(|channel| channel.source == source)
                })
            };
            let in_team = |team| one.talks.iter().any(|t| t.conversation.team == Some(team));
            *of == account
                && wanted.tags.iter().all(|tag| has(tag))
                && wanted.source.is_none_or(talks_on)
                && wanted.team.is_none_or(in_team)
        });
        let fitting = fitting.map(|(place, (_, one))| (place as i64 + 1, one.clone()));
        Ok(cut(fitting.collect(), span))
    }

    async fn introduce(&self, new: Introduction) -> Result<(Customer, bool), StoreError> {
        self.well()?;
        let known = self.find(new.account, |one| {
            one.contact.addresses.contains(&new.address)
        });
        let is_new = known.is_none();
        let mut customer = known.unwrap_or_else(|| Customer {
            contact: Arc::new(Contact {
                id: new.id,
                name: None,
                addresses: vec![new.address.clone()],
                created_at: new.at.now,
                profile: None,
            }),
            talks: Vec::new(),
        });
        let shares_key = |id: Id| id != new.id && id.shares_key(new.id);
        let is_used = |one: &Customer| shares_key(one.contact.id);
        let forgotten = self.people.forgotten.lock().unwrap().clone();
        if self.find(new.account, is_used).is_some() || forgotten.into_iter().any(shares_key) {
            return Err(StoreError::KeyReused);
        }
        let has_id = |one: &Customer| one.contact.id == new.id;
        let is_taken = self.find(new.account, has_id).is_some()
            || self.people.forgotten.lock().unwrap().contains(&new.id);
        if is_new && is_taken {
            return Err(StoreError::Taken(format!("the id {}", new.id).into()));
        }
        if customer.on(new.channel).is_none() {
            customer.talks.insert(0, talk(&new));
        }
        let id = customer.contact.id;
        let mut known = self.people.known.lock().unwrap();
        known.retain(|(_, one)| one.contact.id != id);
        known.push((new.account, customer));
        drop(known);
        if is_new {
            let mut told = self.people.told.lock().unwrap();
            told.extend([ContactNews::Created, ContactNews::Opened]);
        }
        let of = (new.account, id);
        let customer = self.edit(of, Some(new.channel), &new.changes, new.at);
        Ok((customer.expect("it was just made"), is_new))
    }

    async fn change_customer(
        &self,
        account: Tenant,
        contact: Id,
        channel: Option<Id>,
        changes: Vec<CustomerChange>,
        at: Moment,
    ) -> Result<Option<Customer>, StoreError> {
        self.well()?;
        Ok(self.edit((account, contact), channel, &changes, at))
    }

    async fn forget(&self, account: Tenant, contact: Id, _: Moment) -> Result<bool, StoreError> {
        self.well()?;
        let mut known = self.people.known.lock().unwrap();
        let before = known.len();
        known.retain(|(of, one)| *of != account || one.contact.id != contact);
        let was_there = known.len() < before;
        if was_there {
            self.people.told.lock().unwrap().push(ContactNews::Deleted);
            self.people.forgotten.lock().unwrap().push(contact);
        }
        Ok(was_there)
    }

    async fn history(
        &self,
        account: Tenant,
        contact: Id,
        span: Span,
    ) -> Result<Option<Listing<Arc<Stored>>>, StoreError> {
        if self.customer(account, contact).await?.is_none() {
            return Ok(None);
        }
        let said = self.people.said.lock().unwrap();
        let own = said.iter().rev().filter(|one| one.contact.id == contact);
        let own = own.map(|one| (one.id.row(), Arc::clone(one)));
        Ok(Some(cut(own.collect(), span)))
    }

    async fn note(&self, note: NewNote) -> Result<Option<MessageId>, StoreError> {
        let Some(customer) = self.customer(note.account, note.contact).await? else {
            return Ok(None);
        };
        let mut talks = customer.talks.iter();
        let wanted = |talk: &&Talk| note.channel.is_none_or(|channel| talk.channel == channel);
        let Some(talk) = talks.find(wanted) else {
            return Ok(None);
        };
        if let Some(key) = &note.key
            && let Some(first) = self.noted_before(key)?
        {
            return Ok(Some(first));
        }
        let id = MessageId::from_parts(note.at.machine.millis() << 12, (note.random >> 66) as i64);
        let mut keys = self.people.keys.lock().unwrap();
        keys.extend(note.key.map(|key| (key, id)));
        drop(keys);
        self.say(Stored {
            id,
            account: note.account.id(),
            channel: talk.channel,
            conversation: talk.conversation.clone(),
            contact: Arc::clone(&customer.contact),
            body: Body::Note(Arc::new(Note { text: note.text })),
            fold: Fold::ACCEPTED,
            provider_id: None,
        });
        Ok(Some(id))
    }

    async fn erase(
        &self,
        account: Tenant,
        message: MessageId,
        _: Moment,
    ) -> Result<bool, StoreError> {
        let was_there = self.message(account, message).await?.is_some();
        if was_there {
            self.people.erased.lock().unwrap().push(message);
        }
        Ok(was_there)
    }
}

fn talk(new: &Introduction) -> Talk {
    Talk {
        channel: new.channel,
        conversation: Conversation {
            number: 1,
            id: Id::fresh(new.at.machine, new.random),
            user: None,
            team: None,
            funnel: None,
            bot: Bot::Idle,
            created_at: new.at.now,
            closed_at: None,
        },
        last: None,
        heard: Heard::default(),
    }
}

/// The part of a list of marked things, the highest mark first.
fn cut<T>(all: Vec<(i64, T)>, span: Span) -> Listing<T> {
    let total = match span.from {
        From::Skip(_) => Some(all.len()),
        From::After(_) => None,
    };
    let skipped = match span.from {
        From::Skip(count) => count,
        From::After(mark) => all.iter().take_while(|(own, _)| *own >= mark).count(),
    };
    let mut rest = all.into_iter().skip(skipped);
    let part: Vec<_> = rest.by_ref().take(span.limit).collect();
    let more = rest.next().is_some();
    Listing {
        next: part.last().filter(|_| more).map(|(mark, _)| *mark),
        items: part.into_iter().map(|(_, item)| item).collect(),
        total,
    }
}
