//! Hong Kong: the identity card.

use super::modulus::remainder;
use super::text::{alphanumerics_up_to, base_36, digits};

/// HKID: one letter or two, six digits, and a check mod 11 in brackets, A for ten. A missing first
/// letter counts 36.
pub(super) fn identity_card(value: &[u8]) -> bool {
    let bare: Vec<u8> = value.iter().copied().filter(|byte| !b"()".contains(byte)).collect();
    let Some((all, length)) = alphanumerics_up_to::<9>(&bare) else { return false };
    let mut values = [36; 9];
    let Some(free) = 9usize.checked_sub(length).filter(|free| *free <= 1) else { return false };
    for (out, character) in values[free..].iter_mut().zip(&all) {
        *out = base_36(*character).unwrap_or(0);
    }
    let id = &all[..length];
    let (prefix, rest) = id.split_at(length - 7);
    let check = rest[6];
    prefix.iter().all(u8::is_ascii_uppercase)
        && digits::<6>(&rest[..6]).is_some()
        && (check.is_ascii_digit() || check == b'A')
        && remainder(&values, &[9, 8, 7, 6, 5, 4, 3, 2, 1], 11) == 0
}

#[cfg(test)]
mod tests {
    use super::super::cases::told_apart;
    use super::*;

    #[test]
    fn identity_card_is_told_from_what_is_none() {
        told_apart(
            identity_card,
            &["A123456(3)", "G123456(A)", "AB987654(3)"],
            &["A123456(4)", "123456(3)", "ABC12345(3)"],
        );
    }
}
