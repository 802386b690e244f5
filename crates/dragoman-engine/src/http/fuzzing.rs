//! Bytes from anywhere, where an address of a client's or a header of a server's is expected.

use std::net::IpAddr;

use url::Url;

use super::addresses::Addresses;
use super::pause;
use crate::guard::Guard;

/// An address as a client writes it. What is called is what was read by the rules of the web, with
/// no name or password, and no private address is called for one that is written in the clear.
pub fn address(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let Ok(uri) = Addresses::default().read(&text) else {
        return;
    };
    let url = Url::parse(&text).expect("it was read");
    assert_eq!(uri.host(), url.host_str(), "{text:?}");
    assert_eq!(uri.scheme_str(), Some(url.scheme()), "{text:?}");
    assert_eq!(uri.port_u16(), url.port(), "{text:?}");
    let authority = uri.authority().expect("it has a host").as_str();
    assert!(!authority.contains('@'), "{text:?}");
    let host = authority.trim_start_matches('[').split(']').next();
    if let Some(Ok(ip)) = host.map(str::parse::<IpAddr>) {
        assert!(
            !Guard::default().allows((ip, 443).into(), false),
            "{text:?}"
        );
    }
}

/// The header with which a server asks for a pause.
pub fn retry_after(header: &[u8]) {
    let text = String::from_utf8_lossy(header);
    if let Some(pause) = pause(header) {
        let digits = text.trim().trim_start_matches('+').trim_start_matches('0');
        let seconds = pause.as_secs().to_string();
        assert_eq!(seconds.trim_start_matches('0'), digits);
    }
}

#[cfg(test)]
mod tests {
    use dragoman_testkit::fuzz::check;

    #[test]
    fn any_address_is_read_the_same_way_twice_or_refused() {
        check("address", super::address);
    }

    #[test]
    fn a_pause_is_as_long_as_its_digits_say() {
        check("retry_after", super::retry_after);
    }
}
