//! What an operator tells a channel for this API alone.

use std::time::Duration;

use dragoman_core::catalog::Channel;

use crate::spans::span;

/// The key for monitors, 12 to 128 characters. Left out: only tokens open their nodes.
pub(in crate::whatsapp_onprem) const API_KEY: &str = "onprem_api_key";

/// The namespace of the business account's templates. Left out: every namespace is right.
pub(in crate::whatsapp_onprem) const TEMPLATE_NAMESPACE: &str = "template_namespace";

/// The same content to the same recipient within this time is the same message, for programs that
/// repeat themselves without an idempotency key. Left out: every call is its own.
pub(crate) const DUPLICATE_WINDOW: &str = "onprem_duplicate_window";

/// Whether a setting of this API may have this value, or why not; `None` when there is no such
/// setting here.
pub(crate) fn judge_setting(name: &str, value: &str) -> Option<Result<(), &'static str>> {
    let length = value.chars().count();
    match name {
        API_KEY if length == 0 || (12..=128).contains(&length) => Some(Ok(())),
        API_KEY => Some(Err("must have 12 to 128 characters")),
        TEMPLATE_NAMESPACE => Some(Ok(())),
        DUPLICATE_WINDOW if value.is_empty() || span(value).is_some() => Some(Ok(())),
        DUPLICATE_WINDOW => Some(Err("must be a span of time such as 60s, at most a day")),
        _ => None,
    }
}

/// Within which time the same content to the same recipient is the same message.
pub fn duplicate_window(channel: &Channel) -> Option<Duration> {
    span(channel.setting(DUPLICATE_WINDOW))
}
