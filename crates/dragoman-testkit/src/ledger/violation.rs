//! What can be found broken.

use dragoman_core::State;
use time::OffsetDateTime;

use super::Tidings;

/// A broken promise. The number is the promise's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Violation {
    /// R1.
    #[error("R1: {id} was answered with {status} and is not in the store")]
    Lost {
        /// The message.
        id: String,
        /// What the client was answered.
        status: u16,
    },
    /// R1: a success that promises nothing that could be looked for.
    #[error("R1: the request {key} was answered with {status} and no id")]
    NoId {
        /// The client's key.
        key: String,
        /// What the client was answered.
        status: u16,
    },
    /// R1: two requests, one message.
    #[error("R1: {id} was answered to the keys {one} and {other}")]
    SharedId {
        /// The message.
        id: String,
        /// A client's key.
        one: String,
        /// Another.
        other: String,
    },
    /// R2: more messages that no client was answered for than answers were lost.
    #[error("R2: nobody was answered for {ids:?}, but only {lost_answers} answers were lost")]
    NobodyAsked {
        /// The messages that no answer names.
        ids: Vec<String>,
        /// How many keys ended without an answer.
        lost_answers: usize,
    },
    /// R3.
    #[error("R3: the key {key} was answered with {one} and with {other}")]
    KeyWithTwoIds {
        /// The client's key.
        key: String,
        /// A message.
        one: String,
        /// Another.
        other: String,
    },
    /// R3: a second request under a key was taken.
    #[error("R3: the key {key} was used for two requests, and both were taken")]
    KeyReused {
        /// The client's key.
        key: String,
    },
    /// R6.
    #[error("R6: {id} was attempted {attempts} times without a refusal, taken {taken} times")]
    SentTwice {
        /// The message.
        id: String,
        /// POSTs that were taken or ended without an answer.
        attempts: usize,
        /// POSTs that were taken.
        taken: usize,
    },
    /// R6: a POST that cannot be counted for any message.
    #[error("R6: upstream request {n} carries no token of ours: {token:?}")]
    NoToken {
        /// The number in the provider's ledger.
        n: u64,
        /// What it carried.
        token: Option<String>,
    },
    /// R6: nothing is sent that is not on disk.
    #[error("R6: {id} reached the provider and is not in the store")]
    SentUnstored {
        /// The message.
        id: String,
    },
    /// R7: it has not left the queue.
    #[error("R7: {id} is still {}", state.word())]
    NotSettled {
        /// The message.
        id: String,
        /// Where it stands.
        state: State,
    },
    /// R7: it failed, and nobody had a reason.
    #[error("R7: {ids:?} failed, and the provider had refused none of them")]
    FailedUnasked {
        /// Failed messages that the provider was never asked to take.
        ids: Vec<String>,
    },
    /// R7: one message, two rows.
    #[error("R7: {id} is in the store twice")]
    StoredTwice {
        /// The message.
        id: String,
    },
    /// R8.
    #[error("R8: {unknown} messages are unknown, {allowed} may be")]
    TooMuchDoubt {
        /// How many are unknown, without those that the provider left unanswered.
        unknown: usize,
        /// How many may be.
        allowed: usize,
    },
    /// R9: the provider took it, and the store does not say so.
    #[error("R9: {id} was taken by the provider and is {}", state.word())]
    NotHealed {
        /// The message.
        id: String,
        /// Where it stands.
        state: State,
    },
    /// R9: the store says so, and the provider has not taken it.
    #[error("R9: {id} was not taken by the provider and is {}", state.word())]
    HiddenDoubt {
        /// The message.
        id: String,
        /// Where it stands.
        state: State,
    },
    /// R12.
    #[error("R12: {requests} requests in the second from {from} on, {allowed} may be")]
    TooFast {
        /// How many there were in the busiest second.
        requests: usize,
        /// When that began, by the provider's clock.
        from: OffsetDateTime,
        /// How many may be.
        allowed: usize,
    },
    /// R16: a webhook was answered with 200, and what it said is not kept.
    #[error("R16: {id} was reported as {}, which was answered with 200 and is not kept", what.word())]
    Forgotten {
        /// The message.
        id: String,
        /// What was reported.
        what: Tidings,
    },
    /// R17: not what all that was reported comes to.
    #[error("R17: {id} is {}, which is not what was reported", state.word())]
    NotAsReported {
        /// The message.
        id: String,
        /// Where it stands.
        state: State,
    },
    /// R18: one message of a customer's, several rows.
    #[error("R18: {id} of a customer is in the store {times} times")]
    HeardTwice {
        /// The provider's id.
        id: String,
        /// How often.
        times: usize,
    },
    /// R18.
    #[error("R18: {id} of a customer is in the store and the receiver was never told")]
    HeardNotTold {
        /// The provider's id.
        id: String,
    },
    /// R19.
    #[error("R19: {id} was {} and then {}", from.word(), to.word())]
    WentBack {
        /// The message.
        id: String,
        /// What an earlier look showed.
        from: State,
        /// What the next look showed.
        to: State,
    },
    /// R22.
    #[error("R22: {id} is {} and the receiver was never told", state.word())]
    NotTold {
        /// The message.
        id: String,
        /// Where it stands.
        state: State,
    },
    /// R22: two events for what happened once, or one event under two ids.
    #[error("R22: that {id} is {status} was told as the events {events:?}")]
    TwoEvents {
        /// The message.
        id: String,
        /// What was told of it.
        status: String,
        /// The ids of the events.
        events: Vec<String>,
    },
    /// R22: an event without what it tells.
    #[error("R22: the receiver was told of {id}, which is not in the store")]
    ToldUnkept {
        /// The message.
        id: String,
    },
}
