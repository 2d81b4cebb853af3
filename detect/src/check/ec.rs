//! Ecuador: identity card (CI), taxpayer's number (RUC).

use super::luhn::is_luhn;
use super::modulus::remainder;
use super::text::{digits, number};

/// CI: the province (01 to 24, 30 and 50 abroad), a digit up to 6, six of order, and Luhn.
pub(super) fn identity_card(value: &[u8]) -> bool {
    digits::<10>(value).is_some_and(|d| is_card(&d))
}

/// RUC: that of a person is the identity card's with the place behind; the third digit of a public
/// body's is 6, of a company's 9, each with a check mod 11.
pub(super) fn ruc(value: &[u8]) -> bool {
    let Some(d) = digits::<13>(value) else { return false };
    let Some(card) = d.first_chunk::<10>() else { return false };
    let person = || d[10..] != [0; 3] && is_card(card);
    let public = || d[9..] != [0; 4] && remainder(&d, &[3, 2, 7, 6, 5, 4, 3, 2, 1], 11) == 0;
    let company = || d[10..] != [0; 3] && remainder(&d, &[4, 3, 2, 7, 6, 5, 4, 3, 2, 1], 11) == 0;
    is_province(&d)
        && match d[2] {
            0..=5 => person(),
            6 => public() || person(),
            9 => company() || public(),
            _ => false,
        }
}

fn is_card(d: &[u8; 10]) -> bool {
    is_province(d) && d[2] <= 6 && is_luhn(d)
}

fn is_province(d: &[u8]) -> bool {
    matches!(number(&d[..2]), 1..=24 | 30 | 50)
}

#[cfg(test)]
mod tests {
    use super::super::cases::told_apart;
    use super::*;

    #[test]
    fn identity_card_is_told_from_what_is_none() {
        told_apart(
            identity_card,
            &["1154725384", "0649016961", "0841282601"],
            &["1154745384", "0699016961", "0841286201", "11547253"],
        );
    }

    #[test]
    fn ruc_is_told_from_what_is_none() {
        told_apart(
            ruc,
            &["5066263077703", "1522692209001", "0963216767001", "1562734200001"],
            &["506626307770", "1422692209001", "0693216767001", "1562764200001", "50662630777"],
        );
    }
}
