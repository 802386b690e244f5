//! The addresses of calls, read once.

use std::collections::HashMap;
use std::sync::Mutex;

use dragoman_core::ports::HttpError;
use http::Uri;
use url::Url;

use super::not_sent;
use crate::lock::lock;

/// As many addresses are remembered.
const MOST: usize = 1024;
/// A longer one is read every time, so that nobody fills the memory with them.
const LONGEST: usize = 1024;

/// Addresses that were called before. A channel calls the same one for every message, and reading
/// one by the rules of the web (names in other scripts, numbers as hosts) costs more than all else
/// that is done to a request here.
#[derive(Default)]
pub(super) struct Addresses(Mutex<HashMap<String, Uri>>);

impl Addresses {
    /// The address as it goes into a request.
    ///
    /// # Errors
    /// It is none that may be called.
    pub(super) fn read(&self, address: &str) -> Result<Uri, HttpError> {
        if let Some(known) = lock(&self.0).get(address) {
            return Ok(known.clone());
        }
        let uri = read(address)?;
        if address.len() <= LONGEST {
            let mut known = lock(&self.0);
            if known.len() >= MOST {
                known.clear();
            }
            known.insert(address.to_owned(), uri.clone());
        }
        Ok(uri)
    }
}

fn read(address: &str) -> Result<Uri, HttpError> {
    let url = Url::parse(address).map_err(|error| not_sent(error.to_string()))?;
    let is_web = matches!(url.scheme(), "http" | "https") && url.host_str().is_some();
    let has_userinfo = !url.username().is_empty() || url.password().is_some();
    if !is_web || has_userinfo {
        return Err(not_sent("address not allowed"));
    }
    Uri::try_from(String::from(url)).map_err(|error| not_sent(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_reads_the_same_the_first_time_and_later() {
        let addresses = Addresses::default();
        for _ in 0..2 {
            let uri = addresses.read("HTTP://2130706433/ä?b c").unwrap();
            assert_eq!(uri, "http://127.0.0.1/%C3%A4?b%20c");
            for refused in ["ftp://e.com/", "http://me@e.com/", "http://", "x", ""] {
                assert!(addresses.read(refused).is_err(), "{refused}");
            }
        }
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let addresses = Addresses::default();
        for number in 0..3 * MOST {
            addresses.read(&format!("https://e.com/{number}")).unwrap();
        }
        let long = format!("https://e.com/{}", "x".repeat(LONGEST));
        assert_eq!(addresses.read(&long).unwrap(), *long);
        let known = lock(&addresses.0);
        assert!(known.len() <= MOST && !known.contains_key(&long));
    }
}
