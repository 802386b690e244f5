//! Accounts and their tokens.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use dragoman_core::Id;
use dragoman_core::catalog::{Account, Change, Policy, Token, TokenScope};
use dragoman_core::ports::edit;
use serde::{Deserialize, Serialize};

use super::Room;
use super::answer::{Body, Problem, check_name};
use crate::credentials::token_hash;

#[derive(Serialize)]
struct AccountBody {
    id: String,
    name: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewAccount {
    name: String,
    uuid: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewToken {
    /// Name or uuid of the account.
    account: String,
}

#[derive(Serialize)]
struct TokenBody {
    id: String,
    token: String,
}

pub(super) async fn list(
    State(native): Room,
    headers: HeaderMap,
) -> Result<impl IntoResponse, Problem> {
    let caller = native.caller(&headers)?;
    let catalog = native.catalog();
    let visible = catalog
        .accounts
        .iter()
        .filter(|account| caller.may(account.id));
    let accounts: Vec<AccountBody> = visible
        .map(|account| AccountBody {
            id: account.id.simple(),
            name: account.name.to_string(),
        })
        .collect();
    Ok(Json(serde_json::json!({ "accounts": accounts })))
}

pub(super) async fn create(
    State(native): Room,
    headers: HeaderMap,
    body: Body,
) -> Result<impl IntoResponse, Problem> {
    native.caller(&headers)?.operator()?;
    let new: NewAccount = body.read()?;
    check_name("name", &new.name)?;
    let id = native
        .services
        .id_or_fresh(new.uuid.as_deref())
        .ok_or_else(bad_uuid)?;
    let account = Account {
        id,
        name: new.name.as_str().into(),
        created_at: native.services.clock.now(),
    };
    edit(&*native.services.store, |catalog| {
        // A record with the same id would take its place.
        if catalog.accounts.iter().any(|known| known.id == id) {
            return Err(Problem::Taken(format!("the uuid {id}")));
        }
        Ok((vec![Change::Account(account.clone())], ()))
    })
    .await?;
    Ok((
        StatusCode::CREATED,
        Json(AccountBody {
            id: id.simple(),
            name: new.name,
        }),
    ))
}

pub(super) async fn create_token(
    State(native): Room,
    headers: HeaderMap,
    body: Body,
) -> Result<impl IntoResponse, Problem> {
    native.caller(&headers)?.operator()?;
    let new: NewToken = body.read()?;
    let account = find_account(&native, &new.account)?;
    let random = &native.services.random;
    let token = format!("dgm_{:032x}{:032x}", random.bits(), random.bits());
    let id = native.services.fresh_id();
    let record = Token {
        id,
        account,
        hash: token_hash(&token),
        name: "".into(),
        policy: Policy::default(),
        created_at: native.services.clock.now(),
        scope: TokenScope::Api,
        expires_at: None,
    };
    native
        .services
        .store
        .change(vec![Change::Token(record)])
        .await?;
    Ok((
        StatusCode::CREATED,
        Json(TokenBody {
            id: id.simple(),
            token,
        }),
    ))
}

/// The account of that name or uuid.
pub(super) fn find_account(native: &super::Native, name: &str) -> Result<Id, Problem> {
    let catalog = native.catalog();
    let by_id = || {
        name.parse()
            .ok()
            .and_then(|id: Id| catalog.accounts.iter().find(|account| account.id == id))
    };
    let found = catalog.account_by_name(name).or_else(by_id);
    found
        .map(|account| account.id)
        .ok_or_else(|| Problem::invalid("account", format!("no account {name:?}")))
}

pub(super) fn bad_uuid() -> Problem {
    Problem::invalid("uuid", "not a uuid")
}
