//! From rules to the plan of a search: which automata are tried at which seeds.

use std::collections::HashMap;
use std::sync::OnceLock;

use regex_automata::Input;
use regex_automata::nfa::thompson::backtrack::{self, BoundedBacktracker};
use regex_automata::util::captures::Captures;

use super::facts::Behind;
use super::fold;

use super::label::{self, Labels};
use super::narrow::Kinds;
use super::needles::{Needles, Wanted, Whereabouts};
use super::sql;
use super::steps::Reasons;
use super::terms::Terms;
use super::tried::{DigitGroup, DigitGroups, Ready, Tried, Use};
use super::words::{self, Words};
use super::{PatternIndex, begins};
use crate::form;
use crate::people::Finding;
use crate::reach::{MAX_LITERAL_LEAD, MAX_MATCH_BYTES, MAX_PARTED_MATCH_BYTES};
use crate::rule::problem::{Error, Problem};
use crate::rule::{Boundary, Pattern, Rule, RuleIndex, Rules, Seed, regex_syntax};

/// What a search needs, worked out from the rules once.
pub(super) struct Plan {
    /// Patterns that are tried at runs of digits, all of one kind of boundary at once; made at the
    /// first digit.
    digits: OnceLock<DigitGroups>,
    /// Patterns that are tried around an `@`.
    pub(super) ats: Vec<Use>,
    /// Finds all literals and seed words.
    pub(super) needles: Needles,
    /// What each of them is for.
    pub(super) needle: Vec<Needle>,
    /// Patterns that are tried around literals: one a pattern and literal.
    pub(super) uses: Vec<Use>,
    /// Patterns that are tried behind words.
    pub(super) by_word: Vec<Use>,
    /// Which rules are of one kind.
    pub(super) kinds: Kinds,
    /// Patterns that take what the model of names and addresses finds.
    pub(super) models: Vec<(Finding, PatternIndex)>,
    /// Patterns that take codes beside terms.
    pub(super) codes: Vec<PatternIndex>,
    /// The rules' words as names hold them, and as text does; made when they are first asked for.
    labels: OnceLock<Labels>,
    words: OnceLock<Words>,
    /// The words for the steps of scores.
    pub(super) reasons: Reasons,
    shapes: Vec<Shape>,
    /// Terms of lists and dictionaries; made at the first look for them.
    terms: OnceLock<Option<Terms>>,
    rules: Rules,
}

/// A literal or a seed word.
pub(super) struct Needle {
    pub(super) text: String,
    whereabouts: Whereabouts,
    /// Uses of it as a literal, and whether its case matters.
    pub(super) literals: Vec<(usize, bool)>,
    /// Uses of it as a word.
    pub(super) words: Vec<usize>,
    /// Whether it begins the head of a statement that holds rows.
    pub(super) statement: bool,
    /// Uses of it in the head of a table alone, and whether it must be all that the head's cell holds.
    pub(super) heads: Vec<(usize, bool)>,
    /// What is known of its uses, when it is found for the first time.
    facts: OnceLock<Facts>,
}

/// What is known of all uses of a needle.
pub(super) struct Facts {
    /// What follows it where it is of use as a literal.
    pub(super) behind: Behind,
    /// Whether it is of use as a word only where a digit follows soon.
    pub(super) needs_digit: bool,
}

impl Needle {
    fn wanted(&self) -> Wanted<'_> {
        let exactly = self.words.is_empty()
            && self.heads.is_empty()
            && !self.statement
            && self.literals.iter().all(|(_, exactly)| *exactly);
        let behind = self.facts.get().map_or(Behind::ANYTHING, |facts| facts.behind);
        Wanted { text: &self.text, whereabouts: self.whereabouts, exactly, behind }
    }

    /// Whether it is a short literal, and no word.
    fn is_short(&self) -> bool {
        self.whereabouts == Whereabouts::Word && self.text.len() <= MAX_SHORT_LITERAL_BYTES
    }

    pub(super) fn facts(&self, uses: &[Use], by_word: &[Use]) -> &Facts {
        self.facts.get_or_init(|| {
            let mut behind = Behind::NOTHING;
            for (number, exactly) in &self.literals {
                let used = &uses[*number];
                let Some(ready) = used.ready() else { continue };
                behind.join(&if used.lead(ready).is_start() {
                    Behind::new(ready.automaton.nfa(), &self.text, !exactly)
                } else {
                    Behind::ANYTHING
                });
            }
            let needs_digit = |number: &usize| {
                by_word[*number].ready().is_none_or(|ready| ready.digit_within.is_some())
            };
            Facts { behind, needs_digit: self.words.iter().all(needs_digit) }
        })
    }
}

