//! The words, laws and ports of Dragoman.
//!
//! Every other room of the house depends on this crate and on no other room. It holds the values
//! that travel between them, the rules that decide about those values, and the traits ("ports")
//! through which the rooms call each other.
//!
//! It never does IO, never reads a clock, never makes a random number and has never heard of JSON:
//! time and fresh ids are parameters, foreign JSON is kept as opaque [`Raw`] text.
//!
//! Start reading with [`message`] (the stages of a message), then [`admission`], then [`ports`].

pub mod address;
pub mod admission;
pub mod assignment;
pub mod catalog;
pub mod clock;
pub mod contact;
pub mod content;
pub mod doubt;
pub mod event;
pub mod file;
pub mod id;
pub mod inbound;
pub mod masked;
pub mod message;
pub mod news;
pub mod order;
pub mod outcome;
pub mod ports;
pub mod rate;
pub mod raw;
pub mod reckoning;
pub mod refusal;
pub mod retry;
pub mod secret;
pub mod state;
pub mod submission;
pub mod template;
pub mod tenant;
pub mod time;
pub mod window;

pub use address::{Address, Phone};
pub use id::{Id, MessageId};
pub use masked::Masked;
pub use raw::Raw;
pub use refusal::Refusal;
pub use secret::Secret;
pub use state::State;
pub use tenant::Tenant;
pub use time::Timestamp;
