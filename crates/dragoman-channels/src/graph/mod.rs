//! What Meta's products share: the error object and what its codes mean for an attempt, how a
//! question is asked and a change is told, the signature of webhooks, and the challenge by which
//! Meta verifies an address.

mod answer;
mod challenge;
mod codes;
mod error;
mod question;
mod signature;
mod table;

pub(crate) use answer::failure;
pub(crate) use challenge::{challenge, same_secret};
pub use codes::{Codes, NotATable};
pub(crate) use error::GraphError;
pub(crate) use question::{
    ask, call, dated, encoded, not_reached, post, post_field, request, tell,
};
pub(crate) use signature::{HEADER, from_hex, is_signed};
