//! United Kingdom: National Insurance number, NHS number and its Scottish sister (CHI), taxpayer
//! reference, VAT, driving licence.

use super::date::is_day;
use super::modulus::remainder;
use super::text::{after, all_same, alphanumerics, alphanumerics_up_to, before, digits, number};
use super::text::{place_in, weighted};

/// NINO: prefix letters that HMRC gives out, six digits, and a suffix of A to D (which people may
/// leave out).
pub(super) fn nino(value: &[u8]) -> bool {
    let Some((all, length)) = alphanumerics_up_to::<9>(value) else { return false };
    let (prefix, number, suffix) = (&all[..2], &all[2..8], all[8]);
    let first = prefix[0].is_ascii_uppercase() && !b"DFIQUV".contains(&prefix[0]);
    let second = prefix[1].is_ascii_uppercase() && !b"DFIOQUV".contains(&prefix[1]);
    let given = !matches!(prefix, b"BG" | b"GB" | b"NK" | b"KN" | b"TN" | b"NT" | b"ZZ");
    let ends = length == 8 || length == 9 && (b'A'..=b'D').contains(&suffix);
    let given = given && number != b"000000";
    first && second && given && number.iter().all(u8::is_ascii_digit) && ends
}

/// NHS number: weights 10 to 2, mod 11; a check of 10 is never given out.
pub(super) fn nhs(value: &[u8]) -> bool {
    let Some(digits) = digits::<10>(value) else { return false };
    let check = 11 - weighted(&digits, &[10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11;
    !all_same(&digits) && check % 11 == u32::from(digits[9])
}

/// CHI number of Scotland: a birth date, three digits, and the NHS number's check.
pub(super) fn chi(value: &[u8]) -> bool {
    let Some(d) = digits::<10>(value) else { return false };
    nhs(value) && is_day(2000 + number(&d[4..6]), number(&d[2..4]), number(&d[..2]))
}

/// UTR: the check (weights 6-7-8-9-10-5-4-3-2, mod 11) comes first. A K may stand beside.
pub(super) fn taxpayer_reference(value: &[u8]) -> bool {
    const CHECKS: [u8; 11] = [2, 1, 9, 8, 7, 6, 5, 4, 3, 2, 1];
    let Some(d) = digits::<10>(after("K", before("K", value).unwrap_or(value))) else {
        return false;
    };
    let rest = remainder(&d[1..], &[6, 7, 8, 9, 10, 5, 4, 3, 2], 11);
    !all_same(&d) && CHECKS[rest as usize] == d[0]
}

/// VAT, of Great Britain and Northern Ireland (XI): nine digits (weights 8 to 2, then the last two as
/// a number; mod 97, or so with 55 added, since 2010) or twelve with those of a branch, or `GD` and
/// `HA` with a number of a government department or a health authority.
pub(super) fn vat(value: &[u8]) -> bool {
    let value = after("XI", after("GB", value));
    let Some((all, length)) = alphanumerics_up_to::<12>(value) else { return false };
    let vat = &all[..length];
    match (vat, digits::<3>(&all[2..length.max(2)])) {
        ([b'G', b'D', ..], Some(department)) => number(&department) < 500,
        ([b'H', b'A', ..], Some(authority)) => number(&authority) >= 500,
        _ => {
            let Some(d) = digits::<9>(&all[..length.min(9)]) else { return false };
            let sum = remainder(&d, &[8, 7, 6, 5, 4, 3, 2, 10, 1], 97);
            let branch = length == 9 || length == 12 && vat.iter().all(u8::is_ascii_digit);
            let since_2010 = sum == 42 && d[0] != 0;
            branch && (sum == 0 || since_2010) && number(&d) != 0
        }
    }
}

/// Driving licence (DVLA): five of the surname (padded with 9), the birth date shuffled into six
/// digits, initials, and the rest.
pub(super) fn driving_licence(value: &[u8]) -> bool {
    let Some(licence) = alphanumerics::<16>(value) else { return false };
    let (name, born, initials) = (&licence[..5], &licence[5..11], &licence[11..13]);
    let letters = name.iter().take_while(|c| c.is_ascii_uppercase()).count();
    let padded = letters > 0 && name[letters..].iter().all(|c| *c == b'9');
    if !padded || !born.iter().all(u8::is_ascii_digit) {
        return false;
    }
    let two = |tens: u8, ones: u8| (tens - b'0') * 10 + ones - b'0';
    // Women's months have 5 added to their tens.
    let month = two(born[1], born[2]) % 50;
    let day = two(born[3], born[4]);
    (1..=12).contains(&month)
        && (1..=31).contains(&day)
        && initials[0].is_ascii_uppercase()
        && (initials[1].is_ascii_uppercase() || initials[1] == b'9')
}

/// Unique pupil number: a check letter mod 23, and twelve digits of which the last may be a letter.
pub(super) fn pupil(value: &[u8]) -> bool {
    const LETTERS: &[u8] = b"ABCDEFGHJKLMNPQRTUVWXYZ";
    let Some(id) = alphanumerics::<13>(value) else { return false };
    let Some(body) = digits::<11>(&id[1..12]) else { return false };
    let Some(end) = place_in(b"0123456789", id[12]).or_else(|| place_in(LETTERS, id[12])) else {
        return false;
    };
    let sum = weighted(&body, &[2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]) + 13 * u32::from(end);
    LETTERS[(sum % 23) as usize] == id[0]
}

#[cfg(test)]
mod tests {
    use super::super::cases::told_apart;
    use super::*;

    #[test]
    fn a_nino_has_a_prefix_that_is_given_out() {
        for value in ["AB123456C", "JG 10 37 59 A", "ab 12 34 56 d", "CE-12-34-56-B", "AB123456"] {
            assert!(nino(value.as_bytes()), "{value}");
        }
        for value in [
            "QQ123456C",
            "DA123456A",
            "AO123456A",
            "BG123456A",
            "GB123456A",
            "ZZ123456A",
            "NK123456A",
            "AB123456E",
            "AB12345C",
            "A1123456C",
            "AB1234567",
        ] {
            assert!(!nino(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn an_nhs_number_has_its_check_digit() {
        // The data dictionary's example, and others in public guides.
        for value in ["943 476 5919", "9434765870", "401-023-2137", "999 000 0018"] {
            assert!(nhs(value.as_bytes()), "{value}");
        }
        for value in ["943 476 5918", "9434765871", "0000000000", "1234567890", "943476591"] {
            assert!(!nhs(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn a_driving_licence_holds_a_name_and_a_date() {
        // The example of the licensing agency: Morgan, born 11 July 1976 (month 57: a woman).
        assert!(driving_licence(b"MORGA 657054 SM9IJ"));
        assert!(driving_licence(b"MORGA753116SM9IJ") && driving_licence(b"FOX99701019A99AB"));
        assert!(!driving_licence(b"MORGA 697054 SM9IJ") && !driving_licence(b"MORGA753996SM9IJ"));
        assert!(!driving_licence(b"9ORGA753116SM9IJ"));
    }

    #[test]
    fn chi_is_told_from_what_is_none() {
        told_apart(chi, &["0101702000"], &["2412500005"]);
    }

    #[test]
    fn taxpayer_reference_is_told_from_what_is_none() {
        told_apart(
            taxpayer_reference,
            &["3423450282", "6303766388", "9056540151"],
            &["342350282", "6305766388", "9856540151", "34234502"],
        );
    }

    #[test]
    fn vat_is_told_from_what_is_none() {
        told_apart(
            vat,
            &["990732593899", "GD130", "HA751", "XI309402874", "393728414"],
            &["990752593899", "G1D30", "H7A51", "KI309402874", "396728414"],
        );
    }

    #[test]
    fn pupil_is_told_from_what_is_none() {
        told_apart(pupil, &["E841924143245", "Y882422539247"], &["E841924143246", "E84192414324"]);
    }
}
