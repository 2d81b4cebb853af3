//! The engine: rules made ready, and the four stages.

mod automaton;
mod begins;
mod beside;
mod column;
mod compile;
mod countries;
mod country;
mod decoded;
mod digits;
mod evidence;
mod explain;
mod facts;
mod find;
pub(crate) mod fold;
mod judge;
mod kinds;
mod label;
mod lookup;
mod named;
mod narrow;
mod needles;
mod open;
mod overlap;
mod place;
mod row;
mod said;
mod seen;
mod sentence;
mod shape;
mod sql;
mod steps;
mod table;
mod terms;
mod thing;
mod tried;
mod words;

use std::collections::HashMap;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use trawl_model::finding::{RuleRef, Score};
use trawl_model::id::RuleSetId;
use trawl_model::{Codec, Confidence, Piece, Plaintext};

use crate::decode::{Limits, Stretch};
use crate::pack::{self, Pack, Tuning};
use crate::rule::problem::Error;
use crate::rule::{Rule, RuleIndex, Rules};
use crate::{form, people};
pub use decoded::Decoded;

/// Rules made ready: never changed, and shared by all threads.
pub struct Engine {
    rules: OnceLock<Rules>,
    plan: OnceLock<compile::Plan>,
    id: RuleSetId,
    limits: Limits,
    /// What packs say about rules.
    tuning: Tuning,
}

/// What one thread needs while it searches, kept from piece to piece.
pub struct Scratch {
    of: RuleSetId,
    fits: Vec<automaton::Fit>,
    caches: automaton::Caches,
    slots: compile::Slots,
    labels: HashMap<Arc<str>, Arc<label::Held>>,
    candidates: Candidates,
    people: people::Search,
    /// Where people are named, in order.
    named: Vec<Range<usize>>,
    /// Terms of one field.
    hits: Vec<said::Hit>,
    /// Heads of tables above terms.
    tables: table::Tables,
    /// The last term that was found.
    joined: Option<lookup::Joined>,
    /// Where digits stand.
    digits: digits::Digits,
    /// Where terms may begin, and signs of what is said of them.
    term_places: needles::Places,
    sign_places: needles::Places,
    /// What names of fields say of terms.
    names: said::Names,
    /// What no name says.
    unnamed: Arc<said::Name>,
    /// Signs around terms.
    seen: seen::Seen,
    /// The last stretch that was looked at for what it may be a part of, and the answer.
    guarded: Option<(Range<usize>, bool)>,
    /// Bytes that may still be decoded for the present piece.
    work: usize,
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
    evidence: evidence::Evidence,
}

/// What may be a value in a piece: as it stands, and in stretches that are to be decoded. It is of
/// the content of the piece and the rules alone, and may be kept by their ids.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Candidates {
    values: Vec<Candidate>,
    encoded: Vec<Stretch>,
}

impl Candidates {
    /// How many bytes of memory they hold, for a cache's bound.
    pub fn weight(&self) -> usize {
        size_of_val(&self.values[..]) + size_of_val(&self.encoded[..])
    }
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
    /// Where in the piece's text: of a decoded value, the encoded bytes.
    pub span: Range<usize>,
    /// How sure.
    pub confidence: Confidence,
    /// Why.
    pub score: Score,
    /// What it is when it is decoded; none if it stands there as it is.
    pub decoded: Option<Decoded>,
}

impl Detection {
    /// By what the value was decoded, the outermost first.
    pub fn via(&self) -> &[Codec] {
        self.decoded.as_ref().map_or(&[], |decoded| &decoded.via)
    }
}

impl Engine {
    /// Makes rules ready. Rules that are each right can still be refused here: where an automaton
    /// would be larger than its bound.
    pub fn compile(rules: &Rules) -> Result<Self, Error> {
        let plan = compile::Plan::new(rules.clone())?.into();
        let (limits, tuning) = (Limits::default(), Tuning::default());
        Ok(Self { rules: rules.clone().into(), plan, id: rules.id(), limits, tuning })
    }

    /// The built-in rules, read and made ready when something is to be searched for the first time: a
    /// scan of what has not changed searches nothing, and need not wait for them.
    pub fn built_in() -> Self {
        Self {
            rules: OnceLock::new(),
            plan: OnceLock::new(),
            id: Rules::id_of_built_in(),
            limits: Limits::default(),
            tuning: Tuning::default(),
        }
    }

    /// An engine of the same rules and of those of packs beside them.
    pub fn with_packs(&self, packs: &[Pack]) -> Result<Self, Error> {
        let (rules, tuning) = pack::whole(self.rules().clone(), packs)?;
        let hashes: Vec<_> = packs.iter().map(Pack::hash).collect();
        let plan = compile::Plan::new(rules.clone())?.into();
        let (id, limits) = (self.id_with_packs(&hashes), self.limits);
        Ok(Self { rules: rules.into(), plan, id, limits, tuning })
    }

    /// The id that an engine has of the same rules and packs of these hashes, which need not be read for it.
    pub fn id_with_packs(&self, hashes: &[[u8; 32]]) -> RuleSetId {
        if hashes.is_empty() {
            return self.id;
        }
        let mut sorted = hashes.to_vec();
        sorted.sort_unstable();
        let mut hash = blake3::Hasher::new();
        hash.update(self.id.as_bytes());
        sorted.iter().for_each(|pack| {
            hash.update(pack);
        });
        let mut id = [0; RuleSetId::LEN];
        id.copy_from_slice(&hash.finalize().as_bytes()[..RuleSetId::LEN]);
        RuleSetId::from_bytes(id)
    }

