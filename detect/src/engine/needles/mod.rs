//! Finds literals and seed words, of which there are thousands, in any ASCII case.
//!
//! No automaton over them all fits into the caches. So each place where a needle may begin is
//! looked up in tables of bits that do, and where a bit is set, the needles that begin so are
//! compared. Nearly all needles begin where a word does. Most have eight bytes or are one whole word,
//! and such are looked up by all of that: hardly anything else passes.
//!
//! The same pass looks up the words that terms begin with ([`Filter`]), for it is at each word anyway.

mod grams;
mod inside;
mod places;
mod scan;
mod table;

use std::ops::Range;

use fearless_simd::{Level, dispatch};

use super::facts::Behind;
use super::kinds::{self, BLOCK};
use crate::term::filter::{self, Filter};
use inside::Inside;
pub(super) use places::Places;
use scan::{Borders, Passed, Scan};
use table::{Ahead, Begins, RUN_BYTES, Runs, Set};

/// Where a needle may begin and end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Whereabouts {
    /// It is a word, or several: a word of camel case is one too.
    Whole,
    /// It begins where a word does.
    Word,
    /// At its own first byte, which is a sign.
    Sign,
    /// At any byte.
    Anywhere,
}

impl Whereabouts {
    /// Of a needle that is whole words.
    pub(super) fn of_word(needle: &str) -> Self {
        Self::of(needle, Self::Whole)
    }

    /// Of a needle that may or may not be of use where no word begins.
    pub(super) fn of_literal(needle: &str, begins_words: bool) -> Self {
        Self::of(needle, if begins_words { Self::Word } else { Self::Anywhere })
    }

    fn of(needle: &str, asked: Self) -> Self {
        match needle.as_bytes().first() {
            Some(first) if first.is_ascii_punctuation() => Self::Sign,
            Some(first) if first.is_ascii_alphanumeric() || !first.is_ascii() => asked,
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
    /// What must follow it to be of use.
    pub(super) behind: Behind,
}

/// Terms, and the signs of what is said of them, that are looked for in the same pass: which words may
/// begin them, and where those stand.
pub(super) struct Terms<'t> {
    pub(super) terms: &'t Filter,
    pub(super) signs: &'t Filter,
    pub(super) places: TermPlaces<'t>,
}

/// Where terms and signs may begin.
pub(super) struct TermPlaces<'t> {
    pub(super) terms: &'t mut Places,
    pub(super) signs: &'t mut Places,
}

/// Which words may begin terms, and which signs.
#[derive(Clone, Copy)]
struct Filters<'t> {
    terms: &'t Filter,
    signs: &'t Filter,
}

impl Filters<'_> {
    /// Whether a word of this key or hash may, as bits.
    #[inline]
    fn has(self, hash: u64) -> Begun {
        Begun { terms: self.terms.has(hash), signs: self.signs.has(hash) }
    }
}

/// At which bytes of a block terms and signs may begin.
#[derive(Clone, Copy, Default)]
struct Begun {
    terms: u64,
    signs: u64,
}

impl Begun {
    #[inline]
    fn add(&mut self, here: Self, i: u32) {
        self.terms |= here.terms << i;
        self.signs |= here.signs << i;
    }
}

/// Of what stands so near before the end of a text it is not known how its words go on.
const END_BYTES: usize = 64;

/// The needles of a set of rules.
pub(super) struct Needles {
    /// Long ones that begin words, and short ones that are one.
    runs: Runs,
    /// Other short ones that begin words.
    open: Set,
    /// How the longer ones of both begin that are not known by all of a word.
    begins: Begins,
    /// Those that begin with a character beyond ASCII.
    other: Set,
    /// Those that may stand anywhere, or at a sign.
    inside: Inside,
    /// Those too short for that, of which there are none but in tests.
    tiny: Vec<(u8, u32)>,
}

