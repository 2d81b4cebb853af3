//! Japan: My Number.

use super::text::{all_same, digits, weighted};

/// My Number: twelve digits, the last a check mod 11 (a remainder of 0 or 1 gives 0).
pub(super) fn my_number(value: &[u8]) -> bool {
    let Some(digits) = digits::<12>(value) else { return false };
    let sum = weighted(&digits[..11], &[6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]);
    let check = match sum % 11 {
        0 | 1 => 0,
        rest => 11 - rest,
    };
    !all_same(&digits) && check == u32::from(digits[11])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn my_number_examples_pass_and_others_do_not() {
        for value in ["1234 5678 9018", "628547816284", "6214-9832-0257"] {
            let body = digits::<12>(value.as_bytes()).unwrap();
            let right = (0..10).filter(|d| {
                let text: String = body[..11].iter().chain([d]).map(|d| d.to_string()).collect();
                my_number(text.as_bytes())
            });
            assert_eq!(right.count(), 1);
        }
        assert!(my_number(b"1234 5678 9018"));
        assert!(!my_number(b"1234 5678 9012") && !my_number(b"000000000000"));
    }
}
