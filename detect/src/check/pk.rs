//! Pakistan: the identity card (CNIC).

use super::text::{digits, number};

/// CNIC: province and place, order, and the sex by the last. There is no check.
pub(super) fn cnic(value: &[u8]) -> bool {
    let Some(d) = digits::<13>(value) else { return false };
    matches!(d[0], 1..=7) && number(&d[5..12]) != 0 && d[12] != 0
}

#[cfg(test)]
mod tests {
    use super::super::cases::told_apart;
    use super::*;

    #[test]
    fn cnic_is_told_from_what_is_none() {
        told_apart(
            cnic,
            &["55518-8085241-8", "4246429911617", "57506-6255731-9"],
            &["555118-8085241-8", "424642991617", "07506-6255731-9", "55518-8085241"],
        );
    }
}
