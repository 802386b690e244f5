//! Connections on which every byte is ours.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Whoever has not answered by then hangs.
const PATIENCE: Duration = Duration::from_secs(20);

/// What came back on a connection until it was closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Heard(pub(crate) String);

impl Heard {
    /// The status of the first answer; 0 where the connection was closed without one.
    pub(crate) fn status(&self) -> u16 {
        let mut words = self.0.split(' ');
        words.nth(1).map_or(0, |status| status.parse().unwrap())
    }

    /// The value of a header of the first answer.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let head = self.0.split("\r\n\r\n").next()?;
        let mut fields = head.lines().filter_map(|line| line.split_once(": "));
        fields
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    }

    pub(crate) fn answers(&self) -> usize {
        self.0.matches("HTTP/1.").count()
    }
}

/// Says something, and listens until the gateway closes the connection.
pub(crate) async fn say(port: u16, bytes: &[u8]) -> Heard {
    let mut stream = connect(port).await;
    // It may close before it has heard all of it.
    drop(stream.write_all(bytes).await);
    listen(stream).await
}

/// Says something, and then a byte at a time for as long as it is listened to.
pub(crate) async fn drip(port: u16, bytes: &[u8], byte: u8, pause: Duration) -> Heard {
    let mut stream = connect(port).await;
    stream.write_all(bytes).await.unwrap();
    let (mut answers, mut words) = stream.split();
    let dripping = async {
        while words.write_all(&[byte]).await.is_ok() {
            tokio::time::sleep(pause).await;
        }
        std::future::pending::<()>().await;
    };
    tokio::select! {
        heard = everything(&mut answers) => heard,
        () = dripping => unreachable!("it listens for ever"),
    }
}

/// Listens until the gateway closes a connection.
pub(crate) async fn listen(mut stream: TcpStream) -> Heard {
    everything(&mut stream).await
}

pub(crate) async fn connect(port: u16) -> TcpStream {
    let address = SocketAddr::from(([127, 0, 0, 1], port));
    TcpStream::connect(address).await.unwrap()
}

async fn everything(stream: &mut (impl AsyncReadExt + Unpin)) -> Heard {
    let mut heard = Vec::new();
    let read = tokio::time::timeout(PATIENCE, stream.read_to_end(&mut heard));
    // A reset is an end as well.
    drop(read.await.expect("the connection hangs"));
    Heard(String::from_utf8_lossy(&heard).into_owned())
}
