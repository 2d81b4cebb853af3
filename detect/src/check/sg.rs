//! Singapore: the numbers of persons (NRIC, FIN) and of entities (UEN).

use super::date::LAST_YEAR;
use super::modulus::remainder;
use super::text::{alphanumerics, alphanumerics_up_to, digits, has_form, number, place_in};

/// NRIC and FIN: S and T for citizens and permanent residents, F, G and M for others; seven digits
/// and a letter mod 11. T and G add 4, M adds 3.
pub(super) fn nric(value: &[u8]) -> bool {
    let Some(id) = alphanumerics::<9>(value) else { return false };
    let Some(d) = digits::<7>(&id[1..8]) else { return false };
    let (added, letters) = match id[0] {
        b'S' => (0, b"JZIHGFEDCBA"),
        b'T' => (4, b"JZIHGFEDCBA"),
        b'F' => (0, b"XWUTRQPNMLK"),
        b'G' => (4, b"XWUTRQPNMLK"),
        b'M' => (3, b"XWUTRQPNJLK"),
        _ => return false,
    };
    let rest = (added + remainder(&d, &[2, 7, 6, 5, 4, 3, 2], 11)) % 11;
    letters[rest as usize] == id[8]
}

/// The kinds of entities that are neither businesses nor local companies.
const ENTITIES: &[u8] =
    b"CCCDCHCLCMCPCSCXDPFBFCFMFNGAGBGSHSLLLPMBMCMDMHMMMQNBNRPAPBPFRFRPSMSSTCTUVHXL";

/// UEN: a business's eight digits and a letter, a local company's nine (the year first) and a letter,
/// or another's T, S or R with the year, the kind, four digits and a letter.
pub(super) fn uen(value: &[u8]) -> bool {
    const OTHERS: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWX0123456789";
    let Some((all, length)) = alphanumerics_up_to::<10>(value) else { return false };
    if length == 9 {
        let Some(d) = digits::<8>(&all[..8]) else { return false };
        return b"XMKECAWLJDB"[remainder(&d, &[10, 4, 9, 3, 8, 2, 7, 1], 11) as usize] == all[8];
    }
    if let Some(d) = digits::<9>(&all[..9]) {
        let rest = remainder(&d, &[10, 8, 6, 4, 9, 7, 5, 3, 1], 11) as usize;
        let year = (1800..=LAST_YEAR).contains(&number(&d[..4]));
        return length == 10 && year && b"ZKCMDNERGWH"[rest] == all[9];
    }
    let known = ENTITIES.chunks(2).any(|kind| *kind == all[3..5]);
    if length != 10 || !b"RST".contains(&all[0]) || !known || !has_form(&all[1..10], "99**9999A") {
        return false;
    }
    let year = digits::<2>(&all[1..3]).map_or(100, |year| number(&year));
    if all[0] == b'T' && 2000 + year > LAST_YEAR {
        return false;
    }
    let places = all.map(|c| place_in(OTHERS, c).unwrap_or(0));
    let sum = remainder(&places, &[4, 3, 5, 3, 10, 2, 2, 5, 7], 11) as usize;
    OTHERS[(sum + 6) % 11] == all[9]
}

#[cfg(test)]
mod tests {
    use super::super::cases::told_apart;
    use super::*;

    #[test]
    fn nric_is_told_from_what_is_none() {
        told_apart(
            nric,
            &["S1234567D", "F1234567N", "T1234567J", "G1234567X", "M1234567K"],
            &["S1234567A", "A1234567D", "S123456D"],
        );
    }

    #[test]
    fn uen_is_told_from_what_is_none() {
        told_apart(
            uen,
            &["35927108A", "190736254H", "T00LL2907A", "S84FB7069E"],
            &["39527108A", "1907362554H", "T00LL2097A", "S84FB7609E", "3592710"],
        );
    }
}
