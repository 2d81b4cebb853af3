//! Italy: the codice fiscale and the partita IVA.

use super::date::is_day;
use super::luhn::is_luhn;
use super::text::{after, alphanumerics, digits, number, place_in};

/// What a character at an odd place (the first is odd) counts: digits, then A to Z. The digits
/// count as the first ten letters do. From the decree of 12 March 1974.
pub(super) const ODD: [u32; 26] =
    [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23];

/// The letters that stand for digits where two people would have the same code (omocodia).
const OMOCODIA: &[u8; 10] = b"LMNPQRSTUV";

/// The letters of the months from January on.
const MONTHS: &[u8; 12] = b"ABCDEHLMPRST";

/// Codice fiscale: surname, name, year, month, day (women's plus 40), place, and a check letter.
pub(super) fn codice_fiscale(value: &[u8]) -> bool {
    let Some(code) = alphanumerics::<16>(value) else { return false };
    let digit = |at: usize| match code[at] {
        digit @ b'0'..=b'9' => Some(digit - b'0'),
        letter => OMOCODIA.iter().position(|l| *l == letter).map(|n| n as u8),
    };
    let letters = [0, 1, 2, 3, 4, 5, 8, 11, 15].iter().all(|at| code[*at].is_ascii_uppercase());
    let digits = [6, 7, 9, 10, 12, 13, 14].iter().all(|at| digit(*at).is_some());
    let two = |at: usize| Some(u64::from(digit(at)? * 10 + digit(at + 1)?));
    let (Some(year), Some(day), Some(month)) = (two(6), two(9), place_in(MONTHS, code[8])) else {
        return false;
    };
    letters
        && digits
        && is_day(2000 + year, u64::from(month) + 1, if day > 40 { day - 40 } else { day })
        && check_letter(&code[..15]) == code[15]
}

fn check_letter(code: &[u8]) -> u8 {
    let sum: u32 = code
        .iter()
        .enumerate()
        .map(|(at, character)| {
            let value = match character {
                b'0'..=b'9' => character - b'0',
                letter => letter - b'A',
            };
            if at % 2 == 0 { ODD[usize::from(value)] } else { u32::from(value) }
        })
        .sum();
    b'A' + (sum % 26) as u8
}

/// Partita IVA: seven digits, the province's office, and Luhn. Companies have it as tax number too.
pub(super) fn vat(value: &[u8]) -> bool {
    let Some(d) = digits::<11>(after("IT", value)) else { return false };
    let office = matches!(number(&d[7..10]), 1..=100 | 120 | 121 | 888 | 999);
    number(&d[..7]) != 0 && office && is_luhn(&d)
}

#[cfg(test)]
mod tests {
    use super::super::cases::told_apart;
    use super::*;

    #[test]
    fn well_known_examples_pass() {
        for value in
            ["RSSMRA85T10A562S", "RSS MRA 85T10 A562S", "rccmnl83s18d969h", "MRTMTT25D09F205Z"]
        {
            assert!(codice_fiscale(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn letters_may_stand_for_digits() {
        let code = b"RSSMRA85T10A56";
        let with = [code.as_slice(), b"N"].concat();
        let whole = [with.as_slice(), &[check_letter(&with)]].concat();
        assert!(codice_fiscale(&whole));
    }

    #[test]
    fn a_wrong_letter_month_or_day_does_not() {
        assert!(!codice_fiscale(b"RSSMRA85T10A562T"));
        for body in [
            "RSSMRA85F10A562",
            "RSSMRA85T00A562",
            "RSSMRA85T35A562",
            "RSSMRA85T72A562",
            "R5SMRA85T10A562",
        ] {
            let whole = [body.as_bytes(), &[check_letter(body.as_bytes())]].concat();
            assert!(!codice_fiscale(&whole), "{body}");
        }
    }

    #[test]
    fn vat_is_told_from_what_is_none() {
        told_apart(
            vat,
            &["54728160356", "IT83231060225", "44171150939"],
            &["54728960356", "IT83231760225", "44171150339", "547281603"],
        );
    }
}
