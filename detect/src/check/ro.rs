//! Romania: personal number (CNP), and the number of companies (CUI), which is that for VAT.

use super::date::is_day;
use super::modulus::{last, remainder};
use super::text::{after, digits, digits_up_to, number};

/// CNP: sex and century, birth date, county, order, and a check mod 11 (ten is 1).
pub(super) fn cnp(value: &[u8]) -> bool {
    let Some(d) = digits::<13>(value) else { return false };
    let century = match d[0] {
        0 => return false,
        3 | 4 => 1800,
        5 | 6 => 2000,
        // 7 and 8 are residents, 9 foreigners: of either century.
        1 | 2 | 7.. => 1900,
    };
    let (year, month, day) = (number(&d[1..3]), number(&d[3..5]), number(&d[5..7]));
    let born = is_day(century + year, month, day) || d[0] >= 7 && is_day(2000 + year, month, day);
    let county = matches!(number(&d[7..9]), 1..=48 | 51 | 52 | 70 | 80..=83);
    let check = match remainder(&d, &[2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9], 11) {
        10 => 1,
        rest => rest,
    };
    born && county && check == last(&d)
}

/// CUI: two to ten digits, ten times the sum by the weights 7-5-3-2-1-7-5-3-2 mod 11 (ten is 0).
pub(super) fn cui(value: &[u8]) -> bool {
    let Some((mut d, length)) = digits_up_to::<10>(after("RO", value)) else { return false };
    let first = d[0];
    d.rotate_right(10 - length);
    let check = 10 * remainder(&d, &[7, 5, 3, 2, 1, 7, 5, 3, 2], 11) % 11 % 10;
    length >= 2 && first != 0 && check == last(&d)
}

/// VAT: `RO` and a CUI, or a CNP for who trades as a person.
pub(super) fn vat(value: &[u8]) -> bool {
    cui(value) || cnp(after("RO", value))
}

#[cfg(test)]
mod tests {
    use super::super::cases::told_apart;
    use super::*;

    #[test]
    fn cnp_is_told_from_what_is_none() {
        told_apart(
            cnp,
            &["2880206274685", "5941201314957", "5160130043202"],
            &["280206274685", "5941201814957", "5106130043202", "28802062746"],
        );
    }

    #[test]
    fn cui_is_told_from_what_is_none() {
        told_apart(
            cui,
            &["14495538", "708024", "8764344806", "RO3426257"],
            &["24495538", "078024", "8764344896", "FO3426257", "144955"],
        );
    }

    #[test]
    fn vat_is_told_from_what_is_none() {
        told_apart(
            vat,
            &["99611445", "1740326338665", "24925845"],
            &["29611445", "11740326338665", "24325845", "996114"],
        );
    }
}
