//! China: the resident identity number (GB 11643-1999), the code of companies (GB 32100-2015).

use super::date::is_day;
use super::iso7064::is_mod_11_2;
use super::modulus::lacking;
use super::text::{all_same, alphanumerics, number, place_in};

/// The provinces of GB/T 2260, and what residents of Hong Kong, Macao and Taiwan are given.
const PROVINCES: &[u64] = &[
    11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37, 41, 42, 43, 44, 45, 46, 50, 51, 52,
    53, 54, 61, 62, 63, 64, 65, 71, 81, 82, 83,
];

/// Resident id: region, birth date, order, and the check of ISO 7064 MOD 11-2 (X is ten).
pub(super) fn resident_id(value: &[u8]) -> bool {
    let Some(mut id) = alphanumerics::<18>(value) else { return false };
    let check = if id[17] == b'X' { 10 } else { id[17].wrapping_sub(b'0') };
    if check > 10
        || !id[..17].iter().all(u8::is_ascii_digit)
        || id[17].is_ascii_alphabetic() && check != 10
    {
        return false;
    }
    id.iter_mut().for_each(|character| *character = character.wrapping_sub(b'0'));
    id[17] = check;
    let year = number(&id[6..10]);
    PROVINCES.contains(&number(&id[..2]))
        && (1850..2100).contains(&year)
        && is_day(year, number(&id[10..12]), number(&id[12..14]))
        && is_mod_11_2(&id)
}

/// Unified social credit code: department and kind, region, nine of the organisation, and a check
/// mod 31 over an alphabet without I, O, S, V and Z, whose weights are the powers of three.
pub(super) fn credit_code(value: &[u8]) -> bool {
    const ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";
    let Some(code) = alphanumerics::<18>(value) else { return false };
    let mut sum = 0;
    let mut weight = 1;
    for character in &code[..17] {
        let Some(place) = place_in(ALPHABET, *character) else { return false };
        sum += u32::from(place) * weight;
        weight = weight * 3 % 31;
    }
    let region = code[2..8].iter().all(u8::is_ascii_digit);
    region && !all_same(&code[8..17]) && ALPHABET[lacking(sum, 31) as usize] == code[17]
}

#[cfg(test)]
mod tests {
    use super::super::cases::told_apart;
    use super::*;

    #[test]
    fn the_standards_example_passes_and_others_do_not() {
        for value in [
            "11010519491231002X",
            "440524188001010014",
            "110105 19491231 002x",
            "360426199101010071",
        ] {
            assert!(resident_id(value.as_bytes()), "{value}");
        }
        for value in [
            "110105194912310021",
            "11010519491231002Y",
            "110105194913310027",
            "990105194912310020",
            "360426199101010072",
            "11010519491231002",
        ] {
            assert!(!resident_id(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn credit_code_is_told_from_what_is_none() {
        told_apart(
            credit_code,
            &["31110105BFUC8GCP51", "872073980655754125", "62110105K0YUN5UR9G"],
            &["31110105OFUC8GCP51", "872073980565754125", "62110105K0YUN5UR9Z", "31110105BFUC8GCP"],
        );
    }
}
