//! Private keys in PEM, RFC 7468: the line that begins them, and a body.

use super::randomness::{contains, entropy};

/// The fewest characters of Base64 of a body: an Ed25519 key in PKCS#8 has 64.
const FEWEST_BODY_CHARACTERS: usize = 40;
/// What is looked at of a body.
const MOST_BYTES: usize = 16 * 1024;

/// Whether a block begins as a private key and has a body of one. Lines may be parted by line
/// ends, by their escapes in a string (`\n`), or by spaces.
pub(super) fn private_key(value: &[u8]) -> bool {
    let value = &value[..value.len().min(MOST_BYTES)];
    let Some(rest) = value.strip_prefix(b"-----BEGIN ") else { return false };
    let Some(end) = memchr::memmem::find(rest, b"-----") else { return false };
    let (kind, body) = (&rest[..end], &rest[end + 5..]);
    let body = &body[..memchr::memmem::find(body, b"-----END").unwrap_or(body.len())];
    kind.windows(11).any(|window| window == b"PRIVATE KEY") && has_body(body)
}

fn has_body(body: &[u8]) -> bool {
    let mut characters = Vec::with_capacity(FEWEST_BODY_CHARACTERS);
    for line in body.split(|byte| matches!(byte, b'\n' | b'\r' | b'\\' | b'"' | b' ' | b',')) {
        let line = line.strip_prefix(b"n").unwrap_or(line);
        // `Proc-Type: 4,ENCRYPTED` and the like stand before the body.
        let in_base64 = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'=');
        if line.len() >= 16 && line.iter().all(in_base64) {
            characters.extend_from_slice(line);
        }
    }
    characters.len() >= FEWEST_BODY_CHARACTERS
        && entropy(&characters) >= 3.0
        && !contains(&characters, b"xxxxxxxx")
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &str = "MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g";

    #[test]
    fn keys_of_all_kinds_pass_with_lines_and_with_their_escapes() {
        for kind in ["", "RSA ", "EC ", "DSA ", "OPENSSH ", "ENCRYPTED "] {
            let lines = format!(
                "-----BEGIN {kind}PRIVATE KEY-----\n{BODY}\n-----END {kind}PRIVATE KEY-----"
            );
            assert!(private_key(lines.as_bytes()), "{kind}");
            assert!(private_key(lines.replace('\n', "\\n").as_bytes()), "{kind}");
        }
        let cut = format!("-----BEGIN PRIVATE KEY-----\r\n{BODY}\r\n");
        assert!(private_key(cut.as_bytes()));
        let pgp = format!("-----BEGIN PGP PRIVATE KEY BLOCK-----\n\n{BODY}\n");
        assert!(private_key(pgp.as_bytes()));
    }

    #[test]
    fn public_keys_and_empty_or_hidden_bodies_do_not() {
        let public = format!("-----BEGIN PUBLIC KEY-----\n{BODY}\n-----END PUBLIC KEY-----");
        assert!(!private_key(public.as_bytes()));
        for body in
            ["", "...", "<your key here>", "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"]
        {
            let hidden = format!("-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----");
            assert!(!private_key(hidden.as_bytes()), "{body}");
        }
    }
}
