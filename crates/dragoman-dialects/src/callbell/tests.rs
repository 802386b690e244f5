//! The dialect as a client sees it: the router with doubles behind it.

mod account;
mod attaching;
mod channels;
mod choosing;
mod contacts;
mod custom_statuses;
mod deliveries;
mod document;
mod doubles;
mod erasing;
mod fields;
mod matrix;
mod policies;
mod reading;
mod refusals;
mod rehearsing;
mod samples;
mod secrets;
mod sending;
mod subscribing;
mod teams;
mod telling;
mod templates;
mod tidings;
mod users;
