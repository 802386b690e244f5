//! A server that misbehaves on the wire, and writes down what reached it.

mod manner;
mod places;

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

pub use manner::{Manner, answer};
pub use places::{FullPort, closed_port};

/// Speaks as much HTTP/1.1 as it takes to break it. Listens on a free port of 127.0.0.1, and ends
/// with its runtime.
#[derive(Debug)]
pub struct FaultyServer {
    address: SocketAddr,
    notes: Arc<Mutex<Notes>>,
}

#[derive(Debug)]
struct Notes {
    /// The last one stays.
    manners: VecDeque<Manner>,
    connections: usize,
    requests: Vec<Vec<u8>>,
}

/// A connection's end, and the requests that it has brought.
struct Caller {
    stream: TcpStream,
    notes: Arc<Mutex<Notes>>,
}

impl FaultyServer {
    /// Treats the first request in the first manner, the next one in the next; the last manner is
    /// kept.
    ///
    /// # Panics
    /// When there are no manners, the loopback interface has no free port, or there is no runtime.
    pub async fn start(manners: impl IntoIterator<Item = Manner>) -> Self {
        let manners: VecDeque<Manner> = manners.into_iter().collect();
        assert!(!manners.is_empty(), "a faulty server needs a manner");
        let listener = TcpListener::bind("127.0.0.1:0").await;
        let listener = listener.expect("the loopback interface has a free port");
        let address = listener
            .local_addr()
            .expect("a bound socket has an address");
        let notes = Arc::new(Mutex::new(Notes {
            manners,
            connections: 0,
            requests: Vec::new(),
        }));
        tokio::spawn(take_all(listener, Arc::clone(&notes)));
        Self { address, notes }
    }

    /// Where it listens.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// `http://127.0.0.1:PORT` and a path that begins with a slash.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// How many connections were opened.
    pub fn connections(&self) -> usize {
        held(&self.notes).connections
    }

    /// What was read of each request, oldest first, whole or not.
    pub fn requests(&self) -> Vec<Vec<u8>> {
        held(&self.notes).requests.clone()
    }

    /// In how many requests this text was read.
    pub fn times_read(&self, text: &str) -> usize {
        let text = text.as_bytes();
        let has_it = |request: &&Vec<u8>| request.windows(text.len()).any(|part| part == text);
        held(&self.notes).requests.iter().filter(has_it).count()
    }
}

async fn take_all(listener: TcpListener, notes: Arc<Mutex<Notes>>) {
    while let Ok((stream, _)) = listener.accept().await {
        held(&notes).connections += 1;
        let notes = Arc::clone(&notes);
        tokio::spawn(Caller { stream, notes }.treat());
    }
}

impl Caller {
    /// Ends the connection when the manner, or the caller, says so.
    async fn treat(mut self) {
        loop {
            let manner = next(&self.notes);
            match manner {
                Manner::CloseUnread => return,
                Manner::CloseReading => {
                    let mut beginning = [0; 16];
                    let read = self.stream.read(&mut beginning).await.unwrap_or_default();
                    return self.note(beginning[..read].to_vec());
                }
                Manner::CloseRead => return self.read().await.unwrap_or_default(),
                Manner::Reset => {
                    self.read().await;
                    return drop(self.stream.set_zero_linger());
                }
                Manner::Hang => {
                    self.read().await;
                    return std::future::pending().await;
                }
                Manner::Close(answer) => {
                    self.read().await;
                    // Whether the caller still listens is the caller's matter.
                    let _ = self.stream.write_all(&answer).await;
                    let _ = self.stream.shutdown().await;
                    return;
                }
                Manner::Keep(answer) => {
                    if self.read().await.is_none() || self.stream.write_all(&answer).await.is_err()
                    {
                        return;
                    }
                }
            }
        }
    }

    /// Reads a request to its end; `None` when the caller leaves before.
    async fn read(&mut self) -> Option<()> {
        let mut request = Vec::new();
        let mut buffer = [0; 4096];
        while !is_whole(&request) {
            let read = self.stream.read(&mut buffer).await.unwrap_or_default();
            if read == 0 {
                self.note(request);
                return None;
            }
            request.extend_from_slice(&buffer[..read]);
        }
        self.note(request);
        Some(())
    }

    fn note(&self, request: Vec<u8>) {
        if !request.is_empty() {
            held(&self.notes).requests.push(request);
        }
    }
}

/// Whether the head is there, and as much of a body as it announces.
pub(crate) fn is_whole(request: &[u8]) -> bool {
    let text = String::from_utf8_lossy(request).to_ascii_lowercase();
    let Some((head, _)) = text.split_once("\r\n\r\n") else {
        return false;
    };
    let announced = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length:"));
    let announced = announced.map_or(0, |text| text.trim().parse().unwrap_or(0));
    request.len() >= head.len() + "\r\n\r\n".len() + announced
}

fn next(notes: &Mutex<Notes>) -> Manner {
    let mut notes = held(notes);
    if notes.manners.len() > 1 {
        return notes.manners.pop_front().expect("there are two");
    }
    notes.manners[0].clone()
}

fn held(notes: &Mutex<Notes>) -> MutexGuard<'_, Notes> {
    notes.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
#[path = "faulty_tests.rs"]
mod tests;
