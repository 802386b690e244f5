//! What becomes of the messages that were taken, told one status at a time.

use std::net::SocketAddr;
use std::sync::Arc;

use tokio::sync::{Mutex, mpsc};

use super::Taken;
use crate::webhook;
use crate::wire::connection::Connection;

/// Tells the gateway of every message on so many connections: sent, delivered, read, each when the
/// one before was taken.
pub(super) fn start(
    gateway: SocketAddr,
    connections: usize,
    taken: mpsc::UnboundedReceiver<Taken>,
) {
    let taken = Arc::new(Mutex::new(taken));
    for _ in 0..connections {
        let taken = Arc::clone(&taken);
        tokio::spawn(async move {
            if let Err(error) = tell(gateway, &taken).await {
                eprintln!("provider: cannot tell the gateway: {error:#}");
            }
        });
    }
}

async fn tell(
    gateway: SocketAddr,
    taken: &Mutex<mpsc::UnboundedReceiver<Taken>>,
) -> anyhow::Result<()> {
    let mut connection = Connection::open(gateway).await?;
    loop {
        let next = taken.lock().await.recv().await;
        let Some(message) = next else { return Ok(()) };
        for status in webhook::STATUSES {
            let request = webhook::request(&message, status);
            let answer = connection.call(&request).await?;
            anyhow::ensure!(answer == 200, "{status} was answered {answer}");
        }
    }
}
