//! Numbers of people and things in science and health that stand beside any country.

use super::iso7064::is_mod_11_2;
use super::luhn::is_luhn;
use super::text::{all_same, alphanumerics, digits, digits_up_to, weighted};

/// ORCID and ISNI: fifteen digits and the check of ISO 7064 MOD 11-2, X for ten.
pub(super) fn orcid(value: &[u8]) -> bool {
    let Some(id) = alphanumerics::<16>(value) else { return false };
    let mut values = [0; 16];
    for (at, (out, character)) in values.iter_mut().zip(id).enumerate() {
        *out = match character {
            b'0'..=b'9' => character - b'0',
            b'X' if at == 15 => 10,
            _ => return false,
        };
    }
    values != [0; 16] && is_mod_11_2(&values)
}

/// LOINC code of a measurement: up to seven digits, a hyphen, Luhn.
pub(super) fn loinc(value: &[u8]) -> bool {
    let Some((all, length)) = digits_up_to::<8>(value) else { return false };
    let hyphen = value.len() == length + 1 && value.iter().nth_back(1) == Some(&b'-');
    (3..=8).contains(&length) && hyphen && all[0] != 0 && is_luhn(&all[..length])
}

/// IMO number of a ship (IMO Resolution A.1117(30)): seven digits, weights 7 to 2; the sum ends in the last.
pub(super) fn imo_number(value: &[u8]) -> bool {
    let start = value.iter().position(u8::is_ascii_digit).unwrap_or(value.len());
    let letters = value[..start].iter().filter(|b| b.is_ascii_alphabetic());
    let letters: Vec<u8> = letters.map(u8::to_ascii_uppercase).collect();
    if !matches!(&letters[..], b"" | b"IMO" | b"IMONO" | b"IMONR" | b"IMONUMBER") {
        return false;
    }
    let Some(d) = digits::<7>(&value[start..]) else { return false };
    weighted(&d[..6], &[7, 6, 5, 4, 3, 2]) % 10 == u32::from(d[6]) && !all_same(&d)
}

#[cfg(test)]
mod tests {
    use super::super::cases::told_apart;
    use super::*;

    #[test]
    fn ships_have_a_check_digit() {
        assert!(imo_number(b"IMO 9074729") && imo_number(b"9319466"));
        assert!(!imo_number(b"IMO 9074728") && !imo_number(b"IMO 907472") && !imo_number(b"IMO"));
        assert!(imo_number(b"IMO No. 9074729") && !imo_number(b"MO 9074729"));
    }

    #[test]
    fn loinc_is_told_from_what_is_none() {
        told_apart(loinc, &["2345-7", "718-7", "4548-4"], &["2345-8", "23457", "1-2"]);
    }

    #[test]
    fn orcid_is_told_from_what_is_none() {
        told_apart(
            orcid,
            &["0000000666488103", "9679282759891765", "000000065950817X"],
            &["0000800666488103", "9670282759891765", "000000065905817X", "00000006664881"],
        );
    }
}
