//! Finds literals and seed words, of which there are thousands, in any ASCII case.
//!
//! No automaton over them all fits into the caches. So each place where a needle may begin is
//! looked up in tables of bits that do, and where a bit is set, the needles that begin so are
//! compared. Nearly all needles begin where a word does. Most have eight bytes or are one whole word,
//! and such are looked up by all of that: hardly anything else passes.
//!
//! The same pass looks up the words that terms begin with ([`Filter`]), for it is at each word anyway.

mod inside;
mod table;

use std::ops::Range;

use super::facts::Behind;
use super::kinds::{self, BLOCK, Kinds};
use crate::term::filter::{self, Filter};
use inside::Inside;
use table::{Ahead, RUN_BYTES, Runs, Set};

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

/// Terms that are looked for in the same pass: which words may begin them, and where those stand.
pub(super) struct Terms<'t> {
    pub(super) filter: &'t Filter,
    pub(super) places: &'t mut Vec<usize>,
}

/// The needles of a set of rules.
pub(super) struct Needles {
    /// Long ones that begin words, and short ones that are one.
    runs: Runs,
    /// Other short ones that begin words.
    open: Set,
    /// Those that begin with a character beyond ASCII.
    other: Set,
    signs: Set,
    /// With which two bytes those of signs begin.
    sign_pairs: Box<[u64; 1 << 10]>,
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
        let mut sign_pairs = vec![0; 1 << 10];
        for (needle, _) in of(Class::Sign) {
            table::add_pairs(needle.text.as_bytes(), &mut sign_pairs);
        }
        Self {
            runs: Runs::new(of(Class::Run)),
            open: Set::new(of(Class::Open)),
            other: Set::new(of(Class::Other)),
            signs: Set::new(of(Class::Sign)),
            sign_pairs: sign_pairs.try_into().unwrap_or_else(|_| Box::new([u64::MAX; 1 << 10])),
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
        mut found: impl FnMut(usize, Range<usize>),
    ) {
        let text = &text[..window.end.min(text.len())];
        let mut borders = Borders(borders.skip_while(|b| *b < window.start).peekable());
        let mut scan = Scan::new(text, window.start, &mut borders);
        let (filter, mut places) = match terms {
            Some(Terms { filter, places }) => (Some(filter), Some(places)),
            None => (None, None),
        };
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
            let mut words = match filter {
                Some(filter) => self.words::<true>(&scan, ahead, Some(filter), &mut found),
                None => self.words::<false>(&scan, ahead, None, &mut found),
            };
            if let Some(places) = &mut places {
                while words != 0 {
                    places.push(scan.at + words.trailing_zeros() as usize);
                    words &= words - 1;
                }
            }
            self.others(&scan, ahead, &mut found);
            scan.step();
        }
    }

    /// Looks words up, and tells at which of them a term may begin.
    #[inline]
    fn words<const TERMS: bool>(
        &self,
        scan: &Scan<'_>,
        ahead: Ahead<'_>,
        filter: Option<&Filter>,
        found: &mut impl FnMut(usize, Range<usize>),
    ) -> u64 {
        let filter = filter.filter(|_| TERMS);
        let (begins, humps) = (scan.begins(), scan.humps());
        let is_odd = scan.is_odd();
        let mut of_terms = 0;
        // Nothing is asked within this loop: what it finds is gone through behind it.
        let (mut passed, mut terms) = (Passed::default(), Passed::default());
        let mut left = begins;
        while left != 0 {
            let i = left.trailing_zeros();
            left &= left - 1;
            let run = scan.run(i);
            if is_odd && scan.is_odd_at(i, run) {
                of_terms |= self.odd_word(scan, i, filter, found);
            }
            let hash = table::hash(ahead.run(i, run));
            let long = self.runs.has(table::hash(ahead.eight(i)));
            passed.add(i, self.runs.has(hash) | long | self.open.has(ahead.four(i)));
            if let Some(filter) = filter {
                terms.add(i, filter.has(hash));
            }
            let inner = scan.humps_within(i, run);
            if inner != 0 {
                self.runs_of_humps(scan, ahead, i, inner, found);
            }
        }
        let mut left = humps;
        while left != 0 {
            let i = left.trailing_zeros();
            left &= left - 1;
            let run = scan.run(i);
            if is_odd && scan.is_odd_at(i, run) {
                self.odd_word(scan, i, None, found);
            }
            let hash = table::hash(ahead.run(i, run));
            let long = self.runs.has(table::hash(ahead.eight(i)));
            passed.add(i, self.runs.has(hash) | long | self.open.has(ahead.four(i)));
            let inner = scan.humps_within(i, run);
            if inner != 0 {
                self.runs_of_humps(scan, ahead, i, inner, found);
            }
        }
        for i in passed.all() {
            let at = scan.at + i as usize;
            let (run, long) = (ahead.run(i, scan.run(i)), ahead.eight(i));
            if self.runs.has(table::hash(run)) == 1 {
                self.runs.compare(run, scan.text, at, found);
            }
            if run != long && self.runs.has(table::hash(long)) == 1 {
                self.runs.compare(long, scan.text, at, found);
            }
            if self.open.has(ahead.four(i)) == 1 {
                self.open.compare(scan.text, at, found);
            }
        }
        for i in terms.all() {
            of_terms |= 1 << i;
        }
        if let Some(filter) = filter.filter(|_| scan.now.leads != 0) {
            of_terms |= terms_of_others(scan, filter);
        }
        of_terms
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
    /// whether a term may begin with it, as its bit.
    #[cold]
    fn odd_word(
        &self,
        scan: &Scan<'_>,
        i: u32,
        filter: Option<&Filter>,
        found: &mut impl FnMut(usize, Range<usize>),
    ) -> u64 {
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
        let lets = |filter: &Filter| filter.lets(filter::key_at(field, at));
        u64::from(filter.is_some_and(lets)) << i
    }

    /// Looks up what does not begin words of ASCII.
    #[inline]
    fn others(
        &self,
        scan: &Scan<'_>,
        ahead: Ahead<'_>,
        found: &mut impl FnMut(usize, Range<usize>),
    ) {
        let (text, now) = (scan.text, &scan.now);
        let mut passed = Passed::default();
        let mut left = now.signs;
        while left != 0 {
            let i = left.trailing_zeros();
            left &= left - 1;
            let pair = ahead.pair(i);
            passed.add(i, self.sign_pairs[usize::from(pair / 64)] >> (pair % 64) & 1);
        }
        for i in passed.all() {
            if self.signs.has(ahead.four(i)) | self.signs.has_short(ahead.four(i)) == 1 {
                self.signs.compare(text, scan.at + i as usize, found);
            }
        }
        let mut left = now.leads;
        while left != 0 {
            let i = left.trailing_zeros();
            left &= left - 1;
            if self.other.has(ahead.four(i)) | self.other.has_short(ahead.four(i)) == 1 {
                self.other.compare(text, scan.at + i as usize, found);
            }
        }
        self.inside.each(text, scan.first, scan.at, ahead, found);
        for (needle, number) in &self.tiny {
            let block = &text[scan.at..text.len().min(scan.at + BLOCK)];
            let here = block.iter().enumerate().filter(|(_, b)| b.eq_ignore_ascii_case(needle));
            for at in here.map(|(i, _)| scan.at + i) {
                found(*number as usize, at..at + 1);
            }
        }
    }
}

