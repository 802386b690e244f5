//! What an operator tells a channel for this API alone.

/// The key for monitors, 12 to 128 characters. Left out: only tokens open their nodes.
pub(in crate::whatsapp_onprem) const API_KEY: &str = "onprem_api_key";

/// The namespace of the business account's templates. Left out: every namespace is right.
pub(in crate::whatsapp_onprem) const TEMPLATE_NAMESPACE: &str = "template_namespace";

/// Whether a setting of this API may have this value, or why not; `None` when there is no such
/// setting here.
pub(crate) fn judge_setting(name: &str, value: &str) -> Option<Result<(), &'static str>> {
    let length = value.chars().count();
    match name {
        API_KEY if length == 0 || (12..=128).contains(&length) => Some(Ok(())),
        API_KEY => Some(Err("must have 12 to 128 characters")),
        TEMPLATE_NAMESPACE => Some(Ok(())),
        _ => None,
    }
}
