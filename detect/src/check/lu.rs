//! Luxembourg: the national identification number of persons and of companies, VAT.

use super::date::is_day;
use super::luhn::is_luhn;
use super::modulus::{complement, last};
use super::text::{after, digits, number};
use super::verhoeff::is_verhoeff;

/// Matricule of persons: birth date, order, a Luhn digit, and the Verhoeff digit, both over the
/// first eleven.
pub(super) fn national_id(value: &[u8]) -> bool {
    let Some(d) = digits::<13>(value) else { return false };
    let verhoeff = [&d[..11], &d[12..]].concat();
    let year = number(&d[..4]);
    (1800..2100).contains(&year)
        && is_day(year, number(&d[4..6]), number(&d[6..8]))
        && is_luhn(&d[..12])
        && is_verhoeff(&verhoeff)
}

/// Matricule of companies: a year, the legal form, and a check mod 11 (weights 5-4-3-2-7-6-5-4-3-2).
pub(super) fn company(value: &[u8]) -> bool {
    let Some(d) = digits::<11>(value) else { return false };
    let dated = (1800..2100).contains(&number(&d[..4]));
    dated && complement(&d, &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2], 11) == last(&d)
}

/// VAT: six digits, and the same mod 89.
pub(super) fn vat(value: &[u8]) -> bool {
    let Some(d) = digits::<8>(after("LU", value)) else { return false };
    d != [0; 8] && number(&d[..6]) % 89 == number(&d[6..])
}

#[cfg(test)]
mod tests {
    use super::super::cases::{digits_fit, told_apart};
    use super::*;

    #[test]
    fn national_id_is_told_from_what_is_none() {
        told_apart(national_id, &["1893120105732"], &["1893120105733", "1893130105732"]);
    }

    #[test]
    fn vat_is_told_from_what_is_none() {
        told_apart(
            vat,
            &["99332181", "LU23931280", "87948778"],
            &["93932181", "UL23931280", "27948778", "993321"],
        );
    }

    #[test]
    fn company_is_told_from_what_is_none() {
        digits_fit(company, "1999220087?", 1);
        digits_fit(company, "0999220087?", 0);
    }
}
