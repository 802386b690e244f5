//! Slow data, changed.

use super::{Catalog, Change};
use crate::id::Id;

impl Catalog {
    /// Makes one change, without what it brings with it; see [`cascade`](super::cascade).
    pub fn apply(&mut self, change: Change) {
        match change {
            Change::Account(new) => put(&mut self.accounts, new, |one| one.id),
            Change::Token(new) => put(&mut self.tokens, new, |one| one.id),
            Change::Channel(new) => put(&mut self.channels, new, |one| one.id),
            Change::Team(new) => put(&mut self.teams, new, |one| one.id),
            Change::User(new) => put(&mut self.users, new, |one| one.id),
            Change::Funnel(new) => put(&mut self.funnels, new, |one| one.id),
            Change::CustomStatus(new) => put(&mut self.custom_statuses, new, |one| one.id),
            Change::CustomField(new) => put(&mut self.custom_fields, new, |one| one.id),
            Change::Template(new) => put(&mut self.templates, new, |one| one.id),
            Change::Subscription(new) => put(&mut self.subscriptions, new, |one| one.id),
            Change::OnpremUser(new) => put(&mut self.onprem_users, new, |one| one.id),
            Change::OnpremSettings(new) => put(&mut self.onprem_settings, new, |one| one.channel),
            Change::MediaProvider(new) => put(&mut self.media_providers, new, |one| one.id),
            Change::RemoveToken(id) | Change::EndSession(id) => {
                self.tokens.retain(|one| one.id != id);
            }
            Change::RemoveTeam(id) => self.teams.retain(|one| one.id != id),
            Change::RemoveUser(id) => self.users.retain(|one| one.id != id),
            Change::RemoveFunnel(id) => self.funnels.retain(|one| one.id != id),
            Change::RemoveCustomStatus(id) => self.custom_statuses.retain(|one| one.id != id),
            Change::RemoveCustomField(id) => self.custom_fields.retain(|one| one.id != id),
            Change::RemoveTemplate(id) => self.templates.retain(|one| one.id != id),
            Change::RemoveSubscription(id) => self.subscriptions.retain(|one| one.id != id),
            Change::RemoveOnpremSettings(id) => {
                self.onprem_settings.retain(|one| one.channel != id);
            }
            Change::RemoveOnpremUser(id) => self.onprem_users.retain(|one| one.id != id),
            Change::RemoveMediaProvider(id) => self.media_providers.retain(|one| one.id != id),
        }
    }
}

/// Replaces the record with the same id, or adds it at the end.
fn put<T>(list: &mut Vec<T>, new: T, id: impl Fn(&T) -> Id) {
    match list.iter_mut().find(|old| id(old) == id(&new)) {
        Some(old) => *old = new,
        None => list.push(new),
    }
}
