//! Addresses of files, and what is served there.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, Response};
use dragoman_core::catalog::{Account, Catalog};
use dragoman_core::file::File;
use dragoman_core::{Id, Secret, Timestamp};
use dragoman_testkit::tenant;
use http_body_util::BodyExt;
use tower::ServiceExt;

use super::{LASTS, Linked, Links, router};
use crate::doubles::{MemoryStore, services};
use crate::services::Services;

const ACCOUNT: Id = Id::from_u128(1);
const STRANGER: Id = Id::from_u128(9);
const FILE: Id = Id::from_u128(2);
const NOW: Timestamp = Timestamp::from_seconds(1_790_000_000);

fn linked() -> Linked<'static> {
    Linked {
        account: ACCOUNT,
        file: FILE,
        extension: Some("jpg"),
    }
}

/// A gateway that keeps one file.
async fn house(mime_type: &str, filename: Option<&str>) -> Arc<Services> {
    let account = |id, name: &str| Account {
        id,
        name: name.into(),
        created_at: NOW,
    };
    let catalog = Catalog {
        accounts: vec![account(ACCOUNT, "acme"), account(STRANGER, "other")],
        ..Catalog::default()
    };
    let services = services(Arc::new(MemoryStore::new(catalog)));
    let now = services.clock.now();
    let file = File {
        id: FILE,
        account: ACCOUNT,
        channel: Id::from_u128(3),
        mime_type: mime_type.into(),
        size: 5,
        sha256: [0; 32],
        filename: filename.map(Into::into),
        created_at: now,
        used_at: now.minus(Duration::from_secs(3600 * 48)),
    };
    services.files.keep_file(file).await.unwrap();
    services.objects.put(FILE, b"bytes".to_vec()).await.unwrap();
    Arc::new(services)
}

async fn get(services: &Arc<Services>, path: &str) -> Response<Body> {
    let request = Request::get(path).body(Body::empty()).unwrap();
    router(Arc::clone(services)).oneshot(request).await.unwrap()
}

/// The address that the gateway makes of this file now, without its host.
fn path(services: &Services, linked: Linked<'_>) -> String {
    let link = services.links.link(linked, services.clock.now());
    link.strip_prefix("https://gw.example").unwrap().to_owned()
}

#[test]
fn an_address_is_good_for_a_week() {
    let links = Links::new(Secret::new("key"), "https://gw.example");
    let link = links.link(linked(), NOW);
    let name = link.strip_prefix("https://gw.example/media/").unwrap();
    assert!(name.ends_with(".jpg"), "{name}");
    assert_eq!(links.opened(name, NOW), Some((ACCOUNT, FILE)));
    let last = NOW.plus(LASTS).minus(Duration::from_secs(1));
    assert_eq!(links.opened(name, last), Some((ACCOUNT, FILE)));
    assert_eq!(links.opened(name, NOW.plus(LASTS)), None);
}

#[test]
fn an_address_that_we_did_not_make_opens_nothing() {
    let links = Links::new(Secret::new("key"), "https://gw.example");
    let others = Links::new(Secret::new("another"), "https://gw.example");
    let link = others.link(linked(), NOW);
    let name = link.rsplit('/').next().unwrap();
    assert_eq!(links.opened(name, NOW), None);
    let link = links.link(linked(), NOW);
    let name = link.rsplit('/').next().unwrap();
    // Every character is signed; the last one before the dot has bits that mean nothing.
    for at in 0..name.len() - 5 {
        let mut forged = name.to_owned().into_bytes();
        forged[at] = if forged[at] == b'A' { b'B' } else { b'A' };
        let forged = String::from_utf8(forged).unwrap();
        assert_eq!(links.opened(&forged, NOW), None, "{forged}");
    }
    for text in ["", ".jpg", "AAAA", &name[..40]] {
        assert_eq!(links.opened(text, NOW), None, "{text}");
    }
}

#[tokio::test]
async fn a_file_is_served_as_what_it_is_and_may_do_nothing() {
    let services = house("image/png", Some("a \"b\".png")).await;
    let answer = get(&services, &path(&services, linked())).await;
    assert_eq!(answer.status(), 200);
    let header = |name: &str| answer.headers()[name].to_str().unwrap().to_owned();
    assert_eq!(header("content-type"), "image/png");
    assert_eq!(header("content-length"), "5");
    assert_eq!(
        header("content-disposition"),
        "inline; filename*=UTF-8''a%20%22b%22%2Epng"
    );
    assert_eq!(header("x-content-type-options"), "nosniff");
    assert!(header("content-security-policy").ends_with("sandbox"));
    let body = answer.into_body().collect().await.unwrap().to_bytes();
    assert_eq!(&body[..], b"bytes");
}

#[tokio::test]
async fn what_could_be_a_page_is_saved_and_not_shown() {
    let services = house("text/html", None).await;
    let answer = get(&services, &path(&services, linked())).await;
    assert_eq!(answer.headers()["content-disposition"], "attachment");
}

#[tokio::test]
async fn a_file_that_is_fetched_counts_as_used() {
    let services = house("image/png", None).await;
    get(&services, &path(&services, linked())).await;
    let file = services
        .files
        .file(tenant(ACCOUNT), FILE)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(file.used_at, services.clock.now());
}

#[tokio::test]
async fn what_is_not_there_or_not_theirs_is_not_found() {
    let services = house("image/png", None).await;
    let foreign = Linked {
        account: STRANGER,
        ..linked()
    };
    let gone = Linked {
        file: Id::from_u128(9),
        ..linked()
    };
    let mut paths = vec!["/media/x".to_owned()];
    paths.extend([foreign, gone].map(|linked| path(&services, linked)));
    for path in paths {
        assert_eq!(get(&services, &path).await.status(), 404, "{path}");
    }
}
