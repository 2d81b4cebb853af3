//! Latvia: personal code, and the number of companies and for VAT.

use super::date::is_day;
use super::modulus::remainder;
use super::text::{after, digits, number, weighted};

/// Personas kods: a birth date, century, order, and a check mod 11. Those given since July 2017
/// begin with 32 to 39, and have neither date nor check.
pub(super) fn personal_code(value: &[u8]) -> bool {
    digits::<11>(value).is_some_and(|d| is_new(&d) || is_dated(&d))
}

/// PVN: the number of a legal person (weights 9-1-4-8-3-10-2-5-7-6-1, mod 11), or a personal code.
pub(super) fn vat(value: &[u8]) -> bool {
    let Some(d) = digits::<11>(after("LV", value)) else { return false };
    let legal = d[0] > 3 && remainder(&d, &[9, 1, 4, 8, 3, 10, 2, 5, 7, 6, 1], 11) == 3;
    legal || is_new(&d) || is_dated(&d)
}

fn is_new(d: &[u8; 11]) -> bool {
    matches!(d[..2], [3, 2..=9]) && d[2..].iter().any(|digit| *digit != 0)
}

fn is_dated(d: &[u8; 11]) -> bool {
    let year = 1800 + 100 * u64::from(d[6]) + number(&d[4..6]);
    let check = (1 + weighted(d, &[10, 5, 8, 4, 2, 1, 6, 3, 7, 9])) % 11 % 10;
    d[6] <= 2 && is_day(year, number(&d[2..4]), number(&d[..2])) && check == u32::from(d[10])
}

#[cfg(test)]
mod tests {
    use super::super::cases::told_apart;
    use super::*;

    #[test]
    fn personal_code_is_told_from_what_is_none() {
        told_apart(
            personal_code,
            &["161175-19997", "32867300679"],
            &["161375-19997", "161175-19998", "161175-1999"],
        );
    }

    #[test]
    fn vat_is_told_from_what_is_none() {
        told_apart(
            vat,
            &["85877429588", "19019601325", "32190133708", "LV08068815385"],
            &["85877419588", "19019604325", "31290133708", "LV08468815385", "858774295"],
        );
    }
}
