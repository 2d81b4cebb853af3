//! Emirates: the identity number.

use super::luhn::is_luhn;
use super::text::{digits, number};

/// Identity number: the country (784), year of birth, seven digits, Luhn.
pub(super) fn identity(value: &[u8]) -> bool {
    let Some(d) = digits::<15>(value) else { return false };
    let born = (1900..2100).contains(&number(&d[3..7]));
    d[..3] == [7, 8, 4] && born && is_luhn(&d)
}

#[cfg(test)]
mod tests {
    use super::super::cases::digits_fit;
    use super::*;

    #[test]
    fn identity_is_told_from_what_is_none() {
        digits_fit(identity, "78419841234567?", 1);
        digits_fit(identity, "78318841234567?", 0);
    }
}