/// At which characters beyond ASCII a term may begin.
#[cold]
fn terms_of_others(scan: &Scan<'_>, filter: &Filter) -> u64 {
    let mut may = 0;
    let mut left = scan.now.leads & !(scan.now.alnum << 1 | scan.alnum_before);
    while left != 0 {
        let i = left.trailing_zeros();
        left &= left - 1;
        let at = scan.at + i as usize;
        // Behind a letter of Europe, or a Cyrillic one, no word begins.
        let is_inside = at >= 2 && matches!(scan.text[at - 2], 0xc4..=0xc9 | 0xd0 | 0xd1);
        let is_border = scan.borders >> i & 1 == 1;
        if !is_inside || is_border || scan.text[at] >= 0xe0 {
            let field = &scan.text[..scan.border_behind(i).min(scan.text.len())];
            may |= u64::from(filter.lets(filter::key_at(field, at))) << i;
        }
    }
    may
}

/// Places of a block that passed a table of bits.
struct Passed {
    places: [u8; BLOCK],
    count: usize,
}

impl Default for Passed {
    #[inline]
    fn default() -> Self {
        Self { places: [0; BLOCK], count: 0 }
    }
}

impl Passed {
    /// Adds a place if its bit is set, without a branch: it can't be foretold.
    #[inline]
    fn add(&mut self, place: u32, bit: u64) {
        self.places[self.count % BLOCK] = place as u8;
        self.count += bit as usize;
    }

