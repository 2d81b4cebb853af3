//! Whether a term is said of a person: what its field is called, what stands before and after it,
//! who is spoken of in its sentence and near; and what speaks against it.

use std::cell::LazyCell;
use std::ops::Range;
use std::sync::Arc;

use trawl_model::{Piece, Segment};

use super::evidence::{Evidence, Sign};
use super::seen::Seen;
use super::sentence;
use super::terms::{Case, Kind, Languages, Meaning, Terms};
use super::{PatternIndex, label, named};
use crate::term::list::Section;

/// Signs so many bytes before and after a term count.
pub(super) const NEAR_BYTES: usize = 320;
/// What says a term of someone stands at most so many bytes before it.
const BEFORE_BYTES: usize = 60;
/// And at most so many after it.
const AFTER_BYTES: usize = 40;
/// A note has so many bytes at most.
const NOTE_BYTES: usize = 44;
/// And one that is an item of a list.
const ITEM_BYTES: usize = 64;
/// Terms of so few bytes are words of other languages too.
const SHORT_BYTES: usize = 5;
/// What denies it stands at most so many bytes before it.
const NEGATION_BYTES: usize = 28;
/// A value stands at most so many bytes behind the name of its line.
const INLINE_BYTES: usize = 120;
/// Names of lines, and what says a term of someone, have so many bytes at most, but for a few.
const SIGN_BYTES: usize = 48;
/// Fields so many before and after another are beside it.
const BESIDE_FIELDS: usize = 12;
/// And within so many bytes.
const BESIDE_BYTES: usize = 4 << 10;

/// A term in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Hit {
    pub(super) span: Range<usize>,
    pub(super) pattern: PatternIndex,
    pub(super) kind: Kind,
    pub(super) languages: Languages,
    /// In which case it counts, but under a label.
    pub(super) case: Case,
}

/// What the name of a field says.
#[derive(Debug, Clone, Default)]
pub(super) struct Name {
    /// Of which patterns it is a label, and which kind.
    labels: Vec<(PatternIndex, Section)>,
    /// Whether it is of a person.
    is_of_person: bool,
}

impl Name {
    pub(super) fn new(terms: &Terms, name: &str) -> Self {
        let mut made = Self::default();
        for meaning in terms.name(&label::parts(name)) {
            match (meaning.kind, meaning.pattern) {
                (Kind::Of(section), Some(pattern)) if is_label(section) => {
                    made.labels.push((pattern, section));
                }
                (Kind::Of(Section::PersonLabel), _) => made.is_of_person = true,
                _ => {}
            }
        }
        made
    }

    /// Patterns whose values the field holds in words that no list knows; for some only where a field
    /// beside it is about a person.
    pub(super) fn open(&self, is_beside_person: bool) -> impl Iterator<Item = PatternIndex> {
        let open = self.labels.iter().filter(move |(_, section)| match section {
            Section::OpenLabel => true,
            Section::OpenField => is_beside_person,
            _ => false,
        });
        open.map(|(pattern, _)| *pattern)
    }

    /// Whether it is of nothing that is looked for.
    pub(super) const fn is_of_nothing(&self) -> bool {
        self.labels.is_empty()
    }

    /// Whether it is a label of a pattern.
    pub(super) fn is_of(&self, pattern: PatternIndex) -> bool {
        self.labels(pattern).is_some()
    }

    /// Whether it is a label of a pattern, and whether that says all.
    fn labels(&self, pattern: PatternIndex) -> Option<bool> {
        let of = self.labels.iter().filter(|(of, _)| *of == pattern);
        of.map(|(_, section)| *section != Section::WeakLabel).max()
    }
}

const fn is_label(section: Section) -> bool {
    use Section::{Label, OpenField, OpenLabel, WeakLabel};
    matches!(section, Label | OpenLabel | OpenField | WeakLabel)
}

/// The names of fields that were met last.
#[derive(Default)]
pub(super) struct Names(Vec<Option<(Arc<str>, Arc<Name>)>>);

