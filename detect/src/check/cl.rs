//! Chile: RUT and RUN, of companies and of persons.

use super::modulus::complement;
use super::text::{all_same, alphanumerics_up_to, digits_up_to};

/// RUT: up to eight digits (weights 2 to 7 from the right), and a check mod 11, K for ten.
pub(super) fn rut(value: &[u8]) -> bool {
    let Some((all, length)) = alphanumerics_up_to::<9>(value) else { return false };
    let Some((check, body)) = all[..length].split_last() else { return false };
    let Some((mut d, length)) = digits_up_to::<8>(body) else { return false };
    let repeated = all_same(&d[..length]);
    d.rotate_right(8 - length);
    let expected = match complement(&d, &[3, 2, 7, 6, 5, 4, 3, 2], 11) {
        10 => b'K',
        digit => b'0' + digit as u8,
    };
    length >= 6 && !repeated && *check == expected
}

#[cfg(test)]
mod tests {
    use super::super::cases::told_apart;
    use super::*;

    #[test]
    fn rut_is_told_from_what_is_none() {
        told_apart(
            rut,
            &["646502799", "923522697", "16169633"],
            &["664502799", "923522677", "16169933", "6465027"],
        );
    }
}
