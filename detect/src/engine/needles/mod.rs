//! Finds literals and seed words, of which there are thousands, in any ASCII case.
//!
//! No automaton over them all fits into the caches. So each place where a needle may begin is
//! looked up, by its first bytes, in a table of bits that does; one in some twenty is in it, and
//! there the needles that begin so are compared. Most needles begin where a word does, or with a
//! sign, and only such places are looked up for them.

mod table;

use std::ops::Range;

use super::kinds::{self, BLOCK};
use table::{BLOCK_AHEAD, KEY_BYTES, Set, key};

/// Where a needle may begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Whereabouts {
    /// Where a word does, or at a byte that is not ASCII.
    Word,
    /// At its own first byte, which is a sign.
    Sign,
    /// At any byte.
    Anywhere,
}

impl Whereabouts {
    /// Of a needle; one that begins words is of no use elsewhere.
    pub(super) fn of(needle: &str, begins_words: bool) -> Self {
        match needle.as_bytes().first() {
            Some(first) if first.is_ascii_punctuation() => Self::Sign,
            Some(first) if begins_words && (first.is_ascii_alphanumeric() || !first.is_ascii()) => {
                Self::Word
            }
            _ => Self::Anywhere,
        }
    }
}

/// What is looked for.
#[derive(Clone, Copy)]
pub(super) struct Wanted<'n> {
    pub(super) text: &'n str,
    pub(super) whereabouts: Whereabouts,
    /// Whether finding it in another case is of no use.
    pub(super) exactly: bool,
}

/// The needles of a set of rules.
pub(super) struct Needles {
    words: Set<{ 1 << 11 }>,
    signs: Set<{ 1 << 9 }>,
    anywhere: Set<{ 1 << 11 }>,
    pairs: Pairs,
}

impl Needles {
    /// Needles are called by their places in the list.
    pub(super) fn new<'n>(list: impl Iterator<Item = Wanted<'n>> + Clone) -> Self {
        let of = |asked: Whereabouts| {
            let of_set = list.clone().enumerate().filter(move |(_, n)| n.whereabouts == asked);
            of_set.map(|(number, needle)| (needle.text, number as u32))
        };
        let mut anywhere = Set::new(of(Whereabouts::Anywhere));
        anywhere.lengthen();
        let is_short = |n: &Wanted<'_>| n.whereabouts == Whereabouts::Anywhere && n.text.len() == 2;
        Self {
            words: Set::new(of(Whereabouts::Word)),
            signs: Set::new(of(Whereabouts::Sign)),
            anywhere,
            pairs: Pairs::new(list.clone().filter(is_short)),
        }
    }

    /// Tells all needles that lie whole in a window of a text, by the order of their beginnings.
    /// Words may also begin at the borders, which come in order.
    pub(super) fn each(
        &self,
        text: &[u8],
        window: Range<usize>,
        borders: impl Iterator<Item = usize>,
        mut found: impl FnMut(usize, Range<usize>),
    ) {
        let mut borders = borders.skip_while(|border| *border < window.start).peekable();
        let text = &text[..window.end.min(text.len())];
        for at in window.clone().step_by(BLOCK) {
            let ahead: [u8; BLOCK_AHEAD] = kinds::block(text, at);
            let Some(block) = ahead.first_chunk::<BLOCK>() else { return };
            let before = at.checked_sub(1).map(|i| text[i]);
            let begin = kinds::beginnings(block, before);
            let (mut words, mut signs, mut anywhere) = (begin.words, begin.signs, 0);
            while let Some(border) = borders.next_if(|border| *border < at + BLOCK) {
                words |= border.checked_sub(at).map_or(0, |i| 1 << i);
            }
            if !self.anywhere.is_empty() {
                for i in 0..BLOCK {
                    anywhere |= self.anywhere.has(key(&ahead, i), KEY_BYTES) << i;
                }
                anywhere |= self.pairs.sieve(block, &ahead);
            }
            words = self.words.sieve(words, &ahead);
            signs = self.signs.sieve(signs, &ahead);
            let mut all = words | signs | anywhere;
            while all != 0 {
                let i = all.trailing_zeros();
                all &= all - 1;
                let place = at + i as usize;
                if place >= text.len() {
                    return;
                }
                if words >> i & 1 == 1 {
                    self.words.compare(text, place, &mut found);
                }
                if signs >> i & 1 == 1 {
                    self.signs.compare(text, place, &mut found);
                }
                if anywhere >> i & 1 == 1 {
                    self.anywhere.compare(text, place, &mut found);
                }
            }
        }
    }
}

/// Needles of two bytes that may stand anywhere: too short to be looked up at every byte.
struct Pairs {
    /// What they begin with.
    first: [u8; Self::FIRST],
    /// A bit for each pair of bytes, as it is written; none if there are no pairs.
    bits: Vec<u64>,
    /// Whether they begin with too many different bytes.
    is_every: bool,
}

