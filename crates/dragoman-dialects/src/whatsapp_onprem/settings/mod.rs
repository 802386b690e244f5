//! What clients set: the application, the profile, and where webhooks go.

pub(super) mod application;
pub(super) mod backup;
pub(super) mod changing;
pub(super) mod channel_settings;
pub(super) mod headers;
pub(super) mod hosted;
pub(super) mod known_settings;
pub(super) mod media_providers;
pub(super) mod profile;
pub(super) mod sealed;
