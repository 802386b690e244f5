use super::*;

fn sent(value: Value) -> Map<String, Value> {
    value.as_object().unwrap().clone()
}

fn with(value: Value) -> Application {
    Application::default().with(&sent(value)).unwrap()
}

#[test]
fn only_what_is_sent_changes_and_unknown_settings_are_ignored() {
    let first = with(json!({
        "webhooks": { "url": "https://example.com/hook", "message": { "read": false } },
        "shiny_setting": "5,10,2",
        "wa_id": "1",
    }));
    let then = first
        .with(&sent(
            json!({ "webhooks": { "max_concurrent_requests": "12" } }),
        ))
        .unwrap();
    assert_eq!(
        then.raw().as_str(),
        r#"{"webhooks":{"max_concurrent_requests":12,"message":{"read":false},"url":"https://example.com/hook"}}"#
    );
    assert_eq!(then.url(), Some("https://example.com/hook"));
    assert_eq!(then.concurrency(), 12);
    assert!(!then.wants(Receipt::Read) && then.wants(Receipt::Delivered));
}

#[test]
fn numbers_may_be_written_as_text() {
    let application = with(json!({ "callback_backoff_delay_ms": "5000" }));
    assert_eq!(application.backoff(), Duration::from_secs(5));
    assert_eq!(application.longest_backoff(), Duration::from_secs(900));
}

#[test]
fn impossible_values_are_refused_and_named() {
    for bad in [
        json!({ "webhooks": { "url": "ftp://example.com" } }),
        json!({ "webhooks": { "url": "https://" } }),
        json!({ "webhooks": { "url": 5 } }),
        json!({ "webhooks": "https://example.com" }),
        json!({ "webhooks": { "max_concurrent_requests": 0 } }),
        json!({ "callback_backoff_delay_ms": "soon" }),
        json!({ "callback_backoff_delay_ms": -1 }),
        json!({ "sent_status": 3 }),
        json!({ "media": { "auto_download": [1] } }),
        json!({ "media": { "auto_download": ["image", "hologram"] } }),
        json!({ "media": { "auto_download": "image" } }),
    ] {
        assert!(
            Application::default().with(&sent(bad.clone())).is_err(),
            "{bad}"
        );
    }
}

#[test]
fn the_newer_name_of_sent_status_wins() {
    assert!(with(json!({})).wants(Receipt::Sent));
    assert!(!with(json!({ "sent_status": false })).wants(Receipt::Sent));
    let both = json!({ "sent_status": false, "webhooks": { "message": { "sent": true } } });
    assert!(with(both).wants(Receipt::Sent));
}

#[test]
fn settings_are_shown_over_the_defaults_of_a_fresh_client() {
    let shown = with(json!({ "webhooks": { "url": "http://10.0.0.1/x" } })).shown("31612345678");
    assert_eq!(
        shown["webhooks"],
        json!({
            "max_concurrent_requests": 6,
            "message": { "sent": true, "delivered": true, "read": true },
            "url": "http://10.0.0.1/x",
        })
    );
    assert_eq!(shown["wa_id"], "31612345678");
    assert_eq!(shown["heartbeat_interval"], 5);
}

#[test]
fn what_lost_its_meaning_is_shown_as_it_came() {
    let sent =
        json!({ "messaging_api_rate_limit": ["15", "54", "1.2"], "tcp_listen_address": "x" });
    let shown = with(sent.clone()).shown("");
    assert_eq!(
        shown["messaging_api_rate_limit"],
        sent["messaging_api_rate_limit"]
    );
    assert_eq!(shown["tcp_listen_address"], "x");
}

#[test]
fn every_setting_with_a_default_shows_it() {
    let shown = Application::default().shown("");
    let without = [
        "axolotl_context_striping_disabled",
        "contacts_api_rate_limit",
        "contacts_scrape_rate_limit",
        "messaging_api_rate_limit",
        "on_call_pager",
        "origin",
        "webhooks.headers",
    ];
    for (path, _) in KNOWN {
        let pointer = format!("/{}", path.replace('.', "/"));
        let is_shown = shown.pointer(&pointer).is_some();
        assert_eq!(is_shown, !without.contains(&path), "{path}");
    }
}
