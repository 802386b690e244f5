//! Which channel is meant, and who is calling.

use std::collections::HashMap;

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use dragoman_core::Id;
use dragoman_core::catalog::TokenScope;

use super::Onprem;
use super::render::Fault;
use crate::credentials;

/// The only user who may change settings.
const ADMIN: &str = "admin";

/// The channel that a path names.
#[derive(Clone, Copy, Debug)]
pub(super) struct ThisChannel {
    pub(super) id: Id,
    pub(super) account: Id,
}

/// Somebody with a token that is valid for this channel.
#[derive(Clone, Debug)]
pub(super) struct Caller {
    pub(super) channel: ThisChannel,
    /// The record of the token.
    pub(super) token: Id,
    user: Box<str>,
}

impl Caller {
    /// Lets `admin` pass.
    ///
    /// # Errors
    /// 403 for everybody else.
    pub(super) fn admin(&self) -> Result<(), Fault> {
        if &*self.user == ADMIN {
            Ok(())
        } else {
            Err(Fault::forbidden())
        }
    }
}

impl FromRequestParts<Onprem> for ThisChannel {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, house: &Onprem) -> Result<Self, Fault> {
        let name = match &house.only {
            Some(name) => name.to_string(),
            None => named(parts, house).await.ok_or_else(Fault::no_channel)?,
        };
        let catalog = house.services.store.catalog();
        let channel = catalog
            .channel_by_name(&name)
            .ok_or_else(Fault::no_channel)?;
        Ok(Self {
            id: channel.id,
            account: channel.account,
        })
    }
}

async fn named(parts: &mut Parts, house: &Onprem) -> Option<String> {
    let path = Path::<HashMap<String, String>>::from_request_parts(parts, house).await;
    path.ok()?.0.remove("channel")
}

impl FromRequestParts<Onprem> for Caller {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, house: &Onprem) -> Result<Self, Fault> {
        let channel = ThisChannel::from_request_parts(parts, house).await?;
        let services = &house.services;
        let catalog = services.store.catalog();
        let token = credentials::bearer(&parts.headers)
            .and_then(|token| credentials::find_token(&catalog, token, services.clock.now()))
            .ok_or_else(Fault::not_authenticated)?;
        match &token.scope {
            TokenScope::Onprem { channel: own, user } if *own == channel.id => Ok(Self {
                channel,
                token: token.id,
                user: user.clone(),
            }),
            // Whoever logged in elsewhere cannot tell this channel from one that does not exist.
            TokenScope::Onprem { .. } => Err(Fault::no_channel()),
            TokenScope::Api | TokenScope::Session { .. } => Err(Fault::not_authenticated()),
        }
    }
}
