use super::*;

/// What is not public, range by range: the first address and the last.
const SHUT: [(&str, &str, &str); 40] = [
    ("this network", "0.0.0.0", "0.255.255.255"),
    ("private", "10.0.0.0", "10.255.255.255"),
    ("carriers", "100.64.0.0", "100.127.255.255"),
    ("loopback", "127.0.0.0", "127.255.255.255"),
    ("link-local", "169.254.0.0", "169.254.255.255"),
    ("private", "172.16.0.0", "172.31.255.255"),
    ("protocols", "192.0.0.0", "192.0.0.255"),
    ("documentation", "192.0.2.0", "192.0.2.255"),
    ("6to4 relays", "192.88.99.0", "192.88.99.255"),
    ("private", "192.168.0.0", "192.168.255.255"),
    ("benchmarks", "198.18.0.0", "198.19.255.255"),
    ("documentation", "198.51.100.0", "198.51.100.255"),
    ("documentation", "203.0.113.0", "203.0.113.255"),
    ("multicast", "224.0.0.0", "239.255.255.255"),
    ("reserved", "240.0.0.0", "255.255.255.254"),
    ("broadcast", "255.255.255.255", "255.255.255.255"),
    ("unspecified and loopback", "::", "::1"),
    ("compatible", "::2", "::ffff"),
    (
        "mapped, not public",
        "::ffff:0.0.0.0",
        "::ffff:0.255.255.255",
    ),
    ("mapped private", "::ffff:10.0.0.0", "::ffff:10.255.255.255"),
    (
        "mapped loopback",
        "::ffff:127.0.0.1",
        "::ffff:127.255.255.255",
    ),
    (
        "mapped metadata",
        "::ffff:169.254.0.0",
        "::ffff:169.254.255.255",
    ),
    (
        "mapped broadcast",
        "::ffff:224.0.0.0",
        "::ffff:255.255.255.255",
    ),
    ("compatible loopback", "::127.0.0.0", "::127.255.255.255"),
    ("compatible private", "::192.168.0.0", "::192.168.255.255"),
    ("translated", "::ffff:0:0:0", "::ffff:0:ffff:ffff"),
    ("NAT64", "64:ff9b::", "64:ff9b::ffff:ffff"),
    (
        "local NAT64",
        "64:ff9b:1::",
        "64:ff9b:1:ffff:ffff:ffff:ffff:ffff",
    ),
    ("discard", "100::", "100::ffff:ffff:ffff:ffff"),
    ("dummy", "100:0:0:1::", "100:0:0:1:ffff:ffff:ffff:ffff"),
    (
        "protocols",
        "2001::",
        "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff",
    ),
    (
        "documentation",
        "2001:db8::",
        "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff",
    ),
    ("6to4", "2002::", "2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
    (
        "documentation",
        "3fff::",
        "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff",
    ),
    (
        "not given out",
        "4000::",
        "5eff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
    ),
    (
        "segment routing",
        "5f00::",
        "5f00:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
    ),
    (
        "unique local",
        "fc00::",
        "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
    ),
    (
        "link-local",
        "fe80::",
        "febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
    ),
    (
        "site-local",
        "fec0::",
        "feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
    ),
    (
        "multicast",
        "ff00::",
        "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
    ),
];

/// The neighbours of those ranges, where they are public.
const OPEN: [&str; 26] = [
    "1.0.0.0",
    "9.255.255.255",
    "11.0.0.0",
    "100.63.255.255",
    "100.128.0.0",
    "126.255.255.255",
    "128.0.0.0",
    "169.253.255.255",
    "169.255.0.0",
    "172.15.255.255",
    "172.32.0.0",
    "192.0.1.0",
    "192.0.3.0",
    "192.167.255.255",
    "192.169.0.0",
    "198.17.255.255",
    "198.20.0.0",
    "223.255.255.255",
    "::ffff:8.8.8.8",
    "::8.8.8.8",
    "2000::",
    "2001:200::",
    "2001:db7:ffff:ffff:ffff:ffff:ffff:ffff",
    "2001:db9::",
    "2003::",
    "3ffe:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
];

fn check(guard: &Guard, address: &str, https: bool, http: bool) {
    let ip: IpAddr = address.parse().unwrap();
    let allowed = |port| [true, false].map(|encrypted| guard.allows((ip, port).into(), encrypted));
    assert_eq!(allowed(443), [https, http], "{address}");
}

#[test]
fn only_public_addresses_are_reached_and_only_encrypted() {
    for address in OPEN {
        check(&Guard::default(), address, true, false);
    }
}

#[test]
fn what_is_not_public_is_refused_from_the_first_address_to_the_last() {
    for (range, first, last) in SHUT {
        for address in [first, last] {
            let ip: IpAddr = address.parse().unwrap();
            let guard = Guard::default();
            assert!(!guard.allows((ip, 443).into(), true), "{range}: {address}");
            assert!(!guard.allows((ip, 80).into(), false), "{range}: {address}");
        }
    }
}

#[test]
fn the_operator_can_open_networks_at_every_port_also_for_plain_http() {
    let networks = ["127.0.0.0/8", "fd00::/8"].map(|network| network.parse().unwrap());
    let guard = Guard::new(networks.to_vec());
    check(&guard, "127.0.0.1", true, true);
    check(&guard, "::ffff:127.0.0.1", true, true);
    check(&guard, "fd00::1", true, true);
    check(&guard, "10.0.0.1", false, false);
    check(&guard, "::1", false, false);
    check(&guard, "8.8.8.8", true, false);
    assert!(guard.allows("127.0.0.1:6379".parse().unwrap(), false));
}

#[test]
fn public_addresses_are_called_at_the_ports_of_the_web_alone() {
    let allowed = |guard: &Guard, port| guard.allows(([8, 8, 8, 8], port).into(), true);
    let guard = Guard::default();
    let open: Vec<u16> = (0..=u16::MAX)
        .filter(|&port| allowed(&guard, port))
        .collect();
    assert_eq!(open, [80, 443, 8443]);
    let guard = guard.with_ports(vec![9443]);
    assert!(allowed(&guard, 9443) && allowed(&guard, 443));
    assert!(!allowed(&guard, 9444));
    assert!(!guard.allows("10.0.0.1:9443".parse().unwrap(), true));
}
