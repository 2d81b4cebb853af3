//! Passwords: whether what stands behind `password =` is one, or stands for one.

use data_encoding::{BASE64_NOPAD, BASE64URL_NOPAD};

use super::placeholder::{BEGINNINGS, MARKS_OF_PLACEHOLDERS, WORDS, WORDS_OF_NAMES};
use super::randomness::{contains, longest_run, random};

/// The shortest password that is one.
const FEWEST_BYTES: usize = 4;
/// The longest that is looked at.
const MOST_BYTES: usize = 256;

/// Whether a value in quotes, behind a key that says it is a password, is one.
pub(super) fn not_placeholder(value: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(value) else { return false };
    if !(FEWEST_BYTES..=MOST_BYTES).contains(&text.len()) {
        return false;
    }
    let lower = text.to_lowercase();
    let letters: String = lower.chars().filter(|c| !matches!(c, '_' | '-' | ' ' | '.')).collect();
    !WORDS.contains(&letters.as_str())
        && !BEGINNINGS.iter().any(|beginning| lower.starts_with(beginning))
        && !MARKS_OF_PLACEHOLDERS.iter().any(|mark| contains(lower.as_bytes(), mark.as_bytes()))
        && !text.contains(char::is_whitespace)
        && text.chars().any(char::is_alphanumeric)
        // `aaaa`, `xxxxx`, `------`.
        && longest_run(value) < value.len().max(5) - 1
        && !is_name(text, &lower)
        && !is_code(text)
}

/// The same without quotes, as in YAML, `.env` files, logs and letters, where any word may follow:
/// there a password has a digit or a sign, or mixes its cases.
pub(super) fn bare_password(value: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(value) else { return false };
    let digit = text.chars().any(|c| c.is_ascii_digit());
    let sign = text
        .chars()
        .any(|c| c.is_ascii_punctuation() && !matches!(c, '.' | ',' | '-' | '_' | '\'' | ':'));
    let cases =
        text.chars().skip(1).any(char::is_uppercase) && text.chars().any(char::is_lowercase);
    let reference = text.starts_with(['/', '!', '*', '&', '~', '\\', ':']);
    // `passwd: __u32`, `TYPE_PASS = 0x100`.
    let builtin = text.starts_with("__");
    let number =
        text.strip_prefix("0x").is_some_and(|hex| hex.bytes().all(|b| b.is_ascii_hexdigit()));
    // The end of an expression of code: `password}`, `String?`, `form[`.
    let inner = text.trim_end_matches(['}', ')', ']', '?']);
    let expression = text.ends_with(['[', '('])
        || inner.len() < text.len() && inner.chars().all(char::is_alphabetic);
    text.len() >= 5
        && !reference
        && !builtin
        && !number
        && !expression
        && (digit || sign || cases)
        && not_placeholder(value)
        && !is_dotted_name(text)
        && !is_path_in_code(text)
        && !is_type(text)
        && !is_call(text)
}

