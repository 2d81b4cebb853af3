//! Many terms, each as the hash of its words: a term costs some twenty bytes however long it is,
//! and a look-up touches one place.

use std::ops::Range;

use super::filter::{self, Beginning};
use super::fold::{self, Fold};

/// At most so many words a term: of scripts that write without spaces, characters.
pub(crate) const MAX_WORDS: usize = 16;
/// At most so many bytes of a text a term takes up.
pub(crate) const MAX_TERM_BYTES: usize = 160;
/// At most so many characters stand between the words of a term.
const MAX_GAP_CHARS: usize = 3;

/// What is said of a term: what it means its owner knows.
pub(crate) type Payload = u64;

/// The hash of the words so far.
#[derive(Debug, Clone, Copy)]
struct Hash(u64);

impl Hash {
    const fn new() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }

    fn byte(&mut self, byte: u8) {
        self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    }

    fn character(&mut self, c: char) {
        if c.is_ascii() {
            self.byte(c as u8);
        } else {
            c.encode_utf8(&mut [0; 4]).bytes().for_each(|b| self.byte(b));
        }
    }

    /// What is looked up, here at the end of a word.
    const fn value(self) -> u64 {
        let mixed = (self.0 ^ self.0 >> 32).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        mixed ^ mixed >> 29
    }
}

/// What is known of the first word of terms of several: how many words they have at most, in the lowest
/// bits, and how the second words begin, in those above, as nearly all words that follow begin otherwise.
#[derive(Debug, Clone, Copy)]
struct First(u64);

impl First {
    const MOST_BITS: u32 = 6;

    const fn new(most: usize, seconds: u64) -> Self {
        Self(most as u64 | seconds)
    }

    const fn most(self) -> usize {
        (self.0 & ((1 << Self::MOST_BITS) - 1)) as usize
    }

    /// As said above, above the lowest bits.
    const fn seconds(self) -> u64 {
        self.0 >> Self::MOST_BITS << Self::MOST_BITS
    }

    fn and(self, other: Self) -> Self {
        Self::new(self.most().max(other.most()), self.seconds() | other.seconds())
    }
}

/// Terms that are being put together.
#[derive(Default)]
pub(crate) struct Builder {
    fold: Fold,
    terms: Vec<(u64, Payload)>,
    /// First words of terms of several words.
    firsts: Vec<(u64, First)>,
    /// The keys of first words, how second ones begin, and whether the first is a term alone.
    short: Vec<(u64, u64, bool)>,
    /// What lets terms through.
    beginnings: Vec<Beginning>,
}

impl Builder {
    pub(crate) fn new(fold: Fold) -> Self {
        Self { fold, ..Self::default() }
    }

    /// Adds a term; says whether it has words, and not too many.
    pub(crate) fn add(&mut self, term: &str, payload: Payload) -> bool {
        let bytes = term.as_bytes();
        let (mut hash, mut first, mut words, mut at) = (Hash::new(), 0, 0, 0);
        let mut begins = Beginning { key: 0, second: None };
        let mut seconds = 0;
        while let Some(start) = next_word(bytes, at) {
            match words {
                0 => begins.key = filter::key_at(bytes, start),
                1 => begins.second = second_of(bytes, start),
                _ => {}
            }
            at = word(bytes, start, self.fold, &mut hash);
            words += 1;
            match words {
                1 => first = hash.value(),
                2 => seconds = beginning(bytes, start),
                _ => {}
            }
        }
        if words == 0 || words > MAX_WORDS || term.len() > MAX_TERM_BYTES {
            return false;
        }
        self.beginnings.push(begins);
        if words > 1 {
            self.firsts.push((first, First::new(words, seconds)));
        }
        if self.terms.len() < Short::MAX_TERMS {
            self.short.push((begins.key, seconds, words == 1));
        }
        self.terms.push((hash.value(), payload));
        true
    }

    /// What lets all terms through.
    pub(crate) fn beginnings(&mut self) -> Vec<Beginning> {
        let mut beginnings = std::mem::take(&mut self.beginnings);
        beginnings.sort_unstable();
        beginnings.dedup();
        beginnings
    }

    pub(crate) fn build(mut self) -> Dictionary {
        let is_known = self.fold != Fold::None && self.terms.len() < Short::MAX_TERMS;
        self.terms.sort_unstable();
        self.terms.dedup();
        self.firsts.sort_unstable_by_key(|(first, _)| *first);
        self.firsts.dedup_by(|next, kept| {
            let is_same = next.0 == kept.0;
            if is_same {
                kept.1 = kept.1.and(next.1);
            }
            is_same
        });
        let short = if is_known { Short::new(self.short) } else { Short::default() };
        Dictionary {
            fold: self.fold,
            short,
            terms: Table::new(self.terms),
            firsts: Table::new(self.firsts),
        }
    }
}

