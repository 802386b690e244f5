//! Our own management API, under `/api/v1`.
//!
//! What the commands of the binary use, over the control socket or over HTTP with a token. On the
//! socket the caller is the operator; a token speaks for its account alone.
//!
//! Every noun is a file that begins with a list of its operations; [`router`] and the document at
//! `/openapi.json` are both made from those lists, so that neither knows what the other does not.

mod accounts;
mod answer;
mod attempts;
mod call;
mod channel_settings;
mod channels;
mod contacts;
mod custom_fields;
mod delivery;
mod document;
mod doubts;
mod events;
mod format;
mod funnels;
#[cfg(any(test, fuzzing))]
pub mod fuzzing;
mod input;
mod keys;
mod messages;
pub(crate) mod names;
mod new_channel;
mod operation;
mod page;
mod quarantine;
mod record;
mod sessions;
mod standing;
mod statuses;
mod subscriptions;
mod teams;
mod telling_again;
mod templates;
#[cfg(test)]
mod tests;
mod tokens;
mod told;
mod trace;
mod users;
mod words;

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use dragoman_core::catalog::Catalog;

use self::answer::Problem;
use self::operation::Operation;
use self::sessions::Attempts;
use crate::need::Need;
use crate::services::Services;

pub use self::format::DragomanFormat;

/// How callers prove themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    /// The control socket: the file's mode has let only the operator in.
    Socket,
    /// The public listener: every call carries a token.
    Public,
}

/// The whole API, and what describes it.
pub fn router(services: Arc<Services>, door: Door) -> Router {
    let native = Native {
        services,
        door,
        attempts: Arc::default(),
    };
    operations()
        .into_iter()
        .fold(Router::new(), |router, operation| {
            router.route(operation.path, operation.need.of(operation.route))
        })
        .merge(page::router())
        .fallback(async || Problem::NotFound("path"))
        .method_not_allowed_fallback(async || Problem::MethodNotAllowed)
        .with_state(native)
}

/// The order is: who there is, what they arrange their customers by, through what they send, who
/// is told, what became of it, what nobody could use, and what secrets are sealed with.
fn operations() -> Vec<Operation> {
    [
        (Need::MANAGEMENT, accounts::operations()),
        (Need::MANAGEMENT, tokens::operations()),
        (Need::Token, sessions::operations()),
        (Need::MANAGEMENT, users::operations()),
        (Need::MANAGEMENT, teams::operations()),
        (Need::MANAGEMENT, statuses::operations()),
        (Need::MANAGEMENT, funnels::operations()),
        (Need::MANAGEMENT, custom_fields::operations()),
        (Need::CONTACTS, contacts::operations()),
        (Need::MANAGEMENT, channels::operations()),
        (Need::MANAGEMENT, standing::operations()),
        (Need::READ, delivery::operations()),
        (Need::MANAGEMENT, templates::operations()),
        (Need::WEBHOOKS, subscriptions::operations()),
        (Need::WEBHOOKS, telling_again::operations()),
        (Need::WEBHOOKS, events::operations()),
        (Need::SEND, messages::operations()),
        (Need::READ, trace::operations()),
        (Need::MANAGEMENT, quarantine::operations()),
        (Need::MANAGEMENT, keys::operations()),
    ]
    .into_iter()
    .flat_map(|(need, operations)| {
        let needing = move |operation| Operation { need, ..operation };
        operations.into_iter().map(needing)
    })
    .collect()
}

#[derive(Clone)]
struct Native {
    services: Arc<Services>,
    door: Door,
    /// Who has tried to log in lately.
    attempts: Arc<Attempts>,
}

impl Native {
    fn catalog(&self) -> Arc<Catalog> {
        self.services.store.catalog()
    }
}

/// What every handler starts with.
type Room = State<Native>;
