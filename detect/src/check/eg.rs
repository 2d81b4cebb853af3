//! Egypt: identity number, taxpayer's number.

use super::date::is_day;
use super::text::{all_same, digits, number};

/// Identity number: century (2 or 3), birth date, governorate, order and sex, and a digit whose
/// making isn't public.
pub(super) fn identity(value: &[u8]) -> bool {
    let Some(d) = digits::<14>(value) else { return false };
    let governorate = matches!(number(&d[7..9]), 1..=4 | 11..=19 | 21..=29 | 31..=35 | 88);
    is_born(&d) && governorate && number(&d[9..13]) != 0
}

/// Tax number: nine digits. There is no check.
pub(super) fn tax_number(value: &[u8]) -> bool {
    digits::<9>(value).is_some_and(|d| !all_same(&d))
}

/// A birth date behind the digit of its century, as Kuwait has it too.
pub(super) fn is_born(d: &[u8]) -> bool {
    let century = match d[0] {
        2 => 1900,
        3 => 2000,
        _ => return false,
    };
    is_day(century + number(&d[1..3]), number(&d[3..5]), number(&d[5..7]))
}

#[cfg(test)]
mod tests {
    use super::super::cases::told_apart;
    use super::*;

    #[test]
    fn identity_is_told_from_what_is_none() {
        told_apart(
            identity,
            &["29001011234567"],
            &["19001011234567", "29013011234567", "29001014034567"],
        );
    }

    #[test]
    fn tax_number_is_told_from_what_is_none() {
        told_apart(
            tax_number,
            &["151736807", "021727456", "631185349"],
            &["1517368807", "02172746", "6331185349", "1517368"],
        );
    }
}
