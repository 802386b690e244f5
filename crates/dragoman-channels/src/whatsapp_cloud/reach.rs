//! Who may be shown the token: an answer names the address of a file's bytes, and they open only to
//! the bearer.

use dragoman_core::ports::Reach;

/// How far a request with the token may reach at an address that an answer has named: as far as
/// the operator's own address when it is the same place, to public networks when it is encrypted.
/// Unencrypted only to the host that the operator reaches unencrypted too. `None`: nowhere.
pub(super) fn reach(url: &str, graph_url: &str) -> Option<Reach> {
    let named = Place::of(url)?;
    let graph = Place::of(graph_url)?;
    let is_graphs_host = named.scheme == graph.scheme && named.host == graph.host;
    match named.scheme {
        Scheme::Https | Scheme::Http if is_graphs_host && named.port == graph.port => {
            Some(Reach::Operator)
        }
        Scheme::Https => Some(Reach::Public),
        Scheme::Http => is_graphs_host.then_some(Reach::Public),
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Scheme {
    Http,
    Https,
}

/// Where an address leads.
struct Place {
    scheme: Scheme,
    host: String,
    port: u16,
}

impl Place {
    /// `None` for an address whose host could be read in two ways, or with a name or password in it.
    fn of(url: &str) -> Option<Self> {
        let (scheme, rest) = url.split_once("://")?;
        let (scheme, usual) = match &*scheme.to_ascii_lowercase() {
            "http" => (Scheme::Http, 80),
            "https" => (Scheme::Https, 443),
            _ => return None,
        };
        let authority = rest.split(['/', '?', '#']).next()?.to_ascii_lowercase();
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-_:[]".contains(&byte);
        if !authority.bytes().all(is_plain) {
            return None;
        }
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => (host, port.parse().ok()?),
            Some(_) | None => (&*authority, usual),
        };
        (!host.is_empty()).then(|| Self {
            scheme,
            host: host.to_owned(),
            port,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const META: &str = "https://graph.facebook.com";
    const EMULATOR: &str = "http://127.0.0.1:8081";

    fn check(url: &str, graph_url: &str, expected: Option<Reach>) {
        assert_eq!(reach(url, graph_url), expected, "{url} from {graph_url}");
    }

    #[test]
    fn encrypted_addresses_lead_to_public_networks() {
        let lookaside = "https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=1";
        check(lookaside, META, Some(Reach::Public));
        check(lookaside, EMULATOR, Some(Reach::Public));
        check("https://10.0.0.1/", META, Some(Reach::Public));
        check(
            "https://graph.facebook.com:8443/a",
            META,
            Some(Reach::Public),
        );
    }

    #[test]
    fn the_operators_own_place_is_reached_like_it() {
        check("https://graph.facebook.com/a", META, Some(Reach::Operator));
        check(
            "HTTPS://Graph.Facebook.com:443/a",
            META,
            Some(Reach::Operator),
        );
        check("http://127.0.0.1:8081/a", EMULATOR, Some(Reach::Operator));
        check("http://[::1]:9/a", "http://[::1]:9", Some(Reach::Operator));
        check("http://[::1]/a", "http://[::1]:80", Some(Reach::Operator));
        check("http://127.0.0.1:9999/a", EMULATOR, Some(Reach::Public));
    }

    #[test]
    fn the_token_does_not_travel_unencrypted_to_others() {
        check("http://lookaside.fbsbx.com/", META, None);
        check("http://graph.facebook.com/", META, None);
        check("http://127.0.0.2:8081/", EMULATOR, None);
        check("ftp://127.0.0.1:8081/", EMULATOR, None);
    }

    #[test]
    fn an_address_that_can_be_read_in_two_ways_leads_nowhere() {
        for url in [
            "https://graph.facebook.com@example.com/",
            "https://example.com\\@graph.facebook.com/",
            "https://graph.facebook.com:x/",
            "https:///a",
            "https://",
            "//graph.facebook.com/",
            "",
        ] {
            check(url, META, None);
        }
    }
}
