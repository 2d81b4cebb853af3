//! Slovakia: VAT. The birth number is Czechia's.

use super::cz::birth_number;
use super::text::{after, digits, number};

/// IČ DPH: ten digits, a multiple of 11, the third one of 2, 3, 4, 7, 8 and 9; or a birth number.
pub(super) fn vat(value: &[u8]) -> bool {
    let value = after("SK", value);
    let Some(d) = digits::<10>(value) else { return false };
    let formed = d[0] != 0 && matches!(d[2], 2 | 3 | 4 | 7..=9);
    formed && number(&d).is_multiple_of(11) || birth_number(value)
}

#[cfg(test)]
mod tests {
    use super::super::cases::told_apart;
    use super::*;

    #[test]
    fn vat_is_told_from_what_is_none() {
        told_apart(
            vat,
            &["8889115015", "SK8429033503", "5291925991"],
            &["8889515015", "SK8429003503", "5291295991", "88891150"],
        );
    }
}
