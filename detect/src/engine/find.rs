//! Stages two and three: places worth a look, and at each an anchored automaton and the type's
//! check.
//!
//! Three passes over the text, each for one kind of seed: runs of digits, `@`, and the literals
//! and seed words of all rules at once. What they find is independent of each other and of where
//! the pass began.

use std::ops::Range;

use trawl_model::{Piece, Segment};

use super::automaton::Fit;
use super::compile::{Needle, Plan};
use super::said::Evidence;
use super::tried::Use;
use super::{Candidate, PatternIndex, Scratch, beside, label, table, words};
use crate::reach::{
    MAX_DIGIT_LEAD, MAX_VALUE_OFFSET, SEED_BYTES, WORD_LIST_BYTES, WORD_SEED_BYTES,
};

/// At most so many ends of one pattern at one place are tried, the longest first: a value may be
/// followed by what its regex takes for a part of it, and then the check tells.
const MAX_ENDS: usize = 8;
/// And so many where only a part of the match is the value.
const MAX_PARTED_ENDS: usize = 2;

/// Finds candidates in one piece.
pub(super) struct Finder<'a> {
    pub(super) plan: &'a Plan,
    pub(super) piece: &'a Piece,
    pub(super) scratch: &'a mut Scratch,
    pub(super) found: &'a mut Vec<Candidate>,
}

/// A place worth a look, in one field.
#[derive(Clone, Copy)]
struct Place<'a> {
    /// The whole text up to the end of the field.
    field: &'a [u8],
    /// Where the field begins.
    field_start: usize,
    /// Where the seed stands.
    seed: usize,
}

