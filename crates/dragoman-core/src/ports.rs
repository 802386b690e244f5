//! The doors between the rooms.
//!
//! A room calls another only through one of these traits; `assemble.rs` of the binary decides who
//! stands behind each.

mod clock;
mod desk;
mod driver;
mod format;
mod http;
mod patience;
mod store;

pub use clock::{Clock, Random};
pub use desk::{Desk, DeskError};
pub use driver::{Driver, Incoming, ReceiveError, Received, Setting};
pub use format::{Format, Outgoing, Reference, View};
pub use http::{Answer, Http, HttpError, Method, Reach, Request};
pub use patience::Patience;
pub use store::{
    Acceptance, Accepted, Attempted, AttemptedDelivery, Begin, Counts, Departure, Due, Moment,
    Quarantined, Queued, Recorded, Store, StoreError, Timeline, edit,
};
