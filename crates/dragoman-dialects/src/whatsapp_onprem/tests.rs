//! The API as its clients call it.

mod client;
mod doubles;
mod earlier;
mod files;
mod login;
mod messages;
mod parsing;
mod routes;
mod samples;
mod settings;
mod telling;
