//! Verhoeff's check digit (1969), over the dihedral group of order ten: Aadhaar.

/// The group's multiplication: turns 0 to 4, mirrored turns 5 to 9.
const fn multiply(a: u8, b: u8) -> u8 {
    match (a < 5, b < 5) {
        (true, true) => (a + b) % 5,
        (true, false) => (a + b - 5) % 5 + 5,
        (false, true) => (a - 5 + 5 - b) % 5 + 5,
        (false, false) => (a + 5 - b) % 5,
    }
}

/// Verhoeff's permutation; a digit at place n is permuted n times.
const PERMUTATION: [u8; 10] = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];

/// The permutation done so many times: eight times is none.
const PERMUTED: [[u8; 10]; 8] = {
    let mut all = [[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]; 8];
    let mut times = 1;
    while times < 8 {
        let mut digit = 0;
        while digit < 10 {
            all[times][digit] = PERMUTATION[all[times - 1][digit] as usize];
            digit += 1;
        }
        times += 1;
    }
    all
};

/// Whether the last digit is the check digit of those before.
pub(super) fn is_verhoeff(digits: &[u8]) -> bool {
    let sum = digits
        .iter()
        .rev()
        .enumerate()
        .fold(0, |sum, (place, digit)| multiply(sum, PERMUTED[place % 8][usize::from(*digit)]));
    sum == 0
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_usual_examples_pass() {
        assert!(is_verhoeff(&[2, 3, 6, 3]));
        assert!(is_verhoeff(&[1, 2, 3, 4, 5, 1]));
        assert!(!is_verhoeff(&[1, 2, 3, 4, 5, 0]));
    }

    proptest! {
        #[test]
        fn one_wrong_digit_and_swapped_neighbours_are_caught(
            body in proptest::collection::vec(0u8..10, 3..16), at in 0usize..16, by in 1u8..10,
        ) {
            let check = (0..10).find(|d| is_verhoeff(&[&body[..], &[*d]].concat())).unwrap();
            let whole = [&body[..], &[check]].concat();
            let at = at % (whole.len() - 1);
            let mut wrong = whole.clone();
            wrong[at] = (wrong[at] + by) % 10;
            prop_assert!(!is_verhoeff(&wrong));
            let mut swapped = whole.clone();
            swapped.swap(at, at + 1);
            prop_assert_eq!(is_verhoeff(&swapped), swapped == whole);
        }
    }
}
