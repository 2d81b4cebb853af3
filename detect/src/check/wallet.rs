//! Keys that bear the checksum of a wallet's key, and passwords for apps.

use super::coin::{BASE_58, BECH_32, base_58_check_in, polymod};
use super::randomness::contains;

/// The digits of Base58, as the XRP Ledger has them.
const BASE_58_XRP: &[u8; 58] = b"rpshnaf39wBUDNEGHJKLM4PQRST7VWXYZ2bcdeCg65jkm8oFqi1tuvAxyz";

/// A key in Base58Check: a version, the key, and four bytes of its hash's hash.
pub(super) fn base58check(value: &[u8]) -> bool {
    has_checksum(value, BASE_58)
}

/// A secret of the XRP Ledger: 16 bytes behind the version 33, with a checksum.
pub(super) fn xrp_secret(value: &[u8]) -> bool {
    value.first() == Some(&b's') && has_checksum(value, BASE_58_XRP)
}

fn has_checksum(value: &[u8], alphabet: &[u8; 58]) -> bool {
    base_58_check_in(value, alphabet).is_some_and(|body| body.len() >= 16)
}

/// A key in Bech32: what it is, a 1, and its bits with a checksum.
pub(super) fn bech32(value: &[u8]) -> bool {
    let value = value.to_ascii_lowercase();
    let Some(one) = memchr::memrchr(b'1', &value) else { return false };
    let (kind, data) = (&value[..one], &value[one + 1..]);
    if kind.is_empty() || data.len() < 6 {
        return false;
    }
    let place = |character: &u8| BECH_32.iter().position(|known| known == character);
    let Some(data) = data.iter().map(place).collect::<Option<Vec<_>>>() else { return false };
    // What is readable counts twice: its high bits, a zero, its low bits.
    let head = kind.iter().map(|b| u32::from(b >> 5));
    let tail = kind.iter().map(|b| u32::from(b & 31));
    polymod(head.chain([0]).chain(tail).chain(data.iter().map(|five| *five as u32))) == 1
}

/// Four times four small letters, as Google makes passwords for apps: no words that are known.
pub(super) fn four_words(value: &[u8]) -> bool {
    const KNOWN: [&str; 16] = [
        "your", "pass", "word", "this", "that", "with", "from", "here", "test", "abcd", "have",
        "must", "will", "into", "xxxx", "only",
    ];
    let words = value.split(|byte| matches!(byte, b' ' | b'-'));
    value.len() == 19
        && words.clone().count() == 4
        && words.clone().all(|w| w.len() == 4 && w.iter().all(u8::is_ascii_lowercase))
        && !KNOWN.iter().any(|word| contains(value, word.as_bytes()))
        && words.clone().any(|w| !w.iter().any(|b| b"aeiou".contains(b)) || w[0] == w[1])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_in_base58_carry_their_checksum() {
        // From the wiki of Bitcoin and from BIP-32's test vectors.
        let wif = b"5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTJ";
        assert!(base58check(wif));
        assert!(base58check(b"xprv9s21ZrQH143K3QTDL4LXw2F7HEK3wJUD2nW2nRk4stbPy6cq3jPPqjiChkVvvNKmPGJxWUtg6LnF5kejMRNNU3TGtRBeJgk33yuGBxrMPHi"));
        assert!(!base58check(b"5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTK"));
        assert!(!base58check(b"0000") && !base58check(&[b'1'; 51]));
        // The master secret of the XRP Ledger's manual.
        assert!(
            xrp_secret(b"snoPBrXtMeMyMHUVTgbuqAfg1SUTb")
                && !xrp_secret(b"snoPBrXtMeMyMHUVTgbuqAfg1SUTc")
        );
    }

    #[test]
    fn keys_in_bech32_carry_their_checksum() {
        // From NIP-19 and from the manual of age.
        assert!(bech32(b"nsec1vl029mgpspedva04g90vltkh6fvh240zqtv9k0t9af8935ke9laqsnlfe5"));
        assert!(bech32(
            b"AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX"
        ));
        assert!(!bech32(b"nsec1vl029mgpspedva04g90vltkh6fvh240zqtv9k0t9af8935ke9laqsnlfe6"));
        assert!(!bech32(b"1qqqqqq") && !bech32(b"a1") && !bech32(b"nsec"));
    }

    #[test]
    fn passwords_of_apps_are_no_sentence() {
        assert!(four_words(b"qzkw vbnm trpl xeqa"));
        for value in
            ["your pass word here", "abcd efgh ijkl mnop", "made from four bits", "qzkw vbnm trpl"]
        {
            assert!(!four_words(value.as_bytes()), "{value}");
        }
    }
}
