//! Where patterns are tried, and their automata, made when their seeds are seen for the first time:
//! of hundreds of vendors' patterns a scan meets a few.

use std::ops::Range;
use std::sync::{Arc, OnceLock};

use super::automaton::{self, Automaton, Caches, Fit, Walk};
use super::facts::{self, Before, Digits, Runs};
use super::shape::Shape;
use super::{PatternIndex, beside};
use crate::reach::{MAX_DIGIT_LEAD, MAX_LITERAL_LEAD};
use crate::rule::{Boundary, Pattern, RuleIndex, Seed};

/// A digit that stands further behind a match's beginning is not looked for.
pub(super) const MAX_DIGIT_WITHIN: usize = 40;

/// An automaton, and where it is tried.
pub(super) struct Use {
    pub(super) tried: Arc<Tried>,
    /// Which of the pattern's literals it is tried around.
    pub(super) literal: usize,
    /// The rule, where it is of one.
    pub(super) rule: RuleIndex,
    /// How many bytes a match may have.
    pub(super) longest_match: usize,
    pub(super) boundary: Boundary,
    /// What may stand behind a match.
    pub(super) ends: Boundary,
    /// Whether what follows a word may be a list of values; a secret stands alone, in its line.
    pub(super) lists: bool,
}

impl Use {
    /// What is tried; none if its automaton is larger than its bound.
    pub(super) fn ready(&self) -> Option<&Ready> {
        self.tried.get()
    }

    /// How it is walked from a place on.
    pub(super) fn walk<'f>(&self, field: &'f [u8], start: usize) -> Walk<'f> {
        let limit = field.len().min(start + self.longest_match);
        Walk { field, start, limit, ends: self.ends }
    }

    /// How many bytes may stand before the seed.
    pub(super) fn lead(&self, ready: &Ready) -> Lead {
        ready.leads.get(self.literal).copied().unwrap_or_default()
    }
}

/// Patterns that are tried at runs of digits: those of one kind of boundary.
pub(super) struct DigitGroup {
    pub(super) boundary: Boundary,
    pub(super) lead: Lead,
    shape: Shape,
    patterns: Vec<OfDigits>,
    /// Which bytes a match may begin with.
    first: [bool; 256],
    alone: Runs,
    led: Runs,
    before: Before,
}

/// One of them.
struct OfDigits {
    index: PatternIndex,
    regex: String,
    /// Tells digits apart; none if the pattern doesn't, or if it is larger than its bound.
    automaton: OnceLock<Option<Automaton>>,
    is_shape: bool,
}

impl DigitGroup {
    /// Groups of as many patterns as can be tried together.
    pub(super) fn all(patterns: &[(PatternIndex, &str)], boundary: Boundary) -> Vec<Self> {
        if patterns.is_empty() {
            return Vec::new();
        }
        if let Some(all) = Self::new(patterns, boundary) {
            return vec![all];
        }
        // Each alone is within its bound, or the rules were refused.
        let half = patterns.len() / 2;
        let parts = [&patterns[..half], &patterns[half..]].into_iter().filter(|_| half > 0);
        parts.flat_map(|part| Self::all(part, boundary)).collect()
    }

    /// None if what it is made from is larger than its bound.
    fn new(patterns: &[(PatternIndex, &str)], boundary: Boundary) -> Option<Self> {
        let regexes: Vec<&str> = patterns.iter().map(|(_, regex)| *regex).collect();
        let nfa = automaton::nfa_of(&regexes)?;
        let Digits { leads, alone, led, before } = Digits::new(&nfa, MAX_DIGIT_LEAD);
        let pattern = |(number, (index, regex)): (usize, &(PatternIndex, &str))| OfDigits {
            index: *index,
            regex: (*regex).to_owned(),
            automaton: OnceLock::new(),
            is_shape: facts::knows_no_digits(&nfa, number),
        };
        Some(Self {
            boundary,
            lead: Lead::from_bits(leads),
            shape: Shape::new(&nfa),
            patterns: patterns.iter().enumerate().map(pattern).collect(),
            first: facts::first_bytes(&nfa),
            alone,
            led,
            before,
        })
    }

    /// Whether a match may begin with this byte.
    pub(super) fn may_begin_with(&self, byte: u8) -> bool {
        self.first[usize::from(byte)]
    }

