//! The pass for terms: each that a list or a dictionary holds, and of those of lists the ones that
//! are said of a person.

use std::ops::Range;
use std::sync::Arc;

use super::find::Finder;
use super::said::{self, Evidence, Hit, Name, Scene, Sign};
use super::terms::{Kind, Meaning, Terms};
use super::{Candidate, PatternIndex, beside, sentence};
use crate::rule::Pattern;
use crate::term::dictionary::MAX_TERM_BYTES;
use crate::term::list::Section;

/// At most so many bytes of text stand between two things that are offered side by side.
const OPTION_GAP_BYTES: usize = 16;
/// So many others side by side with a term make it one of several to choose from.
const OPTIONS: usize = 2;
/// Values in words that no list knows have so many bytes.
const OPEN_BYTES: Range<usize> = 3..80;
/// They stand within so many bytes behind the name of their line.
const LINE_BYTES: usize = 160;
/// And at most so many words.
const OPEN_WORDS: usize = 9;

impl Finder<'_> {
    /// Finds terms in the fields of a window.
    pub(super) fn terms(&mut self, window: Range<usize>) {
        let Some(terms) = self.plan.terms() else { return };
        self.scratch.names.clear();
        self.scratch.seen.clear();
        let piece = self.piece;
        let first = piece.segments.partition_point(|s| s.text.end <= window.start);
        let mut hits = std::mem::take(&mut self.scratch.hits);
        let places = std::mem::take(&mut self.scratch.term_places);
        self.scratch.seen.places = std::mem::take(&mut self.scratch.sign_places);
        for (i, segment) in piece.segments.iter().enumerate().skip(first) {
            if segment.text.start >= window.end {
                break;
            }
            let Some(field) = piece.text.get(..segment.text.end) else { continue };
            let within = segment.text.start.max(window.start)..field.len().min(window.end);
            hits.clear();
            let mut hit = |span: Range<usize>, meaning: Meaning| {
                let Some(pattern) = meaning.pattern else { return };
                // A term is strong in one language and weak in another: each counts with its signs.
                let same = |hit: &&mut Hit| {
                    hit.span == span && hit.pattern == pattern && hit.kind == meaning.kind
                };
                match hits.iter_mut().rev().take(8).find(same) {
                    Some(hit) => {
                        hit.languages |= meaning.languages;
                        hit.case = hit.case.min(meaning.case);
                    }
                    None => {
                        let Meaning { kind, languages, case, .. } = meaning;
                        hits.push(Hit { span, pattern, kind, languages, case });
                    }
                }
            };
            for start in places.within(within) {
                terms.terms.visit_at(field, segment.text.start, start, &mut hit);
            }
            let name = match &segment.label {
                Some(label) => self.scratch.names.of(terms, label),
                None => self.scratch.unnamed.clone(),
            };
            if !hits.is_empty() || !name.is_of_nothing() {
                self.field_of_terms(terms, i, &name, &hits);
            }
        }
        hits.clear();
        (self.scratch.hits, self.scratch.term_places) = (hits, places);
        self.scratch.sign_places = std::mem::take(&mut self.scratch.seen.places);
    }

    fn field_of_terms(&mut self, terms: &Terms, segment: usize, name: &Arc<Name>, hits: &[Hit]) {
        let piece = self.piece;
        let is_beside_person = !name.is_of_nothing()
            && said::is_beside_person(terms, piece, segment, &mut self.scratch.names);
        let scene = Scene { terms, piece, segment, name, is_beside_person };
        for (i, hit) in hits.iter().enumerate() {
            match hit.kind {
                Kind::Plain => self.found_term(hit.pattern, &hit.span, Evidence::default()),
                Kind::Of(Section::OpenLabel) => self.open_line(&scene, hit, hits),
                Kind::Of(_) if !is_within_longer(hits, i) => self.term_of_list(&scene, hits, i),
                Kind::Of(_) => {}
            }
        }
        let field = piece.segments[segment].text.clone();
        for pattern in name.open() {
            self.open_value(&scene, pattern, field.clone(), hits);
        }
    }

    fn term_of_list(&mut self, scene: &Scene<'_>, hits: &[Hit], i: usize) {
        let (text, hit) = (&self.piece.text[..], &hits[i]);
        let field = self.piece.segments[scene.segment].text.clone();
        if is_in_code(&text[..field.end], &field, &hit.span) {
            return;
        }
        let pattern = self.plan.pattern(hit.pattern);
        let may_count = scene.is_labelled(hit)
            || self.is_enough_alone(hit)
            || scene.may_be_said(hit, &mut self.scratch.seen)
            || is_after(TICKED, text, &field, &hit.span);
        if !may_count {
            return;
        }
        let (mut evidence, inline) = scene.evidence(hit, &mut self.scratch.seen);
        if !evidence.has(Sign::Label) && hit.kind == Kind::Of(Section::UnderLabel) {
            return;
        }
        if !evidence.has(Sign::Label) && !hit.case.is_of(&text[hit.span.clone()]) {
            return;
        }
        match offer(text, &field, hits, i, pattern.exclusive) {
            Offer::Ticked => evidence.add(Sign::Said),
            Offer::Open => evidence.add(Sign::Options),
            Offer::None => {}
        }
        if !self.is_enough(hit.pattern, evidence) {
            return;
        }
        let within = &text[..field.end];
        if inline.is_some() && beside::is_line_of_code(&text[..field.end], &field, &hit.span) {
            return;
        }
        let span = match inline {
            Some(from) => sentence::phrase(text, from..field.end, &hit.span),
            None if scene.name.is_of(hit.pattern) => sentence::phrase(text, field, &hit.span),
            None => hit.span.clone(),
        };
        let span = with_full_stop(within, span);
        self.found_term(hit.pattern, &span, evidence);
    }

    /// A line of a form whose name says what its value is: `Diagnosis: …`.
    fn open_line(&mut self, scene: &Scene<'_>, label: &Hit, hits: &[Hit]) {
        let field = &self.piece.segments[scene.segment].text;
        let text = &self.piece.text[..field.end];
        let rest = &text[label.span.end..text.len().min(label.span.end + LINE_BYTES)];
        let line = &rest[..rest.iter().position(|b| *b == b'\n').unwrap_or(rest.len())];
        let Some(sign) = line.iter().take(24).position(|b| matches!(b, b':' | b'=' | b'\t')) else {
            return;
        };
        // `::`, `=>` and `==` are of programs.
        if line.get(sign + 1).is_some_and(|b| matches!(b, b':' | b'>' | b'='))
            || is_in_code(text, field, &label.span)
            || beside::is_line_of_code(text, field, &label.span)
        {
            return;
        }
        let start = label.span.end + sign + 1;
        let end = label.span.end + line.len();
        self.open_value(scene, label.pattern, start..end, hits);
    }

    /// A value that its field's name explains, in words that no list knows.
    fn open_value(
        &mut self,
        scene: &Scene<'_>,
        pattern: PatternIndex,
        within: Range<usize>,
        hits: &[Hit],
    ) {
        let of_it = |hit: &Hit| hit.pattern == pattern && hit.kind != Kind::Of(Section::OpenLabel);
        let first = hits.partition_point(|hit| hit.span.start < within.start);
        let mut inside = hits[first..].iter().take_while(|hit| hit.span.start < within.end);
        if inside.any(of_it) {
            return;
        }
        let text = &self.piece.text[..within.end.min(self.piece.text.len())];
        let Some(first) = text[within.start.min(text.len())..].iter().position(|b| is_of_words(*b))
        else {
            return;
        };
        let first = within.start + first..within.start + first + 1;
        let span = sentence::phrase(text, within, &first);
        if !OPEN_BYTES.contains(&span.len()) || !is_in_words(&text[span.clone()]) {
            return;
        }
        if scene.says_nothing(&span, &mut self.scratch.seen)
            || !scene.is_near_person(&span, &mut self.scratch.seen)
        {
            return;
        }
        let mut evidence = Evidence::default();
        evidence.add(Sign::Label);
        evidence.add(Sign::Near);
        if self.is_enough(pattern, evidence) {
            self.found_term(pattern, &span, evidence);
        }
    }

    fn is_enough(&self, pattern: PatternIndex, evidence: Evidence) -> bool {
        let of = self.plan.pattern(pattern);
        let least = i16::from(self.plan.rule_of(pattern).min.as_percent());
        i16::from(of.confidence) + evidence.sum(&of.evidence) >= least
    }

    /// Whether a term may be taken where nothing says it of a person who is spoken of near.
    fn is_enough_alone(&self, hit: &Hit) -> bool {
        let of = self.plan.pattern(hit.pattern);
        let points = &of.evidence;
        let strong = if hit.kind == Kind::Of(Section::Strong) { points.strong } else { 0 };
        let most = [of.confidence as i8, strong, points.person.max(points.near)];
        let least = i16::from(self.plan.rule_of(hit.pattern).min.as_percent());
        most.into_iter().map(i16::from).sum::<i16>() >= least
    }

    fn found_term(&mut self, pattern: PatternIndex, span: &Range<usize>, evidence: Evidence) {
        let Some(passed) = self.plan.check(pattern, &self.piece.text[span.clone()]) else { return };
        let (Ok(start), Ok(end)) = (u32::try_from(span.start), u32::try_from(span.end)) else {
            return;
        };
        self.found.push(Candidate { start, end, pattern, passed, evidence });
    }
}

