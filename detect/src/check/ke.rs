//! Kenya: the taxpayer's number (PIN).

use super::text::{all_same, alphanumerics, has_form};

/// PIN: A for persons and P for others, nine digits, a letter.
pub(super) fn pin(value: &[u8]) -> bool {
    let Some(pin) = alphanumerics::<11>(value) else { return false };
    let formed = has_form(&pin, "A999999999A") && matches!(pin[0], b'A' | b'P');
    formed && !all_same(&pin[1..10])
}

#[cfg(test)]
mod tests {
    use super::super::cases::told_apart;
    use super::*;

    #[test]
    fn pin_is_told_from_what_is_none() {
        told_apart(
            pin,
            &["P548153415Q", "P437470737H", "P475441481Y"],
            &["5P48153415Q", "Q437470737H", "P47544141Y", "P54815341"],
        );
    }
}
