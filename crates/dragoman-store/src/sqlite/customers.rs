//! The port for customers.

mod forgetting;
mod history;
mod listed;
mod part;

use std::sync::Arc;

use async_trait::async_trait;
use dragoman_core::contact::{Customer, CustomerChange};
use dragoman_core::message::Stored;
use dragoman_core::ports::{
    Contacts, Introduction, Listing, Moment, NewNote, Span, StoreError, Wanted,
};
use dragoman_core::{Address, Id, MessageId, Tenant};

use super::{SqliteStore, verbs};
use crate::index::people::People;

#[async_trait]
impl Contacts for SqliteStore {
    async fn customer(&self, account: Tenant, contact: Id) -> Result<Option<Customer>, StoreError> {
        let row = self.contact_row(account, contact).await?;
        let customer = row.and_then(|row| self.commons.index().customer(row));
        self.sound(customer)
    }

    async fn reached_at(
        &self,
        account: Tenant,
        address: &Address,
    ) -> Result<Option<Customer>, StoreError> {
        self.sound(self.reached(account, address))
    }

    async fn customers(
        &self,
        account: Tenant,
        wanted: &Wanted,
        span: Span,
    ) -> Result<Listing<Customer>, StoreError> {
        let listing = self.listed(account, wanted, span).await?;
        self.sound(listing)
    }

    async fn introduce(&self, new: Introduction) -> Result<(Customer, bool), StoreError> {
        self.write(move |batch| verbs::customer::introduce(batch, &new))
            .await?
    }

    async fn change_customer(
        &self,
        account: Tenant,
        contact: Id,
        channel: Option<Id>,
        changes: Vec<CustomerChange>,
        at: Moment,
    ) -> Result<Option<Customer>, StoreError> {
        let whom = (account, contact);
        self.write(move |batch| verbs::customer::change(batch, whom, channel, &changes, at))
            .await
    }

    async fn forget(&self, account: Tenant, contact: Id, at: Moment) -> Result<bool, StoreError> {
        match self.contact_row(account, contact).await? {
            Some(row) => self.forget_in_steps(account, contact, row, at.now).await,
            None => self.sound(false),
        }
    }

    async fn history(
        &self,
        account: Tenant,
        contact: Id,
        span: Span,
    ) -> Result<Option<Listing<Arc<Stored>>>, StoreError> {
        let history = match self.contact_row(account, contact).await? {
            Some(row) => self.said_with(row, span).await?,
            None => None,
        };
        self.sound(history)
    }

    async fn note(&self, note: NewNote) -> Result<Option<MessageId>, StoreError> {
        self.write(move |batch| verbs::note::run(batch, note))
            .await?
    }

    async fn erase(
        &self,
        account: Tenant,
        message: MessageId,
        at: Moment,
    ) -> Result<bool, StoreError> {
        self.write(move |batch| verbs::erase::run(batch, account, message, at.now))
            .await
    }
}

impl SqliteStore {
    /// The row of the contact with this public id, whatever has become of it.
    async fn contact_row(&self, account: Tenant, contact: Id) -> Result<Option<i64>, StoreError> {
        let account = self.commons.index().rows.get(&account.id()).copied();
        match account {
            Some(account) => {
                self.read(move |connection| Ok(verbs::people::row(connection, account, contact)?))
                    .await
            }
            None => Ok(None),
        }
    }

    fn reached(&self, account: Tenant, address: &Address) -> Option<Customer> {
        let index = self.commons.index();
        let account = index.rows.get(&account.id())?;
        let contact = index.addresses.get(&(*account, address.clone()))?;
        index.customer(*contact)
    }
}
