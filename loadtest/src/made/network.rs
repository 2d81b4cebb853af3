//! Addresses of machines.

use crate::random::{HEX, Random};

/// First octets of blocks that are given out to providers.
const PUBLIC: &[u64] = &[5, 31, 46, 62, 78, 81, 84, 87, 91, 93, 109, 176, 188, 212, 217];

/// A public address, version 4.
pub fn ipv4(random: &mut Random) -> String {
    let first = random.choose(PUBLIC);
    let rest: Vec<u64> = (0..3).map(|_| random.between(1, 254)).collect();
    format!("{first}.{}.{}.{}", rest[0], rest[1], rest[2])
}

/// A public address, version 6, as RFC 5952 writes it.
pub fn ipv6(random: &mut Random) -> String {
    let prefix = random.pick(&["2003", "2a02", "2a01", "2600", "2409"]);
    let group = |random: &mut Random| format!("{:x}", random.between(0x10, 0xffff));
    if random.chance(40) {
        let (a, b, c) = (group(random), group(random), group(random));
        return format!("{prefix}:{a}:{b}::{c}");
    }
    let groups: Vec<String> = (0..7).map(|_| group(random)).collect();
    format!("{prefix}:{}", groups.join(":"))
}

/// A hardware address with a maker's prefix.
pub fn mac(random: &mut Random) -> String {
    let maker = random.pick(&["3c5ab4", "a45e60", "f0d1a9", "001b63", "d83add"]);
    let digits = format!("{maker}{}", random.string(HEX, 6));
    let separator = random.pick(&[":", "-", ":"]);
    let pairs: Vec<&str> = (0..6).map(|i| &digits[2 * i..2 * i + 2]).collect();
    let text = pairs.join(separator);
    if random.chance(30) { text.to_uppercase() } else { text }
}
