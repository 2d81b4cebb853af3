//! Taiwan: national id, the resident certificates of foreigners (old and new), number of businesses.

use super::modulus::{cross_sum, remainder};
use super::text::{alphanumerics, digits, has_form};

/// What a letter counts, A first: 10 and more, in the order in which they were given to places.
const LETTERS: [u8; 26] = [
    10, 11, 12, 13, 14, 15, 16, 17, 34, 18, 19, 20, 21, 22, 35, 23, 24, 25, 26, 27, 28, 29, 32, 30,
    31, 33,
];

/// National id: place, sex (1 and 2, citizens without a household 6 and 7), order, and a check mod
/// 10.
pub(super) fn national_id(value: &[u8]) -> bool {
    let Some(id) = alphanumerics::<10>(value) else { return false };
    matches!(id[1], b'1' | b'2' | b'6' | b'7') && is_checked(&id)
}

/// Resident certificate: since 2021 with 8 or 9 for the sex, before with a second letter, A to D.
pub(super) fn resident(value: &[u8]) -> bool {
    let Some(mut id) = alphanumerics::<10>(value) else { return false };
    match id[1] {
        b'8' | b'9' => is_checked(&id),
        letter @ b'A'..=b'D' => {
            id[1] = b'0' + LETTERS[usize::from(letter - b'A')] % 10;
            is_checked(&id)
        }
        _ => false,
    }
}

fn is_checked(id: &[u8; 10]) -> bool {
    let Some(d) = digits::<9>(&id[1..]) else { return false };
    if !has_form(&id[..1], "A") {
        return false;
    }
    let place = LETTERS[usize::from(id[0] - b'A')];
    let whole = [&[place / 10, place % 10], &d[..]].concat();
    remainder(&whole, &[1, 9, 8, 7, 6, 5, 4, 3, 2, 1, 1], 10) == 0
}

/// Unified business number: eight digits, the cross sums by the weights 1-2-1-2-1-2-4-1 a multiple
/// of five (of ten, for those given out until 2023); where the seventh is 7, which counts 28 and so
/// 10, one more or less.
pub(super) fn business(value: &[u8]) -> bool {
    let Some(d) = digits::<8>(value) else { return false };
    let sum = cross_sum(&d, &[1, 2, 1, 2, 1, 2, 4, 1]);
    d != [0; 8] && (sum.is_multiple_of(5) || d[6] == 7 && (sum + 1).is_multiple_of(5))
}

#[cfg(test)]
mod tests {
    use super::super::cases::told_apart;
    use super::*;

    #[test]
    fn business_is_told_from_what_is_none() {
        told_apart(
            business,
            &["60557494", "23307283", "27985642"],
            &["6057494", "23307238", "27985042", "605574"],
        );
    }

    #[test]
    fn national_id_is_told_from_what_is_none() {
        told_apart(
            national_id,
            &["A123456789", "a 123456789"],
            &["A123456788", "A323456789", "1123456789"],
        );
    }

    #[test]
    fn resident_is_told_from_what_is_none() {
        told_apart(resident, &["A800000014"], &["A800000015", "A100000014"]);
    }
}
