//! The certificates that listeners make for themselves, and the authority that vouches for them.
//!
//! Clients are told to trust the authority, which stays the same; a certificate is made anew when
//! it is close to its end or lacks a name.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use dragoman_core::Timestamp;
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa,
    Issuer, KeyPair, KeyUsagePurpose,
};
use rustls::RootCertStore;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::ServerCertVerifier;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use time::OffsetDateTime;

use crate::config::Certificate;
use crate::private;

const DAY: Duration = Duration::from_secs(24 * 3600);
/// Some clients refuse certificates that last longer than 825 days.
const LASTS: Duration = DAY.saturating_mul(800);
/// A certificate that ends sooner is made anew at a start.
const RENEWED_BEFORE: Duration = DAY.saturating_mul(90);
/// The authority outlives the programs that trust it.
const AUTHORITY_LASTS: Duration = DAY.saturating_mul(30 * 365);

/// Vouches for every certificate that this installation makes.
pub(crate) struct Authority {
    /// Its own certificate (PEM), which clients are to trust.
    pub(super) pem: String,
    place: PathBuf,
    key: KeyPair,
}

impl Authority {
    /// The authority that is kept in this directory, made where there is none.
    ///
    /// # Errors
    /// A file cannot be read or written, or does not hold what was written.
    pub(crate) fn kept(place: &Path, now: Timestamp) -> anyhow::Result<Self> {
        private::directory(place)?;
        let (path, key_path) = (place.join("ca.pem"), place.join("ca.key"));
        if !path.is_file() {
            // The key first: where there is a certificate, its key is there as well.
            let key = KeyPair::generate().context("making a key")?;
            private::write(&key_path, key.serialize_pem().as_bytes())?;
            let certificate = described(now)?.self_signed(&key);
            let pem = certificate.context("making an authority")?.pem();
            private::write(&path, pem.as_bytes())?;
            let path = path.display();
            tracing::info!(%path, "made an authority: clients of self-signed listeners trust it");
        }
        let pem = read(&path)?;
        let key = KeyPair::from_pem(&read(&key_path)?);
        let key = key.with_context(|| format!("reading {}", key_path.display()))?;
        let place = place.to_owned();
        Ok(Self { pem, place, key })
    }

    /// The certificate for these names that is kept in a folder, made where it has to be. It is
    /// in one file with the authority's and the private key.
    ///
    /// # Errors
    /// As [`kept`](Self::kept).
    pub(crate) fn certificate(
        &self,
        folder: &str,
        names: &[String],
        now: Timestamp,
    ) -> anyhow::Result<Certificate> {
        let folder = self.place.join(folder);
        private::directory(&folder)?;
        let server = folder.join("server.pem");
        let soon = now.plus(RENEWED_BEFORE);
        if !self.is_trusted_for(&server, names, soon)? {
            private::write(&server, self.issue(names, now)?.as_bytes())?;
        }
        Ok(Certificate {
            certificate: server.clone(),
            key: server,
        })
    }

    /// A new certificate for these names, the authority's, and the private key.
    fn issue(&self, names: &[String], now: Timestamp) -> anyhow::Result<String> {
        let mut wanted = CertificateParams::new(names).context("listener.names")?;
        wanted.distinguished_name = called("Dragoman");
        wanted.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        wanted.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        wanted.use_authority_key_identifier_extension = true;
        (wanted.not_before, wanted.not_after) = (day_before(now)?, instant(now.plus(LASTS))?);
        let key = KeyPair::generate().context("making a key")?;
        let authority = described(now)?;
        let issuer = Issuer::from_params(&authority, &self.key);
        let certificate = wanted.signed_by(&key, &issuer);
        let certificate = certificate.context("making a certificate")?.pem();
        Ok(format!("{certificate}{}{}", self.pem, key.serialize_pem()))
    }