    /// Adds all ends of all patterns that fit, by pattern, the shorter before the longer.
    pub(super) fn walk(
        &self,
        walk: &Walk<'_>,
        number: usize,
        caches: &mut Caches,
        fits: &mut Vec<Fit>,
    ) {
        let mut shapes = std::mem::take(&mut caches.shapes_that_fit);
        shapes.clear();
        let made = caches.of_shape(number);
        if self.shape.walk(walk, made, |pattern, end| shapes.push((pattern, end))).is_none() {
            shapes.clear();
            shapes.extend((0..self.patterns.len()).map(|pattern| (pattern as u16, usize::MAX)));
        }
        shapes.sort_unstable();
        for ends in shapes.chunk_by(|a, b| a.0 == b.0) {
            let pattern = &self.patterns[usize::from(ends[0].0)];
            if pattern.is_shape && ends[0].1 != usize::MAX {
                fits.extend(ends.iter().map(|(_, end)| Fit { pattern: pattern.index, end: *end }));
                continue;
            }
            let make = || Automaton::new(pattern.index, &pattern.regex);
            if let Some(automaton) = pattern.automaton.get_or_init(make) {
                automaton.walk(walk, caches, fits);
            }
        }
        caches.shapes_that_fit = shapes;
    }

    /// Whether there may be a match whose first run of digits has this length and this byte behind it.
    fn may_go_on_with(&self, runs: &Runs, length: usize, next: u8) -> bool {
        // What stands behind the byte is not known.
        let may_end = matches!(next, b'.' | b'!' | b'?' | 0x80..)
            || beside::may_end(&[b'0', next], 1, self.boundary);
        let within = self.boundary == Boundary::None;
        let (goes_on, ends, ends_within) = runs.at(length, Some(&next));
        goes_on || (within && ends_within) || (ends && may_end)
    }

    /// Whether a match may begin behind this byte.
    fn may_begin_behind(&self, byte: u8) -> bool {
        // What stands before the byte is not known.
        byte >= 0x80 || beside::may_begin(&[byte, b'0'], 1, self.boundary)
    }

    /// Whether there may be a match whose first run of digits this is: one that begins with it, and
    /// one that begins before it.
    pub(super) fn may_go_on(&self, field: &[u8], run: &Range<usize>) -> (bool, bool) {
        let next = field.get(run.end);
        let may_end = || beside::may_end(field, run.end, self.boundary);
        let within = self.boundary == Boundary::None;
        let may = |runs: &Runs| {
            let (goes_on, ends, ends_within) = runs.at(run.len(), next);
            goes_on || (within && ends_within) || (ends && may_end())
        };
        (may(&self.alone), may(&self.led))
    }
}

/// All that is tried at runs of digits.
pub(super) struct DigitGroups {
    pub(super) list: Vec<DigitGroup>,
    /// None where there are more groups than bits.
    sieve: Option<Sieve>,
}

/// Which groups may have a match at a run of digits, as bits: one that begins with it, and one that
/// begins before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct MayBe {
    pub(super) alone: u8,
    pub(super) led: u8,
}

impl DigitGroups {
    pub(super) fn new(list: Vec<DigitGroup>) -> Self {
        let sieve = (list.len() <= u8::BITS as usize).then(|| Sieve::new(&list));
        Self { list, sieve }
    }

    /// What may be at a run of digits, seen from the two bytes before it and the one behind it.
    #[inline]
    pub(super) fn at(&self, field: &[u8], start: usize, run: &Range<usize>) -> MayBe {
        match &self.sieve {
            Some(sieve) => sieve.at(field, start, run),
            None => MayBe { alone: u8::MAX, led: u8::MAX },
        }
    }
}

/// Dismisses runs of digits by their length and what stands beside them.
struct Sieve {
    /// By the length of a run, and the byte behind it.
    behind: Vec<[MayBe; 256]>,
    /// By the byte before a run: where one may be alone.
    alone_behind: [u8; 256],
    /// By the two bytes before a run: where it may be led.
    led_by: Vec<u8>,
}

impl Sieve {
    fn new(list: &[DigitGroup]) -> Self {
        let bits = |is: &dyn Fn(&DigitGroup) -> bool| -> u8 {
            let all = list.iter().enumerate().filter(|(_, group)| is(group));
            all.map(|(number, _)| 1 << number).sum()
        };
        let mut behind = vec![[MayBe { alone: 0, led: 0 }; 256]; facts::MAX_RUN];
        for (length, of_length) in (1..).zip(&mut behind) {
            for (byte, may_be) in (0..=u8::MAX).zip(of_length) {
                may_be.alone = bits(&|group| group.may_go_on_with(&group.alone, length, byte));
                may_be.led = bits(&|group| group.may_go_on_with(&group.led, length, byte));
            }
        }
        let mut alone_behind = [0; 256];
        let mut led_by = vec![0; 1 << 16];
        for first in 0..=u8::MAX {
            alone_behind[usize::from(first)] = bits(&|group| group.may_begin_behind(first));
            for second in 0..=u8::MAX {
                let is_led = |group: &DigitGroup| {
                    group.before.has([first, second])
                        || (group.before.begins_with(second) && group.may_begin_behind(first))
                };
                led_by[usize::from(u16::from_le_bytes([first, second]))] = bits(&is_led);
            }
        }
        Self { behind, alone_behind, led_by }
    }

