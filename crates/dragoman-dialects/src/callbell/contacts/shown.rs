//! Which contact a call is about, and how it is shown.

use std::sync::Arc;

use axum::Json;
use axum::extract::{FromRequestParts, Path, Query};
use axum::http::request::Parts;
use dragoman_core::Id;
use dragoman_core::contact::{Customer, CustomerChange, Talk};

use super::super::caller::Caller;
use super::super::errors::Error;
use super::super::params::Params;
use super::super::render::Setting;
use super::super::{objects, wire};
use super::{fields, named};
use crate::services::Services;

/// A call about a contact of the caller's, the one that its path names.
pub(super) struct Asked {
    pub(super) caller: Caller,
    pub(super) params: Params,
    /// Who it is, as they stood when the call began.
    pub(super) customer: Customer,
    /// The channel whose conversation is meant; `None` is the newest one.
    pub(super) channel: Option<Id>,
    with_field_types: bool,
}

impl FromRequestParts<Arc<Services>> for Asked {
    type Rejection = Error;

    /// Comes before the body is read: whatever a call says of a contact that is not there, it is
    /// not there.
    async fn from_request_parts(
        parts: &mut Parts,
        services: &Arc<Services>,
    ) -> Result<Self, Error> {
        let caller = Caller::from_request_parts(parts, services).await?;
        let uuid = Path::<String>::from_request_parts(parts, services).await;
        let contact = uuid.ok().and_then(|Path(uuid)| uuid.parse().ok());
        let contact = contact.ok_or(Error::NotFound)?;
        let customer = services.contacts.customer(caller.account, contact).await?;
        let customer = customer.ok_or(Error::NotFound)?;

        let query = Query::from_request_parts(parts, services).await;
        let params = Params::read(query);
        let channel = named::channel(&params, &caller)?.map(|channel| channel.id);
        let with_field_types = named::field_types(&params)?;
        Ok(Self {
            caller,
            params,
            customer,
            channel,
            with_field_types,
        })
    }
}

impl Asked {
    /// The id of the contact.
    pub(super) fn contact(&self) -> Id {
        self.customer.contact.id
    }

    /// Makes changes of the contact and of the conversation that is meant.
    pub(super) async fn change(
        self,
        services: &Services,
        changes: Vec<CustomerChange>,
    ) -> Result<Self, Error> {
        let (account, at) = (self.caller.account, services.moment());
        let changed = services
            .contacts
            .change_customer(account, self.contact(), self.channel, changes, at)
            .await?;
        Ok(Self {
            customer: changed.ok_or(Error::NotFound)?,
            ..self
        })
    }

    /// The conversation that is meant.
    pub(super) fn talk(&self) -> Result<&Talk, Error> {
        let talk = match self.channel {
            Some(channel) => self.customer.on(channel),
            None => self.customer.talks.first(),
        };
        talk.ok_or(Error::NotFound)
    }

    /// The answer that shows the contact.
    pub(super) fn answer(&self, services: &Services) -> Result<Json<wire::ContactAnswer>, Error> {
        let showing = Showing {
            caller: &self.caller,
            public_url: &services.public_url,
            with_field_types: self.with_field_types,
        };
        Ok(showing.answer(&self.customer, self.talk()?))
    }
}

/// How a call wants contacts shown.
pub(super) struct Showing<'a> {
    caller: &'a Caller,
    public_url: &'a str,
    with_field_types: bool,
}

impl<'a> Showing<'a> {
    /// Reads it from the query.
    pub(super) fn read(
        services: &'a Services,
        caller: &'a Caller,
        params: &Params,
    ) -> Result<Self, Error> {
        Ok(Self {
            caller,
            public_url: &services.public_url,
            with_field_types: named::field_types(params)?,
        })
    }

    /// A contact with one of their conversations.
    pub(super) fn contact(&self, customer: &Customer, talk: &Talk) -> wire::Contact {
        let catalog = &self.caller.catalog;
        let mut shown = objects::contact(&Setting {
            catalog,
            channel: talk.channel,
            contact: &customer.contact,
            conversation: &talk.conversation,
            public_url: self.public_url,
        });
        if self.with_field_types {
            let typed = fields::typed(&customer.contact, self.caller.account, catalog);
            shown.custom_fields_metadata = Some(typed);
        }
        shown
    }

    /// The answer that shows one.
    pub(super) fn answer(&self, customer: &Customer, talk: &Talk) -> Json<wire::ContactAnswer> {
        let contact = self.contact(customer, talk);
        Json(wire::ContactAnswer { contact })
    }
}