/// Terms.
pub(crate) struct Dictionary {
    fold: Fold,
    short: Short,
    terms: Table<Payload>,
    firsts: Table<First>,
}

impl Dictionary {
    /// Visits the terms that begin at a place of a text that begins at `from`: for each number of
    /// words where the term ends and what is said of it.
    pub(crate) fn at(
        &self,
        text: &[u8],
        from: usize,
        start: usize,
        mut visit: impl FnMut(Range<usize>, Payload),
    ) {
        if self.short.is_none(text, start) || !begins_word(text, from, start) {
            return;
        }
        let (mut hash, mut most, mut seconds) = (Hash::new(), 1, 0);
        let mut at = start;
        for words in 1..=MAX_WORDS {
            let end = word(text, at, self.fold, &mut hash);
            if end == at || end - start > MAX_TERM_BYTES {
                return;
            }
            let value = hash.value();
            if words == 1
                && let Some(first) = self.firsts.get(value).first()
            {
                (most, seconds) = (first.most(), first.seconds());
            }
            for payload in self.terms.get(value) {
                visit(start..end, *payload);
            }
            if words >= most {
                return;
            }
            match after_gap(text, end) {
                Some(next) if words > 1 || seconds & beginning(text, next) != 0 => at = next,
                _ => return,
            }
        }
    }

    /// What is said of the term of just these words.
    pub(crate) fn of_words<'w>(&self, words: impl IntoIterator<Item = &'w str>) -> &[Payload] {
        let mut hash = Hash::new();
        for one in words {
            word(one.as_bytes(), 0, self.fold, &mut hash);
        }
        self.terms.get(hash.value())
    }
}

/// First words of a few letters that are no terms alone, such as `of`, by their keys: they stand
/// everywhere, and what follows them mostly tells at once that there is no term.
#[derive(Default)]
struct Short(Vec<(u64, u64)>);

impl Short {
    const LOG2: u32 = 12;
    /// Of more terms it is not made.
    const MAX_TERMS: usize = 1 << 16;
    /// Longer words are rarer.
    const MAX_BYTES: usize = 7;

    fn new(mut all: Vec<(u64, u64, bool)>) -> Self {
        all.sort_unstable();
        let mut slots = vec![(0, 0); 1 << Self::LOG2];
        for same in all.chunk_by(|a, b| a.0 == b.0) {
            let key = same[0].0;
            let is_short = key.to_le_bytes()[Self::MAX_BYTES] == 0
                && key.to_le_bytes().iter().all(|b| b.is_ascii_alphanumeric() || *b == 0);
            let slot = Self::slot(key);
            if is_short && slots[slot].0 == 0 && !same.iter().any(|(_, _, alone)| *alone) {
                slots[slot] = (key, same.iter().fold(0, |all, (_, seconds, _)| all | seconds));
            }
        }
        Self(slots)
    }

    const fn slot(key: u64) -> usize {
        (key.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (u64::BITS - Self::LOG2)) as usize
    }

    /// Whether such a word stands here, and nothing behind it that goes on so.
    #[inline]
    fn is_none(&self, text: &[u8], start: usize) -> bool {
        let Some(eight) = text.get(start..).and_then(|rest| rest.first_chunk::<8>()) else {
            return false;
        };
        let length = eight.iter().take_while(|b| b.is_ascii_alphanumeric()).count();
        let Some(next) = eight.get(length).filter(|next| next.is_ascii()) else { return false };
        let mask = u64::MAX.checked_shr(u64::BITS - 8 * length as u32).unwrap_or(0);
        let key = (u64::from_le_bytes(*eight) | 0x2020_2020_2020_2020) & mask;
        let Some((known, seconds)) = self.0.get(Self::slot(key)) else { return false };
        if *known != key || key == 0 {
            return false;
        }
        match next {
            // What parts the words of a term: see `after_gap`.
            b' ' => {
                let second = start + length + 1;
                let is_word = text.get(second).is_some_and(u8::is_ascii_alphanumeric);
                is_word && seconds & beginning(text, second) == 0
            }
            b'-' | b'\'' | b'.' | b'/' | b'&' | b'\r' | b'\n' => false,
            _ => true,
        }
    }
}