/// A password that stands in a field of that name: any word may be one, but for what other fields
/// with the word in their names hold (`password_changed_at`, `password_hash`, `password_id`).
pub(super) fn field_password(value: &[u8]) -> bool {
    let hash = value.len() >= 32 && value.iter().all(|b| b.is_ascii_hexdigit() || *b == b'-');
    let date = value.len() >= 10
        && value[..10].iter().enumerate().all(|(at, byte)| match at {
            4 | 7 => *byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    // Django's sign of an account that has none.
    let unusable = matches!(value, [b'!', rest @ ..]
        if rest.len() == 40 && rest.iter().all(u8::is_ascii_alphanumeric));
    !hash && !date && !unusable && not_placeholder(value)
}

/// A key of some service: made by a machine, and not a way to a value.
pub(super) fn api_key(value: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(value) else { return false };
    random(value)
        && super::text::has_digit(value)
        && not_placeholder(value)
        && !is_dotted_name(text)
        && !is_words(text)
        && !text.starts_with(PLACE_OF_KEY)
        && !OF_MANUALS.iter().any(|known| text.to_lowercase().starts_with(known))
        // A pair, of which the key is the first part.
        && !text.trim_end_matches('=').contains('=')
}

/// Keys of manuals that are known by how they begin, in lower case.
const OF_MANUALS: [&str; 2] = ["wjalrxutnfemi", "eby8vdm02xnocq"];
/// The end of the address of a key that a service keeps.
const PLACE_OF_KEY: &str = "key/";

/// Names of things: `get_session_key_2`, `alias/key-2024`, `SHA256_LENGTH`, `Ed25519SigningKey`.
/// Few runs of digits, and words of letters between them.
fn is_words(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let is_word = |part: &str| {
        let runs = part.as_bytes().chunk_by(|a, b| a.is_ascii_digit() == b.is_ascii_digit());
        let one_case = !part.chars().any(|c| c.is_ascii_uppercase())
            || !part.chars().any(|c| c.is_ascii_lowercase());
        (one_case || is_camel(part)) && part.len() <= 24 && runs.count() <= 3
    };
    let parts = || text.split(['_', '-', '/', '.']).filter(|part| !part.is_empty());
    let plain = text.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-/.".contains(&b));
    plain
        && digits * 3 <= text.len()
        && (parts().count() > 1 && parts().all(is_word) || is_camel(text))
}

/// Words that are joined by their capitals.
fn is_camel(text: &str) -> bool {
    let bytes = text.as_bytes();
    let words: Vec<&[u8]> =
        bytes.chunk_by(|a, b| !b.is_ascii_uppercase() || a.is_ascii_uppercase()).collect();
    let long = |word: &&[u8]| word.iter().filter(|b| b.is_ascii_lowercase()).count() >= 2;
    let runs = bytes.chunk_by(|a, b| a.is_ascii_digit() == b.is_ascii_digit()).count();
    words.len() > 1 && runs <= 3 && words.iter().filter(|word| !long(word)).count() <= 1
}

/// Base64 of `user:password`, as Basic authorization has it (RFC 7617), with a password that is one.
pub(super) fn basic_credentials(value: &[u8]) -> bool {
    let value = value.trim_ascii_end();
    let plain = value.iter().rposition(|b| *b != b'=').map_or(&value[..0], |at| &value[..=at]);
    let decoded = BASE64_NOPAD.decode(plain).or_else(|_| BASE64URL_NOPAD.decode(plain));
    let Ok(decoded) = decoded else { return false };
    let Some(colon) = memchr::memchr(b':', &decoded) else { return false };
    let (user, password) = (&decoded[..colon], &decoded[colon + 1..]);
    let is_text =
        |part: &[u8]| std::str::from_utf8(part).is_ok_and(|text| !text.contains(char::is_control));
    // An API key may stand for the user, and nothing behind the colon.
    let is_key = password.is_empty() && api_key(user);
    is_text(user) && is_text(password) && (is_key || is_written_password(password))
}

/// A URL (`scheme://user:password@host`), or a connection string of `Key=Value;` pairs, with a
/// password that is one.
pub(super) fn connection_string(value: &[u8]) -> bool {
    if contains(value, b"://") && url_credentials(value) {
        return true;
    }
    (value.starts_with(b"jdbc:") || !contains(value, b"://")) && pairs_hold_password(value)
}

/// Whether a URL carries a password that is one.
pub(super) fn url_credentials(value: &[u8]) -> bool {
    let Some(at) = memchr::memmem::find(value, b"://") else { return false };
    let rest = &value[at + 3..];
    let authority =
        &rest[..rest.iter().position(|b| matches!(b, b'/' | b'?' | b'#')).unwrap_or(rest.len())];
    let Some(end) = memchr::memrchr(b'@', authority) else { return false };
    let host = &authority[end + 1..];
    let Some(colon) = memchr::memchr(b':', &authority[..end]) else { return false };
    let (user, password) = (&authority[..colon], &authority[colon + 1..end]);
    // `user:pass@` and `user:password@` stand in every manual.
    !host.is_empty() && is_written_password(password) && !is_placeholder_user(user)
}

fn pairs_hold_password(value: &[u8]) -> bool {
    // Pairs of libpq are parted by spaces.
    let is_spaced = !value.contains(&b';');
    let parts = |b: &u8| matches!(b, b';' | b'?' | b'&') || (is_spaced && *b == b' ');
    value.split(parts).any(|pair| {
        let Some(equals) = memchr::memchr(b'=', pair) else { return false };
        let (key, password) = (pair[..equals].trim_ascii(), pair[equals + 1..].trim_ascii());
        (key.eq_ignore_ascii_case(b"password") || key.eq_ignore_ascii_case(b"pwd"))
            && is_written_password(password.trim_ascii_start())
    })
}

/// In an address any word is a password that isn't known to stand for one.
pub(super) fn is_written_password(password: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(password) else { return false };
    let lower = text.to_lowercase();
    text.len() >= 3
        && !WORDS.contains(&lower.as_str())
        && !BEGINNINGS.iter().any(|beginning| lower.starts_with(beginning))
        && !MARKS_OF_PLACEHOLDERS.iter().any(|mark| contains(lower.as_bytes(), mark.as_bytes()))
        && !lower.starts_with(['{', '['])
        && text.chars().any(char::is_alphanumeric)
        && longest_run(password) < password.len()
}

fn is_placeholder_user(user: &[u8]) -> bool {
    let is_encoded = |at: usize| {
        user.get(at + 1..at + 3).is_some_and(|hex| hex.iter().all(u8::is_ascii_hexdigit))
    };
    user.iter().enumerate().any(|(at, byte)| match byte {
        b'%' => !is_encoded(at),
        byte => matches!(byte, b'<' | b'{' | b'$' | b'['),
    })
}

/// A variable's name: letters alone (with separators) that hold a word such as `password`, or a
/// constant in capitals.
fn is_name(text: &str, lower: &str) -> bool {
    let letters = text.chars().all(|c| c.is_alphabetic() || matches!(c, '_' | '-' | '.' | ':'));
    let constant = text.contains('_')
        && text.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_');
    letters && WORDS_OF_NAMES.iter().any(|word| lower.contains(word))
        || constant && (!has_odd_digits(text) || is_words(text))
}

/// Constants number their things at the end; keys in capitals have digits all over.
fn has_odd_digits(text: &str) -> bool {
    text.trim_end_matches(|c: char| c.is_ascii_digit()).chars().any(|c| c.is_ascii_digit())
}

/// Code that yields a value: a call, an index, a template, an expression.
pub(super) fn is_code(text: &str) -> bool {
    let word = text
        .find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '.' | ':' | '$')))
        .unwrap_or(text.len());
    let after = &text[word..];
    let called =
        word > 0 && (after.starts_with('(') && after.contains(')') || after.starts_with("()"));
    let indexed = word > 0 && after.starts_with('[') && after.ends_with(']');
    let object =
        text.starts_with(['{', '[', '(']) || after.starts_with("=>") || after.starts_with("->");
    called || indexed || object
}

