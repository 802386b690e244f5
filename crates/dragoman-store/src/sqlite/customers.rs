//! The port for customers.

use std::sync::Arc;

use async_trait::async_trait;
use dragoman_core::contact::{Customer, CustomerChange};
use dragoman_core::message::Stored;
use dragoman_core::ports::{
    Contacts, Introduction, Listing, Moment, NewNote, Span, StoreError, Wanted,
};
use dragoman_core::{Address, Id, MessageId};

use super::SqliteStore;

#[async_trait]
impl Contacts for SqliteStore {
    async fn customer(&self, _: Id, _: Id) -> Result<Option<Customer>, StoreError> {
        Err(self.unwell())
    }

    async fn reached_at(&self, _: Id, _: &Address) -> Result<Option<Customer>, StoreError> {
        Err(self.unwell())
    }

    async fn customers(&self, _: Id, _: &Wanted, _: Span) -> Result<Listing<Customer>, StoreError> {
        Err(self.unwell())
    }

    async fn introduce(&self, _: Introduction) -> Result<(Customer, bool), StoreError> {
        Err(self.unwell())
    }

    async fn change_customer(
        &self,
        _: Id,
        _: Id,
        _: Option<Id>,
        _: Vec<CustomerChange>,
        _: Moment,
    ) -> Result<Option<Customer>, StoreError> {
        Err(self.unwell())
    }

    async fn forget(&self, _: Id, _: Id, _: Moment) -> Result<bool, StoreError> {
        Err(self.unwell())
    }

    async fn history(
        &self,
        _: Id,
        _: Id,
        _: Span,
    ) -> Result<Option<Listing<Arc<Stored>>>, StoreError> {
        Err(self.unwell())
    }

    async fn note(&self, _: NewNote) -> Result<Option<MessageId>, StoreError> {
        Err(self.unwell())
    }

    async fn erase(&self, _: Id, _: MessageId, _: Moment) -> Result<bool, StoreError> {
        Err(self.unwell())
    }
}
