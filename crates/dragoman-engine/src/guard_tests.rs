use super::*;

fn check(guard: &Guard, address: &str, https: bool, http: bool) {
    let address: IpAddr = address.parse().unwrap();
    assert_eq!(guard.allows(address, true), https, "https {address}");
    assert_eq!(guard.allows(address, false), http, "http {address}");
}

#[test]
fn only_public_addresses_are_reached_and_only_encrypted() {
    let guard = Guard::default();
    for address in [
        "1.1.1.1",
        "8.8.8.8",
        "100.63.255.255",
        "100.128.0.1",
        "172.15.0.1",
        "172.32.0.1",
        "192.0.1.1",
        "198.20.0.1",
        "223.255.255.255",
        "2a00:1450::1",
        "2606:4700::1111",
        "::ffff:8.8.8.8",
    ] {
        check(&guard, address, true, false);
    }
}

#[test]
fn reserved_addresses_are_refused() {
    let guard = Guard::default();
    for address in [
        "0.0.0.0",
        "0.1.2.3",
        "10.0.0.1",
        "100.64.0.1",
        "100.127.255.255",
        "127.0.0.1",
        "127.255.0.1",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.1",
        "192.0.2.1",
        "192.88.99.1",
        "192.168.1.1",
        "198.18.0.1",
        "198.19.255.255",
        "198.51.100.1",
        "203.0.113.1",
        "224.0.0.1",
        "239.1.1.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::127.0.0.1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::ffff:169.254.169.254",
        "64:ff9b::7f00:1",
        "64:ff9b::808:808",
        "64:ff9b:1::1",
        "100::1",
        "2001::1",
        "2001:db8::1",
        "2002:7f00:1::",
        "3fff::1",
        "5f00::1",
        "fc00::1",
        "fd12:3456::1",
        "fe80::1",
        "febf::1",
        "fec0::1",
        "ff02::1",
    ] {
        check(&guard, address, false, false);
    }
}

#[test]
fn the_operator_can_open_networks_also_for_plain_http() {
    let guard = Guard::new(vec![
        "127.0.0.0/8".parse().unwrap(),
        "fd00::/8".parse().unwrap(),
    ]);
    check(&guard, "127.0.0.1", true, true);
    check(&guard, "::ffff:127.0.0.1", true, true);
    check(&guard, "fd00::1", true, true);
    check(&guard, "10.0.0.1", false, false);
    check(&guard, "8.8.8.8", true, false);
}
