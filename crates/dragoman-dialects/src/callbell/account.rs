//! The calls about the account itself: who calls, what it may have, its funnels.

use axum::Json;
use dragoman_core::Id;
use serde::Serialize;
use serde_json::{Value, json};

use super::caller::Caller;
use super::{objects, wire};

/// `GET /auth/me`. A token speaks for an account, not for a person: the token's own name, or the
/// account's where it has none, stands where the original has its owner, and the account's first
/// collaborator is whom to write to. `api_key` is the id of the token's record, because the token
/// itself is not kept.
pub(super) async fn me(caller: Caller) -> Json<wire::Me> {
    let catalog = &caller.catalog;
    let mine = |account: Id| account == caller.account;
    let token = catalog.tokens.iter().find(|token| token.id == caller.token);
    let name = token
        .map(|token| &token.name)
        .filter(|name| !name.is_empty());
    let account = || {
        let account = catalog.accounts.iter().find(|account| mine(account.id));
        account.map(|account| &account.name)
    };
    let user = catalog.users.iter().find(|user| mine(user.account));
    Json(wire::Me {
        status: "ok",
        user_email: user.map_or_else(String::new, |user| user.email.to_string()),
        user_name: name
            .or_else(account)
            .map_or_else(String::new, ToString::to_string),
        api_key: caller.token.simple(),
    })
}

/// `GET /plan`. Nothing is sold here and nothing is limited, so the numbers are what there is.
pub(super) async fn plan(caller: Caller) -> Json<Plan> {
    let catalog = &caller.catalog;
    let mine = |account: Id| account == caller.account;
    let users = catalog.users.iter().filter(|user| mine(user.account));
    let channels = catalog.channels.iter();
    let mut teams: Vec<_> = catalog.teams.iter().collect();
    teams.retain(|team| mine(team.account));
    teams.sort_by_key(|team| (team.created_at, team.id));
    let licenses = users.count();
    Json(Plan {
        plan: "self_hosted",
        included_channels: channels.filter(|channel| mine(channel.account)).count(),
        licenses,
        active_users: licenses,
        teams: teams
            .into_iter()
            .map(|team| objects::team(team, catalog))
            .collect(),
    })
}

/// `GET /funnels`, in their order. All of them: this list has no pages.
pub(super) async fn funnels(caller: Caller) -> Json<Value> {
    let mut all: Vec<_> = caller.catalog.funnels.iter().collect();
    all.retain(|funnel| funnel.account == caller.account);
    all.sort_by_key(|funnel| (funnel.position, funnel.id));
    let shown = all.into_iter().map(|funnel| Funnel {
        uuid: funnel.id.dashed(),
        name: funnel.name.to_string(),
        emoji: funnel.emoji.to_string(),
        position: funnel.position,
        created_at: objects::spaced_date(funnel.created_at),
    });
    Json(json!({ "funnels": shown.collect::<Vec<_>>() }))
}

/// What an account may have.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Plan {
    plan: &'static str,
    included_channels: usize,
    licenses: usize,
    active_users: usize,
    teams: Vec<wire::Team>,
}

/// A stage on a customer's way. Its id has dashes, and its date has spaces.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Funnel {
    uuid: String,
    name: String,
    emoji: String,
    position: u32,
    created_at: String,
}
