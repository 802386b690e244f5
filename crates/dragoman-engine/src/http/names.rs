//! What the names of hosts stand for.

use std::io;
use std::net::SocketAddr;

use async_trait::async_trait;

/// Finds the addresses of a host. Asked once for each connection, so that the addresses that were
/// judged are the addresses that are called.
#[async_trait]
pub(super) trait Names: Send + Sync {
    /// All addresses of a host, which may be written as one.
    ///
    /// # Errors
    /// The name is not known.
    async fn addresses(&self, host: &str, port: u16) -> io::Result<Vec<SocketAddr>>;
}

/// Asks the machine.
pub(super) struct System;

#[async_trait]
impl Names for System {
    async fn addresses(&self, host: &str, port: u16) -> io::Result<Vec<SocketAddr>> {
        Ok(tokio::net::lookup_host((host, port)).await?.collect())
    }
}
