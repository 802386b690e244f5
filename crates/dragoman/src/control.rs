//! The control socket: how commands reach the running gateway.

use std::fs;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::{Method, Request};
use hyper_util::rt::TokioIo;
use tokio::net::{UnixListener, UnixStream};

/// The longest path that a socket may have on every system, in bytes.
const LONGEST: usize = 100;

/// Where a gateway's socket is; taken away when it stops.
#[derive(Debug)]
pub(crate) struct Place {
    socket: PathBuf,
    pointer: Option<PathBuf>,
}

impl Place {
    pub(crate) fn remove(&self) {
        // A file that is gone already is what we want.
        drop(fs::remove_file(&self.socket));
        if let Some(pointer) = &self.pointer {
            drop(fs::remove_file(pointer));
            drop(self.socket.parent().map(fs::remove_dir));
        }
    }
}

/// Opens the socket of a data directory. The caller holds the store's lock, so whatever socket
/// stands there is a dead gateway's.
pub(crate) fn listen(data_dir: &Path) -> anyhow::Result<(UnixListener, Place)> {
    let usual = data_dir.join("control.sock");
    let pointer = data_dir.join("control");
    let place = if usual.as_os_str().len() <= LONGEST {
        drop(fs::remove_file(&pointer));
        Place {
            socket: usual,
            pointer: None,
        }
    } else {
        let directory = std::env::temp_dir().join(format!("dragoman-{}", std::process::id()));
        drop(fs::remove_dir_all(&directory));
        fs::DirBuilder::new()
            .mode(0o700)
            .create(&directory)
            .context("making a directory for the control socket")?;
        let socket = directory.join("control.sock");
        fs::write(&pointer, socket.as_os_str().as_encoded_bytes())
            .context("writing the place of the socket")?;
        Place {
            socket,
            pointer: Some(pointer),
        }
    };
    drop(fs::remove_file(&place.socket));
    let listener = UnixListener::bind(&place.socket)
        .with_context(|| format!("opening the control socket {}", place.socket.display()))?;
    fs::set_permissions(&place.socket, fs::Permissions::from_mode(0o600))
        .context("closing the socket to others")?;
    Ok((listener, place))
}

/// The socket of the gateway that runs on a data directory, when one answers.
pub(crate) async fn connect(data_dir: &Path) -> Option<UnixStream> {
    let pointed = fs::read_to_string(data_dir.join("control"))
        .ok()
        .map(PathBuf::from);
    UnixStream::connect(pointed.unwrap_or_else(|| data_dir.join("control.sock")))
        .await
        .ok()
}

/// One call over the socket.
pub(crate) async fn call(
    stream: UnixStream,
    method: Method,
    path: &str,
    body: Vec<u8>,
) -> anyhow::Result<(u16, Vec<u8>)> {
    let (mut sender, connection) =
        hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
    let connection = tokio::spawn(connection);
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header("host", "localhost")
        .header("content-type", "application/json")
        .body(Full::new(Bytes::from(body)))?;
    let answer = sender
        .send_request(request)
        .await
        .context("asking the gateway")?;
    let status = answer.status().as_u16();
    let body = answer.into_body().collect().await?.to_bytes().to_vec();
    connection.abort();
    if body.is_empty() {
        bail!("the gateway answered {status} without a body");
    }
    Ok((status, body))
}
