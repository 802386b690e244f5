//! Where a conversation stands: open or closed, in which stage of the funnel, and what
//! collaborators write about it.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use dragoman_core::contact::CustomerChange;
use dragoman_core::ports::NewNote;
use serde_json::{Value, json};

use super::super::errors::Error;
use super::super::form::{self, Form};
use super::super::handlers::{self, Body};
use super::super::{parse, wire};
use super::shown::Asked;
use crate::idempotency;
use crate::services::Services;

/// Why a program closes a conversation: the only reason that the documents name.
const RESOLVED: &str = "issue_resolved";

/// `POST /contacts/:uuid/conversation/open`. Nothing happens to one that is open.
pub(super) async fn open(
    State(services): State<Arc<Services>>,
    asked: Asked,
) -> Result<Json<wire::ContactAnswer>, Error> {
    let opened = asked.change(&services, vec![CustomerChange::Open]);
    opened.await?.answer(&services)
}

/// `POST /contacts/:uuid/conversation/close`. Nothing happens to one that is closed.
pub(super) async fn close(
    State(services): State<Arc<Services>>,
    asked: Asked,
) -> Result<Json<wire::ContactAnswer>, Error> {
    let reason = RESOLVED.into();
    let closed = asked.change(&services, vec![CustomerChange::Close { reason }]);
    closed.await?.answer(&services)
}

/// `PUT /contacts/:uuid/conversation/update_funnel`, with POST and with the path of the samples.
pub(super) async fn update_funnel(
    State(services): State<Arc<Services>>,
    asked: Asked,
    Body(body): Body,
) -> Result<Json<wire::ContactAnswer>, Error> {
    const FIELD: &str = "funnel_id";
    let object = parse::object(&body)?;
    let caller = &asked.caller;
    let funnel = |form: &mut Form<'_>| {
        let id = form.required(FIELD)?.parse().ok();
        let funnel = id.and_then(|id| caller.catalog.funnel_of(caller.account, id));
        funnel.ok_or_else(|| form.note(FIELD, "not found"))
    };
    let funnel = form::examine(&object, funnel).map_err(Error::Fields)?;
    let change = CustomerChange::Funnel(Some(funnel.id));
    asked
        .change(&services, vec![change])
        .await?
        .answer(&services)
}

/// `POST /contacts/:uuid/conversation/note`.
pub(super) async fn note(
    State(services): State<Arc<Services>>,
    asked: Asked,
    key: idempotency::Header,
    Body(body): Body,
) -> Result<Json<Value>, Error> {
    let path = format!("/v1/contacts/{}/conversation/note", asked.contact());
    let key = handlers::key(&key, &asked.caller, &path, &body)?;
    let object = parse::object(&body)?;
    let text = form::examine(&object, |form| form.required("text"));
    let text = text.map_err(Error::Fields)?;
    let note = NewNote {
        account: asked.caller.account,
        contact: asked.contact(),
        channel: asked.channel,
        text: text.into(),
        key,
        random: services.random.bits(),
        at: services.moment(),
    };
    let noted = services.contacts.note(note).await?;
    noted.ok_or(Error::NotFound)?;
    Ok(Json(json!({ "success": true })))
}
