//! Check digits of weighted sums. What countries differ in is the weights, the modulus, whether the
//! check is the remainder or what it lacks, and what becomes of a check of ten. Whoever compares
//! with the last digit refuses a ten; whoever takes it mod 10 first writes it 0.

use super::text::weighted;

/// The last digit.
pub(super) fn last(digits: &[u8]) -> u32 {
    digits.last().map_or(u32::MAX, |digit| u32::from(*digit))
}

/// What the weighted sum leaves. Digits without a weight, such as the check at the end, aren't in it.
pub(super) fn remainder(digits: &[u8], weights: &[u32], modulus: u32) -> u32 {
    weighted(digits, weights) % modulus
}

/// What the weighted sum lacks to the next multiple of the modulus: 0 if it is one.
pub(super) fn complement(digits: &[u8], weights: &[u32], modulus: u32) -> u32 {
    lacking(weighted(digits, weights), modulus)
}

/// What a sum lacks to the next multiple.
pub(super) fn lacking(sum: u32, modulus: u32) -> u32 {
    (modulus - sum % modulus) % modulus
}

/// The remainder mod 11 by the first weights; where it is ten, by the second; a ten again is 0.
pub(super) fn two_passes(digits: &[u8], first: &[u32], second: &[u32]) -> u32 {
    match remainder(digits, first, 11) {
        10 => remainder(digits, second, 11) % 10,
        rest => rest,
    }
}

/// The sum of the products' own digits: 7 by weight 2 counts 1 + 4.
pub(super) fn cross_sum(digits: &[u8], weights: &[u32]) -> u32 {
    let products = digits.iter().zip(weights).map(|(digit, weight)| u32::from(*digit) * weight);
    products.map(|product| product / 10 + product % 10).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn remainders_and_what_they_lack_make_the_modulus() {
        assert_eq!(remainder(&[1, 2, 3], &[3, 2, 1], 7), 3);
        assert_eq!(complement(&[1, 2, 3], &[3, 2, 1], 7), 4);
        assert_eq!(complement(&[7, 0, 0], &[1, 1, 1], 7), 0);
        assert_eq!(cross_sum(&[7, 5], &[2, 1]), 1 + 4 + 5);
    }

    #[test]
    fn the_second_weights_count_where_the_first_leave_ten() {
        assert_eq!(two_passes(&[5, 0], &[1, 1], &[3, 1]), 5);
        assert_eq!(two_passes(&[5, 0], &[2, 1], &[3, 1]), 4);
        assert_eq!(two_passes(&[5, 0], &[2, 1], &[2, 1]), 0);
    }
}
