//! Media that a business uploaded, or a customer sent; the bytes lie beside the journal.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::clock::UnixMillis;

const DAY: Duration = Duration::from_secs(24 * 3600);
/// How long an upload may be sent.
const UPLOADS_LIVE: Duration = DAY.saturating_mul(30);
/// How long a business may fetch what a customer sent.
const ARRIVALS_LIVE: Duration = DAY.saturating_mul(7);

const AUDIO: [&str; 5] = [
    "audio/aac",
    "audio/amr",
    "audio/mpeg",
    "audio/mp4",
    "audio/ogg",
];

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct StoredMedia {
    pub(crate) id: String,
    pub(crate) phone_number_id: String,
    pub(crate) at: UnixMillis,
    pub(crate) mime: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) filename: Option<String>,
    /// Lower-case hex.
    pub(crate) sha256: String,
    pub(crate) bytes: u64,
    #[serde(default)]
    pub(crate) origin: Origin,
}

/// Where a file came from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Origin {
    #[default]
    Business,
    Customer,
}

impl StoredMedia {
    /// Whether the provider still has it.
    pub(crate) fn lives(&self, now: UnixMillis) -> bool {
        let life = match self.origin {
            Origin::Business => UPLOADS_LIVE,
            Origin::Customer => ARRIVALS_LIVE,
        };
        now.since(self.at) < life
    }

    /// Whether a message of a kind may carry it. Every file is a document.
    pub(crate) fn suits(&self, kind: &str) -> bool {
        kind == "document" || kind_of(&self.mime) == kind
    }

    /// Whether it can be a voice message.
    pub(crate) fn is_ogg(&self) -> bool {
        essence(&self.mime) == "audio/ogg"
    }
}

/// The kind of message that a file of a type is for, where it is not a document.
pub(crate) fn kind_of(mime: &str) -> &'static str {
    match essence(mime).as_str() {
        "image/jpeg" | "image/png" => "image",
        "image/webp" => "sticker",
        "video/mp4" | "video/3gpp" => "video",
        audio if AUDIO.contains(&audio) => "audio",
        _ => "document",
    }
}

/// A media type without its parameters.
fn essence(mime: &str) -> String {
    let essence = mime.split(';').next().unwrap_or_default();
    essence.trim().to_ascii_lowercase()
}

/// The most bytes that a file may have.
pub(crate) fn largest(mime: &str, content: &[u8]) -> u64 {
    match kind_of(mime) {
        "image" => 5 << 20,
        "audio" | "video" => 16 << 20,
        "sticker" if is_animated(content) => 500 << 10,
        "sticker" => 100 << 10,
        _ => 100 << 20,
    }
}

/// The extended header of a `WebP` file says whether it moves.
pub(crate) fn is_animated(content: &[u8]) -> bool {
    const ANIMATION: u8 = 0x02;
    content.get(12..16) == Some(b"VP8X")
        && content
            .get(20)
            .is_some_and(|flags| flags & ANIMATION == ANIMATION)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_for_the_kinds_that_its_type_allows() {
        let media = |mime: &str| StoredMedia {
            id: "1".to_owned(),
            phone_number_id: "1".to_owned(),
            at: UnixMillis(0),
            mime: mime.to_owned(),
            filename: None,
            sha256: String::new(),
            bytes: 0,
            origin: Origin::Business,
        };
        for (mime, kind, fits) in [
            ("image/png", "image", true),
            ("image/gif", "image", false),
            ("image/gif", "document", true),
            ("image/webp", "image", false),
            ("image/webp", "sticker", true),
            ("Audio/OGG; codecs=opus", "audio", true),
            ("audio/wav", "audio", false),
            ("video/3gpp", "video", true),
            ("application/pdf", "video", false),
            ("application/pdf", "document", true),
        ] {
            assert_eq!(media(mime).suits(kind), fits, "{mime} as {kind}");
        }
    }

    #[test]
    fn a_moving_sticker_may_be_larger() {
        let mut sticker = *b"RIFF....WEBPVP8X\x0a\0\0\0\0\0\0\0";
        assert_eq!(largest("image/webp", &sticker), 100 << 10);
        sticker[20] = 0x12;
        assert_eq!(largest("image/webp", &sticker), 500 << 10);
        assert_eq!(largest("image/webp", b"RIFF"), 100 << 10);
    }

    #[test]
    fn what_a_customer_sent_lives_a_week_and_an_upload_a_month() {
        let mut media = StoredMedia {
            id: "1".to_owned(),
            phone_number_id: "1".to_owned(),
            at: UnixMillis(1000),
            mime: "image/png".to_owned(),
            filename: None,
            sha256: String::new(),
            bytes: 0,
            origin: Origin::Business,
        };
        for (origin, days) in [(Origin::Business, 30), (Origin::Customer, 7)] {
            media.origin = origin;
            let end = media.at.plus(DAY * days);
            assert!(media.lives(UnixMillis(end.0 - 1)), "{origin:?}");
            assert!(!media.lives(end), "{origin:?}");
        }
    }
}
