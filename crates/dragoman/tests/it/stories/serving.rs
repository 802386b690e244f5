//! `dragoman serve`, as production runs it.

use std::path::Path;
use std::sync::Arc;

use dragoman_testkit::until;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use super::commands::{add_channel, json};
use super::import_onprem::{import, said};
use crate::support::api;
use crate::support::process::{Dev, PATIENCE, Process, free_port};

#[tokio::test]
async fn a_listener_with_a_certificate_speaks_tls_to_those_who_trust_it() {
    let directory = tempfile::tempdir().unwrap();
    let own = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let (certificate, key) = (
        directory.path().join("c.pem"),
        directory.path().join("k.pem"),
    );
    std::fs::write(&certificate, own.cert.pem()).unwrap();
    std::fs::write(&key, own.signing_key.serialize_pem()).unwrap();
    let (plain, secure) = (free_port(), free_port());
    let config = format!(
        "listen = \"127.0.0.1:{plain}\"\ndata_dir = {:?}\n\
         [[listener]]\nbind = \"127.0.0.1:{secure}\"\ndialect = \"onprem\"\nchannel = \"main\"\n\
         tls = {{ certificate = {certificate:?}, key = {key:?} }}\n",
        directory.path().join("data")
    );
    let _gateway = serving(directory.path(), plain, &config).await;

    // One client says nothing at all; it holds nobody up.
    let _silent = TcpStream::connect(("127.0.0.1", secure)).await.unwrap();
    let mut roots = RootCertStore::empty();
    roots.add(own.cert.der().clone()).unwrap();
    let answer = ask(secure, roots).await.unwrap();
    // There is no such channel yet; that it says so in the dialect is what matters.
    assert!(answer.starts_with("HTTP/1.1 404"), "{answer}");
    assert!(answer.contains("\"errors\""), "{answer}");
    assert!(ask(secure, RootCertStore::empty()).await.is_err());
}

#[tokio::test]
async fn a_listener_makes_its_own_certificate_and_keeps_its_authority() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("data");
    let (plain, secure) = (free_port(), free_port());
    let config = format!(
        "listen = \"127.0.0.1:{plain}\"\ndata_dir = {data:?}\n\
         [[listener]]\nbind = \"127.0.0.1:{secure}\"\ndialect = \"onprem\"\nchannel = \"main\"\n\
         tls = \"self-signed\"\n",
    );
    let gateway = serving(directory.path(), plain, &config).await;
    json(&data, &["account", "create", "acme"]);
    add_channel(&data, "acme", "main", "2", "http://127.0.0.1:9");
    let authority = data.join("tls/ca.pem");
    let trusting = || {
        let mut roots = RootCertStore::empty();
        roots
            .add(CertificateDer::from_pem_file(&authority).unwrap())
            .unwrap();
        roots
    };
    let first = trusting();
    let login = "POST /v1/users/login";
    let answer = call(login, secure, trusting()).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 401"), "{answer}");
    assert!(answer.contains("\"code\":1005"), "{answer}");
    assert!(call(login, secure, RootCertStore::empty()).await.is_err());

    // A client that is asked by its operator, who may say that its certificate is not to be checked.
    let url = format!("https://localhost:{secure}");
    let args = ["--url", &url, "--password", "Wrong-123", "--save", "none"];
    let doubtful = import(&args);
    assert!(said(&doubtful).contains("certificate"), "{doubtful:?}");
    let unchecked = import(&[&args[..], &["--insecure"]].concat());
    assert!(said(&unchecked).contains("answered 401"), "{unchecked:?}");

    gateway.terminate();
    let _again = serving(directory.path(), plain, &config).await;
    assert!(call(login, secure, first).await.is_ok());
}

#[tokio::test]
async fn a_program_in_which_only_the_host_is_replaced_is_served() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("data");
    let (common, own) = (free_port(), free_port());
    let config = format!(
        "listen = \"127.0.0.1:{common}\"\ndata_dir = {data:?}\n\
         [[listener]]\nbind = \"127.0.0.1:{own}\"\ndialect = \"callbell\"\n"
    );
    let _gateway = serving(directory.path(), common, &config).await;
    json(&data, &["account", "create", "acme"]);
    let token = json(&data, &["token", "create", "--account", "acme"]);
    let url = format!("http://127.0.0.1:{own}/v1/auth/me");
    let me = api::get(&url, token["token"].as_str()).await.unwrap();
    assert_eq!((me.status, &me.json["user_name"]), (200, &"acme".into()));
}

/// A gateway with this configuration that listens on this port, once it is ready.
pub(super) async fn serving(directory: &Path, port: u16, config: &str) -> Process {
    let file = directory.join("dragoman.toml");
    std::fs::write(&file, config).unwrap();
    let gateway = Process::start(
        &["serve", "--config", file.to_str().unwrap()],
        &directory.join("log"),
    );
    until("the gateway is ready", PATIENCE, async || {
        let answer = api::get(&format!("http://127.0.0.1:{port}/readyz"), None).await;
        answer
            .is_ok_and(|answer| answer.status == 200)
            .then_some(())
    })
    .await;
    gateway
}

async fn ask(port: u16, roots: RootCertStore) -> std::io::Result<String> {
    call("GET /v1/health", port, roots).await
}

/// The answer to one request without a body over TLS, as text.
async fn call(request: &str, port: u16, roots: RootCertStore) -> std::io::Result<String> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let stream = TcpStream::connect(("127.0.0.1", port)).await?;
    let name = ServerName::try_from("localhost").unwrap();
    let connector = TlsConnector::from(Arc::new(config));
    let mut stream = connector.connect(name, stream).await?;
    let request = format!("{request} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    Ok(answer)
}

#[tokio::test]
async fn free_memory_stays_with_a_gateway_for_longer_than_its_allocator_would_keep_it() {
    let dev = Dev::start().await;
    let delay = dev.process.environment("MIMALLOC_PURGE_DELAY");
    assert_eq!(delay.as_deref(), Some("10000"));
}
