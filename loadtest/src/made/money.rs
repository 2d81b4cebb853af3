//! Payment cards and bank accounts.

use super::check;
use crate::random::{BASE62, Random, UPPER};

/// Beginnings that issuers have (ISO/IEC 7812, list of the networks) with the length of the number.
const ISSUERS: &[(&str, usize)] = &[
    ("4539", 16),
    ("4916", 16),
    ("4485", 16),
    ("51", 16),
    ("53", 16),
    ("55", 16),
    ("2221", 16),
    ("2600", 16),
    ("34", 15),
    ("37", 15),
    ("6011", 16),
    ("65", 16),
    ("3528", 16),
    ("3056", 14),
    ("38", 14),
    ("620512", 16),
];

/// The number of a card, bare.
pub fn card(random: &mut Random) -> String {
    let (prefix, length) = *random.choose(ISSUERS);
    loop {
        let mut digits = format!("{prefix}{}", random.digits(length - prefix.len() - 1));
        digits.push(check::digit(check::luhn(&digits)));
        if super::national::distinct(&digits) > 4 {
            return digits;
        }
    }
}

/// A way to write a card: bare, or in the groups that are embossed on it.
pub fn card_written(digits: &str, random: &mut Random) -> String {
    let groups: &[usize] = match digits.len() {
        15 => &[4, 6, 5],
        14 => &[4, 6, 4],
        _ => &[4, 4, 4, 4],
    };
    let separator = random.pick(&["", " ", "-", " "]);
    grouped(digits, groups, separator)
}

/// The account of a country by the shape of its BBAN.
pub fn iban(country: &str, shape: &str, banks: &[&str], random: &mut Random) -> String {
    let bank = random.pick(banks);
    let tail: String = shape
        .chars()
        .skip(bank.len())
        .map(|c| match c {
            'A' => random.string(UPPER, 1),
            'X' => random.string(&BASE62[..36], 1),
            _ => random.digits(1),
        })
        .collect();
    let bban = with_own_check(country, format!("{bank}{tail}"));
    format!("{country}{}{bban}", check::iban(country, &bban))
}

/// Puts in the check digits that a country's accounts have of their own.
fn with_own_check(country: &str, bban: String) -> String {
    match country {
        "ES" => {
            const WEIGHTS: [u32; 10] = [1, 2, 4, 8, 5, 10, 9, 7, 3, 6];
            let one = |digits: &str| match 11 - check::weighted(digits, &WEIGHTS) % 11 {
                11 => '0',
                10 => '1',
                d => check::digit(d),
            };
            let (bank, account) = (&bban[..8], &bban[10..]);
            format!("{bank}{}{}{account}", one(&format!("00{bank}")), one(account))
        }
        "FR" => {
            let number =
                |text: &str| text.chars().fold(0, |n, c| (n * 10 + u64::from(rib_value(c))) % 97);
            let sum =
                89 * number(&bban[..5]) + 15 * number(&bban[5..10]) + 3 * number(&bban[10..21]);
            format!("{}{:02}", &bban[..21], 97 - sum % 97)
        }
        "IT" => {
            let body = &bban[1..];
            format!("{}{body}", super::national::italian_check(body))
        }
        _ => bban,
    }
}

/// The French table of letters: A to I are 1 to 9, J to R 1 to 9, S to Z 2 to 9.
fn rib_value(c: char) -> u32 {
    match c {
        'A'..='I' => c as u32 - 'A' as u32 + 1,
        'J'..='R' => c as u32 - 'J' as u32 + 1,
        'S'..='Z' => c as u32 - 'S' as u32 + 2,
        c => c.to_digit(10).unwrap_or(0),
    }
}

/// A way to write an account: on paper in fours, else without gaps.
pub fn iban_written(iban: &str, random: &mut Random) -> String {
    if random.chance(55) { grouped(iban, &[4; 9], " ") } else { iban.to_owned() }
}

/// The same with other check digits.
pub fn iban_broken(iban: &str) -> String {
    let check: u32 = iban[2..4].parse().unwrap_or(0);
    format!("{}{:02}{}", &iban[..2], (check + 31) % 97 + 1, &iban[4..])
}

fn grouped(text: &str, groups: &[usize], separator: &str) -> String {
    let mut rest = text;
    let mut parts = Vec::new();
    for size in groups {
        let (head, tail) = rest.split_at((*size).min(rest.len()));
        if !head.is_empty() {
            parts.push(head);
        }
        rest = tail;
    }
    parts.join(separator)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_are_those_on_cards_and_papers() {
        assert_eq!(grouped("378282246310005", &[4, 6, 5], " "), "3782 822463 10005");
        assert_eq!(grouped("GB82WEST12345698765432", &[4; 9], " "), "GB82 WEST 1234 5698 7654 32");
    }

    #[test]
    fn own_checks_of_countries_agree_with_the_registry() {
        for (country, bban) in [
            ("ES", "21000418450200051332"),
            ("FR", "20041010050500013M02606"),
            ("IT", "X0542811101000000123456"),
        ] {
            let mut blank = bban.to_owned();
            match country {
                "ES" => blank.replace_range(8..10, "00"),
                "FR" => blank.replace_range(21..23, "00"),
                _ => blank.replace_range(0..1, "A"),
            }
            assert_eq!(with_own_check(country, blank), bban);
        }
    }

    #[test]
    fn accounts_have_the_length_of_their_country() {
        let mut random = Random::new(3, 3);
        for (code, length) in
            [("DE", 22), ("FR", 27), ("GB", 22), ("NL", 18), ("BR", 29), ("PL", 28)]
        {
            let country = crate::countries::ALL.iter().find(|c| c.code == code).unwrap();
            let iban = iban(code, country.bban, country.banks, &mut random);
            assert_eq!(iban.len(), length, "{iban}");
            assert_ne!(iban_broken(&iban), iban);
        }
    }
}