/// What the search must know of a pattern.
pub(super) struct Shape {
    pub(super) rule: RuleIndex,
    /// Which of the rule's patterns it is.
    pub(super) number: u16,
    pub(super) guard: bool,
    pub(super) entropy: Option<f32>,
    pub(super) longest_match: usize,
    /// What finds the value, where it is a part of the match: made at the first match.
    value: Option<(String, OnceLock<Option<ValueGroup>>)>,
}

impl Shape {
    /// Whether only a part of a match is the value.
    pub(super) const fn is_parted(&self) -> bool {
        self.value.is_some()
    }

    /// The value in a match.
    pub(super) fn value(
        &self,
        pattern: PatternIndex,
        field: &[u8],
        span: &std::ops::Range<usize>,
        slots: &mut Slots,
    ) -> Option<std::ops::Range<usize>> {
        match &self.value {
            None => Some(span.clone()),
            Some((regex, group)) => {
                let group = group.get_or_init(|| ValueGroup::new(pattern, regex)).as_ref()?;
                group.find(field, span, slots)
            }
        }
    }
}

/// At most so many bytes are used to keep in mind what was tried while the value of a match is
/// looked for: a bit for each byte of the longest match and state of the automaton.
const MAX_VISITED_BYTES: usize = 1 << 20;

/// Finds the part of a match that is the value.
struct ValueGroup {
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

    fn find(
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
        maker.prove();
        let (ats, uses, by_word, needle) = maker.others();
        if !maker.problems.is_empty() {
            return Err(Error::Rules(maker.problems));
        }
        // Short literals stand in many words, and are looked up by what follows them too.
        for needle in needle.iter().filter(|needle| needle.is_short()) {
            needle.facts(&uses, &by_word);
        }
        let needles = Needles::new(needle.iter().map(Needle::wanted));
        let reasons = Reasons::new();
        Ok(Self {
            digits: OnceLock::new(),
            ats,
            needles,
            needle,
            uses,
            kinds: Kinds::new(list, &by_word),
            by_word,
            models: models(list),
            codes: codes(list),
            labels: OnceLock::new(),
            words: OnceLock::new(),
            reasons,
            shapes,
            terms: OnceLock::new(),
            rules,
        })
    }

    /// Patterns that are tried at runs of digits.
    pub(super) fn digits(&self) -> &DigitGroups {
        self.digits.get_or_init(|| {
            let mut uses = Vec::new();
            for boundary in [Boundary::Word, Boundary::Digit, Boundary::Space, Boundary::None] {
                let list = self.rules.list();
                let all = list.iter().flat_map(|rule| &rule.patterns).enumerate();
                let patterns: Vec<_> = all
                    .filter(|(_, p)| p.seed == Seed::Digits && p.boundary == boundary)
                    .map(|(index, p)| (PatternIndex(index as u16), p.regex.as_str()))
                    .collect();
                uses.extend(DigitGroup::all(&patterns, boundary));
            }
            DigitGroups::new(uses)
        })
    }

    /// Terms of lists and dictionaries.
    pub(super) fn terms(&self) -> Option<&Terms> {
        self.terms.get_or_init(|| Terms::new(self.rules.list())).as_ref()
    }

    /// The rules' words as names hold them.
    pub(super) fn labels(&self) -> &Labels {
        self.labels.get_or_init(|| Labels::new(self.rules.list()))
    }

    /// The rules' words as text holds them.
    pub(super) fn words(&self) -> &Words {
        self.words.get_or_init(|| Words::new(self.rules.list()))
    }

