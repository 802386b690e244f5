//! Who is at the other end of a connection.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use axum::http::HeaderMap;
use ipnet::IpNet;

/// Proxies tell by it whom they speak for.
const FORWARDED: &str = "x-forwarded-for";

/// Where a connection comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Remote {
    /// The control socket: the file's mode has let only the operator in.
    Socket,
    /// An address of a network.
    Address(IpAddr),
}

impl From<SocketAddr> for Remote {
    fn from(address: SocketAddr) -> Self {
        Self::Address(address.ip().to_canonical())
    }
}

impl From<tokio::net::unix::SocketAddr> for Remote {
    fn from(_: tokio::net::unix::SocketAddr) -> Self {
        Self::Socket
    }
}

/// The networks of the operator's own proxies.
#[derive(Clone, Debug, Default)]
pub(super) struct Proxies(Vec<IpNet>);

impl Proxies {
    pub(super) fn new(networks: Vec<IpNet>) -> Self {
        Self(networks)
    }

    /// Whom to count a connection for: nobody where it is the machine's own or a proxy's.
    pub(super) fn connected(&self, remote: Remote) -> Option<IpAddr> {
        match remote {
            Remote::Address(address) if !self.trust(address) => counted(address),
            Remote::Address(_) | Remote::Socket => None,
        }
    }

    /// Whom to count a call for: the one that a trusted proxy speaks for, otherwise who connected.
    /// Of the addresses that stand there the last one counts that is no proxy of ours: whatever
    /// is before it the caller may have written.
    pub(super) fn calling(&self, remote: Remote, headers: &HeaderMap) -> Option<IpAddr> {
        match remote {
            Remote::Address(address) if self.trust(address) => {
                let lines = headers.get_all(FORWARDED).iter().rev();
                let lines = lines.map(|line| line.to_str().unwrap_or_default());
                let mut hops = lines.flat_map(|line| line.rsplit(',')).map(hop);
                let last = hops.find(|hop| hop.is_none_or(|hop| !self.trust(hop)));
                last.flatten().and_then(counted)
            }
            Remote::Address(address) => counted(address),
            Remote::Socket => None,
        }
    }

    fn trust(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(&address))
    }
}

/// One address of the header, with its port or without.
fn hop(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let with_port = || text.parse().map(|address: SocketAddr| address.ip());
    let address = text.parse().or_else(|_| with_port()).ok();
    address.map(|address: IpAddr| address.to_canonical())
}

/// The network that counts as one caller: an IPv6 customer has a /64. Nobody counts what the
/// machine does to itself.
fn counted(address: IpAddr) -> Option<IpAddr> {
    let counted = match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
        }
    };
    (!address.is_loopback()).then_some(counted)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn calling(trusted: &str, remote: &str, forwarded: &[&str]) -> Option<String> {
        let proxies = Proxies::new(vec![trusted.parse().unwrap()]);
        let mut headers = HeaderMap::new();
        for line in forwarded {
            headers.append(FORWARDED, line.parse().unwrap());
        }
        let remote = SocketAddr::new(remote.parse().unwrap(), 9).into();
        proxies
            .calling(remote, &headers)
            .map(|address| address.to_string())
    }

    #[test]
    fn only_a_trusted_proxy_says_whom_it_speaks_for() {
        for (remote, forwarded, expected) in [
            ("10.0.0.1", &["203.0.113.7"][..], Some("203.0.113.7")),
            ("198.51.100.1", &["203.0.113.7"], Some("198.51.100.1")),
            ("127.0.0.1", &["203.0.113.7"], None),
            ("10.0.0.1", &[], None),
            ("10.0.0.1", &["not an address"], None),
            // What the caller wrote itself stands before what the proxy added.
            (
                "10.0.0.1",
                &["192.0.2.1, 203.0.113.7, 10.0.0.2"],
                Some("203.0.113.7"),
            ),
            (
                "10.0.0.1",
                &["192.0.2.1", "203.0.113.7:4711"],
                Some("203.0.113.7"),
            ),
            (
                "10.0.0.1",
                &["[2001:db8:1:2:3:4:5:6]:80"],
                Some("2001:db8:1:2::"),
            ),
            ("::ffff:10.0.0.1", &["203.0.113.7"], Some("203.0.113.7")),
        ] {
            let told = calling("10.0.0.0/8", remote, forwarded);
            assert_eq!(told.as_deref(), expected, "{remote} {forwarded:?}");
        }
    }

    #[test]
    fn connections_of_the_machine_itself_and_of_proxies_are_nobody_s() {
        let proxies = Proxies::new(vec!["10.0.0.0/8".parse().unwrap()]);
        let connected = |address: &str| {
            let remote = SocketAddr::new(address.parse().unwrap(), 9).into();
            proxies.connected(remote)
        };
        for nobody in ["10.0.0.1", "127.0.0.1", "127.9.9.9", "::1"] {
            assert_eq!(connected(nobody), None, "{nobody}");
        }
        assert_eq!(connected("2001:db8::1"), connected("2001:db8::2"));
        assert!(connected("192.0.2.1").is_some());
        assert_eq!(proxies.connected(Remote::Socket), None);
    }
}
