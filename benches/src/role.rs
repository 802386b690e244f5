//! How a process that was started for a measurement lives: it says one line of JSON when it is
//! ready, takes orders on standard input, and ends when that is closed.

use std::future::Future;
use std::io::{BufRead, Write};
use std::net::{Ipv4Addr, SocketAddr};

use anyhow::Context;
use serde::{Deserialize, Serialize};
use tokio::net::TcpListener;
use tokio::sync::mpsc;

/// What a server says when it is ready.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct Ready {
    pub(crate) port: u16,
}

impl Ready {
    /// Where it listens.
    pub(crate) fn address(self) -> SocketAddr {
        (Ipv4Addr::LOCALHOST, self.port).into()
    }
}

/// Runs a gateway, on as many threads as the product: it leaves a core to the store's writer.
pub(crate) fn as_the_product(work: impl Future<Output = anyhow::Result<()>>) -> anyhow::Result<()> {
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    let runtime = runtime
        .worker_threads(dragoman_engine::serving_threads())
        .enable_all()
        .build()
        .context("starting the runtime")?;
    runtime.block_on(work)
}

/// Runs a process that costs as little as it can: one thread.
pub(crate) fn on_one_core(work: impl Future<Output = anyhow::Result<()>>) -> anyhow::Result<()> {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime
        .enable_all()
        .build()
        .context("starting the runtime")?;
    runtime.block_on(work)
}

/// Listens on a free port of loopback.
pub(crate) async fn listen() -> anyhow::Result<TcpListener> {
    let bound = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await;
    bound.context("listening on loopback")
}

/// Says that the server behind this listener is ready.
pub(crate) fn ready(listener: &TcpListener) -> anyhow::Result<()> {
    let port = listener.local_addr()?.port();
    say(&Ready { port })
}

/// Says one line.
pub(crate) fn say(line: &impl Serialize) -> anyhow::Result<()> {
    let mut text = serde_json::to_string(line)?;
    text.push('\n');
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush().context("talking to the process that measures")
}

/// The lines that come in on standard input; it closes with the process that measures.
pub(crate) fn orders() -> mpsc::UnboundedReceiver<String> {
    let (sender, receiver) = mpsc::unbounded_channel();
    std::thread::spawn(move || {
        for line in std::io::stdin().lock().lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                return;
            }
        }
    });
    receiver
}

/// Waits until standard input is closed.
pub(crate) async fn told_to_stop() {
    let mut orders = orders();
    while orders.recv().await.is_some() {}
}

/// Work that ends by itself, or with the process that measures.
///
/// # Errors
/// Those of the work; or nobody waits for it any more.
pub(crate) async fn unless_told_to_stop(
    work: impl Future<Output = anyhow::Result<()>>,
) -> anyhow::Result<()> {
    tokio::select! {
        ended = work => ended,
        () = told_to_stop() => anyhow::bail!("stopped before the end"),
    }
}
