//! What every store has to do, told against the port. A second implementation is one more line in
//! `world::backends`.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod accept;
mod catalog;
mod commit;
mod dead_letters;
mod deliveries;
mod depart;
mod disk;
mod duplicates;
mod faring;
mod fetching;
mod files;
mod follow;
mod foregoing;
mod guard;
mod inbound;
mod keys;
mod keys_model;
mod kill;
mod kill_media;
mod kill_verbs;
mod media;
mod migrate;
mod news;
mod notices;
mod objects;
mod old_news;
mod people;
mod permuted;
mod picture;
mod quarantine;
mod read;
mod regressed;
mod resolve;
mod restart;
mod retention;
mod sealed;
mod settle;
mod shelf;
mod staff;
mod status;
mod tail;
mod telling;
mod world;
