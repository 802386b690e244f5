//! A customer's webhook endpoint: a real HTTP server that remembers what it was told.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use tokio::net::{TcpListener, TcpSocket};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::wait::until;

/// How many connections may wait to be taken.
const BACKLOG: u32 = 128;

/// Listens on a free port of 127.0.0.1, records every POST to any path, and answers what it was
/// told to: 200 at first. Anything but a POST is answered 405 and not recorded. Ends with its
/// runtime.
#[derive(Debug)]
pub struct Receiver {
    address: SocketAddr,
    memory: Arc<Mutex<Memory>>,
    open: Option<Server>,
    /// A bound socket that does not listen: callers are refused, and nobody else gets the port.
    shut: Option<TcpSocket>,
}

/// A POST that was received.
#[derive(Clone, Debug)]
pub struct Received {
    /// Path and query.
    pub path: String,
    /// Names in lower case, in the order of arrival.
    pub headers: Vec<(String, String)>,
    /// The bytes.
    pub body: Vec<u8>,
    /// What it was answered.
    pub answered: u16,
}

#[derive(Debug)]
struct Memory {
    received: Vec<Received>,
    status: u16,
    exceptions: VecDeque<u16>,
}

/// A server that runs.
#[derive(Debug)]
struct Server {
    close: oneshot::Sender<()>,
    closed: JoinHandle<()>,
}

impl Receiver {
    /// Starts a receiver on a free port.
    ///
    /// # Panics
    /// When the loopback interface has no free port, or there is no runtime.
    pub fn start() -> Self {
        let socket = bound_to(SocketAddr::from(([127, 0, 0, 1], 0)));
        let address = socket.local_addr().expect("a bound socket has an address");
        let mut receiver = Self {
            address,
            memory: Arc::new(Mutex::new(Memory {
                received: Vec::new(),
                status: 200,
                exceptions: VecDeque::new(),
            })),
            open: None,
            shut: Some(socket),
        };
        receiver.up();
        receiver
    }

    /// `http://127.0.0.1:PORT` and a path that begins with a slash.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Where it listens, or would.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// What was received so far, oldest first.
    pub fn received(&self) -> Vec<Received> {
        self.held().received.clone()
    }

    /// Waits until at least `count` POSTs are there, and returns all of them.
    ///
    /// # Panics
    /// When `deadline` passes first.
    pub async fn wait_for(&self, count: usize, deadline: Duration) -> Vec<Received> {
        let what = format!("{count} webhooks are received");
        until(&what, deadline, async || {
            let received = self.received();
            (received.len() >= count).then_some(received)
        })
        .await
    }

    /// Answers with this status from now on.
    pub fn answer(&self, status: u16) {
        self.held().status = status;
    }

    /// Answers the next `count` POSTs with this status, after those that were said so before.
    pub fn answer_next(&self, count: usize, status: u16) {
        self.held()
            .exceptions
            .extend(std::iter::repeat_n(status, count));
    }

    /// Closes the port: whoever calls is refused. Exchanges under way end first. Does nothing
    /// when it is closed already.
    ///
    /// # Panics
    /// When somebody else takes the port at this moment.
    pub async fn down(&mut self) {
        if let Some(server) = self.open.take() {
            // A server that has ended needs no word to end.
            let _ = server.close.send(());
            server
                .closed
                .await
                .expect("the receiver's server ends well");
            self.shut = Some(bound_to(self.address));
        }
    }

    /// Opens the same port again. Does nothing when it is open.
    ///
    /// # Panics
    /// When the system does not let it listen.
    pub fn up(&mut self) {
        if let Some(socket) = self.shut.take() {
            let listener = socket.listen(BACKLOG).expect("a bound port can listen");
            let (close, closing) = oneshot::channel();
            let closed = tokio::spawn(serve(listener, self.memory.clone(), closing));
            self.open = Some(Server { close, closed });
        }
    }

    fn held(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Received {
    /// The value of a header, by its name in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let (_, value) = self.headers.iter().find(|(known, _)| known == name)?;
        Some(value)
    }

    /// The body as JSON.
    ///
    /// # Panics
    /// When it is none.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).expect("a webhook's body is JSON")
    }
}

fn bound_to(address: SocketAddr) -> TcpSocket {
    let socket = TcpSocket::new_v4().expect("the system has sockets");
    socket
        .set_reuseaddr(true)
        .expect("a fresh socket takes options");
    socket
        .bind(address)
        .expect("the port is free, or was ours until now");
    socket
}

async fn serve(listener: TcpListener, memory: Arc<Mutex<Memory>>, closing: oneshot::Receiver<()>) {
    let app = Router::new().fallback(take).with_state(memory);
    let served = axum::serve(listener, app)
        .with_graceful_shutdown(async { drop(closing.await) })
        .await;
    served.expect("axum's server ends only when it is told to");
}

async fn take(
    State(memory): State<Arc<Mutex<Memory>>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> StatusCode {
    if method != Method::POST {
        return StatusCode::METHOD_NOT_ALLOWED;
    }
    let headers = headers.iter().map(|(name, value)| {
        let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
        (name.as_str().to_owned(), value)
    });
    let mut memory = memory.lock().unwrap_or_else(PoisonError::into_inner);
    let answered = memory.exceptions.pop_front().unwrap_or(memory.status);
    memory.received.push(Received {
        path: uri.to_string(),
        headers: headers.collect(),
        body: body.into(),
        answered,
    });
    StatusCode::from_u16(answered).expect("tests answer with statuses between 100 and 999")
}

#[cfg(test)]
#[path = "receiver_tests.rs"]
mod tests;
