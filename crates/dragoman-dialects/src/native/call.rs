//! Calls: who makes them, and what they say.

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue};
use dragoman_core::catalog::{Account, Catalog, Rights, Token, TokenScope};
use dragoman_core::submission::{IdempotencyKey, Manner};
use dragoman_core::{Id, Tenant};
use serde::de::DeserializeOwned;

use super::answer::Problem;
use super::{Door, Native, input};
use crate::body::{self, Unread};
use crate::idempotency::{self, Owner};
use crate::need::Need;
use crate::{credentials, manner};

/// Whose data a call may see and change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Caller {
    /// Everything.
    Operator,
    /// One account's.
    Account(Tenant),
}

impl Caller {
    /// Whether this account is visible to the caller.
    pub(super) fn may(self, account: Id) -> bool {
        match self {
            Self::Operator => true,
            Self::Account(own) => account == own,
        }
    }

    /// Only the operator makes accounts, tokens and channels.
    pub(super) const fn operator(self) -> Result<(), Problem> {
        match self {
            Self::Operator => Ok(()),
            Self::Account(_) => Err(Problem::Forbidden("only for the operator")),
        }
    }

    /// The account that something is made in: the caller's own, unless the operator names one.
    pub(super) fn account(self, catalog: &Catalog, named: Option<&str>) -> Result<Tenant, Problem> {
        match self.one_of(catalog, named)? {
            Some(account) => Ok(account),
            None => Err(Problem::invalid("account", "is missing")),
        }
    }

    /// The account that a list is wanted of; `None` is every account's.
    pub(super) fn one_of(
        self,
        catalog: &Catalog,
        named: Option<&str>,
    ) -> Result<Option<Tenant>, Problem> {
        match (self, named) {
            (Self::Operator, None) => Ok(None),
            (Self::Account(own), None) => Ok(Some(own)),
            (Self::Operator | Self::Account(_), Some(name)) => {
                let found = find_account(catalog, name).filter(|account| self.may(account.id));
                let missing = || Problem::invalid("account", format!("no account {name:?}"));
                found
                    .map(|account| Some(account.tenant()))
                    .ok_or_else(missing)
            }
        }
    }
}

/// The account of that name or uuid.
pub(super) fn find_account<'a>(catalog: &'a Catalog, name: &str) -> Option<&'a Account> {
    let by_id = || {
        let id: Id = name.parse().ok()?;
        catalog.accounts.iter().find(|account| account.id == id)
    };
    catalog.account_by_name(name).or_else(by_id)
}

impl FromRequestParts<Native> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, native: &Native) -> Result<Self, Problem> {
        match native.door {
            Door::Socket => Ok(Self::Operator),
            Door::Public => {
                let token = native.token(&parts.headers)?;
                let rights = match token.scope {
                    TokenScope::Api(rights) => rights,
                    TokenScope::Session { .. } => Rights::ALL,
                    TokenScope::Onprem { .. } => return Err(Problem::Unauthorized),
                };
                Need::judge(&parts.extensions, rights).map_err(Problem::Lacking)?;
                Ok(Self::Account(token.tenant()))
            }
        }
    }
}

impl Native {
    /// The token of a call, if it opens this API and may make another call now.
    pub(super) fn token(&self, headers: &HeaderMap) -> Result<Token, Problem> {
        let token = credentials::bearer(headers).ok_or(Problem::Unauthorized)?;
        let catalog = self.catalog();
        let found = credentials::find_token(&catalog, token, self.services.clock.now());
        let found = found.ok_or(Problem::Unauthorized)?;
        match found.scope {
            TokenScope::Api(_) | TokenScope::Session { .. } => {}
            TokenScope::Onprem { .. } => return Err(Problem::Unauthorized),
        }
        let now = self.services.clock.monotonic();
        let passed = self.services.limits.pass(found.id, found.policy, now);
        passed.map_err(Problem::TooMany)?;
        self.services.uses.note(found.id, self.services.clock.now());
        Ok(found.clone())
    }
}

/// The query of a call, read.
pub(super) struct Query<T>(pub(super) T);

impl<T: DeserializeOwned> FromRequestParts<Native> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &Native) -> Result<Self, Problem> {
        input::query(parts.uri.query().unwrap_or_default()).map(Self)
    }
}

/// The body of a call.
pub(super) struct Body(Bytes);

impl FromRequest<Native> for Body {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &Native) -> Result<Self, Problem> {
        let bytes = body::read(request).await;
        bytes.map(Self).map_err(|unread| match unread {
            Unread::TooLarge => Problem::TooLarge,
            Unread::TooDeep => Problem::Malformed("the body goes too deep".to_owned()),
            Unread::BrokenOff => Problem::Malformed("the body broke off".to_owned()),
        })
    }
}

impl Body {
    /// The JSON in it.
    pub(super) fn read<T: DeserializeOwned>(&self) -> Result<T, Problem> {
        input::body(&self.0)
    }
}

/// A call that makes or changes something. Who may not call is told so before the body is read.
pub(super) struct Call {
    pub(super) caller: Caller,
    key: Option<HeaderValue>,
    manner: manner::Headers,
    path: String,
    body: Body,
}

impl FromRequest<Native> for Call {
    type Rejection = Problem;

    async fn from_request(request: Request, native: &Native) -> Result<Self, Problem> {
        let (mut parts, body) = request.into_parts();
        let caller = Caller::from_request_parts(&mut parts, native).await?;
        Ok(Self {
            caller,
            key: parts.headers.get(idempotency::HEADER).cloned(),
            manner: manner::Headers::of(&parts.headers),
            path: parts.uri.path().to_owned(),
            body: Body::from_request(Request::from_parts(parts, body), native).await?,
        })
    }
}

impl Call {
    /// The JSON in its body.
    pub(super) fn read<T: DeserializeOwned>(&self) -> Result<T, Problem> {
        self.body.read()
    }

    /// How the message that it makes is sent.
    pub(super) fn manner(&self) -> Result<Manner, Problem> {
        let read = self.manner.read();
        read.map_err(|bad| Problem::invalid(bad.header, bad.to_string()))
    }

    /// What makes repeating this POST harmless, within what is its owner's.
    pub(super) fn key(&self, owner: impl Into<Owner>) -> Result<Option<IdempotencyKey>, Problem> {
        let (header, body) = (self.key.as_ref(), &self.body.0);
        idempotency::key(header, owner, "POST", &self.path, body)
            .map_err(|error| Problem::invalid(idempotency::HEADER, error.to_string()))
    }
}
