//! Slow data, as it changes.

use super::{
    Account, Channel, CustomField, CustomStatus, Funnel, MediaProvider, OnpremSettings, OnpremUser,
    Subscription, Team, Token, User,
};
use crate::id::Id;
use crate::template::Template;

/// One change of slow data. A record with the id of an existing one replaces it.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "one variant per kind of record")]
pub enum Change {
    Account(Account),
    Token(Token),
    Channel(Channel),
    Team(Team),
    User(User),
    Funnel(Funnel),
    CustomStatus(CustomStatus),
    CustomField(CustomField),
    Template(Template),
    Subscription(Subscription),
    OnpremUser(OnpremUser),
    OnpremSettings(OnpremSettings),
    MediaProvider(MediaProvider),
    /// Takes the token away.
    RemoveToken(Id),
    /// Takes a collaborator's session away because its time is over or its user has changed.
    EndSession(Id),
    /// Takes the team away; nobody is in it any more.
    RemoveTeam(Id),
    /// Takes the collaborator away, with every session.
    RemoveUser(Id),
    /// Takes the stage away; conversations in it are in none.
    RemoveFunnel(Id),
    /// Takes the status away; collaborators who show it show none.
    RemoveCustomStatus(Id),
    /// Takes the definition away; values that contacts have stay, as text.
    RemoveCustomField(Id),
    /// Takes the template away.
    RemoveTemplate(Id),
    /// Takes the subscription away; its deliveries end.
    RemoveSubscription(Id),
    /// Back to the defaults.
    RemoveOnpremSettings(Id),
    /// Takes the login away.
    RemoveOnpremUser(Id),
    /// Takes the credentials away.
    RemoveMediaProvider(Id),
}
