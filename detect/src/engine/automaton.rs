//! Anchored automata: at a place worth a look, one walk tells whether a pattern fits and how far.
//!
//! They are DFAs, whose size is known when rules are read and whose time is one step a byte: rules
//! are untrusted, and no text may make them slow. They are made step by step, as texts ask for it: a
//! process that reads one small file makes next to nothing of them.

use std::sync::OnceLock;

use regex_automata::dfa::{Automaton as _, StartKind, dense};
use regex_automata::hybrid::dfa::Cache;
use regex_automata::nfa::thompson::{self, NFA, WhichCaptures};
use regex_automata::util::primitives::StateID;
use regex_automata::{Anchored, MatchKind, hybrid};

use super::shape::Made;
use super::{PatternIndex, beside, facts};
use crate::rule::{Boundary, regex_syntax};

/// At most so many bytes the automaton of a group has.
const MAX_DFA_BYTES: usize = 4 << 20;
/// At most so many bytes are used while it is made.
const MAX_DETERMINIZE_BYTES: usize = 32 << 20;
/// At most so many bytes the automaton has that it is made from.
const MAX_NFA_BYTES: usize = 4 << 20;
/// And the one of several patterns.
const MAX_NFA_OF_MANY_BYTES: usize = 16 << 20;
/// At most so many bytes of an automaton are made while it is walked, in each thread.
const MAX_CACHE_BYTES: usize = 256 << 10;
/// At most so many bytes of all automata are kept from piece to piece, in each thread.
const MAX_CACHES_BYTES: usize = 24 << 20;

/// A pattern of a group fits from where the walk began to here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Fit {
    pub(super) pattern: PatternIndex,
    pub(super) end: usize,
}

/// A pattern's automaton. What a text asks of it is made while it is walked: most of it is never
/// asked for. Where that would be more than its bound, the whole is made, whose size is known from
/// when the rules were read: so no text makes a walk slow.
pub(super) struct Automaton {
    pattern: PatternIndex,
    regex: String,
    lazy: hybrid::dfa::DFA,
    /// Which bytes a match may begin with.
    first: [bool; 256],
    whole: OnceLock<Option<Whole>>,
}

impl Automaton {
    /// The automaton of a pattern; none if what it is made from is larger than its bound.
    pub(super) fn new(pattern: PatternIndex, regex: &str) -> Option<Self> {
        let lazy = hybrid::dfa::Builder::new()
            .configure(
                hybrid::dfa::Config::new()
                    .match_kind(MatchKind::All)
                    .cache_capacity(MAX_CACHE_BYTES)
                    .skip_cache_capacity_check(true)
                    .minimum_cache_clear_count(Some(0)),
            )
            .build_from_nfa(nfa_of(&[regex])?)
            .ok()?;
        let first = facts::first_bytes(lazy.get_nfa());
        Some(Self { pattern, regex: regex.to_owned(), lazy, first, whole: OnceLock::new() })
    }

    /// Whether the whole automaton is within its bound.
    pub(super) fn is_bounded(&self) -> bool {
        Whole::new(&self.regex).is_some()
    }

    /// What it is made from.
    pub(super) fn nfa(&self) -> &NFA {
        self.lazy.get_nfa()
    }

    /// Whether a match may begin with this byte.
    pub(super) fn may_begin_with(&self, byte: u8) -> bool {
        self.first[usize::from(byte)]
    }

    /// Adds all ends of matches that begin at the walk's start, the shorter before the longer, and
    /// at which a match may end by what stands behind it.
    pub(super) fn walk(&self, walk: &Walk<'_>, caches: &mut Caches, fits: &mut Vec<Fit>) {
        if self.whole.get().is_none() {
            let before = fits.len();
            let mut fit = |end| fits.push(Fit { pattern: self.pattern, end });
            if self.walk_lazily(walk, caches.of(self), &mut fit).is_some() {
                return;
            }
            fits.truncate(before);
        }
        // It is within its bound, or the rules were refused.
        if let Some(whole) = self.whole.get_or_init(|| Whole::new(&self.regex)) {
            whole.walk(walk, |end| fits.push(Fit { pattern: self.pattern, end }));
        }
    }

    /// None if there is more to be made than is kept.
    fn walk_lazily(
        &self,
        walk: &Walk<'_>,
        cache: &mut Cache,
        mut fit: impl FnMut(usize),
    ) -> Option<()> {
        let Walk { field, start, limit, ends } = *walk;
        let begins = regex_automata::util::start::Config::new().anchored(Anchored::Yes);
        let mut state = self.lazy.start_state(cache, &begins).ok()?;
        for (at, byte) in field[..limit].iter().enumerate().skip(start) {
            state = self.lazy.next_state(cache, state, *byte).ok()?;
            if state.is_tagged() {
                if state.is_match() {
                    if beside::may_end(field, at, ends) {
                        fit(at);
                    }
                } else if state.is_dead() {
                    return Some(());
                }
            }
        }
        state = self.lazy.next_eoi_state(cache, state).ok()?;
        if state.is_match() && beside::may_end(field, limit, ends) {
            fit(limit);
        }
        Some(())
    }
}

/// Where an automaton is walked.
#[derive(Clone, Copy)]
pub(super) struct Walk<'a> {
    pub(super) field: &'a [u8],
    pub(super) start: usize,
    /// It ends here at the latest.
    pub(super) limit: usize,
    /// What may stand behind a match.
    pub(super) ends: Boundary,
}

