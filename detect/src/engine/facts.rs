//! What is known of all matches of patterns before any text is seen, read off their NFA: which
//! bytes they begin with, how many may stand before a seed, and how runs of digits go on.

use std::collections::HashSet;
use std::hash::{BuildHasherDefault, Hasher};

use aho_corasick::automaton::Automaton as _;
use regex_automata::nfa::thompson::{NFA, State};
use regex_automata::util::primitives::{PatternID, StateID};

use crate::rule::MAX_LITERAL_BYTES;

/// Runs of more digits are not told apart.
pub(super) const MAX_RUN: usize = 40;

/// States in which bytes are read or a match ends, each once.
pub(super) struct States {
    list: Vec<StateID>,
    seen: Vec<bool>,
}

impl States {
    fn none(nfa: &NFA) -> Self {
        Self { list: Vec::new(), seen: vec![false; nfa.states().len()] }
    }

    /// Adds a state, and all that are reached from it without a byte.
    fn add(&mut self, nfa: &NFA, state: StateID) {
        let mut left = vec![state];
        while let Some(state) = left.pop() {
            if std::mem::replace(&mut self.seen[state.as_usize()], true) {
                continue;
            }
            match nfa.state(state) {
                State::Union { alternates } => left.extend(alternates.iter()),
                State::BinaryUnion { alt1, alt2 } => left.extend([*alt1, *alt2]),
                State::Capture { next, .. } | State::Look { next, .. } => left.push(*next),
                State::Fail => {}
                _ => self.list.push(state),
            }
        }
    }

    pub(super) fn start(nfa: &NFA) -> Self {
        let mut states = Self::none(nfa);
        states.add(nfa, nfa.start_anchored());
        states
    }

    /// The states after one byte of some kind.
    pub(super) fn after(&self, nfa: &NFA, is: impl Fn(u8, u8) -> bool) -> Self {
        let mut after = Self::none(nfa);
        for state in &self.list {
            each_step(nfa, *state, |first, last, next| {
                if is(first, last) {
                    after.add(nfa, next);
                }
            });
        }
        after
    }

    /// The same, to be kept and not added to.
    pub(super) fn of_list(self) -> Self {
        Self { list: self.list, seen: Vec::new() }
    }

    /// Their numbers, in order.
    pub(super) fn sorted(&self) -> Vec<u32> {
        let mut sorted: Vec<u32> = self.list.iter().map(|state| state.as_u32()).collect();
        sorted.sort_unstable();
        sorted
    }

    /// The patterns of which a match ends here.
    pub(super) fn matches(&self, nfa: &NFA) -> Vec<u16> {
        let pattern = |state: &StateID| match nfa.state(*state) {
            State::Match { pattern_id } => u16::try_from(pattern_id.as_usize()).ok(),
            _ => None,
        };
        self.list.iter().filter_map(pattern).collect()
    }

    fn any_match(&self, nfa: &NFA) -> bool {
        self.list.iter().any(|state| matches!(nfa.state(*state), State::Match { .. }))
    }

    fn any_digit(&self, nfa: &NFA) -> bool {
        let mut any = false;
        for state in &self.list {
            each_step(nfa, *state, |first, last, _| any |= has_digit(first, last));
        }
        any
    }
}

/// The stretches of bytes that lead on from a state, and where to.
fn each_step(nfa: &NFA, state: StateID, mut step: impl FnMut(u8, u8, StateID)) {
    match nfa.state(state) {
        State::ByteRange { trans } => step(trans.start, trans.end, trans.next),
        State::Sparse(sparse) => {
            sparse.transitions.iter().for_each(|t| step(t.start, t.end, t.next));
        }
        State::Dense(dense) => {
            for (byte, next) in (0..=u8::MAX).zip(dense.transitions.iter()) {
                if *next != StateID::ZERO {
                    step(byte, byte, *next);
                }
            }
        }
        _ => {}
    }
}

/// Whether a stretch of bytes has a digit.
pub(super) fn has_digit(first: u8, last: u8) -> bool {
    first <= b'9' && last >= b'0'
}

fn has_other(first: u8, last: u8) -> bool {
    first < b'0' || last > b'9'
}

/// Which bytes a match may begin with.
pub(super) fn first_bytes(nfa: &NFA) -> [bool; 256] {
    let mut bytes = [false; 256];
    for state in &States::start(nfa).list {
        each_step(nfa, *state, |first, last, _| {
            bytes[usize::from(first)..=usize::from(last)].fill(true);
        });
    }
    bytes
}

/// Some bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Bytes([u64; 4]);

impl Bytes {
    const NONE: Self = Self([0; 4]);

