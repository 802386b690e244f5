//! A form with a file in it, as `multipart/form-data` (RFC 7578).

use dragoman_core::ports::FileBytes;
use sha2::{Digest, Sha256};

/// What a file is called that has no name: without one it would be no file.
const NAMELESS: &str = "file";
/// What a file is that does not say it in a way that can be written in a header.
const ANYTHING: &str = "application/octet-stream";

/// A form, ready to be sent.
pub(super) struct Form {
    /// With the boundary.
    pub(super) content_type: String,
    /// The parts.
    pub(super) body: Vec<u8>,
}

/// Writes fields, and behind them a file with its own content type and name. Names and values of
/// the fields are ours, or have been looked at.
pub(super) fn form(fields: &[(&str, &str)], file: FileBytes) -> Form {
    let boundary = boundary(&file.bytes);
    let mut head = String::new();
    for (name, value) in fields {
        head.push_str(&format!(
            "--{boundary}\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
        ));
    }
    let name = quoted(file.filename.as_deref().unwrap_or(NAMELESS));
    let kind = content_type(&file);
    head.push_str(&format!(
        "--{boundary}\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
         content-type: {kind}\r\n\r\n"
    ));
    let tail = format!("\r\n--{boundary}--\r\n");
    let mut body = Vec::with_capacity(head.len() + file.bytes.len() + tail.len());
    body.extend_from_slice(head.as_bytes());
    body.extend_from_slice(&file.bytes);
    body.extend_from_slice(tail.as_bytes());
    Form {
        content_type: format!("multipart/form-data; boundary={boundary}"),
        body,
    }
}

/// The content type of a file, when it can stand in a header.
pub(super) fn content_type(file: &FileBytes) -> &str {
    let kind = file.mime_type.trim();
    let is_plain = |byte: u8| byte == b' ' || byte.is_ascii_graphic();
    if kind.contains('/') && kind.bytes().all(is_plain) {
        kind
    } else {
        ANYTHING
    }
}

/// The digest of the bytes: nobody can write a file that contains its own.
fn boundary(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    let hex: String = digest[..20]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    format!("dragoman-{hex}")
}

/// A name that cannot end its quotes or its line, written as browsers do.
fn quoted(name: &str) -> String {
    let name = name.replace('"', "%22");
    name.chars()
        .map(|letter| if letter.is_control() { '_' } else { letter })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(mime_type: &str, filename: Option<&str>, bytes: &[u8]) -> FileBytes {
        FileBytes {
            mime_type: mime_type.into(),
            filename: filename.map(Into::into),
            bytes: bytes.to_vec(),
        }
    }

    /// The form as text, with the boundary by a short name.
    fn shown(fields: &[(&str, &str)], file: FileBytes) -> String {
        let form = form(fields, file);
        let boundary = form
            .content_type
            .strip_prefix("multipart/form-data; boundary=")
            .unwrap();
        assert!(boundary.len() <= 70, "RFC 2046 allows no more");
        let body = String::from_utf8(form.body).unwrap();
        body.replace(boundary, "B")
    }

    #[test]
    fn fields_come_first_and_the_file_has_its_own_type_and_name() {
        let ogg = file("audio/ogg; codecs=opus", Some("a.ogg"), b"OggS");
        assert_eq!(
            shown(&[("messaging_product", "whatsapp"), ("type", "x/y")], ogg),
            "--B\r\ncontent-disposition: form-data; name=\"messaging_product\"\r\n\r\nwhatsapp\r\n\
             --B\r\ncontent-disposition: form-data; name=\"type\"\r\n\r\nx/y\r\n\
             --B\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a.ogg\"\r\n\
             content-type: audio/ogg; codecs=opus\r\n\r\nOggS\r\n--B--\r\n"
        );
    }

    #[test]
    fn names_and_types_cannot_leave_their_places() {
        let odd = file("text/plain\r\nx: y", Some("a\"\r\nb: c.txt"), b"");
        let shown = shown(&[], odd);
        assert!(shown.contains("filename=\"a%22__b: c.txt\"\r\n"), "{shown}");
        assert!(shown.contains("\r\ncontent-type: application/octet-stream\r\n"));
        assert_eq!(content_type(&file("", None, b"")), ANYTHING);
    }

    #[test]
    fn a_file_without_a_name_is_still_a_file() {
        let shown = shown(&[], file("image/png", None, b"PNG"));
        assert!(shown.contains("; filename=\"file\"\r\n"), "{shown}");
    }

    #[test]
    fn a_file_that_holds_an_earlier_form_does_not_hold_its_own_boundary() {
        let earlier = form(&[], file("text/plain", None, b"a")).body;
        let later = form(&[], file("text/plain", None, &earlier));
        let (_, boundary) = later.content_type.split_once("boundary=").unwrap();
        let found = earlier
            .windows(boundary.len())
            .any(|window| window == boundary.as_bytes());
        assert!(!found);
    }
}
