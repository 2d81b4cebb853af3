//! Uruguay: identity card (CI), taxpayer's number (RUT).

use super::modulus::{complement, last};
use super::text::{after, all_same, digits, digits_up_to, number};

/// CI: up to seven digits (weights 2-9-8-7-6-3-4), and the check mod 10.
pub(super) fn identity_card(value: &[u8]) -> bool {
    let Some((mut d, length)) = digits_up_to::<8>(value) else { return false };
    let repeated = all_same(&d[..length]);
    d.rotate_right(8 - length);
    matches!(length, 7 | 8) && !repeated && complement(&d, &[2, 9, 8, 7, 6, 3, 4], 10) == last(&d)
}

/// RUT: the office (01 to 22), six digits, 001, and a check mod 11.
pub(super) fn rut(value: &[u8]) -> bool {
    let Some(d) = digits::<12>(after("UY", value)) else { return false };
    let formed =
        matches!(number(&d[..2]), 1..=22) && number(&d[2..8]) != 0 && d[8..11] == [0, 0, 1];
    formed && complement(&d, &[4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2], 11) == last(&d)
}

#[cfg(test)]
mod tests {
    use super::super::cases::told_apart;
    use super::*;

    #[test]
    fn identity_card_is_told_from_what_is_none() {
        told_apart(
            identity_card,
            &["1.234.567-2", "12345672"],
            &["1.234.567-3", "1111111", "123456"],
        );
    }

    #[test]
    fn rut_is_told_from_what_is_none() {
        told_apart(
            rut,
            &["217695300013", "079540540018", "213988720013"],
            &["217695300093", "079540450018", "213388720013", "2176953000"],
        );
    }
}