/// Abbreviations end with a full stop where they hold others: `röm.-kath.`
fn with_full_stop(text: &[u8], span: Range<usize>) -> Range<usize> {
    let holds = text[span.clone()].windows(2).any(|two| two == b".-" || two == b". ");
    if holds && text.get(span.end) == Some(&b'.') { span.start..span.end + 1 } else { span }
}

/// Whether a longer term of the same pattern holds this one. Hits come in the order of their beginnings.
fn is_within_longer(hits: &[Hit], i: usize) -> bool {
    /// Terms that begin at most so many hits before or behind it are looked at.
    const MAX_BESIDE: usize = 24;
    let hit = &hits[i];
    let is_longer = |other: &Hit| {
        other.pattern == hit.pattern
            && other.kind != Kind::Of(Section::OpenLabel)
            && hit.span.end <= other.span.end
            && other.span.len() > hit.span.len()
    };
    let reaches = |other: &&Hit| other.span.start + MAX_TERM_BYTES >= hit.span.end;
    let mut before = hits[..i].iter().rev().take(MAX_BESIDE).take_while(reaches);
    let mut behind =
        hits[i + 1..].iter().take(MAX_BESIDE).take_while(|o| o.span.start == hit.span.start);
    before.any(is_longer) || behind.any(is_longer)
}