impl Names {
    const SLOTS: usize = 64;

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    pub(super) fn of(&mut self, terms: &Terms, name: &Arc<str>) -> Arc<Name> {
        self.0.resize_with(Self::SLOTS, || None);
        let slot = (name.as_ptr() as usize >> 4) % Self::SLOTS;
        match &self.0[slot] {
            // The name itself is kept, so that no other can stand in its place.
            Some((known, made)) if Arc::ptr_eq(known, name) => made.clone(),
            _ => {
                let made = Arc::new(Name::new(terms, name));
                self.0[slot] = Some((name.clone(), made.clone()));
                made
            }
        }
    }
}

/// Whether a field beside one is about a person.
pub(super) fn is_beside_person(
    terms: &Terms,
    piece: &Piece,
    segment: usize,
    names: &mut Names,
) -> bool {
    let near = &piece.segments[segment].text;
    let near = near.start.saturating_sub(BESIDE_BYTES)..near.end.saturating_add(BESIDE_BYTES);
    let from = segment.saturating_sub(BESIDE_FIELDS);
    let fields = piece.segments.iter().skip(from).take(2 * BESIDE_FIELDS + 1);
    fields
        .filter(|field| near.start <= field.text.start && field.text.end <= near.end)
        .filter_map(|field| field.label.as_ref())
        .any(|name| names.of(terms, name).is_of_person)
}

/// Whether a place is in a row of several named fields of which none is about a person.
pub(super) fn is_of_nobody(terms: &Terms, piece: &Piece, at: usize, names: &mut Names) -> bool {
    /// So many named fields are a row.
    const ROW: usize = 3;
    let segment = piece.segments.partition_point(|s| s.text.end <= at);
    let is_named = |s: &&Segment| s.label.is_some();
    if piece.segments.get(segment).filter(is_named).is_none() {
        return false;
    }
    let from = segment.saturating_sub(BESIDE_FIELDS);
    let row = piece.segments.iter().skip(from).take(2 * BESIDE_FIELDS + 1).filter(is_named);
    row.count() >= ROW && !is_beside_person(terms, piece, segment, names)
}

/// Where terms stand.
#[derive(Clone, Copy)]
pub(super) struct Scene<'a> {
    pub(super) terms: &'a Terms,
    pub(super) piece: &'a Piece,
    /// The present field.
    pub(super) segment: usize,
    /// What its name says.
    pub(super) name: &'a Name,
    /// Whether a field beside it is about a person.
    pub(super) is_beside_person: bool,
    /// Where people are named, in order.
    pub(super) named: &'a [Range<usize>],
}

