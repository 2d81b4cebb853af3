//! Russia: tax number (INN), pension number (SNILS), register of companies (OGRN).

use super::luhn::is_luhn;
use super::modulus::{last, remainder};
use super::text::{all_same, digits, digits_up_to, number};

/// INN: a company's ten digits with a check mod 11, or a person's twelve with two (ten is 0).
pub(super) fn inn(value: &[u8]) -> bool {
    const WEIGHTS: [u32; 11] = [3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8];
    let Some((all, length)) = digits_up_to::<12>(value) else { return false };
    let d = &all[..length];
    let check = |part: &[u8], weights: &[u32]| remainder(part, weights, 11) % 10 == last(part);
    let checked = match length {
        10 => check(d, &WEIGHTS[2..]),
        12 => check(&d[..11], &WEIGHTS[1..]) && check(d, &WEIGHTS),
        _ => false,
    };
    checked && !all_same(d)
}

/// SNILS: nine digits (weights 9 to 1), and their sum mod 101 (100 is 0). The first numbers, up to
/// 001-001-998, have no check, and are let pass by none.
pub(super) fn snils(value: &[u8]) -> bool {
    let Some(d) = digits::<11>(value) else { return false };
    let sum = remainder(&d, &[9, 8, 7, 6, 5, 4, 3, 2, 1], 101) % 100;
    number(&d[..9]) > 1_001_998 && u64::from(sum) == number(&d[9..])
}

/// OGRN: thirteen digits (fifteen for who trades as a person), all but the last mod 11 (mod 13) and
/// of that the last digit.
pub(super) fn ogrn(value: &[u8]) -> bool {
    let Some((all, length)) = digits_up_to::<15>(value) else { return false };
    let modulus = match (length, all[0]) {
        (13, 1 | 2 | 5 | 6 | 7 | 8 | 9) => 11,
        (15, 3 | 4) => 13,
        _ => return false,
    };
    let region = number(&all[3..5]);
    let check = number(&all[..length - 1]) % modulus % 10;
    region != 0 && check == u64::from(all[length - 1])
}

/// The policy of compulsory health insurance since 2011: sixteen digits with Luhn's.
pub(super) fn health_insurance(value: &[u8]) -> bool {
    digits::<16>(value).is_some_and(|d| !all_same(&d) && is_luhn(&d))
}

#[cfg(test)]
mod tests {
    use super::super::cases::told_apart;
    use super::*;

    #[test]
    fn inn_is_told_from_what_is_none() {
        told_apart(
            inn,
            &["6438489724", "057537285676", "9199912300"],
            &["64384489724", "057537825676", "9199910300", "64384897"],
        );
    }

    #[test]
    fn ogrn_is_told_from_what_is_none() {
        told_apart(
            ogrn,
            &["5326572078190", "375863989883341", "1910622373583"],
            &["53265720778190", "37586989883341", "1910622373533", "53265720781"],
        );
    }

    #[test]
    fn snils_is_told_from_what_is_none() {
        told_apart(
            snils,
            &["112-233-445 95", "11223344595"],
            &["112-233-445 96", "000-000-001 01"],
        );
    }

    #[test]
    fn health_insurance_is_told_from_what_is_none() {
        told_apart(
            health_insurance,
            &["7193 3089 9218 5461", "7165296782464127"],
            &["7122 2648 8526 4419", "716529678246412"],
        );
    }
}
