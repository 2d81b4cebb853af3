//! Norway: birth number, organisation number, VAT, bank account.

use super::date::{LAST_YEAR, is_day};
use super::modulus::{complement, last};
use super::text::{after, before, digits, number};

/// Fødselsnummer: a birth date (plus 40 on the day for D-numbers, on the month for those of health
/// services, plus 80 for those that are made for tests), a number that tells the century, and two
/// checks mod 11.
pub(super) fn birth_number(value: &[u8]) -> bool {
    let Some(d) = digits::<11>(value) else { return false };
    let (day, month, year) = (number(&d[..2]), number(&d[2..4]), number(&d[4..6]));
    let century = match (number(&d[6..9]), year) {
        (0..500, _) | (900.., 40..) => 1900,
        (500..750, 54..) => 1800,
        (500.., ..40) => 2000,
        _ => return false,
    };
    let (year, month) = (century + year, if month > 80 { month - 80 } else { month % 40 });
    let day = if day > 40 { day - 40 } else { day };
    year <= LAST_YEAR
        && is_day(year, month, day)
        && complement(&d, &[3, 7, 6, 1, 8, 9, 4, 5, 2], 11) == u32::from(d[9])
        && complement(&d, &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2], 11) == last(&d)
}

/// Organisation number: nine digits (the first 8 or 9), weights 3-2-7-6-5-4-3-2, mod 11.
pub(super) fn organisation(value: &[u8]) -> bool {
    let Some(d) = digits::<9>(value) else { return false };
    matches!(d[0], 8 | 9) && complement(&d, &[3, 2, 7, 6, 5, 4, 3, 2], 11) == last(&d)
}

/// VAT: the organisation number with MVA behind it.
pub(super) fn vat(value: &[u8]) -> bool {
    before("MVA", after("NO", value)).is_some_and(organisation)
}

/// Account: eleven digits, the last a check mod 11; where the fifth and sixth are 0, it may be over
/// those behind them alone.
pub(super) fn bank_account(value: &[u8]) -> bool {
    let Some(d) = digits::<11>(value) else { return false };
    let whole = complement(&d, &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2], 11) == last(&d);
    let own = || d[4..6] == [0, 0] && complement(&d[6..], &[5, 4, 3, 2], 11) == last(&d);
    number(&d[6..]) != 0 && (whole || own())
}

#[cfg(test)]
mod tests {
    use super::super::cases::told_apart;
    use super::*;

    #[test]
    fn bank_account_is_told_from_what_is_none() {
        told_apart(
            bank_account,
            &["39865577110", "40300025724", "09029536039"],
            &["39845577110", "40300052724", "09029356039", "398655771"],
        );
    }

    #[test]
    fn birth_number_is_told_from_what_is_none() {
        told_apart(
            birth_number,
            &["20034821306", "44048463123", "18482149266"],
            &["20034821360", "54048463123", "48482149266", "200348213"],
        );
    }

    #[test]
    fn organisation_is_told_from_what_is_none() {
        told_apart(
            organisation,
            &["934507401", "853060348", "902971602"],
            &["934504701", "953060348", "802971602", "9345074"],
        );
    }

    #[test]
    fn vat_is_told_from_what_is_none() {
        told_apart(
            vat,
            &["839639589MVA", "NO955541758MVA", "953844230MVA"],
            &["830639589MVA", "NNO955541758MVA", "953844238MVA", "839639589M"],
        );
    }
}
