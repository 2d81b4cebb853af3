//! Stages two and three: places worth a look, and at each an anchored automaton and the type's
//! check.
//!
//! Three passes over the text, each for one kind of seed: runs of digits, `@`, and the literals
//! and seed words of all rules at once. What they find is independent of each other and of where
//! the pass began.

use std::ops::Range;
use std::sync::Arc;

use trawl_model::Piece;

use super::automaton::{Automaton, Fit, Walk};
use super::compile::{Needle, Plan};
use super::evidence::Evidence;
use super::needles::{TermPlaces, Terms};
use super::place::{Fields, Place, segments_in};
use super::tried::{MAX_DIGIT_WITHIN, MayBe, Ready, Use};
use super::{Candidate, PatternIndex, Scratch, beside, label, sql, table, words};
use crate::people::Finding;
use crate::reach::{
    MAX_DIGIT_LEAD, MAX_MATCH_BYTES, MAX_VALUE_OFFSET, SEED_BYTES, WORD_LIST_BYTES, WORD_SEED_BYTES,
};
use crate::rule::Boundary;

/// At most so many ends of one pattern at one place are tried, the longest first: a value may be
/// followed by what its regex takes for a part of it, and then the check tells.
const MAX_ENDS: usize = 8;
/// And so many where only a part of the match is the value.
const MAX_PARTED_ENDS: usize = 2;

/// Digits are read so far beyond the last place that is looked at: more of them in a row are no value.
const DIGITS_BEYOND: usize = 256;

/// Finds candidates in one piece.
pub(super) struct Finder<'a> {
    pub(super) plan: &'a Plan,
    pub(super) piece: &'a Piece,
    pub(super) scratch: &'a mut Scratch,
    pub(super) found: &'a mut Vec<Candidate>,
}

