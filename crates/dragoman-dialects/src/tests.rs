//! The dialects beside each other, as one listener serves them.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use dragoman_core::catalog::Catalog;
use http_body_util::BodyExt;
use serde_json::Value;
use tower::ServiceExt;

use crate::doubles::{MemoryStore, services};
use crate::native::{self, Door};
use crate::{callbell, whatsapp_onprem};

/// What stands at this place of the answer to somebody unknown.
async fn heard(path: &str, place: &str) -> (u16, Value) {
    let services = Arc::new(services(Arc::new(MemoryStore::new(Catalog::default()))));
    let router = Router::new()
        .merge(callbell::router(services.clone()))
        .merge(whatsapp_onprem::prefixed(services.clone()))
        .merge(native::router(services, Door::Public));
    let request = Request::builder().uri(path).body(Body::empty()).unwrap();
    let response = router.oneshot(request).await.unwrap();
    let status = response.status().as_u16();
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    let body: Value = serde_json::from_slice(&bytes).expect("every answer is JSON");
    (status, body.pointer(place).cloned().unwrap_or_default())
}

#[tokio::test]
async fn a_path_that_there_is_not_is_answered_in_the_shape_of_its_prefix() {
    for path in ["/callbell", "/callbell/", "/callbell/x", "/callbell//"] {
        assert_eq!(
            heard(path, "/error").await,
            (404, "not found".into()),
            "{path}"
        );
    }
    for path in [
        "/onprem",
        "/onprem/",
        "/onprem/x",
        "/onprem//",
        "/onprem/x/v1/y",
    ] {
        assert_eq!(
            heard(path, "/errors/0/code").await,
            (404, 1006.into()),
            "{path}"
        );
    }
    for path in ["/api/v1", "/api/v1/x", "/", "/callbellx", "/onpremx"] {
        let expected = (404, "not_found".into());
        assert_eq!(heard(path, "/error/code").await, expected, "{path}");
    }
}
