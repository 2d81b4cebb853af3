//! Kuwait: the civil identity number.

use super::eg::is_born;
use super::modulus::lacking;
use super::text::{digits, weighted};

/// Civil ID: century (2 or 3), birth date, four digits, and a check mod 11; ten is never given out.
pub(super) fn civil_id(value: &[u8]) -> bool {
    let Some(d) = digits::<12>(value) else { return false };
    let sum = weighted(&d, &[2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]);
    is_born(&d) && lacking(sum, 11) == u32::from(d[11])
}

#[cfg(test)]
mod tests {
    use super::super::cases::digits_fit;
    use super::*;

    #[test]
    fn civil_id_is_told_from_what_is_none() {
        digits_fit(civil_id, "28704061234?", 1);
        digits_fit(civil_id, "28713061234?", 0);
    }
}
