//! Poland: PESEL.

use super::date::is_day;
use super::text::{digits, number, weighted};

/// PESEL: a birth date whose month tells the century, and a check of weights 1-3-7-9.
pub(super) fn pesel(value: &[u8]) -> bool {
    let Some(digits) = digits::<11>(value) else { return false };
    let (year, month) = (number(&digits[..2]), number(&digits[2..4]));
    let century = match month / 20 {
        4 => 1800,
        0 => 1900,
        1 => 2000,
        2 => 2100,
        _ => 2200,
    };
    let sum = weighted(&digits[..10], &[1, 3, 7, 9, 1, 3, 7, 9, 1, 3]);
    is_day(century + year, month % 20, number(&digits[4..6]))
        && (10 - sum % 10) % 10 == u32::from(digits[10])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ministrys_examples_pass() {
        for value in ["44051401359", "44051401458", "02070803628", "83010411457"] {
            assert!(pesel(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn a_wrong_digit_or_day_does_not() {
        for value in ["44051401358", "44053201359", "44133101355", "00000000000", "4405140135"] {
            assert!(!pesel(value.as_bytes()), "{value}");
        }
    }
}
