//! Opens connections: resolves, filters every address, connects to exactly those that are left.

use std::future::Future;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use http::Uri;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder, MaybeHttpsStream};
use hyper_util::rt::TokioIo;
use rustls::crypto::ring;
use rustls::{ClientConfig, RootCertStore};
use tokio::net::{TcpStream, lookup_host};
use tower::Service;

use crate::guard::Guard;

/// For name, connection and TLS together.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// Why building a client cannot fail.
const VERSIONS: &str = "ring supports the default protocol versions";

type BoxError = Box<dyn std::error::Error + Send + Sync>;
type Opening<T> = Pin<Box<dyn Future<Output = Result<T, BoxError>> + Send>>;

/// Connections with or without TLS, within the time limit.
#[derive(Clone, Debug)]
pub(super) struct Connector(HttpsConnector<Tcp>);

impl Connector {
    /// With a guard only to the addresses that it allows.
    pub(super) fn new(guard: Option<Arc<Guard>>) -> Self {
        let https = HttpsConnectorBuilder::new()
            .with_provider_and_webpki_roots(ring::default_provider())
            .expect(VERSIONS)
            .https_or_http()
            .enable_http1()
            .wrap_connector(Tcp { guard });
        Self(https)
    }

    /// The same, to servers whose certificate is signed by one of these alone.
    pub(super) fn trusting(roots: RootCertStore, guard: Option<Arc<Guard>>) -> Self {
        let tls = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect(VERSIONS)
            .with_root_certificates(roots)
            .with_no_client_auth();
        let https = HttpsConnectorBuilder::new()
            .with_tls_config(tls)
            .https_or_http()
            .enable_http1()
            .wrap_connector(Tcp { guard });
        Self(https)
    }
}

impl Service<Uri> for Connector {
    type Response = MaybeHttpsStream<TokioIo<TcpStream>>;
    type Error = BoxError;
    type Future = Opening<Self::Response>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.0.poll_ready(context)
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let opening = self.0.call(uri);
        Box::pin(async move {
            match tokio::time::timeout(CONNECT_TIMEOUT, opening).await {
                Ok(result) => result,
                Err(_) => Err("connecting took too long".into()),
            }
        })
    }
}

#[derive(Clone, Debug)]
struct Tcp {
    guard: Option<Arc<Guard>>,
}

impl Service<Uri> for Tcp {
    type Response = TokioIo<TcpStream>;
    type Error = BoxError;
    type Future = Opening<Self::Response>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let guard = self.guard.clone();
        Box::pin(async move {
            let stream = connect(&uri, guard.as_deref()).await?;
            stream.set_nodelay(true)?;
            Ok(TokioIo::new(stream))
        })
    }
}

async fn connect(uri: &Uri, guard: Option<&Guard>) -> Result<TcpStream, BoxError> {
    let encrypted = uri.scheme_str() == Some("https");
    let host = uri.host().ok_or("address without a host")?;
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let port = uri.port_u16().unwrap_or(if encrypted { 443 } else { 80 });
    let allowed =
        |address: &SocketAddr| guard.is_none_or(|guard| guard.allows(address.ip(), encrypted));
    let found = lookup_host((host, port)).await?.filter(allowed);
    let mut failure: BoxError = "address not allowed".into();
    for address in found {
        match TcpStream::connect(address).await {
            Ok(stream) => return Ok(stream),
            Err(error) => failure = error.into(),
        }
    }
    Err(failure)
}
