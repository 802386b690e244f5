//! How a channel's messages are sent.

use crate::doubt::OnUnknown;
use crate::order::Order;

/// How a channel's messages are sent, where its owner wants it otherwise.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sending {
    /// In which order those of one conversation leave.
    pub order: Order,
    /// What becomes of one whose attempt's answer was lost.
    pub on_unknown: OnUnknown,
    /// Nothing but an explicit refusal of a healthy provider counts as a proof that a message was
    /// not taken: an error of its servers leaves it unknown.
    pub strict: bool,
    /// Why nothing is sent until a person releases the channel; messages are accepted meanwhile.
    pub held: Option<Box<str>>,
}
