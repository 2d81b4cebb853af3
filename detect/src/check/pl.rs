//! Poland: PESEL, tax number (NIP), company number (REGON), identity card and passport.

use super::date::is_day;
use super::iso7064::mod_97;
use super::modulus::{last, remainder};
use super::text::{
    after, all_same, alphanumerics, base_36, digits, digits_up_to, has_form, place_in,
};
use super::text::{number, weighted};

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

/// NRB (PN-F-01102): the digits of the Polish IBAN without its country.
pub(super) fn bank_account(value: &[u8]) -> bool {
    let Some(d) = digits::<26>(after("PL", value)) else { return false };
    let written = d.map(|digit| digit + b'0');
    !all_same(&d)
        && mod_97(written[2..].iter().chain(b"PL").chain(&written[..2]).copied()) == Some(1)
}

/// NIP: ten digits, weights 6-5-7-2-3-4-5-6-7, mod 11; a check of ten is never given out.
pub(super) fn nip(value: &[u8]) -> bool {
    let Some(d) = digits::<10>(after("PL", value)) else { return false };
    !all_same(&d) && remainder(&d, &[6, 5, 7, 2, 3, 4, 5, 6, 7], 11) == last(&d)
}

/// REGON: nine digits, or fourteen of a branch; a check mod 11 (ten is 0) ends each.
pub(super) fn regon(value: &[u8]) -> bool {
    let Some((all, length)) = digits_up_to::<14>(value) else { return false };
    let check = |d: &[u8], weights: &[u32]| remainder(d, weights, 11) % 10 == last(d);
    let company = check(&all[..9], &[8, 9, 2, 3, 4, 5, 6, 7]) && number(&all[..9]) != 0;
    let branch = || check(&all, &[2, 4, 8, 5, 0, 9, 7, 3, 6, 1, 2, 4, 8]);
    company && (length == 9 || length == 14 && branch())
}

/// Identity card: three letters and six digits of which the first is the check.
pub(super) fn identity_card(value: &[u8]) -> bool {
    let Some(id) = alphanumerics::<9>(value) else { return false };
    has_form(&id, "AAA999999") && is_checked(&id, &[7, 3, 1, 9, 7, 3, 1, 7, 3])
}

/// Passport: two letters and seven digits of which the first is the check.
pub(super) fn passport(value: &[u8]) -> bool {
    let Some(id) = alphanumerics::<9>(value) else { return false };
    has_form(&id, "AA9999999") && is_checked(&id, &[7, 3, 9, 1, 7, 3, 1, 7, 3])
}

/// The check's weight is 9, so that it makes the sum a multiple of ten.
fn is_checked(id: &[u8; 9], weights: &[u32; 9]) -> bool {
    let values = id.map(|c| base_36(c).unwrap_or(0));
    weighted(&values, weights).is_multiple_of(10) && id[3..] != *b"000000"
}

/// The right to practise of a doctor: the first digit is a check mod 11 of those behind it.
pub(super) fn right_to_practise(value: &[u8]) -> bool {
    let Some(d) = digits::<7>(value) else {
        return has_form(value, "99A99999")
            || has_form(value, "99A999999")
            || has_form(value, "9999999A");
    };
    d[0] != 0 && remainder(&d[1..], &[1, 2, 3, 4, 5, 6], 11) == u32::from(d[0])
}

/// Land and mortgage register: a court, a number, and a check of weights 1-3-7 over both.
pub(super) fn land_register(value: &[u8]) -> bool {
    const VALUES: &[u8] = b"0123456789XABCDEFGHIJKLMNOPRSTUWYZ";
    let Some(id) = alphanumerics::<13>(value) else { return false };
    let places: Option<Vec<u8>> = id[..12].iter().map(|c| place_in(VALUES, *c)).collect();
    places.is_some_and(|places| {
        let check = weighted(&places, &[1, 3, 7, 1, 3, 7, 1, 3, 7, 1, 3, 7]) % 10;
        u32::from(id[12]) == u32::from(b'0') + check
    })
}

#[cfg(test)]
mod tests {
    use super::super::cases::told_apart;
    use super::*;

    #[test]
    fn an_nrb_has_the_checks_of_its_iban() {
        assert!(bank_account(b"61 1090 1014 0000 0712 1981 2874"));
        assert!(!bank_account(b"62 1090 1014 0000 0712 1981 2874"));
    }

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

    #[test]
    fn identity_card_is_told_from_what_is_none() {
        told_apart(identity_card, &["ABA300000", "ABA 300000"], &["ABA300001", "AB3000001"]);
    }

    #[test]
    fn nip_is_told_from_what_is_none() {
        told_apart(
            nip,
            &["0970351875", "PL3408778922", "0317211208"],
            &["0977351875", "PL3400778922", "0317212108", "09703518"],
        );
    }

    #[test]
    fn passport_is_told_from_what_is_none() {
        told_apart(passport, &["ZS0000177", "ZS 0000177"], &["ZS0000178", "ZSA000177"]);
    }

    #[test]
    fn regon_is_told_from_what_is_none() {
        told_apart(
            regon,
            &["547082483", "15838203905829", "174237135"],
            &["541082483", "15838209905829", "179237135", "5470824"],
        );
    }

    #[test]
    fn registers_are_told_from_what_is_none() {
        told_apart(right_to_practise, &["1476783", "4925901"], &["8341426", "1476784"]);
    }

    #[test]
    fn land_register_is_told_from_what_is_none() {
        told_apart(
            land_register,
            &["WA2P/12994880/7", "GA1K/53143190/6"],
            &["WA2P/12994880/8", "WA2P/1299488/7"],
        );
    }
}
