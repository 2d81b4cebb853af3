//! Ghana: the taxpayer's number (TIN).

use super::modulus::remainder;
use super::text::{alphanumerics, digits, number};

/// TIN: kind of person (P, C, G, Q, V), 00 or what follows, and a check mod 11, X for ten.
pub(super) fn tin(value: &[u8]) -> bool {
    let Some(tin) = alphanumerics::<11>(value) else { return false };
    let Some(d) = digits::<9>(&tin[1..10]) else { return false };
    let check = match remainder(&d, &[1, 2, 3, 4, 5, 6, 7, 8, 9], 11) {
        10 => b'X',
        digit => b'0' + digit as u8,
    };
    b"PCGQV".contains(&tin[0]) && d[..2] == [0, 0] && number(&d) != 0 && tin[10] == check
}

#[cfg(test)]
mod tests {
    use super::super::cases::{digits_fit, told_apart};
    use super::*;

    #[test]
    fn tin_is_told_from_what_is_none() {
        told_apart(tin, &["C0000803561"], &["C0000803562", "X0000803561", "C000080356"]);
        digits_fit(tin, "P000123456?", 1);
    }
}
