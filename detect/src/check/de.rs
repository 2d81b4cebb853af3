//! Germany: the tax identification number (Steuer-ID).

use super::iso7064::is_mod_11_10;
use super::text::digits;

/// Steuer-ID: of the first ten digits exactly one comes twice or three times (and then not three
/// in a row), the first isn't 0, and the last is the check of ISO 7064 MOD 11,10.
pub(super) fn tax_id(value: &[u8]) -> bool {
    let Some(digits) = digits::<11>(value) else { return false };
    let body = &digits[..10];
    let mut counts = [0u8; 10];
    body.iter().for_each(|digit| counts[usize::from(*digit)] += 1);
    let repeated = counts.iter().filter(|count| **count > 1).count();
    let most = counts.iter().max().copied().unwrap_or(0);
    let in_a_row = body.windows(3).any(|three| three[0] == three[1] && three[1] == three[2]);
    body[0] != 0 && repeated == 1 && most <= 3 && !in_a_row && is_mod_11_10(&digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tax_offices_examples_pass() {
        for value in
            ["86 095 742 719", "47036892816", "65929970489", "57549285017", "25 768 131 411"]
        {
            assert!(tax_id(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn a_wrong_digit_or_the_wrong_repeats_do_not() {
        for value in ["86 095 742 718", "47036892817", "01234567890", "11111111111", "8609574271"] {
            assert!(!tax_id(value.as_bytes()), "{value}");
        }
        // A right check digit, but all ten differ; or two digits come twice.
        assert!(!(0..10).any(|d| tax_id(format!("1234567890{d}").as_bytes())));
        assert!(!(0..10).any(|d| tax_id(format!("1123344567{d}").as_bytes())));
    }
}
