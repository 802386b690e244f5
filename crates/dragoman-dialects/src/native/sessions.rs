//! Sessions: collaborators log in with a password and get a token for a while.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use dragoman_core::catalog::{Change, Policy, Token, TokenScope, User};
use dragoman_core::ports::edit;
use dragoman_core::rate::Bucket;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::answer::Problem;
use super::call::{Body, find_account};
use super::operation::Operation;
use super::record::Removed;
use super::{Native, Room};
use crate::credentials::{outlived, token_hash};
use crate::limits::Later;
use crate::passwords;

/// How long a session lasts.
const LIFE: Duration = Duration::from_secs(12 * 3600);

/// A program that logs in before every call would fill the house with tokens: of one
/// collaborator's, so many are kept, and the oldest go first.
const MOST_SESSIONS: usize = 100;

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::post("/api/v1/login", login)
            .named("login", "Begins a session of a collaborator.")
            .takes::<Login>()
            .answers::<Session>(200)
            .open(),
        Operation::post("/api/v1/logout", logout)
            .named("logout", "Ends the session that the call comes with.")
            .answers::<Removed>(200),
    ]
}

/// Who wants to begin a session.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Login {
    /// Name or uuid of the account.
    account: String,
    /// In any case.
    email: String,
    password: String,
}

/// A session that has begun.
#[derive(Serialize, ToSchema)]
struct Session {
    /// Opens this API until it expires.
    token: String,
    expires_at: String,
}

async fn login(State(native): Room, body: Body) -> Result<Json<Session>, Problem> {
    let Login {
        account,
        email,
        password,
    } = body.read()?;
    let catalog = native.catalog();
    let known = find_account(&catalog, &account);
    // One account is one, by name or by uuid.
    let name = known.map_or(account, |known| known.id.simple());
    let elapsed = native.services.clock.monotonic();
    native.attempts.take(&name, &email, elapsed)?;
    let user = known.and_then(|account| catalog.user_by_email(account.tenant(), &email));
    let hash = user.and_then(|user| user.password_hash.clone());
    let right = passwords::is_right(hash, password).await;
    let right = right.ok_or(Problem::Unavailable)?;
    let user = user.filter(|_| right).ok_or(Problem::WrongPassword)?;
    let (token, record) = new_session(&native, user);
    edit(&*native.services.store, |catalog| {
        // Checking a password takes a while: by now it may be another one.
        let known = catalog.user(user.id);
        if known.is_none_or(|known| known.password_hash != user.password_hash) {
            return Err(Problem::WrongPassword);
        }
        let outlived = outlived(catalog, &record.scope, MOST_SESSIONS, record.created_at);
        let mut changes: Vec<_> = outlived.into_iter().map(Change::EndSession).collect();
        changes.push(Change::Token(record.clone()));
        Ok((changes, ()))
    })
    .await?;
    let expires_at = record.created_at.plus(LIFE).iso().to_string();
    Ok(Json(Session { token, expires_at }))
}

async fn logout(State(native): Room, headers: HeaderMap) -> Result<Json<Removed>, Problem> {
    let token = native.token(&headers)?;
    match token.scope {
        TokenScope::Session { .. } => {}
        TokenScope::Api(_) | TokenScope::Onprem { .. } => {
            return Err(Problem::Forbidden("only for a session"));
        }
    }
    let end = vec![Change::RemoveToken(token.id)];
    native.services.store.change(end).await?;
    Ok(Removed::answer(token.id))
}

/// 256 random bits, and what is kept of them.
fn new_session(native: &Native, user: &User) -> (String, Token) {
    let services = &native.services;
    let random = &services.random;
    let token = format!("dgs_{:032x}{:032x}", random.bits(), random.bits());
    let now = services.clock.now();
    let record = Token {
        id: services.fresh_id(),
        account: user.account,
        hash: token_hash(&token),
        name: user.email.clone(),
        policy: Policy::default(),
        created_at: now,
        scope: TokenScope::Session { user: user.id },
        expires_at: Some(now.plus(LIFE)),
        last_used_at: None,
    };
    (token, record)
}

/// How often somebody has tried to log in lately. Whether there is such a user makes no
/// difference, so that nobody learns it here.
#[derive(Default)]
pub(super) struct Attempts(Mutex<HashMap<[u8; 32], Bucket>>);

impl Attempts {
    /// As many at once.
    const BURST: u32 = 10;
    /// One more after each of these.
    const PAUSE: Duration = Duration::from_secs(6);
    /// When so many names have been tried, those whose pause is over are forgotten.
    const MANY: usize = 10_000;

    fn take(&self, account: &str, email: &str, now: Duration) -> Result<(), Problem> {
        // Hashed, so that long names cost no memory.
        let who = token_hash(&format!("{account}\n{}", email.to_ascii_lowercase()));
        let mut buckets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= Self::MANY {
            buckets.retain(|_, bucket| !bucket.is_full(now));
        }
        let fresh = || Bucket::new(Self::PAUSE, Self::BURST);
        let bucket = buckets.entry(who).or_insert_with(fresh);
        let taken = bucket.take(now);
        taken.map_err(|wait| Problem::TooMany(Later::after(wait)))
    }
}
