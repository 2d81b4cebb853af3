//! Kazakhstan: the numbers of persons (IIN) and of companies (BIN).

use super::date::is_day;
use super::modulus::{last, remainder};
use super::text::{digits, number};

/// IIN: birth date, sex and century, order, and a check mod 11 by two rows of weights; a ten by
/// both is never given out.
pub(super) fn iin(value: &[u8]) -> bool {
    let Some(d) = digits::<12>(value) else { return false };
    let century = match d[6] {
        1 | 2 => 1800,
        3 | 4 => 1900,
        5 | 6 => 2000,
        _ => return false,
    };
    let born = is_day(century + number(&d[..2]), number(&d[2..4]), number(&d[4..6]));
    born && is_checked(&d)
}

/// BIN: year and month of registration, kind of company (4 to 6) and of place (0 to 3), order, and
/// the same check.
pub(super) fn bin(value: &[u8]) -> bool {
    let Some(d) = digits::<12>(value) else { return false };
    let kind = (4..=6).contains(&d[4]) && d[5] <= 3;
    kind && (1..=12).contains(&number(&d[2..4])) && is_checked(&d)
}

fn is_checked(d: &[u8; 12]) -> bool {
    let check = match remainder(d, &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], 11) {
        10 => remainder(d, &[3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2], 11),
        rest => rest,
    };
    check == last(d)
}

#[cfg(test)]
mod tests {
    use super::super::cases::digits_fit;
    use super::*;

    #[test]
    fn iin_is_told_from_what_is_none() {
        digits_fit(iin, "93042330001?", 1);
        digits_fit(iin, "93132330001?", 0);
    }

    #[test]
    fn bin_is_told_from_what_is_none() {
        digits_fit(bin, "14054000012?", 1);
        digits_fit(bin, "14059000012?", 0);
    }
}
