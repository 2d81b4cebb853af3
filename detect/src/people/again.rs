//! Names again: a part of a full name that stands near, alone, is the same person.

use std::ops::Range;

use super::Finding;
use super::lexicon::Flags;
use super::marks::Marks;
use super::seed;
use super::token::{self, Shape, Token};
use super::unit::Field;
use super::words::Words;

/// A full name so far before or after lends to its parts.
pub(crate) const AGAIN_BYTES: usize = 2048;

/// The words of full names that were found, with their places.
#[derive(Default)]
pub(crate) struct Again {
    words: Vec<(u64, usize)>,
    /// Bits of their hashes, so that nearly all other words are passed over.
    filter: [u64; FILTER_WORDS],
    tokens: Vec<Token>,
}

const FILTER_WORDS: usize = 32;

fn bit_of(hash: u64) -> (usize, u64) {
    ((hash >> 6) as usize % FILTER_WORDS, 1 << (hash & 63))
}

impl Again {
    /// Adds what stands in a part of a field of the names that were found in it, from `first` on.
    pub(crate) fn search(
        &mut self,
        marks: &Marks,
        words: &mut Words,
        field: Field<'_>,
        window: Range<usize>,
        first: usize,
        found: &mut Vec<(Finding, Range<usize>)>,
    ) {
        self.read(words, field, &found[first..]);
        if self.words.is_empty() {
            return;
        }
        let mut taken: Vec<Range<usize>> =
            found[first..].iter().map(|(_, span)| span.clone()).collect();
        taken.sort_by_key(|span| span.start);
        let mut taken = taken.into_iter().peekable();
        let mut taken_to = 0;
        let mut at = window.start;
        while let Some(word) = seed::next(marks, field, at, window.end) {
            at = word.end;
            while let Some(span) = taken.next_if(|span| span.start <= word.start) {
                taken_to = taken_to.max(span.end);
            }
            if taken_to > word.start || word.len() < 3 {
                continue;
            }
            words.tidy();
            let number = words.word(field.text, word.start, word.end);
            if !self.is_near(words.get(number).hash, word.start) {
                continue;
            }
            if let Some(span) = self.judge(words, field, word.start) {
                at = span.end;
                found.push((Finding::NameLikely, span));
            }
        }
    }

    fn read(&mut self, words: &mut Words, field: Field<'_>, found: &[(Finding, Range<usize>)]) {
        self.words.clear();
        self.filter.fill(0);
        for (_, span) in found.iter().filter(|(finding, _)| *finding == Finding::NameSure) {
            self.tokens.clear();
            words.tidy();
            token::tokens(words, field.text, span.start, span.end, &mut self.tokens);
            if self.tokens.iter().filter(|t| t.is_word()).count() < 2 {
                continue;
            }
            for token in self.tokens.iter().filter(|t| may_stand_alone(t)) {
                let (word, bit) = bit_of(token.hash);
                self.filter[word] |= bit;
                self.words.push((token.hash, token.start));
            }
        }
        self.words.sort_unstable();
    }

    fn judge(&mut self, words: &mut Words, field: Field<'_>, start: usize) -> Option<Range<usize>> {
        /// Words so far on either side are looked at.
        const BESIDE_BYTES: usize = 32;
        let to = field.text.len().min(start + 2 * BESIDE_BYTES);
        self.tokens.clear();
        let floor = field.start.max(start.saturating_sub(BESIDE_BYTES));
        let skipped = field.text[floor..start].iter().position(u8::is_ascii_whitespace);
        let from = if floor == field.start { floor } else { skipped.map_or(start, |n| floor + n) };
        token::tokens(words, field.text, from, to, &mut self.tokens);
        let at = self.tokens.iter().position(|t| t.start == start)?;
        let token = self.tokens[at];
        if token.end + 4 > to && to < field.text.len()
            || !may_stand_alone(&token)
            || !self.is_near(token.hash, token.start)
        {
            return None;
        }
        let touches = |other: &Token, gap: usize| {
            gap <= 1 && other.is_capital() && !other.flags.has(Flags::FUNCTION | Flags::COMMON_TOP)
        };
        let next = self.tokens.get(at + 1);
        let is_part = next.is_some_and(|t| {
            let gap = t.start - token.end;
            touches(t, gap)
                || t.flags.has(Flags::FIRM | Flags::STREET) && gap <= 1
                || t.is_sign(b'&')
                || t.is_sign(b'-') && gap == 0
        }) || at.checked_sub(1).map(|i| &self.tokens[i]).is_some_and(|t| {
            let gap = token.start - t.end;
            let titled = t.flags.has(Flags::TITLE | Flags::GREETING | Flags::ROLE);
            !titled && (touches(t, gap) || t.flags.has(Flags::FIRM | Flags::STREET) && gap <= 1)
                || t.is_sign(b'&')
                || t.is_sign(b'-') && gap == 0
        });
        let span = token.start..token.end;
        (!is_part && !seed::is_glued(field, &span)).then_some(span)
    }

    fn is_near(&self, hash: u64, start: usize) -> bool {
        let (word, bit) = bit_of(hash);
        if self.filter[word] & bit == 0 {
            return false;
        }
        let from = (hash, start.saturating_sub(AGAIN_BYTES));
        let first = self.words.partition_point(|word| *word < from);
        self.words.get(first).is_some_and(|(h, at)| *h == hash && *at < start + AGAIN_BYTES)
    }
}

/// Whether a part of a name says enough alone: no word of a language, no initial.
fn may_stand_alone(token: &Token) -> bool {
    let f = token.flags;
    let plain = f.has(
        Flags::COMMON_TOP
            | Flags::FUNCTION
            | Flags::TIME
            | Flags::TITLE
            | Flags::FIRM
            | Flags::STREET
            | Flags::GREETING
            | Flags::ROLE,
    );
    let top = f.has(Flags::GIVEN_TOP | Flags::FAMILY_TOP);
    // Short forms stand beside names, too.
    let is_short = token.shape == Shape::Upper && !f.is_name();
    token.is_capital() && !is_short && token.chars >= 3 && !plain && (!f.has(Flags::COMMON) || top)
}
