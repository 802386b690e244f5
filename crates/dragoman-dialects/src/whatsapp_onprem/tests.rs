//! The API as its clients call it.

mod client;
pub(super) mod doubles;
mod login;
mod messages;
mod routes;
pub(super) mod samples;
mod settings;
