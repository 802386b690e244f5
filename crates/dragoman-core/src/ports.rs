//! The doors between the rooms.
//!
//! A room calls another only through one of these traits; `assemble.rs` of the binary decides who
//! stands behind each.

mod clock;
mod contacts;
mod desk;
mod driver;
mod files;
mod format;
mod http;
mod keys;
mod lines;
mod patience;
mod provider;
mod reckoner;
mod replays;
mod store;

pub use clock::{Clock, Random};
pub use contacts::{COUNTED, Contacts, From, Introduction, Listing, NewNote, Span, Wanted};
pub use desk::{Desk, DeskError, Rehearsal};
pub use driver::{ANSWER_WAIT, Driver, Echo, Incoming, ReceiveError, Received, Setting};
pub use files::{Files, Objects};
pub use format::{Courtesy, Format, NewsView, Outgoing, Reference, View};
pub use http::{ANSWER_LIMIT, Answer, Http, HttpError, Method, Reach, Request};
pub use keys::{Keys, KeysError, Rotated, Rotation};
pub use lines::{Lines, Oldest, WaitingFor};
pub use patience::Patience;
pub use provider::{
    Backup, CodeBy, FileBytes, Hearing, OfferedTemplate, Profile, ProfileChange, Provider,
    Registrar, Sender, Uploaded,
};
pub use reckoner::Reckoner;
pub use replays::{Replay, ReplayError, Replayed, Replays};
pub use store::{
    Acceptance, Accepted, Attempted, AttemptedDelivery, Begin, Counts, DeadLetter, Decided,
    Decision, Delivered, Departure, Doubt, Due, Foregoing, Happened, Latch, Moment, Proven,
    Quarantined, Queued, Recorded, Store, StoreError, Telling, Timeline, earlier, edit,
};
