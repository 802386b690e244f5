//! Addresses under which a file can be fetched for a while, by whoever has them.

#[cfg(any(test, fuzzing))]
pub mod fuzzing;
mod router;
#[cfg(test)]
mod tests;

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use dragoman_core::{Id, Secret, Timestamp};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;

pub use self::router::router;

/// How long an address is good for: receivers fetch late, and people look twice.
const LASTS: Duration = Duration::from_secs(7 * 24 * 3600);

/// Account, file and end; the mac comes after them.
const SIGNED: usize = 16 + 16 + 8;
/// A SHA-256 mac of half its length.
const MAC: usize = 16;

/// Makes and checks addresses of files.
#[derive(Clone, Debug)]
pub struct Links {
    key: Secret,
    public_url: Box<str>,
}

/// A file, as far as its address has to know it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Linked<'a> {
    /// Whose it is.
    pub(crate) account: Id,
    /// Which.
    pub(crate) file: Id,
    /// What the address ends in, for receivers that guess the kind of a file by it.
    pub(crate) extension: Option<&'a str>,
}

impl Links {
    /// `key` signs them; `public_url` is what the outside reaches us by, without a slash at the end.
    pub fn new(key: Secret, public_url: impl Into<Box<str>>) -> Self {
        Self {
            key,
            public_url: public_url.into(),
        }
    }

    /// What every address of the gateway begins with, without a slash at the end.
    pub fn public_url(&self) -> &str {
        &self.public_url
    }

    /// The address of a file: good for a week.
    pub(crate) fn link(&self, linked: Linked<'_>, now: Timestamp) -> String {
        let mut name = Vec::with_capacity(SIGNED + MAC);
        name.extend(linked.account.as_u128().to_be_bytes());
        name.extend(linked.file.as_u128().to_be_bytes());
        name.extend(now.plus(LASTS).seconds().to_be_bytes());
        let mac = self.mac(&name);
        name.extend(mac);
        let mut link = format!("{}/media/", self.public_url);
        URL_SAFE_NO_PAD.encode_string(name, &mut link);
        if let Some(extension) = linked.extension {
            link.push('.');
            link.push_str(extension);
        }
        link
    }

    /// Account and file of an address that we made and that is still good. Whatever follows a dot
    /// is for people.
    fn opened(&self, name: &str, now: Timestamp) -> Option<(Id, Id)> {
        let name = name.split('.').next().unwrap_or(name);
        let bytes = URL_SAFE_NO_PAD.decode(name).ok()?;
        let (signed, mac) = bytes.split_at_checked(SIGNED)?;
        let is_ours = bool::from(self.mac(signed).as_slice().ct_eq(mac));
        let (account, rest) = signed.split_first_chunk()?;
        let (file, until) = rest.split_first_chunk()?;
        let until = Timestamp::from_seconds(i64::from_be_bytes(until.try_into().ok()?));
        let id = |bytes| Id::from_u128(u128::from_be_bytes(bytes));
        (is_ours && now < until).then(|| (id(*account), id(*file)))
    }

    fn mac(&self, signed: &[u8]) -> [u8; MAC] {
        let mut mac = Hmac::<Sha256>::new_from_slice(self.key.reveal().as_bytes())
            .expect("HMAC takes keys of any length");
        // The key may sign other things, too.
        mac.update(b"media");
        mac.update(signed);
        let mut short = [0; MAC];
        short.copy_from_slice(&mac.finalize().into_bytes()[..MAC]);
        short
    }

    /// A key for another purpose, by its name: it tells nothing about the one that signs addresses.
    pub(crate) fn key_for(&self, purpose: &str) -> [u8; 32] {
        let mut mac = Hmac::<Sha256>::new_from_slice(self.key.reveal().as_bytes())
            .expect("HMAC takes a key of any length");
        mac.update(purpose.as_bytes());
        mac.finalize().into_bytes().into()
    }
}
