//! Our own management API, under `/api/v1`.
//!
//! What the commands of the binary use, over the control socket or over HTTP with a token. On the
//! socket the caller is the operator; a token speaks for its account alone.

mod accounts;
mod answer;
mod attempts;
mod channels;
mod messages;
mod new_channel;
mod quarantine;
#[cfg(test)]
mod tests;
mod trace;

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::routing::{get, patch, post};
use dragoman_core::Id;
use dragoman_core::catalog::{Catalog, TokenScope};

use self::answer::Problem;
use crate::credentials;
use crate::services::Services;

/// How callers prove themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    /// The control socket: the file's mode has let only the operator in.
    Socket,
    /// The public listener: every call carries a token.
    Public,
}

/// The whole API. The order is: who there is, through what they send, what became of it, and what
/// nobody could use.
pub fn router(services: Arc<Services>, door: Door) -> Router {
    Router::new()
        .route(
            "/api/v1/accounts",
            get(accounts::list).post(accounts::create),
        )
        .route("/api/v1/tokens", post(accounts::create_token))
        .route(
            "/api/v1/channels",
            get(channels::list).post(new_channel::add),
        )
        .route("/api/v1/channels/{channel}", patch(channels::set))
        .route("/api/v1/messages", post(messages::send))
        .route("/api/v1/messages/{id}", get(trace::trace))
        .route("/api/v1/quarantine", get(quarantine::list))
        .fallback(async || Problem::NotFound("path"))
        .method_not_allowed_fallback(async || Problem::MethodNotAllowed)
        .with_state(Native { services, door })
}

#[derive(Clone)]
struct Native {
    services: Arc<Services>,
    door: Door,
}

/// Whose data a call may see and change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Caller {
    /// Everything.
    Operator,
    /// One account's.
    Account(Id),
}

impl Caller {
    /// Whether this account is visible to the caller.
    fn may(self, account: Id) -> bool {
        match self {
            Self::Operator => true,
            Self::Account(own) => own == account,
        }
    }

    /// Only the operator makes accounts, tokens and channels.
    fn operator(self) -> Result<(), Problem> {
        match self {
            Self::Operator => Ok(()),
            Self::Account(_) => Err(Problem::Forbidden),
        }
    }
}

impl Native {
    fn caller(&self, headers: &HeaderMap) -> Result<Caller, Problem> {
        if self.door == Door::Socket {
            return Ok(Caller::Operator);
        }
        let token = credentials::bearer(headers).ok_or(Problem::Unauthorized)?;
        let catalog = self.catalog();
        let found = credentials::find_token(&catalog, token, self.services.clock.now());
        match found.map(|token| (&token.scope, token.account)) {
            Some((TokenScope::Api | TokenScope::Session { .. }, account)) => {
                Ok(Caller::Account(account))
            }
            Some((TokenScope::Onprem { .. }, _)) | None => Err(Problem::Unauthorized),
        }
    }

    fn catalog(&self) -> Arc<Catalog> {
        self.services.store.catalog()
    }
}

/// What every handler starts with: the room, and who is calling.
type Room = State<Native>;
