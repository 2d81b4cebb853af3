//! Australia: tax file number, Medicare card, the numbers of businesses and companies.

use super::modulus::{complement, last};
use super::text::{all_same, digits, digits_up_to, number, weighted};

/// TFN: nine digits (weights 1-4-3-7-5-8-6-9-10) or, long ago, eight, mod 11.
pub(super) fn tfn(value: &[u8]) -> bool {
    let Some((all, length)) = digits_up_to::<9>(value) else { return false };
    let weights: &[u32] = match length {
        8 => &[10, 7, 8, 4, 6, 3, 5, 1],
        9 => &[1, 4, 3, 7, 5, 8, 6, 9, 10],
        _ => return false,
    };
    !all_same(&all[..length]) && weighted(&all[..length], weights).is_multiple_of(11)
}

/// Medicare: begins with 2 to 6, the ninth digit is the check (weights 1-3-7-9, mod 10), the tenth
/// the card's issue, and an eleventh the person on it.
pub(super) fn medicare(value: &[u8]) -> bool {
    let Some((all, length)) = digits_up_to::<11>(value) else { return false };
    let check = weighted(&all[..8], &[1, 3, 7, 9, 1, 3, 7, 9]) % 10;
    length >= 10
        && (2..=6).contains(&all[0])
        && check == u32::from(all[8])
        && all[9] != 0
        && (length == 10 || all[10] != 0)
}

/// ABN: eleven digits; with one taken from the first, the sum by the weights 10-1-3-5-… is a multiple
/// of 89. The first two are the check, and at least 11.
pub(super) fn abn(value: &[u8]) -> bool {
    let Some(d) = digits::<11>(value) else { return false };
    let sum = weighted(&d, &[10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19]);
    number(&d[..2]) > 10 && !all_same(&d) && (sum - 10).is_multiple_of(89)
}

/// ACN: nine digits, weights 8 to 1, mod 10.
pub(super) fn acn(value: &[u8]) -> bool {
    let Some(d) = digits::<9>(value) else { return false };
    !all_same(&d) && complement(&d, &[8, 7, 6, 5, 4, 3, 2, 1], 10) == last(&d)
}

#[cfg(test)]
mod tests {
    use super::super::cases::told_apart;
    use super::*;

    #[test]
    fn tfn_examples_pass_and_others_do_not() {
        for value in ["123 456 782", "876543210", "459 599 230", "112474082"] {
            assert!(tfn(value.as_bytes()), "{value}");
        }
        for value in ["123 456 789", "999 999 999", "000000000", "1234567"] {
            assert!(!tfn(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn medicare_examples_pass_and_others_do_not() {
        for value in ["2123 45670 1", "2123456701", "2428 77813 2", "2123 45670 1/1"] {
            assert!(medicare(value.as_bytes()), "{value}");
        }
        for value in ["2123 45671 1", "1123 45670 1", "7123456701", "212345670", "2123456700"] {
            assert!(!medicare(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn abn_is_told_from_what_is_none() {
        told_apart(
            abn,
            &["20698681329", "70505450356", "30348523919"],
            &["20692681329", "705005450356", "30348523969", "206986813"],
        );
    }

    #[test]
    fn acn_is_told_from_what_is_none() {
        told_apart(
            acn,
            &["891510740", "611632172", "254883451"],
            &["891510700", "616132172", "294883451", "8915107"],
        );
    }
}
