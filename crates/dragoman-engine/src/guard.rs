//! Where an address that a client wrote may lead.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

/// Filters the addresses that a host name resolves to. A client's webhook must not reach into the
/// operator's own networks, nor knock at any port of somebody else's.
#[derive(Clone, Debug, Default)]
pub struct Guard {
    allow_networks: Vec<IpNet>,
    allow_ports: Vec<u16>,
}

/// Where the web is served: https, and what proxies and older servers take instead.
const WEB_PORTS: [u16; 3] = [443, 80, 8443];

/// Not public, by the special-purpose registries of IANA (RFC 6890 and its successors).
const RESERVED_V4: [Ipv4Net; 15] = [
    v4(0, 0, 0, 0, 8),
    v4(10, 0, 0, 0, 8),
    v4(100, 64, 0, 0, 10),
    v4(127, 0, 0, 0, 8),
    v4(169, 254, 0, 0, 16),
    v4(172, 16, 0, 0, 12),
    v4(192, 0, 0, 0, 24),
    v4(192, 0, 2, 0, 24),
    v4(192, 88, 99, 0, 24),
    v4(192, 168, 0, 0, 16),
    v4(198, 18, 0, 0, 15),
    v4(198, 51, 100, 0, 24),
    v4(203, 0, 113, 0, 24),
    v4(224, 0, 0, 0, 4),
    v4(240, 0, 0, 0, 4),
];

/// All that is given out to be reached from anywhere. Loopback, private and local addresses, what
/// is translated to IPv4, segment routing and multicast lie elsewhere.
const GLOBAL_V6: Ipv6Net = v6([0x2000, 0, 0, 0], 3);

/// Parts of it that are not public: protocol assignments, documentation, tunnels to IPv4.
const RESERVED_V6: [Ipv6Net; 4] = [
    v6([0x2001, 0, 0, 0], 23),
    v6([0x2001, 0xdb8, 0, 0], 32),
    v6([0x2002, 0, 0, 0], 16),
    v6([0x3fff, 0, 0, 0], 20),
];

const fn v4(a: u8, b: u8, c: u8, d: u8, bits: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), bits)
}

const fn v6([a, b, c, d]: [u16; 4], bits: u8) -> Ipv6Net {
    Ipv6Net::new_assert(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0), bits)
}

impl Guard {
    /// A guard with the operator's exceptions: networks that are open at every port, also without
    /// encryption.
    pub const fn new(allow_networks: Vec<IpNet>) -> Self {
        Self {
            allow_networks,
            allow_ports: Vec::new(),
        }
    }

    /// The same, with more ports of public addresses than 443, 80 and 8443.
    #[must_use]
    pub fn with_ports(self, allow_ports: Vec<u16>) -> Self {
        Self {
            allow_ports,
            ..self
        }
    }

    /// Whether a connection to this address may be opened. Without encryption only to the
    /// operator's networks.
    pub fn allows(&self, address: SocketAddr, encrypted: bool) -> bool {
        let (ip, port) = (embedded(address.ip()), address.port());
        self.allow_networks.iter().any(|net| net.contains(&ip))
            || encrypted && is_public(ip) && self.has_port(port)
    }

    fn has_port(&self, port: u16) -> bool {
        WEB_PORTS.contains(&port) || self.allow_ports.contains(&port)
    }
}

fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => !RESERVED_V4.iter().any(|net| net.contains(&address)),
        IpAddr::V6(address) => {
            GLOBAL_V6.contains(&address) && !RESERVED_V6.iter().any(|net| net.contains(&address))
        }
    }
}

/// An IPv4 address in IPv6 clothes (mapped, or the older compatible form) is judged as what it is.
fn embedded(address: IpAddr) -> IpAddr {
    let IpAddr::V6(v6) = address else {
        return address;
    };
    match v6.octets() {
        [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, a, b, c, d] => Ipv4Addr::new(a, b, c, d).into(),
        [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, a, b, c, d] if v6.segments()[6] != 0 => {
            Ipv4Addr::new(a, b, c, d).into()
        }
        _ => address,
    }
}

#[cfg(test)]
#[path = "guard_tests.rs"]
mod tests;
