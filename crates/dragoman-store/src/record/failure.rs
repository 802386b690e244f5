//! Failures.

use dragoman_core::outcome::Failure;
use serde::{Deserialize, Serialize};

use super::shape::shape;

#[derive(Serialize, Deserialize)]
#[serde(remote = "Failure")]
pub(crate) struct FailureRecord {
    code: i64,
    title: Box<str>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    details: Option<Box<str>>,
}

shape! { FailureRecord => Failure }
