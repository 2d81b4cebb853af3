//! Netherlands: the citizen service number (BSN).

use super::text::{all_same, digits, weighted};

/// BSN: the 11-test, weights 9 to 2 and −1.
pub(super) fn bsn(value: &[u8]) -> bool {
    let Some(digits) = digits::<9>(value) else { return false };
    let sum = weighted(&digits[..8], &[9, 8, 7, 6, 5, 4, 3, 2]);
    !all_same(&digits) && digits[..3] != [0, 0, 0] && sum % 11 == u32::from(digits[8])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_elevens_test_holds() {
        for value in ["111222333", "123456782", "1112.22.333", "999990019", "010464554"] {
            assert!(bsn(value.as_bytes()), "{value}");
        }
        for value in ["111222334", "123456789", "000000000", "12345678", "1112223333"] {
            assert!(!bsn(value.as_bytes()), "{value}");
        }
    }
}
