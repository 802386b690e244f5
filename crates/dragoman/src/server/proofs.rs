//! What listeners prove themselves with, kept fresh while they listen.

use std::sync::Arc;
use std::time::Duration;

use dragoman_core::Timestamp;
use dragoman_core::ports::Clock;

use super::authority::Authority;
use super::tls::Proof;
use crate::config::{Certificate, Config, Listener, Tls};

/// Where the certificates are kept that listeners make for themselves, below the data directory.
pub(crate) const CERTIFICATES: &str = "tls";

/// As often certificates are read again: whoever renews them does so days before their end.
const LOOK: Duration = Duration::from_secs(24 * 3600);

/// The certificates of all listeners that speak TLS.
pub(crate) struct Proofs {
    config: Config,
    kept: Vec<(Listener, Proof)>,
}

impl Proofs {
    pub(crate) fn new(config: &Config) -> Self {
        Self {
            config: config.clone(),
            kept: Vec::new(),
        }
    }

    /// What a listener proves itself with; nothing over plain HTTP.
    ///
    /// # Errors
    /// A file cannot be read or made, or holds no certificate or key that fits.
    pub(crate) fn of(
        &mut self,
        listener: &Listener,
        now: Timestamp,
    ) -> anyhow::Result<Option<Proof>> {
        let Some(certificate) = certificate(&self.config, listener, now)? else {
            return Ok(None);
        };
        let proof = Proof::read(&certificate)?;
        self.kept.push((listener.clone(), proof.clone()));
        Ok(Some(proof))
    }

    /// The authority (PEM) that clients are to trust where a listener makes its own certificate.
    ///
    /// # Errors
    /// It cannot be read or made.
    pub(crate) fn listener_ca(&self, now: Timestamp) -> anyhow::Result<Option<Arc<str>>> {
        let mut listeners = self.config.listener.iter();
        if !listeners.any(|one| matches!(one.tls, Some(Tls::SelfSigned { .. }))) {
            return Ok(None);
        }
        let authority = Authority::kept(&self.config.data_dir.join(CERTIFICATES), now)?;
        Ok(Some(authority.pem.into()))
    }

    /// Reads every certificate again, day by day; one of our own that is close to its end is made
    /// anew.
    pub(crate) async fn keep_fresh(self: Arc<Self>, clock: Arc<dyn Clock>) {
        loop {
            tokio::time::sleep(LOOK).await;
            self.refresh(clock.machine());
        }
    }

    /// A listener whose certificate cannot be read keeps the one that it has.
    fn refresh(&self, now: Timestamp) {
        for (listener, proof) in &self.kept {
            let read = certificate(&self.config, listener, now);
            let replaced = read.and_then(|certificate| match certificate {
                Some(certificate) => proof.replace(&certificate),
                None => Ok(()),
            });
            if let Err(error) = replaced {
                let bind = listener.bind;
                tracing::error!(%bind, "reading a listener's certificate again: {error:#}");
            }
        }
    }
}

/// Where a listener's certificate is; its own is made where it has to be.
fn certificate(
    config: &Config,
    listener: &Listener,
    now: Timestamp,
) -> anyhow::Result<Option<Certificate>> {
    match &listener.tls {
        None => Ok(None),
        Some(Tls::Given(certificate)) => Ok(Some(certificate.clone())),
        Some(Tls::SelfSigned { names }) => {
            let names = config.names_of(listener.bind, names);
            let authority = Authority::kept(&config.data_dir.join(CERTIFICATES), now)?;
            let folder = listener.dialect.folder();
            authority.certificate(folder, &names, now).map(Some)
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use dragoman_testkit::TestClock;
    use rustls::RootCertStore;
    use rustls::pki_types::ServerName;
    use tokio_rustls::TlsConnector;

    use super::*;
    use crate::config::ListenerDialect;

    /// Writes a new certificate for `localhost`; answers who trusts it.
    fn renew(files: &Certificate) -> TlsConnector {
        let own = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
        std::fs::write(&files.certificate, own.cert.pem()).unwrap();
        std::fs::write(&files.key, own.signing_key.serialize_pem()).unwrap();
        let mut roots = RootCertStore::empty();
        roots.add(own.cert.der().clone()).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let client = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        TlsConnector::from(Arc::new(client))
    }

    async fn trusts(client: &TlsConnector, proof: &Proof) -> bool {
        let (here, there) = tokio::io::duplex(16 * 1024);
        let name = ServerName::try_from("localhost").unwrap();
        let (served, connected) =
            tokio::join!(proof.acceptor().accept(here), client.connect(name, there));
        served.is_ok() && connected.is_ok()
    }

    fn listener(place: &Path) -> (Listener, Certificate) {
        let files = Certificate {
            certificate: place.join("c.pem"),
            key: place.join("k.pem"),
        };
        let listener = Listener {
            bind: ([127, 0, 0, 1], 9).into(),
            dialect: ListenerDialect::Callbell,
            tls: Some(Tls::Given(files.clone())),
        };
        (listener, files)
    }

    #[test]
    fn the_authority_is_told_where_a_listener_makes_its_own_certificate() {
        let place = tempfile::tempdir().unwrap();
        let (given, _) = listener(place.path());
        let own = Listener {
            tls: Some(Tls::SelfSigned { names: Vec::new() }),
            ..given.clone()
        };
        let told = |listener: Listener| {
            let config = Config {
                data_dir: place.path().to_owned(),
                listener: vec![listener],
                ..Config::default()
            };
            let proofs = Proofs::new(&config);
            proofs.listener_ca(TestClock::START).unwrap()
        };
        assert_eq!(told(given), None);
        let kept = told(own).unwrap();
        let path = place.path().join("tls/ca.pem");
        assert_eq!(*kept, *std::fs::read_to_string(path).unwrap());
    }

    #[tokio::test]
    async fn a_certificate_that_was_renewed_is_shown_without_a_new_start() {
        let place = tempfile::tempdir().unwrap();
        let (listener, files) = listener(place.path());
        let before = renew(&files);
        let mut proofs = Proofs::new(&Config::default());
        let now = TestClock::START;
        let proof = proofs.of(&listener, now).unwrap().unwrap();
        assert!(trusts(&before, &proof).await);
        let after = renew(&files);
        assert!(!trusts(&after, &proof).await);
        proofs.refresh(now);
        assert!(trusts(&after, &proof).await);
    }

    #[tokio::test]
    async fn a_certificate_that_cannot_be_read_is_not_missed() {
        let place = tempfile::tempdir().unwrap();
        let (listener, files) = listener(place.path());
        let client = renew(&files);
        let mut proofs = Proofs::new(&Config::default());
        let now = TestClock::START;
        let proof = proofs.of(&listener, now).unwrap().unwrap();
        std::fs::write(&files.key, "half a key").unwrap();
        proofs.refresh(now);
        assert!(trusts(&client, &proof).await);
    }
}
