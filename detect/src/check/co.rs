//! Colombia: the taxpayer's number (NIT), which for persons is that of the identity card with a check.

use super::modulus::{lacking, last};
use super::text::digits_up_to;

/// NIT: up to fifteen digits, weights the primes from 3 on (but 5, 11 and 31) from the right, and a
/// check mod 11, of which 10 stands for 1.
pub(super) fn nit(value: &[u8]) -> bool {
    const PRIMES: [u32; 15] = [3, 7, 13, 17, 19, 23, 29, 37, 41, 43, 47, 53, 59, 67, 71];
    let Some((all, length)) = digits_up_to::<16>(value) else { return false };
    let d = &all[..length];
    let Some((_, body)) = d.split_last() else { return false };
    let sum: u32 =
        body.iter().rev().zip(PRIMES).map(|(digit, prime)| u32::from(*digit) * prime).sum();
    let check = if sum % 11 == 1 { 1 } else { lacking(sum, 11) };
    length >= 8 && body.iter().any(|digit| *digit != 0) && check == last(d)
}

#[cfg(test)]
mod tests {
    use super::super::cases::told_apart;
    use super::*;

    #[test]
    fn nit_is_told_from_what_is_none() {
        told_apart(
            nit,
            &["3382251642", "349537888", "416957985402"],
            &["3382251142", "349573888", "411957985402", "33822516"],
        );
    }
}
