//! Thailand: the citizen's number, and that of companies.

use super::modulus::{last, remainder};
use super::text::{all_same, digits};

/// PIN: thirteen digits (the first 1 to 8), weights 13 to 2, and eleven less the sum mod 11, of which
/// the last digit.
pub(super) fn citizen(value: &[u8]) -> bool {
    digits::<13>(value).is_some_and(|d| matches!(d[0], 1..=8) && is_checked(&d))
}

/// The number of companies, which is that of taxpayers: the same, but for the 0 with which it begins.
pub(super) fn company(value: &[u8]) -> bool {
    digits::<13>(value).is_some_and(|d| d[0] == 0 && is_checked(&d))
}

fn is_checked(d: &[u8; 13]) -> bool {
    let check = (11 - remainder(d, &[13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2], 11)) % 10;
    !all_same(d) && check == last(d)
}

#[cfg(test)]
mod tests {
    use super::super::cases::told_apart;
    use super::*;

    #[test]
    fn citizen_is_told_from_what_is_none() {
        told_apart(
            citizen,
            &["8118598727673", "3733657389057", "2649661949795"],
            &["8118598772673", "37336573889057", "2649661947995", "81185987276"],
        );
    }

    #[test]
    fn company_is_told_from_what_is_none() {
        told_apart(
            company,
            &["0773377598026", "0574448390484", "0071021082040"],
            &["0373377598026", "0574448394084", "0071021084040", "07733775980"],
        );
    }
}
