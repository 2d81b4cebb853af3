//! The engine: rules made ready, and the four stages.

mod automaton;
mod beside;
mod compile;
mod explain;
mod facts;
mod find;
mod judge;
mod kinds;
mod label;
mod needles;
mod overlap;
mod place;
mod shape;
mod tried;
mod words;

use std::collections::HashMap;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use trawl_model::finding::{RuleRef, Score};
use trawl_model::id::RuleSetId;
use trawl_model::{Confidence, Piece, Plaintext};

use crate::form;
use crate::rule::problem::Error;
use crate::rule::{Rule, RuleIndex, Rules};

/// Rules made ready: never changed, and shared by all threads.
pub struct Engine {
    rules: OnceLock<Rules>,
    plan: OnceLock<compile::Plan>,
    id: RuleSetId,
}

/// What one thread needs while it searches, kept from piece to piece.
pub struct Scratch {
    of: RuleSetId,
    fits: Vec<automaton::Fit>,
    caches: automaton::Caches,
    slots: compile::Slots,
    labels: HashMap<Arc<str>, Arc<label::Held>>,
    candidates: Vec<Candidate>,
    /// The last stretch that was looked at for what it may be a part of, and the answer.
    guarded: Option<(Range<usize>, bool)>,
}

/// A pattern of a set of rules, all patterns of all rules counted on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct PatternIndex(u16);

impl PatternIndex {
    fn index(self) -> usize {
        usize::from(self.0)
    }
}

/// A value that has the shape of a type and passes its check, before its context was looked at. It
/// is of the content of a piece and the rules alone, and may be kept by their ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Candidate {
    start: u32,
    end: u32,
    pattern: PatternIndex,
    passed: bool,
}

/// What is known of a piece beside its content.
#[derive(Debug, Clone, Copy, Default)]
pub struct Scene<'a> {
    /// The path of the object and of the member in it, as people know it.
    pub path: &'a [u8],
}

/// A value that was found. What it is, its rule says; where it is from, its piece.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Detection {
    /// The rule that found it.
    pub rule: RuleIndex,
    /// Where in the piece's text.
    pub span: Range<usize>,
    /// How sure.
    pub confidence: Confidence,
    /// Why.
    pub score: Score,
}

impl Engine {
    /// Makes rules ready. Rules that are each right can still be refused here: where an automaton
    /// would be larger than its bound.
    pub fn compile(rules: &Rules) -> Result<Self, Error> {
        let plan = compile::Plan::new(rules.clone())?.into();
        Ok(Self { rules: rules.clone().into(), plan, id: rules.id() })
    }

    /// The built-in rules, read and made ready when something is to be searched for the first time: a
    /// scan of what has not changed searches nothing, and need not wait for them.
    pub fn built_in() -> Self {
        Self { rules: OnceLock::new(), plan: OnceLock::new(), id: Rules::id_of_built_in() }
    }

    /// Makes the rules ready now, if they are not.
    pub fn make_ready(&self) {
        self.plan();
    }

    fn plan(&self) -> &compile::Plan {
        self.plan.get_or_init(|| match compile::Plan::new(self.rules().clone()) {
            Ok(plan) => plan,
            Err(error) => built_in_refused(&error),
        })
    }

    /// The rules.
    pub fn rules(&self) -> &Rules {
        self.rules.get_or_init(|| match Rules::built_in() {
            Ok(rules) => rules,
            Err(error) => built_in_refused(&error),
        })
    }

    /// The rule of a detection.
    pub fn rule(&self, detection: &Detection) -> &Rule {
        &self.rules().list()[detection.rule.index()]
    }

    /// The id of the rules: what was found by one id need not be looked for by it again.
    pub fn id(&self) -> RuleSetId {
        self.id
    }

    /// What one thread needs.
    pub fn scratch(&self) -> Scratch {
        Scratch {
            of: self.id,
            fits: Vec::new(),
            caches: automaton::Caches::default(),
            slots: compile::Slots::default(),
            labels: HashMap::new(),
            candidates: Vec::new(),
            guarded: None,
        }
    }

    /// Stages one to three: puts the candidates of a piece into `candidates`, in place of what is
    /// there. They are of the piece's text, fields and labels alone.
    pub fn find(&self, piece: &Piece, scratch: &mut Scratch, candidates: &mut Vec<Candidate>) {
        if scratch.of != self.id {
            *scratch = self.scratch();
        }
        scratch.labels.clear();
        scratch.caches.tidy();
        candidates.clear();
        find::Finder { plan: self.plan(), piece, scratch, found: candidates }.run();
    }

    /// Stage four: adds to `detections`, in the order of their places, what of the candidates of
    /// the same piece is sure enough, begins in its core, and is not overlapped by what is better.
    pub fn judge(
        &self,
        piece: &Piece,
        scene: &Scene<'_>,
        candidates: &[Candidate],
        detections: &mut Vec<Detection>,
    ) {
        judge::Judge { plan: self.plan(), piece, scene }.run(candidates, detections);
    }

    /// All stages: adds to `detections` what is found in a piece.
    pub fn detect(
        &self,
        piece: &Piece,
        scene: &Scene<'_>,
        scratch: &mut Scratch,
        detections: &mut Vec<Detection>,
    ) {
        let mut candidates = std::mem::take(&mut scratch.candidates);
        self.find(piece, scratch, &mut candidates);
        self.judge(piece, scene, &candidates, detections);
        scratch.candidates = candidates;
    }

    /// The value in the one form of all its spellings: what ids, marks and tokens are made of.
    pub fn value(&self, piece: &Piece, detection: &Detection) -> Plaintext {
        let form = self.rule(detection).form;
        Plaintext::new(form::of(form, cut(piece, detection)))
    }

    /// The value as it is written: what a preview is made of.
    pub fn raw(&self, piece: &Piece, detection: &Detection) -> Plaintext {
        Plaintext::new(cut(piece, detection).to_vec())
    }

    /// How a score came about, in sentences; none if the rule, in that version, is not of this
    /// engine.
    pub fn explain(&self, rule: &RuleRef, score: &Score) -> Option<Vec<String>> {
        let known = self.rules().by_id(&rule.id)?;
        (known.reference.version == rule.version).then(|| explain::sentences(known, score))
    }
}

/// A test reads them and makes them ready; rules of others come through [`Engine::compile`].
fn built_in_refused(error: &Error) -> ! {
    unreachable!("the built-in rules are refused: {error}")
}

impl Scratch {
    /// The words that a label holds.
    fn held(&mut self, labels: &label::Labels, label: &Arc<str>) -> Arc<label::Held> {
        /// Labels of a piece that are kept; a table has few, a document of keys may have many.
        const MAX_KEPT: usize = 256;
        if let Some(held) = self.labels.get(label) {
            return held.clone();
        }
        if self.labels.len() >= MAX_KEPT {
            self.labels.clear();
        }
        let held = Arc::new(labels.held(label.as_bytes()));
        self.labels.insert(label.clone(), held.clone());
        held
    }
}

fn cut<'a>(piece: &'a Piece, detection: &Detection) -> &'a [u8] {
    piece.text.get(detection.span.clone()).unwrap_or(&[])
}
