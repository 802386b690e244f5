//! Every node is there, for whom it is meant, and `docs/dialects/onprem.md` says how it compares.

use serde_json::json;

use super::client::Client;

const DOCUMENT: &str = include_str!("../../../../../docs/dialects/onprem.md");

/// Who may call a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum For {
    /// `admin` alone.
    Admin,
    /// Every user.
    Users,
    /// Those without a token.
    Strangers,
}

use For::{Admin, Strangers, Users};

/// Every node, with `{name}` for what varies.
const NODES: &[(&str, &str, For)] = &[
    ("POST", "/v1/users/login", Strangers),
    ("POST", "/v1/users", Admin),
    ("GET", "/v1/users/{username}", Users),
    ("PUT", "/v1/users/{username}", Users),
    ("DELETE", "/v1/users/{username}", Admin),
    ("POST", "/v1/account", Admin),
    ("POST", "/v1/account/verify", Admin),
    ("POST", "/v1/account/shards", Admin),
    ("POST", "/v1/settings/account/two-step", Admin),
    ("DELETE", "/v1/settings/account/two-step", Admin),
    ("GET", "/v1/settings/application", Admin),
    ("PATCH", "/v1/settings/application", Admin),
    ("PUT", "/v1/settings/application", Admin),
    ("DELETE", "/v1/settings/application", Admin),
    ("GET", "/v1/settings/application/media/providers", Admin),
    ("POST", "/v1/settings/application/media/providers", Admin),
    (
        "DELETE",
        "/v1/settings/application/media/providers/{name}",
        Admin,
    ),
    ("POST", "/v1/settings/backup", Admin),
    ("POST", "/v1/settings/restore", Admin),
    ("GET", "/v1/settings/profile/about", Users),
    ("PATCH", "/v1/settings/profile/about", Users),
    ("GET", "/v1/settings/profile/photo", Users),
    ("POST", "/v1/settings/profile/photo", Users),
    ("DELETE", "/v1/settings/profile/photo", Users),
    ("GET", "/v1/settings/business/profile", Users),
    ("POST", "/v1/settings/business/profile", Users),
    ("PUT", "/v1/settings/business/profile", Users),
    (
        "POST",
        "/v1/settings/business/whatsapp_business_encryption",
        Admin,
    ),
    ("POST", "/v1/messages", Users),
    ("PUT", "/v1/messages/{id}", Users),
    ("POST", "/v1/contacts", Users),
    ("GET", "/v1/contacts/{wa_id}/identity", Users),
    ("PUT", "/v1/contacts/{wa_id}/identity", Users),
    ("POST", "/v1/media", Users),
    ("GET", "/v1/media/{id}", Users),
    ("DELETE", "/v1/media/{id}", Users),
    ("GET", "/v1/health", Users),
    ("GET", "/v1/stats/app", Users),
    ("GET", "/v1/stats/db", Users),
    ("GET", "/v1/metrics", Users),
    ("GET", "/metrics", Users),
    ("GET", "/v1/support", Users),
    ("PUT", "/v1/services/message/gc", Admin),
    ("PUT", "/v1/services/media/gc", Admin),
    ("POST", "/v1/certificates/external", Admin),
    ("GET", "/v1/certificates/external/ca", Admin),
    ("GET", "/v1/certificates/webhooks/ca", Admin),
    ("POST", "/v1/certificates/webhooks/ca", Admin),
    ("DELETE", "/v1/certificates/webhooks/ca", Admin),
    ("GET", "/v1/stickerpacks", Users),
    ("POST", "/v1/stickerpacks", Users),
    ("PATCH", "/v1/stickerpacks/{id}", Users),
    ("POST", "/v1/stickerpacks/{id}/stickers", Users),
    ("DELETE", "/v1/stickerpacks/{id}/stickers/{index}", Users),
    ("GET", "/v1/groups", Users),
    ("GET", "/v1/groups/{id}", Users),
    ("POST", "/v1/groups/{id}/leave", Users),
    ("GET", "/v1/configs/webhook", Admin),
    ("POST", "/v1/configs/webhook", Admin),
    ("GET", "/v1/configs/templates", Users),
    // Ends the token that it is called with.
    ("POST", "/v1/users/logout", Users),
];

/// What `admin` alone may do is refused to others in these words.
const FORBIDDEN: &str = "Only admin may do this.";

fn path(channel: &str, node: &str) -> String {
    let node = node.replace("{username}", "clerk").replace("{name}", "one");
    format!("/onprem/{channel}{node}").replace(['{', '}'], "")
}

#[tokio::test]
async fn nothing_is_open_to_those_without_a_token() {
    let client = Client::new();
    for (method, node, _) in NODES {
        let answer = client.call(method, &path("demo", node), "").await;
        assert_eq!(answer.code(), (401, 1005), "{method} {node}");
    }
}

#[tokio::test]
async fn a_token_opens_nothing_of_another_channel() {
    let client = Client::logged_in("admin").await;
    for (method, node, _) in NODES.iter().filter(|(.., by)| *by != Strangers) {
        let answer = client.call(method, &path("other", node), "").await;
        assert_eq!(answer.code(), (404, 1006), "{method} {node}");
        assert_eq!(
            answer.details(),
            "There is no such channel.",
            "{method} {node}"
        );
    }
}

#[tokio::test]
async fn what_is_admin_s_is_refused_to_other_users_and_nothing_else_is() {
    let client = Client::logged_in("clerk").await;
    for (method, node, by) in NODES.iter().filter(|(.., by)| *by != Strangers) {
        let answer = client.call(method, &path("demo", node), "{}").await;
        let details = &answer.body["errors"][0]["details"];
        let is_refused = answer.status == 403 && details == FORBIDDEN;
        assert_eq!(is_refused, *by == Admin, "{method} {node}: {}", answer.body);
    }
}

#[tokio::test]
async fn every_node_is_there_for_admin_also_with_a_slash_at_its_end() {
    let client = Client::logged_in("admin").await;
    for (method, node, _) in NODES.iter().filter(|(.., by)| *by != Strangers) {
        let path = path("demo", node);
        let slashed = format!("{path}/");
        let address = if node.ends_with("logout") {
            &path
        } else {
            &slashed
        };
        let answer = client.call(method, address, "{}").await;
        let details = &answer.body["errors"][0]["details"];
        assert!(
            !matches!(answer.status, 401 | 405),
            "{method} {node}: {}",
            answer.body
        );
        assert_ne!(*details, json!(FORBIDDEN), "{method} {node}");
        assert_ne!(*details, json!("There is no such node."), "{method} {node}");
    }
}

#[tokio::test]
async fn other_verbs_on_a_node_that_is_there_are_405() {
    let client = Client::logged_in("admin").await;
    for (_, node, _) in NODES {
        let is_absent = node.contains("stickerpacks") || node.contains("groups");
        let answer = client.call("OPTIONS", &path("demo", node), "").await;
        let expected = if is_absent { (404, 1006) } else { (405, 1025) };
        assert_eq!(answer.code(), expected, "{node}");
    }
}

#[test]
fn every_node_stands_in_the_document() {
    for (method, node, _) in NODES {
        let node = format!("{node}`");
        let mut rows = DOCUMENT.lines().filter(|line| line.starts_with('|'));
        let tells = |row: &str| row.contains(&node) && row.contains(method);
        assert!(rows.any(tells), "{method} {node}");
    }
}

#[test]
fn every_setting_stands_in_the_document() {
    for (setting, _) in crate::whatsapp_onprem::settings::known_settings::KNOWN {
        assert!(DOCUMENT.contains(&format!("`{setting}`")), "{setting}");
    }
}
