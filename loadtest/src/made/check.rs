//! Check digits, from the standards that define them.

/// ISO/IEC 7812-1, annex B (Luhn): the digit to put behind `digits`.
pub fn luhn(digits: &str) -> u32 {
    let sum: u32 = values(digits)
        .rev()
        .enumerate()
        .map(|(i, d)| if i % 2 == 0 { d * 2 / 10 + d * 2 % 10 } else { d })
        .sum();
    (10 - sum % 10) % 10
}

/// The sum of digits times weights.
pub fn weighted(digits: &str, weights: &[u32]) -> u32 {
    values(digits).zip(weights).map(|(d, w)| d * w).sum()
}

/// ISO/IEC 7064, MOD 97-10, as ISO 13616 uses it: the two check digits of an IBAN.
pub fn iban(country: &str, bban: &str) -> String {
    let remainder = bban
        .chars()
        .chain(country.chars())
        .chain("00".chars())
        .filter_map(|c| c.to_digit(36))
        .fold(0, |r, v| if v > 9 { (r * 100 + v) % 97 } else { (r * 10 + v) % 97 });
    format!("{:02}", 98 - remainder)
}

/// ISO/IEC 7064, MOD 11,10: the digit to put behind `digits`.
pub fn mod_11_10(digits: &str) -> u32 {
    let product = values(digits).fold(10, |p, d| {
        let sum = (p + d) % 10;
        (if sum == 0 { 10 } else { sum }) * 2 % 11
    });
    (11 - product) % 10
}

/// ISO/IEC 7064, MOD 11-2: the character to put behind `digits`, `X` for ten.
pub fn mod_11_2(digits: &str) -> char {
    let p = values(digits).fold(0, |p, d| (p + d) * 2 % 11);
    match (12 - p) % 11 {
        10 => 'X',
        d => digit(d),
    }
}

/// Verhoeff, "Error Detecting Decimal Codes" (1969): the digit to put behind `digits`.
pub fn verhoeff(digits: &str) -> u32 {
    const SHIFTS: [u32; 10] = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];
    const INVERSE: [u32; 10] = [0, 4, 3, 2, 1, 5, 6, 7, 8, 9];
    let c = values(digits).rev().enumerate().fold(0, |c, (i, d)| {
        let shifted = (0..=i % 8).fold(d, |d, _| SHIFTS[d as usize]);
        dihedral(c, shifted)
    });
    INVERSE[c as usize]
}

/// Multiplication in the dihedral group of the pentagon: 0–4 turn it, 5–9 flip it.
fn dihedral(a: u32, b: u32) -> u32 {
    match (a < 5, b < 5) {
        (true, true) => (a + b) % 5,
        (true, false) => 5 + (a + b - 5) % 5,
        (false, true) => 5 + (a - 5 + 5 - b) % 5,
        (false, false) => (a - 5 + 5 - (b - 5)) % 5,
    }
}

/// ICAO 9303, part 3, 4.9: weights 7-3-1 over digits and letters (A is 10).
pub fn icao(text: &str) -> u32 {
    text.chars()
        .filter_map(|c| c.to_digit(36))
        .zip([7, 3, 1].into_iter().cycle())
        .map(|(v, w)| v * w)
        .sum::<u32>()
        % 10
}

/// A digit as a character.
pub fn digit(value: u32) -> char {
    char::from_digit(value % 10, 10).unwrap_or('0')
}

/// The digits as numbers; what is none is passed over.
pub fn values(digits: &str) -> impl DoubleEndedIterator<Item = u32> + '_ {
    digits.chars().filter_map(|c| c.to_digit(10))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn luhn_agrees_with_the_annex_and_with_known_cards() {
        assert_eq!(luhn("7992739871"), 3);
        assert_eq!(luhn("411111111111111"), 1);
        assert_eq!(luhn("37828224631000"), 5);
    }

    #[test]
    fn ibans_agree_with_the_registry() {
        assert_eq!(iban("GB", "WEST12345698765432"), "82");
        assert_eq!(iban("DE", "370400440532013000"), "89");
        assert_eq!(iban("FR", "20041010050500013M02606"), "14");
        assert_eq!(iban("NL", "ABNA0417164300"), "91");
    }

    #[test]
    fn verhoeff_agrees_with_the_textbook() {
        assert_eq!(verhoeff("236"), 3);
        assert_eq!(verhoeff("12345"), 1);
    }

    #[test]
    fn the_pure_systems_agree_with_their_examples() {
        assert_eq!(mod_11_10("0794"), 5); // ISO/IEC 7064, 9.2
        assert_eq!(mod_11_2("0794"), '0'); // ISO/IEC 7064, 7.2
        assert_eq!(mod_11_2("11010519491231002"), 'X');
        assert_eq!(icao("L898902C3"), 6); // ICAO 9303, part 4, appendix B
        assert_eq!(icao("740812"), 2);
    }
}
