//! Austria: social insurance number, tax number, VAT, commercial register.

use super::luhn::is_luhn;
use super::modulus::{cross_sum, lacking, last, remainder};
use super::text::{after, alphanumerics_up_to, digits, number};

/// The check letters of the commercial register, by the remainder mod 17.
const REGISTER_LETTERS: &[u8; 17] = b"ABDFGHIKMPSTVWXYZ";

/// SVNR: three digits, the check (weights 3-7-9 and 5-8-4-2-1-6, mod 11), and the birth date, day
/// first. Where the days of a date are used up, its month is 13 or more.
pub(super) fn social_insurance(value: &[u8]) -> bool {
    let Some(d) = digits::<10>(value) else { return false };
    let born = (1..=31).contains(&number(&d[4..6])) && (1..=15).contains(&number(&d[6..8]));
    let check = remainder(&d, &[3, 7, 9, 0, 5, 8, 4, 2, 1, 6], 11);
    d[0] != 0 && born && check == u32::from(d[3])
}

/// Tax number (Abgabenkontonummer): the office's two digits, six, and the Luhn digit.
pub(super) fn tax_number(value: &[u8]) -> bool {
    digits::<9>(value).is_some_and(|d| d[..2] != [0, 0] && is_luhn(&d))
}

/// UID: `ATU`, seven digits, and what their cross sums and 4 lack to ten.
pub(super) fn vat(value: &[u8]) -> bool {
    let Some(d) = after("AT", value).strip_prefix(b"U").and_then(digits::<8>) else { return false };
    lacking(cross_sum(&d, &[1, 2, 1, 2, 1, 2, 1]) + 4, 10) == last(&d)
}

/// FN: up to six digits and their letter (weights 6-4-14-15-10-1, mod 17).
pub(super) fn company(value: &[u8]) -> bool {
    let Some((all, length)) = alphanumerics_up_to::<7>(after("FN", value)) else { return false };
    let Some((letter, written)) = all[..length].split_last() else { return false };
    let mut d = [0; 6];
    let Some(free) = 6usize.checked_sub(written.len()) else { return false };
    if written.is_empty() || !written.iter().all(u8::is_ascii_digit) {
        return false;
    }
    d[free..].iter_mut().zip(written).for_each(|(digit, c)| *digit = c - b'0');
    let sum = remainder(&d, &[6, 4, 14, 15, 10, 1], 17);
    number(&d) != 0 && REGISTER_LETTERS[sum as usize] == *letter
}

#[cfg(test)]
mod tests {
    use super::super::cases::told_apart;
    use super::*;

    #[test]
    fn social_insurance_is_told_from_what_is_none() {
        told_apart(
            social_insurance,
            &["4607091103", "5989300672", "9168241183"],
            &["4607091303", "598900672", "9168241193", "46070911"],
        );
    }

    #[test]
    fn tax_number_is_told_from_what_is_none() {
        told_apart(
            tax_number,
            &["229623236", "546006651", "239184351"],
            &["226623236", "546006351", "289184351", "2296232"],
        );
    }

    #[test]
    fn vat_is_told_from_what_is_none() {
        told_apart(
            vat,
            &["U52697050", "ATU97003161", "U77929850"],
            &["U52697150", "ATU97003168", "U74929850", "U526970"],
        );
    }

    #[test]
    fn company_is_told_from_what_is_none() {
        told_apart(company, &["FN 93363z", "FN56247t", "122119m"], &["FN 93363a", "FN56247", "z"]);
    }
}
