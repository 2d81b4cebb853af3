//! Mexico: population code (CURP), taxpayer's code (RFC), bank account (CLABE).

use super::date::is_day;
use super::modulus::{lacking, last};
use super::text::{digits, number};

/// The states, and NE for those born abroad.
const STATES: &[u8] = b"ASBCBSCCCSCHCLCMDFDGGRGTHGJCMCMNMSNENLNTOCPLQRQTSLSPSRTCTLTSVZYNZS";

/// CURP: letters of the names, birth date, sex (X since 2023), state, consonants of the names, a
/// digit or (since 2000) a letter, and a check mod 10 over an alphabet of 37.
pub(super) fn curp(value: &[u8]) -> bool {
    let Some((curp, length)) = letters(value) else { return false };
    if length != 18 {
        return false;
    }
    let Some(born) = spelt::<6>(&curp[4..10]) else { return false };
    let century = if is_digit(curp[16]) { 1900 } else { 2000 };
    let state = [curp[11] as u8, curp[12] as u8];
    let weighed = curp[..17].iter().zip((2..=18u32).rev()).map(|(c, w)| curp_value(*c) * w).sum();
    curp[..4].iter().all(|c| is_letter(*c))
        && "AEIOUX".contains(curp[1])
        && is_day(century + number(&born[..2]), number(&born[2..4]), number(&born[4..]))
        && "HMX".contains(curp[10])
        && STATES.chunks(2).any(|known| known == state)
        && curp[13..16].iter().all(|c| is_letter(*c) && !"AEIOU".contains(*c))
        && (is_letter(curp[16]) || is_digit(curp[16]))
        && spelt::<1>(&curp[17..18]).is_some_and(|check| lacking(weighed, 10) == last(&check))
}

/// RFC: three letters of a company or four of a person, a date, and three more, the last of which is
/// a check. Many that are in use don't have it right: `rfc_checked` asks for it.
pub(super) fn rfc(value: &[u8]) -> bool {
    let Some((all, length)) = letters(value) else { return false };
    let Some(of_name) = length.checked_sub(9).filter(|letters| matches!(letters, 3 | 4)) else {
        return false;
    };
    let (name, rest) = all[..length].split_at(of_name);
    let Some(d) = spelt::<6>(&rest[..6]) else { return false };
    name.iter().all(|c| is_letter(*c) || *c == '&')
        && is_day(2000 + number(&d[..2]), number(&d[2..4]), number(&d[4..]))
        && rest[6..8].iter().all(|c| c.is_ascii_uppercase() && *c != 'O' || is_digit(*c))
        && (is_digit(rest[8]) || rest[8] == 'A')
}

/// An RFC whose last character is the check mod 11 (A for ten).
pub(super) fn rfc_checked(value: &[u8]) -> bool {
    const ALPHABET: &str = "0123456789ABCDEFGHIJKLMN&OPQRSTUVWXYZ Ñ";
    let Some((all, length)) = letters(value) else { return false };
    if !rfc(value) {
        return false;
    }
    let counts = |c: char| ALPHABET.chars().position(|known| known == c).unwrap_or(0) as u32;
    // A company's stands as if it had a space before.
    let space = if length == 12 { counts(' ') * 13 } else { 0 };
    let body = all[..length - 1].iter().rev().zip(2..).map(|(c, weight)| counts(*c) * weight);
    let check = match lacking(space + body.sum::<u32>(), 11) {
        10 => 'A',
        digit => char::from(b'0' + digit as u8),
    };
    all[length - 1] == check
}

/// CLABE: bank, place, account, and the check (weights 3-7-1, each product mod 10).
pub(super) fn clabe(value: &[u8]) -> bool {
    let Some(d) = digits::<18>(value) else { return false };
    let products =
        d[..17].iter().zip([3, 7, 1].iter().cycle()).map(|(d, w)| u32::from(*d) * w % 10);
    number(&d[..3]) != 0 && lacking(products.sum(), 10) == last(&d)
}

/// What a character counts in a CURP: the letter Ñ has its place behind N.
fn curp_value(c: char) -> u32 {
    "0123456789ABCDEFGHIJKLMNÑOPQRSTUVWXYZ".chars().position(|known| known == c).unwrap_or(0) as u32
}

/// The characters of a value without separators, raised; here Ñ is a letter.
fn letters(value: &[u8]) -> Option<([char; 18], usize)> {
    let (mut all, mut length) = (['\0'; 18], 0);
    for c in std::str::from_utf8(value).ok()?.chars().filter(|c| !" -.".contains(*c)) {
        let raised = if c == 'ñ' { 'Ñ' } else { c.to_ascii_uppercase() };
        *all.get_mut(length)? = raised;
        length += 1;
    }
    Some((all, length))
}

fn is_letter(c: char) -> bool {
    c.is_ascii_uppercase() || c == 'Ñ'
}

fn is_digit(c: char) -> bool {
    c.is_ascii_digit()
}

/// Digits that are written as such.
fn spelt<const N: usize>(characters: &[char]) -> Option<[u8; N]> {
    let mut out = [0; N];
    for (digit, c) in out.iter_mut().zip(characters) {
        *digit = c.to_digit(10)? as u8;
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::super::cases::told_apart;
    use super::*;

    #[test]
    fn clabe_is_told_from_what_is_none() {
        told_apart(
            clabe,
            &["032180000118359719", "002010077777777771"],
            &["032180000118359718", "03218000011835971", "000000000000000000"],
        );
    }

    #[test]
    fn curp_is_told_from_what_is_none() {
        told_apart(
            curp,
            &["GUNQ841202MDFBBM20", "XEIB280523HDFLBG09", "YIHW780111HZSWSTG0"],
            &["GUNQ841202LDFBBM20", "XEBI280523HDFLBG09", "YIHW780111HCSWSTG0", "GUNQ841202MDFBBM"],
        );
    }

    #[test]
    fn rfc_is_told_from_what_is_none() {
        told_apart(
            rfc,
            &["ZPQM990709CU1", "PRL090627Y07"],
            &["ZPQM990790CU1", "PRL096027Y07", "ZPQM990709C"],
        );
    }

    #[test]
    fn rfc_checked_is_told_from_what_is_none() {
        told_apart(
            rfc_checked,
            &["IWMP9701127J6", "RUC060205MR5", "XMBZ080518BM2"],
            &["IWMP9701117J6", "RUC060205MA5", "XMBZ070518BM2", "IWMP9701127"],
        );
    }
}