    fn of(states: &States, nfa: &NFA) -> Self {
        let mut bytes = Self::NONE;
        for state in &states.list {
            each_step(nfa, *state, |first, last, _| (first..=last).for_each(|b| bytes.add(b)));
        }
        bytes
    }

    fn add(&mut self, byte: u8) {
        self.0[usize::from(byte >> 6)] |= 1 << (byte & 63);
    }

    #[inline]
    fn has(&self, byte: u8) -> bool {
        self.0[usize::from(byte >> 6)] >> (byte & 63) & 1 == 1
    }

    fn join(&mut self, other: &Self) {
        self.0.iter_mut().zip(other.0).for_each(|(bits, others)| *bits |= others);
    }
}

/// What may follow a literal in the matches that begin with it: which byte, and which behind that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Behind([Bytes; 2]);

impl Behind {
    /// Whatever there is.
    pub(super) const ANYTHING: Self = Self([Bytes([u64::MAX; 4]); 2]);
    /// Nothing, to be added to.
    pub(super) const NOTHING: Self = Self([Bytes::NONE; 2]);

    pub(super) fn new(nfa: &NFA, literal: &str, ignore_case: bool) -> Self {
        let mut states = States::start(nfa);
        for byte in literal.bytes() {
            states = states.after(nfa, |first, last| {
                let range = first..=last;
                range.contains(&byte)
                    || ignore_case
                        && (range.contains(&byte.to_ascii_lowercase())
                            || range.contains(&byte.to_ascii_uppercase()))
            });
        }
        let next = states.after(nfa, |_, _| true);
        if states.any_match(nfa) || next.any_match(nfa) {
            return Self::ANYTHING;
        }
        Self([Bytes::of(&states, nfa), Bytes::of(&next, nfa)])
    }

    /// Adds what may follow in others.
    pub(super) fn join(&mut self, other: &Self) {
        self.0.iter_mut().zip(&other.0).for_each(|(bytes, others)| bytes.join(others));
    }

    /// Whether a text may go on so.
    #[inline]
    pub(super) fn lets(&self, rest: &[u8]) -> bool {
        match rest {
            [first, second, ..] => self.0[0].has(*first) && self.0[1].has(*second),
            _ => *self == Self::ANYTHING,
        }
    }

    /// All pairs of bytes with which a text may go on.
    pub(super) fn pairs(self) -> impl Iterator<Item = [u8; 2]> {
        let [first, second] = self.0;
        let all = |bytes: Bytes| (0..=u8::MAX).filter(move |b| bytes.has(*b));
        all(first).flat_map(move |first| all(second).map(move |second| [first, second]))
    }
}

/// Whether a pattern tells no digit from another.
pub(super) fn knows_no_digits(nfa: &NFA, pattern: usize) -> bool {
    let Some(start) = PatternID::new(pattern).ok().and_then(|id| nfa.start_pattern(id)) else {
        return false;
    };
    let mut states = States::none(nfa);
    states.add(nfa, start);
    let (mut at, mut knows_none) = (0, true);
    while let Some(state) = states.list.get(at).copied() {
        at += 1;
        each_step(nfa, state, |first, last, next| {
            knows_none &= !has_digit(first, last) || (first <= b'0' && b'9' <= last);
            states.add(nfa, next);
        });
    }
    knows_none
}

/// The first digit of every match stands at most so many bytes after its beginning; none if there
/// are matches without, or with more than `most` bytes before it.
pub(super) fn digit_within(nfa: &NFA, most: usize) -> Option<usize> {
    let (mut states, mut within) = (States::start(nfa), None);
    for lead in 0..=most {
        if states.any_match(nfa) {
            return None;
        }
        if states.any_digit(nfa) {
            within = Some(lead);
        }
        states = states.after(nfa, has_other);
        if states.list.is_empty() {
            return within;
        }
    }
    None
}

/// What of the matches of patterns that are tried at runs of digits is known.
pub(super) struct Digits {
    /// How many bytes may stand in a match before its first digit, as bits.
    pub(super) leads: u128,
    /// Of matches that begin with a digit.
    pub(super) alone: Runs,
    /// Of those that don't.
    pub(super) led: Runs,
    /// With which byte, of those, the last before the first digit is, and with which before it.
    pub(super) before: Before,
}