impl Scene<'_> {
    fn field(&self) -> &Segment {
        &self.piece.segments[self.segment]
    }

    /// Whether its field is called so that it may be said of a person.
    pub(super) fn is_labelled(&self, hit: &Hit) -> bool {
        self.name.labels(hit.pattern).is_some()
    }

    /// Whether something near a term may be the name of its line, or say it of someone. Without either
    /// nearly all terms are none, and this is seen at once.
    pub(super) fn may_be_said(&self, hit: &Hit, seen: &mut Seen) -> bool {
        let (text, span) = (&self.piece.text[..], &hit.span);
        let before = &text[self.field().text.start..span.start];
        let line = memchr::memrchr(b'\n', before).map_or(before, |at| &before[at + 1..]);
        let is_item = named::item(line).is_some();
        let back = if is_item { named::LIST_BYTES } else { INLINE_BYTES };
        let from = span.start.saturating_sub(back + SIGN_BYTES);
        let signs = seen.close.within(
            (&self.terms.signs, &seen.places),
            text,
            from..span.end + AFTER_BYTES,
        );
        signs.iter().any(|(_, meaning)| {
            let says =
                |section| is_label(section) || matches!(section, Section::Before | Section::After);
            meaning.pattern.is_none_or(|of| of == hit.pattern)
                && matches!(meaning.kind, Kind::Of(section) if says(section))
        })
    }

    /// What speaks for a term and against it, and whether its line bears its name.
    pub(super) fn evidence(&self, hit: &Hit, seen: &mut Seen) -> (Evidence, Option<usize>) {
        let (text, span) = (&self.piece.text[..], &hit.span);
        let mut evidence = Evidence::default();
        match hit.kind {
            Kind::Of(Section::Strong) => evidence.add(Sign::Strong),
            Kind::Of(Section::Saying) => evidence.add(Sign::Said),
            _ => {}
        }
        match self.name.labels(hit.pattern) {
            Some(true) => evidence.add(Sign::Label),
            Some(false) => evidence.add(Sign::WeakLabel),
            None => {}
        }
        // Nearly all terms stand in code, where no sign is near.
        let sentence = LazyCell::new(|| sentence::around(text, &self.field().text, span));
        let mut inline = None;
        let (mut subject, mut said) = (Subject::default(), false);
        let (mut said_at, mut negated) = (0, None);
        let range = span.start.saturating_sub(NEAR_BYTES)..text.len().min(span.end + NEAR_BYTES);
        for (at, meaning) in
            seen.near.within((&self.terms.signs, &seen.places), text, range.clone())
        {
            let of_other = meaning.pattern.is_some_and(|p| p != hit.pattern);
            let overlaps = at.start < span.end && span.start < at.end;
            let says_so = !of_other && meaning.kind == Kind::Of(Section::Before) && at == span;
            if says_so && meaning.languages & hit.languages != 0 {
                // `Practising Catholic`: the term itself says it of someone.
                evidence.add(Sign::Said);
            }
            if of_other || overlaps {
                continue;
            }
            let is_before = at.end <= span.start;
            let gap = if is_before { span.start - at.end } else { at.start - span.end };
            let Kind::Of(section) = meaning.kind else { continue };
            if is_label(section) {
                if is_before && at.start >= self.field().text.start {
                    let item = || named::item_below(text, at, span.start);
                    let between = &text[at.end..span.start];
                    let from = if is_named_by(between) { Some(at.end) } else { item() };
                    if from.is_some() {
                        let weak = section == Section::WeakLabel;
                        evidence.add(if weak { Sign::WeakLabel } else { Sign::Label });
                        inline = from;
                    }
                }
                continue;
            }
            if meaning.languages & hit.languages == 0 {
                continue;
            }
            let is_person = match section {
                Section::Person => true,
                Section::Given => is_capital(text, at),
                _ => false,
            };
            let in_sentence = sentence.start <= at.start && at.end <= sentence.end;
            if is_person && !in_sentence {
                evidence.add(Sign::Near);
            }
            if !in_sentence {
                continue;
            }
            match section {
                _ if is_person => subject.person(is_before, gap, at.len()),
                Section::General => subject.general(is_before, gap, at.len()),
                Section::Before
                    if is_before && gap <= BEFORE_BYTES && is_prose(&text[at.end..span.start]) =>
                {
                    said = true;
                    said_at = said_at.max(at.start);
                }
                Section::After if !is_before && gap <= AFTER_BYTES => {
                    said |= is_prose(&text[span.end..at.start]);
                }
                Section::Negation if is_before && gap <= NEGATION_BYTES => {
                    negated = negated.max(Some(at.end));
                }
                _ => {}
            }
        }
        let is_apart = |at: &&Range<usize>| at.end <= span.start || span.end <= at.start;
        for at in self.named_within(range).filter(is_apart) {
            if !(sentence.start <= at.start && at.end <= sentence.end) {
                evidence.add(Sign::Near);
                continue;
            }
            let is_before = at.end <= span.start;
            let gap = if is_before { span.start - at.end } else { at.start - span.end };
            let is_beside = is_before && named::is_beside_name(&text[at.end..span.start]);
            // Names are of no language: what is short means something else in another.
            let is_short = span.len() <= SHORT_BYTES;
            let is_beside = is_beside && !(is_short && hit.kind == Kind::Of(Section::Weak));
            if !is_short || is_beside {
                subject.person(is_before, gap, at.len());
            } else {
                evidence.add(Sign::Near);
            }
            said |= is_beside;
        }
        if said {
            evidence.add(Sign::Said);
        }
        // `I won't come, I have the flu`: what is said begins behind what is denied.
        let goes_on = |end: usize| !text.get(end..said_at).is_some_and(|b| b.contains(&b','));
        if negated.is_some_and(goes_on) {
            evidence.add(Sign::Negated);
        }
        subject.judge(&mut evidence);
        let is_note = || {
            let note = text[sentence.clone()].trim_ascii();
            let is_item = named::item(&text[sentence.start..span.start]).is_some();
            let most = if is_item { ITEM_BYTES } else { NOTE_BYTES };
            note.len() <= most && !note.iter().any(|b| matches!(b, b'|' | b'%'))
        };
        // Notes on a person name no one in each of their sentences: `Allergic to iodine.`
        if hit.kind == Kind::Of(Section::Strong)
            && evidence.has(Sign::Near)
            && subject.is_of_nobody()
            && span.len() > SHORT_BYTES
            && !matches!(text.get(span.end), Some(b':' | b'='))
            && is_note()
        {
            evidence.add(Sign::Person);
        }
        if self.is_beside_person {
            evidence.add(Sign::Near);
        }
        (evidence, inline)
    }

    /// Where people are named in a stretch of the text.
    fn named_within(&self, range: Range<usize>) -> impl Iterator<Item = &Range<usize>> {
        let first = self.named.partition_point(|at| at.start < range.start);
        self.named[first..].iter().take_while(move |at| at.end <= range.end)
    }

    /// Whether a person is named beside a stretch of text, so that it is said of them.
    pub(super) fn is_beside_name(&self, span: &Range<usize>) -> bool {
        let range = span.start.saturating_sub(NEAR_BYTES)..span.start;
        let text = &self.piece.text[..];
        self.named_within(range).any(|at| named::is_beside_name(&text[at.end..span.start]))
    }

    /// Whether a stretch of text begins with a person: `patient, 65`.
    pub(super) fn begins_with_person(&self, span: &Range<usize>, seen: &mut Seen) -> bool {
        let near = span.start.saturating_sub(NEAR_BYTES)..span.start + 1;
        let near = seen.near.within((&self.terms.signs, &seen.places), &self.piece.text, near);
        let is_person = |kind| kind == Kind::Of(Section::Person);
        near.iter().any(|(at, meaning)| at.start == span.start && is_person(meaning.kind))
            || self.named_within(span.clone()).any(|at| at.start == span.start)
    }

    /// Whether a value is one of the words by which people say that there is nothing to say.
    pub(super) fn says_nothing(&self, span: &Range<usize>, seen: &mut Seen) -> bool {
        let near = span.start.saturating_sub(NEAR_BYTES)..span.start + 1;
        let near = seen.near.within((&self.terms.signs, &seen.places), &self.piece.text, near);
        let denies = |kind| matches!(kind, Kind::Of(Section::Nothing | Section::Negation));
        near.iter().any(|(at, meaning)| at.start == span.start && denies(meaning.kind))
    }

    /// Whether a person is spoken of near a stretch of text, or beside it.
    pub(super) fn is_near_person(&self, span: &Range<usize>, seen: &mut Seen) -> bool {
        let text = &self.piece.text[..];
        let range = span.start.saturating_sub(NEAR_BYTES)..text.len().min(span.end + NEAR_BYTES);
        let is_named = self.named_within(range.clone()).next().is_some();
        let near = seen.near.within((&self.terms.signs, &seen.places), text, range);
        let is_person = |(at, meaning): &(Range<usize>, Meaning)| match meaning.kind {
            Kind::Of(Section::Person | Section::PersonLabel) => true,
            Kind::Of(Section::Given) => is_capital(text, at),
            _ => false,
        };
        self.is_beside_person || is_named || near.iter().any(is_person)
    }
}

