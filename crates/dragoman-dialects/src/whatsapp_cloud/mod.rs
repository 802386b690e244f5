//! The webhooks of the WhatsApp Cloud API: what customers write, and what became of messages.
//!
//! [`CloudFormat`] tells them. The envelope and where we differ stand in
//! `docs/operations/webhooks.md`.

mod format;
mod ids;
mod inbound;
mod status;
#[cfg(test)]
mod tests;

pub use format::CloudFormat;

/// The words for events that subscriptions in this format can choose among.
pub(crate) const EVENTS: [&str; 6] = [
    "messages",
    "statuses",
    "sent",
    "delivered",
    "read",
    "failed",
];
