//! Stage four: how sure each candidate is in its context, and which of those that overlap stay.

use std::ops::Range;
use std::sync::Arc;

use trawl_model::Confidence;
use trawl_model::Piece;
use trawl_model::finding::{NearWord, Score, ScoreStep};

use super::beside;
use super::column::{Columns, Verdict};
use super::compile::Plan;
use super::country::{self, Country, Home, Telling};
use super::label::{self, Held};
use super::overlap::{self, Rival};
use super::steps::{Steps, Why};
use super::table::Tables;
use super::thing;
use super::words::{Near, Seen};
use super::{Candidate, Detection, Scene};
use crate::form;
use crate::reach::{COUNTRY_BYTES, NEIGHBOUR_BYTES};
use crate::rule::{Pattern, Rule, RuleIndex, Seed};

/// No confidence is above this: nothing is certain by its looks.
const MAX_CONFIDENCE: i16 = 99;

/// What is called by a word close before it goes before what is called by one further off by so much confidence.
const CLOSE: u8 = 4;

/// What the words just before a value call a thing that is counted loses so much.
const COUNTED: i8 = 20;

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

/// A candidate that is sure enough, or would be if the text around it were of its country.
pub(super) struct Judged {
    candidate: Candidate,
    pub(super) span: Range<usize>,
    pub(super) confidence: i16,
    near: Near,
    label: Option<u16>,
    path: Option<u16>,
    context: Option<(Why, i8)>,
    pub(super) known: bool,
    /// It is all that a field holds which is called something else.
    other: bool,
    /// It is called a thing that is counted, and nothing else.
    thing: bool,
    /// The one country of its rule.
    pub(super) country: Option<Country>,
    /// Whether what is around it is of its country.
    home: Home,
    /// It is called by its kind alone, and counts at home.
    pub(super) by_kind: bool,
}

/// What is known of the text around the present candidate.
struct Around {
    seen: Seen,
    tables: Tables,
    columns: Columns,
    /// The country that a folder of the path is named by.
    folder: Option<Country>,
}

/// The words that the name of the present field holds.
struct Label {
    name: Option<Arc<str>>,
    held: Held,
}

