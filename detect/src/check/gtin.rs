//! What goods are called by: GTIN (EAN, UPC), and the device codes of HIBCC.

use super::text::{all_same, digits_up_to, number};

/// GTIN: eight, twelve, thirteen or fourteen digits, the last the check of weights 3-1 (GS1).
pub(super) fn gtin(value: &[u8]) -> bool {
    let Some((all, length)) = digits_up_to::<14>(value) else { return false };
    let d = &all[..length];
    matches!(length, 8 | 12..=14) && !all_same(d) && number(d) > 9 && is_gtin(d)
}

/// The same, of digits already read, however many.
pub(super) fn is_gtin(d: &[u8]) -> bool {
    let weights = [1u32, 3].iter().cycle();
    let sum: u32 =
        d.iter().rev().zip(weights).map(|(digit, weight)| u32::from(*digit) * weight).sum();
    sum.is_multiple_of(10)
}

/// HIBC primary code: `+`, the labeller's letter and three more, product, unit, and a check mod 43.
pub(super) fn hibc(value: &[u8]) -> bool {
    const ALPHABET: &[u8; 43] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-. $/+%";
    let bare = value.strip_prefix(b"*").and_then(|rest| rest.strip_suffix(b"*")).unwrap_or(value);
    let Some((check, body)) = bare.split_last() else { return false };
    let mut sum = 0;
    for character in body {
        let Some(place) = ALPHABET.iter().position(|known| known == character) else {
            return false;
        };
        sum += place;
    }
    matches!(body, [b'+', b'A'..=b'Z', rest @ ..] if (5..=23).contains(&rest.len()))
        && ALPHABET[sum % 43] == *check
}

#[cfg(test)]
mod tests {
    use super::super::cases::told_apart;
    use super::*;

    #[test]
    fn gtin_is_told_from_what_is_none() {
        told_apart(
            gtin,
            &["8448358425137", "62831017", "089400309289", "32993716959221"],
            &["8448538425137", "6831017", "089400369289", "32993216959221", "84483584251"],
        );
    }

    #[test]
    fn hibc_is_told_from_what_is_none() {
        told_apart(
            hibc,
            &["+A123BJC5D6E71G", "*+A123BJC5D6E71G*"],
            &["+A123BJC5D6E71H", "A123BJC5D6E71G"],
        );
    }
}
