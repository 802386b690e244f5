//! What the dialects work with.

use std::sync::Arc;

use dragoman_core::Id;
use dragoman_core::catalog::Channel;
use dragoman_core::ports::{
    Clock, Contacts, Desk, Driver, Files, Http, Keys, Lines, Moment, Objects, Provider, Random,
    Reckoner, Replays, Store,
};

use crate::limits::Limits;
use crate::links::Links;
use crate::uses::Uses;

/// The doors that a dialect may use. Routers share one, as every call clones what they hold.
pub struct Services {
    /// Where submissions go.
    pub desk: Arc<dyn Desk>,
    /// Who waits for whom.
    pub lines: Arc<dyn Lines>,
    /// Where subscriptions are told again.
    pub replays: Arc<dyn Replays>,
    /// Messages and slow data.
    pub store: Arc<dyn Store>,
    /// Customers and what was said.
    pub contacts: Arc<dyn Contacts>,
    /// How messages fare.
    pub reckoner: Arc<dyn Reckoner>,
    /// What secrets are sealed with.
    pub keys: Arc<dyn Keys>,
    /// What is known about files.
    pub files: Arc<dyn Files>,
    /// The bytes of files.
    pub objects: Arc<dyn Objects>,
    /// The way out, for asking providers.
    pub http: Arc<dyn Http>,
    /// Addresses under which files can be fetched for a while.
    pub links: Links,
    /// The time by which tokens expire.
    pub clock: Arc<dyn Clock>,
    /// New ids and tokens.
    pub random: Arc<dyn Random>,
    /// Which kinds of channels there are, and what each has to be told.
    pub drivers: Vec<Arc<dyn Driver>>,
    /// How many calls a token may make.
    pub limits: Limits,
    /// When tokens were used last.
    pub uses: Uses,
    /// What the outside reaches us by, without a slash at the end: for links in answers.
    pub public_url: Box<str>,
    /// What the certificate of a listener for one channel is signed by (PEM), for clients that
    /// trust nobody else; `None` where none was made or given.
    pub listener_ca: Option<Arc<str>>,
}

impl Services {
    /// A new public id.
    pub(crate) fn fresh_id(&self) -> Id {
        Id::fresh(self.clock.machine(), self.random.bits())
    }

    /// This instant by both clocks.
    pub(crate) fn moment(&self) -> Moment {
        Moment {
            machine: self.clock.machine(),
            now: self.clock.now(),
        }
    }

    /// What speaks for a channel.
    pub(crate) fn driver(&self, channel: &Channel) -> Option<&dyn Driver> {
        let mut drivers = self.drivers.iter().map(|driver| &**driver);
        drivers.find(|driver| driver.name() == &*channel.driver)
    }

    /// What the provider of a channel offers beside sending.
    pub(crate) fn provider(&self, channel: &Channel) -> Option<&dyn Provider> {
        self.driver(channel)?.provider()
    }

    /// A password that is shown once: 20 characters that satisfy the On-Premises rules.
    pub(crate) fn one_time_password(&self) -> String {
        format!("Dgm-{:016x}", self.random.bits() as u64)
    }
}
