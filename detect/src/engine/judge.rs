//! Stage four: how sure each candidate is in its context, and which of those that overlap stay.

use std::ops::Range;
use std::sync::Arc;

use trawl_model::Confidence;
use trawl_model::Piece;
use trawl_model::finding::{NearWord, Score, ScoreStep};

use super::compile::Plan;
use super::label::{self, Held};
use super::overlap::{self, Rival};
use super::said::Sign;
use super::table;
use super::words::{Near, Seen};
use super::{Candidate, Detection, Scene};
use crate::form;
use crate::reach::NEIGHBOUR_BYTES;
use crate::rule::{Rule, RuleIndex};

/// No confidence is above this: nothing is certain by its looks.
const MAX_CONFIDENCE: i16 = 99;

/// Judges the candidates of one piece.
pub(super) struct Judge<'a> {
    pub(super) plan: &'a Plan,
    pub(super) piece: &'a Piece,
    pub(super) scene: &'a Scene<'a>,
}

/// What is sure enough, whether it stays beside others or not.
pub(super) struct Sure {
    pub(super) span: Range<usize>,
    pub(super) rule: RuleIndex,
    /// Priority and confidence: what decides where two overlap.
    pub(super) worth: (u8, u8),
    pub(super) is_secret: bool,
}

/// A candidate that is sure enough.
struct Judged {
    candidate: Candidate,
    span: Range<usize>,
    confidence: i16,
    near: Near,
    label: Option<u16>,
    path: Option<u16>,
    context: Option<(Why, i8)>,
    known: bool,
    /// It is all that a field holds which is called something else.
    other: bool,
}

/// The words that the name of the present field holds.
struct Label {
    name: Option<Arc<str>>,
    held: Held,
}