/// Of whom a sentence speaks: who is named last before a term is who it is said of.
#[derive(Default)]
struct Subject {
    /// How far before the term a person is spoken of, at the nearest, and how long the sign is.
    person: Option<Before>,
    /// And how far before it many, or anyone.
    many: Option<Before>,
    /// Whether a person is spoken of after it.
    person_after: bool,
    /// How far after it many are.
    many_after: Option<usize>,
}

/// How far before a term a sign stands; of two that end together the longer says more: `if you` is of
/// nobody, and `this man` is one, whatever `man` means elsewhere.
type Before = (usize, std::cmp::Reverse<usize>);

impl Subject {
    fn person(&mut self, is_before: bool, gap: usize, length: usize) {
        if is_before {
            let sign = (gap, std::cmp::Reverse(length));
            self.person = Some(self.person.map_or(sign, |nearest| nearest.min(sign)));
        } else {
            self.person_after = true;
        }
    }

    fn general(&mut self, is_before: bool, gap: usize, length: usize) {
        if is_before {
            let sign = (gap, std::cmp::Reverse(length));
            self.many = Some(self.many.map_or(sign, |nearest| nearest.min(sign)));
        } else {
            self.many_after = Some(self.many_after.map_or(gap, |nearest| nearest.min(gap)));
        }
    }

