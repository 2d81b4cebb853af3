//! Mozambique: the taxpayer's number (NUIT).

use super::modulus::{last, remainder};
use super::text::{all_same, digits};

/// NUIT: nine digits, weights 8-9-4-5-6-7-8-9, mod 11; ten is 1.
pub(super) fn nuit(value: &[u8]) -> bool {
    let Some(d) = digits::<9>(value) else { return false };
    let check = match remainder(&d, &[8, 9, 4, 5, 6, 7, 8, 9], 11) {
        10 => 1,
        rest => rest,
    };
    d[0] != 0 && !all_same(&d) && check == last(&d)
}

#[cfg(test)]
mod tests {
    use super::super::cases::told_apart;
    use super::*;

    #[test]
    fn nuit_is_told_from_what_is_none() {
        told_apart(
            nuit,
            &["451666088", "448780805", "742243982"],
            &["451066088", "440780805", "74224982", "4516660"],
        );
    }
}
