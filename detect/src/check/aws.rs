//! Amazon Web Services: access key ids and their secrets.

use super::randomness::{entropy, longest_run};

/// An access key id: four letters of its kind, and sixteen more that aren't a row of X.
pub(super) fn access_key_id(value: &[u8]) -> bool {
    let Some((kind, rest)) = value.split_first_chunk::<4>() else { return false };
    matches!(kind, b"AKIA" | b"ASIA" | b"ABIA" | b"ACCA")
        && rest.len() == 16
        && rest.iter().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
        && longest_run(rest) <= 4
        && entropy(rest) >= 2.3
}

/// A secret access key: forty characters of Base64 with both cases and digits; a hash in
/// hexadecimal or a path is none.
pub(super) fn secret_access_key(value: &[u8]) -> bool {
    let in_base64 = value.iter().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/'));
    // Path names of forty letters have many slashes; a key has one or two.
    let slashes = value.iter().filter(|byte| **byte == b'/').count();
    value.len() == 40
        && in_base64
        && slashes <= 5
        && value.iter().any(u8::is_ascii_uppercase)
        && value.iter().any(u8::is_ascii_lowercase)
        && value.iter().any(u8::is_ascii_digit)
        && longest_run(value) <= 4
        && entropy(value) >= 3.8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_pass_and_rows_of_x_do_not() {
        assert!(access_key_id(b"AKIAIOSFODNN7EXAMPLE") && access_key_id(b"ASIAY34FZKBOKMUTVV7A"));
        for value in [
            "AKIAXXXXXXXXXXXXXXXX",
            "AKIA0000000000000000",
            "AKIAIOSFODNN7EXAMPL",
            "AIDAIOSFODNN7EXAMPLE",
        ] {
            assert!(!access_key_id(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn secrets_pass_and_hashes_do_not() {
        assert!(secret_access_key(b"wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"));
        for value in [
            "da39a3ee5e6b4b0d3255bfef95601890afd80709",
            "DA39A3EE5E6B4B0D3255BFEF95601890AFD80709",
            "aaaaaaaaaaaaaaaaaaaaAAAAAAAAAAAAAAAAAAA1",
            "usr/local/Lib/x86/64/one/two/three/four/56",
        ] {
            assert!(!secret_access_key(value.as_bytes()), "{value}");
        }
    }
}
