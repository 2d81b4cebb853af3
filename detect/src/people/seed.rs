//! Seeds: where in a text the labeller is worth its while.

use std::ops::Range;

use super::address::Reader;
use super::inline;
use super::label::Lines;
use super::labeller::{Labeller, Support};
use super::lexicon::{self, Flags, List};
use super::marks::Marks;
use super::token::{self, Shape, Stream, Token, char_at, letters_end};
use super::unit::{self, Field, Units};
use super::words::Words;
use super::{Finding, Search, address, scripts, segments};

/// So many bytes before and after a unit say whether it stands among code.
pub(super) const CODE_BYTES: usize = 256;
/// So far around a part of a field its marks are read.
const MARKS_BYTES: usize = unit::MAX_UNIT_BYTES + CODE_BYTES + 1;

/// From here on a name is sure.
const SURE: f32 = 0.93;

/// From here on it is likely one: the less the lexicon says, the surer the labeller must be.
const fn likely_from(support: Support) -> f32 {
    match support {
        Support::Much => 0.4,
        Support::Some => 0.55,
        Support::Little => 0.8,
        Support::None => 0.92,
    }
}

/// What looking for names takes, kept from field to field.
#[derive(Default)]
pub(super) struct Seeds {
    pub(super) labeller: Labeller,
    pub(super) marks: Marks,
    pub(super) words: Words,
    stream: Stream,
    pub(super) lines: Lines,
}

impl Search {
    /// Looks for names and addresses in a part of a field.
    pub(super) fn seeds(&mut self, field: Field<'_>, window: Range<usize>) {
        let from = field.start.max(window.start.saturating_sub(MARKS_BYTES));
        let to = field.text.len().min(window.end + MARKS_BYTES);
        let Seeds { labeller, marks, words, stream, lines } = &mut self.seeds;
        stream.clear();
        marks.read(field.text, from..to);
        let marks = &*marks;
        let first = self.found.len();
        self.addresses.clear();
        // Numbers are looked at along with the units that they stand in, while their tokens are there.
        let mut numbers = window.start;
        for unit in Units::new(field, marks, window.clone()) {
            let part = unit.start.max(window.start)..unit.end.min(window.end);
            let capital = marks.next_capital(part.start, part.end);
            if let Some(capital) = capital.filter(|_| !is_code(marks, &unit)) {
                words.tidy();
                if let Some(in_code) = is_worth_it((marks, words), field, &unit, capital..part.end)
                {
                    let parts = (&mut *labeller, &mut *words, &mut *stream);
                    label_unit(parts, field, &unit, in_code, &mut self.found);
                }
            }
            let reader = &mut Reader { marks, words: &mut *words, stream: &mut *stream, field };
            address::search(reader, numbers..part.end, &mut self.addresses);
            numbers = numbers.max(part.end);
        }
        let reader = &mut Reader { marks, words: &mut *words, stream: &mut *stream, field };
        address::search(reader, numbers..window.end, &mut self.addresses);
        let reader = &mut inline::Reader { marks, words: &mut *words, lines };
        inline::search(reader, field, window.clone(), &mut self.found);
        segments::search(field, window.clone(), &mut self.found);
        if self.found.len() > first {
            self.again.search(marks, words, field, window.clone(), first, &mut self.found);
        }
        self.found.append(&mut self.addresses);
        if marks.has_other_scripts() {
            scripts::search(words, field, window, &mut self.found);
        }
    }
}

/// Whether a unit has a seed in one of its parts, and if so whether it stands among code.
fn is_worth_it(
    (marks, words): (&Marks, &mut Words),
    field: Field<'_>,
    unit: &Range<usize>,
    part: Range<usize>,
) -> Option<bool> {
    let mut in_code = None;
    let mut at = part.start;
    while let Some(seed) = next(marks, field, at, part.end) {
        at = seed.end;
        let in_code = *in_code.get_or_insert_with(|| is_among_code(marks, field, unit));
        // Among code nearly no word stands before another with a capital.
        if in_code && !is_before_capital(field, &seed) {
            continue;
        }
        if is_seed(words, field, &seed) && (!in_code || begins_full_name(words, field, &seed)) {
            return Some(in_code);
        }
    }
    None
}

/// Labels a unit, and takes what is likely enough a name.
fn label_unit(
    (labeller, words, stream): (&mut Labeller, &mut Words, &mut Stream),
    field: Field<'_>,
    unit: &Range<usize>,
    in_code: bool,
    found: &mut Vec<(Finding, Range<usize>)>,
) {
    if !in_code {
        let tokens = stream.of(words, field.text, unit.clone());
        titled(tokens, found);
        honoured(field.text, tokens, found);
    }
    labeller.label(words, stream, field, unit, |name| {
        // `Iris-setosa`: a word with a dash, whose second part is no name's.
        let mut pairs = field.text[name.span.clone()].windows(2);
        let is_joined =
            name.words == 1 && pairs.any(|pair| pair[0] == b'-' && pair[1].is_ascii_lowercase());
        if is_joined || is_glued(field, &name.span) {
            return;
        }
        // Among code, names stand in full: of authors.
        let fits = !in_code || name.words > 1 && name.support == Support::Much;
        if name.likely >= SURE && name.support != Support::None && fits {
            found.push((Finding::NameSure, name.span));
        } else if name.likely >= likely_from(name.support) && fits {
            found.push((Finding::NameLikely, name.span));
        }
    });
}