impl Needles {
    /// Needles are called by their places in the list.
    pub(super) fn new<'n>(list: impl Iterator<Item = Wanted<'n>> + Clone) -> Self {
        let of = |class: Class| {
            let of_set = list.clone().enumerate().filter(move |(_, n)| Class::of(n) == class);
            of_set.map(|(number, needle)| (needle, number as u32))
        };
        let (runs, open) = (Runs::new(of(Class::Run)), Set::new(of(Class::Open)));
        Self {
            begins: Begins::new(of(Class::Run).chain(of(Class::Open))),
            runs,
            open,
            other: Set::new(of(Class::Other)),
            inside: Inside::new(of(Class::Inside)),
            tiny: of(Class::Tiny)
                .filter_map(|(needle, number)| Some((*needle.text.as_bytes().first()?, number)))
                .collect(),
        }
    }

    /// Tells all needles that lie whole in a window of a text. Words may also begin and end at the
    /// borders, which come in order. Of what is told some needles are only the beginnings of words.
    pub(super) fn each(
        &self,
        text: &[u8],
        window: Range<usize>,
        borders: impl Iterator<Item = usize>,
        terms: Option<Terms<'_>>,
        found: impl FnMut(usize, Range<usize>),
    ) {
        // Newer processors have more for bits than vectors.
        dispatch!(Level::new(), _ => self.pass(text, window, borders, terms, found));
    }

    #[inline(always)]
    fn pass(
        &self,
        text: &[u8],
        window: Range<usize>,
        borders: impl Iterator<Item = usize>,
        terms: Option<Terms<'_>>,
        mut found: impl FnMut(usize, Range<usize>),
    ) {
        let text = &text[..window.end.min(text.len())];
        let mut borders = Borders(borders.skip_while(|b| *b < window.start).peekable());
        let mut scan = Scan::new(text, window.start, &mut borders, self.inside.grams());
        let (filters, mut places) = match terms {
            Some(Terms { terms, signs, places }) => (Some(Filters { terms, signs }), Some(places)),
            None => (None, None),
        };
        if let Some(places) = &mut places {
            places.terms.begin(scan.at);
            places.signs.begin(scan.at);
        }
        while scan.at < text.len() {
            let padded;
            let ahead = match text[scan.at..].first_chunk() {
                Some(ahead) => Ahead::new(ahead),
                None => {
                    padded = kinds::block(text, scan.at);
                    Ahead::new(&padded)
                }
            };
            scan.look_ahead(&mut borders);
            let begun = match filters {
                Some(_) => self.words::<true>(&scan, ahead, filters, &mut found),
                None => self.words::<false>(&scan, ahead, None, &mut found),
            };
            if let Some(places) = &mut places {
                places.terms.push(begun.terms);
                places.signs.push(begun.signs);
            }
            self.others(&scan, ahead, &mut found);
            scan.step();
        }
        if let Some(places) = places {
            places.terms.end(text.len());
            places.signs.end(text.len().saturating_sub(END_BYTES));
        }
    }

    /// Looks words up, and tells at which of them a term or a sign may begin.
    #[inline(always)]
    fn words<const TERMS: bool>(
        &self,
        scan: &Scan<'_>,
        ahead: Ahead<'_>,
        filters: Option<Filters<'_>>,
        found: &mut impl FnMut(usize, Range<usize>),
    ) -> Begun {
        let filters = filters.filter(|_| TERMS);
        let (begins, humps) = (scan.begins(), scan.humps());
        let is_odd = scan.is_odd();
        let mut begun = Begun::default();
        // Nothing is asked within this loop: what it finds is gone through behind it.
        let mut passed = Passed::default();
        let has_humps = scan.has_humps();
        let mut left = begins | humps;
        while left != 0 {
            let i = left.trailing_zeros();
            left &= left - 1;
            let is_hump = humps >> i & 1 == 1;
            let run = scan.run(i);
            if is_odd && scan.is_odd_at(i, run) {
                let filters = filters.filter(|_| !is_hump);
                begun.add(self.odd_word(scan, i, filters, found), i);
            }
            let eight = ahead.eight(i);
            let hash = table::hash(table::first_of(eight, run as usize));
            let begins = self.begins.has(eight) | self.open.has_four(eight);
            passed.add(i, self.runs.has(hash) | begins);
            if let Some(filters) = filters {
                begun.add(filters.has(hash), i);
            }
            if has_humps {
                let inner = scan.humps_within(i, run);
                if inner != 0 {
                    self.runs_of_humps(scan, ahead, i, inner, found);
                }
            }
        }
        // Within a word no term begins.
        begun.terms &= !humps;
        begun.signs &= !humps;
        for i in passed.all() {
            let at = scan.at + i as usize;
            let (run, long) = (ahead.run(i, scan.run(i)), ahead.eight(i));
            if self.runs.has(table::hash(run)) == 1 {
                self.runs.compare(run, scan.text, at, found);
            }
            if run != long && self.runs.has(table::hash(long)) == 1 {
                self.runs.compare(long, scan.text, at, found);
            }
            if self.open.has(long) == 1 {
                self.open.compare(scan.text, at, found);
            }
        }
        if let Some(filters) = filters.filter(|_| scan.now().leads != 0) {
            begun_by_others(scan, filters, &mut begun);
        }
        begun
    }

    /// A word of camel case may end where the next begins.
    #[cold]
    fn runs_of_humps(
        &self,
        scan: &Scan<'_>,
        ahead: Ahead<'_>,
        i: u32,
        mut humps: u64,
        found: &mut impl FnMut(usize, Range<usize>),
    ) {
        while humps != 0 {
            let key = ahead.run(i, humps.trailing_zeros());
            humps &= humps - 1;
            if self.runs.has(table::hash(key)) == 1 {
                self.runs.compare(key, scan.text, scan.at + i as usize, found);
            }
        }
    }

    /// A word within which a field ends, or that has letters beyond ASCII, may end anywhere. Tells
    /// whether a term or a sign may begin with it.
    #[cold]
    fn odd_word(
        &self,
        scan: &Scan<'_>,
        i: u32,
        filters: Option<Filters<'_>>,
        found: &mut impl FnMut(usize, Range<usize>),
    ) -> Begun {
        let at = scan.at + i as usize;
        let field = &scan.text[..scan.border_behind(i).min(scan.text.len())];
        let word = field[at..].iter().take(RUN_BYTES as usize);
        let run = word.take_while(|b| b.is_ascii_alphanumeric() || !b.is_ascii()).count();
        let eight: [u8; RUN_BYTES as usize] = kinds::block(field, at);
        for run in 1..=run as u32 {
            // All that there is was looked up already.
            let key = table::run_of(eight, run);
            if run != scan.run(i).min(RUN_BYTES) && self.runs.has(table::hash(key)) == 1 {
                self.runs.compare(key, field, at, found);
            }
        }
        filters.map_or(Begun::default(), |filters| begun_by(scan.text, field, at, filters))
    }

    /// Looks up what does not begin words of ASCII.
    #[inline(always)]
    fn others(
        &self,
        scan: &Scan<'_>,
        ahead: Ahead<'_>,
        found: &mut impl FnMut(usize, Range<usize>),
    ) {
        let (text, now) = (scan.text, scan.now());
        let mut left = now.leads;
        while left != 0 {
            let i = left.trailing_zeros();
            left &= left - 1;
            if self.other.has(ahead.eight(i)) | self.other.has_short(ahead.eight(i)) == 1 {
                self.other.compare(text, scan.at + i as usize, found);
            }
        }
        self.inside.each(scan, ahead, found);
        for (needle, number) in &self.tiny {
            let block = &text[scan.at..text.len().min(scan.at + BLOCK)];
            let here = block.iter().enumerate().filter(|(_, b)| b.eq_ignore_ascii_case(needle));
            for at in here.map(|(i, _)| scan.at + i) {
                found(*number as usize, at..at + 1);
            }
        }
    }
}

