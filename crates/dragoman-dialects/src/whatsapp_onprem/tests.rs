//! The API as its clients call it.

mod access;
mod account;
mod anything;
mod attachments;
mod backup;
mod certificates;
mod client;
mod contacts;
mod document;
mod doubles;
mod earlier;
mod examples;
mod extensions;
mod files;
mod hosted;
mod limits;
mod login;
mod media_providers;
mod messages;
mod operation;
mod parsing;
mod profile;
mod reading;
mod routes;
mod samples;
mod security;
mod settings;
mod telling;
mod templates;
mod users;

