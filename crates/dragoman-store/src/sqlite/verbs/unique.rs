//! Names that must be unique among slow data.

use dragoman_core::Id;
use dragoman_core::catalog::{Catalog, Change};

/// What a change would take from another record; `None` when it takes nothing.
pub(crate) fn conflict(catalog: &Catalog, change: &Change) -> Option<String> {
    match change {
        Change::Account(new) => {
            let mut others = catalog.accounts.iter().filter(|a| a.id != new.id);
            let taken = others.any(|other| other.name == new.name);
            taken.then(|| format!("the account name {}", new.name))
        }
        Change::Channel(new) => {
            let mut others = catalog.channels.iter().filter(|c| c.id != new.id);
            let clash = others.find_map(|other| {
                if other.slug == new.slug {
                    return Some(format!("the slug {}", new.slug));
                }
                let same = other.driver == new.driver && other.provider_id == new.provider_id;
                same.then(|| format!("the {} sender {}", new.driver, new.provider_id))
            });
            clash.or_else(|| {
                let owner = catalog.channel(new.id).map(|channel| channel.account);
                moved(owner, new.account, new.id)
            })
        }
        Change::User(new) => {
            let mut others = catalog.users.iter().filter(|user| user.id != new.id);
            let taken = others.any(|other| {
                other.account == new.account && other.email.eq_ignore_ascii_case(&new.email)
            });
            let known = catalog.users.iter().find(|user| user.id == new.id);
            taken
                .then(|| format!("the address {}", new.email))
                .or_else(|| moved(known.map(|user| user.account), new.account, new.id))
        }
        Change::OnpremUser(new) => {
            let mut others = catalog.onprem_users.iter().filter(|user| user.id != new.id);
            let taken = others.any(|other| other.channel == new.channel && other.name == new.name);
            taken.then(|| format!("the user name {}", new.name))
        }
        Change::MediaProvider(new) => {
            let known = catalog.media_provider(new.channel, &new.name);
            let taken = known.is_some_and(|known| known.id != new.id);
            taken.then(|| format!("the media provider {}", new.name))
        }
        Change::Token(new) => {
            let known = catalog.tokens.iter().find(|token| token.id == new.id);
            moved(known.map(|token| token.account), new.account, new.id)
        }
        Change::Team(new) => {
            let known = catalog.teams.iter().find(|team| team.id == new.id);
            moved(known.map(|team| team.account), new.account, new.id)
        }
        Change::Funnel(new) => {
            let known = catalog.funnels.iter().find(|one| one.id == new.id);
            moved(known.map(|one| one.account), new.account, new.id)
        }
        Change::CustomStatus(new) => {
            let mut known = catalog.custom_statuses.iter();
            let known = known.find(|one| one.id == new.id);
            moved(known.map(|one| one.account), new.account, new.id)
        }
        Change::CustomField(new) => {
            let mut others = catalog.custom_fields.iter().filter(|one| one.id != new.id);
            let taken = others.any(|other| other.account == new.account && other.name == new.name);
            let known = catalog.custom_fields.iter().find(|one| one.id == new.id);
            taken
                .then(|| format!("the field name {}", new.name))
                .or_else(|| moved(known.map(|one| one.account), new.account, new.id))
        }
        Change::Template(new) => {
            let mut known = catalog.templates.iter();
            let known = known.find(|template| template.id == new.id);
            moved(known.map(|template| template.account), new.account, new.id)
        }
        Change::Subscription(new) => {
            let known = catalog.subscriptions.iter().find(|s| s.id == new.id);
            moved(known.map(|s| s.account), new.account, new.id)
        }
        Change::OnpremSettings(_)
        | Change::RemoveToken(_)
        | Change::EndSession(_)
        | Change::RemoveTeam(_)
        | Change::RemoveUser(_)
        | Change::RemoveFunnel(_)
        | Change::RemoveCustomStatus(_)
        | Change::RemoveCustomField(_)
        | Change::RemoveTemplate(_)
        | Change::RemoveSubscription(_)
        | Change::RemoveOnpremSettings(_)
        | Change::RemoveOnpremUser(_)
        | Change::RemoveMediaProvider(_) => None,
    }
}

/// A record never moves to another account: its id is taken there.
fn moved(owner: Option<Id>, account: Id, id: Id) -> Option<String> {
    owner
        .is_some_and(|owner| owner != account)
        .then(|| format!("the id {id}"))
}