impl Finder<'_> {
    pub(super) fn run(&mut self) {
        self.scratch.guarded = None;
        let text = &self.piece.text;
        let core = &self.piece.core;
        let from = core.start.saturating_sub(SEED_BYTES).min(text.len());
        let to = text.len().min(core.end.saturating_add(SEED_BYTES)).max(from);
        self.digits(from..to);
        self.ats(from..to);
        self.needles(from..to);
        self.labels(from..to);
        self.people();
        self.terms(from..to);
        // Stable: that sort is quick on what is made of a few sorted rows.
        self.found.sort_by_key(|c| (c.start, c.end, c.pattern));
        self.found.dedup();
    }

    /// Names and addresses of people, by the model.
    fn people(&mut self) {
        let plan = self.plan;
        if plan.models.is_empty() {
            return;
        }
        let mut found = std::mem::take(&mut self.scratch.people);
        found.search(self.piece);
        for (finding, span) in found.list() {
            for (_, pattern) in plan.models.iter().filter(|(taken, _)| taken == finding) {
                let value = &self.piece.text[span.clone()];
                let (Some(passed), Ok(start), Ok(end)) = (
                    plan.check(*pattern, value),
                    u32::try_from(span.start),
                    u32::try_from(span.end),
                ) else {
                    continue;
                };
                self.found.push(Candidate { start, end, pattern: *pattern, passed });
            }
        }
        self.scratch.people = found;
    }

    fn digits(&mut self, window: Range<usize>) {
        let piece = self.piece;
        for segment in segments_in(piece, &window) {
            let Some(field) = piece.text.get(..segment.text.end) else { continue };
            let start = segment.text.start;
            let mut at = start.max(window.start);
            if at > start && field[at - 1].is_ascii_digit() {
                at += run_of_digits(&field[at..]);
            }
            let to = field.len().min(window.end);
            while let Some(seed) = next_digit(field, at, to) {
                self.digit_run(Place { field, field_start: start, seed });
                at = seed + run_of_digits(&field[seed..]);
            }
        }
    }

    /// Tries all digit patterns at a run of digits.
    fn digit_run(&mut self, place: Place<'_>) {
        let plan = self.plan;
        for group in plan.digits() {
            let lead_of = group.lead();
            let first_found = self.found.len();
            let most = place.seed - place.field_start;
            let mut starts = [0; MAX_DIGIT_LEAD + 1];
            let mut count = 0;
            for lead in 0..=most.min(lead_of.longest) {
                let start = place.seed - lead;
                if lead > 0 && place.field[start].is_ascii_digit() {
                    break;
                }
                if lead_of.may_be(lead) && group.may_start(place.field, place.field_start, start) {
                    starts[count] = start;
                    count += 1;
                }
            }
            for start in starts[..count].iter().rev() {
                self.attempt(place, *start, group, first_found);
            }
        }
    }

    fn ats(&mut self, window: Range<usize>) {
        let plan = self.plan;
        if plan.ats.is_empty() {
            return;
        }
        let piece = self.piece;
        let mut fields = Fields::new(piece);
        for at in memchr::memchr_iter(b'@', &piece.text[window.clone()]) {
            let Some(place) = fields.place(window.start + at, 1) else { continue };
            for used in &plan.ats {
                self.literal(place, used);
            }
        }
    }

    fn needles(&mut self, window: Range<usize>) {
        let plan = self.plan;
        let Some(automaton) = &plan.needles else { return };
        let piece = self.piece;
        let text = &piece.text[..window.end];
        let mut fields = Fields::new(piece);
        for hit in automaton.find_overlapping_iter(&text[window.start..]) {
            let span = window.start + hit.start()..window.start + hit.end();
            let needle = &plan.needle[hit.pattern().as_usize()];
            let Some(place) = fields.place(span.start, span.len()) else { continue };
            self.needle(place, &span, needle);
        }
    }

    fn needle(&mut self, place: Place<'_>, span: &Range<usize>, needle: &Needle) {
        let plan = self.plan;
        for (used, exactly) in &needle.literals {
            let used = &plan.uses[*used];
            if !exactly || needle.text.as_bytes() == &place.field[span.clone()] {
                self.literal(place, used);
            }
        }
        if !needle.words.is_empty() && words::is_whole_word(&self.piece.text, span) {
            let mut cells: Vec<_> =
                table::cells_below(place.field, place.field_start, span).collect();
            cells.extend(beside::cell_behind(self.piece, span));
            for used in &needle.words {
                let used = &plan.by_word[*used];
                self.after_word(place, span.end, used);
                cells.iter().for_each(|cell| self.whole_cell(cell, used));
            }
        }
    }

    /// Tries a pattern at a cell that is to be all of the match: the cell before says what it is.
    fn whole_cell(&mut self, cell: &Range<usize>, used: &Use) {
        let Some(field) = self.piece.text.get(..cell.end) else { return };
        let first_found = self.found.len();
        if used.may_start(field, cell.start, cell.start) {
            let place = Place { field, field_start: cell.start, seed: cell.start };
            self.attempt(place, cell.start, used, first_found);
            let is_part = |c: &Candidate| (c.end as usize) < cell.end;
            if self.found.get(first_found).is_some_and(is_part) {
                self.found.truncate(first_found);
            }
        }
    }

    /// Tries a pattern around a literal: where the match may begin, the leftmost first.
    fn literal(&mut self, place: Place<'_>, used: &Use) {
        let most = place.seed - place.field_start;
        let first_found = self.found.len();
        let lead_of = used.lead();
        for lead in (0..=most.min(lead_of.longest)).rev() {
            let start = place.seed - lead;
            if lead_of.may_be(lead) && used.may_start(place.field, place.field_start, start) {
                self.attempt(place, start, used, first_found);
                if self.found.len() > first_found {
                    return;
                }
            }
        }
    }

    /// Tries a pattern at each word that begins in the next bytes; the first that fits counts, and
    /// those that follow it in a list.
    fn after_word(&mut self, place: Place<'_>, from: usize, used: &Use) {
        let field = place.field;
        let end = field.len().min(from + WORD_SEED_BYTES);
        let Some(mut last) = self.first_of(place, from..end, used) else { return };
        let end = field.len().min(from + WORD_LIST_BYTES);
        while used.lists
            && let Some(next) = self.next_of_list(field, last, used).filter(|next| *next < end)
            && let Some(found) = self.first_of(place, next..next + 1, used)
        {
            last = found;
        }
    }

    /// Lists of secrets (recovery codes) go over lines.
    fn next_of_list(&self, field: &[u8], at: usize, used: &Use) -> Option<usize> {
        let lines = self.plan.rule(used.rule).secret;
        beside::next_of_list(field, at).or_else(|| lines.then(|| beside::next_line(field, at))?)
    }

    /// Tries a pattern at each word that begins in a stretch, and tells where the first that fits
    /// ends.
    fn first_of(&mut self, place: Place<'_>, within: Range<usize>, used: &Use) -> Option<usize> {
        let first_found = self.found.len();
        for start in within {
            if !used.lists && place.field[start] == b'\n' {
                return None;
            }
            if used.may_start(place.field, place.field_start, start) {
                self.attempt(Place { seed: start, ..place }, start, used, first_found);
                if let Some(found) = self.found.get(first_found) {
                    return Some(found.end as usize);
                }
            }
        }
        None
    }

    /// Patterns that follow a word are tried at the beginning of fields that are called by one.
    fn labels(&mut self, window: Range<usize>) {
        let plan = self.plan;
        if plan.by_word.is_empty() {
            return;
        }
        let piece = self.piece;
        for segment in segments_in(piece, &window) {
            let Some(label) = label::name_of(piece, segment) else { continue };
            let Some(field) = piece.text.get(..segment.text.end) else { continue };
            let held = self.scratch.held(&plan.labels, &label);
            if held.is_empty() {
                continue;
            }
            let start = segment.text.start;
            for used in &plan.by_word {
                if held.by(used.rule).is_some() {
                    let place = Place { field, field_start: start, seed: start };
                    self.after_word(place, start, used);
                }
            }
        }
    }

    /// Walks an automaton from one start, and takes of each pattern that fits the longest match
    /// that holds.
    fn attempt(&mut self, place: Place<'_>, start: usize, used: &Use, first: usize) {
        let Some(automaton) = used.automaton() else { return };
        let mut fits = std::mem::take(&mut self.scratch.fits);
        fits.clear();
        automaton.walk(place.field, start, used.longest_match, used.ends, &mut fits);
        // A walk notes ends in their order: only of several patterns they must be sorted.
        if fits.len() > 1 {
            fits.sort_unstable();
        }
        for ends in fits.chunk_by(|a, b| a.pattern == b.pattern) {
            let pattern = ends[0].pattern;
            if self.found[first..].iter().any(|c| c.pattern == pattern) {
                continue;
            }
            if let Some(candidate) = self.longest(place, start, pattern, ends) {
                self.found.push(candidate);
            }
        }
        self.scratch.fits = fits;
    }

    fn longest(
        &mut self,
        place: Place<'_>,
        start: usize,
        pattern: PatternIndex,
        ends: &[Fit],
    ) -> Option<Candidate> {
        let plan = self.plan;
        let shape = plan.shape(pattern);
        ends.iter()
            .rev()
            .filter(|fit| fit.end > place.seed && fit.end - start <= shape.longest_match)
            .take(if shape.is_parted() { MAX_PARTED_ENDS } else { MAX_ENDS })
            .find_map(|fit| {
                let whole = start..fit.end;
                let slots = &mut self.scratch.slots;
                let span = shape.value(pattern, place.field, &whole, slots)?;
                if span.is_empty() || span.start - start > MAX_VALUE_OFFSET {
                    return None;
                }
                let value = &place.field[span.clone()];
                let passed = plan.check(pattern, value)?;
                let is_dull = shape.entropy.is_some_and(|least| entropy(value) < least);
                if is_dull || (shape.guard && self.is_guarded(place, whole)) {
                    return None;
                }
                Some(Candidate {
                    pattern,
                    passed,
                    evidence: Evidence::default(),
                    start: u32::try_from(span.start).ok()?,
                    end: u32::try_from(span.end).ok()?,
                })
            })
    }
}

