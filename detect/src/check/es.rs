//! Spain: DNI and NIE, which share one letter; the tax numbers of persons and companies, social
//! security, and bank accounts.

use super::luhn::is_luhn;
use super::modulus::remainder;
use super::text::{after, alphanumerics, digits, digits_up_to, number};

/// The letter of a number mod 23.
const LETTERS: &[u8; 23] = b"TRWAGMYFPDXBNJZSQVHLCKE";

/// DNI: eight digits and their letter.
pub(super) fn dni(value: &[u8]) -> bool {
    alphanumerics::<9>(value).is_some_and(|dni| has_letter(&dni))
}

/// NIE: X, Y or Z (0, 1, 2), seven digits and their letter.
pub(super) fn nie(value: &[u8]) -> bool {
    let Some(mut nie) = alphanumerics::<9>(value) else { return false };
    let Some(first) = b"XYZ".iter().position(|letter| *letter == nie[0]) else { return false };
    nie[0] = b'0' + first as u8;
    has_letter(&nie)
}

fn has_letter(number: &[u8; 9]) -> bool {
    let (digits, letter) = (&number[..8], number[8]);
    if !digits.iter().all(u8::is_ascii_digit) {
        return false;
    }
    let number = digits.iter().fold(0usize, |n, digit| n * 10 + usize::from(digit - b'0'));
    LETTERS[number % 23] == letter
}

/// The letters of a company's check, from 0 on.
const COMPANY_LETTERS: &[u8; 10] = b"JABCDEFGHI";

/// CIF: the kind of company, seven digits, and their Luhn digit or its letter: always the letter
/// for foreign and public ones, always the digit for most companies.
pub(super) fn cif(value: &[u8]) -> bool {
    let Some(cif) = alphanumerics::<9>(value) else { return false };
    let Some(body) = digits::<7>(&cif[1..8]) else { return false };
    let Some(check) = (0..10u8).find(|check| is_luhn(&[&body[..], &[*check]].concat())) else {
        return false;
    };
    let (digit, letter) = (b'0' + check == cif[8], COMPANY_LETTERS[usize::from(check)] == cif[8]);
    match cif[0] {
        b'P' | b'Q' | b'S' | b'N' | b'W' | b'R' => letter,
        b'A' | b'B' | b'E' | b'H' => digit,
        b'C' | b'D' | b'F' | b'G' | b'J' | b'U' | b'V' => digit || letter,
        _ => false,
    }
}

/// NIF: a DNI, a NIE, a CIF, or K, L, M with seven digits and the DNI's letter. After `ES` it is the
/// number for VAT.
pub(super) fn nif(value: &[u8]) -> bool {
    let value = after("ES", value);
    let Some(mut nif) = alphanumerics::<9>(value) else { return false };
    let special = matches!(nif[0], b'K' | b'L' | b'M') && {
        nif[0] = b'0';
        has_letter(&nif)
    };
    special || dni(value) || nie(value) || cif(value)
}

/// Social security: the province, eight digits (a company's seven), and all of it mod 97. A number
/// below ten million is added to the province instead of following it.
pub(super) fn social_security(value: &[u8]) -> bool {
    let Some((all, length)) = digits_up_to::<12>(value) else { return false };
    let Some(body) = length.checked_sub(2).filter(|body| matches!(body, 9 | 10)) else {
        return false;
    };
    let (province, own) = (number(&all[..2]), number(&all[2..body]));
    let whole = match body {
        10 if own < 10_000_000 => province * 10_000_000 + own,
        _ => number(&all[..body]),
    };
    let known = matches!(province, 1..=53 | 66);
    known && own != 0 && whole % 97 == number(&all[body..length])
}

/// CCC: bank and branch, two checks mod 11, the account.
pub(super) fn bank_account(value: &[u8]) -> bool {
    const WEIGHTS: [u32; 10] = [1, 2, 4, 8, 5, 10, 9, 7, 3, 6];
    let Some(d) = digits::<20>(value) else { return false };
    let check = |part: &[u8], weights: &[u32]| match remainder(part, weights, 11) {
        0 => 0,
        1 => 1,
        rest => 11 - rest as u8,
    };
    let checks = [check(&d[..8], &WEIGHTS[2..]), check(&d[10..], &WEIGHTS)];
    number(&d[10..]) != 0 && d[8..10] == checks
}

/// CUPS: the country, sixteen digits, and two letters by which of 529 classes they are in.
pub(super) fn supply(value: &[u8]) -> bool {
    const LETTERS: &[u8; 23] = b"TRWAGMYFPDXBNJZSQVHLCKE";
    let plain: Vec<u8> = value.iter().filter(|b| b.is_ascii_alphanumeric()).copied().collect();
    let Some(rest) = plain.strip_prefix(b"ES") else { return false };
    let (Some(d), Some(letters)) = (rest.get(..16).and_then(digits::<16>), rest.get(16..18)) else {
        return false;
    };
    // Of a point of measuring, which and of what kind.
    let is_point =
        matches!(&rest[18..], [] | [b'0'..=b'9', b'F' | b'P' | b'R' | b'C' | b'X' | b'Y' | b'Z']);
    let class = (number(&d) % 529) as usize;
    is_point && letters == [LETTERS[class / 23], LETTERS[class % 23]]
}

#[cfg(test)]
mod tests {
    use super::super::cases::told_apart;
    use super::*;

    #[test]
    fn the_letter_is_the_remainder() {
        for value in ["12345678Z", "54362315-K", "54362315k", "00000000T", "99.999.999-R"] {
            assert!(dni(value.as_bytes()), "{value}");
        }
        for value in ["X0000000T", "X-2482300-W", "Y1234567X", "z1234567r", "X1234567L"] {
            assert!(nie(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn each_other_letter_is_wrong() {
        let right = (b'A'..=b'Z').filter(|l| dni(&[b"12345678".as_slice(), &[*l]].concat()));
        assert_eq!(right.collect::<Vec<_>>(), b"Z");
        let right = (b'A'..=b'Z').filter(|l| nie(&[b"Y1234567".as_slice(), &[*l]].concat()));
        assert_eq!(right.collect::<Vec<_>>(), b"X");
        assert!(!dni(b"X0000000T") && !nie(b"12345678Z") && !dni(b"1234567Z"));
    }

    #[test]
    fn bank_account_is_told_from_what_is_none() {
        told_apart(
            bank_account,
            &["12788562343277456999", "56487368142039439163", "12437398255882047450"],
            &[
                "12788562343277476999",
                "56488368142039439163",
                "82437398255882047450",
                "127885623432774569",
            ],
        );
    }

    #[test]
    fn cif_is_told_from_what_is_none() {
        told_apart(
            cif,
            &["D79718920", "U7314276B", "C80245640"],
            &["D79718928", "U7311276B", "C80246540", "D797189"],
        );
    }

    #[test]
    fn nif_is_told_from_what_is_none() {
        told_apart(
            nif,
            &["ES21924802Y", "K3191392G", "ESY3964718S"],
            &["ES21923802Y", "K3119392G", "ESY3994718S", "ES2192480"],
        );
    }

    #[test]
    fn social_security_is_told_from_what_is_none() {
        told_apart(
            social_security,
            &["281234567840", "28 12345678 40"],
            &["281234567841", "991234567840", "28123456784"],
        );
    }

    #[test]
    fn supply_is_told_from_what_is_none() {
        told_apart(
            supply,
            &["ES0234877893287921GA1P", "ES0021033907579383ZV"],
            &["ES0234877893287921GB1P", "ES00210339075793ZV"],
        );
    }
}
