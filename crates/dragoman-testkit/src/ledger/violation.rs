//! What can be found broken.

use dragoman_core::State;

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
    /// R22.
    #[error("R22: {id} is {} and the receiver was never told", state.word())]
    NotTold {
        /// The message.
        id: String,
        /// Where it stands.
        state: State,
    },
}
