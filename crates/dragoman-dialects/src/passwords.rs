//! Passwords: what they must be, and how they are kept.

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use dragoman_core::Secret;
use tokio::sync::Semaphore;

/// Hashing takes 19 MiB and a core for a while: no more than two at once, whoever knocks.
static TURNS: Semaphore = Semaphore::const_new(2);

/// So many may have or wait for their turn, a second or two at most. Who comes on top of those is
/// sent away: a storm of logins must not outlast itself.
static QUEUE: Semaphore = Semaphore::const_new(64);

/// A password that does not satisfy the rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "the password needs 8 to 64 characters with an upper-case and a lower-case letter, a digit and a special character"
)]
pub struct WeakPassword;

/// The rules, which are those of the On-Premises API: 8 to 64 characters, among them an upper-case and a lower-case letter, a
/// digit and a special character.
///
/// # Errors
/// When one of them is not satisfied.
pub fn check_password_rules(password: &str) -> Result<(), WeakPassword> {
    let has = |kind: fn(&char) -> bool| password.chars().any(|c| kind(&c));
    let strong = (8..=64).contains(&password.chars().count())
        && has(char::is_ascii_uppercase)
        && has(char::is_ascii_lowercase)
        && has(char::is_ascii_digit)
        && has(char::is_ascii_punctuation);
    if strong { Ok(()) } else { Err(WeakPassword) }
}

/// What is kept of a password: Argon2id in the PHC string format. Takes tens of milliseconds.
/// `salt` is 128 random bits.
pub fn hash_password(password: &str, salt: u128) -> Secret {
    let hash: PasswordHash = Argon2::default()
        .hash_password_with_salt(password.as_bytes(), &salt.to_be_bytes())
        .expect("the salt has 16 bytes, and no password is longer than a request");
    Secret::new(hash.to_string())
}

/// Whether this is the password of `known`; `None` when too many ask. Somebody unknown costs the
/// same time.
pub(crate) async fn is_right(known: Option<Secret>, password: String) -> Option<bool> {
    let check = move || match known {
        Some(hash) => verify(&hash, &password),
        None => {
            hash_password(&password, 0);
            false
        }
    };
    aside(check).await
}

/// [`hash_password`] aside from the threads that serve; `None` when too many ask, or the process
/// is going down.
pub(crate) async fn hashed(password: String, salt: u128) -> Option<Secret> {
    aside(move || hash_password(&password, salt)).await
}

/// A key that a password opens something with: Argon2id, 256 bits. `None` when too many ask, or the
/// process is going down.
pub(crate) async fn key(password: String, salt: [u8; 16]) -> Option<[u8; 32]> {
    let derive = move || {
        let mut key = [0; 32];
        Argon2::default()
            .hash_password_into(password.as_bytes(), &salt, &mut key)
            .expect("the salt has 16 bytes, and no password is longer than a request");
        key
    };
    aside(derive).await
}

async fn aside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    let _place = QUEUE.try_acquire().ok()?;
    let _turn = TURNS.acquire().await.ok()?;
    tokio::task::spawn_blocking(work).await.ok()
}

fn verify(hash: &Secret, password: &str) -> bool {
    PasswordHash::new(hash.reveal()).is_ok_and(|hash| {
        Argon2::default()
            .verify_password(password.as_bytes(), &hash)
            .is_ok()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_needs_every_kind_of_character() {
        for good in ["Secret-1", "aA1!aA1!", &format!("aA1!{}", "x".repeat(60))] {
            assert_eq!(check_password_rules(good), Ok(()), "{good}");
        }
        for weak in [
            "",
            "Secre-1",
            "secret-1",
            "SECRET-1",
            "Secret-x",
            "Secret11",
            "Sécret 11",
            &format!("aA1!{}", "x".repeat(61)),
        ] {
            assert_eq!(check_password_rules(weak), Err(WeakPassword), "{weak}");
        }
    }

    #[tokio::test]
    async fn a_storm_of_logins_is_sent_away_and_passes() {
        let checks = (0..70).map(|_| tokio::spawn(is_right(None, "Secret-1".to_owned())));
        let checks: Vec<_> = checks.collect();
        let mut sent_away = 0;
        for check in checks {
            match check.await.unwrap() {
                Some(right) => assert!(!right),
                None => sent_away += 1,
            }
        }
        assert_eq!(sent_away, 70 - 64);
        let hash = hash_password("Secret-1", 7);
        assert_eq!(
            is_right(Some(hash), "Secret-1".to_owned()).await,
            Some(true)
        );
    }

    #[test]
    fn a_hash_fits_its_password_alone() {
        let hash = hash_password("Secret-1", 7);
        assert!(hash.reveal().starts_with("$argon2id$"));
        assert!(verify(&hash, "Secret-1"));
        assert!(!verify(&hash, "Secret-2"));
        assert!(!verify(&Secret::new("no hash"), "Secret-1"));
    }
}
