//! Anchored automata: at a place worth a look, one walk tells which patterns fit and how far.
//!
//! All patterns of one group are one dense DFA, walked once a place however many they are. Dense
//! because its size is known when rules are read and its time is one step a byte: rules are
//! untrusted, and no text may make them slow.

use regex_automata::dfa::{Automaton as _, StartKind, dense};
use regex_automata::nfa::thompson;
use regex_automata::util::primitives::StateID;
use regex_automata::{Anchored, MatchKind};

use super::PatternIndex;
use crate::reach::MAX_MATCH_BYTES;
use crate::rule::regex_syntax;

/// At most so many bytes the automaton of a group has.
const MAX_DFA_BYTES: usize = 4 << 20;
/// At most so many bytes are used while it is made.
const MAX_DETERMINIZE_BYTES: usize = 32 << 20;
/// At most so many bytes the automaton has that it is made from.
const MAX_NFA_BYTES: usize = 4 << 20;

/// A pattern of a group fits from where the walk began to here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Fit {
    pub(super) pattern: PatternIndex,
    pub(super) end: usize,
}

/// Patterns that are tried together.
pub(super) struct Automaton {
    dfa: dense::DFA<Vec<u32>>,
    start: StateID,
    patterns: Vec<PatternIndex>,
    /// Which bytes a match may begin with.
    first: [bool; 256],
}

impl Automaton {
    /// The automaton of patterns; none if it is larger than its bound.
    pub(super) fn new(patterns: &[(PatternIndex, &str)]) -> Option<Self> {
        let regexes: Vec<&str> = patterns.iter().map(|(_, regex)| *regex).collect();
        let dfa = dense::Builder::new()
            .configure(
                dense::Config::new()
                    .start_kind(StartKind::Anchored)
                    .match_kind(MatchKind::All)
                    .accelerate(false)
                    .dfa_size_limit(Some(MAX_DFA_BYTES))
                    .determinize_size_limit(Some(MAX_DETERMINIZE_BYTES)),
            )
            .syntax(regex_syntax())
            .thompson(thompson::Config::new().utf8(false).nfa_size_limit(Some(MAX_NFA_BYTES)))
            .build_many(&regexes)
            .ok()?;
        let start = dfa.universal_start_state(Anchored::Yes)?;
        let first = std::array::from_fn(|b| !dfa.is_dead_state(dfa.next_state(start, b as u8)));
        let patterns = patterns.iter().map(|(index, _)| *index).collect();
        Some(Self { dfa, start, patterns, first })
    }

    /// As few automata as hold all these patterns, or the pattern that alone is too large.
    pub(super) fn some(patterns: &[(PatternIndex, &str)]) -> Result<Vec<Self>, PatternIndex> {
        if patterns.is_empty() {
            return Ok(Vec::new());
        }
        if let Some(one) = Self::new(patterns) {
            return Ok(vec![one]);
        }
        if let [(pattern, _)] = patterns {
            return Err(*pattern);
        }
        let (left, right) = patterns.split_at(patterns.len() / 2);
        let mut all = Self::some(left)?;
        all.extend(Self::some(right)?);
        Ok(all)
    }

    /// Whether a match may begin with this byte.
    pub(super) fn may_begin_with(&self, byte: u8) -> bool {
        self.first[usize::from(byte)]
    }

    /// Adds all ends of all patterns that fit from `start` on, the shorter before the longer.
    pub(super) fn walk(&self, field: &[u8], start: usize, fits: &mut Vec<Fit>) {
        let limit = field.len().min(start + MAX_MATCH_BYTES);
        let mut state = self.start;
        for (at, byte) in field[..limit].iter().enumerate().skip(start) {
            state = self.dfa.next_state(state, *byte);
            if self.dfa.is_special_state(state) {
                if self.dfa.is_match_state(state) {
                    self.note(state, at, fits);
                } else if self.dfa.is_dead_state(state) {
                    return;
                }
            }
        }
        state = self.dfa.next_eoi_state(state);
        if self.dfa.is_match_state(state) {
            self.note(state, limit, fits);
        }
    }

