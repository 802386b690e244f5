//! What a channel is told of itself: by its driver's names, and by those of the On-Premises API.

use dragoman_core::ports::{Driver, Setting};

use super::answer::Problem;
use crate::whatsapp_onprem;

/// Whether the channel may have this value under this name; an empty one takes it away.
///
/// # Errors
/// Nobody knows the name, or cannot do with the value.
pub(super) fn check(driver: &dyn Driver, name: &str, value: &str) -> Result<(), Problem> {
    let refused = |text: String| Err(Problem::invalid("settings", text));
    if let Some(why) = whatsapp_onprem::judge_setting(name, value) {
        return why.or_else(|why| refused(format!("{name} {why}")));
    }
    let known = |setting: &&Setting| setting.name == name;
    match driver.settings().iter().find(known) {
        None => refused(format!("{} has no setting {name:?}", driver.name())),
        Some(setting) if setting.required && value.is_empty() => {
            refused(format!("{name} must not be empty"))
        }
        Some(_) => Ok(()),
    }
}
