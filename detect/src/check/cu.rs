//! Cuba: the identity number.

use super::date::is_day;
use super::text::{digits, number};

/// Identity number: a birth date, the century's digit (9 for the 1800s, up to 5 the 1900s), order.
pub(super) fn identity(value: &[u8]) -> bool {
    let Some(d) = digits::<11>(value) else { return false };
    let century = match d[6] {
        9 => 1800,
        0..=5 => 1900,
        _ => 2000,
    };
    is_day(century + number(&d[..2]), number(&d[2..4]), number(&d[4..6]))
}

#[cfg(test)]
mod tests {
    use super::super::cases::told_apart;
    use super::*;

    #[test]
    fn identity_is_told_from_what_is_none() {
        told_apart(
            identity,
            &["62062932701", "34100125446", "59081179961"],
            &["62362932701", "344100125446", "559081179961", "620629327"],
        );
    }
}
