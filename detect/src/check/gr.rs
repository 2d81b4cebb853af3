//! Greece: the social security number (AMKA), and the tax number, which is that for VAT.

use super::date::is_day;
use super::luhn::is_luhn;
use super::modulus::{last, remainder};
use super::text::{after, digits, digits_up_to, number};

/// AMKA: a birth date, four digits, Luhn.
pub(super) fn amka(value: &[u8]) -> bool {
    let Some(d) = digits::<11>(value) else { return false };
    is_day(2000 + number(&d[4..6]), number(&d[2..4]), number(&d[..2])) && is_luhn(&d)
}

/// AFM: nine digits (in the past eight), weights the powers of two, mod 11; ten is 0.
pub(super) fn vat(value: &[u8]) -> bool {
    let value = after("GR", after("EL", value));
    let Some((mut d, length)) = digits_up_to::<9>(value) else { return false };
    if length == 8 {
        d.rotate_right(1);
    }
    let check = remainder(&d, &[256, 128, 64, 32, 16, 8, 4, 2], 11) % 10;
    matches!(length, 8 | 9) && d != [0; 9] && check == last(&d)
}

#[cfg(test)]
mod tests {
    use super::super::cases::told_apart;
    use super::*;

    #[test]
    fn amka_is_told_from_what_is_none() {
        told_apart(
            amka,
            &["30128025969", "12076127617", "05021980148"],
            &["30128022969", "12706127617", "05021980248", "301280259"],
        );
    }

    #[test]
    fn vat_is_told_from_what_is_none() {
        told_apart(
            vat,
            &["640276577", "EL101928491", "04141506"],
            &["643276577", "EL101928419", "04141509", "6402765"],
        );
    }
}
