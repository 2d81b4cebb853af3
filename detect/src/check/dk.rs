//! Denmark: the CPR number, and that of companies (CVR), which is the VAT number.

use super::date::{LAST_YEAR, is_day};
use super::modulus::remainder;
use super::text::{after, digits, number};

/// CPR: a birth date, and four digits of which the first tells the century with the year. The check
/// mod 11 is given up since October 2007, so that it says nothing.
pub(super) fn cpr(value: &[u8]) -> bool {
    let Some(d) = digits::<10>(value) else { return false };
    let year = number(&d[4..6]);
    let century = match (d[6], year) {
        (0..=3, _) | (4 | 9, 37..) => 1900,
        (4 | 9, _) | (5..=8, ..58) => 2000,
        _ => 1800,
    };
    let year = century + year;
    year <= LAST_YEAR && is_day(year, number(&d[2..4]), number(&d[..2]))
}

/// CVR: eight digits (weights 2-7-6-5-4-3-2-1), a multiple of 11.
pub(super) fn vat(value: &[u8]) -> bool {
    let Some(d) = digits::<8>(after("DK", value)) else { return false };
    d[0] != 0 && remainder(&d, &[2, 7, 6, 5, 4, 3, 2, 1], 11) == 0
}

#[cfg(test)]
mod tests {
    use super::super::cases::told_apart;
    use super::*;

    #[test]
    fn cpr_is_told_from_what_is_none() {
        told_apart(
            cpr,
            &["2311087681", "0605703513", "2312975239"],
            &["2315087681", "0675703513", "3312975239", "23110876"],
        );
    }

    #[test]
    fn vat_is_told_from_what_is_none() {
        told_apart(
            vat,
            &["66408566", "DK67517261", "90778447"],
            &["66498566", "DK67517265", "90778448", "664085"],
        );
    }
}
