//! Guinea: the taxpayer's number (NIFp).

use super::luhn::is_luhn;
use super::text::{all_same, digits};

/// NIFp: nine digits and Luhn.
pub(super) fn nif(value: &[u8]) -> bool {
    digits::<9>(value).is_some_and(|d| !all_same(&d) && is_luhn(&d))
}

#[cfg(test)]
mod tests {
    use super::super::cases::told_apart;
    use super::*;

    #[test]
    fn nif_is_told_from_what_is_none() {
        told_apart(
            nif,
            &["466941317", "430177048", "192733749"],
            &["966941317", "430177408", "197233749", "4669413"],
        );
    }
}
