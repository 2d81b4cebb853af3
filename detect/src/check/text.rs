//! Reading values as people write them: digits and letters with separators between.

/// The digits of a value of exactly `N` digits, as numbers; none if it holds anything else than
/// digits and separators.
pub(super) fn digits<const N: usize>(value: &[u8]) -> Option<[u8; N]> {
    let (out, length) = digits_up_to(value)?;
    (length == N).then_some(out)
}

/// The digits of a value of at most `N` digits, as numbers, and how many they are.
pub(super) fn digits_up_to<const N: usize>(value: &[u8]) -> Option<([u8; N], usize)> {
    let (mut out, mut length, mut at) = ([0; N], 0, 0);
    while let Some(byte) = value.get(at) {
        let digit = byte.wrapping_sub(b'0');
        if digit < 10 {
            *out.get_mut(length)? = digit;
            length += 1;
            at += 1;
            continue;
        }
        match separator(&value[at..]) {
            0 => return None,
            width => at += width,
        }
    }
    Some((out, length))
}

/// The letters (raised to upper case) and digits of a value of exactly `N` of them.
pub(super) fn alphanumerics<const N: usize>(value: &[u8]) -> Option<[u8; N]> {
    let (out, length) = alphanumerics_up_to(value)?;
    (length == N).then_some(out)
}

/// The letters (raised to upper case) and digits of a value of at most `N` of them, and how many
/// they are.
pub(super) fn alphanumerics_up_to<const N: usize>(value: &[u8]) -> Option<([u8; N], usize)> {
    let mut out = [0; N];
    let mut length = 0;
    for byte in significant(value) {
        if !byte.is_ascii_alphanumeric() || length == N {
            return None;
        }
        out[length] = byte.to_ascii_uppercase();
        length += 1;
    }
    Some((out, length))
}

/// What stands behind a prefix (a country's letters, in any case) and separators, or all where it
/// isn't there.
pub(super) fn after<'a>(prefix: &str, value: &'a [u8]) -> &'a [u8] {
    let mut rest = match value.split_at_checked(prefix.len()) {
        Some((first, rest)) if first.eq_ignore_ascii_case(prefix.as_bytes()) => rest,
        _ => return value,
    };
    while let width @ 1.. = separator(rest) {
        rest = &rest[width..];
    }
    rest
}

/// What stands before a suffix, in any case; none where it isn't there.
pub(super) fn before<'a>(suffix: &str, value: &'a [u8]) -> Option<&'a [u8]> {
    let (rest, last) = value.split_at_checked(value.len().checked_sub(suffix.len())?)?;
    last.eq_ignore_ascii_case(suffix.as_bytes()).then_some(rest)
}

/// What an ASCII digit or letter counts: 0 to 9, then A (10) to Z (35).
pub(super) fn base_36(character: u8) -> Option<u8> {
    match character {
        b'0'..=b'9' => Some(character - b'0'),
        b'A'..=b'Z' => Some(character - b'A' + 10),
        _ => None,
    }
}

/// Where a character stands in an alphabet.
pub(super) fn place_in(alphabet: &[u8], character: u8) -> Option<u8> {
    alphabet.iter().position(|c| *c == character).map(|at| at as u8)
}

/// Whether a value has a form: `9` is a digit, `A` a letter, `*` either, all others themselves.
pub(super) fn has_form(value: &[u8], form: &str) -> bool {
    value.len() == form.len()
        && value.iter().zip(form.bytes()).all(|(c, step)| match step {
            b'9' => c.is_ascii_digit(),
            b'A' => c.is_ascii_uppercase(),
            b'*' => c.is_ascii_uppercase() || c.is_ascii_digit(),
            same => *c == same,
        })
}

/// The sum of digits each times its weight.
pub(super) fn weighted(digits: &[u8], weights: &[u32]) -> u32 {
    digits.iter().zip(weights).map(|(digit, weight)| u32::from(*digit) * weight).sum()
}

/// Digits as one number.
pub(super) fn number(digits: &[u8]) -> u64 {
    digits.iter().fold(0, |sum, digit| sum.wrapping_mul(10).wrapping_add(u64::from(*digit)))
}

/// Whether all are the same: `000…`, `111…`, which stand for a number rather than being one.
pub(super) fn all_same(values: &[u8]) -> bool {
    values.windows(2).all(|pair| pair[0] == pair[1])
}

/// Whether there is a digit in it: what tells a licence number from a word in capitals. Noughts alone hold the place
/// of a number.
pub(super) fn has_digit(value: &[u8]) -> bool {
    const MOST_NOUGHTS: usize = 3;
    let mut digits = value.iter().filter(|b| b.is_ascii_digit());
    digits.clone().any(|b| *b != b'0') || (1..=MOST_NOUGHTS).contains(&digits.by_ref().count())
}

/// The bytes of a value that aren't separators.
fn significant(value: &[u8]) -> impl Iterator<Item = u8> {
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let width = separator(value.get(at..)?);
            if width == 0 {
                let byte = *value.get(at)?;
                at += 1;
                return Some(byte);
            }
            at += width;
        }
    })
}

/// How wide the separator is with which these bytes begin; 0 if they begin with none.
fn separator(bytes: &[u8]) -> usize {
    match bytes {
        [b' ' | b'-' | b'.' | b'/' | b'\t' | b'+', ..] => 1,
        // No-break space.
        [0xc2, 0xa0, ..] => 2,
        // Thin, narrow and figure spaces, and the hyphens and dashes.
        [0xe2, 0x80, 0x80..=0x8a | 0x90..=0x95 | 0xaf, ..] => 3,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_read_through_all_the_separators_that_people_use() {
        for value in ["123456", "12 34-56", "12.34/56", "12\u{a0}34\u{202f}56", "12\u{2011}34–56"]
        {
            assert_eq!(digits(value.as_bytes()), Some([1, 2, 3, 4, 5, 6]), "{value}");
        }
    }

    #[test]
    fn what_is_too_short_too_long_or_holds_something_else_is_no_number() {
        assert_eq!(digits::<3>(b"12"), None);
        assert_eq!(digits::<3>(b"1234"), None);
        assert_eq!(digits::<3>(b"12a"), None);
        assert_eq!(digits_up_to::<3>(b"1 2"), Some(([1, 2, 0], 2)));
        assert_eq!(alphanumerics::<4>(b"ab-12"), Some(*b"AB12"));
        assert_eq!(alphanumerics::<4>(b"ab_12"), None);
    }
}
