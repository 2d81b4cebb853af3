//! Finland: personal identity code (HETU), company number, VAT.

use super::date::{LAST_YEAR, is_day};
use super::modulus::{complement, last};
use super::text::{after, digits, number, place_in};

/// The check characters, by the number mod 31.
const CHECKS: &[u8; 31] = b"0123456789ABCDEFHJKLMNPRSTUVWXY";

/// HETU: a birth date, the sign of its century (of the 1900s and 2000s several since 2023), three
/// digits from 002 to 899 (those above are for a time, or made up), and a check mod 31.
pub(super) fn personal_code(value: &[u8]) -> bool {
    let value = value.trim_ascii();
    let [date @ .., sign, _, _, _, check] = value else { return false };
    let century = match sign.to_ascii_uppercase() {
        b'+' => 1800,
        b'-' | b'U'..=b'Y' => 1900,
        b'A'..=b'F' => 2000,
        _ => return false,
    };
    let written = [date, &value[value.len() - 4..value.len() - 1]].concat();
    let Some(d) = digits::<9>(&written).filter(|d| d.len() == written.len()) else { return false };
    let year = century + number(&d[4..6]);
    year <= LAST_YEAR
        && is_day(year, number(&d[2..4]), number(&d[..2]))
        && (2..900).contains(&number(&d[6..]))
        && place_in(CHECKS, check.to_ascii_uppercase()) == Some((number(&d) % 31) as u8)
}

/// Y-tunnus: seven digits (weights 7-9-10-5-8-4-2, mod 11; a remainder of one is never given out)
/// and their check.
pub(super) fn company(value: &[u8]) -> bool {
    digits::<8>(value).is_some_and(|d| is_company(&d))
}

/// VAT: the company number's eight digits.
pub(super) fn vat(value: &[u8]) -> bool {
    digits::<8>(after("FI", value)).is_some_and(|d| is_company(&d))
}

fn is_company(d: &[u8; 8]) -> bool {
    *d != [0; 8] && complement(d, &[7, 9, 10, 5, 8, 4, 2], 11) == last(d)
}

#[cfg(test)]
mod tests {
    use super::super::cases::told_apart;
    use super::*;

    #[test]
    fn company_is_told_from_what_is_none() {
        told_apart(
            company,
            &["3484706-6", "56005337", "9093460-7"],
            &["34844706-6", "65005337", "9093406-7", "3484706"],
        );
    }

    #[test]
    fn personal_code_is_told_from_what_is_none() {
        told_apart(
            personal_code,
            &["261166-397F", "040237Y034U", "250541+255Y", "040237Y034U"],
            &["861166-397F", "040237Y03U4", "250581+255Y", "040273Y034U", "261166-39"],
        );
    }

    #[test]
    fn vat_is_told_from_what_is_none() {
        told_apart(
            vat,
            &["42081718", "FI53005075", "53668100"],
            &["42087118", "FI53005072", "53668190", "420817"],
        );
    }
}
