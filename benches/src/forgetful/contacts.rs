//! Customers: nobody asks for them in a measurement.

use std::sync::Arc;

use async_trait::async_trait;
use dragoman_core::contact::{Customer, CustomerChange};
use dragoman_core::message::Stored;
use dragoman_core::ports::{
    Contacts, Introduction, Listing, Moment, NewNote, Span, StoreError, Wanted,
};
use dragoman_core::{Address, Id, MessageId, Tenant};

use super::Forgetful;

#[async_trait]
impl Contacts for Forgetful {
    async fn customer(&self, _: Tenant, _: Id) -> Result<Option<Customer>, StoreError> {
        unreachable!("no row asks for customers")
    }

    async fn reached_at(&self, _: Tenant, _: &Address) -> Result<Option<Customer>, StoreError> {
        unreachable!("no row asks for customers")
    }

    async fn customers(
        &self,
        _: Tenant,
        _: &Wanted,
        _: Span,
    ) -> Result<Listing<Customer>, StoreError> {
        unreachable!("no row asks for customers")
    }

    async fn introduce(&self, _: Introduction) -> Result<(Customer, bool), StoreError> {
        unreachable!("no row asks for customers")
    }

    async fn change_customer(
        &self,
        _: Tenant,
        _: Id,
        _: Option<Id>,
        _: Vec<CustomerChange>,
        _: Moment,
    ) -> Result<Option<Customer>, StoreError> {
        unreachable!("no row asks for customers")
    }

    async fn forget(&self, _: Tenant, _: Id, _: Moment) -> Result<bool, StoreError> {
        unreachable!("no row asks for customers")
    }

    async fn history(
        &self,
        _: Tenant,
        _: Id,
        _: Span,
    ) -> Result<Option<Listing<Arc<Stored>>>, StoreError> {
        unreachable!("no row asks for customers")
    }

    async fn note(&self, _: NewNote) -> Result<Option<MessageId>, StoreError> {
        unreachable!("no row asks for customers")
    }

    async fn erase(&self, _: Tenant, _: MessageId, _: Moment) -> Result<bool, StoreError> {
        unreachable!("no row asks for customers")
    }
}
