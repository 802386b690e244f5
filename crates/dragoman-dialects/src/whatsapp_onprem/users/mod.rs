//! Who may call, and how they prove it.

pub(super) mod login;
pub(super) mod managing;
pub(super) mod token;