impl Pairs {
    /// They begin with at most so many different bytes.
    const FIRST: usize = 4;

    fn new<'n>(needles: impl Iterator<Item = Wanted<'n>>) -> Self {
        let mut pairs: Vec<[u8; 2]> = Vec::new();
        for needle in needles {
            let Ok([a, b]) = <[u8; 2]>::try_from(needle.text.as_bytes()) else { continue };
            let cases = |byte: u8| [byte.to_ascii_lowercase(), byte.to_ascii_uppercase()];
            if needle.exactly {
                pairs.push([a, b]);
            } else {
                pairs.extend(cases(a).into_iter().flat_map(|a| cases(b).map(|b| [a, b])));
            }
        }
        pairs.sort_unstable();
        pairs.dedup();
        let firsts: Vec<u8> =
            pairs.chunk_by(|a, b| a[0] == b[0]).map(|chunk| chunk[0][0]).collect();
        let mut first = [firsts.first().copied().unwrap_or(0); Self::FIRST];
        for (to, from) in first.iter_mut().zip(&firsts) {
            *to = *from;
        }
        let mut bits = vec![0; if pairs.is_empty() { 0 } else { 1 << 10 }];
        for pair in pairs {
            let pair = usize::from(u16::from_le_bytes(pair));
            bits[pair / 64] |= 1 << (pair % 64);
        }
        Self { first, bits, is_every: firsts.len() > Self::FIRST }
    }

    #[inline]
    fn sieve(&self, block: &[u8; BLOCK], ahead: &[u8; BLOCK_AHEAD]) -> u64 {
        let Some(bits) = self.bits.first_chunk::<{ 1 << 10 }>() else { return 0 };
        let mut left = if self.is_every { u64::MAX } else { kinds::any_of(block, self.first) };
        let mut may = 0;
        while left != 0 {
            let i = left.trailing_zeros();
            left &= left - 1;
            let pair = u16::from_le_bytes([ahead[i as usize], ahead[i as usize + 1]]);
            may |= (bits[usize::from(pair / 64)] >> (pair % 64) & 1) << i;
        }
        may
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn places() -> impl Strategy<Value = Whereabouts> {
        prop_oneof![Just(Whereabouts::Word), Just(Whereabouts::Sign), Just(Whereabouts::Anywhere)]
    }

    fn may_stand(text: &[u8], at: usize, whereabouts: Whereabouts, borders: &[usize]) -> bool {
        let mut block = [0; BLOCK];
        block[0] = text[at];
        let begin = kinds::beginnings(&block, at.checked_sub(1).map(|i| text[i]));
        match whereabouts {
            Whereabouts::Word => begin.words & 1 == 1 || borders.contains(&at),
            Whereabouts::Sign => begin.signs & 1 == 1,
            Whereabouts::Anywhere => true,
        }
    }

    proptest! {
        #[test]
        fn needles_are_found_as_a_slow_search_finds_them(
            needles in proptest::collection::vec(("[abA._é ]{1,9}", places(), any::<bool>()), 0..40),
            text in "[abAB._é 0]{0,300}",
            ends in any::<(prop::sample::Index, prop::sample::Index, prop::sample::Index)>(),
        ) {
            let text = text.as_bytes();
            let index = |i: &prop::sample::Index| i.index(text.len() + 1);
            let window = index(&ends.0).min(index(&ends.1))..index(&ends.0).max(index(&ends.1));
            let borders = [0, index(&ends.2)];
            let list = needles.iter().map(|(text, whereabouts, exactly)| Wanted {
                text,
                whereabouts: *whereabouts,
                exactly: *exactly,
            });
            let is_of_use = |needle: usize, span: Range<usize>| {
                let (wanted, _, exactly) = &needles[needle];
                !exactly || wanted.as_bytes() == &text[span]
            };
            let mut found = Vec::new();
            Needles::new(list).each(text, window.clone(), borders.into_iter(), |needle, span| {
                if is_of_use(needle, span.clone()) {
                    found.push((span.start, span.end, needle));
                }
            });
            prop_assert!(found.is_sorted_by_key(|(start, _, _)| *start));
            let mut slow = Vec::new();
            for start in window.clone() {
                for (number, (needle, whereabouts, _)) in needles.iter().enumerate() {
                    let end = start + needle.len();
                    if end <= window.end
                        && text[start..end].eq_ignore_ascii_case(needle.as_bytes())
                        && may_stand(text, start, *whereabouts, &borders)
                        && is_of_use(number, start..end)
                    {
                        slow.push((start, end, number));
                    }
                }
            }
            found.sort_unstable();
            slow.sort_unstable();
            prop_assert_eq!(found, slow);
        }
    }
}
