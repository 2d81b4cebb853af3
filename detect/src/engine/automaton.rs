//! Anchored automata: at a place worth a look, one walk tells which patterns fit and how far.
//!
//! All patterns of one group are one dense DFA, walked once a place however many they are. Dense
//! because its size is known when rules are read and its time is one step a byte: rules are
//! untrusted, and no text may make them slow.

use std::collections::HashSet;
use std::hash::{BuildHasherDefault, Hasher};

use aho_corasick::automaton::Automaton as _;
use regex_automata::dfa::{Automaton as _, StartKind, dense};
use regex_automata::nfa::thompson;
use regex_automata::util::primitives::StateID;
use regex_automata::{Anchored, MatchKind};

use super::{PatternIndex, beside};
use crate::rule::{Boundary, regex_syntax};

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

    /// Adds all ends of all patterns that fit from `start` on, the shorter before the longer, and
    /// at which a match may end by what stands behind it.
    pub(super) fn walk(
        &self,
        field: &[u8],
        start: usize,
        most: usize,
        boundary: Boundary,
        fits: &mut Vec<Fit>,
    ) {
        let limit = field.len().min(start + most);
        let mut state = self.start;
        for (at, byte) in field[..limit].iter().enumerate().skip(start) {
            state = self.dfa.next_state(state, *byte);
            if self.dfa.is_special_state(state) {
                if self.dfa.is_match_state(state) {
                    if beside::may_end(field, at, boundary) {
                        self.note(state, at, fits);
                    }
                } else if self.dfa.is_dead_state(state) {
                    return;
                }
            }
        }
        state = self.dfa.next_eoi_state(state);
        if self.dfa.is_match_state(state) && beside::may_end(field, limit, boundary) {
            self.note(state, limit, fits);
        }
    }

    /// How many bytes may stand in a match before its first digit, as bits.
    pub(super) fn digit_leads(&self, most: usize) -> u128 {
        let digits: Vec<String> = (0..=9).map(|d| d.to_string()).collect();
        let digits: Vec<&str> = digits.iter().map(String::as_str).collect();
        self.leads(most, &digits, false).into_iter().fold(0, |all, leads| all | leads)
    }

    /// How many bytes may stand in a match before each of these literals, as bits. Only the first
    /// in a match counts: a match that holds another one later is found by its first.
    pub(super) fn leads(&self, most: usize, literals: &[&str], ignore_case: bool) -> Vec<u128> {
        let mut leads = vec![0_u128; literals.len()];
        let Some((literal, literal_start)) = literal_automaton(literals, ignore_case) else {
            return leads;
        };
        let bytes = self.byte_classes(literals, ignore_case);
        let mut states = vec![(self.start, literal_start)];
        let mut seen: HashSet<u64, BuildHasherDefault<Mixer>> = HashSet::default();
        // A literal that is complete after so many bytes began as many before as it is long.
        for read in 1..=most + crate::rule::MAX_LITERAL_BYTES {
            seen.clear();
            let (mut next, mut ended) = (Vec::new(), vec![false; literals.len()]);
            for (state, in_literal) in &states {
                for byte in &bytes {
                    let to = self.dfa.next_state(*state, *byte);
                    if self.dfa.is_dead_state(to) {
                        continue;
                    }
                    let in_literal =
                        literal.next_state(aho_corasick::Anchored::No, *in_literal, *byte);
                    if literal.is_match(in_literal) {
                        for i in 0..literal.match_len(in_literal) {
                            let which = literal.match_pattern(in_literal, i).as_usize();
                            ended[which] = true;
                        }
                    } else if seen
                        .insert(u64::from(to.as_u32()) << 32 | u64::from(in_literal.as_u32()))
                    {
                        next.push((to, in_literal));
                    }
                }
            }
            next.sort_unstable();
            // Where nothing new can be reached, all that follows is as this was.
            let settled = next == states;
            let until = if settled { most + crate::rule::MAX_LITERAL_BYTES } else { read };
            for (which, _) in ended.iter().enumerate().filter(|(_, ended)| **ended) {
                for lead in (read..=until).map(|read| read.saturating_sub(literals[which].len())) {
                    leads[which] |= if lead <= most { 1 << lead } else { 0 };
                }
            }
            if settled || next.is_empty() {
                break;
            }
            states = next;
        }
        leads
    }

    /// One byte of each class of bytes that the automaton or the literals tell apart.
    fn byte_classes(&self, literals: &[&str], ignore_case: bool) -> Vec<u8> {
        let is_told = |b: u8| {
            literals
                .iter()
                .any(|l| l.bytes().any(|c| c == b || (ignore_case && c.eq_ignore_ascii_case(&b))))
        };
        let classes = self.dfa.byte_classes();
        let mut seen = HashSet::new();
        (0..=u8::MAX)
            .filter(|b| seen.insert((classes.get(*b), is_told(*b).then_some(*b))))
            .collect()
    }

    fn note(&self, state: StateID, end: usize, fits: &mut Vec<Fit>) {
        for i in 0..self.dfa.match_len(state) {
            let pattern = self.patterns[self.dfa.match_pattern(state, i).as_usize()];
            fits.push(Fit { pattern, end });
        }
    }
}

