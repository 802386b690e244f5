//! The four ledgers, and the program that compares them.
//!
//! A test that has killed, cut or confused the gateway ends here, after everything had time to
//! heal: with what the clients were answered, what the provider took and reported, what the store
//! holds and what the webhook receiver was told. [`check`] finds every promise that these four
//! together show to be broken. It trusts none of them alone.
//!
//! The ids of one message must be spelled the same way in all four: 32 hex digits, as in the
//! store. Whoever reads a ledger translates.

mod check;
mod violation;

use dragoman_core::State;
use serde::Deserialize;
use time::OffsetDateTime;

pub use check::check;
pub use violation::Violation;

/// What was written down on the four sides.
#[derive(Clone, Debug, Default)]
pub struct Ledgers {
    /// Every request of every client.
    pub client: Vec<ClientAnswer>,
    /// Every POST that reached the provider.
    pub upstream: Vec<UpstreamRequest>,
    /// Every webhook that the provider has sent; those of a message that are missing are not
    /// missed.
    pub reported: Vec<Reported>,
    /// Every outbound message in the store.
    pub store: Vec<StoreRow>,
    /// The provider's id of every message from a customer in the store.
    pub heard: Vec<String>,
    /// What anybody saw of messages in the store before the end, in the order of looking.
    pub seen: Vec<StoreRow>,
    /// All that the webhook receiver was told; `None` where nobody had subscribed.
    pub told: Option<Vec<Told>>,
}

/// A client's request, and what came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientAnswer {
    /// The idempotency key. A client without one gives every request a name of its own.
    pub key: String,
    /// The message's id, when the answer had one.
    pub id: Option<String>,
    /// HTTP status; `None` when no answer came.
    pub status: Option<u16>,
    /// What was asked for, in any spelling; empty where each key is for one request alone.
    pub asked: String,
}

/// A POST in the provider's ledger, as the emulator lists it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct UpstreamRequest {
    /// Counted from 1 in the order of decisions.
    pub n: u64,
    /// When it was decided, by the provider's clock.
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
    /// What came with it as `biz_opaque_callback_data`.
    pub token: Option<String>,
    /// The provider's id, when it took the message.
    pub wamid: Option<String>,
    /// `accepted`, `accepted_answer_lost`, `refused:CODE`, or `dropped`: not taken and not
    /// answered.
    pub decision: String,
}

/// A webhook in the provider's ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reported {
    /// The message that it is about: ours, or the provider's id of a customer's.
    pub id: String,
    /// What it says.
    pub what: Tidings,
    /// Whether it was answered with 200.
    pub taken: bool,
}

/// What a webhook of the provider says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tidings {
    /// A message of ours has come so far.
    Status(State),
    /// A customer wrote.
    Received,
}

/// A message in the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoreRow {
    /// Its id.
    pub id: String,
    /// Where it stands.
    pub state: State,
    /// Every status of the provider's that is kept of it.
    pub statuses: Vec<State>,
}

/// The status under which a receiver's ledger has a customer's message.
pub const RECEIVED: &str = "received";

/// A line in the webhook receiver's ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// The message's id; of a customer's message the provider's.
    pub id: String,
    /// `sent`, `delivered`, `read` or another; [`RECEIVED`] for a customer's message.
    pub status: String,
    /// The id of the event, where the webhook carries one.
    pub event: Option<String>,
}

/// How much doubt and failure the test has earned.
#[derive(Clone, Copy, Debug, Default)]
pub struct Rules<'a> {
    /// How many messages each kill of the gateway has left in doubt, healed since or not.
    pub doubted: &'a [usize],
    /// How many POSTs the gateway may have under way at one moment.
    pub concurrency: usize,
    /// How many messages fail by our own rules, without the provider having been asked.
    pub own_failures: usize,
    /// How many POSTs the provider may see in a second; `None` where nobody has measured.
    pub rate: Option<usize>,
}

/// A word that names no state.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no state is called {0}")]
pub struct NotAState(String);

impl StoreRow {
    /// A row from the state's word, as our own API and `trace` show it, without statuses.
    ///
    /// # Errors
    /// No state has this word.
    pub fn from_word(id: impl Into<String>, word: &str) -> Result<Self, NotAState> {
        Ok(Self {
            id: id.into(),
            state: State::from_word(word).ok_or_else(|| NotAState(word.to_owned()))?,
            statuses: Vec::new(),
        })
    }
}

impl Tidings {
    const fn word(self) -> &'static str {
        match self {
            Self::Status(state) => state.word(),
            Self::Received => RECEIVED,
        }
    }
}

impl ClientAnswer {
    /// The id that the client was promised, when the answer was a 2xx with one.
    fn promised(&self) -> Option<&str> {
        self.id.as_deref().filter(|_| self.is_success())
    }

    fn is_success(&self) -> bool {
        self.status
            .is_some_and(|status| (200..300).contains(&status))
    }
}

impl UpstreamRequest {
    /// The message that the token names: `g1.<message id>.<attempt id>`.
    fn message(&self) -> Option<&str> {
        let (message, attempt) = self
            .token
            .as_deref()?
            .strip_prefix("g1.")?
            .split_once('.')?;
        (!message.is_empty() && !attempt.is_empty()).then_some(message)
    }

    fn is_taken(&self) -> bool {
        self.decision.starts_with("accepted")
    }

    /// Whether the provider answered that it did not take it, so that another try is right.
    fn is_refused(&self) -> bool {
        self.decision.starts_with("refused")
    }
}

/// Fails the test with every broken promise, one a line.
///
/// # Panics
/// When [`check`] finds anything.
pub fn assert_kept(ledgers: &Ledgers, rules: &Rules<'_>) {
    let violations = check(ledgers, rules);
    let lines: Vec<String> = violations.iter().map(ToString::to_string).collect();
    assert!(lines.is_empty(), "promises broken:\n{}", lines.join("\n"));
}

#[cfg(test)]
mod tests;
