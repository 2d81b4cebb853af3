//! Words that were met: what is known of each is kept, so that one that comes again costs a look.

use super::features::{self, Sum, Sums};
use super::lexicon::{self, Flags};
use super::model::Model;
use super::token::{self, Kind, Shape, char_at};

/// A word of so many bytes is known again by them; a longer one is read each time.
const KEY_BYTES: usize = 24;
/// Words that are kept.
const MAX_KEPT: usize = 1 << 13;
const SLOTS_LOG2: u32 = 14;

/// What a word, or a sign, is known by: no text has the bytes of a mark that ends a sign's.
type Key = [u64; KEY_BYTES / 8];
const NO_KEY: Key = [u64::MAX; KEY_BYTES / 8];

/// What is known of a word, a number or a sign. What is asked for most lies in one line of the caches.
#[derive(Debug, Clone, Copy)]
#[repr(C, align(64))]
pub(crate) struct Known {
    key: Key,
    /// Of the word in lower case; of the sign itself.
    pub(crate) hash: u64,
    /// What the lexicon knows, of its parts and its stem too.
    pub(crate) flags: Flags,
    /// What the lexicon knows of just this word.
    pub(crate) plain: Flags,
    pub(crate) kind: Kind,
    pub(crate) shape: Shape,
    pub(crate) chars: u8,
    /// One of few kinds, see [`features`].
    pub(crate) class: u8,
    /// How it is written, and all that the lexicon knows.
    pub(crate) fine: u64,
    /// The word itself, or its class if it is a name.
    pub(crate) word: u64,
    /// Hashes of its last two and three letters, and of its first three.
    pub(crate) ends: [u64; 3],
}

/// Words that were met, by numbers. The first is what stands beyond a text.
pub(crate) struct Words {
    known: Vec<Known>,
    sums: Vec<Sums>,
    slots: Vec<u16>,
    /// How often all were forgotten.
    age: u32,
}

impl Default for Words {
    fn default() -> Self {
        let slots = vec![0; 1 << SLOTS_LOG2];
        let mut words = Self { known: Vec::new(), sums: Vec::new(), slots, age: 0 };
        words.add(Known::nothing());
        words
    }
}

impl Words {
    /// Forgets all words if they are many. Between two calls numbers stay what they are, so that there
    /// must not be much text.
    pub(crate) fn tidy(&mut self) {
        if self.known.len() > MAX_KEPT {
            self.known.truncate(1);
            self.sums.truncate(1);
            self.slots.fill(0);
            self.age = self.age.wrapping_add(1);
        }
    }

    /// Numbers of words are what they were while this is.
    pub(crate) const fn age(&self) -> u32 {
        self.age
    }

    pub(crate) fn get(&self, number: u16) -> &Known {
        &self.known[usize::from(number)]
    }

    /// What a word adds to the scores of itself and of those beside it, made when it is asked for.
    pub(crate) fn sums(&mut self, model: &Model, number: u16) -> &Sums {
        let number = usize::from(number);
        if !self.sums[number].is_made {
            self.sums[number] = features::sums(model, &self.known[number]);
        }
        &self.sums[number]
    }

    /// The number of a word that stands in a text.
    #[inline]
    pub(crate) fn word(&mut self, text: &[u8], start: usize, end: usize) -> u16 {
        let length = end - start;
        if length > KEY_BYTES {
            return self.add(Known::word(&text[start..end], NO_KEY));
        }
        let key = key(text, start, length);
        match self.find(key) {
            (_, Some(number)) => number,
            (slot, None) => self.keep(slot, Known::word(&text[start..end], key)),
        }
    }

    /// The number of a sign, a number of so many digits, or the end of a line.
    #[inline]
    pub(crate) fn sign(&mut self, kind: Kind, hash: u64) -> u16 {
        let key = [hash, kind as u64, u64::MAX];
        match self.find(key) {
            (_, Some(number)) => number,
            (slot, None) => self.keep(slot, Known::sign(kind, hash, key)),
        }
    }

    fn find(&self, key: Key) -> (usize, Option<u16>) {
        let mixed = key[0] ^ key[1].rotate_left(23) ^ key[2].rotate_left(46);
        let mixed = (mixed ^ mixed >> 29).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let slot = (mixed >> (u64::BITS - SLOTS_LOG2)) as usize;
        let number = self.slots[slot];
        let is_same = self.known[usize::from(number)].key == key;
        (slot, is_same.then_some(number))
    }

    fn keep(&mut self, slot: usize, known: Known) -> u16 {
        let number = self.add(known);
        self.slots[slot] = number;
        number
    }

    fn add(&mut self, known: Known) -> u16 {
        // Far more than are kept: none but the text of one unit is added between two tidyings.
        let number = self.known.len().min(usize::from(u16::MAX));
        if number == self.known.len() {
            self.known.push(known);
            self.sums.push(Sums::default());
        } else {
            self.known[number] = known;
            self.sums[number] = Sums::default();
        }
        number as u16
    }
}