/// Forms of address that nobody but a person has.
static TITLES: List = List::new(
    "mr mrs ms miss dr prof herr herrn frau mme mlle monsieur madame me sr sra srta dña doña señor señora sig sigra signor signora dott \
    dottssa pan pani panem panią paní meneer mevrouw mw mevr dhr fru hr herra rouva г-н г-жа граждан гр κ κος κα bay bayan shri smt puan \
    encik datuk nurse schwester onkel tante tía tío mamma mama papa oma opa",
);

/// Adds names behind a form of address, which need not be known.
fn titled(tokens: &[Token], found: &mut Vec<(Finding, Range<usize>)>) {
    const MAX_WORDS: usize = 3;
    for (at, title) in tokens.iter().enumerate() {
        if !title.is_capital() || !TITLES.has(title.hash) {
            continue;
        }
        let dotted = tokens.get(at + 1).is_some_and(|t| t.is_sign(b'.') && t.start == title.end);
        // `M. Gharbi`, `Dr Berg`: a letter or two alone say nothing without their full stop.
        if title.chars < 2 && !dotted {
            continue;
        }
        let first = at + 1 + usize::from(dotted);
        let may_be = |t: &Token| {
            let fits = t.flags.is_unknown() || t.flags.is_name();
            t.shape == Shape::Title && t.chars >= 3 && fits && !TITLES.has(t.hash)
        };
        let before = |i: usize| tokens[i - 1].end;
        let name = tokens.iter().enumerate().skip(first).take(MAX_WORDS);
        let name = name.take_while(|(i, t)| may_be(t) && t.start == before(*i) + 1);
        let Some((last, end)) = name.last() else { continue };
        let is_firm = |t: &Token| t.flags.has(Flags::FIRM | Flags::STREET) || t.is_sign(b'&');
        if !tokens.get(last + 1).is_some_and(is_firm) {
            found.push((Finding::NameLikely, tokens[first].start..end.end));
        }
    }
}

/// Forms of address that stand behind a name.
static HONORIFICS: List = List::new(
    "bey hanım hanim abi abla hoca hocam amca teyze beyefendi hanımefendi ji saheb sahib",
);

/// Adds names before a form of address, which need not be known: `Cumali Bey'in`.
fn honoured(text: &[u8], tokens: &[Token], found: &mut Vec<(Finding, Range<usize>)>) {
    for pair in 1..tokens.len() {
        let (name, behind) = (&tokens[pair - 1], &tokens[pair]);
        let fits = name.flags.is_unknown() || name.flags.is_name();
        let may_be =
            name.shape == Shape::Title && name.chars >= 3 && fits && !HONORIFICS.has(name.hash);
        if !may_be || !behind.is_word() || behind.start != name.end + 1 {
            continue;
        }
        // Without the case of the form of address.
        let word = &text[behind.start..behind.end];
        let apostrophe = word.iter().position(|b| matches!(b, b'\'' | 0xe2)).unwrap_or(word.len());
        if HONORIFICS.has(lexicon::hash_lower(&word[..apostrophe])) {
            found.push((Finding::NameLikely, name.start..name.end));
        }
    }
}

/// The next word from `at` on that begins with a capital.
pub(super) fn next(
    marks: &Marks,
    field: Field<'_>,
    mut at: usize,
    to: usize,
) -> Option<Range<usize>> {
    let text = field.text;
    loop {
        at = marks.next_capital(at, to)?;
        let before = at.checked_sub(1).filter(|i| *i >= field.start).map(|i| text[i]);
        let is_inside = |b: u8| b.is_ascii_alphanumeric() || b == b'_' || b == b'@';
        let (c, len) = char_at(text, at);
        if !c.is_ascii() && (!c.is_uppercase() || before.is_some_and(is_inside))
            || before.is_some_and(|b| b >= 0x80) && is_letter_before(field, at)
        {
            at += len;
            continue;
        }
        return Some(at..letters_end(text, at + len));
    }
}

fn is_letter_before(field: Field<'_>, at: usize) -> bool {
    let floor = field.start.max(at.saturating_sub(4));
    let start = field.text[floor..at].iter().rposition(|b| b & 0xC0 != 0x80);
    start.is_some_and(|start| token::is_letter(char_at(field.text, floor + start).0))
}

