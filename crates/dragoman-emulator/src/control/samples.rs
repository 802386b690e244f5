//! Files for messages that do not bring their own: the smallest of each kind that programs open.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;

pub(super) struct Sample {
    pub(super) mime: &'static str,
    base64: &'static str,
}

impl Sample {
    pub(super) fn bytes(&self) -> Bytes {
        STANDARD
            .decode(self.base64)
            .expect("the samples are written in base64")
            .into()
    }
}

/// A picture of one pixel, a sticker of one, a silent recording, a film without a scene, or an empty page.
pub(super) fn of(kind: &str) -> Sample {
    let (mime, base64) = match kind {
        "image" => (
            "image/png",
            "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
        ),
        "sticker" => (
            "image/webp",
            "UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA==",
        ),
        // One frame that says that there is nothing to hear.
        "audio" => ("audio/amr", "IyFBTVIKfA=="),
        // The box that says what follows, and nothing that follows.
        "video" => ("video/mp4", "AAAAFGZ0eXBpc29tAAAAAG1wNDI="),
        _ => (
            "application/pdf",
            "JVBERi0xLjEKMSAwIG9iajw8L1R5cGUvQ2F0YWxvZy9QYWdlcyAyIDAgUj4+ZW5kb2JqCjIgMCBvYmo8PC9UeXBlL1BhZ2VzL0tpZHNbMyAwIFJdL0NvdW50IDE+PmVuZG9iagozIDAgb2JqPDwvVHlwZS9QYWdlL1BhcmVudCAyIDAgUi9NZWRpYUJveFswIDAgOTkgOTldPj5lbmRvYmoKdHJhaWxlcjw8L1Jvb3QgMSAwIFI+Pgo=",
        ),
    };
    Sample { mime, base64 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sample_begins_as_its_type_does() {
        for (kind, beginning) in [
            ("image", &b"\x89PNG\r\n"[..]),
            ("sticker", b"RIFF"),
            ("audio", b"#!AMR\n"),
            ("video", b"\0\0\0\x14ftypisom"),
            ("document", b"%PDF-"),
        ] {
            assert!(of(kind).bytes().starts_with(beginning), "{kind}");
        }
    }
}