    fn all(&self) -> impl Iterator<Item = u32> {
        self.places.iter().take(self.count).map(|place| u32::from(*place))
    }
}

/// Where fields begin and end.
struct Borders<I: Iterator<Item = usize>>(std::iter::Peekable<I>);

impl<I: Iterator<Item = usize>> Borders<I> {
    /// Those of the block that begins at `at`, as bits.
    #[inline]
    fn of_block(&mut self, at: usize) -> u64 {
        let mut bits = 0;
        while let Some(border) = self.0.next_if(|border| *border < at + BLOCK) {
            bits |= border.checked_sub(at).map_or(0, |i| 1 << i);
        }
        bits
    }
}

/// The block that is looked at, and the one behind it.
struct Scan<'t> {
    text: &'t [u8],
    /// Where the pass began.
    first: usize,
    at: usize,
    now: Kinds,
    next: Kinds,
    borders: u64,
    next_borders: u64,
    /// What the byte before the block is, in the lowest bit.
    alnum_before: u64,
    small_before: u64,
}

impl<'t> Scan<'t> {
    fn new<I: Iterator<Item = usize>>(text: &'t [u8], at: usize, borders: &mut Borders<I>) -> Self {
        let before = |is: fn(&u8) -> bool| {
            u64::from(at.checked_sub(1).and_then(|i| text.get(i)).is_some_and(is))
        };
        Self {
            text,
            first: at,
            at,
            now: Kinds::at(text, at),
            next: Kinds::default(),
            borders: borders.of_block(at),
            next_borders: 0,
            alnum_before: before(u8::is_ascii_alphanumeric),
            small_before: before(u8::is_ascii_lowercase),
        }
    }

    #[inline]
    fn look_ahead<I: Iterator<Item = usize>>(&mut self, borders: &mut Borders<I>) {
        self.next = Kinds::at(self.text, self.at + BLOCK);
        self.next_borders = borders.of_block(self.at + BLOCK);
    }

    #[inline]
    fn step(&mut self) {
        (self.alnum_before, self.small_before) = (self.now.alnum >> 63, self.now.small >> 63);
        (self.now, self.borders) = (self.next, self.next_borders);
        self.at += BLOCK;
    }

    /// Where words of ASCII begin behind none, or at the beginning of a field.
    #[inline]
    fn begins(&self) -> u64 {
        let now = &self.now;
        now.alnum & (!(now.alnum << 1 | self.alnum_before) | self.borders)
    }

    /// Where words of camel case begin within others.
    #[inline]
    fn humps(&self) -> u64 {
        self.now.capitals & (self.now.small << 1 | self.small_before) & !self.borders
    }

    #[inline]
    fn next_humps(&self) -> u64 {
        self.next.capitals & (self.next.small << 1 | self.now.small >> 63)
    }

    /// How many letters and digits stand in a row from a place on, all beyond ASCII among them; more
    /// than count are not told exactly.
    #[inline]
    fn run(&self, i: u32) -> u32 {
        let (now, next) = (&self.now, &self.next);
        kinds::joined(now.alnum | now.high, next.alnum | next.high, i).trailing_ones()
    }

    /// Where in a word others begin, as far as it counts.
    #[inline]
    fn humps_within(&self, i: u32, run: u32) -> u64 {
        let within = (1 << run.min(RUN_BYTES)) - 2;
        kinds::joined(self.humps(), self.next_humps(), i) & within
    }

    /// Whether there are borders or letters beyond ASCII at all.
    #[inline]
    fn is_odd(&self) -> bool {
        self.now.high | self.next.high | self.borders | self.next_borders != 0
    }

    fn is_odd_at(&self, i: u32, run: u32) -> bool {
        let (now, next) = (&self.now, &self.next);
        let odd = kinds::joined(now.high | self.borders, next.high | self.next_borders, i);
        odd & ((1 << run.min(RUN_BYTES)) - 2) != 0
    }