    /// The same rules, which decode within these limits. What is found by others has another id.
    #[must_use]
    pub fn decoding(mut self, limits: Limits) -> Self {
        if limits != self.limits {
            let mut hash = blake3::Hasher::new();
            hash.update(self.id.as_bytes()).update(format!("{limits:?}").as_bytes());
            let mut id = [0; RuleSetId::LEN];
            id.copy_from_slice(&hash.finalize().as_bytes()[..RuleSetId::LEN]);
            (self.id, self.limits) = (RuleSetId::from_bytes(id), limits);
        }
        self
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
            candidates: Candidates::default(),
            people: people::Search::default(),
            named: Vec::new(),
            tables: table::Tables::default(),
            joined: None,
            hits: Vec::new(),
            digits: digits::Digits::default(),
            term_places: needles::Places::default(),
            sign_places: needles::Places::default(),
            names: said::Names::default(),
            unnamed: Arc::default(),
            seen: seen::Seen::default(),
            guarded: None,
            work: 0,
        }
    }

    /// Stages one to three: puts the candidates of a piece into `candidates`, in place of what is
    /// there. They are of the piece's text, fields and labels alone.
    pub fn find(&self, piece: &Piece, scratch: &mut Scratch, candidates: &mut Candidates) {
        scratch.work = self.limits.work_for(piece.text.len());
        scratch.caches.tidy();
        self.find_within(piece, scratch, candidates, self.limits.depth);
    }

    fn find_within(
        &self,
        piece: &Piece,
        scratch: &mut Scratch,
        candidates: &mut Candidates,
        depth: u8,
    ) {
        if scratch.of != self.id {
            *scratch = Scratch { work: scratch.work, ..self.scratch() };
        }
        scratch.labels.clear();
        candidates.values.clear();
        find::Finder { plan: self.plan(), piece, scratch, found: &mut candidates.values }.run();
        self.find_encoded(piece, scratch, candidates, depth);
    }

    /// Stage four: adds to `detections`, in the order of their places, what of the candidates of
    /// the same piece is sure enough, begins in its core, and is not overlapped by what is better.
    pub fn judge(
        &self,
        piece: &Piece,
        scene: &Scene<'_>,
        candidates: &Candidates,
        scratch: &mut Scratch,
        detections: &mut Vec<Detection>,
    ) {
        scratch.work = self.limits.work_for(piece.text.len());
        let before = detections.len();
        self.judge_within(piece, scene, candidates, scratch, self.limits.depth, detections);
        if !self.tuning.is_empty() && detections.len() > before {
            let said = self.tuning.in_path(scene.path);
            let mut number = 0..;
            detections.retain(|detection| {
                let is_of_others = number.next().is_some_and(|number: usize| number < before);
                is_of_others || said.reports(detection.rule, detection.confidence)
            });
        }
    }

    fn judge_within(
        &self,
        piece: &Piece,
        scene: &Scene<'_>,
        candidates: &Candidates,
        scratch: &mut Scratch,
        depth: u8,
        detections: &mut Vec<Detection>,
    ) {
        let judge = judge::Judge { plan: self.plan(), piece, scene };
        if candidates.encoded.is_empty() {
            return judge.run(&candidates.values, detections);
        }
        let (before, mut sure) = (detections.len(), Vec::new());
        judge.run_telling(&candidates.values, detections, Some(&mut sure));
        let plain = decoded::Plain { sure: &sure, detections, before };
        self.judge_encoded(piece, scene, candidates, scratch, depth, plain);
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
        self.judge(piece, scene, &candidates, scratch, detections);
        scratch.candidates = candidates;
    }

    /// The rule of what was found in a path, if it is reported there when it is so sure. It is of the
    /// same rules, perhaps with other things said about them.
    pub fn reported(&self, found: &RuleRef, confidence: Confidence, path: &[u8]) -> Option<&Rule> {
        let (index, rule) = self.rules().numbered(&found.id)?;
        let is_same = rule.reference.version == found.version;
        (is_same && self.tuning.in_path(path).reports(index, confidence)).then_some(rule)
    }

    /// The value in the one form of all its spellings: what ids, marks and tokens are made of.
    pub fn value(&self, piece: &Piece, detection: &Detection) -> Plaintext {
        let form = self.rule(detection).form;
        Plaintext::new(written(piece, detection, |value| form::of(form, value)))
    }

    /// The value as it is written, where it was decoded the decoded one: what a preview is made of.
    pub fn raw(&self, piece: &Piece, detection: &Detection) -> Plaintext {
        Plaintext::new(written(piece, detection, <[u8]>::to_vec))
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

fn written(piece: &Piece, detection: &Detection, make: impl FnOnce(&[u8]) -> Vec<u8>) -> Vec<u8> {
    match &detection.decoded {
        Some(decoded) => decoded.value.with(make),
        None => make(piece.text.get(detection.span.clone()).unwrap_or(&[])),
    }
}
