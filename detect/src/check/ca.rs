//! Canada: the Social Insurance Number.

use super::luhn::is_luhn;
use super::text::{all_same, digits};

/// SIN: nine digits and Luhn; 0 begins none (it stands in fiction), and 8 is for businesses.
pub(super) fn sin(value: &[u8]) -> bool {
    let Some(digits) = digits::<9>(value) else { return false };
    !matches!(digits[0], 0 | 8) && !all_same(&digits) && is_luhn(&digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sin_examples_pass_and_others_do_not() {
        for value in ["130 692 544", "123-456-782", "454286469"] {
            assert!(sin(value.as_bytes()), "{value}");
        }
        for value in ["046 454 286", "130 692 543", "000000000", "853 000 000", "13069254"] {
            assert!(!sin(value.as_bytes()), "{value}");
        }
    }
}
