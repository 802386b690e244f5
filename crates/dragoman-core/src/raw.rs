//! Foreign text that is kept as it came.

use std::fmt;

/// JSON of somebody else that must be kept unchanged: flow data, raw statuses, metadata.
/// Core never looks inside.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Raw(Box<str>);

impl Raw {
    /// Keeps `text` as it is. The caller has made sure that it is what it claims to be.
    pub fn new(text: impl Into<Box<str>>) -> Self {
        Self(text.into())
    }

    /// The text as it came.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Raw {
    /// Only the length: the text may hold what customers wrote.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Raw({} bytes)", self.0.len())
    }
}
