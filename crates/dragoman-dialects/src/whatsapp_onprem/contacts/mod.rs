//! Whom can be written to, and who they are.

pub(super) mod checks;
pub(super) mod identity;
pub(super) mod keys;
