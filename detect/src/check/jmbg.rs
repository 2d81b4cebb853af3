//! The citizen's number of the states that were Yugoslavia, which all of them have kept for those
//! born before, and most for those born since.

use super::date::is_day;
use super::modulus::{complement, last};
use super::text::{digits, number};

/// JMBG, EMŠO, EMBG: a birth date with three digits of the year, the region, order, and a check mod
/// 11; a ten is never given out.
pub(super) fn jmbg(value: &[u8]) -> bool {
    let Some(d) = digits::<13>(value) else { return false };
    let year = number(&d[4..7]);
    let year = if year >= 800 { 1000 + year } else { 2000 + year };
    year < 2100
        && is_day(year, number(&d[2..4]), number(&d[..2]))
        && complement(&d, &[7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2], 11) == last(&d)
}

#[cfg(test)]
mod tests {
    use super::super::cases::told_apart;
    use super::*;

    #[test]
    fn jmbg_is_told_from_what_is_none() {
        told_apart(jmbg, &["1501018738956"], &["1501017838956", "15010187389"]);
    }
}
