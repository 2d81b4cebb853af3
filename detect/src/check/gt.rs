//! Guatemala: the taxpayer's number (NIT).

use super::modulus::lacking;
use super::text::{all_same, alphanumerics_up_to, digits_up_to};

/// NIT: digits (weights 2 and up from the right), and a check mod 11, K for ten.
pub(super) fn nit(value: &[u8]) -> bool {
    let Some((all, length)) = alphanumerics_up_to::<12>(value) else { return false };
    let Some((check, body)) = all[..length].split_last() else { return false };
    let Some((d, length)) = digits_up_to::<11>(body) else { return false };
    let d = &d[..length];
    let sum = d.iter().rev().zip(2..).map(|(digit, weight)| u32::from(*digit) * weight).sum();
    let expected = match lacking(sum, 11) {
        10 => b'K',
        digit => b'0' + digit as u8,
    };
    length >= 4 && !all_same(d) && *check == expected
}

#[cfg(test)]
mod tests {
    use super::super::cases::told_apart;
    use super::*;

    #[test]
    fn nit_is_told_from_what_is_none() {
        told_apart(
            nit,
            &["00083801", "420431K", "545359724"],
            &["00083808", "42431K", "455359724", "000838"],
        );
    }
}
