//! The listeners.

mod authority;
mod callers;
mod doors;
mod failures;
mod heads;
mod pace;
mod places;
mod proofs;
mod tls;
mod unread;

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Context, bail};
use axum::Router;
use axum::body::Body;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::routing::get;
use dragoman_core::ports::{Latch, Store};
use dragoman_engine::{Disk, Room};
use hyper::body::Incoming;
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;

use self::callers::Remote;
pub(crate) use self::doors::Doors;
use self::doors::Service;
use self::heads::Strict;
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
    disk: Arc<Disk>,
    metrics: metrics::Source,
) -> Router {
    let ready = async move || {
        if !readiness.get() || !store.is_well() {
            return (StatusCode::SERVICE_UNAVAILABLE, "not ready\n");
        }
        if let Some(latch) = store.latched() {
            let said = match latch {
                Latch::Full => "not ready: the store could not write, because the disk is full\n",
                Latch::Slow => "not ready: the store waits for a disk that is too slow\n",
            };
            return (StatusCode::SERVICE_UNAVAILABLE, said);
        }
        // Providers still have to come through: who turned them away would make it worse.
        let said = match disk.room() {
            Room::Enough => "ready\n",
            Room::Little => "ready, but the disk is nearly full: nothing new is accepted\n",
            Room::None => "ready, but the disk is full: nothing is accepted, nothing is sent\n",
        };
        (StatusCode::OK, said)
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
pub(crate) struct Servers {
    doors: Arc<Doors>,
    tasks: JoinSet<()>,
    stop: watch::Sender<bool>,
}

impl Servers {
    pub(crate) fn new(doors: Doors) -> Self {
        Self {
            doors: Arc::new(doors),
            tasks: JoinSet::new(),
            stop: watch::Sender::new(false),
        }
    }

    /// Serves `router` on a listener, TCP or Unix.
    pub(crate) fn serve<L>(&mut self, listener: L, router: Router)
    where
        L: axum::serve::Listener,
        L::Addr: Into<Remote>,
    {
        let doors = Arc::clone(&self.doors);
        let listening = listen(listener, doors, router, self.stop.subscribe());
        self.tasks.spawn(listening);
    }

    /// Takes no more connections, and waits for the calls that run.
    pub(crate) async fn stop(mut self) {
        self.stop.send_replace(true);
        let drained = async { while self.tasks.join_next().await.is_some() {} };
        // Connections that are only kept open do not hold the process up.
        drop(tokio::time::timeout(std::time::Duration::from_secs(15), drained).await);
    }
}

/// Takes connections until it is told to stop, and waits for those that it has taken.
async fn listen<L>(mut listener: L, doors: Arc<Doors>, router: Router, stop: watch::Receiver<bool>)
where
    L: axum::serve::Listener,
    L::Addr: Into<Remote>,
{
    let mut connections = JoinSet::new();
    loop {
        let (io, address) = tokio::select! {
            accepted = listener.accept() => accepted,
            Some(_ended) = connections.join_next() => continue,
            () = stopped(stop.clone()) => break,
        };
        let remote = address.into();
        // Who finds no place is let go at once, and may come again.
        let Some(place) = doors.place(remote) else {
            continue;
        };
        let (doors, stop) = (Arc::clone(&doors), stop.clone());
        let service = TowerToHyperService::new(router.clone());
        connections.spawn(async move {
            converse(io, remote, &doors, &service, stopped(stop)).await;
            drop(place);
        });
    }
    drop(listener);
    while connections.join_next().await.is_some() {}
}

/// Answers the calls of one connection. Once told to stop it takes no other.
async fn converse(
    io: impl AsyncRead + AsyncWrite + Unpin,
    remote: Remote,
    doors: &Doors,
    service: &Service,
    stopped: impl Future<Output = ()>,
) {
    let calls = hyper::service::service_fn(async |request: hyper::Request<Incoming>| {
        let request = request.map(Body::new);
        Ok::<_, Infallible>(doors.call(remote, service, request).await)
    });
    let io = TokioIo::new(Strict::new(io));
    let mut connection = std::pin::pin!(doors.protocol().serve_connection(io, calls));
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = stopped => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection was cut short");
    }
}

async fn stopped(mut stop: watch::Receiver<bool>) {
    // An error means that the sender is gone, which is a stop as well.
    drop(stop.wait_for(|&stop| stop).await);
}
