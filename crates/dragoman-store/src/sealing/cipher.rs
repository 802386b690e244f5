//! XChaCha20-Poly1305: what is sealed opens only with its key, at its place, as it was sealed.

use std::fmt;

use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305};
use zeroize::Zeroizing;

/// Long enough for random ones, however many are drawn.
const NONCE: usize = 24;
const SIZE: usize = 32;
const DIGITS: usize = 2 * SIZE;

/// 256 bits that seal and open. Zeroed when it is dropped.
#[derive(Clone)]
pub(crate) struct Key(Zeroizing<[u8; SIZE]>);

impl Key {
    /// A key that nobody has.
    pub(crate) fn fresh() -> Self {
        let mut bytes = Zeroizing::new([0; SIZE]);
        fill(&mut *bytes);
        Self(bytes)
    }

    /// The key of so many bytes; `None` where it has another size.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let bytes = bytes.try_into().ok()?;
        Some(Self(Zeroizing::new(bytes)))
    }

    /// The key in hexadecimal digits.
    pub(crate) fn from_digits(text: &str) -> Option<Self> {
        if text.len() != DIGITS || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        let mut bytes = Zeroizing::new([0; SIZE]);
        for (index, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::from_str_radix(text.get(index * 2..index * 2 + 2)?, 16).ok()?;
        }
        Some(Self(bytes))
    }

    /// As [`Key::from_digits`] reads it.
    pub(crate) fn digits(&self) -> Zeroizing<String> {
        let mut digits = Zeroizing::new(String::with_capacity(DIGITS));
        for byte in self.0.iter() {
            for half in [byte >> 4, byte & 15] {
                digits.push(char::from_digit(half.into(), 16).expect("half a byte is a digit"));
            }
        }
        digits
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        &*self.0
    }

    /// Seals a text for one place: a nonce, then what it has become.
    pub(crate) fn seal(&self, plain: &[u8], place: &[u8]) -> Vec<u8> {
        let mut nonce = [0; NONCE];
        fill(&mut nonce);
        let payload = Payload {
            msg: plain,
            aad: place,
        };
        let sealed = self.cipher().encrypt(&nonce.into(), payload);
        let sealed = sealed.expect("a secret is far below the cipher's limit");
        [&nonce[..], &sealed].concat()
    }

    /// What was sealed for this place; `None` with another key, at another place, or changed.
    pub(crate) fn open(&self, sealed: &[u8], place: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let (nonce, sealed) = sealed.split_first_chunk::<NONCE>()?;
        let payload = Payload {
            msg: sealed,
            aad: place,
        };
        let opened = self.cipher().decrypt(&(*nonce).into(), payload);
        opened.ok().map(Zeroizing::new)
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(&(*self.0).into())
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

fn fill(bytes: &mut [u8]) {
    getrandom::fill(bytes).expect("the system has random bytes for whoever runs on it");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_its_key_opens_what_was_sealed_and_only_at_its_place() {
        let (key, other) = (Key::fresh(), Key::fresh());
        let sealed = key.seal(b"s3cret", b"here");
        let opened = key.open(&sealed, b"here").unwrap();
        assert_eq!(opened.as_slice(), b"s3cret");
        assert!(key.open(&sealed, b"there").is_none());
        assert!(other.open(&sealed, b"here").is_none());
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert!(key.open(&changed, b"here").is_none(), "{at}");
            assert!(key.open(&sealed[..at], b"here").is_none(), "{at}");
        }
    }

    #[test]
    fn the_same_is_never_sealed_to_the_same() {
        let key = Key::fresh();
        assert_ne!(key.seal(b"s3cret", b""), key.seal(b"s3cret", b""));
    }

    #[test]
    fn a_key_comes_back_from_its_digits() {
        let key = Key::fresh();
        let digits = key.digits();
        assert_eq!(Key::from_digits(&digits).unwrap().bytes(), key.bytes());
        let upper = digits.to_ascii_uppercase();
        assert_eq!(Key::from_digits(&upper).unwrap().bytes(), key.bytes());
        for wrong in ["", &digits[1..], &format!("{}+1", &digits[2..])] {
            assert!(Key::from_digits(wrong).is_none(), "{wrong}");
        }
    }

    #[test]
    fn a_key_prints_as_stars() {
        assert_eq!(format!("{:?}", Key::fresh()), "***");
    }
}
