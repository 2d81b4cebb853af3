//! South Africa: identity number, tax reference number.

use super::date::is_day;
use super::luhn::is_luhn;
use super::text::{digits, number};

/// Identity number: birth date, order, citizenship (0, 1, or 2 for refugees), and Luhn.
pub(super) fn id(value: &[u8]) -> bool {
    let Some(digits) = digits::<13>(value) else { return false };
    let (year, month, day) = (number(&digits[..2]), number(&digits[2..4]), number(&digits[4..6]));
    let born = is_day(1900 + year, month, day) || is_day(2000 + year, month, day);
    born && digits[10] <= 2 && is_luhn(&digits)
}

/// Tax reference: ten digits (the first 0 to 3 or 9) and Luhn.
pub(super) fn tax_reference(value: &[u8]) -> bool {
    let Some(d) = digits::<10>(value) else { return false };
    matches!(d[0], 0..=3 | 9) && number(&d) != 0 && is_luhn(&d)
}

/// VAT number: ten digits that begin with 4, the last by Luhn.
pub(super) fn vat(value: &[u8]) -> bool {
    digits::<10>(value).is_some_and(|d| d[0] == 4 && is_luhn(&d))
}

#[cfg(test)]
mod tests {
    use super::super::cases::told_apart;
    use super::*;

    #[test]
    fn examples_pass_and_others_do_not() {
        for value in ["7503305044089", "800101 5009 087", "8001015009087"] {
            assert!(id(value.as_bytes()), "{value}");
        }
        for value in ["7503305044088", "8013015009085", "8001015009387", "0000000000000"] {
            assert!(!id(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn tax_reference_is_told_from_what_is_none() {
        told_apart(
            tax_reference,
            &["3779178387", "1532130448", "2143450241"],
            &["3779171387", "1523130448", "2143450245", "37791783"],
        );
    }

    #[test]
    fn vat_is_told_from_what_is_none() {
        told_apart(vat, &["4480818311", "4567185154"], &["4480818312", "5480818311"]);
    }
}
