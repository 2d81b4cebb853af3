//! Shapes: what is left of patterns when all digits are alike.
//!
//! At nearly every run of digits a pattern could begin, and nearly none is of any pattern's shape.
//! One automaton of all shapes tells it in a few steps. It has few states, for it doesn't know one
//! digit from another, where that of the patterns themselves has hundreds of thousands. Patterns
//! that don't know digits apart either are told by it exactly; each of the others is asked itself
//! where its shape fits.

use std::collections::HashMap;

use regex_automata::nfa::thompson::NFA;

use super::automaton::Walk;
use super::beside;
use super::facts::{States, has_digit};

/// At most so many states are made, in each thread.
const MAX_STATES: usize = 8192;
/// And at most so many states of the NFA are in them.
const MAX_MEMBERS: usize = 1 << 20;

/// The shapes of patterns.
pub(super) struct Shape {
    nfa: NFA,
    /// The class of each byte: no pattern tells two of one apart.
    classes: [u8; 256],
    /// A byte of each class; that of the digits is the first.
    samples: Vec<u8>,
}

const DIGITS: usize = 0;

impl Shape {
    pub(super) fn new(nfa: &NFA) -> Self {
        let told = nfa.byte_classes();
        let mut classes = [0; 256];
        let (mut samples, mut known) = (vec![b'0'], HashMap::new());
        for byte in (0..=u8::MAX).filter(|byte| !byte.is_ascii_digit()) {
            let class = *known.entry(told.get(byte)).or_insert_with(|| {
                samples.push(byte);
                samples.len() - 1
            });
            classes[usize::from(byte)] = class as u8;
        }
        Self { nfa: nfa.clone(), classes, samples }
    }

    /// Tells each pattern whose shape ends in a walk, and where, in the order of the ends. None if
    /// more would have to be made for it than may be.
    pub(super) fn walk(
        &self,
        walk: &Walk<'_>,
        made: &mut Made,
        mut fits: impl FnMut(u16, usize),
    ) -> Option<()> {
        let Walk { field, start, limit, ends } = *walk;
        let mut state = made.start(self)?;
        for (at, byte) in field[..limit].iter().enumerate().skip(start) {
            let class = usize::from(self.classes[usize::from(*byte)]);
            let mut next = made.steps[state.row() + class];
            if next == Step::UNKNOWN {
                next = made.step(self, state, class)?;
            }
            if state.may_end() && beside::may_end(field, at, ends) {
                made.ends(self, state).iter().for_each(|pattern| fits(*pattern, at));
            }
            if next == Step::DEAD {
                return Some(());
            }
            state = next;
        }
        if state.may_end() && beside::may_end(field, limit, ends) {
            made.ends(self, state).iter().for_each(|pattern| fits(*pattern, limit));
        }
        Some(())
    }
}

/// A state that is stepped to: where its own steps begin, and whether a match may end in it.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Step(u32);

impl Step {
    const UNKNOWN: Self = Self(u32::MAX);
    const DEAD: Self = Self(u32::MAX - 1);

    fn row(self) -> usize {
        (self.0 >> 1) as usize
    }

    fn may_end(self) -> bool {
        self.0 & 1 == 1
    }
}

/// The states of shapes that were made so far.
#[derive(Default)]
pub(super) struct Made {
    steps: Vec<Step>,
    start: Option<Step>,
    sets: Vec<Set>,
    known: HashMap<Vec<u32>, Step>,
    members: usize,
    /// Whether more was asked for than is made.
    pub(super) is_full: bool,
}

/// A state: those of the NFA that it stands for, and the patterns that end in it.
struct Set {
    states: States,
    ends: Box<[u16]>,
}

impl Made {
    fn start(&mut self, shape: &Shape) -> Option<Step> {
        if self.start.is_none() {
            self.start = self.state(shape, States::start(&shape.nfa));
        }
        self.start
    }

    fn ends(&self, shape: &Shape, state: Step) -> &[u16] {
        &self.sets[state.row() / shape.samples.len()].ends
    }

    /// The state that is these; none if there are too many.
    fn state(&mut self, shape: &Shape, states: States) -> Option<Step> {
        let set = states.sorted();
        if set.is_empty() {
            return Some(Step::DEAD);
        }
        if let Some(known) = self.known.get(&set) {
            return Some(*known);
        }
        if self.sets.len() >= MAX_STATES || self.members + set.len() > MAX_MEMBERS {
            self.is_full = true;
            return None;
        }
        let ends = states.matches(&shape.nfa);
        let step = Step((self.steps.len() as u32) << 1 | u32::from(!ends.is_empty()));
        self.steps.resize(self.steps.len() + shape.samples.len(), Step::UNKNOWN);
        self.members += set.len();
        self.sets.push(Set { states: states.of_list(), ends: ends.into() });
        self.known.insert(set, step);
        Some(step)
    }

    #[cold]
    fn step(&mut self, shape: &Shape, from: Step, class: usize) -> Option<Step> {
        let sample = shape.samples[class];
        let is = |first: u8, last: u8| {
            if class == DIGITS { has_digit(first, last) } else { (first..=last).contains(&sample) }
        };
        let set = &self.sets[from.row() / shape.samples.len()];
        let next = set.states.after(&shape.nfa, is);
        let step = self.state(shape, next)?;
        self.steps[from.row() + class] = step;
        Some(step)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::automaton::nfa_of;
    use crate::rule::Boundary;

    #[test]
    fn digits_are_alike_and_lengths_are_not() {
        let shape = Shape::new(&nfa_of(&[r"(?:19|20)\d\d-[01]\d", r"\d{3,}x?"]).unwrap());
        let mut made = Made::default();
        let mut fits = |text: &str, ends| {
            let field = text.as_bytes();
            let walk = Walk { field, start: 0, limit: field.len(), ends };
            let mut fits = Vec::new();
            shape.walk(&walk, &mut made, |pattern, end| fits.push((pattern, end))).unwrap();
            fits
        };
        assert_eq!(fits("2024-05", Boundary::Word), [(1, 4), (0, 7)]);
        assert_eq!(fits("3024-55 ", Boundary::Word), [(1, 4), (0, 7)]);
        assert_eq!(fits("2024-5", Boundary::Word), [(1, 4)]);
        assert_eq!(fits("123xx", Boundary::None), [(1, 3), (1, 4)]);
        assert!(fits("2", Boundary::Word).is_empty() && fits("", Boundary::Word).is_empty());
    }
}