impl Digits {
    pub(super) fn new(nfa: &NFA, most: usize) -> Self {
        let mut states = States::start(nfa);
        let alone = Runs::new(nfa, &states);
        let (mut leads, mut led) = (u128::from(states.any_digit(nfa)), States::none(nfa));
        for lead in 1..=most {
            states = states.after(nfa, has_other);
            leads |= u128::from(states.any_digit(nfa)) << lead;
            states.list.iter().for_each(|state| led.add(nfa, *state));
        }
        let before = Before::new(nfa, most);
        Self { leads, alone, led: Runs::new(nfa, &led), before }
    }
}

/// What stands in matches directly before their first digit.
pub(super) struct Before {
    /// Alone.
    one: Bytes,
    /// Behind each byte.
    two: Vec<Bytes>,
}

impl Before {
    fn new(nfa: &NFA, most: usize) -> Self {
        let mut before = Self { one: Bytes::NONE, two: vec![Bytes::NONE; 256] };
        let mut ahead = Ahead::new(nfa);
        let start = States::start(nfa);
        before.one = ahead.leading_from(&start);
        // All that can be reached without a digit, and one byte before the last of them.
        let (mut states, mut all) = (start, States::none(nfa));
        for _ in 0..most.saturating_sub(1) {
            states.list.iter().for_each(|state| all.add(nfa, *state));
            states = states.after(nfa, has_other);
        }
        for state in &all.list {
            each_step(nfa, *state, |first, last, next| {
                let bytes = ahead.leading(next);
                if bytes != Bytes::NONE {
                    let others = (first..=last).filter(|byte| !byte.is_ascii_digit());
                    others.for_each(|byte| before.two[usize::from(byte)].join(&bytes));
                }
            });
        }
        before
    }

    /// Whether matches have this byte before their first digit, and nothing before it.
    pub(super) fn begins_with(&self, byte: u8) -> bool {
        self.one.has(byte)
    }

    /// Whether matches have these bytes before their first digit.
    pub(super) fn has(&self, [first, second]: [u8; 2]) -> bool {
        self.two[usize::from(first)].has(second)
    }
}

/// What leads from states to digits; each is asked for many times.
struct Ahead<'n> {
    nfa: &'n NFA,
    /// Of a state that a byte leads to: whether a digit may follow, and which bytes may that a digit
    /// follows.
    is_digit: Vec<Option<bool>>,
    leading: Vec<Option<Bytes>>,
    /// Which states were passed in the present search.
    passed: Vec<u32>,
    search: u32,
}

impl<'n> Ahead<'n> {
    fn new(nfa: &'n NFA) -> Self {
        let count = nfa.states().len();
        let (is_digit, leading) = (vec![None; count], vec![None; count]);
        Self { nfa, is_digit, leading, passed: vec![0; count], search: 0 }
    }

    /// Visits the states that are reached from one without a byte.
    fn closure(&mut self, state: StateID) -> Vec<StateID> {
        self.search += 1;
        let (mut left, mut list) = (vec![state], Vec::new());
        while let Some(state) = left.pop() {
            if std::mem::replace(&mut self.passed[state.as_usize()], self.search) == self.search {
                continue;
            }
            match self.nfa.state(state) {
                State::Union { alternates } => left.extend(alternates.iter()),
                State::BinaryUnion { alt1, alt2 } => left.extend([*alt1, *alt2]),
                State::Capture { next, .. } | State::Look { next, .. } => left.push(*next),
                State::Fail => {}
                _ => list.push(state),
            }
        }
        list
    }

    fn is_digit(&mut self, state: StateID) -> bool {
        if let Some(known) = self.is_digit[state.as_usize()] {
            return known;
        }
        let mut any = false;
        for state in self.closure(state) {
            each_step(self.nfa, state, |first, last, _| any |= has_digit(first, last));
        }
        self.is_digit[state.as_usize()] = Some(any);
        any
    }

    /// The bytes that may follow and have a digit behind them.
    fn leading(&mut self, state: StateID) -> Bytes {
        if let Some(known) = self.leading[state.as_usize()] {
            return known;
        }
        let list = self.closure(state);
        let bytes = self.leading_of(&list);
        self.leading[state.as_usize()] = Some(bytes);
        bytes
    }

    fn leading_from(&mut self, states: &States) -> Bytes {
        self.leading_of(&states.list)
    }

    fn leading_of(&mut self, list: &[StateID]) -> Bytes {
        let mut bytes = Bytes::NONE;
        for state in list {
            let mut steps = Vec::new();
            each_step(self.nfa, *state, |first, last, next| steps.push((first, last, next)));
            for (first, last, next) in steps {
                if self.is_digit(next) {
                    let others = (first..=last).filter(|byte| !byte.is_ascii_digit());
                    others.for_each(|byte| bytes.add(byte));
                }
            }
        }
        bytes
    }
}

