//! France: the numbers of social security (NIR), of taxpayers (SPI), of companies and their places
//! (SIREN, SIRET), for VAT, and of bank accounts.

use super::luhn::is_luhn;
use super::text::{after, all_same, alphanumerics, digits, number, place_in};

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
    nir.iter_mut().for_each(|digit| *digit -= b'0');
    // 20 to 42 and from 50 on stand for a month that isn't known.
    let month = matches!(number(&nir[3..5]), 1..=12 | 20..=42 | 50..=99);
    let order = number(&nir[10..13]) != 0;
    matches!(nir[0], 1..=4 | 7 | 8)
        && month
        && order
        && 97 - number(&nir[..13]) % 97 == number(&nir[13..])
}

/// RPPS (ANS): eleven digits with Luhn's; ADELI: nine, without a check.
pub(super) fn health_professional(value: &[u8]) -> bool {
    digits::<11>(value).is_some_and(|d| is_luhn(&d))
        || digits::<9>(value).is_some_and(|d| !all_same(&d))
}

/// SPI: thirteen digits, the last three the first ten mod 511.
pub(super) fn tax_number(value: &[u8]) -> bool {
    let Some(d) = digits::<13>(value) else { return false };
    let body = number(&d[..10]);
    d[0] <= 3 && body != 0 && body % 511 == number(&d[10..])
}

/// SIREN: nine digits and Luhn.
pub(super) fn siren(value: &[u8]) -> bool {
    digits::<9>(value).is_some_and(|d| !all_same(&d) && is_luhn(&d))
}

/// SIRET: a SIREN, the number of the place, and Luhn over both. The places of La Poste, but for its
/// seat, are too many for it: their digits add up to a multiple of five.
pub(super) fn siret(value: &[u8]) -> bool {
    const LA_POSTE: u64 = 356_000_000;
    const SEAT: u64 = 48;
    let Some(d) = digits::<14>(value) else { return false };
    if number(&d[..9]) == LA_POSTE && number(&d[9..]) != SEAT {
        return d.iter().map(|digit| u32::from(*digit)).sum::<u32>().is_multiple_of(5);
    }
    !all_same(&d[..9]) && is_luhn(&d[..9]) && is_luhn(&d)
}

/// VAT: a key and the SIREN. The key is (12 + 3 × SIREN) mod 97, or of letters and digits, without
/// I and O, of which the remainder mod 11 is made.
pub(super) fn vat(value: &[u8]) -> bool {
    const KEYS: &[u8; 34] = b"0123456789ABCDEFGHJKLMNPQRSTUVWXYZ";
    let Some(vat) = alphanumerics::<11>(after("FR", value)) else { return false };
    let Some(d) = digits::<9>(&vat[2..]) else { return false };
    let (Some(first), Some(second)) = (place_in(KEYS, vat[0]), place_in(KEYS, vat[1])) else {
        return false;
    };
    let (first, second, siren) = (u64::from(first), u64::from(second), number(&d));
    let keyed = match (first, second) {
        (..10, ..10) => (12 + 3 * (siren % 97)) % 97 == first * 10 + second,
        _ => {
            let key = if first < 10 { first * 24 + second - 10 } else { first * 34 + second - 100 };
            (siren + 1 + key / 11) % 11 == key % 11
        }
    };
    // Monaco's begin with 000, and have no Luhn digit.
    siren != 0 && keyed && (d[..3] == [0, 0, 0] || is_luhn(&d))
}

/// RIB: bank, branch, account (letters count as the digits of a telephone that begins with 1 for A,
/// J and S at 2), and a key that makes the whole a multiple of 97.
pub(super) fn bank_account(value: &[u8]) -> bool {
    let Some(rib) = alphanumerics::<23>(value) else { return false };
    let digit = |c: &u8| match c {
        b'0'..=b'9' => c - b'0',
        b'A'..=b'I' => c - b'A' + 1,
        b'J'..=b'R' => c - b'J' + 1,
        _ => c - b'S' + 2,
    };
    let rest = rib.iter().fold(0, |rest, c| (rest * 10 + u32::from(digit(c))) % 97);
    let digits = rib[..10].iter().chain(&rib[21..]).all(u8::is_ascii_digit);
    digits && rest == 0 && !all_same(&rib[..21])
}

#[cfg(test)]
mod tests {
    use super::super::cases::told_apart;
    use super::*;

    #[test]
    fn health_professionals_have_luhns_digit_or_nine_digits() {
        assert!(health_professional(b"10101085438") && health_professional(b"81800000002"));
        assert!(!health_professional(b"10101085437"));
        assert!(health_professional(b"75 0534554") && !health_professional(b"000000000"));
    }

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

    #[test]
    fn bank_account_is_told_from_what_is_none() {
        told_apart(
            bank_account,
            &["20041 01005 0500013M026 06"],
            &["20041 01005 0500013M026 07", "20041010050500013M0260"],
        );
    }

    #[test]
    fn siren_is_told_from_what_is_none() {
        told_apart(
            siren,
            &["578928533", "901578161", "729643023"],
            &["587928533", "9015788161", "723643023", "5789285"],
        );
    }

    #[test]
    fn siret_is_told_from_what_is_none() {
        told_apart(
            siret,
            &["82075678159164", "35600000008927", "17482516606382"],
            &["82075671159164", "53600000008927", "17482516660382", "820756781591"],
        );
    }

    #[test]
    fn tax_number_is_told_from_what_is_none() {
        told_apart(
            tax_number,
            &["1369505565015", "3851872514504", "3135996094336"],
            &["1369505555015", "3851872514804", "3135990694336", "13695055650"],
        );
    }

    #[test]
    fn vat_is_told_from_what_is_none() {
        told_apart(
            vat,
            &["60778695064", "RA330915109", "FR05248454084"],
            &["60776895064", "RA3300915109", "FR05248454048", "607786950"],
        );
    }
}
