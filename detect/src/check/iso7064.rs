//! ISO/IEC 7064: the check character systems behind IBAN, Steuer-ID and the Chinese resident id.

/// MOD 97-10 over letters (A = 10 … Z = 35) and digits, given in order; the whole must leave 1.
pub(super) fn mod_97(characters: impl Iterator<Item = u8>) -> Option<u32> {
    let mut remainder = 0;
    for character in characters {
        let value = match character {
            b'0'..=b'9' => u32::from(character - b'0'),
            b'A'..=b'Z' => u32::from(character - b'A') + 10,
            _ => return None,
        };
        remainder = (remainder * if value > 9 { 100 } else { 10 } + value) % 97;
    }
    Some(remainder)
}

/// MOD 11,10 (hybrid): whether the last digit is the check digit of those before.
pub(super) fn is_mod_11_10(digits: &[u8]) -> bool {
    let Some((last, body)) = digits.split_last() else { return false };
    let product = body.iter().fold(10, |product, digit| {
        let sum = (product + u32::from(*digit)) % 10;
        (if sum == 0 { 10 } else { sum }) * 2 % 11
    });
    (product + u32::from(*last)) % 10 == 1
}

/// MOD 11-2 (pure): whether the last value (10 stands for X) is the check of those before.
pub(super) fn is_mod_11_2(values: &[u8]) -> bool {
    let Some((last, body)) = values.split_last() else { return false };
    let sum = body.iter().fold(0, |sum, digit| (sum + u32::from(*digit)) * 2 % 11);
    (sum + u32::from(*last)) % 11 == 1
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_standards_examples_pass() {
        // The examples of the standard: 0794 → 0 (MOD 11,10 and 11-2), 079 → X (MOD 11-2).
        assert!(is_mod_11_10(&[0, 7, 9, 4, 5]));
        assert!(is_mod_11_2(&[0, 7, 9, 4, 0]));
        assert!(is_mod_11_2(&[0, 7, 9, 10]));
        assert_eq!(mod_97(b"79444".iter().copied()), Some(1));
    }

    proptest! {
        #[test]
        fn one_wrong_digit_is_caught(
            mut digits in proptest::collection::vec(0u8..10, 3..18), at in 0usize..18, by in 1u8..10,
        ) {
            let at = at % digits.len();
            let hybrid = (0..10).find(|d| is_mod_11_10(&[&digits[..], &[*d]].concat())).unwrap();
            let pure = (0..11).find(|d| is_mod_11_2(&[&digits[..], &[*d]].concat())).unwrap();
            digits[at] = (digits[at] + by) % 10;
            prop_assert!(!is_mod_11_10(&[&digits[..], &[hybrid]].concat()));
            prop_assert!(!is_mod_11_2(&[&digits[..], &[pure]].concat()));
        }

        #[test]
        fn neighbours_that_changed_places_are_caught(
            mut digits in proptest::collection::vec(0u8..10, 3..18), at in 0usize..18,
        ) {
            let at = at % (digits.len() - 1);
            prop_assume!(digits[at] != digits[at + 1]);
            let text = |digits: &[u8]| digits.iter().map(|d| d + b'0').collect::<Vec<_>>();
            let before = mod_97(text(&digits).into_iter());
            digits.swap(at, at + 1);
            prop_assert_ne!(before, mod_97(text(&digits).into_iter()));
        }
    }
}
