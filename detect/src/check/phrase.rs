//! Secrets that people choose or are told: passphrases, answers, PINs, communities, seeds and links.

use super::placeholder::WORDS;
use super::randomness::{contains, entropy, longest_run};
use super::secret::{api_key, bare_password, is_code, is_written_password, not_placeholder};

/// Words of a prompt or a sentence about a secret, which no secret holds.
const WORDS_OF_PROMPTS: [&str; 24] = [
    "enter",
    "your",
    "the",
    "please",
    "for",
    "must",
    "is",
    "passphrase",
    "password",
    "required",
    "a",
    "to",
    "of",
    "with",
    "not",
    "wrong",
    "invalid",
    "missing",
    "none",
    "optional",
    "new",
    "confirm",
    "repeat",
    "this",
];

/// A passphrase: a password, or three words and more that are no prompt.
pub(super) fn passphrase(value: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(value) else { return false };
    let lower = text.to_lowercase();
    let words: Vec<&str> = lower.split_whitespace().collect();
    if words.len() < 2 {
        return bare_password(value)
            || (text.len() >= 8 && text.contains('-') && not_placeholder(value));
    }
    words.len() >= 3
        && is_written_password(value)
        && !is_code(text)
        && !text.ends_with(['.', ':', '?', '!'])
        && !words.iter().any(|word| WORDS_OF_PROMPTS.contains(word))
}

/// The key of a wireless network: a password or a passphrase.
pub(super) fn wifi_key(value: &[u8]) -> bool {
    not_placeholder(value) || passphrase(value)
}

/// An answer to a question: any words that stand for nothing else.
pub(super) fn answer(value: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(value) else { return false };
    let lower = text.to_lowercase();
    let mut words = lower.split_whitespace();
    is_written_password(value)
        && !is_code(text)
        && text.trim() == text
        && words.clone().count() <= 8
        && !words.any(|word| WORDS_OF_PROMPTS.contains(&word) || WORDS.contains(&word))
        && !text.contains(['_', '(', '='])
}

/// A PIN that somebody chose: not the ones that stand in every manual.
pub(super) fn pin(value: &[u8]) -> bool {
    const OF_MANUALS: [&[u8]; 5] = [b"1234", b"12345", b"123456", b"4321", b"12345678"];
    value.len() >= 4
        && value.iter().all(u8::is_ascii_digit)
        && longest_run(value) < value.len()
        && !OF_MANUALS.contains(&value)
}

/// A community string but for the two that each device comes with.
pub(super) fn community(value: &[u8]) -> bool {
    const OF_DEVICES: [&str; 12] = [
        "public",
        "private",
        "strings",
        "string",
        "community",
        "read-only",
        "read-write",
        "access",
        "name",
        "names",
        "are",
        "with",
    ];
    let lower = String::from_utf8_lossy(value).to_lowercase();
    not_placeholder(value)
        && !OF_DEVICES.contains(&lower.as_str())
        && (bare_password(value)
            || lower.len() >= 6
                && lower.bytes().any(|b| b.is_ascii_digit() || b == b'_' || b == b'-'))
}

/// A password of a device's settings, or the hash of one.
pub(super) fn password_or_hash(value: &[u8]) -> bool {
    matches!(value, [b'$', b'0'..=b'9', ..] if value.len() >= 20) || bare_password(value)
}

/// A seed in Base32, perhaps in groups of four: no word in capitals.
pub(super) fn seed(value: &[u8]) -> bool {
    let signs: Vec<u8> = value.iter().copied().filter(|b| *b != b' ').collect();
    signs.len() >= 16
        && (signs.iter().any(u8::is_ascii_digit) || entropy(&signs) >= 3.4)
        && longest_run(&signs) <= 4
        && !contains(&signs, b"EXAMPLE")
}

/// The last long part of an address is made by a machine.
pub(super) fn link_token(value: &[u8]) -> bool {
    let part = |byte: &u8| matches!(byte, b'/' | b'?' | b'&' | b'=' | b'#');
    value.split(part).any(|part| part.len() >= 16 && api_key(part))
}

/// A key of many signs, as WordPress makes them; no sentence.
pub(super) fn many_signs(value: &[u8]) -> bool {
    value.len() >= 32
        && entropy(value) >= 4.0
        && value.iter().filter(|b| b.is_ascii_digit()).count() >= 2
        && !contains(value, b"unique phrase")
}

/// Base64 of a text: what a secret of Kubernetes holds.
pub(super) fn base64_text(value: &[u8]) -> bool {
    let Ok(decoded) = data_encoding::BASE64.decode(value) else { return false };
    let text = decoded.trim_ascii();
    text.len() >= 4
        && std::str::from_utf8(text)
            .is_ok_and(|t| !t.chars().any(|c| c.is_control() && c != '\n' && c != '\r'))
        && longest_run(text) < text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phrases_are_told_from_prompts() {
        for value in ["correct horse battery staple", "kR7nWq2x", "blue-river-stone-lamp"] {
            assert!(passphrase(value.as_bytes()), "{value}");
        }
        for value in [
            "Enter your passphrase",
            "two words",
            "passphrase",
            "get_passphrase()",
            "wrong key or phrase.",
        ] {
            assert!(!passphrase(value.as_bytes()), "{value}");
        }
        assert!(answer(b"Fluffy") && answer(b"Main Street 5"));
        assert!(!answer(b"required") && !answer(b"${ANSWER}") && !answer(b"the first pet's name"));
    }

    #[test]
    fn chosen_numbers_and_names_pass_and_those_of_manuals_do_not() {
        assert!(pin(b"4829") && !pin(b"1234") && !pin(b"0000") && !pin(b"12"));
        assert!(community(b"Acm3Netz") && !community(b"public") && !community(b"strings"));
        assert!(seed(b"JBSWY3DPK5XXE3DE") && seed(b"JBSW Y3DP K5XX E3DE"));
        assert!(!seed(b"AUTHENTICATIONNN") && !seed(b"AAAAAAAAAAAAAAAA") && !seed(b"JBSW"));
    }

    #[test]
    fn what_machines_made_is_told() {
        assert!(link_token(b"https://a.example/reset?token=k7Lm2QvX9pRt4Wz8Nb3Hc6Yd"));
        assert!(!link_token(b"https://a.example/verify?page=getting-started-with-2fa-and-more"));
        assert!(
            many_signs(b"k7#Lm2|QvX9p+Rt4Wz8!Nb3Hc6Yd@TfZG6su")
                && !many_signs(b"put your unique phrase here, and here")
        );
        assert!(
            base64_text(b"U29tbWVyMjIhWHk=")
                && !base64_text(b"AAECAwQFBgc=")
                && !base64_text(b"U29")
        );
    }
}