impl Finder<'_> {
    pub(super) fn run(&mut self) {
        self.scratch.guarded = None;
        self.scratch.people.begin();
        let text = &self.piece.text;
        let core = &self.piece.core;
        let from = core.start.saturating_sub(SEED_BYTES).min(text.len());
        let to = text.len().min(core.end.saturating_add(SEED_BYTES)).max(from);
        self.scratch.digits.read(text, from..to + DIGITS_BEYOND);
        self.digits(from..to);
        self.ats(from..to);
        self.needles(from..to);
        self.labels(from..to);
        self.people();
        self.terms(from..to);
        self.codes_of_catalogues();
        self.narrow();
        // Stable: that sort is quick on what is made of a few sorted rows.
        self.found.sort_by_key(|c| (c.start, c.end, c.pattern));
        self.found.dedup();
    }

    /// Names and addresses of people, by the model.
    fn people(&mut self) {
        let plan = self.plan;
        self.scratch.named.clear();
        if plan.models.is_empty() {
            return;
        }
        self.scratch.people.search(self.piece);
        let mut fields = Fields::new(self.piece);
        for (finding, span) in self.scratch.people.list() {
            // What is perhaps a name in prose is none in a statement of a program, among other words in
            // capitals alone, or where it is one word that a rule knows for what stands beside it: `Handy`.
            let is_none = |place: Place<'_>| {
                let (field, word) =
                    (place.field_start..place.field.len(), &place.field[span.clone()]);
                beside::is_line_of_code(place.field, &field, span)
                    || beside::is_among_capitals(place.field, &field, span)
                    || !word.contains(&b' ') && !plan.labels().held(word).is_empty()
            };
            let is_unsure = *finding == Finding::NameLikely;
            if is_unsure && fields.place(span.start, span.len()).is_some_and(is_none) {
                continue;
            }
            if finding.is_name() {
                self.scratch.named.push(span.clone());
            }
            for (_, pattern) in plan.models.iter().filter(|(taken, _)| taken == finding) {
                let value = &self.piece.text[span.clone()];
                let (Some(passed), Ok(start), Ok(end)) = (
                    plan.check(*pattern, value),
                    u32::try_from(span.start),
                    u32::try_from(span.end),
                ) else {
                    continue;
                };
                let evidence = Evidence::default();
                self.found.push(Candidate { start, end, pattern: *pattern, passed, evidence });
            }
        }
        self.scratch.named.sort_unstable_by_key(|span| (span.start, span.end));
    }

    fn digits(&mut self, window: Range<usize>) {
        let (piece, groups) = (self.piece, self.plan.digits());
        let digits = std::mem::take(&mut self.scratch.digits);
        for segment in segments_in(piece, &window) {
            let Some(field) = piece.text.get(..segment.text.end) else { continue };
            let start = segment.text.start;
            let from = start.max(window.start);
            let to = field.len().min(window.end);
            for (seed, length) in digits.runs(from..field.len()).take_while(|(at, _)| *at < to) {
                let run = seed..seed + length;
                let may_be = groups.at(field, start, &run);
                let is_begun = || seed > start && field[seed - 1].is_ascii_digit();
                if may_be.alone | may_be.led != 0 && !is_begun() {
                    let place = Place { field, field_start: start, seed };
                    self.digit_run(place, &run, may_be);
                }
            }
        }
        self.scratch.digits = digits;
    }

    /// Tries the digit patterns of these groups at a run of digits.
    fn digit_run(&mut self, place: Place<'_>, run: &Range<usize>, may_be: MayBe) {
        let plan = self.plan;
        for (number, group) in plan.digits().list.iter().enumerate() {
            let is = |bits: u8| number >= u8::BITS as usize || bits >> number & 1 == 1;
            if !is(may_be.alone | may_be.led) {
                continue;
            }
            let (alone, led) = group.may_go_on(place.field, run);
            let (alone, led) = (alone && is(may_be.alone), led && is(may_be.led));
            if !alone && !led {
                continue;
            }
            let longest = if led { group.lead.longest } else { 0 };
            let most = (place.seed - place.field_start).min(longest);
            let first_found = self.found.len();
            let mut starts = [0; MAX_DIGIT_LEAD + 1];
            let mut count = 0;
            for lead in usize::from(!alone)..=most {
                let start = place.seed - lead;
                if lead > 0 && place.field[start].is_ascii_digit() {
                    break;
                }
                if group.lead.may_be(lead)
                    && group.may_begin_with(place.field[start])
                    && place.may_begin(start, group.boundary)
                {
                    starts[count] = start;
                    count += 1;
                }
            }
            for start in starts[..count].iter().rev() {
                let limit = place.field.len().min(start + MAX_MATCH_BYTES);
                let walk = Walk { field: place.field, start: *start, limit, ends: group.boundary };
                let mut fits = std::mem::take(&mut self.scratch.fits);
                fits.clear();
                group.walk(&walk, number, &mut self.scratch.caches, &mut fits);
                self.take(place, *start, &fits, first_found);
                self.scratch.fits = fits;
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
        let piece = self.piece;
        let mut fields = Fields::new(piece);
        let borders =
            segments_in(piece, &window).flat_map(|segment| [segment.text.start, segment.text.end]);
        let mut of_terms = std::mem::take(&mut self.scratch.term_places);
        let mut of_signs = std::mem::take(&mut self.scratch.sign_places);
        let terms = plan.terms().map(|terms| Terms {
            terms: terms.terms.filter(),
            signs: terms.signs.filter(),
            places: TermPlaces { terms: &mut of_terms, signs: &mut of_signs },
        });
        plan.needles.each(&piece.text, window.clone(), borders, terms, |needle, span| {
            let needle = &plan.needle[needle];
            if let Some(place) = fields.place(span.start, span.len()) {
                self.needle(place, &span, needle);
            }
        });
        (self.scratch.term_places, self.scratch.sign_places) = (of_terms, of_signs);
    }

    fn needle(&mut self, place: Place<'_>, span: &Range<usize>, needle: &Needle) {
        let plan = self.plan;
        let may_be_word = !needle.words.is_empty() || !needle.heads.is_empty();
        let is_word = may_be_word && words::is_whole_word(&self.piece.text, span);
        if needle.literals.is_empty() && !needle.statement && !is_word {
            return;
        }
        let facts = needle.facts(&plan.uses, &plan.by_word);
        if !needle.literals.is_empty() && facts.behind.lets(&place.field[span.end..]) {
            let is_same = needle.text.as_bytes() == &place.field[span.clone()];
            for (used, _) in needle.literals.iter().filter(|(_, exactly)| is_same || !exactly) {
                self.literal(place, &plan.uses[*used]);
            }
        }
        if needle.statement {
            self.statement(place, span.start);
        }
        let is_head = || table::is_whole_head(place.field, place.field_start, span);
        let may_be_head = || needle.heads.iter().any(|(_, whole)| !whole || is_head());
        if is_word && (!needle.words.is_empty() || may_be_head()) {
            let mut cells = table::cells_below(place.field, place.field_start, span);
            cells.extend(beside::cell_behind(self.piece, span));
            let uses = needle.words.iter().map(|used| &plan.by_word[*used]);
            self.after_words(place, span.end, facts.needs_digit, uses.clone());
            if let Some(value) = beside::value_before(place.field, place.field_start, span.start) {
                uses.clone().for_each(|used| self.whole_cell(&value, used));
            }
            if cells.is_empty() {
                return;
            }
            let is_head = is_head();
            let heads = needle.heads.iter().filter(|(_, whole)| !whole || is_head);
            let uses = uses.chain(heads.map(|(used, _)| &plan.by_word[*used]));
            for cell in &cells {
                uses.clone().for_each(|used| self.whole_cell(cell, used));
            }
        }
    }

    /// The cells of a statement that holds rows are fields, called by its columns.
    fn statement(&mut self, place: Place<'_>, at: usize) {
        let plan = self.plan;
        for (name, cell) in sql::cells(place.field, place.field_start, at) {
            let Ok(name) = std::str::from_utf8(&place.field[name]) else { continue };
            if !plan.models.is_empty() {
                self.scratch.people.cell(name, place.field, &cell);
            }
            let held = self.scratch.held(plan.labels(), &Arc::from(name));
            if !held.is_empty() {
                let field = &place.field[..cell.end];
                let uses = plan.by_word.iter().filter(|used| held.by(used.rule).is_some());
                let place = Place { field, field_start: cell.start, seed: cell.start };
                self.after_words(place, cell.start, false, uses);
            }
        }
    }

    /// Tries a pattern at a cell that is to be all of the match: the cell before says what it is.
    fn whole_cell(&mut self, cell: &Range<usize>, used: &Use) {
        let Some(field) = self.piece.text.get(..cell.end) else { return };
        let Some(ready) = used.ready() else { return };
        let first_found = self.found.len();
        let place = Place { field, field_start: cell.start, seed: cell.start };
        if cell.start < cell.end && may_start(&ready.automaton, place, cell.start, used.boundary) {
            let walk = used.walk(field, cell.start);
            self.attempt(place, &ready.automaton, &walk, first_found);
            let is_part = |c: &Candidate| (c.end as usize) < cell.end;
            if self.found.get(first_found).is_some_and(is_part) {
                self.found.truncate(first_found);
            }
        }
    }

    /// Tries a pattern where a value of its kind begins.
    pub(super) fn try_at(&mut self, place: Place<'_>, used: &Use) {
        let Some(ready) = used.ready() else { return };
        if may_start(&ready.automaton, place, place.seed, used.boundary) {
            let first_found = self.found.len();
            self.attempt(place, &ready.automaton, &used.walk(place.field, place.seed), first_found);
        }
    }

    /// Tries a pattern around a literal: where the match may begin, the leftmost first.
    fn literal(&mut self, place: Place<'_>, used: &Use) {
        let Some(ready) = used.ready() else { return };
        let most = place.seed - place.field_start;
        let first_found = self.found.len();
        let lead_of = used.lead(ready);
        for lead in (0..=most.min(lead_of.longest)).rev() {
            let start = place.seed - lead;
            if lead_of.may_be(lead) && may_start(&ready.automaton, place, start, used.boundary) {
                self.attempt(place, &ready.automaton, &used.walk(place.field, start), first_found);
                if self.found.len() > first_found {
                    return;
                }
            }
        }
    }

    /// Tries patterns at each word that begins in the next bytes; the first that fits counts, and
    /// those that follow it in a list.
    fn after_words<'u>(
        &mut self,
        place: Place<'_>,
        from: usize,
        needs_digit: bool,
        uses: impl Iterator<Item = &'u Use>,
    ) {
        // Nearly all that follows words has digits soon, and most text hasn't.
        let field = place.field;
        let soon = from + WORD_SEED_BYTES + MAX_DIGIT_WITHIN;
        let digit = self.scratch.digits.first(field, from, soon);
        if needs_digit && digit.is_none() {
            return;
        }
        for used in uses {
            let Some(ready) = used.ready() else { continue };
            let first = match (ready.digit_within, digit) {
                (None, _) => from,
                (Some(_), None) => continue,
                (Some(within), Some(digit)) => from.max(digit.saturating_sub(within)),
            };
            self.after_word(
                place,
                first..field.len().min(from + WORD_SEED_BYTES),
                from,
                used,
                ready,
            );
        }
    }

    /// Tries a pattern at each word that begins in a stretch behind a word.
    fn after_word(
        &mut self,
        place: Place<'_>,
        within: Range<usize>,
        from: usize,
        used: &Use,
        ready: &Ready,
    ) {
        let field = place.field;
        let is_beyond_line = !used.lists
            && within.start < within.end
            && memchr::memchr(b'\n', &field[from..within.start]).is_some();
        if is_beyond_line {
            return;
        }
        let Some(mut last) = self.first_of(place, within, used, ready) else { return };
        let end = field.len().min(from + WORD_LIST_BYTES);
        while used.lists
            && let Some(next) = self.next_of_list(field, last, used).filter(|next| *next < end)
            && let Some(found) = self.first_of(place, next..next + 1, used, ready)
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
    fn first_of(
        &mut self,
        place: Place<'_>,
        within: Range<usize>,
        used: &Use,
        ready: &Ready,
    ) -> Option<usize> {
        let first_found = self.found.len();
        for start in within {
            if !used.lists && place.field[start] == b'\n' {
                return None;
            }
            if may_start(&ready.automaton, place, start, used.boundary) {
                let here = Place { seed: start, ..place };
                let walk = used.walk(place.field, start);
                self.attempt(here, &ready.automaton, &walk, first_found);
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
            let held = self.scratch.held(plan.labels(), &label);
            if held.is_empty() {
                continue;
            }
            let start = segment.text.start;
            let place = Place { field, field_start: start, seed: start };
            let uses = plan.by_word.iter().filter(|used| held.by(used.rule).is_some());
            self.after_words(place, start, false, uses);
        }
    }

    /// Walks an automaton from one start, and takes what fits.
    fn attempt(&mut self, place: Place<'_>, automaton: &Automaton, walk: &Walk<'_>, first: usize) {
        let mut fits = std::mem::take(&mut self.scratch.fits);
        fits.clear();
        automaton.walk(walk, &mut self.scratch.caches, &mut fits);
        self.take(place, walk.start, &fits, first);
        self.scratch.fits = fits;
    }

    /// Takes of each pattern that fits the longest match that holds.
    fn take(&mut self, place: Place<'_>, start: usize, fits: &[Fit], first: usize) {
        for ends in fits.chunk_by(|a, b| a.pattern == b.pattern) {
            let pattern = ends[0].pattern;
            if self.found[first..].iter().any(|c| c.pattern == pattern) {
                continue;
            }
            if let Some(candidate) = self.longest(place, start, pattern, ends) {
                self.found.push(candidate);
            }
        }
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

/// Whether a match may begin here, seen from the bytes on either side.
#[inline]
fn may_start(automaton: &Automaton, place: Place<'_>, at: usize, boundary: Boundary) -> bool {
    automaton.may_begin_with(place.field[at]) && place.may_begin(at, boundary)
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
    fn entropy_is_none_of_one_letter_and_most_of_all_different() {
        assert!(entropy(b"aaaa") < 0.01);
        assert!((entropy(b"abcdefgh") - 3.0).abs() < 0.01);
    }
}
