//! Crypto currencies: addresses and keys of Bitcoin, addresses of Ethereum, and the words from which
//! wallets are made.

use std::sync::LazyLock;

use sha2::{Digest, Sha256};
use sha3::Keccak256;

/// Base58 leaves out what looks alike: 0, O, I, l.
pub(super) const BASE_58: &[u8; 58] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

/// The alphabet of bech32 (BIP-173).
pub(super) const BECH_32: &[u8; 32] = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l";

/// The 2,048 English words of BIP-39, sorted.
const WORDS: &str = include_str!("bip39_english.txt");

/// The longest base58 that is looked at: an extended key has 111.
const MOST_BASE_58: usize = 112;

/// Bitcoin address: base58check of a public key's hash (1…) or a script's (3…), or bech32 with the
/// version of its witness (bc1…).
pub(super) fn bitcoin_address(value: &[u8]) -> bool {
    match value {
        [b'1' | b'3', ..] => base_58_check(value)
            .is_some_and(|bytes| bytes.len() == 21 && matches!(bytes[0], 0x00 | 0x05)),
        _ => is_witness(value),
    }
}

/// Private key of Bitcoin as wallets import it: base58check of 32 bytes, with a 01 behind them where
/// its public key is compressed.
pub(super) fn bitcoin_private_key(value: &[u8]) -> bool {
    base_58_check(value).is_some_and(|bytes| {
        bytes[0] == 0x80 && (bytes.len() == 33 || bytes.len() == 34 && bytes[33] == 1)
    })
}

/// Ethereum address: `0x` and forty hexadecimal digits; where capital letters stand among small ones,
/// they are the check of EIP-55.
pub(super) fn ethereum_address(value: &[u8]) -> bool {
    let Some(address) = value.strip_prefix(b"0x").filter(|rest| rest.len() == 40) else {
        return false;
    };
    if !address.iter().all(u8::is_ascii_hexdigit) || address.windows(2).all(|two| two[0] == two[1])
    {
        return false;
    }
    let one_case =
        !address.iter().any(u8::is_ascii_uppercase) || !address.iter().any(u8::is_ascii_lowercase);
    let hash = Keccak256::digest(address.to_ascii_lowercase());
    let nibble =
        |at: usize| if at.is_multiple_of(2) { hash[at / 2] >> 4 } else { hash[at / 2] & 15 };
    let raised =
        |(at, c): (usize, &u8)| c.is_ascii_digit() || c.is_ascii_uppercase() == (nibble(at) > 7);
    one_case || address.iter().enumerate().all(raised)
}

/// Mnemonic of a wallet (BIP-39): twelve to twenty-four English words, of which the last bits are a
/// check.
pub(super) fn mnemonic(value: &[u8]) -> bool {
    static SORTED: LazyLock<Vec<&str>> = LazyLock::new(|| WORDS.lines().collect());
    let Ok(text) = std::str::from_utf8(value) else { return false };
    let mut bits = Vec::with_capacity(24 * 11);
    for word in text.split(|c: char| !c.is_ascii_alphabetic()).filter(|word| !word.is_empty()) {
        let lower = word.to_ascii_lowercase();
        let Ok(at) = SORTED.binary_search(&lower.as_str()) else { return false };
        if bits.len() == 24 * 11 {
            return false;
        }
        bits.extend((0..11).rev().map(|bit| at >> bit & 1 == 1));
    }
    if !matches!(bits.len() / 11, 12 | 15 | 18 | 21 | 24) {
        return false;
    }
    // Of 33 bits, 32 are the secret and one is the check.
    let (secret, check) = bits.split_at(bits.len() / 33 * 32);
    let byte = |bits: &[bool]| bits.iter().fold(0, |byte, bit| byte << 1 | u8::from(*bit));
    let bytes: Vec<u8> = secret.chunks(8).map(byte).collect();
    Sha256::digest(&bytes)[0] >> (8 - check.len()) == byte(check)
}

/// What base58 holds, if the last four bytes are the check: the first of a double SHA-256.
fn base_58_check(value: &[u8]) -> Option<Vec<u8>> {
    base_58_check_in(value, BASE_58)
}

