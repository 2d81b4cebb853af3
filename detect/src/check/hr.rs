//! Croatia: the personal identification number (OIB), which companies have too, and for VAT.

use super::iso7064::is_mod_11_10;
use super::text::{after, all_same, digits};

/// OIB: eleven digits, ISO 7064 MOD 11,10.
pub(super) fn oib(value: &[u8]) -> bool {
    digits::<11>(after("HR", value)).is_some_and(|d| !all_same(&d) && is_mod_11_10(&d))
}

#[cfg(test)]
mod tests {
    use super::super::cases::told_apart;
    use super::*;

    #[test]
    fn oib_is_told_from_what_is_none() {
        told_apart(
            oib,
            &["98998144829", "HR30131386326", "54143255493"],
            &["98998148429", "HR30131386926", "54147255493", "989981448"],
        );
    }
}
