//! Saudi Arabia: the identity number.

use super::luhn::is_luhn;
use super::text::{all_same, digits};

/// Identity number: ten digits, 1 for citizens and 2 for residents, Luhn.
pub(super) fn identity(value: &[u8]) -> bool {
    digits::<10>(value).is_some_and(|d| matches!(d[0], 1 | 2) && !all_same(&d) && is_luhn(&d))
}

#[cfg(test)]
mod tests {
    use super::super::cases::digits_fit;
    use super::*;

    #[test]
    fn identity_is_told_from_what_is_none() {
        digits_fit(identity, "108529940?", 1);
        digits_fit(identity, "308529940?", 0);
    }
}
