//! Which channel is meant, and who is calling.

use std::collections::HashMap;
use std::time::Duration;

use axum::extract::{FromRequestParts, Path};
use axum::http::HeaderMap;
use axum::http::request::Parts;
use dragoman_core::catalog::{Catalog, Policy, Rights, Token, TokenScope};
use dragoman_core::{Id, Tenant};
use subtle::ConstantTimeEq;

use super::Onprem;
use super::render::Fault;
use super::settings::channel_settings::{API_KEY, duplicate_window};
use crate::credentials;
use crate::need::Need;

/// The only user who may change settings.
pub(super) const ADMIN: &str = "admin";

/// The channel that a path names.
#[derive(Clone, Copy, Debug)]
pub(super) struct ThisChannel {
    pub(super) id: Id,
    pub(super) account: Tenant,
}

/// Somebody with a token that is valid for this channel.
#[derive(Clone, Debug)]
pub(super) struct Caller {
    pub(super) channel: ThisChannel,
    by: By,
}

/// How somebody proved that they may call.
#[derive(Clone, Debug)]
enum By {
    /// As a user of the channel, with the record of the login's token.
    Login { user: Box<str>, token: Id },
    /// With an API token of the account, as programs for hosted variants do.
    Key { policy: Policy, rights: Rights },
}

impl Caller {
    /// Lets `admin` pass, and programs with an API token of the account.
    ///
    /// # Errors
    /// 403 for everybody else.
    fn admin(&self) -> Result<(), Fault> {
        match &self.by {
            By::Login { user, .. } if **user != *ADMIN => Err(Fault::forbidden()),
            By::Login { .. } | By::Key { .. } => Ok(()),
        }
    }

    /// Lets those pass who may look after this user: `admin`, and the user.
    ///
    /// # Errors
    /// 403 for everybody else.
    pub(super) fn admin_or(&self, name: &str) -> Result<(), Fault> {
        match &self.by {
            By::Login { user, .. } if **user == *name => Ok(()),
            By::Login { .. } | By::Key { .. } => self.admin(),
        }
    }

    /// Within which time the same content to the same recipient is the same message: as the
    /// program's own token says, else as the channel does.
    pub(super) fn duplicate_window(&self, catalog: &Catalog) -> Option<Duration> {
        let own = match &self.by {
            By::Login { .. } => None,
            By::Key { policy, .. } => policy.duplicate_window,
        };
        own.or_else(|| duplicate_window(catalog.channel(self.channel.id)?))
    }

    /// The record of the token that a login gave.
    ///
    /// # Errors
    /// 403 for programs that never logged in.
    pub(super) fn login(&self) -> Result<Id, Fault> {
        match self.by {
            By::Login { token, .. } => Ok(token),
            By::Key { .. } => Err(Fault::refused("An API key cannot log out.")),
        }
    }
}

/// Somebody who may change settings: `admin`, and programs with an API token of the account.
#[derive(Clone, Copy, Debug)]
pub(super) struct Admin {
    pub(super) channel: ThisChannel,
}

/// Somebody who may watch: with the channel's key for monitors, or like any caller.
#[derive(Clone, Copy, Debug)]
pub(super) struct Watcher {
    pub(super) channel: ThisChannel,
}

/// What a path names below its node: a user, a provider.
#[derive(Clone, Debug)]
pub(super) struct Named(pub(super) String);

impl FromRequestParts<Onprem> for ThisChannel {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, house: &Onprem) -> Result<Self, Fault> {
        let name = match &house.only {
            Some(name) => name.to_string(),
            None => {
                let named = segment(parts, house, "channel").await;
                named.ok_or_else(Fault::no_channel)?
            }
        };
        let catalog = house.services.store.catalog();
        let channel = catalog
            .channel_by_name(&name)
            .ok_or_else(Fault::no_channel)?;
        Ok(Self {
            id: channel.id,
            account: channel.tenant(),
        })
    }
}

async fn segment(parts: &mut Parts, house: &Onprem, name: &str) -> Option<String> {
    let path = Path::<HashMap<String, String>>::from_request_parts(parts, house).await;
    path.ok()?.0.remove(name)
}

impl FromRequestParts<Onprem> for Named {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, house: &Onprem) -> Result<Self, Fault> {
        let name = segment(parts, house, "name").await;
        name.map(Self).ok_or_else(|| Fault::not_found("No name."))
    }
}

impl FromRequestParts<Onprem> for Caller {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, house: &Onprem) -> Result<Self, Fault> {
        let channel = ThisChannel::from_request_parts(parts, house).await?;
        let services = &house.services;
        let catalog = services.store.catalog();
        let find = |token| credentials::find_token(&catalog, token, services.clock.now());
        let (token, by) = match credentials::bearer(&parts.headers) {
            Some(token) => {
                let token = find(token).ok_or_else(Fault::not_authenticated)?;
                (token, login(channel, token)?)
            }
            None => {
                let token = key(&parts.headers).and_then(find);
                let token = token.ok_or_else(Fault::not_authenticated)?;
                (token, hosted(channel, token)?)
            }
        };
        let now = services.clock.monotonic();
        let passed = services.limits.pass(token.id, token.policy, now);
        passed.map_err(Fault::too_many)?;
        if let By::Key { rights, .. } = by {
            services.uses.note(token.id, services.clock.now());
            Need::judge(&parts.extensions, rights).map_err(Fault::lacking)?;
        }
        Ok(Self { channel, by })
    }
}

impl FromRequestParts<Onprem> for Admin {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, house: &Onprem) -> Result<Self, Fault> {
        let caller = Caller::from_request_parts(parts, house).await?;
        caller.admin()?;
        Ok(Self {
            channel: caller.channel,
        })
    }
}

impl FromRequestParts<Onprem> for Watcher {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, house: &Onprem) -> Result<Self, Fault> {
        let Some(key) = credentials::presented(&parts.headers, "apikey") else {
            let caller = Caller::from_request_parts(parts, house).await?;
            return Ok(Self {
                channel: caller.channel,
            });
        };
        let key = key.to_owned();
        let channel = ThisChannel::from_request_parts(parts, house).await?;
        let catalog = house.services.store.catalog();
        let own = catalog.channel(channel.id);
        let own = own.map_or("", |own| own.setting(API_KEY));
        let fits = !own.is_empty() && bool::from(own.as_bytes().ct_eq(key.as_bytes()));
        fits.then_some(Self { channel })
            .ok_or_else(Fault::not_authenticated)
    }
}

/// The key of programs for hosted variants.
fn key(headers: &HeaderMap) -> Option<&str> {
    headers.get("d360-api-key")?.to_str().ok().map(str::trim)
}

fn login(channel: ThisChannel, token: &Token) -> Result<By, Fault> {
    match &token.scope {
        TokenScope::Onprem { channel: own, user } if *own == channel.id => Ok(By::Login {
            user: user.clone(),
            token: token.id,
        }),
        // Whoever logged in elsewhere cannot tell this channel from one that does not exist.
        TokenScope::Onprem { .. } => Err(Fault::no_channel()),
        TokenScope::Api(_) | TokenScope::Session { .. } => Err(Fault::not_authenticated()),
    }
}

fn hosted(channel: ThisChannel, token: &Token) -> Result<By, Fault> {
    match &token.scope {
        TokenScope::Api(rights) if token.account == channel.account => Ok(By::Key {
            policy: token.policy,
            rights: *rights,
        }),
        TokenScope::Api(_) => Err(Fault::no_channel()),
        TokenScope::Onprem { .. } | TokenScope::Session { .. } => Err(Fault::not_authenticated()),
    }
}
