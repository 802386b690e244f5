//! The API as the commands and the scripts of operators call it.

mod accounts;
mod attempts;
mod channels;
mod contacts;
mod delivery;
mod document;
mod doubts;
mod events;
mod funnels;
mod house;
mod keys;
mod matrix;
mod quarantine;
mod reach;
mod repeating;
mod schema;
mod secrets;
mod sessions;
mod standing;
mod subscriptions;
mod teams;
mod telling_again;
mod templates;
mod tokens;
mod users;
