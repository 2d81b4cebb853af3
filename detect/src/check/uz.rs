//! Uzbekistan: the personal number (PINFL).

use super::date::is_day;
use super::modulus::{last, remainder};
use super::text::{digits, number};

/// PINFL: sex and century, birth date, place, order, and a check (weights 7-3-1, mod 10).
pub(super) fn pinfl(value: &[u8]) -> bool {
    let Some(d) = digits::<14>(value) else { return false };
    let century = match d[0] {
        1 | 2 => 1800,
        3 | 4 => 1900,
        5 | 6 => 2000,
        _ => return false,
    };
    is_day(century + number(&d[5..7]), number(&d[3..5]), number(&d[1..3]))
        && remainder(&d, &[7, 3, 1, 7, 3, 1, 7, 3, 1, 7, 3, 1, 7], 10) == last(&d)
}

#[cfg(test)]
mod tests {
    use super::super::cases::digits_fit;
    use super::*;

    #[test]
    fn pinfl_is_told_from_what_is_none() {
        digits_fit(pinfl, "3010190123456?", 1);
        digits_fit(pinfl, "3311390123456?", 0);
    }
}