impl Finder<'_> {
    /// Whether a match is plainly a part of something else. Several patterns often fit the same
    /// stretch, so the last answer is kept.
    fn is_guarded(&mut self, place: Place<'_>, span: Range<usize>) -> bool {
        if let Some((last, answer)) = &self.scratch.guarded
            && *last == span
        {
            return *answer;
        }
        let field = &place.field[place.field_start..];
        let local = span.start - place.field_start..span.end - place.field_start;
        let answer = beside::is_part_of_something(field, &local);
        self.scratch.guarded = Some((span, answer));
        answer
    }
}

/// Finds the fields of places that come in nearly any order, quickly if they come in order.
struct Fields<'a> {
    piece: &'a Piece,
    at: usize,
}

impl<'a> Fields<'a> {
    fn new(piece: &'a Piece) -> Self {
        Self { piece, at: 0 }
    }

    /// The place of a seed of some bytes; none if it doesn't lie whole in one field.
    fn place(&mut self, seed: usize, len: usize) -> Option<Place<'a>> {
        let segments = &self.piece.segments;
        if segments.get(self.at).is_none_or(|s| !s.text.contains(&seed)) {
            self.at = segments.partition_point(|s| s.text.start <= seed).checked_sub(1)?;
        }
        let segment = segments.get(self.at)?;
        let field = self.piece.text.get(..segment.text.end)?;
        (seed + len <= field.len()).then_some(Place {
            field,
            field_start: segment.text.start,
            seed,
        })
    }
}

