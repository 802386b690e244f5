//! How the gateway does, for monitors and operators.

pub(super) mod certificates;
pub(super) mod collectors;
pub(super) mod figures;
pub(super) mod health;
pub(super) mod support;
