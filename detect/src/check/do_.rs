//! Dominican Republic: identity card (cédula), taxpayer's number (RNC).

use super::luhn::is_luhn;
use super::modulus::{last, remainder};
use super::text::{all_same, digits};

/// Cédula: eleven digits and Luhn. Some hundred were given out without it; they do not pass.
pub(super) fn identity_card(value: &[u8]) -> bool {
    digits::<11>(value).is_some_and(|d| !all_same(&d) && is_luhn(&d))
}

/// RNC: nine digits, weights 7-9-8-6-5-4-3-2, mod 11; a remainder of 0 is 2 and one of 1 is 1.
pub(super) fn rnc(value: &[u8]) -> bool {
    let Some(d) = digits::<9>(value) else { return false };
    let check = match remainder(&d, &[7, 9, 8, 6, 5, 4, 3, 2], 11) {
        0 => 2,
        1 => 1,
        rest => 11 - rest,
    };
    !all_same(&d) && check == last(&d)
}

#[cfg(test)]
mod tests {
    use super::super::cases::told_apart;
    use super::*;

    #[test]
    fn identity_card_is_told_from_what_is_none() {
        told_apart(
            identity_card,
            &["20672734918", "98314860630", "28499346170"],
            &["02672734918", "98314460630", "28899346170", "206727349"],
        );
    }

    #[test]
    fn rnc_is_told_from_what_is_none() {
        told_apart(
            rnc,
            &["260787637", "057054249", "418027691"],
            &["860787637", "057054294", "148027691", "2607876"],
        );
    }
}
