//! United States: the numbers of social security and of taxpayers, most of which have no check
//! digit, so that what was never given out is all there is to know; health care; banks.

use super::luhn::is_luhn;
use super::modulus::{last, remainder};
use super::text::{all_same, alphanumerics, alphanumerics_up_to, digits, has_form, number};

/// Numbers of a wallet's advertisement and of a pamphlet, which thousands have taken for their own.
const NOBODYS: [u64; 2] = [78_051_120, 219_099_999];

/// SSN: area not 000, 666 or 9xx, group not 00, serial not 0000.
pub(super) fn ssn(value: &[u8]) -> bool {
    let Some(digits) = digits::<9>(value) else { return false };
    let (area, group, serial) = parts(&digits);
    let given = !all_same(&digits) && !NOBODYS.contains(&number(&digits));
    !matches!(area, 0 | 666 | 900..) && group != 0 && serial != 0 && given
}

/// ITIN: 9xx with a group of 50–65, 70–88, 90–92 or 94–99.
pub(super) fn itin(value: &[u8]) -> bool {
    let Some(digits) = digits::<9>(value) else { return false };
    let (area, group, _) = parts(&digits);
    area >= 900 && matches!(group, 50..=65 | 70..=88 | 90..=92 | 94..=99) && !all_same(&digits)
}

/// ATIN, of a child whose adoption is pending: 9xx with the group 93.
pub(super) fn atin(value: &[u8]) -> bool {
    let Some(digits) = digits::<9>(value) else { return false };
    let (area, group, _) = parts(&digits);
    area >= 900 && group == 93
}

/// EIN: the prefix of a campus, or of the internet, that has been given out.
pub(super) fn ein(value: &[u8]) -> bool {
    let Some(digits) = digits::<9>(value) else { return false };
    let given = matches!(
        number(&digits[..2]),
        1..=6 | 10..=16 | 20..=27 | 30..=48 | 50..=68 | 71..=77 | 80..=88 | 90..=95 | 98 | 99
    );
    given && number(&digits[2..]) != 0 && !all_same(&digits)
}

/// PTIN, of who prepares tax returns: P and eight digits.
pub(super) fn ptin(value: &[u8]) -> bool {
    let Some(ptin) = alphanumerics::<9>(value) else { return false };
    has_form(&ptin, "P99999999") && !all_same(&ptin[1..])
}

/// ABA routing number: the district of a Federal Reserve bank (thrifts 20 more, electronic ones 60
/// more, traveller's cheques 80), and weights 3-7-1, mod 10.
pub(super) fn aba_routing(value: &[u8]) -> bool {
    let Some(d) = digits::<9>(value) else { return false };
    let district = matches!(number(&d[..2]), 0..=12 | 21..=32 | 61..=72 | 80);
    district && d != [0; 9] && remainder(&d, &[3, 7, 1, 3, 7, 1, 3, 7, 1], 10) == 0
}

/// NPI: ten digits, the first 1 or 2, and Luhn with 80840 before.
pub(super) fn npi(value: &[u8]) -> bool {
    let Some(d) = digits::<10>(value) else { return false };
    matches!(d[0], 1 | 2) && is_luhn(&[&[8, 0, 8, 4, 0], &d[..]].concat())
}

/// DEA registration: kind of registrant, first letter of the name (or 9), six digits, and the last
/// of the sum of those in odd places and twice those in even ones.
pub(super) fn dea(value: &[u8]) -> bool {
    let Some(dea) = alphanumerics::<9>(value) else { return false };
    let Some(d) = digits::<7>(&dea[2..]) else { return false };
    let named = dea[1].is_ascii_uppercase() || dea[1] == b'9';
    let check = remainder(&d, &[1, 2, 1, 2, 1, 2], 10);
    b"ABCDEFGHJKLMPRSTUX".contains(&dea[0]) && named && !all_same(&d) && check == last(&d)
}

/// MBI of Medicare: eleven places, each for digits, letters (not S, L, O, I, B, Z) or either.
pub(super) fn mbi(value: &[u8]) -> bool {
    let Some(mbi) = alphanumerics::<11>(value) else { return false };
    let barred = mbi.iter().any(|c| b"SLOIBZ".contains(c));
    has_form(&mbi, "9A*9A*9AA99") && mbi[0] != b'0' && !barred
}

