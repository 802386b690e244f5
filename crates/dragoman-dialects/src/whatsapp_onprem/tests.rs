//! The API as its clients call it.

mod access;
mod anything;
mod attachments;
mod client;
mod contacts;
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
mod templates;