impl Judged {
    /// Whether words say what it is, and the name of its field nothing else.
    fn is_called(&self) -> bool {
        self.context.is_some_and(|(why, _)| why != Why::Path) && !self.other
    }
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
        let folder = Country::of_path(self.scene.path);
        let columns = Columns::of(self.plan, self.piece, candidates);
        let (seen, tables) = (Seen::default(), Tables::default());
        let mut around = Around { seen, tables, columns, folder };
        let core = &self.piece.core;
        let within =
            |bytes: usize| core.start.saturating_sub(bytes)..core.end.saturating_add(bytes);
        let window = within(NEIGHBOUR_BYTES + COUNTRY_BYTES);
        let judged: Vec<Judged> = candidates
            .iter()
            .filter(|c| window.contains(&(c.start as usize)))
            .filter_map(|c| {
                let span = c.start as usize..c.end as usize;
                self.enter_field(&span, &mut label)?;
                self.judge(c, span, &label.held, &path, &mut around)
            })
            .collect();
        let judged = self.at_home(judged, &within(NEIGHBOUR_BYTES));
        if let Some(sure) = sure {
            sure.extend(judged.iter().map(|j| self.sure(j)));
        }
        let rivals: Vec<Rival> = judged
            .iter()
            .map(|j| {
                let rule = self.plan.rule_of(j.candidate.pattern);
                let number = u32::from(j.candidate.pattern.0);
                let ahead = if j.home == Home::Here { country::AHEAD } else { 0 };
                let close = if !rule.secret && j.near.is_close() { CLOSE } else { 0 };
                let worth = (rule.priority, j.confidence as u8 + ahead + close);
                Rival { span: j.span.clone(), worth, number }
            })
            .collect();
        let stays = overlap::resolve(&rivals);
        let kept = judged
            .into_iter()
            .zip(stays)
            .filter(|(j, stays)| *stays && core.contains(&j.span.start));
        detections.extend(kept.map(|(judged, _)| self.detection(judged)));
    }

    /// Of what was judged, what stands in the window and is sure enough, with what the country of its surroundings adds.
    fn at_home(&self, judged: Vec<Judged>, window: &Range<usize>) -> Vec<Judged> {
        let asks = |one: &Judged| one.country.is_some() && one.is_called();
        let telling = judged.iter().any(|one| asks(one) && one.home != Home::Here).then(|| {
            Telling::of(&judged, |one| {
                let rule = self.plan.rule_of(one.candidate.pattern);
                (rule.type_id.as_str(), &self.piece.text[one.span.clone()])
            })
        });
        let sure_enough = |mut one: Judged| {
            let country = one.country.filter(|_| asks(&one) && one.home != Home::Here);
            if let (Some(country), Some(telling)) = (country, &telling) {
                one.home = telling.say(&one, country);
            }
            if one.by_kind && one.home != Home::Here {
                return None;
            }
            one.confidence = self.sum(&one);
            let least = self.plan.rule_of(one.candidate.pattern).min.as_percent();
            (one.confidence >= i16::from(least)).then_some(one)
        };
        let inside = judged.into_iter().filter(|one| window.contains(&one.span.start));
        inside.filter_map(sure_enough).collect()
    }

    fn sum(&self, judged: &Judged) -> i16 {
        let sum: i16 = self.steps(judged).iter().map(|(_, points)| i16::from(*points)).sum();
        sum.clamp(0, MAX_CONFIDENCE)
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
        by_name: &Held,
        path: &Held,
        around: &mut Around,
    ) -> Option<Judged> {
        let shape = self.plan.shape(candidate.pattern);
        let rule = self.plan.rule_of(candidate.pattern);
        let pattern = &rule.patterns[usize::from(shape.number)];
        if self.is_something_else(&span, pattern) {
            return None;
        }
        let near = if rule.words.is_empty() {
            Near::default()
        } else {
            self.plan.words().near(&self.piece.text, &span, shape.rule, &mut around.seen)
        };
        let is_near = !near.words().is_empty();
        let label = by_name
            .by(shape.rule)
            .or_else(|| self.label_of_table(&span, shape.rule, &mut around.tables));
        let column = around.columns.say(self.piece, &span, shape.rule);
        if label.is_none() && column == Some(Verdict::Refuted) {
            return None;
        }
        let is_confirmed = column == Some(Verdict::Confirmed);
        let path = path.by(shape.rule);
        let context = [
            (label.is_some(), Why::Label, rule.points.label),
            (is_near, Why::Word, rule.points.word),
            (is_confirmed, Why::Column, rule.points.word),
            (path.is_some(), Why::Path, rule.points.path),
        ];
        let context = context
            .into_iter()
            .filter(|(is_there, _, _)| *is_there)
            .map(|(_, why, points)| (why, points))
            .reduce(|best, next| if next.1 > best.1 { next } else { best });
        // Called by its kind alone: that counts where the text around it is of its country.
        let by_kind = context.is_none()
            && pattern.seed == Seed::Word
            && self.is_called_by_kind(&span, shape.rule, by_name, around);
        let context = context.or_else(|| by_kind.then_some((Why::Kind, rule.points.word)));
        if rule.requires_word && context.is_none() {
            return None;
        }
        let known = self.is_known(rule, &span);
        let other = rule.points.other > 0
            && label.is_none()
            && !is_confirmed
            && self.is_called_otherwise(&span, &mut around.tables);
        let thing = pattern.seed == Seed::Digits
            && context.is_none()
            && !rule.secret
            && thing::is_thing(self.before(&span));
        let country = Country::of_rule(rule);
        let is_called = context.is_some_and(|(why, _)| why != Why::Path) && !other;
        let named = country.filter(|_| is_called).and_then(|country| {
            let segment = self.piece.segment_of(&span)?;
            if segment.label.as_deref().is_some_and(|label| country.is_in_name(label)) {
                return Some(country);
            }
            let words = self.plan.words();
            words.country_near(&self.piece.text, &span, &around.seen).or(around.folder)
        });
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
            thing,
            country,
            home: if country.is_some() && country == named { Home::Here } else { Home::Unknown },
            by_kind,
        };
        judged.confidence = self.sum(&judged);
        let may_gain = country.is_some() && judged.is_called() && judged.home != Home::Here;
        let may_gain = if may_gain { i16::from(country::POINTS) } else { 0 };
        (judged.confidence + may_gain >= i16::from(rule.min.as_percent())).then_some(judged)
    }

    /// What stands before a value in its field.
    fn before(&self, span: &Range<usize>) -> &[u8] {
        let start = self.piece.segment_of(span).map_or(span.start, |segment| segment.text.start);
        self.piece.text.get(start..span.start).unwrap_or(&[])
    }

    /// Whether what the field is called says that what has the form of a value is none.
    fn is_something_else(&self, span: &Range<usize>, pattern: &Pattern) -> bool {
        let Some(segment) = self.piece.segment_of(span) else { return false };
        let label = segment.label.as_deref();
        let value = &self.piece.text[span.clone()];
        match pattern.seed {
            Seed::At => {
                let before = &self.piece.text[segment.text.start..span.start];
                beside::names_message(label, before, before.len())
                    || beside::is_called_there(before)
            }
            _ => pattern.guard && label.is_some_and(|l| beside::is_version_field(l, value)),
        }
    }

    /// Whether words say of which kind a value is that a country's rule finds.
    fn is_called_by_kind(
        &self,
        span: &Range<usize>,
        rule: RuleIndex,
        by_name: &Held,
        around: &mut Around,
    ) -> bool {
        self.plan.kinds.general(rule).iter().any(|general| {
            by_name.by(*general).is_some()
                || self.label_of_table(span, *general, &mut around.tables).is_some()
                || {
                    let words = self.plan.words();
                    !words
                        .near(&self.piece.text, span, *general, &mut around.seen)
                        .words()
                        .is_empty()
                }
        })
    }

    /// The rule's word in the head of a table in a text.
    fn label_of_table(
        &self,
        span: &Range<usize>,
        rule: RuleIndex,
        tables: &mut Tables,
    ) -> Option<u16> {
        let segment = self.piece.segment_of(span).filter(|segment| segment.label.is_none())?;
        let text = self.piece.text.get(..segment.text.end)?;
        let (head, held) = tables.head_above(text, segment.text.start, span)?;
        held.get_or_insert_with(|| self.plan.labels().held(&text[head])).by(rule)
    }

    /// Whether a field that has a telling name of its own holds nothing but this value.
    fn is_called_otherwise(&self, span: &Range<usize>, tables: &mut Tables) -> bool {
        self.piece.segment_of(span).is_some_and(|segment| match segment.label.as_deref() {
            Some(label) => segment.text == *span && !label::says_nothing(label),
            None => {
                let text = self.piece.text.get(..segment.text.end).unwrap_or(&[]);
                let head = tables.head_above(text, segment.text.start, span);
                head.is_some_and(|(head, _)| {
                    !label::says_nothing(&String::from_utf8_lossy(&text[head]))
                })
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
        if judged.thing {
            steps.add(Why::Thing, -COUNTED);
        }
        match judged.home {
            Home::Here => steps.add(Why::Country, country::POINTS),
            Home::Elsewhere => steps.add(Why::Country, -country::ABROAD),
            Home::Unknown => {}
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
