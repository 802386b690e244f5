//! A blob that only its password opens: Argon2id makes the key, ChaCha20-Poly1305 seals.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{ChaCha20Poly1305, KeyInit};

use crate::passwords;

/// How every blob begins, its version with it. The original's blobs begin otherwise.
const MARK: &[u8] = b"dragoman-backup-1\n";
const SALT: usize = 16;
const NONCE: usize = 12;

/// Why a blob was not opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::whatsapp_onprem) enum Unopened {
    /// It is none of ours.
    Foreign,
    /// Another password, or it was changed on its way.
    Wrong,
    /// The process is going down.
    Interrupted,
}

/// Seals a text. `random` is 256 random bits, different for every blob. `None` when the process is
/// going down.
pub(in crate::whatsapp_onprem) async fn seal(
    text: &str,
    password: String,
    random: [u128; 2],
) -> Option<String> {
    let salt = random[0].to_be_bytes();
    let nonce: [u8; NONCE] = *random[1].to_be_bytes().first_chunk()?;
    let cipher = ChaCha20Poly1305::new(&passwords::key(password, salt).await?.into());
    let payload = Payload {
        msg: text.as_bytes(),
        aad: MARK,
    };
    let sealed = cipher.encrypt(&nonce.into(), payload);
    let sealed = sealed.expect("a text of settings is far below the cipher's limit");
    Some(STANDARD.encode([MARK, &salt, &nonce, &sealed].concat()))
}

/// The text in a blob.
///
/// # Errors
/// See [`Unopened`].
pub(in crate::whatsapp_onprem) async fn open(
    blob: &str,
    password: String,
) -> Result<String, Unopened> {
    let blob: String = blob.split_whitespace().collect();
    let bytes = STANDARD.decode(blob).map_err(|_| Unopened::Foreign)?;
    let rest = bytes.strip_prefix(MARK).ok_or(Unopened::Foreign)?;
    let (salt, rest) = rest.split_first_chunk::<SALT>().ok_or(Unopened::Foreign)?;
    let (nonce, sealed) = rest.split_first_chunk::<NONCE>().ok_or(Unopened::Foreign)?;
    let key = passwords::key(password, *salt).await;
    let cipher = ChaCha20Poly1305::new(&key.ok_or(Unopened::Interrupted)?.into());
    let payload = Payload {
        msg: sealed,
        aad: MARK,
    };
    let opened = cipher.decrypt(&(*nonce).into(), payload);
    String::from_utf8(opened.map_err(|_| Unopened::Wrong)?).map_err(|_| Unopened::Foreign)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_password_opens_a_blob_and_only_as_it_was_sealed() {
        let blob = seal("settings", "Secret-1".to_owned(), [1, 2])
            .await
            .unwrap();
        let tried = |blob: String, password: &'static str| async move {
            open(&blob, password.to_owned()).await
        };
        assert_eq!(
            tried(blob.clone(), "Secret-1").await,
            Ok("settings".to_owned())
        );
        assert_eq!(tried(blob.clone(), "Secret-2").await, Err(Unopened::Wrong));
        let mut bytes = STANDARD.decode(&blob).unwrap();
        *bytes.last_mut().unwrap() ^= 1;
        let changed = STANDARD.encode(bytes);
        assert_eq!(tried(changed, "Secret-1").await, Err(Unopened::Wrong));
        for foreign in ["", "?", "AAAA", &STANDARD.encode(MARK)] {
            let opened = tried(foreign.to_owned(), "Secret-1").await;
            assert_eq!(opened, Err(Unopened::Foreign), "{foreign}");
        }
    }
}
