//! Watches how much room is left, so that nothing is accepted that cannot be kept, and what was
//! accepted can come to its end.

mod reserve;
mod rule;
mod uploads;
mod watch;

pub(crate) use rule::{Rule, Space};
pub(crate) use uploads::Uploads;
pub(crate) use watch::Watch;
