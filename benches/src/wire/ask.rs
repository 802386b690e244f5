//! One question now and then, without a runtime.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use anyhow::{Context, bail};

use super::message::Message;

/// A server that takes longer is not well.
const PATIENCE: Duration = Duration::from_secs(30);

/// The body that a GET of `path` is answered with.
///
/// # Errors
/// No answer, or one that is not 200.
pub(crate) fn get(server: SocketAddr, path: &str) -> anyhow::Result<String> {
    let asking = || format!("asking {server} for {path}");
    let mut stream = TcpStream::connect(server).with_context(asking)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    write!(stream, "GET {path} HTTP/1.1\r\nhost: {server}\r\n\r\n")?;
    let mut buffer = Vec::new();
    let answer = loop {
        if let Some(answer) = Message::read(&buffer).with_context(asking)? {
            break answer;
        }
        let mut part = [0; 4096];
        let length = stream.read(&mut part).with_context(asking)?;
        if length == 0 {
            bail!("{server} broke off");
        }
        buffer.extend_from_slice(&part[..length]);
    };
    if answer.status() != Some(200) {
        bail!("{server} answered {:?} for {path}", answer.status());
    }
    Ok(String::from_utf8_lossy(answer.body).into_owned())
}
