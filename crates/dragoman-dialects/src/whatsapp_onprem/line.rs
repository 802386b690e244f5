//! The way from a channel to its provider, and what an error on it means here.

use std::sync::Arc;

use axum::http::StatusCode;
use dragoman_core::catalog::Channel;
use dragoman_core::outcome::Failure;
use dragoman_core::ports::{Http, Profile, ProfileChange, Provider, Registrar, Sender};

use super::Onprem;
use super::caller::ThisChannel;
use super::codes::{ACCESS_DENIED, INTERNAL, INVALID, MISSING, NOT_FOUND};
use super::render::Fault;
use crate::services::Services;

/// What a client reads when Meta refuses the channel's own credentials, which are not the client's.
const OPERATOR: &str = "WhatsApp does not accept the gateway's credentials for this number; the \
    operator has to look after them.";

/// The provider's code for a number that is not registered for its API.
pub(super) const UNREGISTERED: i64 = 133_010;

/// A channel, with what its provider can be asked.
pub(super) struct Line {
    pub(super) channel: Channel,
    services: Arc<Services>,
}

impl Line {
    /// The line of a call's channel.
    ///
    /// # Errors
    /// 404 when the channel has just gone.
    pub(super) fn of(house: &Onprem, channel: ThisChannel) -> Result<Self, Fault> {
        let catalog = house.services.store.catalog();
        let channel = catalog.channel(channel.id).cloned();
        Ok(Self {
            channel: channel.ok_or_else(Fault::no_channel)?,
            services: Arc::clone(&house.services),
        })
    }

    /// The way out.
    pub(super) fn http(&self) -> &dyn Http {
        &*self.services.http
    }

    /// Who is at the other end; `None` where nobody can be asked.
    pub(super) fn provider(&self) -> Option<&dyn Provider> {
        self.services.provider(&self.channel)
    }

    /// Who registers the number; `None` where nothing is to be registered.
    pub(super) fn registrar(&self) -> Option<&dyn Registrar> {
        self.provider()?.registrar()
    }

    /// What the provider says of the number; nothing, of one that is not registered.
    ///
    /// # Errors
    /// What came of asking.
    pub(super) async fn sender(&self) -> Result<Sender, Fault> {
        match self.asked()?.sender(self.http(), &self.channel).await {
            Err(failure) if failure.code == UNREGISTERED => Ok(Sender::default()),
            asked => asked.map_err(Fault::from),
        }
    }

    /// What customers read about the business.
    ///
    /// # Errors
    /// What came of asking.
    pub(super) async fn profile(&self) -> Result<Profile, Fault> {
        let asked = self.asked()?.profile(self.http(), &self.channel).await;
        asked.map_err(Fault::from)
    }

    /// Changes what customers read about the business.
    ///
    /// # Errors
    /// What came of it.
    pub(super) async fn set_profile(&self, change: ProfileChange) -> Result<(), Fault> {
        let provider = self.asked()?;
        let done = provider.set_profile(self.http(), &self.channel, change);
        done.await.map_err(Fault::from)
    }

    fn asked(&self) -> Result<&dyn Provider, Fault> {
        let provider = self.provider();
        provider.ok_or_else(|| Fault::refused("This channel's provider does not offer this."))
    }
}

impl From<Failure> for Fault {
    /// What a provider answered to a client's own wish. The business's credentials at Meta are not
    /// the client's: such a failure is ours, and the log tells the operator.
    fn from(failure: Failure) -> Self {
        let Failure {
            code,
            title,
            details,
        } = failure;
        let words = match (code, details) {
            // What our network said is no client's concern.
            (0, _) | (_, None) => title,
            (_, Some(details)) => details,
        };
        let fault = |status, code| Self::new(status, code, words.clone());
        match code {
            0 => fault(StatusCode::SERVICE_UNAVAILABLE, 1011),
            4 | 80_007 | 130_429 | 131_056 => fault(StatusCode::TOO_MANY_REQUESTS, 1015),
            100 | 131_009 => fault(StatusCode::BAD_REQUEST, INVALID),
            131_008 => fault(StatusCode::BAD_REQUEST, MISSING),
            131_052 => fault(StatusCode::NOT_FOUND, NOT_FOUND),
            368 | 131_031 => fault(StatusCode::FORBIDDEN, 1031),
            // Registration: wrong or missing PIN or code, too many tries, too early.
            133_000..=133_999 | 136_000..=136_999 => fault(StatusCode::FORBIDDEN, ACCESS_DENIED),
            10 | 33 | 190 | 200..=299 | 131_005 => {
                tracing::error!(code, "the provider refuses the channel's credentials");
                Self::internal(OPERATOR)
            }
            _ => fault(StatusCode::INTERNAL_SERVER_ERROR, INTERNAL),
        }
    }
}
