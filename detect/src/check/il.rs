//! Israel: identity number and company number.

use super::luhn::is_luhn;
use super::text::{all_same, digits, digits_up_to, number};

/// Teudat Zehut: up to nine digits (zeros stand before), Luhn.
pub(super) fn identity(value: &[u8]) -> bool {
    let Some((mut d, length)) = digits_up_to::<9>(value) else { return false };
    let repeated = all_same(&d[..length]);
    d.rotate_right(9 - length);
    length >= 7 && !repeated && number(&d) != 0 && is_luhn(&d)
}

/// Company number: nine digits, the first a 5, Luhn.
pub(super) fn company(value: &[u8]) -> bool {
    digits::<9>(value).is_some_and(|d| d[0] == 5 && !all_same(&d) && is_luhn(&d))
}

#[cfg(test)]
mod tests {
    use super::super::cases::told_apart;
    use super::*;

    #[test]
    fn company_is_told_from_what_is_none() {
        told_apart(
            company,
            &["582933933", "562042044", "526935382"],
            &["5829333933", "562042144", "526905382", "5829339"],
        );
    }

    #[test]
    fn identity_is_told_from_what_is_none() {
        told_apart(
            identity,
            &["140042946", "17584632", "650739469"],
            &["140042916", "17584636", "650739464", "1400429"],
        );
    }
}
