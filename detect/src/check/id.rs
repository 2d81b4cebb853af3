//! Indonesia: the numbers of residents (NIK) and of taxpayers (NPWP).

use super::date::is_day;
use super::luhn::is_luhn;
use super::text::{digits_up_to, number};

/// NIK: province, regency and district, birth date (women's days plus 40), order. There is no check.
pub(super) fn nik(value: &[u8]) -> bool {
    let Some((d, 16)) = digits_up_to::<16>(value) else { return false };
    let day = number(&d[6..8]);
    let day = if day > 40 { day - 40 } else { day };
    let province = matches!(
        number(&d[..2]),
        11..=19 | 21 | 31..=36 | 51..=53 | 61..=65 | 71..=76 | 81 | 82 | 91..=97
    );
    province
        && number(&d[2..4]) != 0
        && number(&d[4..6]) != 0
        && is_day(2000 + number(&d[10..12]), number(&d[8..10]), day)
        && number(&d[12..]) != 0
}

/// NPWP: nine digits with Luhn, the office and the branch; of sixteen digits a NIK, or an old number
/// behind a 0.
pub(super) fn npwp(value: &[u8]) -> bool {
    let Some((all, length)) = digits_up_to::<16>(value) else { return false };
    let old = |d: &[u8]| number(&d[..9]) != 0 && is_luhn(&d[..9]);
    match length {
        15 => old(&all),
        16 => all[0] == 0 && old(&all[1..]) || nik(value),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::cases::told_apart;
    use super::*;

    #[test]
    fn nik_is_told_from_what_is_none() {
        told_apart(
            nik,
            &["3171620301841880", "7297801206507805", "3171512811024411"],
            &["3171627301841880", "7297803206507805", "31715128110244411", "31716203018418"],
        );
    }

    #[test]
    fn npwp_is_told_from_what_is_none() {
        told_apart(
            npwp,
            &["961393279787826", "0569749377774539", "429611510153613"],
            &["961390279787826", "05669749377774539", "429615110153613", "9613932797878"],
        );
    }
}
