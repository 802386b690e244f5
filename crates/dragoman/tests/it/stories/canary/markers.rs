//! Texts that stand nowhere else in the world, and where each of them may be found again.

use Place::{Database, Files, Index, Lists, Traces};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;

/// Where something can be found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// What the gateway has written to stdout and stderr.
    Log,
    /// `/metrics`, `/healthz` and `/readyz`.
    Metrics,
    /// What `dragoman doctor` and `dragoman channel check` say.
    Checks,
    /// What lists of accounts, channels and the like show.
    Lists,
    /// What `dragoman trace` says about one message.
    Traces,
    /// Answers to calls that failed.
    Errors,
    /// The main file of the store, with its write-ahead log.
    Database,
    /// The index beside it.
    Index,
    /// The bytes of files.
    Files,
    /// What else lies in the data folder.
    Rest,
}

/// A text that is looked for, and the only places where it may be.
pub(super) struct Marker {
    pub(super) what: &'static str,
    pub(super) text: String,
    pub(super) allowed: &'static [Place],
}

pub(super) const ACCESS_TOKEN: &str = "canary-access-token";
pub(super) const STALE_TOKEN: &str = "canary-stale-token";
pub(super) const APP_SECRET: &str = "canary-app-secret";
pub(super) const VERIFY_TOKEN: &str = "canary-verify-token";
pub(super) const GUESSED_TOKEN: &str = "canary-guessed-token";
pub(super) const ONPREM_PASSWORD: &str = "Canary-Pass-1";
pub(super) const WRONG_PASSWORD: &str = "Canary-Wrong-2";
pub(super) const MASTER_KEY: &str =
    "c0ffee11c0ffee22c0ffee33c0ffee44c0ffee55c0ffee66c0ffee77c0ffee88";
pub(super) const KEY: &str = "canary-idempotency-key";
pub(super) const HEADER: &str = "canary-receiver-header";
pub(super) const QUERY: &str = "canary-webhook-query";
pub(super) const STRAY_QUERY: &str = "canary-stray-query";
pub(super) const BODY: &str = "canary-body-sent";
pub(super) const INBOUND: &str = "canary-body-received";
pub(super) const PARAMETER: &str = "canary-template-parameter";
pub(super) const FILE_NAME: &str = "canary-file-name";
pub(super) const FILE_BYTES: &str = "canary-bytes-of-a-file";
pub(super) const NAME: &str = "canary-name-of-a-customer";
/// With one more digit, nine customers.
pub(super) const NUMBER: &str = "3169876543";
pub(super) const UNFINISHED: &str = "canary-unfinished-json";
pub(super) const ODD: &str = "canary-odd-webhook";
pub(super) const FORGED: &str = "canary-forged-webhook";
pub(super) const STRANGE: &str = "canary-strange-record";

const NOWHERE: &[Place] = &[];
const KEPT: &[Place] = &[Database];
/// An operator who asks about one message sees what it says, and whom it is for.
const SAID: &[Place] = &[Database, Traces];
const PEOPLE: &[Place] = &[Database, Index, Traces];

/// The table: what may be where. What is in no row of it with a place is nowhere.
pub(super) fn table() -> Vec<Marker> {
    let rows: [(&str, &str, &[Place]); 23] = [
        ("the provider's access token", ACCESS_TOKEN, NOWHERE),
        ("an access token that was refused", STALE_TOKEN, NOWHERE),
        ("the app secret", APP_SECRET, NOWHERE),
        ("the verify token", VERIFY_TOKEN, NOWHERE),
        ("a token that nobody has", GUESSED_TOKEN, NOWHERE),
        ("an On-Premises password", ONPREM_PASSWORD, NOWHERE),
        ("a wrong password", WRONG_PASSWORD, NOWHERE),
        ("the master key", MASTER_KEY, NOWHERE),
        ("an idempotency key", KEY, NOWHERE),
        ("a header of a receiver's", HEADER, NOWHERE),
        // Not sealed: whoever names a receiver should prove by its secret who calls.
        (
            "the query of a receiver's address",
            QUERY,
            &[Database, Lists],
        ),
        ("the query of a call", STRAY_QUERY, NOWHERE),
        ("what was sent", BODY, SAID),
        ("what a customer wrote", INBOUND, SAID),
        ("a parameter of a template", PARAMETER, SAID),
        ("the name of a file", FILE_NAME, SAID),
        ("the bytes of a file", FILE_BYTES, &[Files]),
        ("a customer's name", NAME, PEOPLE),
        ("a customer's number", NUMBER, PEOPLE),
        ("a body that is no JSON", UNFINISHED, NOWHERE),
        ("a webhook that was kept aside", ODD, KEPT),
        ("a forged webhook", FORGED, NOWHERE),
        ("a record that cannot be read", STRANGE, KEPT),
    ];
    rows.into_iter()
        .map(|(what, text, allowed)| Marker::new(what, text, allowed))
        .collect()
}

impl Marker {
    fn new(what: &'static str, text: &str, allowed: &'static [Place]) -> Self {
        Self {
            what,
            text: text.to_owned(),
            allowed,
        }
    }

    /// What the gateway has made up itself, and shown once.
    pub(super) fn made(what: &'static str, text: &str) -> Self {
        Self::new(what, text, NOWHERE)
    }

    /// A provider's id of a message, which has the customer's number in it.
    pub(super) fn provider_id(text: &str) -> Self {
        Self::new("a provider's id", text, PEOPLE)
    }

    /// Every way in which it could be written somewhere.
    pub(super) fn spellings(&self) -> Vec<String> {
        let bytes = self.text.as_bytes();
        let hex = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        let decimal: Vec<String> = bytes.iter().map(u8::to_string).collect();
        let mut spellings = vec![self.text.clone(), hex, decimal.join(", ")];
        spellings.extend((0..3).map(|before| within_base64(bytes, before)));
        spellings
    }
}

/// What all base64 has in common that holds these bytes behind so many others (modulo 3).
fn within_base64(bytes: &[u8], before: usize) -> String {
    let padded = [&vec![0; before][..], bytes].concat();
    let whole = padded.len() / 3 * 3;
    let encoded = STANDARD_NO_PAD.encode(&padded[..whole]);
    let mixed = if before == 0 { 0 } else { before + 1 };
    encoded[mixed..].to_owned()
}
