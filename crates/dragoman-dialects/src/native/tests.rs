//! The API as the commands and the scripts of operators call it.

mod accounts;
mod attempts;
mod channels;
mod house;
mod quarantine;
mod reach;
