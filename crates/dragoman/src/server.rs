//! The listeners.

mod authority;
mod proofs;
mod tls;
mod unread;

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Context, bail};
use axum::Router;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::routing::get;
use dragoman_core::ports::Store;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::metrics;
pub(crate) use proofs::{CERTIFICATES, Proofs};
pub(crate) use tls::TlsListener;

/// Whether the gateway takes work; what `/readyz` answers by.
#[derive(Clone, Debug, Default)]
pub(crate) struct Readiness(Arc<AtomicBool>);

impl Readiness {
    pub(crate) fn set(&self, ready: bool) {
        self.0.store(ready, Ordering::Relaxed);
    }

    fn get(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// `/healthz`, `/readyz` and `/metrics`.
pub(crate) fn operation(
    readiness: Readiness,
    store: Arc<dyn Store>,
    metrics: metrics::Source,
) -> Router {
    let ready = async move || {
        if readiness.get() && store.is_well() {
            (StatusCode::OK, "ready\n")
        } else {
            (StatusCode::SERVICE_UNAVAILABLE, "not ready\n")
        }
    };
    Router::new()
        .route("/healthz", get(async || "ok\n"))
        .route("/readyz", get(ready))
        .route(
            "/metrics",
            get(async move || metrics::page(&metrics).into_response()),
        )
}

/// Takes an address; `option` names the way to choose another when it is busy.
pub(crate) async fn bind(address: SocketAddr, option: &str) -> anyhow::Result<TcpListener> {
    match TcpListener::bind(address).await {
        Ok(listener) => Ok(listener),
        Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => {
            bail!("{address} is in use: choose another address with {option}")
        }
        Err(error) => Err(error).with_context(|| format!("listening on {address}")),
    }
}

/// Everything that listens, until it is told to stop.
#[derive(Debug)]
pub(crate) struct Servers {
    tasks: JoinSet<std::io::Result<()>>,
    stop: watch::Sender<bool>,
}

impl Servers {
    pub(crate) fn new() -> Self {
        Self {
            tasks: JoinSet::new(),
            stop: watch::Sender::new(false),
        }
    }

    /// Serves `router` on a listener, TCP or Unix.
    pub(crate) fn serve<L>(&mut self, listener: L, router: Router)
    where
        L: axum::serve::Listener,
        L::Addr: std::fmt::Debug,
    {
        let stopped = self.stopped();
        let router = router.layer(axum::middleware::from_fn(unread::discard));
        self.tasks.spawn(async move {
            axum::serve(listener, router)
                .with_graceful_shutdown(stopped)
                .await
        });
    }

    /// Takes no more connections, and waits for the calls that run.
    pub(crate) async fn stop(mut self) {
        self.stop.send_replace(true);
        let drained = async { while self.tasks.join_next().await.is_some() {} };
        // Connections that are only kept open do not hold the process up.
        drop(tokio::time::timeout(std::time::Duration::from_secs(15), drained).await);
    }

    fn stopped(&self) -> impl Future<Output = ()> + Send + 'static {
        let mut receiver = self.stop.subscribe();
        async move {
            // An error means that the sender is gone, which is a stop as well.
            drop(receiver.wait_for(|&stop| stop).await);
        }
    }
}
