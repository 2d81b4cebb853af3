//! Paraguay: the taxpayer's number (RUC), which for persons is that of the identity card with a check.

use super::modulus::{lacking, last};
use super::text::{all_same, digits_up_to};

/// RUC: five to eight digits (weights 2 and up from the right), and a check mod 11 (ten is 0).
pub(super) fn ruc(value: &[u8]) -> bool {
    let Some((all, length)) = digits_up_to::<9>(value) else { return false };
    let d = &all[..length];
    let Some((_, body)) = d.split_last() else { return false };
    let sum = body.iter().rev().zip(2..).map(|(digit, weight)| u32::from(*digit) * weight).sum();
    length >= 5 && d[0] != 0 && !all_same(d) && lacking(sum, 11) % 10 == last(d)
}

#[cfg(test)]
mod tests {
    use super::super::cases::told_apart;
    use super::*;

    #[test]
    fn ruc_is_told_from_what_is_none() {
        told_apart(
            ruc,
            &["480124779", "47887788", "2484684"],
            &["480124777", "47887878", "248484", "4801247"],
        );
    }
}
