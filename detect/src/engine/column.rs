//! Columns judged as columns. A check that one in ten random numbers passes says little of one number; that all of
//! many pass it says what the column holds, and that no more than chance lets pass says that it holds something else.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Range;
use std::sync::Arc;

use trawl_model::{Piece, Segment};

use super::compile::Plan;
use super::{Candidate, label};
use crate::check::strength;
use crate::rule::{RuleIndex, Seed};

/// So many different values must pass.
const MIN_VALUES: usize = 8;
/// Of a hundred values of the column, so many must.
const MIN_PERCENT: usize = 95;
/// So many different values of one shape must be there before chance is blamed.
const MIN_ALIKE: usize = 12;
/// Chance is blamed for up to so many times what it lets pass.
const TIMES_CHANCE: usize = 3;
/// Numbers that lie closer than this are counted up rather than given to people.
const DENSE: u128 = 2_000;
/// So many columns of a piece are looked at.
const MAX_COLUMNS: usize = 256;

/// What a column says of a rule's values in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// All are: of what they are nothing else needs to speak.
    Confirmed,
    /// They are by chance.
    Refuted,
}

/// What the columns of a piece say.
#[derive(Default)]
pub(super) struct Columns(Vec<(Arc<str>, RuleIndex, Verdict)>);

impl Columns {
    /// A column is of one piece: of what others hold nothing is known. Where a piece sees more than it answers for, its
    /// neighbours see other cells, so that nothing is said.
    pub(super) fn of(plan: &Plan, piece: &Piece, candidates: &[Candidate]) -> Self {
        if piece.core != (0..piece.text.len()) || piece.segments.len() < MIN_VALUES {
            return Self::default();
        }
        let mut columns: BTreeMap<&str, BTreeMap<RuleIndex, Vec<Range<usize>>>> = BTreeMap::new();
        for candidate in candidates.iter().filter(|candidate| candidate.passed) {
            let shape = plan.shape(candidate.pattern);
            let span = candidate.start as usize..candidate.end as usize;
            if chance(plan, shape.rule).is_none()
                || plan.rule(shape.rule).patterns[usize::from(shape.number)].seed == Seed::Word
            {
                continue;
            }
            let cell = piece.segment_of(&span).filter(|segment| is_whole(piece, segment, &span));
            let Some(name) = cell.and_then(|cell| cell.label.as_deref()) else { continue };
            if columns.len() < MAX_COLUMNS || columns.contains_key(name) {
                columns.entry(name).or_default().entry(shape.rule).or_default().push(span);
            }
        }
        if columns.is_empty() {
            return Self::default();
        }
        let mut cells: HashMap<&str, Vec<&Segment>> =
            columns.keys().map(|name| (*name, Vec::new())).collect();
        for segment in &piece.segments {
            if let Some(cells) = segment.label.as_deref().and_then(|name| cells.get_mut(name)) {
                cells.push(segment);
            }
        }
        let mut said = Vec::new();
        for (name, rules) in columns {
            let cells = cells.remove(name).unwrap_or_default();
            if let Some(label) = cells.first().and_then(|cell| cell.label.clone()) {
                let texts = cells.iter().filter_map(|cell| piece.text.get(cell.text.clone()));
                let texts = texts.map(<[u8]>::trim_ascii).filter(|text| !text.is_empty());
                let column = Column { plan, text: &piece.text, all: texts.collect() };
                said.extend(
                    column.say(name, &rules).into_iter().map(|(r, v)| (label.clone(), r, v)),
                );
            }
        }
        Self(said)
    }

    /// What is said of a rule's value that is all of a cell.
    pub(super) fn say(
        &self,
        piece: &Piece,
        span: &Range<usize>,
        rule: RuleIndex,
    ) -> Option<Verdict> {
        if self.0.is_empty() {
            return None;
        }
        let segment = piece.segment_of(span).filter(|segment| is_whole(piece, segment, span))?;
        let name = segment.label.as_ref()?;
        let said = self.0.iter().find(|(label, of, _)| *of == rule && label == name);
        said.map(|(_, _, verdict)| *verdict)
    }
}

/// Of a thousand random numbers, how many pass the check of a rule; none if it has no check digit.
fn chance(plan: &Plan, rule: RuleIndex) -> Option<u16> {
    plan.rule(rule).check.as_ref().and_then(|check| strength::chance(&check.name))
}

fn is_whole(piece: &Piece, segment: &Segment, span: &Range<usize>) -> bool {
    let cell = piece.text.get(segment.text.clone()).unwrap_or(&[]);
    let before = cell.iter().take_while(|b| b.is_ascii_whitespace()).count();
    segment.text.start + before == span.start && cell.trim_ascii().len() == span.len()
}

