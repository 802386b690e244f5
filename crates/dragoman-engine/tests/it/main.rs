//! The engine with the embedded store, a scripted provider and a clock moved by hand.

#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]

mod accepting;
mod blaming;
mod crash;
mod crowded;
mod departing;
mod doubles;
mod doubting;
mod endpoints;
mod enduring;
mod feed;
mod fetching;
mod following;
mod full_disk;
mod guarded;
mod hands;
mod holding;
mod house;
mod incoming;
mod jumping;
mod late;
mod news;
mod notifying;
mod offers;
mod ordering;
mod outcomes;
mod panicking;
mod pausing;
mod points;
mod preparing;
mod reaching;
mod rehearsing;
mod replaying;
mod retold;
mod sending;
mod sessions;
mod shelf;
mod simulation;
mod store;
mod strikes;
mod sweeping;
mod templates;
mod torturing;
mod verbs;