    /// How many bytes may stand in a match before its first digit, as bits.
    pub(super) fn digit_leads(&self, most: usize) -> u128 {
        let digit: Vec<u8> = (b'0'..=b'9').collect();
        let others: Vec<u8> =
            self.byte_classes().into_iter().filter(|b| !digit.contains(b)).collect();
        self.leads(most, &others, |states| !self.step(states, &digit).is_empty())
    }

    /// How many bytes may stand in a match before a literal, as bits.
    pub(super) fn literal_leads(&self, most: usize, literal: &[u8], ignore_case: bool) -> u128 {
        let all = self.byte_classes();
        self.leads(most, &all, |states| {
            let mut states = states.to_vec();
            for byte in literal {
                let lower = byte.to_ascii_lowercase();
                let upper = byte.to_ascii_uppercase();
                let bytes = if ignore_case { vec![lower, upper] } else { vec![*byte] };
                states = self.step(&states, &bytes);
            }
            !states.is_empty()
        })
    }

    fn leads(&self, most: usize, bytes: &[u8], fits: impl Fn(&[StateID]) -> bool) -> u128 {
        let mut states = vec![self.start];
        let mut leads = 0;
        for lead in 0..=most.min(127) {
            if fits(&states) {
                leads |= 1 << lead;
            }
            states = self.step(&states, bytes);
            if states.is_empty() {
                break;
            }
        }
        leads
    }

    fn step(&self, states: &[StateID], bytes: &[u8]) -> Vec<StateID> {
        let mut seen: Vec<bool> = Vec::new();
        let mut next = Vec::with_capacity(states.len());
        for state in states {
            for byte in bytes {
                let to = self.dfa.next_state(*state, *byte);
                let number = to.as_usize() >> self.dfa.stride2();
                if number >= seen.len() {
                    seen.resize(2 * number + 1, false);
                }
                if !std::mem::replace(&mut seen[number], true) && !self.dfa.is_dead_state(to) {
                    next.push(to);
                }
            }
        }
        next
    }

    /// One byte of each class of bytes that the automaton tells apart.
    fn byte_classes(&self) -> Vec<u8> {
        self.dfa.byte_classes().representatives(..).filter_map(|unit| unit.as_u8()).collect()
    }

    fn note(&self, state: StateID, end: usize, fits: &mut Vec<Fit>) {
        for i in 0..self.dfa.match_len(state) {
            let pattern = self.patterns[self.dfa.match_pattern(state, i).as_usize()];
            fits.push(Fit { pattern, end });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn automaton(regexes: &[&str]) -> Automaton {
        let patterns: Vec<_> =
            regexes.iter().enumerate().map(|(i, r)| (PatternIndex(i as u16), *r)).collect();
        Automaton::new(&patterns).unwrap()
    }

    #[test]
    fn one_walk_tells_all_ends_of_all_patterns() {
        let both = automaton(&[r"\d{2,3}", r"\d+-\d"]);
        let mut fits = Vec::new();
        both.walk(b"x1234-5", 1, &mut fits);
        let ends: Vec<_> = fits.iter().map(|f| (f.pattern.0, f.end)).collect();
        assert_eq!(ends, [(0, 3), (0, 4), (1, 7)]);
    }

    #[test]
    fn leads_are_worked_out_from_the_regex() {
        let iban = automaton(&["[A-Z]{2} ?[0-9]{2}", r"\+?[0-9]{9}"]);
        assert_eq!(iban.digit_leads(16), 0b1111);
        let url = automaton(&["[a-z]{2,4}://[a-z]+"]);
        assert_eq!(url.literal_leads(64, b"://", false), 0b11100);
        assert_eq!(url.literal_leads(64, b"AB://", true), 0b00101_u128 | 0b10);
        assert!(url.may_begin_with(b'h') && !url.may_begin_with(b':'));
    }

    #[test]
    fn what_is_too_large_alone_is_named() {
        let large = r"(?:[a-z]|[b-y0-9]{900}|[c-x1]{800}|[d-w3-5]{1000}){1,900}x";
        let patterns = [(PatternIndex(0), "abc"), (PatternIndex(7), large)];
        assert_eq!(Automaton::some(&patterns).err(), Some(PatternIndex(7)));
    }
}
