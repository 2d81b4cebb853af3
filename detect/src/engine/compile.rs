//! From rules to the plan of a search: which automata are tried at which seeds.

use std::collections::HashMap;

use aho_corasick::AhoCorasick;
use regex_automata::Input;
use regex_automata::nfa::thompson::backtrack::{self, BoundedBacktracker};
use regex_automata::util::captures::Captures;

use super::automaton::Automaton;
use super::judge::Reasons;
use super::label::Labels;
use super::words::{self, Words};
use super::{PatternIndex, beside};
use crate::reach::{MAX_DIGIT_LEAD, MAX_LITERAL_LEAD, MAX_MATCH_BYTES, MAX_PARTED_MATCH_BYTES};
use crate::rule::problem::{Error, Problem};
use crate::rule::{Boundary, Pattern, Rule, RuleIndex, Rules, Seed, regex_syntax};

/// What a search needs, worked out from the rules once.
pub(super) struct Plan {
    /// Patterns that are tried at runs of digits.
    pub(super) digits: Vec<Use>,
    /// Patterns that are tried around an `@`.
    pub(super) ats: Vec<Use>,
    /// Finds all literals and seed words.
    pub(super) needles: Option<AhoCorasick>,
    /// What each of them is for.
    pub(super) needle: Vec<Needle>,
    /// Patterns that are tried around literals: one a pattern and literal.
    pub(super) uses: Vec<Use>,
    /// Patterns that are tried behind words.
    pub(super) by_word: Vec<Use>,
    /// The rules' words as names hold them.
    pub(super) labels: Labels,
    /// The rules' words as text holds them.
    pub(super) words: Words,
    /// The words for the steps of scores.
    pub(super) reasons: Reasons,
    shapes: Vec<Shape>,
    rules: Rules,
}

/// An automaton, and where it is tried.
pub(super) struct Use {
    pub(super) automaton: std::sync::Arc<Automaton>,
    /// The rule, where it is of one.
    pub(super) rule: RuleIndex,
    /// How many bytes may stand before the seed, as bits.
    pub(super) leads: u128,
    pub(super) longest_lead: usize,
    /// How many bytes a match may have.
    pub(super) longest_match: usize,
    boundary: Boundary,
    /// What may stand behind a match.
    pub(super) ends: Boundary,
    /// Whether what follows a word may be a list of values; a secret stands alone, in its line.
    pub(super) lists: bool,
}

impl Use {
    fn new(
        automaton: std::sync::Arc<Automaton>,
        rule: RuleIndex,
        leads: u128,
        boundary: Boundary,
        longest_match: usize,
    ) -> Self {
        let longest_lead = 127_usize.saturating_sub(leads.leading_zeros() as usize);
        let ends = boundary;
        Self { automaton, rule, leads, longest_lead, longest_match, boundary, ends, lists: true }
    }

    /// Whether a match may begin here, seen from the bytes on either side.
    pub(super) fn may_start(&self, field: &[u8], field_start: usize, at: usize) -> bool {
        self.automaton.may_begin_with(field[at])
            && beside::may_begin(&field[field_start..], at - field_start, self.boundary)
    }
}

/// A literal or a seed word.
#[derive(Default)]
pub(super) struct Needle {
    pub(super) text: String,
    /// Uses of it as a literal, and whether its case matters.
    pub(super) literals: Vec<(usize, bool)>,
    /// Uses of it as a word.
    pub(super) words: Vec<usize>,
}

/// What the search must know of a pattern.
pub(super) struct Shape {
    pub(super) rule: RuleIndex,
    /// Which of the rule's patterns it is.
    pub(super) number: u16,
    pub(super) guard: bool,
    pub(super) entropy: Option<f32>,
    pub(super) longest_match: usize,
    pub(super) value: Option<ValueGroup>,
}

/// At most so many bytes are used to keep in mind what was tried while the value of a match is
/// looked for: a bit for each byte of the longest match and state of the automaton.
const MAX_VISITED_BYTES: usize = 1 << 20;

/// Finds the part of a match that is the value.
pub(super) struct ValueGroup {
    pattern: PatternIndex,
    machine: BoundedBacktracker,
    group: usize,
}

/// What finding value groups needs, kept a thread.
#[derive(Default)]
pub(super) struct Slots(HashMap<PatternIndex, (backtrack::Cache, Captures)>);

