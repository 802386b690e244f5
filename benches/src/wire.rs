//! As much of HTTP/1.1 as a load generator needs, by hand: every microsecond that it takes is taken
//! from the gateway that is measured.

pub(crate) mod ask;
pub(crate) mod connection;
pub(crate) mod message;
pub(crate) mod server;
