//! South Korea: the registration numbers of residents (RRN), foreigners (ARN) and businesses (BRN).

use super::date::{LAST_YEAR, is_day};
use super::modulus::{complement, lacking, last};
use super::text::{all_same, digits, number, weighted};

/// RRN: birth date, a digit for century and sex, and a check mod 11. Numbers given out since
/// October 2020 are random behind that digit, so for who was born after it the check says nothing.
pub(super) fn rrn(value: &[u8]) -> bool {
    let Some(digits) = digits::<13>(value) else { return false };
    let century = match digits[6] {
        9 | 0 => 1800,
        1 | 2 | 5 | 6 => 1900,
        _ => 2000,
    };
    let (year, month) = (century + number(&digits[..2]), number(&digits[2..4]));
    let sum = weighted(&digits[..12], &[2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5]);
    let random = (year, month) >= (2020, 10);
    year <= LAST_YEAR
        && is_day(year, month, number(&digits[4..6]))
        && (random || (11 - sum % 11) % 10 == u32::from(digits[12]))
}

/// ARN: as the RRN, but the digit of the century is 5 to 8, and two is added to the check.
pub(super) fn foreigner(value: &[u8]) -> bool {
    let Some(digits) = digits::<13>(value) else { return false };
    let century = match digits[6] {
        5 | 6 => 1900,
        7 | 8 => 2000,
        _ => return false,
    };
    let (year, month) = (century + number(&digits[..2]), number(&digits[2..4]));
    let sum = weighted(&digits[..12], &[2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5]);
    let random = (year, month) >= (2020, 10);
    year <= LAST_YEAR
        && is_day(year, month, number(&digits[4..6]))
        && (random || (13 - sum % 11) % 10 == last(&digits))
}

/// BRN: the tax office, the kind of business, four digits, and a check (weights 1-3-7, mod 10, to
/// which the tens of five times the ninth are added).
pub(super) fn business(value: &[u8]) -> bool {
    let Some(d) = digits::<10>(value) else { return false };
    let sum = weighted(&d, &[1, 3, 7, 1, 3, 7, 1, 3, 5]) + u32::from(d[8]) * 5 / 10;
    let given = number(&d[..3]) > 100 && number(&d[3..5]) != 0 && number(&d[5..9]) != 0;
    given && !all_same(&d) && lacking(sum, 10) == last(&d)
}

/// Corporate registration number: thirteen digits, the last a check mod 10 of the weights 1 and 2.
pub(super) fn corporate_number(value: &[u8]) -> bool {
    let Some(d) = digits::<13>(value) else { return false };
    let weights = [1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2];
    !all_same(&d) && complement(&d, &weights, 10) == last(&d)
}

#[cfg(test)]
mod tests {
    use super::super::cases::{digits_fit, told_apart};
    use super::*;

    #[test]
    fn rrn_examples_pass_and_others_do_not() {
        for value in ["971013-9019902", "9710139019902"] {
            assert!(rrn(value.as_bytes()), "{value}");
        }
        for value in [
            "971013-9019903",
            "971313-9019902",
            "000000-0000000",
            "880204-3480145",
            "971013-901990",
        ] {
            assert!(!rrn(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn who_was_born_after_the_change_has_no_check_digit() {
        assert!((0..10).all(|check| rrn(format!("201101-312345{check}").as_bytes())));
        let passing = (0..10).filter(|check| rrn(format!("200901-312345{check}").as_bytes()));
        assert_eq!(passing.count(), 1);
    }

    #[test]
    fn business_is_told_from_what_is_none() {
        told_apart(
            business,
            &["124-81-00998", "220-81-62517", "1208147521"],
            &["124-81-00999", "000-81-00998", "12481009"],
        );
    }

    #[test]
    fn foreigner_is_told_from_what_is_none() {
        digits_fit(foreigner, "880204-548014?", 1);
        digits_fit(foreigner, "880204-148014?", 0);
    }

    #[test]
    fn corporate_number_is_told_from_what_is_none() {
        told_apart(
            corporate_number,
            &["110111-8292883", "1101118327797"],
            &["110111-8292884", "160521-4494566"],
        );
    }
}