/// Values by sorted hashes, with where each of their first bits begin.
struct Table<V> {
    hashes: Vec<u64>,
    values: Vec<V>,
    begins: Vec<u32>,
    shift: u32,
}

impl<V: Copy> Table<V> {
    fn new(sorted: Vec<(u64, V)>) -> Self {
        let log2 = usize::BITS - sorted.len().leading_zeros();
        let shift = u64::BITS - log2.clamp(1, 28);
        let mut begins = vec![0; (1 << (u64::BITS - shift)) + 1];
        for (hash, _) in &sorted {
            begins[(hash >> shift) as usize + 1] += 1;
        }
        for i in 1..begins.len() {
            begins[i] += begins[i - 1];
        }
        let (hashes, values) = sorted.into_iter().unzip();
        Self { hashes, values, begins, shift }
    }

    /// All values of a hash.
    fn get(&self, hash: u64) -> &[V] {
        let bucket = (hash >> self.shift) as usize;
        let (from, to) = (self.begins[bucket] as usize, self.begins[bucket + 1] as usize);
        let from = from + self.hashes[from..to].partition_point(|h| *h < hash);
        let same = self.hashes[from..to].iter().take_while(|h| **h == hash).count();
        &self.values[from..from + same]
    }
}

/// The first letter of a term's second word; none if it has another form beyond ASCII.
fn second_of(term: &[u8], start: usize) -> Option<u8> {
    let (c, _) = fold::first(&term[start..])?;
    let mut second = None;
    Fold::All.of(c, |c| second = second.or(Some(c)));
    second.filter(char::is_ascii).map(|c| c as u8)
}

/// Whether a word begins at a place of a text that begins at `from`.
fn begins_word(text: &[u8], from: usize, at: usize) -> bool {
    if text[at].is_ascii() {
        match at.checked_sub(1).filter(|before| *before >= from).map(|before| text[before]) {
            None => return true,
            Some(before) if before.is_ascii() => return !before.is_ascii_alphanumeric(),
            Some(_) => {}
        }
    }
    let starts = fold::first(&text[at..]).is_some_and(|(c, _)| fold::is_unspaced(c));
    let before = fold::last(&text[from..at], at - from);
    starts || before.is_none_or(|c| !fold::is_of_word(c) || fold::is_unspaced(c))
}

/// Where the next word begins.
fn next_word(text: &[u8], mut at: usize) -> Option<usize> {
    while at < text.len() {
        match fold::first(&text[at..]) {
            Some((c, _)) if fold::is_of_word(c) => return Some(at),
            Some((_, width)) => at += width,
            None => at += 1,
        }
    }
    None
}

/// How a word begins, as one bit above those of [`First::MOST_BITS`]: its first two letters, however they
/// are written.
fn beginning(text: &[u8], start: usize) -> u64 {
    const BITS: u32 = u64::BITS - First::MOST_BITS;
    let bit = |first: u32, second: u32| {
        1 << (First::MOST_BITS + first.wrapping_mul(31).wrapping_add(second) % BITS)
    };
    let lower = |byte: u8| u32::from(byte.to_ascii_lowercase());
    match text[start..] {
        [first, second, ..] if first.is_ascii_alphanumeric() && second.is_ascii() => {
            bit(lower(first), if second.is_ascii_alphanumeric() { lower(second) } else { 0 })
        }
        _ => {
            let (mut letters, mut count, mut at) = ([0; 2], 0, start);
            while let Some((c, width)) = fold::first(&text[at..]) {
                if count == 2 || !fold::is_of_word(c) || (at > start && fold::is_unspaced(c)) {
                    break;
                }
                Fold::All.of(c, |c| {
                    if count < 2 {
                        letters[count] = u32::from(c);
                        count += 1;
                    }
                });
                at += width;
                if fold::is_unspaced(c) {
                    break;
                }
            }
            bit(letters[0], letters[1])
        }
    }
}

/// Adds the word that begins at a place to the hash, and tells where it ends.
fn word(text: &[u8], start: usize, fold: Fold, hash: &mut Hash) -> usize {
    let mut at = start;
    let most = text.len().min(start + MAX_TERM_BYTES + 1);
    while at < most {
        // Nearly all words are of these alone.
        let byte = text[at];
        if byte.is_ascii_alphanumeric() {
            hash.byte(if fold == Fold::None { byte } else { byte.to_ascii_lowercase() });
            at += 1;
            continue;
        }
        if byte.is_ascii() {
            break;
        }
        let Some((c, width)) = fold::first(&text[at..]) else { break };
        let unspaced = fold::is_unspaced(c);
        if !fold::is_of_word(c) || (unspaced && at > start) {
            break;
        }
        fold.of(c, |c| hash.character(c));
        at += width;
        if unspaced {
            break;
        }
    }
    // No byte of UTF-8: the border of two words.
    hash.byte(0xff);
    at
}