/// Whether a capitalised word leads to names often enough.
fn is_seed(words: &mut Words, field: Field<'_>, word: &Range<usize>) -> bool {
    let text = &field.text[word.clone()];
    let rest = &field.text[word.end..];
    if text.len() < 2 || text.len() > 40 {
        // `O'Brien`.
        return text.len() == 1 && matches!(rest, [b'\'', b'A'..=b'Z', ..]);
    }
    let flags = flags(words, field.text, word);
    if flags.has(Flags::TITLE | Flags::GREETING | Flags::GIVEN_TOP | Flags::FAMILY_TOP) {
        return true;
    }
    if flags.is_name() {
        return !flags.has(Flags::COMMON_TOP | Flags::FUNCTION);
    }
    if flags.has(Flags::ROLE) {
        return matches!(rest, [b':', ..] | [b' ', b':', ..] | [b'*', b'*', b':', ..]);
    }
    // A word that nobody knows, before another with a capital, or behind an initial or a title.
    flags.is_unknown()
        && text.len() >= 3
        && (matches!(rest, [b' ', b'A'..=b'Z', b'a'..=b'z', ..] | [b' ', 0xC3..=0xD4, ..])
            || is_led(words, field, word.start))
}

/// What the lexicon knows of a word.
fn flags(words: &mut Words, text: &[u8], word: &Range<usize>) -> Flags {
    let number = words.word(text, word.start, word.end);
    words.get(number).plain
}

/// Whether a word is a given name, with another word with a capital behind it.
fn begins_full_name(words: &mut Words, field: Field<'_>, word: &Range<usize>) -> bool {
    if !is_before_capital(field, word) {
        return false;
    }
    let flags = flags(words, field.text, word);
    flags.has(Flags::GIVEN) && !flags.has(Flags::COMMON_TOP | Flags::FUNCTION)
}

/// Whether another word with a capital stands behind a word.
fn is_before_capital(field: Field<'_>, word: &Range<usize>) -> bool {
    matches!(&field.text[word.end..], [b' ', b'A'..=b'Z' | 0xC3..=0xD4, ..])
}

/// Whether an initial or a title stands directly before.
fn is_led(words: &mut Words, field: Field<'_>, at: usize) -> bool {
    let Some(before) = field.text[field.start..at].strip_suffix(b" ") else { return false };
    if matches!(before, [b'A'..=b'Z', b'.'] | [.., b' ' | b'\n' | b'.', b'A'..=b'Z', b'.']) {
        return true;
    }
    let before = before.strip_suffix(b".").unwrap_or(before);
    let letters =
        before.iter().rev().take(16).take_while(|b| b.is_ascii_alphabetic() || **b >= 0x80);
    let end = field.start + before.len();
    let start = end - letters.count();
    start < end && flags(words, field.text, &(start..end)).has(Flags::TITLE)
}

/// Whether a unit is plainly code: signs that prose has few of.
fn is_code(marks: &Marks, unit: &Range<usize>) -> bool {
    marks.odd(unit.clone()) * 7 > unit.len().max(28)
}

/// Whether what stands around a unit looks like code.
pub(super) fn is_among_code(marks: &Marks, field: Field<'_>, unit: &Range<usize>) -> bool {
    let from = field.start.max(unit.start.saturating_sub(CODE_BYTES));
    let to = field.text.len().min(unit.end + CODE_BYTES);
    marks.odd(from..to) * 16 > (to - from).max(160) || is_log(marks, field, unit)
}

/// Whether a line says how bad it is, as those of logs do.
fn is_log(marks: &Marks, field: Field<'_>, unit: &Range<usize>) -> bool {
    const HEAD_BYTES: usize = 96;
    const LEVELS: [&[u8]; 5] = [b"INFO", b"WARN", b"ERROR", b"DEBUG", b"TRACE"];
    let end = unit.end.min(unit.start + HEAD_BYTES);
    let mut at = unit.start;
    while let Some(capital) = marks.next_capital(at, end) {
        let rest = &field.text[capital..end];
        let level = LEVELS.iter().find(|level| rest.starts_with(level));
        if level.is_some_and(|level| !rest.get(level.len()).is_some_and(u8::is_ascii_alphabetic)) {
            return true;
        }
        at = capital + 1;
    }
    false
}

/// Whether a name is a part of an address of the web, a path, an identifier.
pub(super) fn is_glued(field: Field<'_>, span: &Range<usize>) -> bool {
    let text = field.text;
    let before = &text[field.start.max(span.start.saturating_sub(2))..span.start];
    let after = &text[span.end..text.len().min(span.end + 2)];
    let joined_before = match before {
        [.., b'@' | b'_' | b'\\' | b'$' | b'#' | b'%' | b'='] => true,
        [.., b, b'/' | b'.' | b'-' | b':'] => {
            b.is_ascii_alphanumeric() || matches!(b, b'/' | b':' | b'.')
        }
        _ => false,
    };
    let joined_after = match after {
        [b'@' | b'_' | b'\\' | b'(' | b'=', ..] => true,
        [b'.' | b'/' | b'-' | b':', b, ..] => b.is_ascii_alphanumeric() || matches!(b, b'/' | b':'),
        [b, ..] => b.is_ascii_digit(),
        [] => false,
    };
    joined_before || joined_after
}
