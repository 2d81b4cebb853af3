//! Tokens that carry their own check or have a length of their own.

use data_encoding::BASE64;

/// The digits of the base 62 that GitHub writes its checksums in.
const BASE_62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/// Characters of a token's random part.
const GITHUB_BODY: usize = 30;
/// Characters of the CRC-32 behind it.
const GITHUB_CHECK: usize = 6;

/// A GitHub token of the classic form: a prefix, 30 random characters, and their CRC-32 in base 62.
pub(super) fn github_token(value: &[u8]) -> bool {
    let Some(at) = value.iter().position(|byte| *byte == b'_') else { return false };
    let rest = &value[at + 1..];
    if at != 3 || rest.len() != GITHUB_BODY + GITHUB_CHECK {
        return false;
    }
    let (body, check) = rest.split_at(GITHUB_BODY);
    let mut sum = crc32fast::hash(body) as usize;
    check.iter().rev().all(|digit| {
        let fits = BASE_62[sum % 62] == *digit;
        sum /= 62;
        fits
    })
}

/// The key of an Azure storage account: 64 bytes in Base64.
pub(super) fn azure_storage_key(value: &[u8]) -> bool {
    value.len() == 88
        && super::randomness::entropy(value) >= 4.0
        && BASE64.decode(value).is_ok_and(|key| key.len() == 64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn githubs_tokens_carry_their_checksum() {
        // A revoked token that articles on the form of GitHub's tokens show.
        assert!(github_token(b"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"));
        assert!(!github_token(b"ghp_zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ0mLq18"));
        assert!(!github_token(b"ghp_zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ1mLq17"));
        assert!(!github_token(b"ghp_0000") && !github_token(b"github_pat"));
    }

    #[test]
    fn a_storage_key_is_64_bytes() {
        // The emulator's key, which its manual publishes.
        assert!(azure_storage_key(b"Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="));
        assert!(!azure_storage_key(b"Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMG==="));
        assert!(!azure_storage_key(&[b'A'; 88]));
    }
}