/// Whether a term is one of several to choose from.
enum Offer {
    None,
    /// It is the one that was chosen.
    Ticked,
    /// None is chosen, or not this one.
    Open,
}

/// Whether a term is one of several to choose from: a box stands before it, or of terms of which a
/// person has one several stand side by side.
fn offer(text: &[u8], field: &Range<usize>, hits: &[Hit], i: usize, exclusive: bool) -> Offer {
    let span = &hits[i].span;
    if is_after(TICKED, text, field, span) {
        Offer::Ticked
    } else if is_after(EMPTY, text, field, span)
        || (exclusive && count_beside(text, hits, i) >= OPTIONS)
    {
        Offer::Open
    } else {
        Offer::None
    }
}

const TICKED: &[&str] = &["[x]", "[X]", "(x)", "(X)", "☒", "☑", "✓", "✔", "●"];
const EMPTY: &[&str] = &["[ ]", "[]", "( )", "☐", "□", "○", "[_]"];

/// Whether a box stands before a term.
fn is_after(boxes: &[&str], text: &[u8], field: &Range<usize>, span: &Range<usize>) -> bool {
    let before = text[field.start..span.start].trim_ascii_end();
    let may_be = before.last().is_some_and(|b| !b.is_ascii_alphanumeric());
    may_be && boxes.iter().any(|sign| before.ends_with(sign.as_bytes()))
}

