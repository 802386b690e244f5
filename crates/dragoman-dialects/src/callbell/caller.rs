//! Who is calling.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use dragoman_core::catalog::{Catalog, Policy, TokenScope};
use dragoman_core::{Id, Tenant};

use super::errors::Error;
use crate::credentials;
use crate::need::Need;
use crate::services::Services;

/// A proven caller, and the slow data as it stood when the call began.
pub(super) struct Caller {
    /// The tenant of the token.
    pub(super) account: Tenant,
    /// The record of the token; not a secret.
    pub(super) token: Id,
    /// How the calls of the token are treated.
    pub(super) policy: Policy,
    /// What the whole call goes by.
    pub(super) catalog: Arc<Catalog>,
}

impl FromRequestParts<Arc<Services>> for Caller {
    type Rejection = Error;

    /// Comes before the body is read, so that strangers cannot make us read one.
    async fn from_request_parts(
        parts: &mut Parts,
        services: &Arc<Services>,
    ) -> Result<Self, Error> {
        let presented = credentials::bearer(&parts.headers).ok_or(Error::NotAuthorized)?;
        let catalog = services.store.catalog();
        let token = credentials::find_token(&catalog, presented, services.clock.now())
            .ok_or(Error::NotAuthorized)?;
        let rights = match &token.scope {
            TokenScope::Api(rights) => *rights,
            TokenScope::Onprem { .. } | TokenScope::Session { .. } => {
                return Err(Error::NotAuthorized);
            }
        };
        let now = services.clock.monotonic();
        let passed = services.limits.pass(token.id, token.policy, now);
        passed.map_err(Error::TooMany)?;
        services.uses.note(token.id, services.clock.now());
        Need::judge(&parts.extensions, rights).map_err(Error::Lacking)?;
        Ok(Self {
            account: token.tenant(),
            token: token.id,
            policy: token.policy,
            catalog: Arc::clone(&catalog),
        })
    }
}
