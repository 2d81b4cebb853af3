//! Estonia: personal code, company code, VAT. Lithuania's personal code is made alike.

use super::date::{LAST_YEAR, is_day};
use super::modulus::{last, remainder, two_passes};
use super::text::{after, digits, number};

/// Isikukood: century and sex, birth date, order, and a check mod 11 by two rows of weights.
pub(super) fn personal_code(value: &[u8]) -> bool {
    let Some(d) = digits::<11>(value) else { return false };
    born(&d).is_some_and(|(year, month, day)| is_day(year, month, day)) && is_checked(&d)
}

/// The year, month and day of a personal code; none if the year is of no one yet.
pub(super) fn born(d: &[u8; 11]) -> Option<(u64, u64, u64)> {
    let century = match d[0] {
        1 | 2 => 1800,
        3 | 4 => 1900,
        5 | 6 => 2000,
        _ => return None,
    };
    let year = century + number(&d[1..3]);
    (year <= LAST_YEAR).then(|| (year, number(&d[3..5]), number(&d[5..7])))
}

/// The check of Estonia's and Lithuania's personal codes.
pub(super) fn is_checked(d: &[u8; 11]) -> bool {
    two_passes(d, &[1, 2, 3, 4, 5, 6, 7, 8, 9, 1], &[3, 4, 5, 6, 7, 8, 9, 1, 2, 3]) == last(d)
}

/// Registrikood: eight digits, the first of the register, and the check of personal codes.
pub(super) fn company_code(value: &[u8]) -> bool {
    let Some(d) = digits::<8>(value) else { return false };
    let check = two_passes(&d, &[1, 2, 3, 4, 5, 6, 7], &[3, 4, 5, 6, 7, 8, 9]);
    matches!(d[0], 1 | 7 | 8 | 9) && check == last(&d)
}

/// KMKR: nine digits, weights 3-7-1, mod 10.
pub(super) fn vat(value: &[u8]) -> bool {
    let Some(d) = digits::<9>(after("EE", value)) else { return false };
    d[..2] == [1, 0] && remainder(&d, &[3, 7, 1, 3, 7, 1, 3, 7, 1], 10) == 0
}

#[cfg(test)]
mod tests {
    use super::super::cases::told_apart;
    use super::*;

    #[test]
    fn company_code_is_told_from_what_is_none() {
        told_apart(
            company_code,
            &["73316774", "16284382", "74537046"],
            &["733116774", "16284322", "47537046", "733167"],
        );
    }

    #[test]
    fn personal_code_is_told_from_what_is_none() {
        told_apart(
            personal_code,
            &["44511093242", "19901145985", "10209058128"],
            &["44511093422", "19901145958", "1029058128", "445110932"],
        );
    }

    #[test]
    fn vat_is_told_from_what_is_none() {
        told_apart(
            vat,
            &["107963176", "106659863", "101532367"],
            &["107933176", "106659683", "101532365", "1079631"],
        );
    }
}
