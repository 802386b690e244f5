//! A notice of the messenger about a customer.

use dragoman_core::Raw;
use serde_json::{Map, Value};

use super::{Told, read};
use crate::whatsapp_onprem::settings::application::Application;

/// The two notices of this API, for which the Cloud API has other words; others are passed on.
/// `None` when the client has declined it.
pub(super) fn told(notice: &Raw, wa_id: &str, application: &Application) -> Option<Told> {
    let Value::Object(mut notice) = read(notice) else {
        return Some(super::unknown::bare());
    };
    match notice.get("type").and_then(Value::as_str) {
        Some("user_changed_number" | "customer_changed_number") => {
            is_about(&mut notice, "user_changed_number");
            if let Some(number) = notice.remove("wa_id") {
                notice.entry("new_wa_id").or_insert(number);
            }
            application.hears_new_numbers().then_some(())?;
        }
        Some("user_identity_changed" | "customer_identity_changed") => {
            is_about(&mut notice, "user_identity_changed");
            let named = [notice.remove("customer"), notice.remove("wa_id")];
            let user = named.into_iter().flatten().find(Value::is_string);
            notice
                .entry("user")
                .or_insert(user.unwrap_or_else(|| wa_id.into()));
            application.hears_of_identities().then_some(())?;
        }
        Some(_) | None => {}
    }
    Some(Told::plain("system", Value::Object(notice)))
}

fn is_about(notice: &mut Map<String, Value>, what: &str) {
    notice.insert("type".to_owned(), what.into());
}
