//! What a client sets with `/v1/settings/application`, and what it means for webhooks.

use std::time::Duration;

use dragoman_core::Raw;
use serde_json::{Map, Value, json};

use super::headers::HEADERS;
use super::known_settings::{DOWNLOADS, KNOWN};
use crate::whatsapp_onprem::fields::{flag, whole};
use crate::whatsapp_onprem::render::Fault;

/// The settings that were made, without the defaults.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::whatsapp_onprem) struct Application(Map<String, Value>);

/// How many webhooks run at once at most, whatever was asked for.
const MOST_CONCURRENT: i64 = 24;

/// A status that a client can decline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::whatsapp_onprem) enum Receipt {
    Sent,
    Delivered,
    Read,
}

impl Application {
    /// What was kept; anything unreadable counts as nothing.
    pub(in crate::whatsapp_onprem) fn read(kept: Option<&Raw>) -> Self {
        let object = kept.and_then(|raw| serde_json::from_str(raw.as_str()).ok());
        Self(object.unwrap_or_default())
    }

    /// What is to be kept.
    pub(in crate::whatsapp_onprem) fn raw(&self) -> Raw {
        Raw::new(Value::Object(self.0.clone()).to_string())
    }

    /// The settings that were made, as a client would send them.
    pub(in crate::whatsapp_onprem) fn into_value(self) -> Value {
        Value::Object(self.0)
    }

    /// Takes over what a client sent: what is absent stays as it was.
    ///
    /// # Errors
    /// 1009 for a known setting that has an impossible value; nothing is taken over then.
    pub(in crate::whatsapp_onprem) fn with(
        &self,
        sent: &Map<String, Value>,
    ) -> Result<Self, Fault> {
        let mut merged = self.clone();
        for (path, form) in KNOWN {
            if let Some(value) = find(sent, path)? {
                let value = form.read(value).map_err(|why| Fault::invalid(path, &why))?;
                merged.set(path, value);
            }
        }
        Ok(merged)
    }

    /// Everything, as a client reads it. `wa_id` is the channel's own number. The webhook's headers
    /// are left out: they hold secrets.
    pub(in crate::whatsapp_onprem) fn shown(&self, wa_id: &str) -> Value {
        let mut shown = defaults(wa_id);
        overlay(&mut shown, &self.0);
        let webhooks = shown["webhooks"].as_object_mut();
        webhooks.and_then(|webhooks| webhooks.remove("headers"));
        shown
    }

    /// What is sent with every webhook, as names in lower case and texts.
    pub(in crate::whatsapp_onprem) fn headers(&self) -> Map<String, Value> {
        let headers = self.at(HEADERS).and_then(Value::as_object);
        headers.cloned().unwrap_or_default()
    }

    /// Where webhooks go; `None` when nowhere.
    pub(in crate::whatsapp_onprem) fn url(&self) -> Option<&str> {
        let url = self.at("webhooks.url").and_then(Value::as_str);
        url.filter(|url| !url.is_empty())
    }

    /// How many webhooks may run at once.
    pub(in crate::whatsapp_onprem) fn concurrency(&self) -> u16 {
        let wanted = self.count("webhooks.max_concurrent_requests", 6);
        u16::try_from(wanted.min(MOST_CONCURRENT)).unwrap_or(1)
    }

    /// By how much the pause between two tries grows.
    pub(in crate::whatsapp_onprem) fn backoff(&self) -> Duration {
        self.millis("callback_backoff_delay_ms", 3000)
    }

    /// The longest pause between two tries.
    pub(in crate::whatsapp_onprem) fn longest_backoff(&self) -> Duration {
        self.millis("max_callback_backoff_delay_ms", 900_000)
    }

    /// Whether the client wants to hear of this status. `sent_status` is the older name of one.
    pub(in crate::whatsapp_onprem) fn wants(&self, receipt: Receipt) -> bool {
        let wish = match receipt {
            Receipt::Sent => self
                .is_on("webhooks.message.sent")
                .or_else(|| self.is_on("sent_status")),
            Receipt::Delivered => self.is_on("webhooks.message.delivered"),
            Receipt::Read => self.is_on("webhooks.message.read"),
        };
        wish.unwrap_or(true)
    }

    /// Whether statuses tell the conversation and its price.
    pub(in crate::whatsapp_onprem) fn tells_price(&self) -> bool {
        let hidden = self.is_on("webhook_payload_conversation_pricingmodel_disabled");
        hidden != Some(true)
    }