/// Where the next word of a term begins behind one that ends here: behind what stands between the
/// words of a name, or in the next line.
fn after_gap(text: &[u8], end: usize) -> Option<usize> {
    /// A line may be set in by so many characters.
    const MAX_INDENT: usize = 24;
    let (mut at, mut chars, mut lines) = (end, 0, 0);
    loop {
        let (c, width) = fold::first(text.get(at..)?)?;
        match c {
            '\n' if lines == 0 => lines += 1,
            ' ' | '\t' | '\r' if lines == 1 && chars < MAX_INDENT => {}
            ' '
            | '\u{a0}'
            | '\u{202f}'
            | '-'
            | '\''
            | '.'
            | '/'
            | '&'
            | '\r'
            | '\u{2010}'..='\u{2015}'
            | '’'
            | '´'
                if lines == 0 && chars < MAX_GAP_CHARS => {}
            _ if !fold::is_of_word(c) => return None,
            _ if chars > 0 || fold::is_unspaced(c) => return Some(at),
            _ => return fold::last(text, end).filter(|c| fold::is_unspaced(*c)).map(|_| at),
        }
        at += width;
        chars += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_words_that_say_nothing_alone_are_passed_over() {
        let terms = ["of age", "of Örtlich", "in one", "in", "no one at all"];
        let text = "of ages of age, of(age) of örtlich OF AGE of  age of-age of in ones in one no one no one at all no.";
        let all = [
            "of age",
            "of örtlich",
            "OF AGE",
            "of  age",
            "of-age",
            "in",
            "in",
            "in one",
            "no one at all",
        ];
        assert_eq!(found(Fold::All, &terms, text), all);
    }

    fn found(fold: Fold, terms: &[&str], text: &str) -> Vec<String> {
        let mut builder = Builder::new(fold);
        for (i, term) in terms.iter().enumerate() {
            assert!(builder.add(term, i as Payload), "{term}");
        }
        let filter = filter::Beginnings::new(&builder.beginnings());
        let (dictionary, mut all) = (builder.build(), Vec::new());
        filter.firsts().visit(text.as_bytes(), 0..text.len(), |at| {
            if !filter.goes_on(text.as_bytes(), at) {
                return;
            }
            dictionary.at(text.as_bytes(), 0, at, |span, _| all.push(text[span].to_owned()));
        });
        all
    }

    #[test]
    fn whole_words_are_found_and_parts_are_not() {
        let terms = ["HIV", "multiple sclerosis", "röm.-kath.", "Épilepsie"];
        let text = "hiv, HIV-1, archive hives; multiple\n   sclerosis Multiple Sclerosis multiples";
        let all = ["hiv", "HIV", "multiple\n   sclerosis", "Multiple Sclerosis"];
        assert_eq!(found(Fold::All, &terms, text), all);
        assert_eq!(
            found(Fold::All, &terms, "(röm.-kath.) ROM KATH épilepsies epilepsie"),
            ["röm.-kath", "ROM KATH", "epilepsie"]
        );
        assert!(found(Fold::All, &terms, "multiple\n\nsclerosis, multiple; sclerosis").is_empty());
    }

    #[test]
    fn each_length_of_a_term_is_told() {
        let terms = ["diabetes", "diabetes mellitus type 2"];
        assert_eq!(
            found(Fold::All, &terms, "Diabetes mellitus Type-2"),
            ["Diabetes", "Diabetes mellitus Type-2"]
        );
    }

    #[test]
    fn terms_of_all_scripts_are_found() {
        assert_eq!(found(Fold::All, &["糖尿病"], "患者は糖尿病です"), ["糖尿病"]);
        assert_eq!(found(Fold::All, &["मधुमेह"], "उसे मधुमेह है।"), ["मधुमेह"]);
        assert_eq!(found(Fold::All, &["диабет"], "у него ДИАБЕТ, диабета"), ["ДИАБЕТ"]);
    }

    #[test]
    fn case_and_accents_count_where_they_are_to() {
        assert_eq!(found(Fold::Case, &["Épi"], "épi ÉPI epi"), ["épi", "ÉPI"]);
        assert_eq!(found(Fold::None, &["Épi"], "épi Épi Epi"), ["Épi"]);
    }
}
