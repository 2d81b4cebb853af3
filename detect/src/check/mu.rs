//! Mauritius: the identity number.

use super::date::is_day;
use super::modulus::{complement, last};
use super::text::{alphanumerics, base_36, digits, number};

/// Identity number: the surname's letter, birth date, six of order, and a check mod 17.
pub(super) fn identity(value: &[u8]) -> bool {
    let Some(id) = alphanumerics::<14>(value) else { return false };
    let Some(d) = digits::<12>(&id[1..13]) else { return false };
    let values = id.map(|c| base_36(c).unwrap_or(0));
    let weights = [14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2];
    id[0].is_ascii_uppercase()
        && is_day(2000 + number(&d[4..6]), number(&d[2..4]), number(&d[..2]))
        && complement(&values, &weights, 17) == last(&values)
}

#[cfg(test)]
mod tests {
    use super::super::cases::told_apart;
    use super::*;

    #[test]
    fn identity_is_told_from_what_is_none() {
        told_apart(
            identity,
            &["L021278547581D", "Q091044197835G", "W070164913707B"],
            &["L021378547581D", "Q091044197833G", "W070164513707B", "L02127854758"],
        );
    }
}
