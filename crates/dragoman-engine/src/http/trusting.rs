//! Connections to servers whose certificate is signed by an authority of the client's own.

use std::sync::Mutex;

use dragoman_core::ports::{HttpError, Reach};
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use sha2::{Digest, Sha256};

use super::connector::{Connector, Way};
use super::{Line, line, not_sent};
use crate::lock::lock;

/// So many are kept; then the one that was used longest ago is closed.
const MOST: usize = 16;

/// One kind of connections per set of certificates and reach. The public authorities do not count
/// there, so that nobody but the client's own can speak for its server.
pub(super) struct Trusting {
    anywhere: Way,
    public: Way,
    /// What was used last stands at the end.
    known: Mutex<Vec<(Key, Line)>>,
}

/// The reach, and the digest of the certificates.
type Key = (Reach, [u8; 32]);

impl Trusting {
    pub(super) fn new(anywhere: Way, public: Way) -> Self {
        Self {
            anywhere,
            public,
            known: Mutex::default(),
        }
    }

    /// Connections that trust these certificates (PEM) alone.
    ///
    /// # Errors
    /// There are none, or one cannot be read.
    pub(super) fn line(&self, reach: Reach, certificates: &str) -> Result<Line, HttpError> {
        let key = (reach, Sha256::digest(certificates).into());
        let mut known = lock(&self.known);
        let place = known.iter().position(|(of, _)| *of == key);
        let entry = match place {
            Some(place) => known.remove(place),
            None => (key, self.open(reach, certificates)?),
        };
        if known.len() >= MOST {
            known.remove(0);
        }
        let line = entry.1.clone();
        known.push(entry);
        Ok(line)
    }

    fn open(&self, reach: Reach, certificates: &str) -> Result<Line, HttpError> {
        let way = match reach {
            Reach::Operator => &self.anywhere,
            Reach::Public => &self.public,
        };
        let roots = roots(certificates)?;
        Ok(line(Connector::trusting(roots, way.clone())))
    }
}

fn roots(certificates: &str) -> Result<RootCertStore, HttpError> {
    let cannot_read = |error: &dyn std::fmt::Display| {
        not_sent(format!("the certificates to trust cannot be read: {error}"))
    };
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(certificates.as_bytes()) {
        let certificate = certificate.map_err(|error| cannot_read(&error))?;
        roots
            .add(certificate)
            .map_err(|error| cannot_read(&error))?;
    }
    if roots.is_empty() {
        return Err(cannot_read(&"there are none"));
    }
    Ok(roots)
}

#[cfg(test)]
#[path = "trusting_tests.rs"]
mod tests;
