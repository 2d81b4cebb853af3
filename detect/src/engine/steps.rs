//! The steps by which a score comes about.

use std::sync::Arc;

use trawl_model::finding::ScoreStep;

use super::evidence::Sign;

/// Why a step of a score was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Why {
    Pattern,
    Check,
    CheckFailed,
    Word,
    Label,
    Path,
    KnownExample,
    OtherLabel,
    Country,
    Kind,
    Column,
    Thing,
    Bound,
    Strong,
    NamedSo,
    PerhapsNamedSo,
    Said,
    Person,
    PersonNear,
    General,
    Negated,
    Options,
}

impl From<Sign> for Why {
    fn from(sign: Sign) -> Self {
        match sign {
            Sign::Strong => Self::Strong,
            Sign::Label => Self::NamedSo,
            Sign::WeakLabel => Self::PerhapsNamedSo,
            Sign::Said => Self::Said,
            Sign::Person => Self::Person,
            Sign::Near => Self::PersonNear,
            Sign::General => Self::General,
            Sign::Negated => Self::Negated,
            Sign::Options => Self::Options,
        }
    }
}

/// The words for [`Why`], in its order. They are kept in findings.
const WHYS: [&str; 22] = [
    "pattern",
    "check",
    "check failed",
    "word",
    "label",
    "path",
    "known example",
    "other label",
    "country",
    "kind",
    "column",
    "thing",
    "bound",
    "telling term",
    "named so",
    "perhaps named so",
    "said of someone",
    "person",
    "person near",
    "in general",
    "denied",
    "one of several",
];

/// The words for [`Why`], to be shared by all scores of an engine.
pub(super) struct Reasons([Arc<str>; WHYS.len()]);

impl Reasons {
    pub(super) fn new() -> Self {
        Self(WHYS.map(Arc::from))
    }

    pub(super) fn step(&self, why: Why, points: i8) -> ScoreStep {
        ScoreStep { why: self.0[why as usize].clone(), points }
    }
}

/// At most so many steps a score has: a pattern, a check, nine signs, context, and what is said beside it.
const MAX_STEPS: usize = 15;

/// The steps of a score, of which there are few.
pub(super) struct Steps {
    steps: [(Why, i8); MAX_STEPS],
    count: usize,
}

impl Steps {
    pub(super) fn new(why: Why, points: i8) -> Self {
        Self { steps: [(why, points); MAX_STEPS], count: 1 }
    }

    pub(super) fn add(&mut self, why: Why, points: i8) {
        self.steps[self.count] = (why, points);
        self.count += 1;
    }

    pub(super) fn iter(&self) -> std::slice::Iter<'_, (Why, i8)> {
        self.steps[..self.count].iter()
    }
}
