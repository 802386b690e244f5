//! What a change of slow data brings with it.

use super::{Catalog, Change, Team, TokenScope, User};
use crate::id::Id;

/// The changes that `change` comes to, itself among them, in the order in which they are to be
/// made: nothing is left that names a record which is gone, and one team of an account is its
/// default, if it has any. Conversations are left alone: a funnel or a team that is unknown is
/// read as none.
pub fn cascade(catalog: &Catalog, change: Change) -> Vec<Change> {
    match change {
        Change::Team(team) => with_team(catalog, team),
        Change::RemoveTeam(team) => without_team(catalog, team),
        Change::RemoveUser(user) => {
            let sessions = catalog.tokens.iter().filter(|token| {
                let scope = &token.scope;
                matches!(scope, TokenScope::Session { user: of } if *of == user)
            });
            let ends = sessions.map(|token| Change::EndSession(token.id));
            ends.chain([Change::RemoveUser(user)]).collect()
        }
        Change::RemoveOnpremUser(user) => {
            let logins = logins(catalog, user).map(Change::RemoveToken);
            logins.chain([Change::RemoveOnpremUser(user)]).collect()
        }
        Change::RemoveCustomStatus(status) => {
            let shows = |user: &&User| user.status.is_some_and(|(shown, _)| shown == status);
            let users = catalog.users.iter().filter(shows).cloned();
            let cleared = users.map(|user| {
                Change::User(User {
                    status: None,
                    ..user
                })
            });
            cleared
                .chain([Change::RemoveCustomStatus(status)])
                .collect()
        }
        alone @ (Change::Account(_)
        | Change::Token(_)
        | Change::Channel(_)
        | Change::User(_)
        | Change::Funnel(_)
        | Change::CustomStatus(_)
        | Change::CustomField(_)
        | Change::Template(_)
        | Change::Subscription(_)
        | Change::OnpremUser(_)
        | Change::OnpremSettings(_)
        | Change::MediaProvider(_)
        | Change::RemoveToken(_)
        | Change::EndSession(_)
        | Change::RemoveFunnel(_)
        | Change::RemoveCustomField(_)
        | Change::RemoveTemplate(_)
        | Change::RemoveSubscription(_)
        | Change::RemoveOnpremSettings(_)
        | Change::RemoveMediaProvider(_)) => vec![alone],
    }
}

/// The tokens that an On-Premises user was given.
fn logins(catalog: &Catalog, user: Id) -> impl Iterator<Item = Id> {
    let user = catalog.onprem_users.iter().find(|known| known.id == user);
    let tokens = catalog.tokens.iter().filter(move |token| {
        user.is_some_and(|known| {
            let scope = &token.scope;
            matches!(scope, TokenScope::Onprem { channel, user } if *channel == known.channel && *user == known.name)
        })
    });
    tokens.map(|token| token.id)
}

/// A team that becomes the default takes that from the one before it. Where there would be no
/// default it is this one: only another can take its place.
fn with_team(catalog: &Catalog, new: Team) -> Vec<Change> {
    let defaults = others(catalog, new.account, new.id).filter(|other| other.default);
    if !new.default {
        let default = defaults.count() == 0;
        return vec![Change::Team(Team { default, ..new })];
    }
    let replaced = defaults.cloned().map(|other| {
        Change::Team(Team {
            default: false,
            ..other
        })
    });
    replaced.chain([Change::Team(new)]).collect()
}

/// Its members leave it while it is still known. If it was the default, the oldest that is left is.
fn without_team(catalog: &Catalog, id: Id) -> Vec<Change> {
    let members = catalog
        .users
        .iter()
        .filter(|user| user.teams.contains(&id))
        .cloned();
    let leave = members.map(|mut user| {
        user.teams.retain(|team| *team != id);
        Change::User(user)
    });
    let mut changes: Vec<Change> = leave.chain([Change::RemoveTeam(id)]).collect();
    let gone = catalog.teams.iter().find(|team| team.id == id);
    if let Some(gone) = gone.filter(|gone| gone.default)
        && let Some(heir) = others(catalog, gone.account, id).next()
    {
        changes.push(Change::Team(Team {
            default: true,
            ..heir.clone()
        }));
    }
    changes
}

/// The other teams of an account.
fn others(catalog: &Catalog, account: Id, team: Id) -> impl Iterator<Item = &Team> {
    let teams = catalog.teams.iter();
    teams.filter(move |other| other.account == account && other.id != team)
}

#[cfg(test)]
#[path = "cascade_tests.rs"]
mod tests;
