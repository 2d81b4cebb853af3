//! The lexicon: what is known of words, by the hashes of their lower-case forms.
//!
//! It stands in the model's file as a table of open addressing, and is read where it lies: nothing is
//! built at the start.

use std::sync::OnceLock;

use super::model;
use super::token::{self, char_at};
use crate::term::fold::Fold;

/// What is known of a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Flags(pub(crate) u32);

impl Flags {
    pub(crate) const NONE: Self = Self(0);
    /// Given names, and those that many lists have.
    pub(crate) const GIVEN: u32 = 1;
    pub(crate) const GIVEN_TOP: u32 = 1 << 1;
    /// Family names, and the frequent ones.
    pub(crate) const FAMILY: u32 = 1 << 2;
    pub(crate) const FAMILY_TOP: u32 = 1 << 3;
    /// Words of a language, and the frequent ones.
    pub(crate) const COMMON: u32 = 1 << 4;
    pub(crate) const COMMON_TOP: u32 = 1 << 5;
    /// Words that hold a sentence together.
    pub(crate) const FUNCTION: u32 = 1 << 6;
    /// Towns, regions, countries.
    pub(crate) const PLACE: u32 = 1 << 7;
    /// `Mr`, `Frau`, `Dr`.
    pub(crate) const TITLE: u32 = 1 << 8;
    /// `GmbH`, `Bank`, `Institute`.
    pub(crate) const FIRM: u32 = 1 << 9;
    /// `Street`, `Platz`, `rue`.
    pub(crate) const STREET: u32 = 1 << 10;
    /// Months, days, languages.
    pub(crate) const TIME: u32 = 1 << 11;
    /// `Dear`, `Hallo`.
    pub(crate) const GREETING: u32 = 1 << 12;
    /// `Regards`, `Grüße`.
    pub(crate) const CLOSING: u32 = 1 << 13;
    /// What people are to others or at work, and words of forms: `manager`, `Mutter`, `name`.
    pub(crate) const ROLE: u32 = 1 << 14;
    /// `van`, `de`, `bin`.
    pub(crate) const PARTICLE: u32 = 1 << 15;
    /// Two words joined by a dash.
    pub(crate) const JOINED: u32 = 1 << 16;
    /// Known by its stem.
    pub(crate) const INFLECTED: u32 = 1 << 17;

    const NAMES: u32 = Self::GIVEN | Self::GIVEN_TOP | Self::FAMILY | Self::FAMILY_TOP;

    pub(crate) const fn has(self, flag: u32) -> bool {
        self.0 & flag != 0
    }

    pub(crate) const fn is_unknown(self) -> bool {
        self.0 == 0
    }

    pub(crate) const fn is_name(self) -> bool {
        self.has(Self::NAMES)
    }

    pub(crate) const fn inflected(self) -> Self {
        Self(self.0 & Self::NAMES | Self::INFLECTED)
    }

    /// What is known of a word, and of the name that it is without accents and apostrophes.
    pub(crate) fn or_of_plain(self, word: &[u8]) -> Self {
        Self(self.0 | flags_of_plain(word).0)
    }

    /// What is known of a word of parts: what the whole is, or what its first and last part say.
    pub(crate) const fn or_of_parts(self, first: Self, last: Self) -> Self {
        let kinds =
            Self::FIRM | Self::STREET | Self::TIME | Self::COMMON | Self::COMMON_TOP | Self::ROLE;
        let of_last = last.0 & kinds;
        let names = if first.is_name() && (last.is_name() || last.0 == 0) {
            (first.0 | last.0) & Self::NAMES
        } else if last.is_name() && first.0 == 0 {
            last.0 & Self::NAMES
        } else {
            0
        };
        Self(self.0 | of_last | names | Self::JOINED)
    }
}

/// FNV over characters, mixed at the end.
#[derive(Clone, Copy)]
pub(crate) struct Hasher(u64);

impl Hasher {
    pub(crate) const fn new() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }

    pub(crate) fn add(&mut self, c: char) {
        self.0 = (self.0 ^ u64::from(u32::from(c))).wrapping_mul(0x0100_0000_01b3);
    }

    pub(crate) const fn finish(self) -> u64 {
        mix(self.0)
    }
}

/// Spreads a number over all its bits.
pub(crate) const fn mix(mut x: u64) -> u64 {
    x ^= x >> 32;
    x = x.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    x ^= x >> 29;
    x
}

pub(crate) fn hash_of(chars: &[char]) -> u64 {
    let mut hasher = Hasher::new();
    chars.iter().for_each(|c| hasher.add(*c));
    hasher.finish()
}

/// Of a word, in lower case.
pub(crate) fn hash_lower(word: &[u8]) -> u64 {
    let mut hasher = Hasher::new();
    let mut at = 0;
    while at < word.len() {
        let (c, len) = char_at(word, at);
        hasher.add(match c {
            '’' => '\'',
            c => token::lower(c),
        });
        at += len;
    }
    hasher.finish()
}

