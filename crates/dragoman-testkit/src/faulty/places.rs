//! Ports at which nobody is to be had.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::net::{TcpListener, TcpSocket, TcpStream};

/// A connection that takes longer than this on the loopback interface is not taken at all.
const TAKEN: Duration = Duration::from_millis(200);

/// A port that refuses every connection, as long as the socket is kept.
///
/// # Panics
/// When the loopback interface has no free port.
pub fn closed_port() -> (TcpSocket, SocketAddr) {
    let socket = TcpSocket::new_v4().expect("the system has sockets");
    let bound = socket.bind(SocketAddr::from(([127, 0, 0, 1], 0)));
    bound.expect("the loopback interface has a free port");
    let address = socket.local_addr().expect("a bound socket has an address");
    (socket, address)
}

/// A port whose queue is full: whoever calls waits, and is never connected.
#[derive(Debug)]
pub struct FullPort {
    listener: TcpListener,
    /// Fill the queue.
    _waiting: Vec<TcpStream>,
}

impl FullPort {
    /// Opens one, and fills its queue.
    ///
    /// # Panics
    /// When the loopback interface has no free port, or the queue takes everybody.
    pub async fn open() -> Self {
        let (socket, address) = closed_port();
        let listener = socket.listen(1).expect("a bound port can listen");
        let mut waiting = Vec::new();
        while let Ok(taken) = tokio::time::timeout(TAKEN, TcpStream::connect(address)).await {
            waiting.push(taken.expect("the loopback interface takes connections"));
            assert!(waiting.len() < 100, "the queue takes everybody");
        }
        Self {
            listener,
            _waiting: waiting,
        }
    }

    /// Where it is.
    ///
    /// # Panics
    /// When the system forgets it.
    pub fn address(&self) -> SocketAddr {
        self.listener
            .local_addr()
            .expect("a bound socket has an address")
    }
}
