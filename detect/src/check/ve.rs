//! Venezuela: identity card, taxpayer's number (RIF).

use super::modulus::remainder;
use super::text::{all_same, alphanumerics, alphanumerics_up_to, digits};

/// Identity card: V or E and five to eight digits. There is no check.
pub(super) fn identity_card(value: &[u8]) -> bool {
    let Some((all, length)) = alphanumerics_up_to::<9>(value) else { return false };
    let d = &all[..length];
    matches!(d, [b'V' | b'E', first, rest @ ..] if *first != b'0' && rest.len() >= 4)
        && d[1..].iter().all(u8::is_ascii_digit)
        && !all_same(&d[1..])
}

/// RIF: the kind of person, eight digits, and a check mod 11 to which the kind adds; ten and eleven
/// are 0.
pub(super) fn rif(value: &[u8]) -> bool {
    let Some(rif) = alphanumerics::<10>(value) else { return false };
    let Some(d) = digits::<9>(&rif[1..]) else { return false };
    let kind = match rif[0] {
        b'V' => 4,
        b'E' => 8,
        b'J' | b'C' => 12,
        b'P' => 16,
        b'G' => 20,
        _ => return false,
    };
    let rest = (kind + remainder(&d, &[3, 2, 7, 6, 5, 4, 3, 2], 11)) % 11;
    d[..8] != [0; 8] && if rest < 2 { 0 } else { 11 - rest } == u32::from(d[8])
}

#[cfg(test)]
mod tests {
    use super::super::cases::told_apart;
    use super::*;

    #[test]
    fn rif_is_told_from_what_is_none() {
        told_apart(
            rif,
            &["P616827567", "V640840460", "V190829312"],
            &["P166827567", "V640840760", "V190829315", "P6168275"],
        );
    }

    #[test]
    fn identity_card_is_told_from_what_is_none() {
        told_apart(
            identity_card,
            &["V-12345678", "E 8123456", "V12.345.678"],
            &["X12345678", "V1234", "V11111111"],
        );
    }
}