impl ValueGroup {
    fn new(pattern: PatternIndex, regex: &str) -> Option<Self> {
        let machine = BoundedBacktracker::builder()
            .configure(BoundedBacktracker::config().visited_capacity(MAX_VISITED_BYTES))
            .syntax(regex_syntax())
            .thompson(regex_automata::nfa::thompson::Config::new().utf8(false))
            .build(&format!(r"\A(?:{regex})\z"))
            .ok()?;
        if machine.max_haystack_len() < MAX_PARTED_MATCH_BYTES {
            return None;
        }
        let group = machine.get_nfa().group_info().to_index(Default::default(), "value")?;
        Some(Self { pattern, machine, group })
    }

    /// The value in a match.
    pub(super) fn find(
        &self,
        field: &[u8],
        span: &std::ops::Range<usize>,
        slots: &mut Slots,
    ) -> Option<std::ops::Range<usize>> {
        let new = || (self.machine.create_cache(), self.machine.create_captures());
        let (cache, captures) = slots.0.entry(self.pattern).or_insert_with(new);
        self.machine.try_captures(cache, Input::new(&field[span.clone()]), captures).ok()?;
        let value = captures.get_group(self.group)?;
        Some(span.start + value.start..span.start + value.end)
    }
}

impl Plan {
    pub(super) fn new(rules: Rules) -> Result<Self, Error> {
        let list = rules.list();
        let mut maker = Maker { rules: list, numbered: Vec::new(), problems: Vec::new() };
        let shapes = maker.shapes();
        let digits = maker.digits();
        let (ats, uses, by_word, needle) = maker.others();
        if !maker.problems.is_empty() {
            return Err(Error::Rules(maker.problems));
        }
        let texts: Vec<String> = needle.iter().map(|n| n.text.clone()).collect();
        let needles = words::automaton(&texts, "the list of literals")?;
        let (labels, words) = (Labels::new(list), Words::new(list)?);
        let reasons = Reasons::new();
        Ok(Self {
            digits,
            ats,
            needles,
            needle,
            uses,
            by_word,
            labels,
            words,
            reasons,
            shapes,
            rules,
        })
    }

    pub(super) fn shape(&self, pattern: PatternIndex) -> &Shape {
        &self.shapes[pattern.index()]
    }

    pub(super) fn rule_of(&self, pattern: PatternIndex) -> &Rule {
        &self.rules.list()[self.shape(pattern).rule.index()]
    }

    /// Whether a value passes its check: none if that is the end of it.
    pub(super) fn check(&self, pattern: PatternIndex, value: &[u8]) -> Option<bool> {
        match &self.rule_of(pattern).check {
            None => Some(true),
            Some(check) => {
                let passes = (check.passes)(value);
                (passes || check.fail_points.is_some()).then_some(passes)
            }
        }
    }
}

struct Maker<'a> {
    rules: &'a [Rule],
    numbered: Vec<(PatternIndex, RuleIndex, &'a Pattern)>,
    problems: Vec<Problem>,
}

impl<'a> Maker<'a> {
    fn shapes(&mut self) -> Vec<Shape> {
        let mut shapes = Vec::new();
        for (r, rule) in self.rules.iter().enumerate() {
            for (p, pattern) in rule.patterns.iter().enumerate() {
                let (index, rule) = (PatternIndex(shapes.len() as u16), RuleIndex(r as u16));
                self.numbered.push((index, rule, pattern));
                let value = pattern.has_value_group.then(|| ValueGroup::new(index, &pattern.regex));
                if matches!(value, Some(None)) {
                    self.too_large(index);
                }
                shapes.push(Shape {
                    rule,
                    number: p as u16,
                    guard: pattern.guard,
                    entropy: pattern.entropy,
                    longest_match: longest_match(pattern),
                    value: value.flatten(),
                });
            }
        }
        shapes
    }

    /// All digit patterns of one kind of boundary are walked at once.
    fn digits(&mut self) -> Vec<Use> {
        let mut uses = Vec::new();
        for boundary in [Boundary::Word, Boundary::Digit, Boundary::Space, Boundary::None] {
            let patterns: Vec<_> = self
                .numbered
                .iter()
                .filter(|(_, _, p)| p.seed == Seed::Digits && p.boundary == boundary)
                .map(|(index, _, p)| (*index, p.regex.as_str()))
                .collect();
            match Automaton::some(&patterns) {
                Ok(automata) => uses.extend(automata.into_iter().map(|automaton| {
                    let leads = automaton.digit_leads(MAX_DIGIT_LEAD);
                    Use::new(automaton.into(), RuleIndex(0), leads, boundary, MAX_MATCH_BYTES)
                })),
                Err(pattern) => self.too_large(pattern),
            }
        }
        uses
    }

