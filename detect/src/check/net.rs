//! Addresses of machines: IPv4, IPv6, MAC.

use std::net::{Ipv4Addr, Ipv6Addr};

/// An address that leads to a machine somewhere in the internet.
pub(super) fn ipv4_public(value: &[u8]) -> bool {
    parse(value).is_some_and(|address| !is_special(address) && !is_local(address))
}

/// An address of a private, shared, link-local or documentation network.
pub(super) fn ipv4_local(value: &[u8]) -> bool {
    parse(value).is_some_and(is_local)
}

fn parse(value: &[u8]) -> Option<Ipv4Addr> {
    std::str::from_utf8(value).ok()?.parse().ok()
}

fn is_local(address: Ipv4Addr) -> bool {
    let [first, second, ..] = address.octets();
    let shared = first == 100 && (64..128).contains(&second);
    address.is_private() || address.is_link_local() || address.is_documentation() || shared
}

/// Not of one machine: loopback, masks, networks, multicast, and what looks rather like a version
/// (`1.0.0.0`) or is an object identifier.
fn is_special(address: Ipv4Addr) -> bool {
    let [first, second, third, last] = address.octets();
    first == 0
        || first >= 224
        || address.is_loopback()
        || second == 0 && third == 0 && last == 0
        // Of the section numbers and versions that have four parts nearly all are small.
        || first < 10 && second < 10 && third < 10 && last < 10 && ![[1, 1, 1, 1], [8, 8, 8, 8]].contains(&[first, second, third, last])
        || is_identifier([first, second, third])
}

/// The beginnings of object identifiers that have four parts and are in every library of certificates: names and
/// extensions of X.509 and rules of LDAP (2.5.4, 2.5.29, 2.5.13), algorithms (1.3.101, …). Few machines have an address of these networks,
/// which are some thousands of all.
fn is_identifier(first: [u8; 3]) -> bool {
    matches!(
        first,
        [2, 5, 1 | 4 | 6 | 8 | 13 | 18 | 20 | 21 | 29]
            | [2, 23, 42 | 43 | 136 | 140]
            | [1, 3, 14 | 36 | 101 | 132]
    )
}

/// An address of one machine, written with two colons and a group at least.
pub(super) fn ipv6(value: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(value) else { return false };
    let text = text.split_once('%').map_or(text, |(address, _)| address);
    let Ok(address) = text.parse::<Ipv6Addr>() else { return false };
    let groups = text.split(':').filter(|group| !group.is_empty()).count();
    // Eight pairs are a fingerprint.
    let pairs = groups == 8 && text.split(':').all(|group| group.len() == 2);
    // `a::b` is a path in many languages; `dead::beef` hardly ever an address.
    let long_enough = groups >= 3 && text.bytes().any(|byte| byte.is_ascii_digit());
    // `::ffff:0:0`, times (`12:34:56`) and MAC addresses don't parse, or are no machine's.
    long_enough
        && !pairs
        && !address.is_unspecified()
        && !address.is_loopback()
        && !address.is_multicast()
}

/// Six pairs of hexadecimal digits with one kind of separator, or three groups of four with dots;
/// neither all zeros nor all ones.
pub(super) fn mac(value: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(value) else { return false };
    let separators: Vec<char> = text.chars().filter(|c| !c.is_ascii_hexdigit()).collect();
    let digits: String = text.chars().filter(char::is_ascii_hexdigit).collect();
    let one_kind = separators.windows(2).all(|pair| pair[0] == pair[1]);
    let widths_fit = match separators.first() {
        Some(':' | '-') => {
            text.split([':', '-']).all(|pair| pair.len() == 2) && separators.len() == 5
        }
        Some('.') => text.split('.').all(|group| group.len() == 4) && separators.len() == 2,
        _ => false,
    };
    let lower = digits.to_ascii_lowercase();
    digits.len() == 12
        && one_kind
        && widths_fit
        && lower != "000000000000"
        && lower != "ffffffffffff"
}

/// The same address as its digits alone, or in pairs that spaces part: a word must say what it is.
pub(super) fn mac_digits(value: &[u8]) -> bool {
    let digits: Vec<u8> = value.iter().copied().filter(|b| *b != b' ').collect();
    let is_hex = digits.iter().all(u8::is_ascii_hexdigit);
    digits.len() == 12 && is_hex && digits.iter().any(|digit| *digit != digits[0])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn public_addresses_pass_and_local_ones_are_told_apart() {
        for value in
            ["93.184.216.34", "8.8.8.8", "1.1.1.1", "172.15.0.1", "100.63.1.1", "2.5.30.19"]
        {
            assert!(ipv4_public(value.as_bytes()) && !ipv4_local(value.as_bytes()), "{value}");
        }
        for value in [
            "10.0.0.1",
            "192.168.178.20",
            "172.31.255.1",
            "169.254.1.1",
            "192.0.2.44",
            "100.64.0.9",
        ] {
            assert!(!ipv4_public(value.as_bytes()) && ipv4_local(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn masks_versions_and_broken_addresses_are_none() {
        for value in [
            "255.255.255.0",
            "0.0.0.0",
            "127.0.0.1",
            "224.0.0.1",
            "1.2.3.4",
            "2.5.29.19",
            "2.5.4.42",
            "1.3.101.112",
            "2.0.0.0",
            "256.1.1.1",
            "1.2.3",
            "01.2.3.4",
            "93.184.216.034",
        ] {
            assert!(!ipv4_public(value.as_bytes()) && !ipv4_local(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn ipv6_takes_addresses_and_leaves_paths_and_times() {
        for value in [
            "2001:db8:85a3::8a2e:370:7334",
            "2001:0db8:85a3:0000:0000:8a2e:0370:7334",
            "fe80::1ff:fe23:4567:890a",
            "fe80::1ff:fe23:4567:890a%eth0",
            "2a00:1450:4001:81b::200e",
        ] {
            assert!(ipv6(value.as_bytes()), "{value}");
        }
        for value in [
            "::",
            "::1",
            "a::b",
            "12:34:56",
            "std::fs",
            "ff02::1:2:3",
            "00:1b:44:11:3a:b7",
            "fe::ed",
        ] {
            assert!(!ipv6(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn mac_takes_the_three_usual_forms() {
        for value in ["00:1B:44:11:3A:B7", "00-1b-44-11-3a-b7", "001b.4411.3ab7"] {
            assert!(mac(value.as_bytes()), "{value}");
        }
        for value in [
            "00:00:00:00:00:00",
            "ff:ff:ff:ff:ff:ff",
            "00:1b-44:11:3a:b7",
            "001b44113ab7",
            "00:1b:44:11:3a",
        ] {
            assert!(!mac(value.as_bytes()), "{value}");
        }
        assert!(mac_digits(b"001b44113ab7") && mac_digits(b"00 1B 44 11 3A B7"));
        assert!(!mac_digits(b"ffffffffffff") && !mac_digits(b"001b44113ab"));
    }
}
