//! Belarus: the taxpayer's number (UNP), and the number of persons.

use super::date::is_day;
use super::modulus::{last, remainder};
use super::text::{after, alphanumerics, base_36, digits, has_form, number, place_in};

/// UNP: the region's digit, or letter for persons, seven, and a check mod 11; ten is never given
/// out. Persons' second letter counts as the digit of its place.
pub(super) fn unp(value: &[u8]) -> bool {
    let value = after("UNP", after("УНП", value));
    let Some(mut unp) = alphanumerics::<9>(value) else { return false };
    if !b"1234567ABCEHKM".contains(&unp[0]) {
        return false;
    }
    if unp[0].is_ascii_uppercase() {
        let Some(place) = place_in(b"ABCEHKMOPT", unp[1]) else { return false };
        unp[1] = b'0' + place;
    }
    let formed = unp[1..].iter().all(u8::is_ascii_digit);
    let values = unp.map(|c| base_36(c).unwrap_or(0));
    formed && remainder(&values, &[29, 23, 19, 17, 13, 7, 5, 3], 11) == last(&values)
}

/// Personal number: sex and century, birth date, region's letter, order, PB, and a check (weights
/// 7-3-1, mod 10).
pub(super) fn personal_number(value: &[u8]) -> bool {
    let Some(id) = alphanumerics::<14>(value) else { return false };
    let Some(d) = digits::<7>(&id[..7]) else { return false };
    let century = match d[0] {
        1 | 2 => 1800,
        3 | 4 => 1900,
        5 | 6 => 2000,
        _ => return false,
    };
    let values = id.map(|c| base_36(c).unwrap_or(0));
    let weights = [7, 3, 1, 7, 3, 1, 7, 3, 1, 7, 3, 1, 7];
    has_form(&id, "9999999A999AA9")
        && is_day(century + number(&d[5..]), number(&d[3..5]), number(&d[1..3]))
        && remainder(&values, &weights, 10) == last(&values)
}

#[cfg(test)]
mod tests {
    use super::super::cases::{digits_fit, told_apart};
    use super::*;

    #[test]
    fn unp_is_told_from_what_is_none() {
        told_apart(
            unp,
            &["521466097", "745069414", "HM9029702"],
            &["512466097", "745069114", "HM9025702", "5214660"],
        );
    }

    #[test]
    fn personal_number_is_told_from_what_is_none() {
        digits_fit(personal_number, "3110190A001PB?", 1);
        digits_fit(personal_number, "3111390A001PB?", 0);
    }
}
