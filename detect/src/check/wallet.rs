//! Keys of wallets: Base58Check, Bech32 and seed phrases.

use super::randomness::contains;
use super::sha256;

/// The digits of Base58, as Bitcoin has them.
const BASE_58: &[u8; 58] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
/// And as the XRP Ledger has them.
const BASE_58_XRP: &[u8; 58] = b"rpshnaf39wBUDNEGHJKLM4PQRST7VWXYZ2bcdeCg65jkm8oFqi1tuvAxyz";
/// The characters of Bech32, BIP-173.
const BECH_32: &[u8; 32] = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l";
/// The longest key: an extended one has 82 bytes, which are 111 digits.
const MOST_BYTES: usize = 96;
/// Short words of English that a sentence soon has, and no list of BIP-39.
const WORDS_OF_SENTENCES: [&str; 14] = [
    "the", "and", "with", "for", "your", "from", "are", "not", "was", "has", "his", "its", "you",
    "into",
];

/// A key in Base58Check: a version, the key, and four bytes of its hash's hash.
pub(super) fn base58check(value: &[u8]) -> bool {
    has_checksum(value, BASE_58)
}

/// A secret of the XRP Ledger: 16 bytes behind the version 33, with a checksum.
pub(super) fn xrp_secret(value: &[u8]) -> bool {
    value.first() == Some(&b's') && has_checksum(value, BASE_58_XRP)
}

fn has_checksum(value: &[u8], alphabet: &[u8; 58]) -> bool {
    let Some(bytes) = decoded(value, alphabet) else { return false };
    let Some((body, check)) = bytes.split_last_chunk::<4>() else { return false };
    body.len() >= 16 && sha256::hash(&sha256::hash(body))[..4] == check[..]
}

/// The bytes of a number in Base58; none if it is too long or has another digit.
fn decoded(value: &[u8], alphabet: &[u8; 58]) -> Option<Vec<u8>> {
    if value.len() > MOST_BYTES * 3 / 2 {
        return None;
    }
    let mut bytes: Vec<u8> = Vec::with_capacity(MOST_BYTES);
    for digit in value {
        let mut carry = alphabet.iter().position(|known| known == digit)?;
        for byte in &mut bytes {
            carry += usize::from(*byte) * 58;
            *byte = (carry & 0xff) as u8;
            carry >>= 8;
        }
        while carry > 0 {
            bytes.push((carry & 0xff) as u8);
            carry >>= 8;
        }
    }
    let zeros = value.iter().take_while(|digit| **digit == alphabet[0]).count();
    bytes.resize(bytes.len() + zeros, 0);
    bytes.reverse();
    Some(bytes)
}

/// A key in Bech32: what it is, a 1, and its bits with a checksum.
pub(super) fn bech32(value: &[u8]) -> bool {
    let value = value.to_ascii_lowercase();
    let Some(one) = memchr::memrchr(b'1', &value) else { return false };
    let (kind, data) = (&value[..one], &value[one + 1..]);
    if kind.is_empty() || data.len() < 6 {
        return false;
    }
    let head = kind.iter().map(|b| u32::from(b >> 5));
    let tail = kind.iter().map(|b| u32::from(b & 31));
    let mut sum = 1;
    head.chain([0]).chain(tail).for_each(|five| sum = with(sum, five));
    for character in data {
        let Some(five) = BECH_32.iter().position(|known| known == character) else { return false };
        sum = with(sum, five as u32);
    }
    sum == 1
}

/// A step of the checksum of Bech32.
fn with(sum: u32, five: u32) -> u32 {
    const GENERATOR: [u32; 5] = [0x3b6a_57b2, 0x2650_8e6d, 0x1ea1_19fa, 0x3d42_33dd, 0x2a14_62b3];
    let top = sum >> 25;
    let start = (sum & 0x01ff_ffff) << 5 ^ five;
    GENERATOR
        .iter()
        .enumerate()
        .filter(|(i, _)| top >> i & 1 == 1)
        .fold(start, |sum, (_, g)| sum ^ g)
}

/// A seed phrase, BIP-39: 12, 15, 18, 21 or 24 words of three to eight letters, few of them twice,
/// and none that sentences are made of.
pub(super) fn mnemonic(value: &[u8]) -> bool {
    let words: Vec<&[u8]> =
        value.split(|byte| matches!(byte, b' ' | b',' | b'\n')).filter(|w| !w.is_empty()).collect();
    let mut different = words.clone();
    different.sort_unstable();
    different.dedup();
    matches!(words.len(), 12 | 15 | 18 | 21 | 24)
        && words.iter().all(|w| (3..=8).contains(&w.len()) && w.iter().all(u8::is_ascii_lowercase))
        && !words.iter().any(|w| WORDS_OF_SENTENCES.iter().any(|known| known.as_bytes() == *w))
        && different.len() * 4 >= words.len() * 3
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
    fn phrases_are_words_of_their_length_and_no_sentence() {
        let phrase = "legal winner thank year wave sausage worth useful legal winner thank yellow";
        assert!(mnemonic(phrase.as_bytes()));
        assert!(!mnemonic(b"legal winner thank year wave sausage worth useful legal winner thank"));
        assert!(!mnemonic(
            b"write down the phrase and keep this phrase where nobody can ever look"
        ));
        assert!(!mnemonic(b"test test test test test test test test test test test junk"));
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
