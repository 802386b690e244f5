//! Customers, read and changed by people and programs.

use std::sync::Arc;

use async_trait::async_trait;

use super::{Moment, StoreError};
use crate::address::Address;
use crate::catalog::Source;
use crate::contact::{Customer, CustomerChange};
use crate::id::{Id, MessageId};
use crate::message::Stored;
use crate::submission::IdempotencyKey;
use crate::tenant::Tenant;

/// Keeps customers and the history of their conversations. Every verb that writes is atomic, tells
/// of itself as [`News`](crate::news::News) in the same commit, and returns when it is durable.
/// What another account has is like what there is not.
#[async_trait]
pub trait Contacts: Send + Sync {
    /// The customer with this id. One that was merged into another is that other.
    ///
    /// # Errors
    /// The store is unwell.
    async fn customer(&self, account: Tenant, contact: Id) -> Result<Option<Customer>, StoreError>;

    /// The customer who has this address.
    ///
    /// # Errors
    /// The store is unwell.
    async fn reached_at(
        &self,
        account: Tenant,
        address: &Address,
    ) -> Result<Option<Customer>, StoreError>;

    /// Customers of the account, the newest first.
    ///
    /// # Errors
    /// The store is unwell.
    async fn customers(
        &self,
        account: Tenant,
        wanted: &Wanted,
        span: Span,
    ) -> Result<Listing<Customer>, StoreError>;

    /// Finds the customer with this address, or makes one, and applies the changes to them and to
    /// their conversation on the channel, which is made too. Answers whether they are new.
    ///
    /// # Errors
    /// [`StoreError::KeyReused`] when the id was made of an idempotency key that another request has
    /// made a customer with, [`StoreError::Taken`] when the id that a new one shall have is in use,
    /// or the store is unwell.
    async fn introduce(&self, new: Introduction) -> Result<(Customer, bool), StoreError>;

    /// Applies the changes, all or none, to the customer and to their conversation on the channel;
    /// without a channel to the newest conversation. `None` when there is no such customer, or
    /// when they have no such conversation and a change needs one.
    ///
    /// # Errors
    /// The store is unwell.
    async fn change_customer(
        &self,
        account: Tenant,
        contact: Id,
        channel: Option<Id>,
        changes: Vec<CustomerChange>,
        at: Moment,
    ) -> Result<Option<Customer>, StoreError>;

    /// Forgets a customer: addresses, name, profile, and what was said. What waits to be sent to
    /// them is cancelled. Answers whether there was one. A long history goes part by part, and the
    /// customer with the last: until then they are there, and whoever was not answered asks again.
    ///
    /// # Errors
    /// The store is unwell.
    async fn forget(&self, account: Tenant, contact: Id, at: Moment) -> Result<bool, StoreError>;

    /// Messages and notes of a customer, the newest first, over all conversations. `None` when
    /// there is no such customer.
    ///
    /// # Errors
    /// The store is unwell.
    async fn history(
        &self,
        account: Tenant,
        contact: Id,
        span: Span,
    ) -> Result<Option<Listing<Arc<Stored>>>, StoreError>;

    /// Adds a note to a conversation. `None` when there is none.
    ///
    /// # Errors
    /// [`StoreError::KeyReused`], or the store is unwell.
    async fn note(&self, note: NewNote) -> Result<Option<MessageId>, StoreError>;

    /// Takes text and files of a message away. One that still waits is cancelled. Answers whether
    /// there was one.
    ///
    /// # Errors
    /// The store is unwell.
    async fn erase(
        &self,
        account: Tenant,
        message: MessageId,
        at: Moment,
    ) -> Result<bool, StoreError>;
}

/// Which customers. Each condition that is given holds of those listed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// They have a conversation on a channel of this messenger.
    pub source: Option<Source>,
    /// They have all these tags, in any case.
    pub tags: Vec<Box<str>>,
    /// A conversation of theirs belongs to this team.
    pub team: Option<Id>,
}

/// Which part of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// Where to begin.
    pub from: From,
    /// At most as many.
    pub limit: usize,
}

/// Where a part of a list begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum From {
    /// After as many.
    Skip(usize),
    /// After the one with this mark, wherever that stands by now; see [`Listing::next`].
    After(i64),
}

/// A part of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listing<T> {
    /// What is in it.
    pub items: Vec<T>,
    /// How many the whole list has, counted up to [`COUNTED`]; `None` for a part that began
    /// [`From::After`] a mark.
    pub total: Option<usize>,
    /// The mark after which the next part begins; `None` at the end.
    pub next: Option<i64>,
}

/// Lists are counted no further than this: nobody turns so many pages.
pub const COUNTED: usize = 100_000;

/// Somebody whom a program makes known.
#[derive(Clone, Debug)]
pub struct Introduction {
    /// The tenant.
    pub account: Tenant,
    /// Where they are talked to.
    pub channel: Id,
    /// How they are reached.
    pub address: Address,
    /// The id that they shall have if they are new.
    pub id: Id,
    /// Random bits for the id of a new conversation.
    pub random: u128,
    /// What else is known of them.
    pub changes: Vec<CustomerChange>,
    /// When.
    pub at: Moment,
}

/// A note that a program adds.
#[derive(Clone, Debug)]
pub struct NewNote {
    /// The tenant.
    pub account: Tenant,
    /// Whose conversation.
    pub contact: Id,
    /// On which channel; `None` is the newest conversation.
    pub channel: Option<Id>,
    /// What it says.
    pub text: Box<str>,
    /// Makes a repeated call harmless.
    pub key: Option<IdempotencyKey>,
    /// Random bits for its id.
    pub random: u128,
    /// When.
    pub at: Moment,
}
