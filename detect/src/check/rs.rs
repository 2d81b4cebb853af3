//! Serbia: the taxpayer's number (PIB).

use super::iso7064::is_mod_11_10;
use super::text::{after, digits, number};

/// PIB: nine digits, ISO 7064 MOD 11,10.
pub(super) fn pib(value: &[u8]) -> bool {
    let Some(d) = digits::<9>(after("RS", value)) else { return false };
    number(&d) > 10_000_000 && is_mod_11_10(&d)
}

#[cfg(test)]
mod tests {
    use super::super::cases::told_apart;
    use super::*;

    #[test]
    fn pib_is_told_from_what_is_none() {
        told_apart(
            pib,
            &["894217597", "903297456", "031817301"],
            &["804217597", "203297456", "031817031", "8942175"],
        );
    }
}
