//! Costa Rica: identity cards of citizens and foreigners, numbers of companies. None has a check.

use super::text::{all_same, digits, digits_up_to, number};

/// Cédula física: the province (1 to 9), volume and entry, nine digits; a 0 may stand before.
pub(super) fn identity_card(value: &[u8]) -> bool {
    let Some((all, length)) = digits_up_to::<10>(value) else { return false };
    let d = match length {
        9 => &all[..9],
        10 if all[0] == 0 => &all[1..],
        _ => return false,
    };
    d[0] != 0 && !all_same(d)
}

/// Cédula jurídica: the kind (2 to 5) and its class, and six digits.
pub(super) fn company(value: &[u8]) -> bool {
    let Some(d) = digits::<10>(value) else { return false };
    let class = number(&d[1..4]);
    let kind = match d[0] {
        2 => matches!(class, 100 | 200 | 300 | 400),
        3 => matches!(class, 2..=14 | 101..=110),
        4 => class == 0,
        5 => class == 1,
        _ => false,
    };
    kind && number(&d[4..]) != 0
}

/// DIMEX of foreigners: a 1, and ten or eleven digits.
pub(super) fn foreigner(value: &[u8]) -> bool {
    let Some((d, length)) = digits_up_to::<12>(value) else { return false };
    matches!(length, 11 | 12) && d[0] == 1 && !all_same(&d[1..length])
}

#[cfg(test)]
mod tests {
    use super::super::cases::told_apart;
    use super::*;

    #[test]
    fn company_is_told_from_what_is_none() {
        told_apart(
            company,
            &["3101953995", "2100419883", "3102917658"],
            &["3901953995", "4100419883", "1102917658", "31019539"],
        );
    }

    #[test]
    fn foreigner_is_told_from_what_is_none() {
        told_apart(
            foreigner,
            &["15040308858", "116993693559", "17258475284"],
            &["51040308858", "1169936933559", "1725847524", "150403088"],
        );
    }

    #[test]
    fn identity_card_is_told_from_what_is_none() {
        told_apart(
            identity_card,
            &["0663177074", "514615555", "0449036689"],
            &["6063177074", "51465555", "04490336689", "06631770"],
        );
    }
}