/// Mixes a pair of state numbers: there are many, and they are nobody's choice.
#[derive(Default)]
struct Mixer(u64);

impl Hasher for Mixer {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|b| self.write_u64(u64::from(*b)));
    }

    fn write_u64(&mut self, n: u64) {
        const ODD: u64 = 0x9E37_79B9_7F4A_7C15;
        let mixed = (self.0 ^ n).wrapping_mul(ODD);
        self.0 = mixed ^ (mixed >> 29);
    }
}

type LiteralStart = (aho_corasick::dfa::DFA, aho_corasick::automaton::StateID);

fn literal_automaton(literals: &[&str], ignore_case: bool) -> Option<LiteralStart> {
    let automaton = aho_corasick::dfa::DFA::builder()
        .ascii_case_insensitive(ignore_case)
        .start_kind(aho_corasick::StartKind::Unanchored)
        .build(literals)
        .ok()?;
    let start = automaton.start_state(aho_corasick::Anchored::No).ok()?;
    Some((automaton, start))
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
        both.walk(b"x1234-5", 1, 100, Boundary::None, &mut fits);
        let ends: Vec<_> = fits.iter().map(|f| (f.pattern.0, f.end)).collect();
        assert_eq!(ends, [(0, 3), (0, 4), (1, 7)]);
        fits.clear();
        both.walk(b"x1234-5", 1, 100, Boundary::Word, &mut fits);
        let ends: Vec<_> = fits.iter().map(|f| (f.pattern.0, f.end)).collect();
        assert_eq!(ends, [(1, 7)]);
    }

    #[test]
    fn leads_are_worked_out_from_the_regex() {
        let iban = automaton(&["[A-Z]{2} ?[0-9]{2}", r"\+?[0-9]{9}"]);
        assert_eq!(iban.digit_leads(16), 0b1111);
        let url = automaton(&["[a-z]{2,4}://[a-z]+"]);
        assert_eq!(url.leads(64, &["://"], false), [0b11100]);
        assert_eq!(url.leads(64, &["AB://"], true), [0b111]);
        assert!(url.may_begin_with(b'h') && !url.may_begin_with(b':'));
    }

    #[test]
    fn only_the_first_literal_of_a_match_leads() {
        let assigned = automaton(&["(?i:key|_key|pass)=[a-z=_]{1,200}"]);
        assert_eq!(assigned.leads(64, &["key", "_key", "pass"], true), [0b11, 0b1, 0b1]);
        assert_eq!(assigned.leads(64, &["key", "pass"], true), [0b11, 0b1]);
        assert_eq!(assigned.leads(64, &["KEY"], false), [0b11]);
    }

    #[test]
    fn what_is_too_large_alone_is_named() {
        let large = r"(?:[a-z]|[b-y0-9]{900}|[c-x1]{800}|[d-w3-5]{1000}){1,900}x";
        let patterns = [(PatternIndex(0), "abc"), (PatternIndex(7), large)];
        assert_eq!(Automaton::some(&patterns).err(), Some(PatternIndex(7)));
    }
}
