//! Malaysia: the identity card (MyKad).

use super::date::is_day;
use super::text::{digits, number};

/// NRIC: a birth date, the place of birth, order and sex. There is no check.
pub(super) fn nric(value: &[u8]) -> bool {
    let Some(d) = digits::<12>(value) else { return false };
    let place = matches!(
        number(&d[6..8]),
        1..=16 | 21..=68 | 71 | 72 | 74..=79 | 82..=93 | 98 | 99
    );
    place && is_day(2000 + number(&d[..2]), number(&d[2..4]), number(&d[4..6]))
}

#[cfg(test)]
mod tests {
    use super::super::cases::told_apart;
    use super::*;

    #[test]
    fn nric_is_told_from_what_is_none() {
        told_apart(
            nric,
            &["170528-91-7866", "650820074269", "820722-24-9359"],
            &["170528-9-7866", "605820074269", "827722-24-9359", "170528-91-78"],
        );
    }
}
