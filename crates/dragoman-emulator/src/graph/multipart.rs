//! `multipart/form-data`, as far as an upload needs it. Pure.

use bytes::Bytes;

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Part {
    pub(crate) name: String,
    pub(crate) filename: Option<String>,
    pub(crate) content_type: Option<String>,
    pub(crate) content: Bytes,
}

impl Part {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.content).into_owned()
    }
}

/// The parts in the order they came; `None` when the body is not what the content type says.
pub(crate) fn parts(content_type: &str, body: &Bytes) -> Option<Vec<Part>> {
    let (_, boundary) = content_type.split_once("boundary=")?;
    let boundary = boundary.split(';').next()?.trim().trim_matches('"');
    let first = format!("--{boundary}");
    let between = format!("\r\n--{boundary}");

    let mut parts = Vec::new();
    let mut at = find(body, first.as_bytes(), 0)? + first.len();
    loop {
        if body[at..].starts_with(b"--") {
            return Some(parts);
        }
        let head = find(body, b"\r\n", at)? + 2;
        let content = find(body, b"\r\n\r\n", head)? + 4;
        let end = find(body, between.as_bytes(), content)?;
        parts.push(part(&body[head..content], body.slice(content..end))?);
        at = end + between.len();
    }
}

fn part(head: &[u8], content: Bytes) -> Option<Part> {
    let head = String::from_utf8_lossy(head);
    let header = |wanted: &str| {
        head.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.trim()
                .eq_ignore_ascii_case(wanted)
                .then(|| value.trim().to_owned())
        })
    };
    let disposition = header("content-disposition")?;
    Some(Part {
        name: attribute(&disposition, "name")?,
        filename: attribute(&disposition, "filename"),
        content_type: header("content-type"),
        content,
    })
}

fn attribute(disposition: &str, wanted: &str) -> Option<String> {
    disposition.split(';').find_map(|attribute| {
        let (name, value) = attribute.split_once('=')?;
        (name.trim() == wanted).then(|| value.trim().trim_matches('"').to_owned())
    })
}

fn find(body: &[u8], needle: &[u8], from: usize) -> Option<usize> {
    let rest = body.get(from..)?;
    rest.windows(needle.len())
        .position(|window| window == needle)
        .map(|at| from + at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_found_in_any_order() {
        let body = Bytes::from_static(
            b"--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.png\"\r\nContent-Type: image/png\r\n\r\n\
              \r\n--y\r\n\r\n--x\r\ncontent-disposition: form-data; name=type\r\n\r\nimage/png\r\n--x--\r\n",
        );
        let parts = parts("multipart/form-data; boundary=\"x\"", &body).unwrap();
        assert_eq!(parts[0].filename.as_deref(), Some("a.png"));
        assert_eq!(&parts[0].content[..], b"\r\n--y\r\n");
        assert_eq!(
            (parts[1].name.as_str(), parts[1].text().as_str()),
            ("type", "image/png")
        );
    }

    #[test]
    fn a_cut_body_is_not_multipart() {
        assert_eq!(
            parts(
                "multipart/form-data; boundary=x",
                &Bytes::from_static(b"--x\r\nA: b\r\n\r\nhalf")
            ),
            None
        );
    }
}
