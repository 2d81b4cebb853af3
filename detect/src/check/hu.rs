//! Hungary: personal number, social insurance number (TAJ), tax numbers of persons and companies.

use super::date::{LAST_YEAR, is_day};
use super::modulus::{last, remainder};
use super::text::{after, all_same, digits, digits_up_to, number};

/// Személyi szám: sex and century, birth date, order, and a check mod 11 whose weights rise for who
/// was born until 1996, and fall since.
pub(super) fn personal_number(value: &[u8]) -> bool {
    let Some(d) = digits::<11>(value) else { return false };
    let year = number(&d[1..3]);
    let year = match d[0] {
        1 | 2 => 1900 + year,
        // In the 1800s, or since 2000, when these were used again.
        3 | 4 => {
            if year < 50 {
                2000 + year
            } else {
                1800 + year
            }
        }
        // Those who came from abroad.
        5..=8 => 1900 + year,
        _ => return false,
    };
    let weights: [u32; 10] = match year {
        1997.. => [10, 9, 8, 7, 6, 5, 4, 3, 2, 1],
        _ => [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
    };
    year <= LAST_YEAR
        && is_day(year, number(&d[3..5]), number(&d[5..7]))
        && remainder(&d, &weights, 11) == last(&d)
}

/// TAJ: nine digits, weights 3-7, mod 10.
pub(super) fn social_insurance(value: &[u8]) -> bool {
    let Some(d) = digits::<9>(value) else { return false };
    !all_same(&d) && remainder(&d, &[3, 7, 3, 7, 3, 7, 3, 7], 10) == last(&d)
}

/// Adóazonosító jel: an 8, the days from 1867 to the birth, order, and a check mod 11.
pub(super) fn tax_number(value: &[u8]) -> bool {
    let Some(d) = digits::<10>(value) else { return false };
    d[0] == 8 && !all_same(&d) && remainder(&d, &[1, 2, 3, 4, 5, 6, 7, 8, 9], 11) == last(&d)
}

/// Adószám: eight digits (weights 9-7-3-1, mod 10), which are the number for VAT; at home the kind
/// of taxation and the county follow.
pub(super) fn vat(value: &[u8]) -> bool {
    let Some((all, length)) = digits_up_to::<11>(after("HU", value)) else { return false };
    let whole = match length {
        8 => true,
        11 => (1..=5).contains(&all[8]) && matches!(number(&all[9..]), 2..=20 | 22..=44 | 51),
        _ => false,
    };
    whole && all[..8] != [0; 8] && remainder(&all, &[9, 7, 3, 1, 9, 7, 3, 1], 10) == 0
}

#[cfg(test)]
mod tests {
    use super::super::cases::{digits_fit, told_apart};
    use super::*;

    #[test]
    fn social_insurance_is_told_from_what_is_none() {
        told_apart(social_insurance, &["111 111 110", "037687210"], &["111 111 111", "12345678"]);
    }

    #[test]
    fn tax_number_is_told_from_what_is_none() {
        told_apart(tax_number, &["8071592153"], &["8071592154", "7071592153"]);
    }

    #[test]
    fn vat_is_told_from_what_is_none() {
        told_apart(
            vat,
            &["12321454", "HU48538400", "20690603"],
            &["12821454", "HU84538400", "206906033", "123214"],
        );
    }

    #[test]
    fn personal_number_is_told_from_what_is_none() {
        digits_fit(personal_number, "180032412?", 0);
        digits_fit(personal_number, "1800324123?", 1);
    }
}
