//! Ireland: the personal public service number (PPSN), VAT, postcode.

use super::text::{after, alphanumerics, alphanumerics_up_to, digits, has_form, weighted};

/// The check letters, by the sum mod 23.
const LETTERS: &[u8; 23] = b"WABCDEFGHIJKLMNOPQRSTUV";

/// PPSN: seven digits (weights 8 to 2) and a letter; since 2013 another letter follows, which
/// counts nine times. W, T and X, which some of the older have there, don't count.
pub(super) fn ppsn(value: &[u8]) -> bool {
    let Some((all, length)) = alphanumerics_up_to::<9>(value) else { return false };
    let second = match (length, all[8]) {
        (8, _) | (9, b'W' | b'T' | b'X') => 0,
        (9, letter @ b'A'..=b'I') => letter - b'A' + 1,
        _ => return false,
    };
    is_lettered(&all[..8], u32::from(second)) && &all[..7] != b"0000000"
}

/// VAT: as the PPSN, or (until 2013) a digit, a letter, `+` or `*`, five digits and the letter.
pub(super) fn vat(value: &[u8]) -> bool {
    let value = after("IE", value);
    // The signs are the second character, and one of them is a separator elsewhere.
    let signed: Vec<u8> = match value.trim_ascii_start() {
        [first, b'+' | b'*', rest @ ..] if !rest.contains(&b'+') => {
            [&[*first, b'A'], rest].concat()
        }
        plain => plain.to_vec(),
    };
    let Some((all, length)) = alphanumerics_up_to::<9>(&signed) else { return false };
    if length == 8 && all[1].is_ascii_uppercase() {
        let turned = [b'0', all[2], all[3], all[4], all[5], all[6], all[0], all[7]];
        return is_lettered(&turned, 0);
    }
    let second = match (length, all[8]) {
        (8, _) | (9, b'W') => 0,
        (9, letter @ b'A'..=b'I') => letter - b'A' + 1,
        _ => return false,
    };
    is_lettered(&all[..8], u32::from(second))
}

fn is_lettered(eight: &[u8], second: u32) -> bool {
    let Some(d) = digits::<7>(&eight[..7]) else { return false };
    let sum = weighted(&d, &[8, 7, 6, 5, 4, 3, 2]) + 9 * second;
    LETTERS[(sum % 23) as usize] == eight[7]
}

/// Eircode: a routing key (a letter and two digits, or D6W) and four of the letters and digits that
/// can't be taken for others.
pub(super) fn eircode(value: &[u8]) -> bool {
    let Some(code) = alphanumerics::<7>(value) else { return false };
    let routed = has_form(&code[..3], "A99") || &code[..3] == b"D6W";
    let letters = |c: &u8| c.is_ascii_digit() || b"ACDEFHKNPRTVWXY".contains(c);
    routed && letters(&code[0]) && code[3..].iter().all(letters)
}

#[cfg(test)]
mod tests {
    use super::super::cases::told_apart;
    use super::*;

    #[test]
    fn eircode_is_told_from_what_is_none() {
        told_apart(
            eircode,
            &["D02 AF30", "A65 F4E2", "D6W XY00"],
            &["B02 AF30", "D02 AF3O", "D02AF3"],
        );
    }

    #[test]
    fn ppsn_is_told_from_what_is_none() {
        told_apart(
            ppsn,
            &["8411397R", "9445426VX", "6253676CT"],
            &["8141397R", "9443426VX", "62536776CT", "841139"],
        );
    }

    #[test]
    fn vat_is_told_from_what_is_none() {
        told_apart(
            vat,
            &["8349668E", "3M48361I", "8+16150O", "3Z37881F", "1838886F"],
            &["8347668E", "3M4836I1", "8+16130O", "3Z37885F", "1838887F"],
        );
    }
}
