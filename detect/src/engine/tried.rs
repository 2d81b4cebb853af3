//! Where patterns are tried, and their automata, made when their seeds are seen for the first time:
//! of hundreds of vendors' patterns a scan meets a few.

use std::sync::{Arc, OnceLock};

use super::automaton::Automaton;
use super::{PatternIndex, beside};
use crate::reach::{MAX_DIGIT_LEAD, MAX_LITERAL_LEAD, MAX_MATCH_BYTES};
use crate::rule::{Boundary, Pattern, RuleIndex, Seed};

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
    /// Of patterns that are tried at runs of digits.
    pub(super) fn of_digits(automaton: Automaton, boundary: Boundary) -> Self {
        let leads = Lead::from_bits(automaton.digit_leads(MAX_DIGIT_LEAD));
        Self {
            tried: Arc::new(Tried::ready(Ready { automaton, leads: vec![leads] })),
            literal: 0,
            rule: RuleIndex(0),
            longest_match: MAX_MATCH_BYTES,
            boundary,
            ends: boundary,
            lists: true,
        }
    }

    /// What is tried; none if its automaton is larger than its bound.
    pub(super) fn automaton(&self) -> Option<&Automaton> {
        Some(&self.tried.get()?.automaton)
    }

    /// How many bytes may stand before the seed.
    pub(super) fn lead(&self) -> Lead {
        self.tried
            .get()
            .and_then(|ready| ready.leads.get(self.literal).copied())
            .unwrap_or_default()
    }

    /// Whether a match may begin here, seen from the bytes on either side.
    pub(super) fn may_start(&self, field: &[u8], field_start: usize, at: usize) -> bool {
        self.automaton().is_some_and(|automaton| automaton.may_begin_with(field[at]))
            && beside::may_begin(&field[field_start..], at - field_start, self.boundary)
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
    fn from_bits(bits: u128) -> Self {
        Self { bits, longest: 127_usize.saturating_sub(bits.leading_zeros() as usize) }
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
    /// Each of these, and whether in any case.
    Literals(Vec<String>, bool),
}

pub(super) struct Ready {
    automaton: Automaton,
    /// Of each literal.
    pub(super) leads: Vec<Lead>,
}

impl Tried {
    pub(super) fn new(index: PatternIndex, pattern: &Pattern) -> Self {
        let seeds = match pattern.seed {
            Seed::At => Seeds::Literals(vec!["@".to_owned()], false),
            Seed::Word | Seed::Model => Seeds::Start,
            Seed::Literal | Seed::Digits | Seed::Terms => {
                Seeds::Literals(pattern.literals.clone(), pattern.ignore_case)
            }
        };
        Self { index, regex: pattern.regex.clone(), seeds, ready: OnceLock::new() }
    }

    fn ready(ready: Ready) -> Self {
        Self {
            index: PatternIndex(0),
            regex: String::new(),
            seeds: Seeds::Start,
            ready: Some(ready).into(),
        }
    }

    /// What was made; none if it is larger than its bound.
    pub(super) fn get(&self) -> Option<&Ready> {
        let made = || {
            let automaton = Automaton::new(&[(self.index, &self.regex)])?;
            let leads = match &self.seeds {
                Seeds::Start => vec![Lead::from_bits(1)],
                Seeds::Literals(literals, ignore_case) => {
                    let literals: Vec<&str> = literals.iter().map(String::as_str).collect();
                    let leads = automaton.leads(MAX_LITERAL_LEAD, &literals, *ignore_case);
                    leads.into_iter().map(Lead::from_bits).collect()
                }
            };
            Some(Ready { automaton, leads })
        };
        self.ready.get_or_init(made).as_ref()
    }
}
