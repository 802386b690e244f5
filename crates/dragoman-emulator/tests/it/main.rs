//! Stories against the real server: a business with a webhook, and customers with phones.

#![expect(
    clippy::unwrap_used,
    reason = "a story that goes wrong should stop where it does"
)]

mod attacks;
mod business;
mod chats;
mod faults;
mod media;
mod nodes;
mod page;
mod people;
mod restart;
mod sending;
mod templates;
mod webhook;
