//! Bulgaria: the numbers of citizens (EGN) and foreigners (PNF), and VAT.

use super::date::is_day;
use super::modulus::{complement, last, remainder, two_passes};
use super::text::{after, all_same, digits, digits_up_to, number};

/// EGN: a birth date (months plus 20 in the 1800s, plus 40 in the 2000s), order, and a check mod 11.
pub(super) fn egn(value: &[u8]) -> bool {
    digits::<10>(value).is_some_and(|d| is_egn(&d))
}

/// PNF: ten digits, the last the weighted sum's (21-19-17-13-11-9-7-3-1) mod 10.
pub(super) fn pnf(value: &[u8]) -> bool {
    digits::<10>(value).is_some_and(|d| !all_same(&d) && is_pnf(&d))
}

/// VAT: the nine digits of a legal person, or ten: an EGN, a PNF, or another person's.
pub(super) fn vat(value: &[u8]) -> bool {
    let Some((all, length)) = digits_up_to::<10>(after("BG", value)) else { return false };
    let Some(d) = all.first_chunk::<9>() else { return false };
    match length {
        9 => {
            let check = two_passes(d, &[1, 2, 3, 4, 5, 6, 7, 8], &[3, 4, 5, 6, 7, 8, 9, 10]);
            !all_same(d) && check == last(d)
        }
        10 => !all_same(&all) && (is_egn(&all) || is_pnf(&all) || is_other(&all)),
        _ => false,
    }
}

fn is_egn(d: &[u8; 10]) -> bool {
    let (year, month) = (number(&d[..2]), number(&d[2..4]));
    let (century, month) = match month {
        41.. => (2000, month - 40),
        21.. => (1800, month - 20),
        _ => (1900, month),
    };
    is_day(century + year, month, number(&d[4..6]))
        && remainder(d, &[2, 4, 8, 5, 10, 9, 7, 3, 6], 11) % 10 == last(d)
}

fn is_pnf(d: &[u8; 10]) -> bool {
    remainder(d, &[21, 19, 17, 13, 11, 9, 7, 3, 1], 10) == last(d)
}

fn is_other(d: &[u8; 10]) -> bool {
    complement(d, &[4, 3, 2, 7, 6, 5, 4, 3, 2], 11) == last(d)
}

#[cfg(test)]
mod tests {
    use super::super::cases::told_apart;
    use super::*;

    #[test]
    fn egn_is_told_from_what_is_none() {
        told_apart(
            egn,
            &["0907014605", "2050043810", "9929183502"],
            &["0907414605", "2057043810", "9929183052", "09070146"],
        );
    }

    #[test]
    fn pnf_is_told_from_what_is_none() {
        told_apart(
            pnf,
            &["2964001761", "8378758590", "5297104028"],
            &["2964061761", "83787585990", "5297174028", "29640017"],
        );
    }

    #[test]
    fn vat_is_told_from_what_is_none() {
        told_apart(
            vat,
            &["800935649", "BG2246439859", "310568627"],
            &["900935649", "EG2246439859", "311568627", "8009356"],
        );
    }
}