    fn others(&mut self) -> (Vec<Use>, Vec<Use>, Vec<Use>, Vec<Needle>) {
        let (mut ats, mut uses, mut by_word) = (Vec::new(), Vec::new(), Vec::new());
        let mut needles = Needles::default();
        for (index, rule, pattern) in self.numbered.clone() {
            if pattern.seed == Seed::Digits {
                continue;
            }
            let Some(automaton) = Automaton::new(&[(index, &pattern.regex)]) else {
                self.too_large(index);
                continue;
            };
            let automaton = std::sync::Arc::new(automaton);
            let boundary = match pattern.boundary {
                // What stands before the value, the regex says itself.
                Boundary::Space if pattern.has_value_group => Boundary::None,
                other => other,
            };
            let longest = longest_match(pattern);
            let at = |leads| Use {
                ends: pattern.boundary,
                lists: !self.rules[rule.index()].secret,
                ..Use::new(automaton.clone(), rule, leads, boundary, longest)
            };
            match pattern.seed {
                Seed::At => {
                    let leads = automaton.leads(MAX_LITERAL_LEAD, &["@"], false);
                    ats.extend(leads.into_iter().map(at));
                }
                Seed::Word => {
                    let words = &self.rules[rule.index()].words;
                    let told = told_by_word(&self.rules[rule.index()], pattern);
                    for word in words.iter().filter(|_| told) {
                        for spelling in words::spellings_of(word) {
                            needles.at(&spelling).words.push(by_word.len());
                        }
                    }
                    by_word.push(at(1));
                }
                Seed::Literal | Seed::Digits => {
                    let ignore_case = pattern.ignore_case;
                    let literals: Vec<&str> = pattern.literals.iter().map(String::as_str).collect();
                    let leads = automaton.leads(MAX_LITERAL_LEAD, &literals, ignore_case);
                    for (literal, leads) in literals.iter().zip(leads) {
                        if leads == 0 {
                            // What holds another literal is found by that one.
                            let others = literals.iter().filter(|other| *other != literal);
                            if !others.into_iter().any(|other| literal.contains(other)) {
                                self.never(index, literal);
                            }
                            continue;
                        }
                        needles.at(literal).literals.push((uses.len(), !ignore_case));
                        uses.push(at(leads));
                    }
                }
            }
        }
        (ats, uses, by_word, needles.list)
    }

    fn too_large(&mut self, pattern: PatternIndex) {
        let what = "its automaton is larger than its bound; use smaller repeats and fewer \
                    alternatives, or several patterns";
        self.problem(pattern, "regex", what.to_owned());
    }

    fn never(&mut self, pattern: PatternIndex, literal: &str) {
        let what = format!(
            "{literal:?} is the first literal of no match, or stands more than {MAX_LITERAL_LEAD} \
             bytes from its beginning; leave it out, or correct it or the regex"
        );
        self.problem(pattern, "literals", what);
    }

    fn problem(&mut self, pattern: PatternIndex, key: &str, what: String) {
        let (_, rule, _) = self.numbered[pattern.index()];
        let number = self.numbered[..pattern.index()].iter().filter(|(_, r, _)| *r == rule).count();
        let file = self.rules[rule.index()].reference.id.to_string();
        self.problems.push(Problem {
            file,
            line: None,
            key: Some(format!("pattern[{number}].{key}")),
            what,
        });
    }
}

/// How many bytes a match of a pattern may have. Behind a word it is tried at many places.
fn longest_match(pattern: &Pattern) -> usize {
    if pattern.has_value_group || pattern.seed == Seed::Word {
        MAX_PARTED_MATCH_BYTES
    } else {
        MAX_MATCH_BYTES
    }
}

/// Whether a pattern that follows a word can be sure enough by a word in running text; if not, it
/// is looked for under labels alone.
fn told_by_word(rule: &Rule, pattern: &Pattern) -> bool {
    let check = rule.check.as_ref().map_or(0, |check| i16::from(check.points));
    let context = i16::from(rule.points.word.max(rule.points.path));
    i16::from(pattern.confidence) + check + context >= i16::from(rule.min.as_percent())
}

/// Literals and words, each spelling once.
#[derive(Default)]
struct Needles {
    list: Vec<Needle>,
    index: HashMap<String, usize>,
}

impl Needles {
    fn at(&mut self, text: &str) -> &mut Needle {
        let next = self.list.len();
        let at = *self.index.entry(text.to_owned()).or_insert(next);
        if at == next {
            self.list.push(Needle { text: text.to_owned(), ..Needle::default() });
        }
        &mut self.list[at]
    }
}