    /// Whether a client who trusts the authority will still take the certificate then, under each
    /// of these names.
    fn is_trusted_for(
        &self,
        server: &Path,
        names: &[String],
        then: Timestamp,
    ) -> anyhow::Result<bool> {
        if !server.is_file() {
            return Ok(false);
        }
        let chain = CertificateDer::pem_file_iter(server).and_then(Iterator::collect);
        let chain: Vec<_> = chain.with_context(|| format!("reading {}", server.display()))?;
        let Some((certificate, others)) = chain.split_first() else {
            return Ok(false);
        };
        let mut roots = RootCertStore::empty();
        let authority = CertificateDer::from_pem_slice(self.pem.as_bytes());
        let place = || format!("reading ca.pem of {}", self.place.display());
        roots
            .add(authority.with_context(place)?)
            .with_context(place)?;
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let client = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider);
        let client = client.build().with_context(place)?;
        let since = then.since(Timestamp::from_seconds(0));
        let then = UnixTime::since_unix_epoch(since);
        let takes = |name: ServerName<'_>| {
            let verified = client.verify_server_cert(certificate, others, &name, &[], then);
            verified.is_ok()
        };
        let mut names = names.iter().map(|name| ServerName::try_from(name.as_str()));
        Ok(names.all(|name| name.is_ok_and(takes)))
    }
}

/// The authority as its certificate describes it. What it issues names it in the same words.
fn described(now: Timestamp) -> anyhow::Result<CertificateParams> {
    let mut authority = CertificateParams::default();
    authority.distinguished_name = called("Dragoman's own authority");
    authority.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    authority.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    authority.not_before = day_before(now)?;
    authority.not_after = instant(now.plus(AUTHORITY_LASTS))?;
    Ok(authority)
}

fn called(name: &str) -> DistinguishedName {
    let mut words = DistinguishedName::new();
    words.push(DnType::CommonName, name);
    words
}

/// Clients' clocks may be behind ours.
fn day_before(now: Timestamp) -> anyhow::Result<OffsetDateTime> {
    instant(now.minus(DAY))
}

fn instant(at: Timestamp) -> anyhow::Result<OffsetDateTime> {
    OffsetDateTime::from_unix_timestamp(at.seconds()).context("the clock is far off")
}

fn read(path: &Path) -> anyhow::Result<String> {
    fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))
}

#[cfg(test)]
mod tests {
    use dragoman_testkit::TestClock;

    use super::*;

    const NOW: Timestamp = TestClock::START;

    /// What is kept for these names then: the authority's certificate and the server's.
    fn kept(place: &Path, names: &[&str], now: Timestamp) -> (String, String) {
        let names: Vec<String> = names.iter().map(ToString::to_string).collect();
        let authority = Authority::kept(place, now).unwrap();
        let files = authority.certificate("main", &names, now).unwrap();
        let then = now.plus(RENEWED_BEFORE);
        let server = &files.certificate;
        assert!(authority.is_trusted_for(server, &names, then).unwrap());
        let server = read(server).unwrap();
        (authority.pem, server)
    }

    #[test]
    fn a_certificate_stays_until_it_is_close_to_its_end() {
        let place = tempfile::tempdir().unwrap();
        let names = ["localhost", "127.0.0.1", "wa.example"];
        let first = kept(place.path(), &names, NOW);
        let late = NOW.plus(LASTS - RENEWED_BEFORE - DAY);
        assert_eq!(kept(place.path(), &names, late), first);
        let close = NOW.plus(LASTS - RENEWED_BEFORE + DAY);
        let (authority, renewed) = kept(place.path(), &names, close);
        assert_eq!(authority, first.0, "clients go on trusting it");
        assert_ne!(renewed, first.1);
    }

    #[test]
    fn a_name_that_is_missing_makes_a_new_certificate() {
        let place = tempfile::tempdir().unwrap();
        let first = kept(place.path(), &["localhost"], NOW);
        let second = kept(place.path(), &["localhost", "::1"], NOW);
        assert_eq!(first.0, second.0);
        assert_ne!(first.1, second.1);
    }

    #[test]
    fn a_first_start_that_was_cut_short_is_made_up_for() {
        let place = tempfile::tempdir().unwrap();
        fs::write(place.path().join("ca.key"), "half a key").unwrap();
        kept(place.path(), &["localhost"], NOW);
    }
}