/// What may begin with the word at a place: a term of its field, and a sign, which knows no fields.
fn begun_by(text: &[u8], field: &[u8], at: usize, filters: Filters<'_>) -> Begun {
    let key = filter::key_at(field, at);
    let in_text = if field.len() < text.len() { filter::key_at(text, at) } else { key };
    Begun {
        terms: u64::from(filters.terms.lets(key)),
        signs: u64::from(filters.signs.lets(in_text)),
    }
}

/// At which characters beyond ASCII a term or a sign may begin.
#[cold]
fn begun_by_others(scan: &Scan<'_>, filters: Filters<'_>, begun: &mut Begun) {
    let mut left = scan.now().leads & !(scan.now().alnum << 1 | scan.alnum_before);
    while left != 0 {
        let i = left.trailing_zeros();
        left &= left - 1;
        let at = scan.at + i as usize;
        // Behind a letter of Europe, or a Cyrillic one, no word begins.
        let is_inside = at >= 2 && matches!(scan.text[at - 2], 0xc4..=0xc9 | 0xd0 | 0xd1);
        let is_border = scan.borders >> i & 1 == 1;
        if !is_inside || is_border || scan.text[at] >= 0xe0 {
            let field = &scan.text[..scan.border_behind(i).min(scan.text.len())];
            begun.add(begun_by(scan.text, field, at, filters), i);
        }
    }
}

/// How a needle is looked up.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    /// By eight bytes, or by all of its only word.
    Run,
    /// By its first bytes, where a word begins.
    Open,
    /// By its first bytes, where a character beyond ASCII stands.
    Other,
    /// By some bytes of it.
    Inside,
    /// By all of it.
    Tiny,
}

impl Class {
    fn of(needle: &Wanted<'_>) -> Self {
        let text = needle.text.as_bytes();
        let is_one_word =
            needle.whereabouts == Whereabouts::Whole && table::first_run(text) == text.len();
        match needle.whereabouts {
            _ if is_one_word && text.first().is_some_and(u8::is_ascii) => Self::Run,
            _ if text.len() < 2 => Self::Tiny,
            Whereabouts::Anywhere | Whereabouts::Sign => Self::Inside,
            _ if !text.first().is_some_and(u8::is_ascii) => Self::Other,
            _ if text.len() >= RUN_BYTES as usize => Self::Run,
            // With what it goes on is not known: that would be looked up at each word.
            _ if text.len() < 4 && needle.behind == Behind::ANYTHING => Self::Inside,
            _ => Self::Open,
        }
    }
}

#[cfg(test)]
mod tests;