    /// Where the field ends in which a place lies, if that is near.
    fn border_behind(&self, i: u32) -> usize {
        let borders = kinds::joined(self.borders, self.next_borders, i) & !1;
        if borders == 0 { usize::MAX } else { self.at + (i + borders.trailing_zeros()) as usize }
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
    Sign,
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
            Whereabouts::Anywhere => Self::Inside,
            Whereabouts::Sign => Self::Sign,
            _ if !text.first().is_some_and(u8::is_ascii) => Self::Other,
            _ if text.len() >= RUN_BYTES as usize => Self::Run,
            // With what it goes on is not known: that would be looked up at each word.
            _ if text.len() < 4 && needle.behind == Behind::ANYTHING => Self::Inside,
            _ => Self::Open,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::words::is_whole_word;
    use crate::term::filter::key_at;
    use proptest::prelude::*;

    fn places() -> impl Strategy<Value = Whereabouts> {
        prop_oneof![
            Just(Whereabouts::Whole),
            Just(Whereabouts::Word),
            Just(Whereabouts::Sign),
            Just(Whereabouts::Anywhere)
        ]
    }

    /// Whether a needle that stands somewhere is to be told.
    fn may_stand(text: &[u8], span: &Range<usize>, whereabouts: Whereabouts, border: bool) -> bool {
        let (first, before) = (text[span.start], span.start.checked_sub(1).map(|i| text[i]));
        let begins = border || !before.is_some_and(|b| b.is_ascii_alphanumeric());
        let hump = before.is_some_and(|b| b.is_ascii_lowercase()) && first.is_ascii_uppercase();
        match whereabouts {
            Whereabouts::Whole if first.is_ascii_alphanumeric() => begins || hump,
            Whereabouts::Word if first.is_ascii_alphanumeric() => begins,
            Whereabouts::Whole | Whereabouts::Word => first >= 0xc0,
            Whereabouts::Sign => first.is_ascii_punctuation(),
            Whereabouts::Anywhere => true,
        }
    }

    proptest! {
        #[test]
        fn needles_are_found_as_a_slow_search_finds_them(
            needles in proptest::collection::vec(("[abA._é ]{1,10}", places(), any::<bool>()), 0..40),
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
                behind: Behind::ANYTHING,
            });
            // What need not be told may be.
            let is_of_use = |needle: usize, span: &Range<usize>| {
                let (wanted, whereabouts, exactly) = &needles[needle];
                let crosses = borders.iter().any(|b| span.start < *b && *b < span.end);
                (!exactly || wanted.as_bytes() == &text[span.clone()])
                    && (*whereabouts != Whereabouts::Whole || is_whole_word(text, span))
                    && !crosses
            };
            let mut found = Vec::new();
            let keys = [key_at(b"ab", 0), key_at("é".as_bytes(), 0)];
            let (filter, mut places) = (Filter::new(&keys, 16), Vec::new());
            let terms = Terms { filter: &filter, places: &mut places };
            Needles::new(list).each(text, window.clone(), borders.into_iter(), Some(terms), |needle, span| {
                if is_of_use(needle, &span) {
                    found.push((span.start, span.end, needle));
                }
            });
            let mut slow = Vec::new();
            for start in window.clone() {
                for (number, (needle, whereabouts, _)) in needles.iter().enumerate() {
                    let span = start..start + needle.len();
                    if span.end <= window.end
                        && text[span.clone()].eq_ignore_ascii_case(needle.as_bytes())
                        && may_stand(text, &span, *whereabouts, borders.contains(&start))
                        && is_of_use(number, &span)
                    {
                        slow.push((span.start, span.end, number));
                    }
                }
            }
            // Where a needle is of no use it may be told too, but only where it stands.
            for one in &slow {
                prop_assert!(found.contains(one), "{:?}", one);
            }
            for (start, end, number) in &found {
                prop_assert!(window.start <= *start && *end <= window.end);
                let there = &text[*start..*end];
                prop_assert!(there.eq_ignore_ascii_case(needles[*number].0.as_bytes()));
            }
            prop_assert!(places.is_sorted());
            // A window cuts what a field's end doesn't.
            let mut visited = Vec::new();
            filter.visit(&text[..window.end], window, |at| visited.push(at));
            for at in visited {
                let is_cut = borders.iter().any(|border| at < *border && *border < at + 24);
                let letter_before = at >= 2 && text[at - 2] == 0xc3 && !text[at - 1].is_ascii();
                prop_assert!(places.contains(&at) || is_cut || letter_before);
            }
        }
    }
}
