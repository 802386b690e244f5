//! `GET /contacts/:uuid/messages`.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use dragoman_core::message::{Body, Stored};

use super::super::errors::Error;
use super::super::paging::{List, Part};
use super::super::render::Setting;
use super::super::{attachments, created, objects, wire, wording};
use super::shown::Asked;
use crate::services::Services;

/// `GET /contacts/:uuid/messages`: what was said in all conversations, the newest first.
pub(super) async fn messages(
    State(services): State<Arc<Services>>,
    asked: Asked,
) -> Result<Json<wire::History>, Error> {
    let part = Part::read(&asked.params, List::Messages)?;
    let found = services
        .contacts
        .history(asked.caller.account, asked.contact(), part.span())
        .await?
        .ok_or(Error::NotFound)?;
    let now = services.clock.now();
    let mut shown = Vec::with_capacity(found.items.len());
    for message in &found.items {
        let setting = Setting {
            catalog: &asked.caller.catalog,
            channel: message.channel,
            contact: &message.contact,
            conversation: &message.conversation,
            public_url: &services.public_url,
        };
        let mut past = past(message, &setting);
        if is_here(&services, message).await? {
            past.attachments
                .extend(attachments::of(message, &services.links, now));
        }
        shown.push(past);
    }
    Ok(Json(wire::History {
        messages: shown,
        meta: part.place(List::Messages, &found),
    }))
}

/// Whether the file of a message can be had: a customer's may never have come, or be gone.
async fn is_here(services: &Services, message: &Stored) -> Result<bool, Error> {
    match attachments::kept(message) {
        Some(id) => {
            let file = services.files.file(message.tenant(), id).await?;
            Ok(file.is_some())
        }
        None => Ok(true),
    }
}

/// Whose message it was, and what it says.
struct Said {
    uuid: String,
    text: String,
    status: &'static str,
    from: String,
    to: String,
}

fn past(message: &Stored, setting: &Setting<'_>) -> wire::PastMessage {
    let business = created::sender(setting);
    let own_id = message.id.simple();
    let said = match &message.body {
        Body::Outbound(body) => Said {
            uuid: own_id,
            text: wording::sent(&body.content),
            status: "sent",
            from: business,
            to: body.to.value().to_owned(),
        },
        Body::Inbound(body) => Said {
            uuid: body.provider_id.to_string(),
            text: wording::received(&body.content),
            status: "received",
            from: body
                .from
                .first()
                .map_or_else(String::new, |address| address.value().to_owned()),
            to: business,
        },
        // The original has the customer on both sides of a note.
        Body::Note(note) => Said {
            uuid: own_id,
            text: note.text.to_string(),
            status: "note",
            from: customer(message),
            to: customer(message),
        },
    };
    wire::PastMessage {
        uuid: said.uuid,
        text: said.text,
        status: said.status,
        channel: objects::source(setting.catalog, setting.channel),
        from: said.from,
        to: said.to,
        attachments: Vec::new(),
        created_at: objects::date(message.id.at()),
    }
}

fn customer(message: &Stored) -> String {
    let addresses = &message.contact.addresses;
    let first = addresses.first();
    first.map_or_else(String::new, |address| address.value().to_owned())
}
