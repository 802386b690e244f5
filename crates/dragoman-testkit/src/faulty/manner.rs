//! How a server treats a request.

/// How a server treats a request. Whoever closes with bytes unread resets the connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Manner {
    /// Closes without having read anything.
    CloseUnread,
    /// Closes when it has read the first bytes.
    CloseReading,
    /// Reads all of it, and closes without a word.
    CloseRead,
    /// Reads all of it, and resets the connection.
    Reset,
    /// Reads all of it, and never says anything. A caller who begins with TLS waits for ever.
    Hang,
    /// Reads all of it, writes these bytes, and closes.
    Close(Vec<u8>),
    /// Reads all of it, writes these bytes, and keeps the connection for the next request.
    Keep(Vec<u8>),
}

/// A whole answer, as it goes over the wire. Says nothing about the connection.
pub fn answer(status: u16, body: &str) -> Vec<u8> {
    let length = body.len();
    format!("HTTP/1.1 {status} Said\r\ncontent-length: {length}\r\n\r\n{body}").into_bytes()
}
