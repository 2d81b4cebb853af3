//! Peru: identity document with its check (CUI), taxpayer's number (RUC).

use super::modulus::{last, remainder};
use super::text::{all_same, alphanumerics, digits, number};

/// DNI with its check: eight digits (weights 3-2-7-6-5-4-3-2, mod 11), and the check as a digit or, on
/// older cards, a letter. Most write it without.
pub(super) fn dni(value: &[u8]) -> bool {
    if let Some(d) = digits::<8>(value) {
        return !all_same(&d);
    }
    let Some(id) = alphanumerics::<9>(value) else { return false };
    let Some(d) = digits::<8>(&id[..8]) else { return false };
    let rest = remainder(&d, &[3, 2, 7, 6, 5, 4, 3, 2], 11) as usize;
    let checks = [b"65432110987"[rest], b"KJIHGFEDCBA"[rest]];
    !all_same(&d) && checks.contains(&id[8])
}

/// RUC: the kind of taxpayer, eight digits, and a check mod 11 (of which the last digit).
pub(super) fn ruc(value: &[u8]) -> bool {
    let Some(d) = digits::<11>(value) else { return false };
    let rest = remainder(&d, &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2], 11);
    let kind = matches!(number(&d[..2]), 10 | 15..=17 | 20);
    kind && (11 - rest) % 10 == last(&d)
}

#[cfg(test)]
mod tests {
    use super::super::cases::told_apart;
    use super::*;

    #[test]
    fn dni_is_told_from_what_is_none() {
        told_apart(
            dni,
            &["51665716B", "234658102", "94657325F", "09421507"],
            &["551665716B", "234628102", "94657235F", "5166571"],
        );
    }

    #[test]
    fn ruc_is_told_from_what_is_none() {
        told_apart(
            ruc,
            &["15474309662", "10776825421", "20231698664"],
            &["15447309662", "10476825421", "20238698664", "154743096"],
        );
    }
}
