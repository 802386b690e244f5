//! A listener that speaks TLS.

use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use anyhow::{Context, bail};
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use crate::config::Certificate;

/// A client that has not shaken hands by then is let go.
const HANDSHAKE: Duration = Duration::from_secs(10);
/// As many clients may be shaking hands; the next ones wait in the system's queue.
const HANDSHAKES: usize = 1024;

type Shaken = io::Result<(TlsStream<TcpStream>, SocketAddr)>;

/// What a listener proves itself with; can be replaced while it listens.
#[derive(Clone)]
pub(crate) struct Proof(Arc<RwLock<TlsAcceptor>>);

impl Proof {
    /// # Errors
    /// A file cannot be read, or holds no certificate or key that fits.
    pub(crate) fn read(certificate: &Certificate) -> anyhow::Result<Self> {
        let acceptor = acceptor(certificate)?;
        Ok(Self(Arc::new(RwLock::new(acceptor))))
    }

    /// From now on another certificate is shown.
    ///
    /// # Errors
    /// As [`read`](Self::read); nothing is replaced then.
    pub(super) fn replace(&self, certificate: &Certificate) -> anyhow::Result<()> {
        let fresh = acceptor(certificate)?;
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = fresh;
        Ok(())
    }

    pub(super) fn acceptor(&self) -> TlsAcceptor {
        let held = self.0.read().unwrap_or_else(PoisonError::into_inner);
        held.clone()
    }
}

/// Hands out connections whose handshake is done. Slow clients hold nobody up.
pub(crate) struct TlsListener {
    listener: TcpListener,
    proof: Proof,
    handshakes: JoinSet<Shaken>,
}

impl TlsListener {
    pub(crate) fn new(listener: TcpListener, proof: Proof) -> Self {
        Self {
            listener,
            proof,
            handshakes: JoinSet::new(),
        }
    }

    fn shake_hands(&mut self, stream: TcpStream, address: SocketAddr) {
        let handshake = self.proof.acceptor().accept(stream);
        self.handshakes.spawn(async move {
            let stream = tokio::time::timeout(HANDSHAKE, handshake).await??;
            Ok((stream, address))
        });
    }
}

impl axum::serve::Listener for TlsListener {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        loop {
            let has_room = self.handshakes.len() < HANDSHAKES;
            tokio::select! {
                Some(shaken) = self.handshakes.join_next() => match shaken {
                    Ok(Ok(connection)) => return connection,
                    Ok(Err(error)) => tracing::debug!(%error, "a client's TLS handshake failed"),
                    Err(error) => tracing::error!(%error, "a TLS handshake was cut short"),
                },
                (stream, address) = axum::serve::Listener::accept(&mut self.listener), if has_room => {
                    self.shake_hands(stream, address);
                }
            }
        }
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        self.listener.local_addr()
    }
}

fn acceptor(certificate: &Certificate) -> anyhow::Result<TlsAcceptor> {
    let (chain, key) = (
        chain(&certificate.certificate)?,
        private_key(&certificate.key)?,
    );
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .context("listener.tls: the key does not fit the certificate")?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(config)))
}

fn chain(path: &Path) -> anyhow::Result<Vec<CertificateDer<'static>>> {
    let certificates = CertificateDer::pem_file_iter(path).and_then(Iterator::collect);
    let chain: Vec<_> = certificates
        .with_context(|| format!("listener.tls.certificate: reading {}", path.display()))?;
    if chain.is_empty() {
        bail!(
            "listener.tls.certificate: no certificate in {}",
            path.display()
        );
    }
    Ok(chain)
}

fn private_key(path: &Path) -> anyhow::Result<PrivateKeyDer<'static>> {
    PrivateKeyDer::from_pem_file(path)
        .with_context(|| format!("listener.tls.key: reading {}", path.display()))
}
