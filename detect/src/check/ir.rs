//! Iran: the national code.

use super::modulus::remainder;
use super::text::{all_same, digits};

/// Ten digits, the last a check mod 11 (as it is below 2, else what it lacks).
pub(super) fn national_code(value: &[u8]) -> bool {
    let Some(d) = digits::<10>(value) else { return false };
    let check = match remainder(&d, &[10, 9, 8, 7, 6, 5, 4, 3, 2], 11) {
        rest @ (0 | 1) => rest,
        rest => 11 - rest,
    };
    !all_same(&d) && check == u32::from(d[9])
}

#[cfg(test)]
mod tests {
    use super::super::cases::told_apart;
    use super::*;

    #[test]
    fn national_code_is_told_from_what_is_none() {
        told_apart(national_code, &["0080943756", "007-769625-5"], &["0076673653", "0000000000"]);
    }
}
