//! The pass for terms: each that a list or a dictionary holds, and of those of lists the ones that
//! are said of a person.

use std::ops::Range;
use std::sync::Arc;

use super::evidence::{Evidence, Sign};
use super::find::Finder;
use super::said::{self, Hit, Name, Scene};
use super::table::Tables;
use super::terms::{Kind, Meaning, Terms};
use super::{Candidate, PatternIndex, beside, named, sentence};
use crate::rule::Pattern;
use crate::term::dictionary::MAX_TERM_BYTES;
use crate::term::list::Section;

/// At most so many bytes of text stand between two things that are offered side by side.
const OPTION_GAP_BYTES: usize = 16;
/// So many others side by side with a term make it one of several to choose from.
const OPTIONS: usize = 2;

/// The last term that was found in a field, which the next may be one with.
#[derive(Debug)]
pub(super) struct Joined {
    /// Its number among what was found.
    found: usize,
    pattern: PatternIndex,
    /// Whether it says of itself that it is said of someone.
    is_saying: bool,
    /// Where the term stands whose own signs say it of someone.
    origin: usize,
}

impl Finder<'_> {
    /// Finds terms in the fields of a window.
    pub(super) fn terms(&mut self, window: Range<usize>) {
        let Some(terms) = self.plan.terms() else { return };
        self.scratch.names.clear();
        self.scratch.seen.clear();
        self.scratch.tables = Tables::default();
        let piece = self.piece;
        let first = piece.segments.partition_point(|s| s.text.end <= window.start);
        let mut hits = std::mem::take(&mut self.scratch.hits);
        let places = std::mem::take(&mut self.scratch.term_places);
        self.scratch.seen.places = std::mem::take(&mut self.scratch.sign_places);
        let named = std::mem::take(&mut self.scratch.named);
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
                self.field_of_terms(terms, i, &name, &hits, &named);
            }
        }
        hits.clear();
        (self.scratch.hits, self.scratch.term_places) = (hits, places);
        self.scratch.sign_places = std::mem::take(&mut self.scratch.seen.places);
        self.scratch.named = named;
    }

    fn field_of_terms(
        &mut self,
        terms: &Terms,
        segment: usize,
        name: &Arc<Name>,
        hits: &[Hit],
        named: &[Range<usize>],
    ) {
        let piece = self.piece;
        let is_beside_person = !name.is_of_nothing()
            && said::is_beside_person(terms, piece, segment, &mut self.scratch.names);
        // Who has given a disease its name is not spoken of.
        let is_term = |at: &Range<usize>| {
            let first = hits.partition_point(|hit| hit.span.start + MAX_TERM_BYTES < at.start);
            let mut near = hits[first..].iter().take_while(|hit| hit.span.start <= at.start);
            near.any(|hit| at.end <= hit.span.end && hit.kind != Kind::Plain)
        };
        let around = segment_and_near(&piece.segments[segment].text);
        let first = named.partition_point(|at| at.start < around.start);
        let named = named[first..].iter().take_while(|at| at.start < around.end);
        let named: Vec<Range<usize>> = named.filter(|at| !is_term(at)).cloned().collect();
        let scene = Scene { terms, piece, segment, name, is_beside_person, named: &named };
        self.scratch.joined = None;
        for (i, hit) in hits.iter().enumerate() {
            match hit.kind {
                Kind::Plain => self.found_term(hit.pattern, &hit.span, Evidence::default()),
                Kind::Of(Section::OpenLabel) => self.open_line(&scene, hit, hits),
                Kind::Of(_) if !is_within_longer(hits, i) && !holds_shorter(hits, i) => {
                    self.term_of_list(&scene, hits, i);
                }
                Kind::Of(_) => {}
            }
        }
        let field = piece.segments[segment].text.clone();
        for pattern in name.open(is_beside_person) {
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
        let head = self.head_of_table(scene, &hit.span);
        let in_table = head.as_ref().map(|name| Scene { name, ..*scene });
        let scene = in_table.as_ref().unwrap_or(scene);
        let code = named::code_beside(text, &field, &hit.span);
        let code = code.filter(|_| scene.is_near_person(&hit.span, &mut self.scratch.seen));
        let (is_held, listed) = (is_held(hits, i), self.listed_with(hit));
        let may_count = scene.is_labelled(hit)
            || self.is_enough_alone(hit)
            || code.is_some()
            || listed.is_some()
            || is_held
            || scene.is_beside_name(&hit.span)
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
        if is_held && !evidence.has(Sign::General) {
            evidence.add(Sign::Said);
        }
        let mut origin = hit.span.start;
        if !pattern.exclusive
            && !self.is_enough(hit.pattern, evidence)
            && let Some((with, from)) = listed
        {
            evidence = evidence.with(with.of_person());
            origin = from;
        }
        if code.is_some() {
            // Who writes its code beside it speaks of a diagnosis.
            evidence.add(Sign::Said);
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
        if inline.is_some() && beside::is_line_of_code(within, &field, &hit.span) {
            return;
        }
        let span = match inline {
            Some(from) => sentence::phrase(text, from..field.end, &hit.span),
            // Cells of a table in a text stand apart, and not in fields of their own.
            None if scene.name.is_of(hit.pattern) && head.is_none() => {
                sentence::phrase(text, field, &hit.span)
            }
            None => hit.span.clone(),
        };
        let span = with_full_stop(within, span);
        self.found_hit(hit, &span, evidence, origin);
        let plan = self.plan;
        if let Some(code) = code {
            for pattern in &plan.codes {
                self.found_term(*pattern, &code, Evidence::default());
            }
        }
    }

    /// What the head of a table in a text says of its column.
    fn head_of_table(&mut self, scene: &Scene<'_>, span: &Range<usize>) -> Option<Name> {
        /// A cell begins at most so many bytes before a term in it.
        const CELL_BYTES: usize = 48;
        let segment = &self.piece.segments[scene.segment];
        let text = self.piece.text.get(..segment.text.end)?;
        let before =
            &text[segment.text.start.max(span.start.saturating_sub(CELL_BYTES))..span.start];
        let is_cell = segment.label.is_none()
            && (before.contains(&b'|') || before.windows(2).any(|two| two == b"  "));
        if !is_cell {
            return None;
        }
        let (head, _) = self.scratch.tables.head_above(text, segment.text.start, span)?;
        let name = Name::new(scene.terms, std::str::from_utf8(&text[head]).ok()?);
        (!name.is_of_nothing()).then_some(name)
    }

    /// Takes codes of diagnoses out that stand in a table of which no column is about a person: those of a
    /// catalogue.
    pub(super) fn codes_of_catalogues(&mut self) {
        let (plan, piece) = (self.plan, self.piece);
        let Some(terms) = plan.terms().filter(|_| !plan.codes.is_empty()) else { return };
        let mut found = std::mem::take(self.found);
        found.retain(|candidate| {
            let is_code =
                plan.codes.iter().any(|code| plan.is_of_same_rule(*code, candidate.pattern));
            let at = candidate.start as usize;
            !is_code || !said::is_of_nobody(terms, piece, at, &mut self.scratch.names)
        });
        *self.found = found;
    }

    pub(super) fn is_enough(&self, pattern: PatternIndex, evidence: Evidence) -> bool {
        let of = self.plan.pattern(pattern);
        let least = i16::from(self.plan.rule_of(pattern).min.as_percent());
        i16::from(of.confidence) + evidence.sum(&of.evidence) >= least
    }

    /// Whether a term may be taken where nothing says it of a person who is spoken of near.
    fn is_enough_alone(&self, hit: &Hit) -> bool {
        let of = self.plan.pattern(hit.pattern);
        let points = &of.evidence;
        let strong = match hit.kind {
            Kind::Of(Section::Strong) => points.strong,
            Kind::Of(Section::Saying) => points.said,
            _ => 0,
        };
        let most = [of.confidence as i8, strong, points.person.max(points.near)];
        let least = i16::from(self.plan.rule_of(hit.pattern).min.as_percent());
        most.into_iter().map(i16::from).sum::<i16>() >= least
    }

    /// What speaks for the last term that was found, and from where on, if another stands in a list with it.
    fn listed_with(&self, hit: &Hit) -> Option<(Evidence, usize)> {
        let last = self.scratch.joined.as_ref().filter(|last| last.pattern == hit.pattern)?;
        let found = self.found.get(last.found)?;
        let is_listed = hit.span.start < last.origin + said::NEAR_BYTES
            && named::is_listed(&self.piece.text, found.end as usize, hit.span.start);
        is_listed.then_some((found.evidence, last.origin))
    }

    /// A term that counts. What says the same of the same person once more is one with it: `krank (Grippe)`,
    /// `sentenced for theft`.
    fn found_hit(&mut self, hit: &Hit, span: &Range<usize>, evidence: Evidence, origin: usize) {
        if let Some(last) = &mut self.scratch.joined
            && let Some(found) = self.found.get_mut(last.found)
            && last.pattern == hit.pattern
            && named::is_joined(&self.piece.text, found.end as usize, span)
        {
            let is_one =
                self.piece.text.get(found.end as usize..span.start).is_some_and(|b| b == b" ");
            if is_one && last.is_saying {
                found.start = u32::try_from(span.start).unwrap_or(found.start);
            }
            if !is_one || last.is_saying {
                found.end = found.end.max(u32::try_from(span.end).unwrap_or(found.end));
            }
            last.is_saying &= hit.kind == Kind::Of(Section::Saying);
            found.evidence = found.evidence.with(evidence);
            return;
        }
        let before = self.found.len();
        self.found_term(hit.pattern, span, evidence);
        let is_new = self.found.len() > before;
        let is_saying = hit.kind == Kind::Of(Section::Saying);
        self.scratch.joined =
            is_new.then_some(Joined { found: before, pattern: hit.pattern, is_saying, origin });
    }

    pub(super) fn found_term(
        &mut self,
        pattern: PatternIndex,
        span: &Range<usize>,
        evidence: Evidence,
    ) {
        let Some(passed) = self.plan.check(pattern, &self.piece.text[span.clone()]) else { return };
        let (Ok(start), Ok(end)) = (u32::try_from(span.start), u32::try_from(span.end)) else {
            return;
        };
        self.found.push(Candidate { start, end, pattern, passed, evidence });
    }
}

/// A field, and what near it counts.
fn segment_and_near(field: &Range<usize>) -> Range<usize> {
    field.start.saturating_sub(said::NEAR_BYTES)..field.end.saturating_add(said::NEAR_BYTES)
}

/// Abbreviations end with a full stop where they hold others: `röm.-kath.`
fn with_full_stop(text: &[u8], span: Range<usize>) -> Range<usize> {
    let holds = text[span.clone()].windows(2).any(|two| two == b".-" || two == b". ");
    if holds && text.get(span.end) == Some(&b'.') { span.start..span.end + 1 } else { span }
}

/// Whether a longer term of the lists holds this one. Hits come in the order of their beginnings.
fn is_within_longer(hits: &[Hit], i: usize) -> bool {
    /// Terms that begin at most so many hits before or behind it are looked at.
    const MAX_BESIDE: usize = 24;
    let hit = &hits[i];
    // One of another kind takes it too: `alcohol` in `drunk on alcohol at the wheel`.
    let is_longer = |other: &Hit| {
        !matches!(other.kind, Kind::Of(Section::OpenLabel | Section::UnderLabel) | Kind::Plain)
            && (other.pattern != hit.pattern || other.kind != Kind::Of(Section::Saying))
            && hit.span.end <= other.span.end
            && other.span.len() > hit.span.len()
    };
    let reaches = |other: &&Hit| other.span.start + MAX_TERM_BYTES >= hit.span.end;
    let mut before = hits[..i].iter().rev().take(MAX_BESIDE).take_while(reaches);
    let mut behind =
        hits[i + 1..].iter().take(MAX_BESIDE).take_while(|o| o.span.start == hit.span.start);
    before.any(is_longer) || behind.any(is_longer)
}

/// Whether two terms are of one kind, and one that says of itself that it is said of someone holds the
/// other: `member of the` holds `Labour Party`, which is what is found.
fn says_of(holder: &Hit, held: &Hit) -> bool {
    holder.kind == Kind::Of(Section::Saying)
        && held.pattern == holder.pattern
        && matches!(held.kind, Kind::Of(Section::Strong | Section::Weak))
        && holder.span.start <= held.span.start
        && held.span.end <= holder.span.end
        && held.span.len() < holder.span.len()
}

/// So many hits before and behind one are looked at for one that it holds, or that holds it.
const MAX_HELD: usize = 24;

fn near(hits: &[Hit], i: usize) -> impl Iterator<Item = &Hit> {
    let behind = hits[i + 1..].iter().take(MAX_HELD);
    hits[..i].iter().rev().take(MAX_HELD).chain(behind)
}

fn holds_shorter(hits: &[Hit], i: usize) -> bool {
    hits[i].kind == Kind::Of(Section::Saying) && near(hits, i).any(|held| says_of(&hits[i], held))
}

fn is_held(hits: &[Hit], i: usize) -> bool {
    near(hits, i).any(|holder| says_of(holder, &hits[i]))
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
pub(super) fn is_in_code(text: &[u8], field: &Range<usize>, span: &Range<usize>) -> bool {
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

impl super::compile::Plan {
    /// Whether two patterns are of one rule.
    fn is_of_same_rule(&self, one: PatternIndex, other: PatternIndex) -> bool {
        self.shape(one).rule == self.shape(other).rule
    }

    /// A pattern of a rule.
    pub(super) fn pattern(&self, pattern: PatternIndex) -> &Pattern {
        &self.rule_of(pattern).patterns[usize::from(self.shape(pattern).number)]
    }
}