/// The different values of one column.
struct Column<'a> {
    plan: &'a Plan,
    text: &'a [u8],
    all: BTreeSet<&'a [u8]>,
}

impl Column<'_> {
    fn say(
        &self,
        name: &str,
        rules: &BTreeMap<RuleIndex, Vec<Range<usize>>>,
    ) -> Vec<(RuleIndex, Verdict)> {
        let (mut said, mut sure) = (Vec::new(), Vec::new());
        for (rule, spans) in rules {
            let passing: BTreeSet<&[u8]> = spans.iter().map(|s| &self.text[s.clone()]).collect();
            let Some(chance) = chance(self.plan, *rule) else { continue };
            if self.is_by_chance(&passing, chance) {
                said.push((*rule, Verdict::Refuted));
            } else if passing.len() >= MIN_VALUES && is_nearly_all(passing.len(), self.all.len()) {
                sure.push((*rule, passing));
            }
        }
        if let [(rule, passing)] = &sure[..]
            && may_be_anything(name)
            && !is_counted_up(passing)
            && self.is_the_only_kind(*rule, passing)
        {
            let rule = *rule;
            said.push((rule, Verdict::Confirmed));
        }
        said
    }

    /// Whether no other type has the same check: which of them the numbers are, it wouldn't tell.
    fn is_the_only_kind(&self, rule: RuleIndex, passing: &BTreeSet<&[u8]>) -> bool {
        let own = self.plan.rule(rule);
        let others = self.plan.rules().filter(|other| other.type_id != own.type_id);
        let mut checks = others.filter_map(|other| other.check.as_ref()).filter(|check| {
            let is_own = own.check.as_ref().is_some_and(|own| own.name == check.name);
            !is_own
                && strength::chance(&check.name).is_some()
                && !strength::is_of_everyone(&check.name)
        });
        let is_of_everyone =
            own.check.as_ref().is_none_or(|check| strength::is_of_everyone(&check.name));
        !is_of_everyone
            && !checks.any(|check| {
                let count = passing.iter().filter(|value| (check.passes)(value)).count();
                is_nearly_all(count, passing.len())
            })
    }

    /// Whether of the values that look like those that pass no more pass than would at random.
    fn is_by_chance(&self, passing: &BTreeSet<&[u8]>, chance: u16) -> bool {
        let Some(one) = passing.first() else { return false };
        let look = |values: &BTreeSet<&[u8]>| values.iter().filter(|v| is_alike(v, one)).count();
        let (alike, passing) = (look(&self.all), look(passing));
        alike >= MIN_ALIKE && passing * 1_000 <= alike * TIMES_CHANCE * usize::from(chance)
    }
}

fn is_nearly_all(count: usize, all: usize) -> bool {
    count * 100 >= all * MIN_PERCENT
}

/// Whether digits, letters and other signs stand in the same places.
fn is_alike(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len()
        && a.iter().zip(b).all(|(a, b)| {
            a == b
                || a.is_ascii_digit() && b.is_ascii_digit()
                || a.is_ascii_alphabetic() && b.is_ascii_alphabetic()
        })
}

/// Whether numbers lie so close to each other that someone counts: customers, orders, rows.
fn is_counted_up(values: &BTreeSet<&[u8]>) -> bool {
    let number = |value: &&[u8]| {
        let digits = value.iter().filter(|b| b.is_ascii_digit()).take(30);
        digits.fold(0_u128, |number, digit| number * 10 + u128::from(digit - b'0'))
    };
    let numbers: BTreeSet<u128> = values.iter().map(number).collect();
    let (Some(first), Some(last)) = (numbers.first(), numbers.last()) else { return true };
    last - first <= DENSE * numbers.len() as u128
}

/// Whether a name says nothing of what a column holds, or no more than that it says who someone is. Names
/// of firms' own numbers (`customer`, `order`, `account`) may stand for numbers with check digits of their own.
fn may_be_anything(name: &str) -> bool {
    const WORDS: &str = "applicant attr attribute bürger c cidadao cidadão citizen ciudadano cittadino col column f \
        field holder ident identidad identification identité identity individual inhaber kennung official owner \
        person persona personal personnel personne persoon pessoa spalte subject taxpayer titular titulaire unnamed \
        var variable x";
    let mut names = name.rsplit(['.', '/', '@', '[', ']']);
    let own = names.find(|name| !name.is_empty()).unwrap_or(name);
    let parts = label::parts(own);
    let is_of_list = |part: &String| WORDS.split_ascii_whitespace().any(|word| word == part);
    parts.iter().all(|part| is_of_list(part) || label::says_nothing(part))
}
