//! Montenegro: the taxpayer's number (PIB).

use super::modulus::{complement, last};
use super::text::digits;

/// PIB: eight digits, a check mod 11 (ten is 0).
pub(super) fn pib(value: &[u8]) -> bool {
    let Some(d) = digits::<8>(value) else { return false };
    d != [0; 8] && complement(&d, &[8, 7, 6, 5, 4, 3, 2], 11) % 10 == last(&d)
}

#[cfg(test)]
mod tests {
    use super::super::cases::told_apart;
    use super::*;

    #[test]
    fn pib_is_told_from_what_is_none() {
        told_apart(
            pib,
            &["65563824", "19129629", "08294305"],
            &["65565824", "11929629", "08294325", "655638"],
        );
    }
}
