//! France: the social security number (NIR).

use super::text::alphanumerics;

/// NIR: sex, year, month, department (2A and 2B are Corsica), commune, order, and a key of
/// 97 − (number mod 97).
pub(super) fn nir(value: &[u8]) -> bool {
    let Some(mut nir) = alphanumerics::<15>(value) else { return false };
    // Corsica counts as 19 and 18.
    match &nir[5..7] {
        b"2A" => nir[5..7].copy_from_slice(b"19"),
        b"2B" => nir[5..7].copy_from_slice(b"18"),
        _ => {}
    }
    if !nir.iter().all(u8::is_ascii_digit) {
        return false;
    }
    let number = |part: &[u8]| part.iter().fold(0u64, |n, digit| n * 10 + u64::from(digit - b'0'));
    // 20 to 42 and from 50 on stand for a month that isn't known.
    let month = matches!(number(&nir[3..5]), 1..=12 | 20..=42 | 50..=99);
    let order = number(&nir[10..13]) != 0;
    b"123478".contains(&nir[0])
        && month
        && order
        && 97 - number(&nir[..13]) % 97 == number(&nir[13..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn examples_with_their_keys_pass() {
        for value in [
            "2 95 10 99 126 111 93",
            "295109912611193",
            "2 55 08 14 168 025 38",
            "1 84 12 76 451 089 46",
        ] {
            assert!(nir(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn corsica_counts_by_its_letters() {
        let with = |dep: &str, from: u64| {
            let key = 97 - format!("18007{from}004001").parse::<u64>().unwrap() % 97;
            format!("1 80 07 {dep} 004 001 {key:02}")
        };
        assert!(nir(with("2A", 19).as_bytes()) && nir(with("2B", 18).as_bytes()));
        assert!(!nir(with("2A", 18).as_bytes()));
    }

    #[test]
    fn a_wrong_key_month_or_sex_does_not() {
        for value in
            ["2 95 10 99 126 111 92", "295109912611139", "9 95 10 99 126 111 93", "29510991261119"]
        {
            assert!(!nir(value.as_bytes()), "{value}");
        }
        let key = 97 - 2_951_399_126_111_u64 % 97;
        assert!(!nir(format!("2951399126111{key:02}").as_bytes()));
    }
}
