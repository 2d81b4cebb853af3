//! Luhn, ISO/IEC 7812-1 annex B: cards, SIN, personnummer, the South African id.

use super::text::{base_36, digits_up_to};

/// The longest number that is looked at.
const MOST_DIGITS: usize = 32;

/// Whether the last digit is the Luhn digit of those before; two digits at least.
pub(super) fn luhn(value: &[u8]) -> bool {
    digits_up_to::<MOST_DIGITS>(value).is_some_and(|(all, length)| is_luhn(&all[..length]))
}

/// The same, of digits already read.
pub(super) fn is_luhn(digits: &[u8]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(place, digit)| match (place % 2, *digit) {
            (0, digit) => u32::from(digit),
            (_, digit) if digit > 4 => u32::from(digit) * 2 - 9,
            (_, digit) => u32::from(digit) * 2,
        })
        .sum();
    digits.len() > 1 && sum.is_multiple_of(10)
}

/// Luhn mod N over an alphabet of `base` values, given as their places in it.
pub(super) fn is_luhn_in(values: &[u8], base: u32) -> bool {
    let sum: u32 = values
        .iter()
        .rev()
        .enumerate()
        .map(|(place, value)| u32::from(*value) * (1 + place as u32 % 2))
        .map(|product| product / base + product % base)
        .sum();
    values.len() > 1 && sum.is_multiple_of(base)
}

/// Luhn over digits and letters of which each stands for the two digits of 10 to 35, as ISO 6166
/// has it.
pub(super) fn is_luhn_spelt(characters: &[u8]) -> bool {
    let mut digits = [0; 2 * MOST_DIGITS];
    let mut length = 0;
    for character in characters {
        let Some(value) = base_36(*character) else { return false };
        let spelt = if value > 9 { &[value / 10, value % 10][..] } else { &[value][..] };
        let Some(free) = digits.get_mut(length..length + spelt.len()) else { return false };
        free.copy_from_slice(spelt);
        length += spelt.len();
    }
    is_luhn(&digits[..length])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_standards_example_passes_and_its_neighbours_do_not() {
        // ISO/IEC 7812-1, and the patent of 1960.
        assert!(luhn(b"7992 7398 713"));
        for wrong in 0..=9u8 {
            let value = [b"7992739871".as_slice(), &[b'0' + wrong]].concat();
            assert_eq!(luhn(&value), wrong == 3);
        }
        assert!(!luhn(b"0"));
    }

    proptest! {
        #[test]
        fn every_change_of_one_digit_is_caught(
            mut digits in proptest::collection::vec(0u8..10, 2..20), at in 0usize..20, by in 1u8..10,
        ) {
            let check = (0..10).find(|d| is_luhn(&[&digits[..], &[*d]].concat())).unwrap();
            digits.push(check);
            let at = at % digits.len();
            digits[at] = (digits[at] + by) % 10;
            prop_assert!(!is_luhn(&digits));
        }
    }
}
