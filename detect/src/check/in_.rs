//! India: Aadhaar and PAN.

use super::text::{alphanumerics, digits};
use super::verhoeff::is_verhoeff;

/// Aadhaar: twelve digits, the first 2 to 9, Verhoeff; never the same read backwards.
pub(super) fn aadhaar(value: &[u8]) -> bool {
    let Some(digits) = digits::<12>(value) else { return false };
    let mut backwards = digits;
    backwards.reverse();
    digits[0] >= 2 && digits != backwards && is_verhoeff(&digits)
}

/// PAN: three letters, the kind of holder, the surname's letter, four digits (not 0000), a letter.
pub(super) fn pan(value: &[u8]) -> bool {
    let Some(pan) = alphanumerics::<10>(value) else { return false };
    pan[..5].iter().all(u8::is_ascii_uppercase)
        && b"ABCFGHJKLPT".contains(&pan[3])
        && pan[5..9].iter().all(u8::is_ascii_digit)
        && &pan[5..9] != b"0000"
        && pan[9].is_ascii_uppercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn aadhaar_has_its_verhoeff_digit() {
        for value in ["2341 2341 2346", "234123412346", "4675-8943-9218"] {
            let right = digits::<12>(value.as_bytes()).is_some_and(|d| is_verhoeff(&d));
            assert_eq!(aadhaar(value.as_bytes()), right, "{value}");
        }
        assert!(aadhaar(b"2341 2341 2346"));
        for value in
            ["2341 2341 2347", "0341 2341 2346", "1341 2341 2346", "222222222222", "643343121"]
        {
            assert!(!aadhaar(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn pan_names_a_kind_of_holder() {
        for value in ["ACUPA7085R", "ABCPE1234F", "aaapl1234c", "AAACR5055K"] {
            assert!(pan(value.as_bytes()), "{value}");
        }
        for value in ["ABCDE1234F", "ACUPA0000R", "ACUP17085R", "ACUPA7085", "ACUPA70851"] {
            assert!(!pan(value.as_bytes()), "{value}");
        }
    }
}
