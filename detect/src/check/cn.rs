//! China: the resident identity number, GB 11643-1999.

use super::date::is_day;
use super::iso7064::is_mod_11_2;
use super::text::{alphanumerics, number};

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

#[cfg(test)]
mod tests {
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
}
