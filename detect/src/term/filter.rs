//! Which words terms begin with: at each beginning of a word its first bytes are looked up in a field of bits, and
//! nearly all words end there. The pass that is at each word of a text anyway does so.

use std::ops::Range;

use super::fold::{self, Fold};

/// So many bytes of a word's one form are looked up.
const KEY_BYTES: usize = 8;
/// So many bits there are for each beginning of a term, at least.
const BITS_A_KEY: usize = 16;
/// And for the first letter of its second word.
const BITS_A_PAIR: usize = 8;
/// The field has at least so many bits, as a power of two.
const MIN_LOG2: u32 = 15;
/// And at most so many.
const MAX_LOG2: u32 = 26;

/// Which words terms may begin with, and with which letters their second words do.
pub(crate) struct Beginnings {
    firsts: Filter,
    pairs: Filter,
}

/// The key of a term's first word, and the first letter of its second word in lower case: none if it
/// has one word, or if it goes on with what is no ASCII.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Beginning {
    pub(crate) key: u64,
    pub(crate) second: Option<u8>,
}

impl Beginning {
    fn pair(self) -> u64 {
        // The hash has what tells keys apart in its highest bits.
        hash(self.key) ^ u64::from(self.second.unwrap_or(0))
    }
}

impl Beginnings {
    pub(crate) fn new(beginnings: &[Beginning]) -> Self {
        let mut keys: Vec<u64> = beginnings.iter().map(|one| one.key).collect();
        keys.sort_unstable();
        keys.dedup();
        let mut pairs: Vec<u64> = beginnings.iter().map(|one| one.pair()).collect();
        pairs.sort_unstable();
        pairs.dedup();
        Self { firsts: Filter::new(&keys, BITS_A_KEY), pairs: Filter::new(&pairs, BITS_A_PAIR) }
    }

    /// Which words there are.
    pub(crate) fn firsts(&self) -> &Filter {
        &self.firsts
    }

    /// Whether a term may begin with a word that was let through, seen from what follows it.
    pub(crate) fn goes_on(&self, text: &[u8], at: usize) -> bool {
        let word = text[at..].iter().take_while(|b| is_plain(**b)).count();
        if word == 0 {
            return true;
        }
        let key = plain_key(text, at, word);
        let has = |second| self.pairs.has(hash(Beginning { key, second }.pair())) == 1;
        match (text.get(at + word), text.get(at + word + 1)) {
            // Letters of others belong to the word, and so may what is not seen.
            (Some(0x80..), _) => true,
            _ if has(None) => true,
            (Some(b' ' | b'-' | b'\'' | b'.' | b'/' | b'&' | b'\n' | b'\r'), Some(next)) => {
                if is_plain(*next) {
                    has(Some(next | 0x20))
                } else {
                    !matches!(next, b'(' | b')' | b'"' | b',' | b';' | b':' | b'=' | b'{' | b'}')
                }
            }
            _ => false,
        }
    }
}

/// Some keys, and a few others.
pub(crate) struct Filter {
    bits: Vec<u64>,
    shift: u32,
}

impl Filter {
    /// Lets through these keys, with so many bits for each.
    pub(crate) fn new(keys: &[u64], bits: usize) -> Self {
        let wanted = keys.len().saturating_mul(bits).max(2);
        let log2 = (usize::BITS - (wanted - 1).leading_zeros()).clamp(MIN_LOG2, MAX_LOG2);
        let mut filter = Self { bits: vec![0; 1 << (log2 - 6)], shift: u64::BITS - 6 - log2 };
        for key in keys {
            let (word, bits) = filter.place(hash(*key));
            filter.bits[word] |= bits;
        }
        filter
    }

    /// Two bits of one word: both are in one place of memory, and few other words have both.
    #[inline]
    fn place(&self, hash: u64) -> (usize, u64) {
        let at = hash >> self.shift;
        ((at >> 12) as usize, 1 << (at & 63) | 1 << (at >> 6 & 63))
    }