/// Of a name, in lower case without accents and apostrophes: as a census and people in a hurry write it. Where
/// `spelled`, with the vowels that Germans write for theirs (`Mueller`).
pub(crate) fn hash_plain(word: &[u8], spelled: bool) -> u64 {
    let mut hasher = Hasher::new();
    let mut at = 0;
    while at < word.len() {
        let (c, len) = char_at(word, at);
        at += len;
        if matches!(c, '\'' | '’') {
            continue;
        }
        Fold::All.of(c, |c| hasher.add(c));
        if spelled && matches!(c, 'ä' | 'ö' | 'ü' | 'Ä' | 'Ö' | 'Ü' | 'ø' | 'Ø') {
            hasher.add('e');
        }
    }
    hasher.finish()
}

/// What is known of a name without its accents and apostrophes. Short words and rare family names are words of other
/// languages with other letters (`Hütte`, `Gün`).
pub(crate) fn flags_of_plain(word: &[u8]) -> Flags {
    const MIN_BYTES: usize = 6;
    let told = |flags: Flags| {
        let is_told = flags.has(Flags::GIVEN | Flags::GIVEN_TOP | Flags::FAMILY_TOP)
            || flags.has(Flags::FAMILY) && word.len() >= 2 * MIN_BYTES;
        is_told && !flags.has(Flags::COMMON | Flags::PLACE)
    };
    let plain = [false, true].map(|spelled| flags(hash_plain(word, spelled)));
    let found = plain.into_iter().find(|flags| word.len() >= MIN_BYTES && told(*flags));
    Flags(found.unwrap_or_default().0 & Flags::NAMES)
}

/// A list of words, known by their hashes, which are made when it is asked for the first time.
pub(crate) struct List {
    words: &'static str,
    hashes: OnceLock<Vec<u64>>,
}

impl List {
    /// The words of a text, parted by spaces.
    pub(crate) const fn new(words: &'static str) -> Self {
        Self { words, hashes: OnceLock::new() }
    }

    /// Whether it has the word of a hash.
    pub(crate) fn has(&self, hash: u64) -> bool {
        let hashes = self.hashes.get_or_init(|| {
            let words = self.words.split_whitespace();
            let mut hashes: Vec<u64> = words.map(|word| hash_lower(word.as_bytes())).collect();
            hashes.sort_unstable();
            hashes
        });
        hashes.binary_search(&hash).is_ok()
    }
}

/// What a stem's entry is called by.
pub(crate) const fn stem_of(hash: u64) -> u64 {
    mix(hash ^ 0x5354_454d)
}

/// Whether a case of a Slavic language may end so.
pub(crate) fn is_ending(ending: &[u8]) -> bool {
    const ENDINGS: [&str; 46] = [
        "a", "e", "i", "o", "u", "y", "ą", "ę", "ě", "é", "í", "ů", "ý", "ie", "ia", "iu", "em",
        "om", "ou", "ów", "ovi", "owi", "ami", "ach", "ego", "emu", "ej", "im", "ém", "ého", "ího",
        "ým", "ích", "а", "е", "и", "у", "ы", "ю", "я", "ой", "ом", "ем", "ым", "ого", "ему",
    ];
    std::str::from_utf8(ending).is_ok_and(|e| e.is_empty() || ENDINGS.contains(&e))
}

/// What is known of a word of this hash.
pub(crate) fn flags(hash: u64) -> Flags {
    model::get().map_or(Flags::NONE, |model| lookup(model.slots(), hash))
}

/// Bytes of a slot: 4 of the hash, 2 of what is known.
pub(crate) const SLOT_BYTES: usize = 6;
/// So many slots are looked at for a word at most.
pub(crate) const MAX_PROBES: usize = 24;

/// Where the search for a hash begins, and what stands in its slot.
pub(crate) const fn slot_of(hash: u64, slots: usize) -> (usize, u32) {
    let tag = (hash >> 32) as u32;
    // The lower half of the hash, as a share of all slots.
    let at = ((hash & 0xffff_ffff) * slots as u64) >> 32;
    (at as usize, if tag == 0 { 1 } else { tag })
}

/// The slot behind one.
pub(crate) const fn slot_after(at: usize, slots: usize) -> usize {
    if at + 1 == slots { 0 } else { at + 1 }
}

fn lookup(table: &[u8], hash: u64) -> Flags {
    let slots = table.len() / SLOT_BYTES;
    let (mut at, tag) = slot_of(hash, slots);
    for _ in 0..MAX_PROBES {
        let Some(slot) = table.get(at * SLOT_BYTES..(at + 1) * SLOT_BYTES) else { break };
        let found = u32::from_le_bytes([slot[0], slot[1], slot[2], slot[3]]);
        if found == 0 {
            break;
        }
        if found == tag {
            return Flags(u32::from(u16::from_le_bytes([slot[4], slot[5]])));
        }
        at = slot_after(at, slots);
    }
    Flags::NONE
}