/// HICN, Medicare's number until 2019: a social security number and the letter of the claim, with
/// another letter or digit or without; or the letters of the railroads before six digits or nine.
pub(super) fn hicn(value: &[u8]) -> bool {
    const RAILROADS: [&[u8]; 12] =
        [b"A", b"CA", b"H", b"JA", b"MA", b"MH", b"PA", b"PD", b"PH", b"WA", b"WCA", b"WD"];
    let Some((all, length)) = alphanumerics_up_to::<12>(value) else { return false };
    let letters = all[..length].iter().take_while(|c| c.is_ascii_uppercase()).count();
    let (before, rest) = all[..length].split_at(letters);
    if !before.is_empty() {
        let counted = matches!(rest.len(), 6 | 9) && rest.iter().all(u8::is_ascii_digit);
        return RAILROADS.contains(&before) && counted;
    }
    let Some((number, claim)) = rest.split_at_checked(9) else { return false };
    let claims = match claim {
        [b'A' | b'B' | b'C' | b'D' | b'E' | b'F' | b'J' | b'K' | b'M' | b'T' | b'W'] => true,
        [b'B'..=b'F' | b'J' | b'K' | b'M' | b'T' | b'W', c] => c.is_ascii_alphanumeric(),
        _ => false,
    };
    claims && ssn(number)
}

fn parts(digits: &[u8; 9]) -> (u64, u64, u64) {
    (number(&digits[..3]), number(&digits[3..5]), number(&digits[5..]))
}

#[cfg(test)]
mod tests {
    use super::super::cases::told_apart;
    use super::*;

    #[test]
    fn numbers_of_areas_that_were_given_out_pass() {
        for value in ["536-22-1234", "536221234", "001 01 0001", "899-99-9999", "772-10-0001"] {
            assert!(ssn(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn numbers_that_were_never_given_out_do_not() {
        for value in [
            "000-12-3456",
            "666-12-3456",
            "900-12-3456",
            "536-00-1234",
            "536-22-0000",
            "111-11-1111",
        ] {
            assert!(!ssn(value.as_bytes()), "{value}");
        }
        assert!(!ssn(b"536-22-123") && !ssn(b"536-22-12345"));
    }

    #[test]
    fn an_itin_has_its_groups() {
        assert!(itin(b"912-90-3456") && itin(b"900-70-0000") && itin(b"999-88-1234"));
        for value in ["912-49-3456", "912-66-3456", "912-89-3456", "912-93-3456", "812-90-3456"] {
            assert!(!itin(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn dea_is_told_from_what_is_none() {
        told_apart(
            dea,
            &["AB1234563", "F91234563", "bb1388568"],
            &["AB1234560", "IB1234563", "AB123456"],
        );
    }

    #[test]
    fn ein_is_told_from_what_is_none() {
        told_apart(
            ein,
            &["10-1548720", "861391496", "62-7439386"],
            &["10-154720", "961391496", "62-74393386", "10-15487"],
        );
    }

    #[test]
    fn hicn_is_told_from_what_is_none() {
        told_apart(
            hicn,
            &["536-22-1234A", "536221234B1", "WCA536221234", "A123456"],
            &["000-12-3456A", "536-22-1234G", "ZZ123456", "536221234"],
        );
    }

    #[test]
    fn mbi_is_told_from_what_is_none() {
        told_apart(
            mbi,
            &["1EG4-TE5-MK73", "1EG4TE5MK73"],
            &["0EG4-TE5-MK73", "1SG4-TE5-MK73", "1EG4-TE5-MK7"],
        );
    }

    #[test]
    fn npi_is_told_from_what_is_none() {
        told_apart(npi, &["1234567893", "1245319599"], &["1234567890", "3234567893", "123456789"]);
    }

    #[test]
    fn ptin_is_told_from_what_is_none() {
        told_apart(
            ptin,
            &["P25649794", "P31223200", "P01381642"],
            &["A25649794", "P3123200", "0P1381642", "P256497"],
        );
    }

    #[test]
    fn aba_routing_is_told_from_what_is_none() {
        told_apart(
            aba_routing,
            &["021000021", "011401533", "0910-0001-9"],
            &["021000022", "131000021", "000000000"],
        );
    }

    #[test]
    fn atin_is_told_from_what_is_none() {
        told_apart(atin, &["912-93-1234", "900931234"], &["812-93-1234", "912-94-1234"]);
    }
}