/// What was made of automata while they were walked; each thread has its own.
#[derive(Default)]
pub(super) struct Caches {
    automata: Vec<Option<Box<Cache>>>,
    shapes: Vec<Made>,
    /// Kept for its memory.
    pub(super) shapes_that_fit: Vec<(u16, usize)>,
}

impl Caches {
    fn of(&mut self, automaton: &Automaton) -> &mut Cache {
        let at = automaton.pattern.index();
        if self.automata.len() <= at {
            self.automata.resize_with(at + 1, || None);
        }
        self.automata[at].get_or_insert_with(|| Box::new(automaton.lazy.create_cache()))
    }

    /// What was made of the shapes of a group, which is called by its number.
    pub(super) fn of_shape(&mut self, group: usize) -> &mut Made {
        if self.shapes.len() <= group {
            self.shapes.resize_with(group + 1, Made::default);
        }
        &mut self.shapes[group]
    }

    /// Drops what is more than is to be kept from piece to piece.
    pub(super) fn tidy(&mut self) {
        let sizes = self.automata.iter().flatten().map(|cache| cache.memory_usage());
        if sizes.sum::<usize>() > MAX_CACHES_BYTES {
            self.automata.clear();
        }
        self.shapes.iter_mut().filter(|made| made.is_full).for_each(|made| *made = Made::default());
    }
}

/// The NFA of regexes; none if it is larger than its bound.
pub(super) fn nfa_of(regexes: &[&str]) -> Option<NFA> {
    let most = if regexes.len() > 1 { MAX_NFA_OF_MANY_BYTES } else { MAX_NFA_BYTES };
    thompson::Compiler::new()
        .syntax(regex_syntax())
        .configure(
            thompson::Config::new()
                .utf8(false)
                .which_captures(WhichCaptures::None)
                .nfa_size_limit(Some(most)),
        )
        .build_many(regexes)
        .ok()
}

/// All that can be asked of the automaton of a pattern.
struct Whole {
    dfa: dense::DFA<Vec<u32>>,
    start: StateID,
}

impl Whole {
    /// None if it is larger than its bound.
    fn new(regex: &str) -> Option<Self> {
        let dfa = dense::Builder::new()
            .configure(
                dense::Config::new()
                    .start_kind(StartKind::Anchored)
                    .match_kind(MatchKind::All)
                    .accelerate(false)
                    .dfa_size_limit(Some(MAX_DFA_BYTES))
                    .determinize_size_limit(Some(MAX_DETERMINIZE_BYTES)),
            )
            .build_from_nfa(&nfa_of(&[regex])?)
            .ok()?;
        let start = dfa.universal_start_state(Anchored::Yes)?;
        Some(Self { dfa, start })
    }

    fn walk(&self, walk: &Walk<'_>, mut fit: impl FnMut(usize)) {
        let Walk { field, start, limit, ends } = *walk;
        let mut state = self.start;
        for (at, byte) in field[..limit].iter().enumerate().skip(start) {
            state = self.dfa.next_state(state, *byte);
            if self.dfa.is_special_state(state) {
                if self.dfa.is_match_state(state) {
                    if beside::may_end(field, at, ends) {
                        fit(at);
                    }
                } else if self.dfa.is_dead_state(state) {
                    return;
                }
            }
        }
        state = self.dfa.next_eoi_state(state);
        if self.dfa.is_match_state(state) && beside::may_end(field, limit, ends) {
            fit(limit);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_walk_tells_all_ends() {
        let automaton = Automaton::new(PatternIndex(3), r"\d{2,3}|\d+-\d").unwrap();
        let ends = |ends| {
            let mut fits = Vec::new();
            let walk = Walk { field: b"x1234-5", start: 1, limit: 7, ends };
            automaton.walk(&walk, &mut Caches::default(), &mut fits);
            assert!(fits.iter().all(|fit| fit.pattern == PatternIndex(3)));
            fits.iter().map(|fit| fit.end).collect::<Vec<_>>()
        };
        assert_eq!((ends(Boundary::None), ends(Boundary::Word)), (vec![3, 4, 7], vec![7]));
    }

    /// A state for each of the last thirteen letters: more than is kept of what is made in steps.
    #[test]
    fn what_is_made_whole_finds_what_is_found_while_it_is_made_in_steps() {
        let regex = "[ab]*a[ab]{12}c?";
        let automaton = Automaton::new(PatternIndex(0), regex).unwrap();
        let whole = Whole::new(regex).unwrap();
        let mut number = 1_u32;
        let mut letter = || {
            number = number.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            if number >> 31 == 0 { b'a' } else { b'b' }
        };
        let text: Vec<u8> = (0..30_000).map(|_| letter()).collect();
        let mut caches = Caches::default();
        for limit in (0..=text.len()).step_by(6000) {
            let walk = Walk { field: &text, start: limit / 7, limit, ends: Boundary::None };
            let (mut found, mut ends) = (Vec::new(), Vec::new());
            automaton.walk(&walk, &mut caches, &mut found);
            whole.walk(&walk, |end| ends.push(end));
            assert_eq!(found.iter().map(|fit| fit.end).collect::<Vec<_>>(), ends);
        }
        assert!(automaton.whole.get().is_some_and(Option::is_some));
    }

    #[test]
    fn what_is_too_large_is_known() {
        let large = r"(?:[a-z]|[b-y0-9]{900}|[c-x1]{800}|[d-w3-5]{1000}){1,900}x";
        let is_bounded = |regex| {
            Automaton::new(PatternIndex(0), regex).is_some_and(|automaton| automaton.is_bounded())
        };
        assert!(is_bounded("abc") && !is_bounded(large));
    }
}
