//! Switzerland: AHV number, enterprise number, VAT.

use super::gtin::is_gtin;
use super::modulus::{complement, last};
use super::text::{after, all_same, before, digits, digits_up_to};

/// What follows the enterprise number where it is the VAT number, in the country's languages.
const VAT_SUFFIXES: [&str; 4] = ["MWST", "TVA", "IVA", "TPV"];

/// AHV number: the country (756), nine digits, and the check of EAN-13.
pub(super) fn ahv(value: &[u8]) -> bool {
    digits::<13>(value).is_some_and(|d| d[..3] == [7, 5, 6] && is_gtin(&d))
}

/// UID: `CHE` and nine digits, the last a check mod 11 (weights 5-4-3-2-7-6-5-4).
pub(super) fn uid(value: &[u8]) -> bool {
    let Some(d) = digits::<9>(after("CHE", value)) else { return false };
    d != [0; 9] && complement(&d, &[5, 4, 3, 2, 7, 6, 5, 4], 11) == last(&d)
}

/// VAT: the UID with `CHE` before it and its letters behind.
pub(super) fn vat(value: &[u8]) -> bool {
    let named = after("CHE", value).len() < value.len();
    named && VAT_SUFFIXES.iter().any(|suffix| before(suffix, value).is_some_and(uid))
}

/// Reference of a payment slip: the last digit by the table of mod 10, recursive.
pub(super) fn reference(value: &[u8]) -> bool {
    const NEXT: [usize; 10] = [0, 9, 4, 6, 8, 2, 7, 1, 3, 5];
    let Some((all, length)) = digits_up_to::<27>(value) else { return false };
    let (Some((check, body)), false) = (all[..length].split_last(), all_same(&all[..length]))
    else {
        return false;
    };
    let carry = body.iter().fold(0, |carry, digit| NEXT[(carry + usize::from(*digit)) % 10]);
    (10 - carry) % 10 == usize::from(*check)
}

#[cfg(test)]
mod tests {
    use super::super::cases::told_apart;
    use super::*;

    #[test]
    fn ahv_is_told_from_what_is_none() {
        told_apart(
            ahv,
            &["7563092986988", "7566557847435", "7565190682854"],
            &["7563092986918", "7566555847435", "7556190682854", "75630929869"],
        );
    }

    #[test]
    fn uid_is_told_from_what_is_none() {
        told_apart(
            uid,
            &["CHE393575436", "CHE-591.554.795", "CHE705422837"],
            &["HE393575436", "CHE-591.544.795", "HE705422837", "CHE3935754"],
        );
    }

    #[test]
    fn vat_is_told_from_what_is_none() {
        told_apart(
            vat,
            &["CHE178460612MWST", "CHE618894553TVA", "CHE594100485MWST"],
            &["CHE178460672MWST", "CHE618894553FVA", "CHE594103485MWST", "CHE178460612MW"],
        );
    }

    #[test]
    fn reference_is_told_from_what_is_none() {
        told_apart(
            reference,
            &["21 04471 82290 44718 20447 11827", "219458073021573681930364269"],
            &["21 04471 82290 44718 20447 11828", "000000000000000000000000000"],
        );
    }
}
