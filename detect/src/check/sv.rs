//! El Salvador: identity document (DUI), taxpayer's number (NIT).

use super::modulus::{complement, last, remainder};
use super::text::{after, all_same, digits, number};

/// DUI: eight digits (weights 9 to 2), and the check mod 10.
pub(super) fn dui(value: &[u8]) -> bool {
    let Some(d) = digits::<9>(value) else { return false };
    !all_same(&d[..8]) && complement(&d, &[9, 8, 7, 6, 5, 4, 3, 2], 10) == last(&d)
}

/// NIT: place of birth or registration, date, order, and a check mod 11 whose weights differ for
/// orders up to 100.
pub(super) fn nit(value: &[u8]) -> bool {
    let Some(d) = digits::<14>(after("SV", value)) else { return false };
    let check = match number(&d[10..13]) {
        ..=100 => remainder(&d, &[14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2], 11),
        _ => complement(&d, &[2, 7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2], 11),
    };
    matches!(d[0], 0 | 1 | 9) && d[..10] != [0; 10] && check % 10 == last(&d)
}

#[cfg(test)]
mod tests {
    use super::super::cases::told_apart;
    use super::*;

    #[test]
    fn dui_is_told_from_what_is_none() {
        told_apart(dui, &["00016297-5"], &["00016297-4", "0001629-7"]);
    }

    #[test]
    fn nit_is_told_from_what_is_none() {
        told_apart(
            nit,
            &["00205277965543", "16590935386820", "02640694180554"],
            &["0020527796543", "16590935486820", "02640694810554", "002052779655"],
        );
    }
}