/// How matches go on behind their first run of digits, by its length.
pub(super) struct Runs {
    /// With which bytes.
    next: Vec<[bool; 256]>,
    /// Whether a match may end there, or (where a part of a run may be a match) within it.
    ends: Vec<bool>,
    ends_within: Vec<bool>,
}

impl Runs {
    fn new(nfa: &NFA, before: &States) -> Self {
        let mut runs = Self { next: Vec::new(), ends: Vec::new(), ends_within: Vec::new() };
        let mut states = before.after(nfa, has_digit);
        let mut ends_within = false;
        while runs.next.len() < MAX_RUN {
            let mut next = [false; 256];
            for state in &states.list {
                each_step(nfa, *state, |first, last, _| {
                    next[usize::from(first)..=usize::from(last)].fill(true);
                });
            }
            let ends = states.any_match(nfa);
            ends_within |= ends;
            runs.next.push(next);
            runs.ends.push(ends);
            runs.ends_within.push(ends_within);
            states = states.after(nfa, has_digit);
        }
        runs
    }

    /// Whether a match goes on with this byte behind a run of so many digits, ends at it, and ends
    /// within the run.
    #[inline]
    pub(super) fn at(&self, length: usize, next: Option<&u8>) -> (bool, bool, bool) {
        let Some(at) = length.checked_sub(1).filter(|at| *at < MAX_RUN) else {
            return (true, true, true);
        };
        let goes_on = next.is_some_and(|next| self.next[at][usize::from(*next)]);
        (goes_on, self.ends[at], self.ends_within[at])
    }
}

/// How many bytes may stand in a match before each of these literals, as bits. Only the first in a
/// match counts: a match that holds another one later is found by its first.
pub(super) fn leads(nfa: &NFA, most: usize, literals: &[&str], ignore_case: bool) -> Vec<u128> {
    let mut leads = vec![0_u128; literals.len()];
    let Some((literal, literal_start)) = literal_automaton(literals, ignore_case) else {
        return leads;
    };
    let told = told_bytes(literals, ignore_case);
    let start = States::start(nfa).list;
    let mut pairs: Vec<_> = start.into_iter().map(|state| (state, literal_start)).collect();
    pairs.sort_unstable();
    let mut seen: HashSet<u64, BuildHasherDefault<Mixer>> = HashSet::default();
    let mut left = Vec::new();
    // A literal that is complete after so many bytes began as many before as it is long.
    for read in 1..=most + MAX_LITERAL_BYTES {
        seen.clear();
        let (mut next, mut ended) = (Vec::new(), vec![false; literals.len()]);
        let mut read_byte = |byte: u8, in_literal, to: StateID| {
            let in_literal = literal.next_state(aho_corasick::Anchored::No, in_literal, byte);
            if literal.is_match(in_literal) {
                for i in 0..literal.match_len(in_literal) {
                    ended[literal.match_pattern(in_literal, i).as_usize()] = true;
                }
                return;
            }
            left.push(to);
            while let Some(to) = left.pop() {
                if !seen.insert(u64::from(to.as_u32()) << 32 | u64::from(in_literal.as_u32())) {
                    continue;
                }
                match nfa.state(to) {
                    State::Union { alternates } => left.extend(alternates.iter()),
                    State::BinaryUnion { alt1, alt2 } => left.extend([*alt1, *alt2]),
                    State::Capture { next, .. } | State::Look { next, .. } => left.push(*next),
                    State::Fail | State::Match { .. } => {}
                    _ => next.push((to, in_literal)),
                }
            }
        };
        for (state, in_literal) in &pairs {
            each_step(nfa, *state, |first, last, to| {
                let range = first..=last;
                told.iter().filter(|b| range.contains(b)).for_each(|byte| {
                    read_byte(*byte, *in_literal, to);
                });
                // All bytes of no literal lead to the same.
                if let Some(other) = range.clone().find(|b| told.binary_search(b).is_err()) {
                    read_byte(other, *in_literal, to);
                }
            });
        }
        next.sort_unstable();
        // Where nothing new can be reached, all that follows is as this was.
        let settled = next == pairs;
        let until = if settled { most + MAX_LITERAL_BYTES } else { read };
        for (which, _) in ended.iter().enumerate().filter(|(_, ended)| **ended) {
            for lead in (read..=until).map(|read| read.saturating_sub(literals[which].len())) {
                leads[which] |= if lead <= most { 1 << lead } else { 0 };
            }
        }
        if settled || next.is_empty() {
            break;
        }
        pairs = next;
    }
    leads
}

