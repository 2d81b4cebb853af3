//! Iceland: the kennitala of persons and companies.

use super::date::is_day;
use super::modulus::complement;
use super::text::{digits, number};

/// Kennitala: a birth date (a company's founding, days plus 40), two digits, a check mod 11, and
/// the century.
pub(super) fn kennitala(value: &[u8]) -> bool {
    let Some(d) = digits::<10>(value) else { return false };
    let century = match d[9] {
        0 => 2000,
        9 => 1900,
        _ => return false,
    };
    let day = number(&d[..2]);
    let day = if day > 40 { day - 40 } else { day };
    is_day(century + number(&d[4..6]), number(&d[2..4]), day)
        && complement(&d, &[3, 2, 7, 6, 5, 4, 3, 2], 11) == u32::from(d[8])
}

#[cfg(test)]
mod tests {
    use super::super::cases::told_apart;
    use super::*;

    #[test]
    fn kennitala_is_told_from_what_is_none() {
        told_apart(
            kennitala,
            &["2605065959", "6607194159", "0210846549"],
            &["2695065959", "6617194159", "0210845649", "26050659"],
        );
    }
}
