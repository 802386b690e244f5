//! `POST /contacts`.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use dragoman_core::catalog::{Channel, Source};
use dragoman_core::contact::CustomerChange;
use dragoman_core::ports::{Introduction, StoreError};
use dragoman_core::{Address, Id};

use super::super::caller::Caller;
use super::super::errors::Error;
use super::super::form::{self, Form, Noted, REQUIRED};
use super::super::handlers::{self, Body, QueryOf};
use super::super::json::Object;
use super::super::params::Params;
use super::super::parse;
use super::changes;
use super::shown::Showing;
use crate::idempotency;
use crate::services::Services;

const PATH: &str = "/v1/contacts";

/// `POST /contacts`. Somebody who is known already is changed, so that a repeated call is harmless.
/// With an `Idempotency-Key` the repetition hears of the contact that the first call made, as it
/// stands now.
pub(super) async fn create(
    State(services): State<Arc<Services>>,
    caller: Caller,
    query: QueryOf,
    key: idempotency::Header,
    Body(body): Body,
) -> Result<Response, Error> {
    let showing = Showing::read(&services, &caller, &Params::read(query))?;
    let key = handlers::key(&key, &caller, PATH, &body)?;
    let object = parse::object(&body)?;
    let wish = Wish::read(&object, &caller)?;
    let channel = wish.channel;

    let id = match &key {
        Some(key) => Id::of_request(key),
        None => services.fresh_id(),
    };
    if key.is_some()
        && let Some(customer) = services.contacts.customer(caller.account, id).await?
    {
        let talk = customer.on(channel).or(customer.talks.first());
        let talk = talk.ok_or(Error::NotFound)?;
        let mut response = showing.answer(&customer, talk).into_response();
        handlers::mark_replayed(&mut response);
        return Ok(response);
    }
    let introduction = Introduction {
        account: caller.account,
        channel,
        address: wish.address,
        id,
        random: services.random.bits(),
        changes: wish.changes,
        at: services.moment(),
    };
    let (customer, _) = match services.contacts.introduce(introduction).await {
        Ok(introduced) => introduced,
        // The contact of an earlier call, gone since then.
        Err(StoreError::Taken(_)) if key.is_some() => return Err(Error::KeyReused),
        Err(error) => return Err(error.into()),
    };
    let talk = customer.on(channel).ok_or(Error::NotFound)?;
    Ok(showing.answer(&customer, talk).into_response())
}

/// Whom a call makes known.
struct Wish {
    channel: Id,
    address: Address,
    changes: Vec<CustomerChange>,
}

impl Wish {
    fn read(body: &Object<'_>, caller: &Caller) -> Result<Self, Error> {
        let (account, catalog) = (caller.account, &caller.catalog);
        let read = |form: &mut Form<'_>| {
            let source = parse::source(form, "source");
            let channel = parse::channel(form, "source", source, account, catalog);
            let messenger = channel.map(|channel| channel.source).or(source);
            let address = parse::recipient(form, "identifier", messenger);
            let by_user_id = by_user_id(form, channel);
            let name = form.required("name").and_then(|_| changes::name(form));
            let changes = changes::read(form, caller);
            source?;
            by_user_id?;
            let mut all = Vec::from_iter(name?);
            all.extend(changes?);
            Ok(Self {
                channel: channel?.id,
                address: address?,
                changes: all,
            })
        };
        form::examine(body, read).map_err(Error::Fields)
    }
}

/// Without an `identifier` there is a `bsuid`, and that needs a WhatsApp channel of its own: it is
/// known to one business only.
fn by_user_id(form: &mut Form<'_>, channel: Result<&Channel, Noted>) -> Result<(), Noted> {
    const FIELD: &str = "channel_uuid";
    let identifier = form.text("identifier")?;
    if identifier.is_some_and(|given| !given.is_empty()) || form.value("bsuid").is_none() {
        return Ok(());
    }
    if form.value(FIELD).is_none() {
        return Err(form.note(FIELD, REQUIRED));
    }
    match channel?.source {
        Source::Whatsapp => Ok(()),
        Source::Facebook | Source::Instagram | Source::Telegram => {
            Err(form.note(FIELD, "must be a WhatsApp channel"))
        }
    }
}
