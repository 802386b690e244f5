//! The API as its clients call it.

mod anything;
mod attachments;
mod client;
mod doubles;
mod earlier;
mod examples;
mod extensions;
mod files;
mod limits;
mod login;
mod messages;
mod parsing;
mod reading;
mod routes;
mod samples;
mod settings;
mod telling;
