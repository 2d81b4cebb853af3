//! Names of securities, of who issues or trades them, and of banks: ISIN (ISO 6166), CUSIP, SEDOL,
//! LEI (ISO 17442), BIC (ISO 9362).

use super::country::is_alpha_2;
use super::iso7064::mod_97;
use super::luhn::is_luhn_spelt;
use super::modulus::{lacking, remainder};
use super::text::{all_same, alphanumerics, alphanumerics_up_to, base_36};

/// What stands for a country where an ISIN is of none (of clearing houses, of the union), or of one
/// that has ended.
const NO_COUNTRY: [&[u8; 2]; 12] =
    [b"EU", b"EZ", b"XA", b"XB", b"XC", b"XD", b"XF", b"XS", b"QS", b"QT", b"CS", b"AN"];

/// ISIN: country, nine letters or digits, and Luhn over all with letters spelt as two digits.
pub(super) fn isin(value: &[u8]) -> bool {
    let Some(isin) = alphanumerics::<12>(value) else { return false };
    let country = is_alpha_2(&isin[..2]) || NO_COUNTRY.iter().any(|code| isin[..2] == **code);
    country && isin[11].is_ascii_digit() && !all_same(&isin[2..11]) && is_luhn_spelt(&isin)
}

/// CUSIP: eight of letters, digits, `*`, `@` and `#`, every second doubled and the digits added up, and
/// what the sum lacks to ten.
pub(super) fn cusip(value: &[u8]) -> bool {
    let bare: Vec<u8> = value.iter().filter(|byte| !b" -".contains(byte)).copied().collect();
    let Ok(cusip) = <[u8; 9]>::try_from(bare) else { return false };
    let mut sum = 0;
    for (at, character) in cusip[..8].iter().enumerate() {
        let counts = match character.to_ascii_uppercase() {
            b'*' => 36,
            b'@' => 37,
            b'#' => 38,
            other => match base_36(other) {
                Some(counts) => u32::from(counts),
                None => return false,
            },
        };
        let product = counts * (1 + at as u32 % 2);
        sum += product / 10 + product % 10;
    }
    !all_same(&cusip[..8]) && u32::from(cusip[8].wrapping_sub(b'0')) == lacking(sum, 10)
}

/// SEDOL: six letters (no vowels) or digits, weights 1-3-1-7-3-9, and what the sum lacks to ten. The
/// old ones are of digits; the new begin with a letter.
pub(super) fn sedol(value: &[u8]) -> bool {
    let Some(sedol) = alphanumerics::<7>(value) else { return false };
    let values = sedol.map(|c| base_36(c).unwrap_or(0));
    let vowel = sedol.iter().any(|c| b"AEIOU".contains(c));
    let old = sedol[..6].iter().all(u8::is_ascii_digit);
    !vowel
        && (old || sedol[0].is_ascii_uppercase())
        && sedol[6].is_ascii_digit()
        && !all_same(&sedol[..6])
        && remainder(&values, &[1, 3, 1, 7, 3, 9, 1], 10) == 0
}

/// LEI: four of who gave it out, fourteen, and ISO 7064 MOD 97-10.
pub(super) fn lei(value: &[u8]) -> bool {
    let Some(lei) = alphanumerics::<20>(value) else { return false };
    let checked = lei[18..].iter().all(u8::is_ascii_digit);
    checked && !all_same(&lei[..18]) && mod_97(lei.iter().copied()) == Some(1)
}

/// BIC: four letters of the bank, the country, two of the place, and perhaps three of the branch.
/// There is no check.
pub(super) fn bic(value: &[u8]) -> bool {
    let Some((all, length)) = alphanumerics_up_to::<11>(value) else { return false };
    let letters = all[..6].iter().all(u8::is_ascii_uppercase);
    matches!(length, 8 | 11)
        && letters
        && is_alpha_2(&all[4..6])
        && !NO_BANKS.contains(&&all[..length])
}

/// Words in capitals that stand beside those for a BIC and have a country's letters in the right place.
const NO_BANKS: [&[u8]; 30] = [
    b"LANGUAGE",
    b"DATABASE",
    b"TERMINAL",
    b"CUSTOMER",
    b"REGISTER",
    b"REQUIRED",
    b"MESSAGES",
    b"DOCUMENT",
    b"COMMERCE",
    b"FINANCES",
    b"REMITTER",
    b"BANKNAME",
    b"BENEFITS",
    b"HOLDINGS",
    b"CHARGING",
    b"INTEREST",
    b"DELIVERY",
    b"INSTANCE",
    b"OVERVIEW",
    b"EQUALITY",
    b"ORIGINAL",
    b"ABSOLUTE",
    b"DISABLED",
    b"PLATFORM",
    b"BENEFICIARY",
    b"TRANSACTION",
    b"INSTITUTION",
    b"DESTINATION",
    b"RECEIVINGBK",
    b"CERTIFICATE",
];

#[cfg(test)]
mod tests {
    use super::super::cases::told_apart;
    use super::*;

    #[test]
    fn bic_is_told_from_what_is_none() {
        told_apart(
            bic,
            &["LWEQDETS", "VBMWDEMXMPF", "JGNNET6J", "ZUHIKGKKTY7", "BCKXFRPPXXX"],
            &["LWEQEDTS", "VBMWEMXMPF", "JGNNE6TJ", "ZHIKGKKTY7", "BCKXFNPPXXX"],
        );
    }

    #[test]
    fn cusip_is_told_from_what_is_none() {
        told_apart(
            cusip,
            &["163206717", "852D5T*38", "907699839"],
            &["162306717", "851D5T*38", "9077699839", "1632067"],
        );
    }

    #[test]
    fn isin_is_told_from_what_is_none() {
        told_apart(
            isin,
            &["USJFJZQ1ADT1", "DENNDNZTOUX6", "XSP22H1YAJL7", "CIIY5W4VMBA2"],
            &["QSJFJZQ1ADT1", "DENXDNZTOUX6", "XSP22H1YAJL", "CIIYY5W4VMBA2", "USJFJZQ1AD"],
        );
    }

    #[test]
    fn lei_is_told_from_what_is_none() {
        told_apart(
            lei,
            &["3AGO1V3U9HZLSVE9ZP82", "D91E00YZPSTEQ0RU7C73", "CHQZPVR96SR1T4XA4I28"],
            &[
                "3AGO8V3U9HZLSVE9ZP82",
                "D91E00YZPSTEQ0RU7C13",
                "CHQZPVR96LR1T4XA4I28",
                "3AGO1V3U9HZLSVE9ZP",
            ],
        );
    }

    #[test]
    fn sedol_is_told_from_what_is_none() {
        told_apart(
            sedol,
            &["1288634", "L8KC669", "HGJVR08"],
            &["1288614", "K8KC669", "HGJVR8", "12886"],
        );
    }
}
