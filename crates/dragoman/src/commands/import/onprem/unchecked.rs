//! A way to a client whose certificate cannot be checked: most have made it themselves.

use std::sync::Arc;

use async_trait::async_trait;
use dragoman_core::ports::{Answer, Http, HttpError, Method, Request};
use http_body_util::{BodyExt, Full, Limited};
use hyper::Uri;
use hyper::body::Bytes;
use hyper_util::rt::TokioIo;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{self, CryptoProvider};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, Error, SignatureScheme};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

/// Calls `https` addresses, and takes whoever answers there for whom it says it is.
pub(super) struct Unchecked(TlsConnector);

impl Unchecked {
    pub(super) fn new() -> anyhow::Result<Self> {
        let provider = Arc::new(crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()?
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(Anybody(provider)))
            .with_no_client_auth();
        Ok(Self(TlsConnector::from(Arc::new(config))))
    }

    async fn exchange(&self, request: &Request) -> Result<Answer, HttpError> {
        let uri: Uri = request.url.parse().map_err(not_sent)?;
        let host = uri.host().unwrap_or_default().trim_matches(['[', ']']);
        let name = ServerName::try_from(host.to_owned()).map_err(not_sent)?;
        let address = (host, uri.port_u16().unwrap_or(443));
        let stream = TcpStream::connect(address).await.map_err(not_sent)?;
        let stream = self.0.connect(name, stream).await.map_err(not_sent)?;
        let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
            .await
            .map_err(not_sent)?;
        let connection = tokio::spawn(connection);
        let answer = sender.send_request(written(request, &uri)?).await;
        let answer = answer.map_err(lost)?;
        let status = answer.status().as_u16();
        let body = Limited::new(answer.into_body(), request.answer_limit);
        let body = body.collect().await.map_err(lost)?.to_bytes().to_vec();
        connection.abort();
        Ok(Answer {
            status,
            retry_after: None,
            content_type: None,
            date: None,
            body,
        })
    }
}

#[async_trait]
impl Http for Unchecked {
    async fn call(&self, request: Request) -> Result<Answer, HttpError> {
        let exchange = tokio::time::timeout(request.timeout, self.exchange(&request));
        exchange.await.map_err(lost)?
    }
}

fn written(request: &Request, uri: &Uri) -> Result<hyper::Request<Full<Bytes>>, HttpError> {
    let method = match request.method {
        Method::Get => hyper::Method::GET,
        Method::Post => hyper::Method::POST,
        Method::Put => hyper::Method::PUT,
        Method::Patch => hyper::Method::PATCH,
        Method::Delete => hyper::Method::DELETE,
    };
    let authority = uri.authority().map_or("", |authority| authority.as_str());
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    let builder = hyper::Request::builder().method(method).uri(path);
    let headers = request.headers.iter();
    let builder = headers.fold(builder.header("host", authority), |builder, header| {
        builder.header(&*header.0, &header.1)
    });
    let body = Full::new(Bytes::from(request.body.clone()));
    builder.body(body).map_err(not_sent)
}

fn not_sent(why: impl ToString) -> HttpError {
    HttpError::NotSent(why.to_string().into())
}

fn lost(why: impl ToString) -> HttpError {
    HttpError::Lost(why.to_string().into())
}

/// Takes every certificate, but wants its key to be there.
#[derive(Debug)]
struct Anybody(Arc<CryptoProvider>);

impl ServerCertVerifier for Anybody {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.0.signature_verification_algorithms;
        crypto::verify_tls12_signature(message, certificate, signed, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.0.signature_verification_algorithms;
        crypto::verify_tls13_signature(message, certificate, signed, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
