//! Telling those who listen: bodies, signatures, and the queue that does not give up.

mod client;
mod compose;
mod deliver;
mod sign;

pub(crate) use self::client::Client;
pub(crate) use self::deliver::Deliveries;
