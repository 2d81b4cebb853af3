//! Canada: the Social Insurance Number, the business number, health numbers of provinces.

use super::date::is_day;
use super::luhn::is_luhn;
use super::modulus::{lacking, last};
use super::text::{all_same, alphanumerics, alphanumerics_up_to, digits, number};

/// SIN: nine digits and Luhn; 0 begins none (it stands in fiction), and 8 is for businesses.
pub(super) fn sin(value: &[u8]) -> bool {
    let Some(digits) = digits::<9>(value) else { return false };
    !matches!(digits[0], 0 | 8) && !all_same(&digits) && is_luhn(&digits)
}

/// BN: nine digits and Luhn; with the program and its account behind, or without.
pub(super) fn business_number(value: &[u8]) -> bool {
    let Some((all, length)) = alphanumerics_up_to::<15>(value) else { return false };
    let Some(d) = digits::<9>(&all[..9]) else { return false };
    let program = matches!(&all[9..11], b"RC" | b"RM" | b"RP" | b"RT" | b"RR" | b"RZ");
    let account = length == 15 && program && digits::<4>(&all[11..]).is_some();
    !all_same(&d) && is_luhn(&d) && (length == 9 || account)
}

/// British Columbia's PHN: a 9, eight digits whose products mod 11 (weights 2-4-8-5-10-9-7-3) are
/// added up, and the check mod 11.
pub(super) fn bc_health(value: &[u8]) -> bool {
    let Some(d) = digits::<10>(value) else { return false };
    let products =
        d[1..9].iter().zip([2, 4, 8, 5, 10, 9, 7, 3]).map(|(d, w)| u32::from(*d) * w % 11);
    d[0] == 9 && lacking(products.sum(), 11) == last(&d)
}

/// Ontario's health card: ten digits and Luhn, and one or two letters of its version.
pub(super) fn on_health(value: &[u8]) -> bool {
    let Some((all, length)) = alphanumerics_up_to::<12>(value) else { return false };
    let Some(d) = digits::<10>(&all[..10]) else { return false };
    let version = all[10..length].iter().all(u8::is_ascii_uppercase) && length >= 10;
    d[0] != 0 && version && !all_same(&d) && is_luhn(&d)
}

/// Quebec's health card: three letters of the name and one of the first, the birth date (women's
/// months plus 50), and two of order.
pub(super) fn qc_health(value: &[u8]) -> bool {
    let Some(card) = alphanumerics::<12>(value) else { return false };
    let Some(d) = digits::<6>(&card[4..10]) else { return false };
    let month = number(&d[2..4]) % 50;
    card[..4].iter().all(u8::is_ascii_uppercase)
        && card[11].is_ascii_digit()
        && number(&d[2..4]) < 63
        && is_day(2000 + number(&d[..2]), month, number(&d[4..]))
}

#[cfg(test)]
mod tests {
    use super::super::cases::told_apart;
    use super::*;

    #[test]
    fn sin_examples_pass_and_others_do_not() {
        for value in ["130 692 544", "123-456-782", "454286469"] {
            assert!(sin(value.as_bytes()), "{value}");
        }
        for value in ["046 454 286", "130 692 543", "000000000", "853 000 000", "13069254"] {
            assert!(!sin(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn bc_health_is_told_from_what_is_none() {
        told_apart(
            bc_health,
            &["9803607547", "9245697769", "9606882713"],
            &["9803707547", "9245697679", "9606782713", "98036075"],
        );
    }

    #[test]
    fn business_number_is_told_from_what_is_none() {
        told_apart(
            business_number,
            &["434503876", "585593007RC5524", "311734776RP9751"],
            &["434509876", "580593007RC5524", "311734706RP9751", "4345038"],
        );
    }

    #[test]
    fn on_health_is_told_from_what_is_none() {
        told_apart(
            on_health,
            &["9876543217", "9876 543 217 AB"],
            &["9876543210", "0876543217", "98765432170"],
        );
    }

    #[test]
    fn qc_health_is_told_from_what_is_none() {
        told_apart(
            qc_health,
            &["BOUF 9401 1419", "BOUF94511419"],
            &["BOUF 9413 1419", "BOUF 9401 3219", "BO1F94011419"],
        );
    }
}
