//! `/v1/users/login` and `/v1/users/logout`.

use std::time::Duration;

use axum::extract::State;
use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use dragoman_core::Timestamp;
use dragoman_core::catalog::{Catalog, Change, OnpremUser, Policy, Token, TokenScope};
use dragoman_core::ports::edit;
use serde_json::json;

use super::managing;
use super::managing::{strong, with_password};
use super::token::jwt;
use crate::credentials::{outlived, token_hash};
use crate::passwords;
use crate::whatsapp_onprem::Onprem;
use crate::whatsapp_onprem::caller::{Caller, ThisChannel};
use crate::whatsapp_onprem::fields::Fields;
use crate::whatsapp_onprem::render::{Fault, answer, done};
use crate::whatsapp_onprem::wire::Body;

/// How long a token opens the API.
const LIFE: Duration = Duration::from_secs(7 * 24 * 3600);

/// A program that logs in before every call would fill the house with tokens: of one user's, so
/// many are kept, and the oldest go first.
const MOST_TOKENS: usize = 1000;

/// Gives a token for a name and a password, and changes the password when a new one comes along.
pub(in crate::whatsapp_onprem) async fn login(
    State(house): State<Onprem>,
    channel: ThisChannel,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Fault> {
    let entered = enter(&house, channel, &headers, &body).await;
    entered.map_err(Fault::challenging)
}

async fn enter(
    house: &Onprem,
    channel: ThisChannel,
    headers: &HeaderMap,
    body: &Body,
) -> Result<Response, Fault> {
    let services = &house.services;
    let (name, given) = basic(headers).ok_or_else(Fault::not_authenticated)?;
    let user = known_user(&services.store.catalog(), channel, &name, given).await?;
    let wish = new_password(body)?;
    if user.must_change && wish.is_none() {
        return Err(Fault::password_change());
    }
    let renewed = match wish {
        Some(wish) => Some(with_password(house, &user, wish).await?),
        None => None,
    };
    let now = services.clock.now();
    let (token, record) = new_token(house, channel, &name, now);
    edit(&*services.store, |catalog| {
        // Checking a password takes a while: by now it may be another one.
        if !catalog.onprem_users.contains(&user) {
            return Err(Fault::not_authenticated());
        }
        let outlived = outlived(catalog, &record.scope, MOST_TOKENS, now);
        let mut changes: Vec<_> = outlived.into_iter().map(Change::RemoveToken).collect();
        changes.extend(renewed.clone().map(Change::OnpremUser));
        changes.push(Change::Token(record.clone()));
        Ok((changes, ()))
    })
    .await?;
    let user = json!({ "token": token, "expires_after": expires_after(now.plus(LIFE)) });
    Ok(answer(StatusCode::OK, json!({ "users": [user] })))
}

/// Takes the token away that the call came with.
pub(in crate::whatsapp_onprem) async fn logout(
    State(house): State<Onprem>,
    caller: Caller,
) -> Result<Response, Fault> {
    let token = caller.login()?;
    edit(&*house.services.store, |catalog| {
        let mut tokens = catalog.tokens.iter();
        if !tokens.any(|known| known.id == token) {
            return Err(Fault::not_authenticated());
        }
        Ok((vec![Change::RemoveToken(token)], ()))
    })
    .await?;
    Ok(done())
}

/// Name and password of `Authorization: Basic …`.
fn basic(headers: &HeaderMap) -> Option<(String, String)> {
    let value = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, encoded) = value.split_once(' ')?;
    let text = STANDARD.decode(encoded.trim()).ok()?;
    let text = String::from_utf8(text).ok()?;
    let (name, password) = text.split_once(':')?;
    scheme
        .eq_ignore_ascii_case("basic")
        .then(|| (name.to_owned(), password.to_owned()))
}

async fn known_user(
    catalog: &Catalog,
    channel: ThisChannel,
    name: &str,
    given: String,
) -> Result<OnpremUser, Fault> {
    let user = managing::find(catalog, channel, name);
    let hash = user.map(|user| user.password_hash.clone());
    let right = passwords::is_right(hash, given).await;
    let right = right.ok_or_else(Fault::unavailable)?;
    user.filter(|_| right)
        .cloned()
        .ok_or_else(Fault::not_authenticated)
}

/// The body may be absent, empty or `{}`: clients do all of it.
fn new_password(body: &Body) -> Result<Option<String>, Fault> {
    let object = body.object_or_nothing()?;
    match Fields::root(&object).text("new_password")? {
        Some(wish) => strong(wish).map(Some),
        None => Ok(None),
    }
}

/// A token, and what is kept of it.
fn new_token(house: &Onprem, channel: ThisChannel, name: &str, now: Timestamp) -> (String, Token) {
    let services = &house.services;
    let key = services.links.key_for("onprem tokens");
    let expires = now.plus(LIFE);
    let token = jwt(&key, name, now, expires, services.random.bits());
    let record = Token {
        id: services.fresh_id(),
        account: channel.account.id(),
        name: "".into(),
        policy: Policy::default(),
        created_at: now,
        hash: token_hash(&token),
        scope: TokenScope::Onprem {
            channel: channel.id,
            user: name.into(),
        },
        expires_at: Some(expires),
        last_used_at: None,
    };
    (token, record)
}

/// `2021-07-25 08:50:48+00:00`, exactly so: clients take it apart.
fn expires_after(at: Timestamp) -> String {
    at.iso()
        .to_string()
        .replace('T', " ")
        .replace('Z', "+00:00")
}
