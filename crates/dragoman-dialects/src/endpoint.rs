//! Addresses that clients give us to call.

use url::Url;

/// The longest, in bytes.
const LONGEST: usize = 2048;

/// Whether a text is an address of the web that can be called. Whether it may be called (plain
/// http, a private network) is for the guard of outgoing calls to decide; it never calls an address
/// with a name or a password.
pub(crate) fn is_callable(text: &str) -> bool {
    let scheme = |scheme: &str| {
        let start = text.get(..scheme.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    };
    let printable = |byte: u8| byte > b' ' && byte != 0x7f;
    let written_well = text.len() <= LONGEST && text.bytes().all(printable);
    let callable =
        |url: Url| url.has_host() && url.username().is_empty() && url.password().is_none();
    (scheme("https://") || scheme("http://"))
        && written_well
        && Url::parse(text).is_ok_and(callable)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_the_web_can_be_called_and_nothing_else() {
        for good in [
            "https://app.example/hook?key=1",
            "HTTP://10.0.0.1:8080/",
            "http://localhost",
        ] {
            assert!(is_callable(good), "{good}");
        }
        let long = format!("https://app.example/{}", "x".repeat(LONGEST));
        for bad in [
            "",
            "app.example/hook",
            "ftp://app.example/",
            "https://",
            "https:app.example",
            "https://me:secret@app.example/",
            "https://app.example/a b",
            &long,
        ] {
            assert!(!is_callable(bad), "{bad}");
        }
    }
}
