//! Lines that only collaborators read.

use dragoman_core::message::Note;
use serde::{Deserialize, Serialize};

use super::shape::shape;

#[derive(Serialize, Deserialize)]
#[serde(remote = "Note")]
pub(crate) struct NoteRecord {
    text: Box<str>,
}

shape! { NoteRecord => Note }
