//! Argentina: identity document (DNI), taxpayer's number (CUIT, CUIL), bank account (CBU).

use super::modulus::{complement, last};
use super::text::{all_same, digits, digits_up_to, number};

/// DNI: seven or eight digits. There is no check.
pub(super) fn dni(value: &[u8]) -> bool {
    let Some((d, length)) = digits_up_to::<8>(value) else { return false };
    matches!(length, 7 | 8) && d[0] != 0 && !all_same(&d[..length])
}

/// CUIT and CUIL: the kind of person, eight digits, and a check mod 11 (ten is 9).
pub(super) fn cuit(value: &[u8]) -> bool {
    let Some(d) = digits::<11>(value) else { return false };
    let kind = matches!(number(&d[..2]), 20 | 23..=27 | 30 | 33 | 34 | 50 | 51 | 55);
    let check = match complement(&d, &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2], 11) {
        10 => 9,
        check => check,
    };
    kind && number(&d[2..10]) != 0 && check == last(&d)
}

/// CBU: bank and branch with their check, and thirteen digits of the account with theirs (weights
/// 3-1-7-9 from the right, mod 10).
pub(super) fn cbu(value: &[u8]) -> bool {
    let Some(d) = digits::<22>(value) else { return false };
    let check = |part: &[u8], weights: &[u32]| complement(part, weights, 10) == last(part);
    number(&d) != 0
        && check(&d[..8], &[7, 1, 3, 9, 7, 1, 3])
        && check(&d[8..], &[3, 9, 7, 1, 3, 9, 7, 1, 3, 9, 7, 1, 3])
}

#[cfg(test)]
mod tests {
    use super::super::cases::told_apart;
    use super::*;

    #[test]
    fn cbu_is_told_from_what_is_none() {
        told_apart(
            cbu,
            &["2530065129098835981433", "4994283950645729195504", "8227916159145033631057"],
            &[
                "2230065129098835981433",
                "4992483950645729195504",
                "8222916159145033631057",
                "25300651290988359814",
            ],
        );
    }

    #[test]
    fn cuit_is_told_from_what_is_none() {
        told_apart(
            cuit,
            &["20378318190", "51322137560", "30166294602", "30561936567"],
            &["20378318109", "5122137560", "31066294602", "60561936567", "203783181"],
        );
    }

    #[test]
    fn dni_is_told_from_what_is_none() {
        told_apart(
            dni,
            &["53194378", "9003872", "54988131"],
            &["531943788", "003872", "549881331", "531943"],
        );
    }
}
