//! What clients send: read, checked and handed on.

pub(super) mod actions;
pub(super) mod attachment;
pub(super) mod cards;
pub(super) mod duplicate;
pub(super) mod earlier;
pub(super) mod interactive;
pub(super) mod localized;
pub(super) mod media;
pub(super) mod parse;
pub(super) mod reading;
pub(super) mod sending;
pub(super) mod template;
pub(super) mod values;