impl Judge<'_> {
    pub(super) fn run(&self, candidates: &[Candidate], detections: &mut Vec<Detection>) {
        self.run_telling(candidates, detections, None);
    }

    /// The same, which tells all that was sure enough as well.
    pub(super) fn run_telling(
        &self,
        candidates: &[Candidate],
        detections: &mut Vec<Detection>,
        sure: Option<&mut Vec<Sure>>,
    ) {
        if candidates.is_empty() {
            return;
        }
        let path = self.plan.labels().held(self.scene.path);
        let mut label = Label { name: None, held: Held::default() };
        let mut seen = Seen::default();
        let core = &self.piece.core;
        let window =
            core.start.saturating_sub(NEIGHBOUR_BYTES)..core.end.saturating_add(NEIGHBOUR_BYTES);
        let judged: Vec<Judged> = candidates
            .iter()
            .filter(|c| window.contains(&(c.start as usize)))
            .filter_map(|c| {
                let span = c.start as usize..c.end as usize;
                self.enter_field(&span, &mut label)?;
                self.judge(c, span, &label.held, &path, &mut seen)
            })
            .collect();
        if let Some(sure) = sure {
            sure.extend(judged.iter().map(|j| self.sure(j)));
        }
        let rivals: Vec<Rival> = judged
            .iter()
            .map(|j| {
                let priority = self.plan.rule_of(j.candidate.pattern).priority;
                let number = u32::from(j.candidate.pattern.0);
                Rival { span: j.span.clone(), worth: (priority, j.confidence as u8), number }
            })
            .collect();
        let stays = overlap::resolve(&rivals);
        let kept = judged
            .into_iter()
            .zip(stays)
            .filter(|(j, stays)| *stays && core.contains(&j.span.start));
        detections.extend(kept.map(|(judged, _)| self.detection(judged)));
    }

    fn sure(&self, judged: &Judged) -> Sure {
        let rule = self.plan.rule_of(judged.candidate.pattern);
        Sure {
            span: judged.span.clone(),
            rule: self.plan.shape(judged.candidate.pattern).rule,
            worth: (rule.priority, judged.confidence as u8),
            is_secret: rule.secret,
        }
    }

    /// Makes `label` that of the field in which the span lies whole.
    fn enter_field(&self, span: &Range<usize>, label: &mut Label) -> Option<()> {
        if span.end > self.piece.text.len() {
            return None;
        }
        let name = label::name_of(self.piece, self.piece.segment_of(span)?);
        let same = match (&name, &label.name) {
            (Some(a), Some(b)) => Arc::ptr_eq(a, b) || a == b,
            (a, b) => a.is_none() && b.is_none(),
        };
        if !same {
            let held = |n: &Arc<str>| self.plan.labels().held(n.as_bytes());
            label.held = name.as_ref().map_or_else(Held::default, held);
            label.name = name;
        }
        Some(())
    }

    fn judge(
        &self,
        candidate: &Candidate,
        span: Range<usize>,
        label: &Held,
        path: &Held,
        seen: &mut Seen,
    ) -> Option<Judged> {
        let shape = self.plan.shape(candidate.pattern);
        let rule = self.plan.rule_of(candidate.pattern);
        let near = if rule.words.is_empty() {
            Near::default()
        } else {
            self.plan.words().near(&self.piece.text, &span, shape.rule, seen)
        };
        let is_near = !near.words().is_empty();
        let label = label.by(shape.rule).or_else(|| self.label_of_table(&span, shape.rule));
        let path = path.by(shape.rule);
        if rule.requires_word && !is_near && label.is_none() && path.is_none() {
            return None;
        }
        let context = [
            (label.is_some(), Why::Label, rule.points.label),
            (is_near, Why::Word, rule.points.word),
            (path.is_some(), Why::Path, rule.points.path),
        ];
        let context = context
            .into_iter()
            .filter(|(is_there, _, _)| *is_there)
            .map(|(_, why, points)| (why, points))
            .reduce(|best, next| if next.1 > best.1 { next } else { best });
        let known = self.is_known(rule, &span);
        let other = rule.points.other > 0 && label.is_none() && self.is_called_otherwise(&span);
        let mut judged = Judged {
            candidate: *candidate,
            span,
            confidence: 0,
            near,
            label,
            path,
            context,
            known,
            other,
        };
        let sum: i16 = self.steps(&judged).iter().map(|(_, points)| i16::from(*points)).sum();
        judged.confidence = sum.clamp(0, MAX_CONFIDENCE);
        (judged.confidence >= i16::from(rule.min.as_percent())).then_some(judged)
    }

    /// The rule's word in the head of a table in a text.
    fn label_of_table(&self, span: &Range<usize>, rule: RuleIndex) -> Option<u16> {
        let segment = self.piece.segment_of(span).filter(|segment| segment.label.is_none())?;
        let text = self.piece.text.get(..segment.text.end)?;
        self.plan.labels().held(table::head_above(text, segment.text.start, span)?).by(rule)
    }

    /// Whether a field that has a telling name of its own holds nothing but this value.
    fn is_called_otherwise(&self, span: &Range<usize>) -> bool {
        self.piece.segment_of(span).is_some_and(|segment| match segment.label.as_deref() {
            Some(label) => segment.text == *span && !label::says_nothing(label),
            None => {
                let text = self.piece.text.get(..segment.text.end).unwrap_or(&[]);
                let head = table::head_above(text, segment.text.start, span);
                head.is_some_and(|head| !label::says_nothing(&String::from_utf8_lossy(head)))
            }
        })
    }

    fn is_known(&self, rule: &Rule, span: &Range<usize>) -> bool {
        !rule.known.is_empty()
            && rule
                .known
                .binary_search(&form::of(rule.form, &self.piece.text[span.clone()]))
                .is_ok()
    }

    /// What was added and taken away, in order.
    fn steps(&self, judged: &Judged) -> Steps {
        let shape = self.plan.shape(judged.candidate.pattern);
        let rule = self.plan.rule_of(judged.candidate.pattern);
        let pattern = &rule.patterns[usize::from(shape.number)];
        let mut steps = Steps::new(Why::Pattern, pattern.confidence as i8);
        if let Some(check) = &rule.check {
            match check.fail_points {
                Some(points) if !judged.candidate.passed => steps.add(Why::CheckFailed, -points),
                _ => steps.add(Why::Check, check.points),
            }
        }
        for (sign, points) in judged.candidate.evidence.steps(&pattern.evidence) {
            steps.add(sign.into(), points);
        }
        if let Some((why, points)) = judged.context {
            steps.add(why, points);
        }
        if judged.known {
            steps.add(Why::KnownExample, -rule.known_points);
        }
        if judged.other {
            steps.add(Why::OtherLabel, -rule.points.other);
        }
        steps
    }

    fn detection(&self, judged: Judged) -> Detection {
        let shape = self.plan.shape(judged.candidate.pattern);
        let rule = self.plan.rule_of(judged.candidate.pattern);
        let steps = self.steps(&judged);
        let total: i16 = steps.iter().map(|(_, points)| i16::from(*points)).sum();
        let (bound, reasons) = (judged.confidence - total, &self.plan.reasons);
        let mut all: Vec<ScoreStep> = steps
            .iter()
            .filter(|(_, points)| *points != 0)
            .map(|(why, points)| reasons.step(*why, *points))
            .collect();
        if bound != 0 {
            all.push(reasons.step(Why::Bound, bound as i8));
        }
        let check = rule.check.as_ref().filter(|_| judged.candidate.passed);
        let score = Score {
            pattern: shape.number,
            check: check.map(|c| c.name.clone()),
            words: judged
                .near
                .words()
                .iter()
                .map(|(word, distance)| NearWord { word: *word, distance: *distance })
                .collect(),
            label: judged.label,
            path: judged.path,
            steps: all,
            known_example: judged.known,
        };
        let confidence = Confidence::percent(judged.confidence as u8);
        Detection { rule: shape.rule, span: judged.span, confidence, score, decoded: None }
    }
}

/// Why a step of a score was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Why {
    Pattern,
    Check,
    CheckFailed,
    Word,
    Label,
    Path,
    KnownExample,
    OtherLabel,
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
const WHYS: [&str; 18] = [
    "pattern",
    "check",
    "check failed",
    "word",
    "label",
    "path",
    "known example",
    "other label",
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

    fn step(&self, why: Why, points: i8) -> ScoreStep {
        ScoreStep { why: self.0[why as usize].clone(), points }
    }
}

/// The steps of a score, of which there are few.
struct Steps {
    steps: [(Why, i8); 14],
    count: usize,
}

impl Steps {
    fn new(why: Why, points: i8) -> Self {
        Self { steps: [(why, points); 14], count: 1 }
    }

    fn add(&mut self, why: Why, points: i8) {
        self.steps[self.count] = (why, points);
        self.count += 1;
    }

    fn iter(&self) -> std::slice::Iter<'_, (Why, i8)> {
        self.steps[..self.count].iter()
    }
}
