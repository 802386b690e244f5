//! `GET /contacts`.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use dragoman_core::catalog::Catalog;
use dragoman_core::contact::{Customer, Talk};
use dragoman_core::ports::Wanted;

use super::super::caller::Caller;
use super::super::errors::Error;
use super::super::handlers::QueryOf;
use super::super::paging::{List, Part};
use super::super::params::Params;
use super::super::wire;
use super::named;
use super::shown::Showing;
use crate::services::Services;

/// `GET /contacts`, optionally only those with a `source`, with all of some `tags`, or of a
/// `team_uuid`.
pub(super) async fn contacts(
    State(services): State<Arc<Services>>,
    caller: Caller,
    query: QueryOf,
) -> Result<Json<wire::ContactList>, Error> {
    let params = Params::read(query);
    let wanted = wanted(&params, &caller)?;
    let part = Part::read(&params, List::Contacts)?;
    let showing = Showing::read(&services, &caller, &params)?;
    let found = services
        .contacts
        .customers(caller.account, &wanted, part.span())
        .await?;
    let shown = found.items.iter().filter_map(|customer| {
        let talk = fitting(customer, &wanted, &caller.catalog)?;
        Some(showing.contact(customer, talk))
    });
    Ok(Json(wire::ContactList {
        contacts: shown.collect(),
        meta: part.place(List::Contacts, &found),
    }))
}

fn wanted(params: &Params, caller: &Caller) -> Result<Wanted, Error> {
    Ok(Wanted {
        source: named::source(params)?,
        tags: params.names("tags").into_iter().map(Into::into).collect(),
        team: named::team(params, caller)?,
    })
}

/// The newest conversation for whose sake the contact is in the list.
fn fitting<'a>(customer: &'a Customer, wanted: &Wanted, catalog: &Catalog) -> Option<&'a Talk> {
    let has_source = |talk: &&Talk| {
        let channel = catalog.channel(talk.channel);
        wanted
            .source
            .is_none_or(|source| channel.is_some_and(|channel| channel.source == source))
    };
    let in_team = |talk: &&Talk| {
        let of_talk = talk.conversation.team;
        wanted.team.is_none_or(|team| of_talk == Some(team))
    };
    let talks = || customer.talks.iter();
    talks()
        .find(|talk| has_source(talk) && in_team(talk))
        .or_else(|| talks().find(has_source))
}
