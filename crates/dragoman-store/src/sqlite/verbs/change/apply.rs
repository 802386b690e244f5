//! Slow data in memory.

use dragoman_core::Id;
use dragoman_core::catalog::{Catalog, Change};

/// Makes one change.
pub(super) fn run(catalog: &mut Catalog, change: Change) {
    match change {
        Change::Account(new) => put(&mut catalog.accounts, new, |one| one.id),
        Change::Token(new) => put(&mut catalog.tokens, new, |one| one.id),
        Change::Channel(new) => put(&mut catalog.channels, new, |one| one.id),
        Change::Team(new) => put(&mut catalog.teams, new, |one| one.id),
        Change::User(new) => put(&mut catalog.users, new, |one| one.id),
        Change::Funnel(new) => put(&mut catalog.funnels, new, |one| one.id),
        Change::CustomStatus(new) => put(&mut catalog.custom_statuses, new, |one| one.id),
        Change::CustomField(new) => put(&mut catalog.custom_fields, new, |one| one.id),
        Change::Template(new) => put(&mut catalog.templates, new, |one| one.id),
        Change::Subscription(new) => put(&mut catalog.subscriptions, new, |one| one.id),
        Change::OnpremUser(new) => put(&mut catalog.onprem_users, new, |one| one.id),
        Change::OnpremSettings(new) => put(&mut catalog.onprem_settings, new, |one| one.channel),
        Change::RemoveToken(id) | Change::EndSession(id) => {
            catalog.tokens.retain(|one| one.id != id);
        }
        Change::RemoveTeam(id) => catalog.teams.retain(|one| one.id != id),
        Change::RemoveUser(id) => catalog.users.retain(|one| one.id != id),
        Change::RemoveFunnel(id) => catalog.funnels.retain(|one| one.id != id),
        Change::RemoveCustomStatus(id) => catalog.custom_statuses.retain(|one| one.id != id),
        Change::RemoveCustomField(id) => catalog.custom_fields.retain(|one| one.id != id),
        Change::RemoveTemplate(id) => catalog.templates.retain(|one| one.id != id),
        Change::RemoveSubscription(id) => catalog.subscriptions.retain(|one| one.id != id),
        Change::RemoveOnpremSettings(id) => {
            catalog.onprem_settings.retain(|one| one.channel != id);
        }
        Change::RemoveOnpremUser(id) => catalog.onprem_users.retain(|one| one.id != id),
    }
}

/// Replaces the record with the same id, or adds it at the end.
fn put<T>(list: &mut Vec<T>, new: T, id: impl Fn(&T) -> Id) {
    match list.iter_mut().find(|old| id(old) == id(&new)) {
        Some(old) => *old = new,
        None => list.push(new),
    }
}
