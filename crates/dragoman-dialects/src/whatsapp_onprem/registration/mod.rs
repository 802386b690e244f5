//! How a number comes to be registered, and the secrets that go with it.

pub(super) mod account;
pub(super) mod security;