    /// Whether statuses of messages that came through another API are told, too.
    pub(in crate::whatsapp_onprem) fn hears_all(&self) -> bool {
        self.at("origin").and_then(Value::as_str) == Some("all")
    }

    /// Whether the client knows only the types of webhooks that were there in the first years.
    pub(in crate::whatsapp_onprem) fn is_of_the_first_years(&self) -> bool {
        self.is_on("legacy_event_types").unwrap_or(false)
    }

    /// Whether the client wants to hear that a customer has another number now.
    pub(in crate::whatsapp_onprem) fn hears_new_numbers(&self) -> bool {
        self.is_on("notify_user_change_number").unwrap_or(true)
    }

    /// Whether the client wants to hear who a customer is, and that it may be somebody else now.
    pub(in crate::whatsapp_onprem) fn hears_of_identities(&self) -> bool {
        self.is_on("show_security_notifications").unwrap_or(false)
    }

    /// Whether the client wants files that come as this type of message.
    pub(in crate::whatsapp_onprem) fn takes_files(&self, word: &str) -> bool {
        let wanted = self.at("media.auto_download").and_then(Value::as_array);
        wanted.is_none_or(|words| words.iter().any(|wanted| wanted == word))
    }

    /// Whether the client wants the pictures of advertisements.
    pub(in crate::whatsapp_onprem) fn takes_advertisements(&self) -> bool {
        self.is_on("skip_referral_media_download") != Some(true)
    }

    fn is_on(&self, path: &str) -> Option<bool> {
        self.at(path).and_then(flag)
    }

    fn at(&self, path: &str) -> Option<&Value> {
        find(&self.0, path).ok().flatten()
    }

    fn count(&self, path: &str, default: i64) -> i64 {
        let given = self.at(path).and_then(whole);
        given.filter(|&count| count > 0).unwrap_or(default)
    }

    fn millis(&self, path: &str, default: i64) -> Duration {
        Duration::from_millis(self.count(path, default).unsigned_abs())
    }

    fn set(&mut self, path: &str, value: Value) {
        let mut object = &mut self.0;
        let mut rest = path;
        while let Some((first, then)) = rest.split_once('.') {
            let inner = object.entry(first).or_insert_with(|| json!({}));
            if !inner.is_object() {
                *inner = json!({});
            }
            object = inner.as_object_mut().expect("it was just made one");
            rest = then;
        }
        object.insert(rest.to_owned(), value);
    }
}

/// What stands at a path such as `webhooks.url`.
fn find<'a>(object: &'a Map<String, Value>, path: &str) -> Result<Option<&'a Value>, Fault> {
    let mut object = object;
    let mut rest = path;
    while let Some((first, then)) = rest.split_once('.') {
        match object.get(first) {
            None | Some(Value::Null) => return Ok(None),
            Some(Value::Object(inner)) => (object, rest) = (inner, then),
            // PHP writes an empty object as an empty array.
            Some(Value::Array(list)) if list.is_empty() => return Ok(None),
            Some(Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_)) => {
                return Err(Fault::invalid(first, "must be an object"));
            }
        }
    }
    Ok(object.get(rest).filter(|value| !value.is_null()))
}

/// A fresh client's answer, with the statuses that every known consumer expects, and later keys
/// that have a default.
fn defaults(wa_id: &str) -> Value {
    json!({
        "callback_backoff_delay_ms": 3000,
        "callback_persist": true,
        "db_garbagecollector_enable": true,
        "garbagecollector_enable": { "messages": true, "media": false },
        "heartbeat_interval": 5,
        "legacy_event_types": false,
        "log_level": "info",
        "max_callback_backoff_delay_ms": 900_000,
        "media": { "auto_download": DOWNLOADS },
        "notify_user_change_number": true,
        "pass_through": false,
        "sent_status": true,
        "show_security_notifications": false,
        "skip_referral_media_download": false,
        "tcp_listen_address": "any",
        "unhealthy_interval": 30,
        "verbose_logging": false,
        "wa_id": wa_id,
        "webhook_payload_conversation_pricingmodel_disabled": false,
        "webhooks": {
            "max_concurrent_requests": 6,
            "message": { "sent": true, "delivered": true, "read": true },
            "url": "",
        },
    })
}

fn overlay(below: &mut Value, above: &Map<String, Value>) {
    for (key, value) in above {
        match (below.get_mut(key), value) {
            (Some(inner @ Value::Object(_)), Value::Object(above)) => overlay(inner, above),
            _ => below[key] = value.clone(),
        }
    }
}

#[cfg(test)]
#[path = "application_tests.rs"]
mod tests;
