//! Malta: identity card and VAT.

use super::modulus::complement;
use super::text::{after, alphanumerics_up_to, digits, number};

/// Identity card: up to seven digits, and a letter that tells where one is registered.
pub(super) fn identity_card(value: &[u8]) -> bool {
    let Some((all, length)) = alphanumerics_up_to::<8>(value) else { return false };
    let Some((letter, number)) = all[..length].split_last() else { return false };
    length >= 4
        && b"MGAPLHBZ".contains(letter)
        && number.iter().all(u8::is_ascii_digit)
        && number.iter().any(|digit| *digit != b'0')
}

/// VAT: six digits (weights 3-4-6-7-8-9), and what they lack to 37.
pub(super) fn vat(value: &[u8]) -> bool {
    let Some(d) = digits::<8>(after("MT", value)) else { return false };
    let lacking = match complement(&d, &[3, 4, 6, 7, 8, 9], 37) {
        0 => 37,
        lacking => lacking,
    };
    d[0] != 0 && u64::from(lacking) == number(&d[6..])
}

#[cfg(test)]
mod tests {
    use super::super::cases::told_apart;
    use super::*;

    #[test]
    fn identity_card_is_told_from_what_is_none() {
        told_apart(identity_card, &["1234567M", "0123456A"], &["1234567X", "M", "000000M"]);
    }

    #[test]
    fn vat_is_told_from_what_is_none() {
        told_apart(vat, &["72639209", "MT58879717"], &["72693209", "MT58897717", "726392"]);
    }
}
