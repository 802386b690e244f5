//! What happened to somebody rather than to a message.

use crate::catalog::{Catalog, Change, StopReason, Team, TokenScope, User};
use crate::id::Id;
use crate::raw::Raw;
use crate::time::Timestamp;

/// Something that happened to a customer or a collaborator. Shares its sequence numbers with
/// [`Event`](crate::event::Event).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct News {
    /// Counted by the store in the order of commits, from 1.
    pub seq: i64,
    /// The tenant.
    pub account: Id,
    /// When we recorded it.
    pub at: Timestamp,
    /// What happened.
    pub what: Tidings,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tidings {
    /// To a customer.
    Contact {
        /// Public id of the contact.
        contact: Id,
        /// The channel of the conversation that it is about.
        channel: Option<Id>,
        /// What.
        what: ContactNews,
    },
    /// To a collaborator.
    Staff(StaffNews),
    /// To nobody: a dialect tells its own subscribers.
    Notice(Notice),
    /// To a subscription.
    Delivery(DeliveryNews),
}

/// How the deliveries to a subscription go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeliveryNews {
    /// Public id of the subscription.
    pub subscription: Id,
    /// When the first try failed since the last one that did not.
    pub failing_since: Option<Timestamp>,
    /// Set when the gateway has stopped calling it.
    pub stopped: Option<StopReason>,
}

/// What a dialect tells its own subscribers, beside messages and statuses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// The channel whose subscribers hear it.
    pub channel: Id,
    /// The format whose subscribers hear it.
    pub format: Box<str>,
    /// What they hear: the webhook's body, as JSON.
    pub body: Raw,
}

/// What happened to a customer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ContactNews {
    /// They are new.
    Created,
    /// Something about them or their conversation has changed.
    Updated,
    /// They are gone.
    Deleted,
    /// A conversation began or was taken up again.
    Opened,
    /// A conversation is over.
    Closed {
        /// Why, in the words of the API (`issue_resolved`).
        reason: Box<str>,
    },
}

/// What happened to a collaborator, with the records as they stood then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StaffNews {
    /// They are available or not, or say why.
    Status(User),
    /// They came or went.
    Session(User, Session),
    /// They joined or left a team.
    Membership(User, Team, Membership),
}

/// How a session of a collaborator begins or ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Session {
    LoggedIn,
    LoggedOut,
    EndedBySystem,
}

/// A collaborator's way into or out of a team.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Membership {
    Added,
    Removed,
}

/// What a change of slow data means for collaborators. `before` is how things stood.
pub fn of_change(before: &Catalog, change: &Change) -> Vec<StaffNews> {
    match change {
        Change::User(new) => of_user(before, new),
        Change::RemoveUser(user) => match before.user(*user) {
            Some(gone) => memberships(before, gone, &gone.teams, &[]),
            None => Vec::new(),
        },
        Change::Token(token) => of_session(before, &token.scope, Session::LoggedIn),
        Change::RemoveToken(token) => of_token(before, *token, Session::LoggedOut),
        Change::EndSession(token) => of_token(before, *token, Session::EndedBySystem),
        Change::Account(_)
        | Change::Channel(_)
        | Change::Team(_)
        | Change::Funnel(_)
        | Change::CustomStatus(_)
        | Change::CustomField(_)
        | Change::Template(_)
        | Change::Subscription(_)
        | Change::OnpremUser(_)
        | Change::OnpremSettings(_)
        | Change::MediaProvider(_)
        | Change::RemoveTeam(_)
        | Change::RemoveFunnel(_)
        | Change::RemoveCustomStatus(_)
        | Change::RemoveCustomField(_)
        | Change::RemoveTemplate(_)
        | Change::RemoveSubscription(_)
        | Change::RemoveOnpremSettings(_)
        | Change::RemoveOnpremUser(_)
        | Change::RemoveMediaProvider(_) => Vec::new(),
    }
}

fn of_user(before: &Catalog, new: &User) -> Vec<StaffNews> {
    let known = before.user(new.id);
    let teams = known.map_or(&[][..], |known| &known.teams);
    let mut news = memberships(before, new, teams, &new.teams);
    let shown = |user: &User| (user.available, user.status);
    if known.is_some_and(|known| shown(known) != shown(new)) {
        news.push(StaffNews::Status(new.clone()));
    }
    news
}

fn memberships(catalog: &Catalog, user: &User, before: &[Id], after: &[Id]) -> Vec<StaffNews> {
    let find = |id: &Id| catalog.team_of(user.tenant(), *id).cloned();
    let left = before.iter().filter(|team| !after.contains(team));
    let joined = after.iter().filter(|team| !before.contains(team));
    let left = left
        .filter_map(find)
        .map(|team| (team, Membership::Removed));
    let joined = joined
        .filter_map(find)
        .map(|team| (team, Membership::Added));
    left.chain(joined)
        .map(|(team, membership)| StaffNews::Membership(user.clone(), team, membership))
        .collect()
}

fn of_token(before: &Catalog, token: Id, session: Session) -> Vec<StaffNews> {
    let mut tokens = before.tokens.iter();
    match tokens.find(|known| known.id == token) {
        Some(known) => of_session(before, &known.scope, session),
        None => Vec::new(),
    }
}

fn of_session(before: &Catalog, scope: &TokenScope, session: Session) -> Vec<StaffNews> {
    match scope {
        TokenScope::Session { user } => {
            let user = before.user(*user).cloned();
            let news = user.map(|user| StaffNews::Session(user, session));
            news.into_iter().collect()
        }
        TokenScope::Api(_) | TokenScope::Onprem { .. } => Vec::new(),
    }
}

#[cfg(test)]
#[path = "news_tests.rs"]
mod tests;
