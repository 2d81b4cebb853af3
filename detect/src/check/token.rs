//! Tokens that carry their own check or have a length of their own.

use data_encoding::{BASE64, BASE64_NOPAD, BASE64URL_NOPAD};

/// The digits of the base 62 that GitHub and npm write their checksums in.
const BASE_62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/// Characters of a token's random part.
const BODY: usize = 30;
/// Characters of the CRC-32 behind it.
const CHECK: usize = 6;

/// A token of GitHub's classic form, which npm has too: a prefix, 30 random characters, and their CRC-32 in base 62.
pub(super) fn crc32_token(value: &[u8]) -> bool {
    let Some(at) = value.iter().position(|byte| *byte == b'_') else { return false };
    let rest = &value[at + 1..];
    if at != 3 || rest.len() != BODY + CHECK {
        return false;
    }
    let (body, check) = rest.split_at(BODY);
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

/// A token of a Discord bot: the bot's number in Base64, a time, and a signature.
pub(super) fn discord_token(value: &[u8]) -> bool {
    let mut parts = value.split(|byte| *byte == b'.');
    let (Some(id), Some(time), Some(signature)) = (parts.next(), parts.next(), parts.next()) else {
        return false;
    };
    let number = BASE64URL_NOPAD.decode(id).or_else(|_| BASE64_NOPAD.decode(id));
    number.is_ok_and(|n| (17..=20).contains(&n.len()) && n.iter().all(u8::is_ascii_digit))
        && time.len() == 6
        && super::randomness::random(signature)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn githubs_tokens_carry_their_checksum() {
        // A revoked token that articles on the form of GitHub's tokens show.
        assert!(crc32_token(b"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"));
        assert!(!crc32_token(b"ghp_zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ0mLq18"));
        assert!(!crc32_token(b"ghp_zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ1mLq17"));
        assert!(!crc32_token(b"ghp_0000") && !crc32_token(b"github_pat"));
    }

    #[test]
    fn a_storage_key_is_64_bytes() {
        // The emulator's key, which its manual publishes.
        assert!(azure_storage_key(b"Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="));
        assert!(!azure_storage_key(b"Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMG==="));
        assert!(!azure_storage_key(&[b'A'; 88]));
    }

    #[test]
    fn a_token_of_a_bot_begins_with_its_number() {
        let token = |id: &str| {
            format!("{}.GxY1zA.kR7nWq2xTfZG6suY3mf4Lz13hUmb", BASE64URL_NOPAD.encode(id.as_bytes()))
        };
        assert!(discord_token(token("1098765432109876543").as_bytes()));
        assert!(!discord_token(token("not a number at all").as_bytes()));
        assert!(!discord_token(b"MTA5.GxY1zA.kR7n") && !discord_token(b"a.b"));
    }
}
