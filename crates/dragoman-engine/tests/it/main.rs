//! The engine with the embedded store, a scripted provider and a clock moved by hand.

#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]

mod crash;
mod doubles;
mod feed;
mod house;
mod incoming;
mod notifying;
mod sending;
mod store;