/// The beginning of a call, cut at a quote or a space: `getpass(`, `str(pw1`.
fn is_call(text: &str) -> bool {
    text.split_once('(').is_some_and(|(name, rest)| {
        !name.is_empty()
            && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | ':'))
            && (rest.is_empty() || rest.ends_with(')') || !rest.contains(')'))
    })
}

/// `CFStringRef`, `ImportFlags`, `Optional[bytes`: the name of a type.
fn is_type(text: &str) -> bool {
    const ENDS: [&str; 17] = [
        "Ref",
        "Flags",
        "String",
        "Type",
        "Key",
        "Context",
        "Options",
        "Error",
        "Info",
        "Data",
        "Extensions",
        "Callback",
        "Config",
        "Bytes",
        "Index",
        "Option",
        "Scope",
    ];
    let name = text.split('[').next().unwrap_or(text);
    text.starts_with(|c: char| c.is_ascii_uppercase())
        && name.bytes().all(|b| b.is_ascii_alphanumeric())
        && (name.len() < text.len()
            || ENDS.iter().any(|end| text.ends_with(end) && text.len() > end.len()))
}

/// `config::{self`, `std::string`, `foo::<Bar1>`: a way to a name of Rust or C++.
fn is_path_in_code(text: &str) -> bool {
    text.split_once("::").is_some_and(|(name, _)| {
        name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    })
}

