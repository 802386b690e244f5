//! A form with a file in it (RFC 7578). The original took bare bytes alone; programs that upload
//! elsewhere send forms.

use std::ops::Range;

/// The file of a form.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::whatsapp_onprem) struct Part<'a> {
    pub(in crate::whatsapp_onprem) content_type: Option<&'a str>,
    pub(in crate::whatsapp_onprem) filename: Option<&'a str>,
    /// Where its bytes are in the form.
    pub(in crate::whatsapp_onprem) bytes: Range<usize>,
}

/// The text between the parts of a form; `None` when the content type is no form's.
pub(in crate::whatsapp_onprem) fn boundary(content_type: &str) -> Option<&str> {
    let (kind, parameters) = content_type.split_once(';')?;
    if !kind.trim().eq_ignore_ascii_case("multipart/form-data") {
        return None;
    }
    parameter(parameters, "boundary").filter(|boundary| !boundary.is_empty())
}

/// The one part that has a file name, or the only part that there is.
pub(in crate::whatsapp_onprem) fn file<'a>(form: &'a [u8], boundary: &str) -> Option<Part<'a>> {
    let mut parts = parts(form, boundary)?;
    if parts.len() > 1 {
        parts.retain(|part| part.filename.is_some());
    }
    let file = parts.pop()?;
    parts.is_empty().then_some(file)
}

fn parts<'a>(form: &'a [u8], boundary: &str) -> Option<Vec<Part<'a>>> {
    let opening = format!("--{boundary}");
    let between = format!("\r\n--{boundary}");
    let mut at = find(form, opening.as_bytes())? + opening.len();
    let mut parts = Vec::new();
    while form[at..].starts_with(b"\r\n") {
        let start = at + 2;
        let end = start + find(&form[start..], between.as_bytes())?;
        parts.push(part(form, start..end)?);
        at = end + between.len();
    }
    form[at..].starts_with(b"--").then_some(parts)
}

fn part(form: &[u8], place: Range<usize>) -> Option<Part<'_>> {
    const BLANK: &[u8] = b"\r\n\r\n";
    let head = &form[place.start..place.start + find(&form[place.clone()], BLANK)?];
    let bytes = place.start + head.len() + BLANK.len()..place.end;
    let head = std::str::from_utf8(head).ok()?;
    let header = |name: &str| {
        let mut lines = head.split("\r\n").filter_map(|line| line.split_once(':'));
        let found = lines.find(|(own, _)| own.trim().eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.trim())
    };
    let disposition = header("content-disposition").unwrap_or_default();
    Some(Part {
        content_type: header("content-type"),
        filename: parameter(disposition, "filename"),
        bytes,
    })
}

/// A parameter of a header, with or without quotes.
fn parameter<'a>(header: &'a str, name: &str) -> Option<&'a str> {
    let mut pairs = header.split(';').filter_map(|pair| pair.split_once('='));
    let found = pairs.find(|(own, _)| own.trim().eq_ignore_ascii_case(name));
    found.map(|(_, value)| value.trim().trim_matches('"'))
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    let first = *wanted.first()?;
    let mut from = 0;
    loop {
        let step = bytes[from..].iter().position(|&byte| byte == first)?;
        from += step;
        if bytes[from..].starts_with(wanted) {
            return Some(from);
        }
        from += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FORM: &str = "--b\r\nContent-Disposition: form-data; name=\"type\"\r\n\r\nimage/png\r\n\
        --b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.png\"\r\n\
        content-type: image/png\r\n\r\n\x01--b\r\n\x02\r\n--b--\r\n";

    #[test]
    fn the_file_of_a_form_is_found_whatever_stands_beside_it() {
        let file = file(FORM.as_bytes(), "b").unwrap();
        assert_eq!(file.content_type, Some("image/png"));
        assert_eq!(file.filename, Some("a.png"));
        assert_eq!(&FORM[file.bytes], "\x01--b\r\n\x02");
    }

    #[test]
    fn a_form_is_known_by_its_content_type() {
        for (content_type, expected) in [
            ("multipart/form-data; boundary=b", Some("b")),
            (
                "Multipart/Form-Data; charset=x; Boundary=\"b c\"",
                Some("b c"),
            ),
            ("multipart/form-data; boundary=", None),
            ("multipart/mixed; boundary=b", None),
            ("image/png", None),
        ] {
            assert_eq!(boundary(content_type), expected, "{content_type}");
        }
    }

    #[test]
    fn a_form_that_is_cut_off_or_has_two_files_has_none() {
        for end in 0..FORM.len() - 4 {
            assert_eq!(file(&FORM.as_bytes()[..end], "b"), None, "{end}");
        }
        let twice = FORM.replace("name=\"type\"", "name=\"x\"; filename=\"x\"");
        assert_eq!(file(twice.as_bytes(), "b"), None);
        assert_eq!(file(FORM.as_bytes(), "other"), None);
    }
}
