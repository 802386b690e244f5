//! Certificates: the listener's, and the webhook's.

use std::sync::Arc;

use dragoman_core::ports::Store;
use serde_json::json;

use super::client::{Client, node};
use crate::services::Services;
use crate::whatsapp_onprem::rooted;

const PEM: &str = "-----BEGIN CERTIFICATE-----\nMAMCAQE=\n-----END CERTIFICATE-----\n";

#[tokio::test]
async fn certificates_for_the_webhook_are_kept_and_counted_whether_it_is_there_yet_or_not() {
    let client = Client::logged_in("admin").await;
    let path = node("certificates/webhooks/ca");
    let trust = || client.house.store.catalog().subscriptions[0].trust.clone();
    let none = client.call("GET", &path, "").await;
    assert_eq!(none.code(), (404, 1006));
    assert_eq!(none.details(), "No webhook CA certificates found");

    assert_eq!(client.call("POST", &path, PEM).await.status, 200);
    let url = json!({ "webhooks": { "url": "https://example.com/hook" } });
    assert_eq!(
        client
            .ask("PATCH", "settings/application", url.clone())
            .await
            .status,
        200
    );
    assert_eq!(trust().as_deref(), Some(PEM));
    let (status, headers, body) = client.raw("GET", &path, "", &[]).await;
    assert_eq!((status, &*body), (200, PEM.as_bytes()));
    assert_eq!(headers["content-type"], "text/plain;charset=UTF-8");

    let reset = client
        .ask("DELETE", "settings/application", json!({}))
        .await;
    assert_eq!(reset.status, 200);
    assert_eq!(
        client
            .ask("PATCH", "settings/application", url)
            .await
            .status,
        200
    );
    assert_eq!(trust().as_deref(), Some(PEM), "it has a node of its own");

    assert_eq!(client.call("DELETE", &path, "").await.status, 200);
    assert_eq!(trust(), None);
    assert_eq!(client.call("GET", &path, "").await.code(), (404, 1006));
    let alias = node("certificates/webhooks");
    assert_eq!(client.call("POST", &alias, PEM).await.status, 200);
    assert_eq!(trust().as_deref(), Some(PEM));
    let key = PEM.replace("CERTIFICATE", "PRIVATE KEY");
    for bad in ["", "certificate", &key] {
        assert_eq!(
            client.call("POST", &path, bad).await.code(),
            (400, 1009),
            "{bad}"
        );
    }
    assert_eq!(trust().as_deref(), Some(PEM));
}

#[tokio::test]
async fn the_listener_s_certificate_is_the_operator_s_and_its_authority_is_told() {
    let mut client = Client::logged_in("admin").await;
    let set = client
        .call("POST", &node("certificates/external"), PEM)
        .await;
    assert_eq!(set.code(), (403, 1005));
    let path = node("certificates/external/ca");
    assert_eq!(client.call("GET", &path, "").await.code(), (404, 1006));

    let services = Arc::into_inner(client.house.services()).unwrap();
    let services = Arc::new(Services {
        listener_ca: Some(PEM.into()),
        ..services
    });
    client.router = rooted(services, "demo".to_owned());
    let path = "/v1/certificates/external/ca";
    let (status, headers, body) = client.raw("GET", path, "", &[]).await;
    assert_eq!((status, &*body), (200, PEM.as_bytes()));
    assert_eq!(
        headers["content-disposition"],
        "attachment; filename=\"ca.pem\""
    );
    assert_eq!(headers["cache-control"], "public");
}