fn segments_in<'a>(
    piece: &'a Piece,
    window: &Range<usize>,
) -> impl Iterator<Item = &'a Segment> + use<'a> {
    let first = piece.segments.partition_point(|s| s.text.end <= window.start);
    let end = window.end;
    piece.segments[first..].iter().take_while(move |s| s.text.start < end)
}

fn run_of_digits(text: &[u8]) -> usize {
    text.iter().take_while(|b| b.is_ascii_digit()).count()
}

/// The next digit from `at` on, before `to`. Blocks without any are passed over whole, which the
/// compiler does with vectors.
pub(crate) fn next_digit(text: &[u8], mut at: usize, to: usize) -> Option<usize> {
    const BLOCK: usize = 32;
    while at + BLOCK <= to {
        let block = &text[at..at + BLOCK];
        let any = block.iter().fold(0u8, |any, b| any | u8::from(b.wrapping_sub(b'0') < 10));
        if any != 0 {
            break;
        }
        at += BLOCK;
    }
    (at..to).find(|i| text[*i].is_ascii_digit())
}

/// Shannon entropy, in bits a byte.
fn entropy(value: &[u8]) -> f32 {
    let mut counts = [0u32; 256];
    for b in value {
        counts[usize::from(*b)] += 1;
    }
    let total = value.len().max(1) as f32;
    let bits = |count: &u32| {
        let share = *count as f32 / total;
        -share * share.log2()
    };
    counts.iter().filter(|c| **c > 0).map(bits).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_found_wherever_they_stand_in_a_block() {
        for at in 0..100 {
            let mut text = vec![b'x'; 100];
            text[at] = b'7';
            assert_eq!(next_digit(&text, 0, 100), Some(at));
            assert_eq!(next_digit(&text, at + 1, 100), None);
            assert_eq!(next_digit(&text, 0, at), None);
        }
    }

    #[test]
    fn entropy_is_none_of_one_letter_and_most_of_all_different() {
        assert!(entropy(b"aaaa") < 0.01);
        assert!((entropy(b"abcdefgh") - 3.0).abs() < 0.01);
    }
}