/// The bytes of literals, sorted.
fn told_bytes(literals: &[&str], ignore_case: bool) -> Vec<u8> {
    let is_told = |b: u8| {
        literals
            .iter()
            .any(|l| l.bytes().any(|c| c == b || (ignore_case && c.eq_ignore_ascii_case(&b))))
    };
    (0..=u8::MAX).filter(|b| is_told(*b)).collect()
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
    use crate::engine::automaton::nfa_of;

    fn nfa(regexes: &[&str]) -> NFA {
        nfa_of(regexes).unwrap()
    }

    #[test]
    fn leads_are_worked_out_from_the_regex() {
        let iban = nfa(&["[A-Z]{2} ?[0-9]{2}", r"\+?[0-9]{9}"]);
        assert_eq!(Digits::new(&iban, 16).leads, 0b1111);
        let url = nfa(&["[a-z]{2,4}://[a-z]+"]);
        assert_eq!(leads(&url, 64, &["://"], false), [0b11100]);
        assert_eq!(leads(&url, 64, &["AB://"], true), [0b111]);
        let first = first_bytes(&url);
        assert!(first[usize::from(b'h')] && !first[usize::from(b':')]);
    }

    #[test]
    fn only_the_first_literal_of_a_match_leads() {
        let assigned = nfa(&["(?i:key|_key|pass)=[a-z=_]{1,200}"]);
        assert_eq!(leads(&assigned, 64, &["key", "_key", "pass"], true), [0b11, 0b1, 0b1]);
        assert_eq!(leads(&assigned, 64, &["key", "pass"], true), [0b11, 0b1]);
        assert_eq!(leads(&assigned, 64, &["KEY"], false), [0b11]);
    }

    #[test]
    fn what_may_follow_a_literal_is_known() {
        let behind = Behind::new(&nfa(&["(?i:duo)[ _.-]{0,2}(?:key|id)=[0-9]+"]), "duo", true);
        assert!(behind.lets(b" key") && behind.lets(b"id=") && behind.lets(b"__k"));
        assert!(!behind.lets(b"deno") && !behind.lets(b" x") && !behind.lets(b"k"));
        assert!(behind.pairs().all(|pair| behind.lets(&pair)));
        let short = Behind::new(&nfa(&["(?:ab)c?"]), "ab", false);
        assert!(short.lets(b"") && short == Behind::ANYTHING);
        let mut both = Behind::NOTHING;
        both.join(&behind);
        assert_eq!(both, behind);
    }

    #[test]
    fn what_stands_before_the_first_digit_is_known() {
        let before = Digits::new(&nfa(&["[A-C]{2} ?-?[0-9]{2}", r"\(?[0-9]x"]), 16).before;
        assert!(
            before.has(*b"AB") && before.has(*b"B-") && before.has(*b" -") && before.has(*b"C ")
        );
        assert!(!before.has(*b"xA") && !before.has(*b"A(") && !before.has(*b"- "));
        assert!(before.begins_with(b'(') && !before.begins_with(b'A'));
    }

    #[test]
    fn a_digit_is_within_reach_where_no_match_is_without() {
        assert_eq!(digit_within(&nfa(&["[A-Z]{0,3} ?[0-9]{2}"]), 16), Some(4));
        assert_eq!(digit_within(&nfa(&["[0-9]x|[A-Z][0-9]"]), 16), Some(1));
        assert_eq!(digit_within(&nfa(&["[A-Z0-9]{4}"]), 16), None);
        assert_eq!(digit_within(&nfa(&["[A-Z]{0,17}[0-9]"]), 16), None);
    }

    #[test]
    fn patterns_that_know_no_digits_are_known() {
        let all = nfa(&[r"[A-Z]?\d{3}-?[0-9a-f]x", r"\d{3}[1-9]", r"(?:19|20)\d", "[0-45-9]x"]);
        let known: Vec<bool> = (0..4).map(|pattern| knows_no_digits(&all, pattern)).collect();
        assert_eq!(known, [true, false, false, true]);
    }

    #[test]
    fn runs_go_on_and_end_as_the_regexes_do() {
        let digits = Digits::new(&nfa(&["[0-9]{3}-[0-9]{2}", "[A-Z][0-9]{5,}"]), 16);
        assert_eq!(digits.alone.at(3, Some(&b'-')), (true, false, false));
        assert_eq!(digits.alone.at(4, Some(&b'-')), (false, false, false));
        assert_eq!(digits.led.at(5, Some(&b'-')), (false, true, true));
        assert_eq!(digits.led.at(4, None), (false, false, false));
        assert_eq!(digits.led.at(40, None), (false, true, true));
        assert_eq!(digits.alone.at(41, None), (true, true, true));
    }
}
