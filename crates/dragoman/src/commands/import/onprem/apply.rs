//! What a client was told, told to the channel that follows it.

use dragoman_core::ports::Method;
use serde_json::{Map, Value, json};

use super::export::{ABOUT, APPLICATION, BUSINESS, Export, HEALTH, PROVIDERS};
use super::node::Node;
use super::told::Told;
use crate::commands::import::quoted;

/// Settings that mean the same here. Of `media` it is only what is fetched by itself.
const TAKEN: [&str; 10] = [
    "callback_backoff_delay_ms",
    "max_callback_backoff_delay_ms",
    "callback_persist",
    "sent_status",
    "legacy_event_types",
    "webhook_payload_conversation_pricingmodel_disabled",
    "show_security_notifications",
    "notify_user_change_number",
    "skip_referral_media_download",
    "webhooks",
];

/// Writes what can be taken over, and says what came of it. One part that is refused does not keep
/// the others.
pub(super) async fn apply(export: &Export, target: &Node, slug: &str) -> Told {
    let mut told = Told::new(export.at(HEALTH, "/health"), export.users());
    let (taken, left) = settings(export.at(APPLICATION, "/settings/application"));
    told.without_meaning = left;
    let (about, business) = (
        export.at(ABOUT, "/settings/profile/about/text").as_str(),
        export.at(BUSINESS, "/settings/business/profile"),
    );
    let about = about.map(|text| json!({ "text": text }));
    let writes = [
        (Method::Patch, APPLICATION, taken),
        (Method::Patch, ABOUT, about.unwrap_or_default()),
        (Method::Post, BUSINESS, business.clone()),
    ];
    for (method, path, body) in writes {
        let names = body.as_object().into_iter().flat_map(Map::keys);
        let names: Vec<String> = names.map(|name| format!("{path}: {name}")).collect();
        if names.is_empty() {
            continue;
        }
        match target.change(method, path, &body).await {
            Ok(()) => told.taken.extend(names),
            Err(error) => told.left_out.push(format!("{error:#}")),
        }
    }
    let providers = export.at(PROVIDERS, "/settings/application/media/providers");
    let providers = providers.as_array().into_iter().flatten();
    let commands = providers.map(|provider| provider_command(target.base(), provider));
    told.providers = commands.collect();
    told.next_steps(target.base(), slug);
    told
}

/// The settings to be written, and the names of those that mean nothing here.
fn settings(application: &Value) -> (Value, Vec<String>) {
    let mut taken = Map::new();
    let mut left = Vec::new();
    for (name, value) in application.as_object().into_iter().flatten() {
        match name.as_str() {
            "media" => {
                let kinds = &value["auto_download"];
                taken.insert(name.clone(), json!({ "auto_download": kinds }));
            }
            "webhooks" if value["url"] == "" => {
                // A client that told nobody takes nobody's webhook away.
                let mut told = value.clone();
                told.as_object_mut().and_then(|told| told.remove("url"));
                taken.insert(name.clone(), told);
            }
            known if TAKEN.contains(&known) => drop(taken.insert(name.clone(), value.clone())),
            _ => left.push(name.clone()),
        }
    }
    (taken.into(), left)
}

/// Only its owner has the secret.
fn provider_command(base: &str, provider: &Value) -> String {
    let url = format!("{base}/v1/{PROVIDERS}");
    format!(
        "curl -X POST {} -H \"Authorization: Bearer $TOKEN\" \
         -H 'Content-Type: application/json' -d {}",
        quoted(&url),
        quoted(&json!([provider]).to_string()),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_taken_that_mean_the_same_here() {
        let application = json!({
            "callback_backoff_delay_ms": "3000", "callback_persist": true,
            "heartbeat_interval": 5, "pass_through": false, "sent_status": true,
            "webhook_payload_conversation_pricingmodel_disabled": true,
            "legacy_event_types": true, "show_security_notifications": true,
            "media": { "auto_download": ["image"], "providers": [] }, "wa_id": "",
            "webhooks": { "url": "https://app.example/hook", "max_concurrent_requests": 12 },
        });
        let (taken, left) = settings(&application);
        let expected = json!({
            "callback_backoff_delay_ms": "3000", "callback_persist": true, "sent_status": true,
            "webhook_payload_conversation_pricingmodel_disabled": true,
            "legacy_event_types": true, "show_security_notifications": true,
            "media": { "auto_download": ["image"] },
            "webhooks": { "url": "https://app.example/hook", "max_concurrent_requests": 12 },
        });
        assert_eq!(taken, expected);
        assert_eq!(left, ["heartbeat_interval", "pass_through", "wa_id"]);
        assert_eq!(settings(&Value::Null), (json!({}), Vec::new()));
        let silent = json!({ "webhooks": { "url": "", "max_concurrent_requests": 6 } });
        let taken = json!({ "webhooks": { "max_concurrent_requests": 6 } });
        assert_eq!(settings(&silent).0, taken);
    }

    #[test]
    fn the_command_for_a_media_provider_can_be_pasted() {
        let provider = json!({ "name": "Ada's", "config": { "bearer": "…" } });
        let command = provider_command("http://127.0.0.1:8080/onprem/main", &provider);
        let body = r#"-d '[{"config":{"bearer":"…"},"name":"Ada'\''s"}]'"#;
        assert!(command.ends_with(body), "{command}");
    }
}
