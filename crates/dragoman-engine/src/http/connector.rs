//! Opens connections: resolves, filters every address, connects to exactly those that are left.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use http::Uri;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder, MaybeHttpsStream};
use hyper_util::rt::TokioIo;
use rustls::crypto::ring;
use rustls::{ClientConfig, RootCertStore};
use tokio::net::TcpStream;
use tower::Service;

use super::names::Names;
use crate::guard::Guard;

/// For name, connection and TLS together.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// Says the same of every address of a client's that is not connected to.
const UNREACHED: &str =
    "the name is not known, its address or port is not allowed, or nothing answers there";

/// Why building a client cannot fail.
const VERSIONS: &str = "ring supports the default protocol versions";

type BoxError = Box<dyn std::error::Error + Send + Sync>;
type Opening<T> = Pin<Box<dyn Future<Output = Result<T, BoxError>> + Send>>;

/// Connections with or without TLS, within the time limit.
#[derive(Clone)]
pub(super) struct Connector {
    https: HttpsConnector<Tcp>,
    way: Way,
}

impl Connector {
    /// To servers that a public authority vouches for, where there is TLS.
    pub(super) fn new(way: Way) -> Self {
        let https = HttpsConnectorBuilder::new()
            .with_provider_and_webpki_roots(ring::default_provider())
            .expect(VERSIONS)
            .https_or_http()
            .enable_http1()
            .wrap_connector(Tcp(way.clone()));
        Self { https, way }
    }

    /// The same, to servers whose certificate is signed by one of these alone.
    pub(super) fn trusting(roots: RootCertStore, way: Way) -> Self {
        let tls = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect(VERSIONS)
            .with_root_certificates(roots)
            .with_no_client_auth();
        let https = HttpsConnectorBuilder::new()
            .with_tls_config(tls)
            .https_or_http()
            .enable_http1()
            .wrap_connector(Tcp(way.clone()));
        Self { https, way }
    }
}

impl Service<Uri> for Connector {
    type Response = MaybeHttpsStream<TokioIo<TcpStream>>;
    type Error = BoxError;
    type Future = Opening<Self::Response>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.https.poll_ready(context)
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let opening = self.https.call(uri);
        let way = self.way.clone();
        Box::pin(async move {
            match tokio::time::timeout(CONNECT_TIMEOUT, opening).await {
                Ok(result) => result,
                Err(_) => Err(way.told("connecting took too long".into())),
            }
        })
    }
}

#[derive(Clone)]
struct Tcp(Way);

impl Service<Uri> for Tcp {
    type Response = TokioIo<TcpStream>;
    type Error = BoxError;
    type Future = Opening<Self::Response>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let way = self.0.clone();
        Box::pin(async move {
            let connected = way.connect(&uri).await;
            let stream = connected.map_err(|error| way.told(error))?;
            stream.set_nodelay(true)?;
            Ok(TokioIo::new(stream))
        })
    }
}

/// How connections find their way: by which names, and past which guard.
#[derive(Clone)]
pub(super) struct Way {
    pub(super) names: Arc<dyn Names>,
    /// `None` leads anywhere.
    pub(super) guard: Option<Arc<Guard>>,
}

impl Way {
    /// Calls the addresses that the guard leaves, one after the other.
    async fn connect(&self, uri: &Uri) -> Result<TcpStream, BoxError> {
        let encrypted = uri.scheme_str() == Some("https");
        let host = uri.host().ok_or("address without a host")?;
        let host = host.trim_start_matches('[').trim_end_matches(']');
        let port = uri.port_u16().unwrap_or(if encrypted { 443 } else { 80 });
        let guard = self.guard.as_deref();
        let mut found = self.names.addresses(host, port).await?;
        found.retain(|&address| guard.is_none_or(|guard| guard.allows(address, encrypted)));
        let mut failure: BoxError = "address not allowed".into();
        for address in found {
            match TcpStream::connect(address).await {
                Ok(stream) => return Ok(stream),
                Err(error) => failure = error.into(),
            }
        }
        Err(failure)
    }

    /// What may be said of a connection that did not come about. Whoever could tell an unknown
    /// name from a forbidden address, or a closed port from one behind a wall, could draw a map of
    /// the operator's network.
    fn told(&self, why: BoxError) -> BoxError {
        if self.guard.is_none() {
            return why;
        }
        tracing::debug!(%why, "an address of a client's leads nowhere");
        UNREACHED.into()
    }
}
