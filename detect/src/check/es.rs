//! Spain: DNI and NIE, which share one letter.

use super::text::alphanumerics;

/// The letter of a number mod 23.
const LETTERS: &[u8; 23] = b"TRWAGMYFPDXBNJZSQVHLCKE";

/// DNI: eight digits and their letter.
pub(super) fn dni(value: &[u8]) -> bool {
    alphanumerics::<9>(value).is_some_and(|dni| has_letter(&dni))
}

/// NIE: X, Y or Z (0, 1, 2), seven digits and their letter.
pub(super) fn nie(value: &[u8]) -> bool {
    let Some(mut nie) = alphanumerics::<9>(value) else { return false };
    let Some(first) = b"XYZ".iter().position(|letter| *letter == nie[0]) else { return false };
    nie[0] = b'0' + first as u8;
    has_letter(&nie)
}

fn has_letter(number: &[u8; 9]) -> bool {
    let (digits, letter) = (&number[..8], number[8]);
    if !digits.iter().all(u8::is_ascii_digit) {
        return false;
    }
    let number = digits.iter().fold(0usize, |n, digit| n * 10 + usize::from(digit - b'0'));
    LETTERS[number % 23] == letter
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_letter_is_the_remainder() {
        for value in ["12345678Z", "54362315-K", "54362315k", "00000000T", "99.999.999-R"] {
            assert!(dni(value.as_bytes()), "{value}");
        }
        for value in ["X0000000T", "X-2482300-W", "Y1234567X", "z1234567r", "X1234567L"] {
            assert!(nie(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn each_other_letter_is_wrong() {
        let right = (b'A'..=b'Z').filter(|l| dni(&[b"12345678".as_slice(), &[*l]].concat()));
        assert_eq!(right.collect::<Vec<_>>(), b"Z");
        let right = (b'A'..=b'Z').filter(|l| nie(&[b"Y1234567".as_slice(), &[*l]].concat()));
        assert_eq!(right.collect::<Vec<_>>(), b"X");
        assert!(!dni(b"X0000000T") && !nie(b"12345678Z") && !dni(b"1234567Z"));
    }
}
