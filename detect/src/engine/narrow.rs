//! From a general kind to a country's own: what is called a passport alone, or a licence, is of the country that the
//! text around it is of, where it has the shape of that country's.

use std::collections::HashMap;

use super::PatternIndex;
use super::country::Country;
use super::find::Finder;
use super::place::Place;
use super::tried::Use;
use crate::rule::{Rule, RuleIndex};

/// Rules of kinds that many countries have, and those of the countries.
#[derive(Default)]
pub(super) struct Kinds {
    /// Of a general rule, which of the uses behind words are of countries' rules of the same kind.
    narrower: HashMap<RuleIndex, Vec<usize>>,
    /// Of a country's rule, the general ones.
    general: HashMap<RuleIndex, Vec<RuleIndex>>,
}

impl Kinds {
    pub(super) fn new(rules: &[Rule], by_word: &[Use]) -> Self {
        let mut kinds = Self::default();
        let index = |r: usize| RuleIndex(r as u16);
        let of_country = |rule: &Rule| Country::of_rule(rule).is_some();
        for (g, general) in rules.iter().enumerate().filter(|(_, r)| r.jurisdiction.is_empty()) {
            let is_same = |rule: &Rule| rule.class == general.class && of_country(rule);
            let mut narrower = Vec::new();
            let uses = by_word.iter().enumerate();
            for (u, used) in uses.filter(|(_, used)| is_same(&rules[used.rule.index()])) {
                narrower.push(u);
                let of = kinds.general.entry(used.rule).or_default();
                if of.last() != Some(&index(g)) {
                    of.push(index(g));
                }
            }
            if !narrower.is_empty() {
                kinds.narrower.insert(index(g), narrower);
            }
        }
        kinds
    }

    /// The general rules of the kind that a country's rule is of.
    pub(super) fn general(&self, rule: RuleIndex) -> &[RuleIndex] {
        self.general.get(&rule).map_or(&[], |general| general)
    }
}

impl Finder<'_> {
    /// Tries the rules of all countries where a general rule of their kind has found something.
    pub(super) fn narrow(&mut self) {
        let plan = self.plan;
        if plan.kinds.narrower.is_empty() {
            return;
        }
        let mut last: Option<(usize, PatternIndex)> = None;
        for i in 0..self.found.len() {
            let (start, pattern) = (self.found[i].start as usize, self.found[i].pattern);
            let rule = plan.shape(pattern).rule;
            let Some(uses) = plan.kinds.narrower.get(&rule) else { continue };
            if last.replace((start, pattern)) == Some((start, pattern)) {
                continue;
            }
            let span = start..self.found[i].end as usize;
            let Some(segment) = self.piece.segment_of(&span) else { continue };
            let Some(field) = self.piece.text.get(..segment.text.end) else { continue };
            let place = Place { field, field_start: segment.text.start, seed: start };
            for used in uses {
                self.try_at(place, &plan.by_word[*used]);
            }
        }
    }
}
