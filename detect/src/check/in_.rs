//! India: Aadhaar and its virtual id, PAN, the numbers of traders (GSTIN) and of voters (EPIC).

use super::luhn::{is_luhn, is_luhn_in};
use super::text::{alphanumerics, base_36, digits, has_form, number};
use super::verhoeff::is_verhoeff;

/// Aadhaar: twelve digits, the first 2 to 9, Verhoeff; never the same read backwards.
pub(super) fn aadhaar(value: &[u8]) -> bool {
    let Some(digits) = digits::<12>(value) else { return false };
    let mut backwards = digits;
    backwards.reverse();
    digits[0] >= 2 && digits != backwards && is_verhoeff(&digits)
}

/// PAN: three letters, the kind of holder, the surname's letter, four digits (not 0000), a letter.
pub(super) fn pan(value: &[u8]) -> bool {
    let Some(pan) = alphanumerics::<10>(value) else { return false };
    pan[..5].iter().all(u8::is_ascii_uppercase)
        && b"ABCFGHJKLPT".contains(&pan[3])
        && pan[5..9].iter().all(u8::is_ascii_digit)
        && &pan[5..9] != b"0000"
        && pan[9].is_ascii_uppercase()
}

/// VID, which stands for an Aadhaar: sixteen digits, the first 2 to 9, Verhoeff.
pub(super) fn virtual_id(value: &[u8]) -> bool {
    let Some(digits) = digits::<16>(value) else { return false };
    let mut backwards = digits;
    backwards.reverse();
    digits[0] >= 2 && digits != backwards && is_verhoeff(&digits)
}

/// GSTIN: the state, a PAN, the number of the registration, a Z, and Luhn mod 36 over all.
pub(super) fn gstin(value: &[u8]) -> bool {
    let Some(gstin) = alphanumerics::<15>(value) else { return false };
    let Some(state) = digits::<2>(&gstin[..2]) else { return false };
    let values = gstin.map(|c| base_36(c).unwrap_or(0));
    matches!(number(&state), 1..=38 | 97 | 99)
        && pan(&gstin[2..12])
        && gstin[12] != b'0'
        && gstin[13] == b'Z'
        && is_luhn_in(&values, 36)
}

/// EPIC: three letters, six digits, and their Luhn digit.
pub(super) fn voter(value: &[u8]) -> bool {
    let Some(epic) = alphanumerics::<10>(value) else { return false };
    has_form(&epic, "AAA9999999")
        && digits::<7>(&epic[3..]).is_some_and(|d| d != [0; 7] && is_luhn(&d))
}

#[cfg(test)]
mod tests {
    use super::super::cases::told_apart;
    use super::*;

    #[test]
    fn aadhaar_has_its_verhoeff_digit() {
        for value in ["2341 2341 2346", "234123412346", "4675-8943-9218"] {
            let right = digits::<12>(value.as_bytes()).is_some_and(|d| is_verhoeff(&d));
            assert_eq!(aadhaar(value.as_bytes()), right, "{value}");
        }
        assert!(aadhaar(b"2341 2341 2346"));
        for value in
            ["2341 2341 2347", "0341 2341 2346", "1341 2341 2346", "222222222222", "643343121"]
        {
            assert!(!aadhaar(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn pan_names_a_kind_of_holder() {
        for value in ["ACUPA7085R", "ABCPE1234F", "aaapl1234c", "AAACR5055K"] {
            assert!(pan(value.as_bytes()), "{value}");
        }
        for value in ["ABCDE1234F", "ACUPA0000R", "ACUP17085R", "ACUPA7085", "ACUPA70851"] {
            assert!(!pan(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn gstin_is_told_from_what_is_none() {
        told_apart(
            gstin,
            &["20IRPPD0865G1ZV", "31ZHPCG6123SNZE", "27PATCG7640M1ZD"],
            &["20IRPPD0865P1ZV", "11ZHPCG6123SNZE", "25PATCG7640M1ZD", "20IRPPD0865G1"],
        );
    }

    #[test]
    fn virtual_id_is_told_from_what_is_none() {
        told_apart(
            virtual_id,
            &["5023775811713277", "8999978592924258", "8317110795770603"],
            &["5073775811713277", "8999978592924285", "8317110796770603", "50237758117132"],
        );
    }

    #[test]
    fn voter_is_told_from_what_is_none() {
        told_apart(
            voter,
            &["DEF6788830", "DMH1962257", "USA8861064"],
            &["DEF6788630", "DDMH1962257", "USA8867064", "DEF67888"],
        );
    }
}
