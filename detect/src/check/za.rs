//! South Africa: the identity number.

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

#[cfg(test)]
mod tests {
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
}