    /// Whether the sentence speaks neither of a person nor of many.
    const fn is_of_nobody(&self) -> bool {
        self.person.is_none()
            && self.many.is_none()
            && !self.person_after
            && self.many_after.is_none()
    }

    fn judge(&self, evidence: &mut Evidence) {
        /// What stands so near after a term goes with it: `asthma patients`.
        const WITH_IT_BYTES: usize = 20;
        /// What is said of many so near before it is not said of the person named earlier.
        const OF_MANY_BYTES: usize = 48;
        let has_person = self.person.is_some() || self.person_after;
        if has_person {
            evidence.add(Sign::Person);
        }
        let many_before = self.many.is_some_and(|many| self.person.is_none_or(|one| many < one));
        let many_after = self.many_after.is_some_and(|gap| gap <= WITH_IT_BYTES || !has_person);
        if many_before || many_after {
            evidence.add(Sign::General);
        }
        if many_before && self.many.is_some_and(|(gap, _)| gap <= OF_MANY_BYTES) {
            evidence.remove(Sign::Said);
        }
    }
}

/// Whether what stands between words may be of a sentence, and not of code.
fn is_prose(between: &[u8]) -> bool {
    !between.iter().any(|b| matches!(b, b'{' | b'}' | b'<' | b'>' | b'=' | b';' | b'[' | b']'))
}

fn is_capital(text: &[u8], at: &Range<usize>) -> bool {
    let first = text[at.start];
    first.is_ascii_uppercase() || first >= 0x80
}

/// Whether what stands between a name and a value makes a line of a form of them: `Religion: rk`.
pub(super) fn is_named_by(between: &[u8]) -> bool {
    /// What may stand between the name and the sign behind it: a bracket with a word or two.
    const MAX_LEAD: usize = 28;
    if between.len() > INLINE_BYTES {
        return false;
    }
    let Some(sign) = separator(between) else { return false };
    if sign.start > MAX_LEAD || between[..sign.start].contains(&b'\n') {
        return false;
    }
    let rest = &between[sign.end..];
    // A line that ends in the sign goes on in the next, and then not beyond it.
    let rest_of_line = rest.trim_ascii_start();
    let broken = &rest[..rest.len() - rest_of_line.len()];
    let lines = broken.iter().filter(|b| **b == b'\n').count();
    let goes_on = |b: u8| matches!(b, b'\n' | b':' | b'=' | b'|' | b'\t');
    lines <= 1
        && !rest_of_line.iter().any(|b| goes_on(*b))
        && !rest_of_line.windows(2).any(|two| two == b". " || two == b"  ")
}

/// The sign that parts a name from its value.
fn separator(between: &[u8]) -> Option<Range<usize>> {
    let is_sign = |b: &u8| matches!(b, b':' | b'=' | b'\t' | b'|');
    let sign = between.iter().position(is_sign);
    let spaces = between.windows(2).position(|two| two == b"  " || two == b"..");
    let dash = between.windows(3).position(|three| three == b" - ");
    let long_dash = between.windows(4).position(|four| four == " –".as_bytes());
    let at = [sign.map(|at| at..at + 1), spaces.map(|at| at..at + 2), dash.map(|at| at..at + 3)];
    let found =
        at.into_iter().chain([long_dash.map(|at| at..at + 4)]).flatten().min_by_key(|r| r.start)?;
    let mut end = found.end;
    let goes_on =
        |b: &u8| matches!(b, b' ' | b'.' | b':' | b'|' | b'=' | b'>' | b'*' | b'_' | b'"');
    while between.get(end).is_some_and(goes_on) {
        end += 1;
    }
    Some(found.start..end)
}
