//! Whether a string looks made by a machine rather than written by hand.

/// The shortest string that can be judged.
const FEWEST_BYTES: usize = 12;
/// The longest run of one character in a key: longer ones are `xxxx`, `0000`, `----`.
const LONGEST_RUN: usize = 6;
/// Words that stand in keys of manuals, in lower case.
const WORDS_OF_MANUALS: &[&str] = &[
    "example",
    "placeholder",
    "your",
    "xxxx",
    "changeme",
    "dummy",
    "redacted",
    "insert",
    "replace",
];

/// Letters and digits, or letters of both cases; many different ones, no long run, no word of a manual.
pub(super) fn random(value: &[u8]) -> bool {
    let digits = value.iter().any(u8::is_ascii_digit);
    let letters = value.iter().any(u8::is_ascii_alphabetic);
    let upper = value.iter().any(u8::is_ascii_uppercase);
    let lower_case = value.iter().any(u8::is_ascii_lowercase);
    let lower = value.to_ascii_lowercase();
    let manual = WORDS_OF_MANUALS.iter().any(|word| contains(&lower, word.as_bytes()));
    value.len() >= FEWEST_BYTES
        && (digits && letters || upper && lower_case)
        && !manual
        && longest_run(value) <= LONGEST_RUN
        && entropy(value) >= least_entropy(value.len())
}

/// Bits a character, by Shannon.
pub(super) fn entropy(value: &[u8]) -> f64 {
    let mut counts = [0u32; 256];
    value.iter().for_each(|byte| counts[usize::from(*byte)] += 1);
    let total = value.len() as f64;
    let bits = |count: &u32| {
        let share = f64::from(*count) / total;
        -share * share.log2()
    };
    counts.iter().filter(|count| **count > 0).map(bits).sum()
}

/// Whether one string stands in another.
pub(super) fn contains(text: &[u8], word: &[u8]) -> bool {
    memchr::memmem::find(text, word).is_some()
}

/// The longest run of one byte.
pub(super) fn longest_run(value: &[u8]) -> usize {
    value.chunk_by(|one, next| one == next).map(<[u8]>::len).max().unwrap_or(0)
}

/// A short string can't hold much; hexadecimal ones hold four bits at most.
fn least_entropy(length: usize) -> f64 {
    match length {
        ..16 => 2.5,
        16..24 => 2.9,
        _ => 3.1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_pass_and_what_was_written_by_hand_does_not() {
        for value in
            ["wJalrXUtnFEMIK7MDENGbPxRfiCY", "9f86d081884c7d659a2feaa0c55ad015", "g7Kq2mP9xLw4"]
        {
            assert!(random(value.as_bytes()), "{value}");
        }
        for value in [
            "short1",
            "onlyletters-without-any",
            "000000000000000000a1",
            "your-token-1234567890ab",
            "AKIAIOSFODNN7EXAMPLE",
            "xxxxxxxxxxxxxxxx1234",
            "ababababababab12",
            "12345678901234567890",
        ] {
            assert!(!random(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn entropy_is_of_its_alphabet() {
        assert!(entropy(b"aaaa") < 0.01);
        assert!((entropy(b"abcd") - 2.0).abs() < 0.01);
    }
}
