//! Who is told what happened.

use std::fmt;

use crate::id::Id;
use crate::raw::Raw;
use crate::secret::Secret;
use crate::time::Timestamp;

/// A customer's webhook endpoint.
#[derive(Clone, PartialEq, Eq)]
pub struct Subscription {
    /// Public id.
    pub id: Id,
    /// The tenant.
    pub account: Id,
    /// Only events of this channel; `None` is all of the account's.
    pub channel: Option<Id>,
    /// Where events are sent by POST.
    pub url: Box<str>,
    /// The name of the format (`callbell`, `onprem`, `cloud`, `dragoman`).
    pub format: Box<str>,
    /// Names of the events wanted, in the format's own words; empty is all.
    pub events: Vec<Box<str>>,
    /// What deliveries are signed with.
    pub secret: Option<Secret>,
    /// What they were signed with before: they carry that signature too, for a while.
    pub retiring: Option<Retiring>,
    /// How many deliveries may run at once.
    pub concurrency: u16,
    /// Whether the events of one conversation are told one after the other.
    pub ordered: bool,
    /// The format's own settings, as JSON.
    pub settings: Option<Raw>,
    /// Events up to this sequence number were before its time.
    pub since: i64,
    /// Certificates (PEM) that the receiver's must be signed by; `None` trusts the public ones.
    pub trust: Option<Box<str>>,
    /// Whether it is called.
    pub enabled: bool,
    /// Set when the gateway itself has stopped calling it; what it has not heard waits.
    pub stopped: Option<Stopped>,
    /// When it was made.
    pub created_at: Timestamp,
}

impl fmt::Debug for Subscription {
    /// Without the address, in whose query some receivers want a secret.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Subscription")
            .field("id", &self.id)
            .field("account", &self.account)
            .field("format", &self.format)
            .field("enabled", &self.enabled)
            .finish_non_exhaustive()
    }
}

/// A secret that another has replaced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Retiring {
    /// The old one.
    pub secret: Secret,
    /// Deliveries are signed with it until then.
    pub until: Timestamp,
}

/// That the gateway has stopped calling an endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stopped {
    /// When.
    pub at: Timestamp,
    /// Why.
    pub reason: StopReason,
}

/// Why the gateway stops calling an endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StopReason {
    /// It said itself that it is gone, for good.
    Gone,
    /// Nothing was taken for days.
    Failing,
}

impl StopReason {
    /// The word in APIs.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Gone => "gone",
            Self::Failing => "failing",
        }
    }
}

impl Subscription {
    /// The secrets that a delivery is signed with at this time, the current one first.
    pub fn secrets(&self, now: Timestamp) -> impl Iterator<Item = &Secret> {
        let retiring = self.retiring.as_ref().filter(|old| now < old.until);
        self.secret
            .iter()
            .chain(retiring.map(|retiring| &retiring.secret))
    }

    /// The same, called again: whatever made the gateway stop is forgotten.
    #[must_use]
    pub fn resumed(self) -> Self {
        Self {
            enabled: true,
            stopped: None,
            ..self
        }
    }
}
