//! The webhooks: what customers write, and what became of messages.

pub(super) mod format;
pub(super) mod inbound;
pub(super) mod status;