    pub(crate) fn lets(&self, key: u64) -> bool {
        self.has(hash(key)) == 1
    }

    /// Whether the key of this hash is let through, as a bit.
    #[inline]
    pub(crate) fn has(&self, hash: u64) -> u64 {
        let (word, bits) = self.place(hash);
        self.bits.get(word).map_or(0, |there| u64::from(there & bits == bits))
    }

    /// Visits each place of a short stretch at which a term may begin, in order. Whether a word truly begins
    /// there remains to be seen.
    pub(crate) fn visit(&self, text: &[u8], within: Range<usize>, mut at: impl FnMut(usize)) {
        let is_plain_at = |at: usize| text.get(at).is_some_and(|byte| is_plain(*byte));
        for start in within {
            let begins = is_plain_at(start) || text.get(start).is_some_and(|byte| *byte >= 0xc0);
            let is_inside = start.checked_sub(1).is_some_and(is_plain_at);
            if begins && !is_inside && self.lets(key_at(text, start)) {
                at(start);
            }
        }
    }
}

/// The hash of a key, by its highest bits.
#[inline]
pub(crate) const fn hash(key: u64) -> u64 {
    key.wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

#[inline(always)]
const fn is_plain(b: u8) -> bool {
    (b | 0x20).wrapping_sub(b'a') < 26 || b.wrapping_sub(b'0') < 10
}

/// The key of a word in ASCII of which so many bytes count.
fn plain_key(text: &[u8], at: usize, length: usize) -> u64 {
    let eight = match text.get(at..at + KEY_BYTES) {
        Some(eight) => {
            let mut bytes = [0; KEY_BYTES];
            bytes.copy_from_slice(eight);
            u64::from_le_bytes(bytes)
        }
        None => return key_at(text, at),
    };
    // Digits have the bit already, and other signs are not counted.
    (eight | 0x2020_2020_2020_2020) & (u64::MAX >> (8 * (KEY_BYTES - length.clamp(1, KEY_BYTES))))
}

/// The key of the word with which a text goes on at a place.
pub(crate) fn key_at(text: &[u8], at: usize) -> u64 {
    let (mut key, mut length, start) = ([0; KEY_BYTES], 0, at);
    let mut at = start;
    while length < KEY_BYTES {
        let Some((c, width)) = fold::first(&text[at..]) else { break };
        if !fold::is_of_word(c) || (fold::is_unspaced(c) && at > start) {
            break;
        }
        Fold::All.of(c, |c| {
            for byte in c.encode_utf8(&mut [0; 4]).bytes().take(KEY_BYTES - length) {
                key[length] = byte;
                length += 1;
            }
        });
        at += width;
        if fold::is_unspaced(c) {
            break;
        }
    }
    u64::from_le_bytes(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn visited(words: &[&str], text: &str) -> Vec<usize> {
        let keys: Vec<u64> = words.iter().map(|w| key_at(w.as_bytes(), 0)).collect();
        let (filter, mut all) = (Filter::new(&keys, BITS_A_KEY), Vec::new());
        filter.visit(text.as_bytes(), 0..text.len(), |at| all.push(at));
        all
    }

    #[test]
    fn words_are_found_wherever_they_stand_and_however_written() {
        for at in 0..140 {
            for word in ["hiv", "HIV", "depression", "Épilepsie", "é", "糖尿"] {
                let text = format!("{}{word} and on", "- ".repeat(at));
                assert_eq!(visited(&[word], &text), [2 * at], "{word} at {}", 2 * at);
                let end = format!("{}{word}", "- ".repeat(at));
                assert_eq!(visited(&[word], &end), [2 * at], "{word} at the end");
            }
        }
        assert_eq!(visited(&["hiv"], "hives hiv shiv"), [6]);
        assert_eq!(visited(&["epilepsie"], "“épilepsie” ÉPILEPSIE"), [3, 17]);
        assert!(visited(&["hiv"], "xhivé hivé").is_empty());
    }
}
