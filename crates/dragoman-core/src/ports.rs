//! The doors between the rooms.
//!
//! A room calls another only through one of these traits; `assemble.rs` of the binary decides who
//! stands behind each.

mod clock;
mod desk;
mod driver;
mod format;
mod http;
mod store;

pub use clock::{Clock, Random};
pub use desk::{Desk, DeskError};
pub use driver::{Driver, Incoming, ReceiveError};
pub use format::{Format, Outgoing, View};
pub use http::{Answer, Http, HttpError, Method, Reach, Request};
pub use store::{
    Acceptance, Accepted, Attempted, AttemptedDelivery, Begin, Counts, Departure, Due, Moment,
    Queued, Recorded, Store, StoreError, Timeline,
};
