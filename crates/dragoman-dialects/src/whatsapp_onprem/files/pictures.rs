//! What the first bytes of a picture tell.

/// A content type without its parameters, in lower case.
pub(in crate::whatsapp_onprem) fn bare(mime_type: &str) -> String {
    let end = mime_type.find(';').unwrap_or(mime_type.len());
    mime_type[..end].trim().to_ascii_lowercase()
}

/// Whether bytes that are said to be a picture of this type cannot be one.
pub(in crate::whatsapp_onprem) fn is_broken(media_type: &str, bytes: &[u8]) -> bool {
    match media_type {
        "image/jpeg" => !bytes.starts_with(b"\xff\xd8\xff"),
        "image/png" => !bytes.starts_with(b"\x89PNG\r\n\x1a\n"),
        "image/webp" => !is_webp(bytes),
        _ => false,
    }
}

/// Whether it is a WebP picture that moves: the extended header says so in a flag.
pub(in crate::whatsapp_onprem) fn is_animated(bytes: &[u8]) -> bool {
    const ANIMATION: u8 = 0b10;
    let is_extended = bytes.get(12..16) == Some(b"VP8X");
    let flags = bytes.get(20).copied().unwrap_or_default();
    is_webp(bytes) && is_extended && flags & ANIMATION != 0
}

fn is_webp(bytes: &[u8]) -> bool {
    bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP")
}