/// The bytes of a word, with zeros behind them.
#[inline]
fn key(text: &[u8], start: usize, length: usize) -> Key {
    let rest = &text[start..];
    let bytes = match rest.first_chunk::<KEY_BYTES>() {
        Some(whole) => *whole,
        None => {
            let mut bytes = [0; KEY_BYTES];
            bytes[..rest.len()].copy_from_slice(rest);
            bytes
        }
    };
    let mut key = [0; KEY_BYTES / 8];
    for (i, (word, eight)) in key.iter_mut().zip(bytes.as_chunks::<8>().0).enumerate() {
        let kept = (length * 8).saturating_sub(64 * i).min(64) as u32;
        let mask = u64::MAX.checked_shr(64 - kept).unwrap_or(0);
        *word = u64::from_le_bytes(*eight) & mask;
    }
    key
}

impl Known {
    /// What stands beyond a text.
    fn nothing() -> Self {
        let mut known = Self::sign(Kind::Line, 0, NO_KEY);
        (known.class, known.fine, known.word) = (features::NO_CLASS, u64::MAX, u64::MAX);
        known
    }

    fn sign(kind: Kind, hash: u64, key: Key) -> Self {
        let known = Self {
            key,
            hash,
            flags: Flags::NONE,
            plain: Flags::NONE,
            kind,
            shape: Shape::Uncased,
            chars: 0,
            class: 0,
            fine: 0,
            word: 0,
            ends: [0; 3],
        };
        known.seen()
    }

    /// Adds what the labeller sees of it.
    fn seen(mut self) -> Self {
        (self.class, self.fine, self.word) = features::seen(&self);
        self
    }

    /// What is known of a word of letters, with apostrophes and dashes between them.
    fn word(word: &[u8], key: Key) -> Self {
        let mut hasher = lexicon::Hasher::new();
        let mut part = lexicon::Hasher::new();
        let mut first_part = None;
        let (mut at, mut chars) = (0, 0u32);
        let (mut capitals, mut inner, mut cased) = (0u32, 0u32, false);
        let mut last: [char; 4] = ['\0'; 4];
        let mut first: [char; 3] = ['\0'; 3];
        let mut begins = true;
        while at < word.len() {
            let (c, len) = char_at(word, at);
            at += len;
            if !token::is_letter(c) {
                hasher.add(if matches!(c, '\'' | '’') { '\'' } else { '-' });
                first_part.get_or_insert(part.finish());
                part = lexicon::Hasher::new();
                begins = true;
                continue;
            }
            let lower = if c.is_ascii() { c.to_ascii_lowercase() } else { token::lower(c) };
            if lower != c {
                capitals += 1;
                // `McArthur`, `DeLuca`: a capital behind what begins such names.
                let is_prefix = matches!(
                    (chars, first),
                    (2, ['m', 'c', _] | ['d', 'e' | 'i' | 'u', _] | ['l', 'a' | 'e', _])
                        | (3, ['m', 'a', 'c'] | ['v', 'a', 'n'] | ['d', 'e', 'l'])
                );
                inner += u32::from(!begins && !is_prefix);
                cased = true;
            } else if !cased && (c.is_ascii() || c.is_lowercase()) {
                cased = true;
            }
            if chars < 3 {
                first[chars as usize] = lower;
            }
            last = [last[1], last[2], last[3], lower];
            hasher.add(lower);
            part.add(lower);
            chars += 1;
            begins = false;
        }
        let shape = match (capitals, inner, chars) {
            _ if !cased => Shape::Uncased,
            (0, _, _) => Shape::Lower,
            (1, 0, 1) => Shape::Initial,
            (_, 0, _) => Shape::Title,
            (n, _, chars) if n == chars => Shape::Upper,
            _ => Shape::Mixed,
        };
        let hash = hasher.finish();
        let mut plain = lexicon::flags(hash);
        if plain.is_unknown() && capitals > 0 && !word.is_ascii() && first_part.is_none() {
            plain = plain.or_of_plain(word);
            if plain.is_unknown() {
                plain = token::of_father(word);
            }
        }
        let flags = if let Some(first_part) = first_part {
            let (head, tail) = (lexicon::flags(first_part), lexicon::flags(part.finish()));
            let of_parts = plain.or_of_parts(head, tail);
            if of_parts.is_name() { of_parts } else { of_parts.or_of_plain(word) }
        } else if plain.is_unknown() && capitals > 0 && chars >= 4 {
            token::inflected(word)
        } else {
            plain
        };
        let ends =
            [lexicon::hash_of(&last[2..]), lexicon::hash_of(&last[1..]), lexicon::hash_of(&first)];
        let chars = chars.min(255) as u8;
        let (kind, fine, class) = (Kind::Word, 0, 0);
        Self { key, hash, flags, plain, kind, shape, chars, class, fine, word: 0, ends }.seen()
    }
}

/// A direct-mapped memory of sums.
pub(crate) struct Memory {
    kept: Vec<(u32, Sum)>,
}

impl Default for Memory {
    fn default() -> Self {
        Self { kept: vec![(0, Sum::default()); 1 << Self::LOG2] }
    }
}

impl Memory {
    const LOG2: u32 = 12;

    /// What was made for a key, which is not 0, or what `make` makes.
    #[inline]
    pub(crate) fn of(&mut self, key: u32, make: impl FnOnce() -> Sum) -> Sum {
        let slot = (key.wrapping_mul(0x9e37_79b1) >> (u32::BITS - Self::LOG2)) as usize;
        let (kept, sum) = self.kept[slot];
        if kept == key {
            return sum;
        }
        let sum = make();
        self.kept[slot] = (key, sum);
        sum
    }
}