/// The same with other digits, of which the first stands for nothing.
pub(super) fn base_58_check_in(value: &[u8], digits: &[u8; 58]) -> Option<Vec<u8>> {
    if value.len() > MOST_BASE_58 {
        return None;
    }
    // The number, its lowest byte first.
    let mut bytes: Vec<u8> = Vec::with_capacity(MOST_BASE_58);
    for character in value {
        let mut carry = digits.iter().position(|known| known == character)?;
        for byte in &mut bytes {
            carry += usize::from(*byte) * 58;
            *byte = carry as u8;
            carry >>= 8;
        }
        if carry > 0 {
            bytes.push(carry as u8);
        }
    }
    bytes.extend(value.iter().take_while(|character| **character == digits[0]).map(|_| 0));
    bytes.reverse();
    let body = bytes.len().checked_sub(4).filter(|body| *body > 0)?;
    let hash = Sha256::digest(Sha256::digest(&bytes[..body]));
    let checked = hash[..4] == bytes[body..];
    bytes.truncate(body);
    checked.then_some(bytes)
}

/// A witness program: bech32 for version 0, bech32m (BIP-350) for those since.
fn is_witness(value: &[u8]) -> bool {
    let one_case =
        !value.iter().any(u8::is_ascii_uppercase) || !value.iter().any(u8::is_ascii_lowercase);
    let lower = value.to_ascii_lowercase();
    let Some(data) = lower.strip_prefix(b"bc1").filter(|data| (14..=87).contains(&data.len()))
    else {
        return false;
    };
    let place = |character: &u8| BECH_32.iter().position(|known| known == character);
    let Some(values) = data.iter().map(place).collect::<Option<Vec<_>>>() else { return false };
    // What is readable counts twice: its high bits, a zero, its low bits.
    let readable = [3, 3, 0, 2, 3];
    let constant = if values[0] == 0 { 1 } else { 0x2bc8_30a3 };
    let program = values.len() - 7;
    let bytes = program * 5 / 8;
    let left = program * 5 % 8;
    let padded = left < 5 && values[program].trailing_zeros() as usize >= left;
    let length = if values[0] == 0 { matches!(bytes, 20 | 32) } else { (2..=40).contains(&bytes) };
    one_case
        && values[0] <= 16
        && length
        && padded
        && polymod(readable.into_iter().chain(values.iter().map(|v| *v as u32))) == constant
}

/// The BCH code of bech32.
pub(super) fn polymod(values: impl Iterator<Item = u32>) -> u32 {
    const GENERATOR: [u32; 5] = [0x3b6a_57b2, 0x2650_8e6d, 0x1ea1_19fa, 0x3d42_33dd, 0x2a14_62b3];
    values.fold(1, |sum, value| {
        let top = sum >> 25;
        let next = (sum & 0x01ff_ffff) << 5 ^ value;
        let taken = GENERATOR.iter().enumerate().filter(|(bit, _)| top >> bit & 1 == 1);
        taken.fold(next, |next, (_, generator)| next ^ generator)
    })
}

#[cfg(test)]
mod tests {
    use super::super::cases::told_apart;
    use super::*;

    #[test]
    fn mnemonic_is_told_from_what_is_none() {
        told_apart(
            mnemonic,
            &[
                "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about",
                "legal winner thank year wave sausage worth useful legal winner thank yellow",
            ],
            &[
                "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon",
                "legal winner thank year wave sausage worth useful legal winner thank",
                "legal winner thank year wave sausage worth useful legal winner thank yellows",
            ],
        );
    }

    #[test]
    fn bitcoin_address_is_told_from_what_is_none() {
        told_apart(
            bitcoin_address,
            &[
                "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa",
                "3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy",
                "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4",
                "BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4",
                "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0",
            ],
            &[
                "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb",
                "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5",
                "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqh2y7hd",
            ],
        );
    }

    #[test]
    fn bitcoin_private_key_is_told_from_what_is_none() {
        told_apart(
            bitcoin_private_key,
            &[
                "5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTJ",
                "KwdMAjGmerYanjeui5SHS7JkmpZvVipYvB2LJGU1ZxJwYvP98617",
            ],
            &[
                "5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTK",
                "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa",
            ],
        );
    }

    #[test]
    fn ethereum_address_is_told_from_what_is_none() {
        told_apart(
            ethereum_address,
            &[
                "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
                "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
                "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed",
            ],
            &[
                "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD",
                "0x5aaeb6053f3e94c9b9a09f33669435e7ef1bea",
                "0x0000000000000000000000000000000000000000",
            ],
        );
    }
}
