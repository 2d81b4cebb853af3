//! Portugal: tax number (NIF), citizen card, social security number (NISS), bank account (NIB).

use super::iso7064::mod_97;
use super::modulus::{complement, last, remainder};
use super::text::{after, all_same, alphanumerics, base_36, digits, has_form};

/// NIF: nine digits, weights 9 to 2, mod 11; a check of ten is 0. It is the number for VAT.
pub(super) fn nif(value: &[u8]) -> bool {
    let Some(d) = digits::<9>(after("PT", value)) else { return false };
    d[0] != 0 && !all_same(&d) && complement(&d, &[9, 8, 7, 6, 5, 4, 3, 2], 11) % 10 == last(&d)
}

/// Citizen card: the civil number and its check, two letters or digits, and a check like Luhn's, in
/// which letters count from 10 and only one nine is taken from what is doubled.
pub(super) fn citizen_card(value: &[u8]) -> bool {
    let Some(id) = alphanumerics::<12>(value) else { return false };
    let sum: u32 = id
        .iter()
        .enumerate()
        .map(|(at, c)| {
            let counts = u32::from(base_36(*c).unwrap_or(0)) * (2 - at as u32 % 2);
            if at % 2 == 0 && counts > 9 { counts - 9 } else { counts }
        })
        .sum();
    has_form(&id, "999999999**9") && &id[..8] != b"00000000" && sum.is_multiple_of(10)
}

/// NIB (Banco de Portugal): bank, branch, account and two digits, which leave 1 mod 97.
pub(super) fn bank_account(value: &[u8]) -> bool {
    let Some(d) = digits::<21>(value) else { return false };
    !all_same(&d[..19]) && mod_97(d.iter().map(|digit| digit + b'0')) == Some(1)
}

/// NISS: eleven digits, weights the primes from 29 down, and what they lack to nine.
pub(super) fn social_security(value: &[u8]) -> bool {
    let Some(d) = digits::<11>(value) else { return false };
    let check = 9 - remainder(&d, &[29, 23, 19, 17, 13, 11, 7, 5, 3, 2], 10);
    matches!(d[0], 1 | 2) && !all_same(&d) && check == last(&d)
}

#[cfg(test)]
mod tests {
    use super::super::cases::{digits_fit, told_apart};
    use super::*;

    #[test]
    fn a_nib_leaves_one() {
        assert!(bank_account(b"000201231234567890154") && !bank_account(b"000201231234567890155"));
        assert!(!bank_account(b"000000000000000000001"));
    }

    #[test]
    fn citizen_card_is_told_from_what_is_none() {
        told_apart(
            citizen_card,
            &["873982696452", "825021291ID5", "275146179HM3"],
            &["837982696452", "815021291ID5", "275146199HM3", "8739826964"],
        );
    }

    #[test]
    fn nif_is_told_from_what_is_none() {
        told_apart(
            nif,
            &["848919114", "PT593470001", "655999779"],
            &["848939114", "PT593370001", "655999797", "8489191"],
        );
    }

    #[test]
    fn social_security_is_told_from_what_is_none() {
        digits_fit(social_security, "1234567890?", 1);
        digits_fit(social_security, "3234567890?", 0);
    }
}