/// `self.password`, `config.db.pass`, `settings::KEY`: a way to a value, all of names.
fn is_dotted_name(text: &str) -> bool {
    let names = text.split(['.', ':']).filter(|part| !part.is_empty());
    let is_name = |name: &str| {
        name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    };
    text.contains(['.', ':']) && names.clone().count() > 1 && names.clone().all(is_name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_pass() {
        for value in [
            "hunter2",
            "Passw0rd!",
            "letmein",
            "s3cr3t-Value",
            "correcthorse",
            "password123",
            "p@ssw0rd",
            "qwerty",
        ] {
            assert!(not_placeholder(value.as_bytes()), "{value}");
        }
        for value in
            ["hunter2", "Passw0rd!", "s3cr3t-Value", "Tr0ub4dor&3", "zKm8!vQ2", "qwErtyUiop"]
        {
            assert!(bare_password(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn what_stands_for_a_password_does_not() {
        for value in [
            "changeme",
            "CHANGE_ME",
            "<password>",
            "${DB_PASSWORD}",
            "$PASSWORD",
            "xxxx",
            "xxxxxxxx",
            "None",
            "null",
            "true",
            "password",
            "your-password-here",
            "YOUR_API_KEY",
            "********",
            "{{ vault_pw }}",
            "%(password)s",
            "getpass()",
            "os.environ[\"PW\"]",
            "String",
            "Optional[str]",
            "newPassword",
            "db_password",
            "DB_PASS",
            "env:DB_PASSWORD",
            "ENC[AES256,data]",
            "vault:secret/db",
            "process.env.PW",
            "Enter password",
            "abc",
            "example",
            "redacted",
            "",
            "hash_password(raw)",
            "/run/secrets/db",
            "Passwort",
            "secret",
            "......",
        ] {
            assert!(!not_placeholder(value.as_bytes()), "{value}");
        }
        for value in [
            "incorrect",
            "letmein",
            "self.password",
            "config.db.pw",
            "Required",
            "must",
            "settings::KEY",
            "config::{self",
            "foo::<Bar1>",
            "::{memcpy",
            "__u32",
            "0x0100",
            "CString",
            "InputScope",
        ] {
            assert!(!bare_password(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn keys_are_told_from_names() {
        for value in
            ["9f3c1e77ab204d5e8a6b0c4d2e1f7a93", "u6QSvTqaXgIgA9SeiA3xZyRk", "k7xq9m-zr3bw5-ncy8hp"]
        {
            assert!(api_key(value.as_bytes()), "{value}");
        }
        for value in [
            "get_session_secret_2",
            "alias/acme-master-key-2024",
            "SHA256_DIGEST_LENGTH",
            "Ed25519SigningKey",
            "X509HardwareKeyUsageFlags",
            "256-bit-secret-1",
            "refresh_token=tGzv3JOkF0XG5Qx2TlKWIA",
        ] {
            assert!(!api_key(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn basic_credentials_decode_to_a_user_and_a_password() {
        for value in ["anna:Sommer22!", "bot:kR7nWq2x", ":s3cr3t", "TfZG6suY3mf4Lz13hUmbdQXX:"] {
            let encoded = data_encoding::BASE64.encode(value.as_bytes());
            assert!(basic_credentials(encoded.as_bytes()), "{value}");
        }
        for value in ["user:password", "colonless", "a:", "anna:\u{1}\u{2}\u{3}\u{4}"] {
            let encoded = data_encoding::BASE64.encode(value.as_bytes());
            assert!(!basic_credentials(encoded.as_bytes()), "{value}");
        }
        assert!(!basic_credentials(b"not base64") && !basic_credentials(b"===="));
    }

    #[test]
    fn addresses_carry_passwords_or_stand_ins() {
        for value in [
            "postgres://admin:s3cr3t@db.example.com:5432/app",
            "mongodb+srv://root:hunter2@cluster0.example.net",
            "redis://:p4ssw0rd@localhost:6379/0",
            "amqp://guest:guest1@mq/",
            "https://joe:pw12@example.com/x?y=1",
            "Server=db;Database=app;User Id=sa;Password=Str0ng!Pass;",
            "Data Source=x;uid=sa;pwd=abc123",
        ] {
            assert!(connection_string(value.as_bytes()), "{value}");
        }
        for value in [
            "postgres://user:password@localhost/db",
            "postgres://user:${PW}@localhost/db",
            "https://example.com/a:b@c",
            "postgres://<user>:s3cr3t@host/db",
            "http://host:8080/path",
            "https://user@example.com",
            "Server=db;Integrated Security=true",
            "Server=db;Password={0};",
            "Server=db;Password=;",
            "redis://:****@h",
        ] {
            assert!(!connection_string(value.as_bytes()), "{value}");
        }
    }
}