    pub(super) fn shape(&self, pattern: PatternIndex) -> &Shape {
        &self.shapes[pattern.index()]
    }

    pub(super) fn rule(&self, rule: RuleIndex) -> &Rule {
        &self.rules.list()[rule.index()]
    }

    pub(super) fn rules(&self) -> impl Iterator<Item = &Rule> {
        self.rules.list().iter()
    }

    pub(super) fn rule_of(&self, pattern: PatternIndex) -> &Rule {
        &self.rules.list()[self.shape(pattern).rule.index()]
    }

    /// Whether a value passes its check: none if that is the end of it.
    pub(super) fn check(&self, pattern: PatternIndex, value: &[u8]) -> Option<bool> {
        let rule = self.rule_of(pattern);
        if rule.hashes.as_ref().is_some_and(|hashes| !hashes.hold(&form::of(rule.form, value))) {
            return None;
        }
        match &rule.check {
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
                shapes.push(Shape {
                    rule,
                    number: p as u16,
                    guard: pattern.guard,
                    entropy: pattern.entropy,
                    longest_match: longest_match(pattern),
                    value: pattern
                        .has_value_group
                        .then(|| (pattern.regex.clone(), OnceLock::new())),
                });
            }
        }
        shapes
    }

    /// Makes what rules from outside ask for, to see whether it can be made. Of the rules that come
    /// with Trawl a test has seen it, and theirs is made where it is needed.
    fn prove(&mut self) {
        for (index, rule, pattern) in self.numbered.clone() {
            if self.rules[rule.index()].built_in
                || matches!(pattern.seed, Seed::Model | Seed::Terms | Seed::Code)
            {
                continue;
            }
            let value = || ValueGroup::new(index, &pattern.regex).is_some();
            let tried = Tried::new(index, pattern, false);
            let is_bounded = |ready: &&Ready| {
                ready.automaton.is_bounded() && (!pattern.has_value_group || value())
            };
            let Some(ready) = tried.get().filter(is_bounded) else {
                self.too_large(index);
                continue;
            };
            for (literal, lead) in pattern.literals.iter().zip(&ready.leads) {
                // What holds another literal is found by that one.
                let mut others = pattern.literals.iter().filter(|other| *other != literal);
                if lead.is_none() && !others.any(|other| literal.contains(other)) {
                    self.never(index, literal);
                }
            }
        }
    }

    fn others(&mut self) -> (Vec<Use>, Vec<Use>, Vec<Use>, Vec<Needle>) {
        let (mut ats, mut uses, mut by_word) = (Vec::new(), Vec::new(), Vec::new());
        let mut needles = NeedleList::default();
        for (index, rule, pattern) in self.numbered.clone() {
            if matches!(pattern.seed, Seed::Digits | Seed::Model | Seed::Terms | Seed::Code) {
                continue;
            }
            let begins = pattern.seed == Seed::Literal
                && begins::with_one_of(&pattern.regex, &pattern.literals, pattern.ignore_case);
            let tried = std::sync::Arc::new(Tried::new(index, pattern, begins));
            let boundary = match pattern.boundary {
                // What stands before the value, the regex says itself.
                Boundary::Space if pattern.has_value_group => Boundary::None,
                other => other,
            };
            let at = |literal| Use {
                tried: tried.clone(),
                literal,
                rule,
                longest_match: longest_match(pattern),
                boundary,
                ends: pattern.boundary,
                lists: self.rules[rule.index()].list,
            };
            match pattern.seed {
                Seed::At => ats.push(at(0)),
                Seed::Word => {
                    let words = &self.rules[rule.index()].words;
                    let told = told_by_word(&self.rules[rule.index()], pattern);
                    for word in words {
                        let bare = word.strip_prefix(label::WHOLE);
                        let spelled = fold::written(bare.unwrap_or(word));
                        for spelling in spelled.flat_map(|word| words::spellings_of(&word)) {
                            let whereabouts = Whereabouts::of_word(&spelling);
                            let needle = needles.at(&spelling, whereabouts);
                            if told && bare.is_none() {
                                push_new(&mut needle.words, by_word.len());
                            } else {
                                push_new(&mut needle.heads, (by_word.len(), bare.is_some()));
                            }
                        }
                    }
                    by_word.push(at(0));
                }
                Seed::Literal | Seed::Digits | Seed::Model | Seed::Terms | Seed::Code => {
                    let is_of_words = matches!(boundary, Boundary::Word | Boundary::Space);
                    for (number, literal) in pattern.literals.iter().enumerate() {
                        let is_start = || {
                            literal.len() <= MAX_SHORT_LITERAL_BYTES
                                && tried.get().is_some_and(|ready| ready.leads[number].is_start())
                        };
                        let begins_words = is_of_words && (begins || is_start());
                        let whereabouts = Whereabouts::of_literal(literal, begins_words);
                        let needle = needles.at(literal, whereabouts);
                        needle.literals.push((uses.len(), !pattern.ignore_case));
                        uses.push(at(number));
                    }
                }
            }
        }
        if !by_word.is_empty() {
            for word in sql::HEADS {
                needles.at(word, Whereabouts::of_word(word)).statement = true;
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

/// The patterns of all rules that take what the model finds.
fn models(rules: &[Rule]) -> Vec<(Finding, PatternIndex)> {
    let all = rules.iter().flat_map(|rule| &rule.patterns).enumerate();
    all.filter_map(|(index, p)| Some((p.finding?, PatternIndex(index as u16)))).collect()
}

/// The patterns of all rules that take codes beside terms.
fn codes(rules: &[Rule]) -> Vec<PatternIndex> {
    let all = rules.iter().flat_map(|rule| &rule.patterns).enumerate();
    let codes = all.filter(|(_, pattern)| pattern.seed == Seed::Code);
    codes.map(|(index, _)| PatternIndex(index as u16)).collect()
}

/// How many bytes a match of a pattern may have. Behind a word it is tried at many places.
fn longest_match(pattern: &Pattern) -> usize {
    if pattern.has_value_group || pattern.seed == Seed::Word {
        MAX_PARTED_MATCH_BYTES
    } else {
        MAX_MATCH_BYTES
    }
}

/// Adds what is not the last already.
fn push_new<T: PartialEq>(list: &mut Vec<T>, item: T) {
    if list.last() != Some(&item) {
        list.push(item);
    }
}

/// Whether a pattern that follows a word can be sure enough by a word in running text; if not, it
/// is looked for under labels alone.
fn told_by_word(rule: &Rule, pattern: &Pattern) -> bool {
    let check = rule.check.as_ref().map_or(0, |check| i16::from(check.points));
    let context = i16::from(rule.points.word.max(rule.points.path));
    i16::from(pattern.confidence) + check + context >= i16::from(rule.min.as_percent())
}

/// Of literals of at most so many bytes, which stand in many words, more is worked out before they
/// are found.
const MAX_SHORT_LITERAL_BYTES: usize = 3;

/// Literals and words, each spelling once for each of its whereabouts.
#[derive(Default)]
struct NeedleList {
    list: Vec<Needle>,
    index: HashMap<(String, Whereabouts), usize>,
}

impl NeedleList {
    fn at(&mut self, text: &str, whereabouts: Whereabouts) -> &mut Needle {
        let next = self.list.len();
        let at = *self.index.entry((text.to_owned(), whereabouts)).or_insert(next);
        if at == next {
            let (literals, words, heads) = (Vec::new(), Vec::new(), Vec::new());
            let (text, statement, facts) = (text.to_owned(), false, OnceLock::new());
            self.list.push(Needle { text, whereabouts, literals, words, heads, statement, facts });
        }
        &mut self.list[at]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What comes with Trawl is made where it is needed, and must be found right here.
    #[test]
    fn all_that_the_built_in_rules_ask_for_can_be_made() {
        let texts = crate::rule::built_in_texts();
        let texts: Vec<_> = texts.iter().enumerate().map(|(i, t)| (i.to_string(), *t)).collect();
        let rules = Rules::parse(&texts).unwrap_or_else(|e| panic!("{e}"));
        assert!(rules.list().iter().all(|rule| !rule.built_in));
        Plan::new(rules).map(|_| ()).unwrap_or_else(|e| panic!("{e}"));
    }
}
