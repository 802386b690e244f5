//! A store in memory behind the router, and somebody who calls it.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use axum::response::Response;
use dragoman_core::catalog::{
    Account, Catalog, Channel, Policy, Rights, Sending, Source, Token, TokenScope,
};
use dragoman_core::rate::Rate;
use dragoman_core::{Id, Timestamp};
use dragoman_testkit::TestClock;
use http_body_util::BodyExt;
use serde_json::Value;
use tower::ServiceExt;

use super::schema;
use crate::credentials::token_hash;
use crate::doubles::{MemoryStore, services};
use crate::native::{Door, router};
use crate::services::Services;

pub(super) const NOW: Timestamp = TestClock::START;
pub(super) const ACME: Id = Id::from_u128(0xa);
pub(super) const OTHER: Id = Id::from_u128(0xb);
pub(super) const CHANNEL: Id = Id::from_u128(0xc);
pub(super) const FOREIGN_CHANNEL: Id = Id::from_u128(0xd);

/// Two accounts with a channel and a token each, called `acme` and `other`.
pub(super) struct House {
    pub(super) store: Arc<MemoryStore>,
    pub(super) clock: Arc<TestClock>,
    pub(super) services: Arc<Services>,
    socket: Router,
    public: Router,
}

/// Status and body.
pub(super) type Heard = (u16, Value);

impl House {
    pub(super) fn new() -> Self {
        let store = Arc::new(MemoryStore::new(Catalog {
            accounts: vec![account(ACME, "acme"), account(OTHER, "other")],
            tokens: vec![token(ACME, "acme"), token(OTHER, "other")],
            channels: vec![
                channel(CHANNEL, ACME, "main"),
                channel(FOREIGN_CHANNEL, OTHER, "foreign"),
            ],
            ..Catalog::default()
        }));
        let clock = Arc::new(TestClock::new());
        let services = Arc::new(Services {
            clock: clock.clone(),
            ..services(store.clone())
        });
        Self {
            store,
            clock,
            socket: router(services.clone(), Door::Socket),
            public: router(services.clone(), Door::Public),
            services,
        }
    }

    /// A call over the control socket.
    pub(super) async fn operator(&self, method: &str, path: &str, body: impl Into<Body>) -> Heard {
        let request = Request::builder().method(method).uri(path);
        answer(&self.socket, request.body(body.into()).unwrap()).await
    }

    /// A reading call with a token.
    pub(super) async fn caller(&self, token: &str, path: &str) -> Heard {
        self.with_token(token, "GET", path, "").await
    }

    /// Any call with a token.
    pub(super) async fn with_token(
        &self,
        token: &str,
        method: &str,
        path: &str,
        body: impl Into<Body>,
    ) -> Heard {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("authorization", format!("Bearer {token}"));
        answer(&self.public, request.body(body.into()).unwrap()).await
    }

    /// A call without a token.
    pub(super) async fn stranger(&self, method: &str, path: &str, body: impl Into<Body>) -> Heard {
        let request = Request::builder().method(method).uri(path);
        answer(&self.public, request.body(body.into()).unwrap()).await
    }

    /// What a browser is shown.
    pub(super) async fn page(&self, path: &str) -> String {
        let request = Request::builder().uri(path).body(Body::empty());
        let response = self.public.clone().oneshot(request.unwrap()).await.unwrap();
        let bytes = response.into_body().collect().await.unwrap().to_bytes();
        String::from_utf8(bytes.to_vec()).unwrap()
    }

    /// A call over the control socket with an idempotency key, and whether it was a repetition.
    pub(super) async fn keyed(&self, key: &str, path: &str, body: &Value) -> (Heard, bool) {
        let request = Request::builder()
            .method("POST")
            .uri(path)
            .header("idempotency-key", key);
        let request = request.body(Body::from(body.to_string())).unwrap();
        let response = self.socket.clone().oneshot(request).await.unwrap();
        let replayed = response.headers().get("idempotency-replayed");
        let replayed = replayed.is_some_and(|mark| mark == "true");
        let heard = read(response).await;
        schema::check("POST", path, heard.0, &heard.1);
        (heard, replayed)
    }
}

/// The answer to a call, which is as the document says.
async fn answer(router: &Router, request: Request<Body>) -> Heard {
    let (method, path) = (request.method().to_string(), request.uri().to_string());
    let heard = read(router.clone().oneshot(request).await.unwrap()).await;
    schema::check(&method, &path, heard.0, &heard.1);
    heard
}

async fn read(response: Response) -> Heard {
    let status = response.status().as_u16();
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    let body = serde_json::from_slice(&bytes).expect("every answer is JSON");
    (status, body)
}

/// What a call of `acme`'s token makes.
pub(super) async fn made(house: &House, path: &str, body: Value) -> Value {
    let (status, made) = house
        .with_token("acme", "POST", path, body.to_string())
        .await;
    assert_eq!(status, 201, "{path}: {made}");
    made
}

/// Code and field of an error answer.
pub(super) fn problem(heard: &Heard) -> (u16, &str, &str) {
    let (status, body) = heard;
    let text = |key| body["error"][key].as_str().unwrap_or_default();
    (*status, text("code"), text("field"))
}

fn account(id: Id, name: &str) -> Account {
    Account {
        id,
        name: name.into(),
        created_at: NOW,
    }
}

fn token(account: Id, text: &str) -> Token {
    Token {
        id: Id::from_u128(account.as_u128() << 8),
        account,
        hash: token_hash(text),
        name: "".into(),
        policy: Policy::default(),
        created_at: NOW,
        scope: TokenScope::Api(Rights::ALL),
        expires_at: None,
        last_used_at: None,
    }
}

fn channel(id: Id, account: Id, slug: &str) -> Channel {
    Channel {
        id,
        account,
        slug: slug.into(),
        title: slug.into(),
        driver: "pigeon".into(),
        source: Source::Whatsapp,
        provider_id: slug.into(),
        phone: None,
        settings: Default::default(),
        rate: Rate::WHATSAPP,
        concurrency: 8,
        main: true,
        enabled: true,
        created_at: NOW,
        sending: Sending::default(),
        watched_since: NOW,
    }
}
