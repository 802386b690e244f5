//! A server whose answers cost next to nothing.

use std::io;
use std::sync::Arc;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::message::Message;

/// Answers every request with what `answer` writes, on as many connections as there are.
///
/// # Errors
/// No connection can be taken any more.
pub(crate) async fn serve<A>(listener: TcpListener, answer: A) -> io::Result<()>
where
    A: Fn(&Message<'_>, &mut Vec<u8>) + Send + Sync + 'static,
{
    let answer = Arc::new(answer);
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        let answer = Arc::clone(&answer);
        tokio::spawn(async move {
            // A connection that breaks is the caller's affair.
            drop(converse(stream, &*answer).await);
        });
    }
}

async fn converse<A>(mut stream: TcpStream, answer: &A) -> io::Result<()>
where
    A: Fn(&Message<'_>, &mut Vec<u8>),
{
    let mut incoming = Vec::with_capacity(4096);
    let mut outgoing = Vec::with_capacity(1024);
    loop {
        while let Some(request) = Message::read(&incoming).map_err(io::Error::other)? {
            answer(&request, &mut outgoing);
            let length = request.length;
            incoming.drain(..length);
        }
        if !outgoing.is_empty() {
            stream.write_all(&outgoing).await?;
            outgoing.clear();
        }
        if stream.read_buf(&mut incoming).await? == 0 {
            return Ok(());
        }
    }
}

/// Writes an answer with a JSON body.
pub(crate) fn ok(body: &str, outgoing: &mut Vec<u8>) {
    let length = body.len();
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n"
    );
    outgoing.extend_from_slice(head.as_bytes());
    outgoing.extend_from_slice(body.as_bytes());
}