/// How many other terms of the same pattern stand side by side with one.
fn count_beside(text: &[u8], hits: &[Hit], i: usize) -> usize {
    /// At most so many terms before and after it are looked at.
    const MAX_BESIDE: usize = 32;
    let of_it = |hit: &&Hit| hit.pattern == hits[i].pattern;
    let mut count = 0;
    let mut from = hits[i].span.end;
    let after = hits[i + 1..].iter().take(MAX_BESIDE);
    for other in after.filter(of_it).filter(|o| o.span.start >= hits[i].span.end) {
        if other.span.start >= from && !is_side_by_side(&text[from..other.span.start]) {
            break;
        }
        count += usize::from(other.span.start >= from);
        from = from.max(other.span.end);
        if count >= OPTIONS {
            return count;
        }
    }
    let mut to = hits[i].span.start;
    let before = hits[..i].iter().rev().take(MAX_BESIDE);
    for other in before.filter(of_it).filter(|o| o.span.end <= hits[i].span.start) {
        if other.span.end <= to && !is_side_by_side(&text[other.span.end..to]) {
            break;
        }
        count += usize::from(other.span.end <= to);
        to = to.min(other.span.start);
        if count >= OPTIONS {
            break;
        }
    }
    count
}

fn is_side_by_side(between: &[u8]) -> bool {
    let words = between.split(|b| !b.is_ascii_alphanumeric() && *b < 0x80);
    between.len() <= OPTION_GAP_BYTES && words.filter(|w| w.len() > 1).count() <= 1
}

/// Whether a term is a part of a name of code, an address or a path.
fn is_in_code(text: &[u8], field: &Range<usize>, span: &Range<usize>) -> bool {
    let before = text[field.start..span.start].last();
    let goes_on = |b: &u8| b.is_ascii_alphanumeric();
    before.is_some_and(|b| matches!(b, b'_' | b'@' | b'\\' | b'$' | b'#' | b'&'))
        || matches!(&text[field.start..span.start], [.., a, b'.' | b'/' | b'-'] if goes_on(a))
        || match &text[span.end..] {
            [b'_' | b'@' | b'\\' | b'(' | b'=' | b'[' | b'{', ..] => true,
            [b'.' | b':', next, ..] => goes_on(next) || *next == b':',
            _ => false,
        }
}

/// Whether a byte may begin a word.
const fn is_of_words(b: u8) -> bool {
    b.is_ascii_alphabetic() || b >= 0x80
}

/// Whether some text is words, as people fill them in.
fn is_in_words(value: &[u8]) -> bool {
    let letters = value.iter().filter(|b| is_of_words(**b)).count();
    let is_odd = |b: &&u8| {
        matches!(b, b'_' | b'{' | b'}' | b'$' | b'\\' | b'@' | b'%' | b'<' | b'>' | b'=' | b'`')
    };
    let odd = value.iter().filter(is_odd);
    if value.first().is_some_and(|b| matches!(b, b'&' | b':' | b'!' | b'*' | b'#')) {
        return false;
    }
    let words = value.split(u8::is_ascii_whitespace).filter(|w| !w.is_empty()).count();
    letters * 10 >= value.len() * 7 && odd.count() == 0 && words <= OPEN_WORDS
}

impl super::compile::Plan {
    /// A pattern of a rule.
    pub(super) fn pattern(&self, pattern: PatternIndex) -> &Pattern {
        &self.rule_of(pattern).patterns[usize::from(self.shape(pattern).number)]
    }
}
