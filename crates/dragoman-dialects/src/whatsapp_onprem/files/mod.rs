//! The files of clients, and those that customers sent.

pub(super) mod kept;
pub(super) mod multipart;
pub(super) mod pictures;
pub(super) mod received;
pub(super) mod uploads;
