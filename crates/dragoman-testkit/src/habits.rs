//! Endpoints with bad habits: what the servers of customers do with the webhooks they get.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::faulty::is_whole;

/// Between two bytes of one who dawdles.
const DAWDLING: Duration = Duration::from_secs(2);

/// What an endpoint does with a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Habit {
    /// None: takes it.
    Takes,
    /// Hears it, and never answers.
    Hangs,
    /// Sends a byte of its answer now and then.
    Dawdles,
    /// Resets the connection.
    Resets,
    /// Speaks another language.
    Babbles,
    /// Sends the caller elsewhere.
    Redirects(SocketAddr),
    /// Has too much to do, and will have for a day.
    Throttles,
    /// Is gone for good.
    IsGone,
    /// Answers without an end, that it has taken it.
    NeverEnds,
    /// Refuses with what would be large if somebody unpacked it.
    Bombs,
    /// Takes every other call.
    Flaps,
}

/// A server with a habit. Listens on a free port of 127.0.0.1, and ends with its runtime.
#[derive(Clone, Debug)]
pub struct Endpoint {
    address: SocketAddr,
    notes: Arc<Mutex<Notes>>,
}

#[derive(Debug)]
struct Notes {
    habit: Habit,
    calls: usize,
    taken: BTreeSet<String>,
}

impl Endpoint {
    /// Starts one.
    ///
    /// # Panics
    /// When the loopback interface has no free port, or there is no runtime.
    pub async fn start(habit: Habit) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await;
        let listener = listener.expect("the loopback interface has a free port");
        let address = listener
            .local_addr()
            .expect("a bound socket has an address");
        let notes = Notes {
            habit,
            calls: 0,
            taken: BTreeSet::new(),
        };
        let endpoint = Self {
            address,
            notes: Arc::new(Mutex::new(notes)),
        };
        let server = endpoint.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(server.clone().treat(stream));
            }
        });
        endpoint
    }

    /// `http://127.0.0.1:PORT` and a path that begins with a slash.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Changes its habit for the calls to come.
    pub fn becomes(&self, habit: Habit) {
        self.held().habit = habit;
    }

    /// How often it was called.
    pub fn calls(&self) -> usize {
        self.held().calls
    }

    /// The `webhook-id` of everything that it has taken.
    pub fn taken(&self) -> BTreeSet<String> {
        self.held().taken.clone()
    }

    /// However it ends, the caller has to live with it.
    async fn treat(self, mut stream: TcpStream) {
        let request = read(&mut stream).await;
        let (habit, call) = {
            let mut notes = self.held();
            notes.calls += 1;
            (notes.habit, notes.calls)
        };
        match habit {
            Habit::Takes => self.take(&request, &mut stream).await,
            Habit::Flaps if call.is_multiple_of(2) => self.take(&request, &mut stream).await,
            Habit::Flaps => say(&mut stream, "503 No", "").await,
            Habit::Hangs => std::future::pending().await,
            Habit::Dawdles => {
                for byte in b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n" {
                    let _ = stream.write_all(&[*byte]).await;
                    tokio::time::sleep(DAWDLING).await;
                }
            }
            Habit::Resets => drop(stream.set_zero_linger()),
            Habit::Babbles => drop(stream.write_all(b"nonsense\r\n\r\n").await),
            Habit::Redirects(to) => {
                let there = format!("location: http://{to}/hook\r\n");
                say(&mut stream, "307 Over There", &there).await;
            }
            Habit::Throttles => say(&mut stream, "429 Too Many", "retry-after: 86400\r\n").await,
            Habit::IsGone => say(&mut stream, "410 Gone", "").await,
            Habit::NeverEnds => {
                self.note(&request);
                let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await;
                while stream.write_all(&[b'x'; 8192]).await.is_ok() {}
            }
            Habit::Bombs => {
                let head = "HTTP/1.1 500 No\r\ncontent-encoding: gzip\r\nconnection: close\r\n\r\n";
                let _ = stream.write_all(head.as_bytes()).await;
                let _ = stream.write_all(&[0x1f, 0x8b, 8, 0, 0, 0, 0, 0]).await;
            }
        }
    }

    async fn take(&self, request: &[u8], stream: &mut TcpStream) {
        self.note(request);
        say(stream, "200 OK", "").await;
    }

    fn note(&self, request: &[u8]) {
        let text = String::from_utf8_lossy(request);
        let mut lines = text.lines().filter_map(|line| line.split_once(": "));
        let id = lines.find(|(name, _)| name.eq_ignore_ascii_case("webhook-id"));
        if let Some((_, id)) = id {
            self.held().taken.insert(id.to_owned());
        }
    }

    fn held(&self) -> MutexGuard<'_, Notes> {
        self.notes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Reads a request to its end, or as far as it comes.
async fn read(stream: &mut TcpStream) -> Vec<u8> {
    let (mut request, mut buffer) = (Vec::new(), [0; 4096]);
    while !is_whole(&request) {
        match stream.read(&mut buffer).await {
            Ok(0) | Err(_) => break,
            Ok(read) => request.extend_from_slice(&buffer[..read]),
        }
    }
    request
}

async fn say(stream: &mut TcpStream, status: &str, more: &str) {
    let answer =
        format!("HTTP/1.1 {status}\r\n{more}content-length: 0\r\nconnection: close\r\n\r\n");
    let _ = stream.write_all(answer.as_bytes()).await;
}