    #[inline]
    fn at(&self, field: &[u8], start: usize, run: &Range<usize>) -> MayBe {
        /// What stands before a field, where all may begin.
        const NOTHING: u8 = b'\n';
        let mut may_be = match (self.behind.get(run.len() - 1), field.get(run.end)) {
            (Some(of_length), Some(next)) => of_length[usize::from(*next)],
            _ => MayBe { alone: u8::MAX, led: u8::MAX },
        };
        let (first, second) = match &field[start..run.start] {
            [] => (NOTHING, NOTHING),
            [second] => (NOTHING, *second),
            [.., first, second] => (*first, *second),
        };
        may_be.alone &= self.alone_behind[usize::from(second)];
        may_be.led &= self.led_by[usize::from(u16::from_le_bytes([first, second]))];
        may_be
    }
}

/// How many bytes may stand before a seed.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Lead {
    bits: u128,
    /// The most of them.
    pub(super) longest: usize,
}

impl Lead {
    pub(super) fn from_bits(bits: u128) -> Self {
        Self { bits, longest: 127_usize.saturating_sub(bits.leading_zeros() as usize) }
    }

    /// Whether the seed is what a match begins with.
    pub(super) const fn is_start(self) -> bool {
        self.bits == 1
    }

    /// Whether there is none.
    pub(super) const fn is_none(self) -> bool {
        self.bits == 0
    }

    /// Whether just so many may.
    pub(super) fn may_be(self, bytes: usize) -> bool {
        self.bits >> bytes & 1 == 1
    }
}

/// A pattern's automaton.
pub(super) struct Tried {
    index: PatternIndex,
    regex: String,
    seeds: Seeds,
    ready: OnceLock<Option<Ready>>,
}

/// What a pattern's automaton is tried around.
enum Seeds {
    /// Nothing: it is tried where it begins.
    Start,
    /// One of these, with which every match begins: their number.
    Beginnings(usize),
    /// Each of these, and whether in any case.
    Literals(Vec<String>, bool),
}

/// A pattern's automaton, and what is known of its matches.
pub(super) struct Ready {
    pub(super) automaton: Automaton,
    /// Of each literal.
    pub(super) leads: Vec<Lead>,
    /// The first digit of every match stands at most so many bytes after its beginning; none if
    /// there are matches without, or with a later one.
    pub(super) digit_within: Option<usize>,
}

impl Tried {
    /// `begins`: whether it is known that every match begins with a literal.
    pub(super) fn new(index: PatternIndex, pattern: &Pattern, begins: bool) -> Self {
        let seeds = match pattern.seed {
            Seed::At => Seeds::Literals(vec!["@".to_owned()], false),
            Seed::Word | Seed::Model | Seed::Code => Seeds::Start,
            Seed::Literal if begins => Seeds::Beginnings(pattern.literals.len()),
            Seed::Literal | Seed::Digits | Seed::Terms => {
                Seeds::Literals(pattern.literals.clone(), pattern.ignore_case)
            }
        };
        Self { index, regex: pattern.regex.clone(), seeds, ready: OnceLock::new() }
    }

    /// What was made; none if it is larger than its bound.
    pub(super) fn get(&self) -> Option<&Ready> {
        let made = || {
            let automaton = Automaton::new(self.index, &self.regex)?;
            let leads = match &self.seeds {
                Seeds::Start => vec![Lead::from_bits(1)],
                Seeds::Beginnings(count) => vec![Lead::from_bits(1); *count],
                Seeds::Literals(literals, ignore_case) => {
                    let literals: Vec<&str> = literals.iter().map(String::as_str).collect();
                    let nfa = automaton.nfa();
                    let leads = facts::leads(nfa, MAX_LITERAL_LEAD, &literals, *ignore_case);
                    leads.into_iter().map(Lead::from_bits).collect()
                }
            };
            let digit_within = facts::digit_within(automaton.nfa(), MAX_DIGIT_WITHIN);
            Some(Ready { automaton, leads, digit_within })
        };
        self.ready.get_or_init(made).as_ref()
    }
}
