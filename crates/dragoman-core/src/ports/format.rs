//! How events look to those who are told.

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use crate::catalog::{Catalog, Subscription};
use crate::contact::Customer;
use crate::event::Event;
use crate::file::File;
use crate::id::MessageId;
use crate::message::{Author, Stored};
use crate::news::News;
use crate::time::Timestamp;

/// Turns events into webhook bodies, and owns their retry schedule.
pub trait Format: Send + Sync {
    /// Its name in subscriptions (`callbell`, `onprem`).
    fn name(&self) -> &'static str;

    /// The body and headers for one event; `None` when this subscription does not hear of it.
    /// `now` is the time of this try, for signatures.
    fn render(&self, view: &View<'_>, now: Timestamp) -> Option<Outgoing>;

    /// The same for what happened to somebody rather than to a message.
    fn render_news(&self, view: &NewsView<'_>, now: Timestamp) -> Option<Outgoing>;

    /// Whether this subscription is shown the pictures of advertisements, so that they are fetched
    /// before a message that came by one is announced.
    fn shows_advertisements(&self, _subscription: &Subscription) -> bool {
        false
    }

    /// Whether an answer with this status ends the delivery.
    fn is_success(&self, status: u16) -> bool;

    /// What answers mean beyond success and failure.
    fn courtesy(&self) -> Courtesy;

    /// The pause after `tries` failed tries (1 is the first failure); `None` gives up. Jitter is
    /// added by the notifier.
    fn pause(&self, subscription: &Subscription, tries: u32) -> Option<Duration>;
}

/// What the answers of an endpoint mean beyond success and failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Courtesy {
    /// 410 says that nobody is to call again, and who is overloaded or late is left alone for a
    /// minute at least.
    Ours,
    /// As the original of the format had it: a failure is a failure.
    Originals,
}

/// One event, for one subscription, with what a format needs to tell it.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    /// What happened.
    pub event: &'a Event,
    /// The message it happened to, as it stands now.
    pub message: &'a Stored,
    /// The earlier message that a customer's one answers or reacts to, when we know it.
    pub refers_to: Option<&'a Stored>,
    /// The picture or film of the advertisement that a customer's message came by, when we have it.
    pub advertisement: Option<&'a File>,
    /// Who is told.
    pub subscription: &'a Subscription,
    /// Names of accounts, teams and users.
    pub catalog: &'a Catalog,
}

/// One piece of news, for one subscription, with what a format needs to tell it.
#[derive(Clone, Copy, Debug)]
pub struct NewsView<'a> {
    /// What happened.
    pub news: &'a News,
    /// The customer that it is about, as they stand now; `None` when it is about nobody, or when
    /// they are gone.
    pub customer: Option<&'a Customer>,
    /// Who is told.
    pub subscription: &'a Subscription,
    /// Names of accounts, teams and users.
    pub catalog: &'a Catalog,
}

/// An earlier message of the same conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reference {
    /// Our id of it.
    pub message: MessageId,
    /// Who wrote it.
    pub author: Author,
}

/// A webhook ready to be sent: JSON.
#[derive(Clone, PartialEq, Eq)]
pub struct Outgoing {
    /// Beside `content-type: application/json`; names in lower case.
    pub headers: Vec<(Cow<'static, str>, String)>,
    /// The bytes that are signed and sent.
    pub body: Vec<u8>,
}

impl fmt::Debug for Outgoing {
    /// Without headers and body: receivers prove by headers who calls, and bodies are what people say.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Outgoing")
            .field("bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}
