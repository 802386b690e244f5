//! A server whose certificate is signed by an authority that the test has made.

use std::sync::Arc;
use std::time::Duration;

use dragoman_core::ports::{ANSWER_LIMIT, Answer, Http, Method, Request};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::PrivateKeyDer;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use super::super::HttpClient;
use super::*;

type Authority = CertifiedIssuer<'static, KeyPair>;

fn authority() -> Authority {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate().unwrap();
    CertifiedIssuer::self_signed(params, key).unwrap()
}

/// A server that answers every request, with a certificate for `localhost` by this authority.
async fn server(authority: &Authority) -> String {
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new(["localhost".to_owned()]).unwrap();
    let certificate = params.signed_by(&key, authority).unwrap();
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let Ok(mut stream) = acceptor.accept(stream).await else {
                continue;
            };
            let mut buffer = [0; 4096];
            let _ = stream.read(&mut buffer).await;
            let answer = b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\nok";
            let _ = stream.write_all(answer).await;
            let _ = stream.shutdown().await;
        }
    });
    format!("https://localhost:{port}/hook")
}

async fn call(
    client: &HttpClient,
    url: &str,
    reach: Reach,
    trust: Option<&str>,
) -> Result<Answer, HttpError> {
    let request = Request {
        method: Method::Post,
        url: url.to_owned(),
        headers: Vec::new(),
        body: b"{}".to_vec(),
        timeout: Duration::from_secs(20),
        reach,
        answer_limit: ANSWER_LIMIT,
        trust: trust.map(Into::into),
    };
    client.call(request).await
}

fn client() -> HttpClient {
    let loopback = ["127.0.0.0/8", "::1/128"];
    HttpClient::new(loopback.map(|network| network.parse().unwrap()).to_vec())
}

#[tokio::test]
async fn a_server_with_a_certificate_of_the_clients_own_authority_is_trusted() {
    let (ours, client) = (authority(), client());
    let url = server(&ours).await;
    for reach in [Reach::Public, Reach::Operator] {
        let answer = call(&client, &url, reach, Some(&ours.pem())).await;
        assert_eq!(answer.unwrap().body, b"ok");
    }
}

#[tokio::test]
async fn nobody_else_is_trusted_instead() {
    let (ours, other, client) = (authority(), authority(), client());
    let url = server(&ours).await;
    let both = format!("{}{}", other.pem(), ours.pem());
    assert!(
        call(&client, &url, Reach::Public, Some(&both))
            .await
            .is_ok()
    );
    for trust in [None, Some(other.pem())] {
        let answer = call(&client, &url, Reach::Public, trust.as_deref()).await;
        assert!(matches!(answer, Err(HttpError::NotSent(_))), "{answer:?}");
    }
}

#[tokio::test]
async fn what_is_no_certificate_lets_nothing_leave() {
    let client = client();
    let broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    for trust in ["", "nonsense", broken] {
        let answer = call(&client, "https://localhost:1/", Reach::Public, Some(trust)).await;
        let Err(HttpError::NotSent(why)) = answer else {
            panic!("{answer:?}");
        };
        assert!(why.contains("certificates to trust"), "{why}");
    }
}

#[tokio::test]
async fn an_own_authority_opens_no_private_networks() {
    let (ours, client) = (authority(), HttpClient::new(Vec::new()));
    let url = server(&ours).await;
    let answer = call(&client, &url, Reach::Public, Some(&ours.pem())).await;
    assert!(matches!(answer, Err(HttpError::NotSent(_))), "{answer:?}");
}

#[test]
fn only_a_few_kinds_of_connections_are_kept() {
    let trusting = HttpClient::new(Vec::new()).trusting;
    let first = authority().pem();
    assert!(trusting.line(Reach::Public, &first).is_ok());
    for _ in 0..MOST {
        trusting.line(Reach::Public, &authority().pem()).unwrap();
        trusting.line(Reach::Public, &first).unwrap();
    }
    let known = lock(&trusting.known);
    assert_eq!(known.len(), MOST);
    let digest: [u8; 32] = Sha256::digest(&first).into();
    assert_eq!(known[MOST - 1].0, (Reach::Public, digest));
}
