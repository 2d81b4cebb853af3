//! Rules: what is looked for, as data.
//!
//! A rule file is untrusted text: lengths, counts and the size of what its regexes become are
//! bounded, and a file with a mistake is refused with all its mistakes.

pub(crate) mod attached;
pub mod file;
mod judge;
pub mod markdown;
pub mod problem;

use std::collections::HashMap;
use std::sync::Arc;

use trawl_model::finding::RuleRef;
use trawl_model::id::RuleSetId;
use trawl_model::{Confidence, Level, TypeId};

use crate::check;
use crate::people::{self, Finding};
use attached::{Attached, Terms};
pub use attached::{Beside, MAX_ATTACHED_BYTES};
pub use file::{Boundary, Category, Evidence, Example, Form, Points, Seed};
pub(crate) use judge::{MAX_LITERAL_BYTES, regex_syntax};
use problem::{Error, Problem, Problems};

/// At most so many rules.
pub const MAX_RULES: usize = 4096;

/// Raised whenever the engine finds something else by the same rules: it is a part of the rule
/// set's id.
const ENGINE_VERSION: u32 = 6;

/// The lists of terms that come with Trawl, by `<folder>/<language>.txt`.
pub(crate) static LISTS: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/lists.rs"));

static BUILT_IN: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/built_in.rs"));

/// The same without their examples, as a list in JSON: it is read in a tenth of the time.
static HEADS: &str = include_str!(concat!(env!("OUT_DIR"), "/heads.json"));

/// A rule of a set, from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RuleIndex(pub u16);

impl RuleIndex {
    /// The place in the set's list.
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// A rule that has been read and found right.
#[derive(Debug, Clone)]
pub struct Rule {
    /// Its id and version.
    pub reference: RuleRef,
    /// The type that it finds.
    pub type_id: TypeId,
    /// How people call it.
    pub name: String,
    /// The class of its tokens.
    pub class: Arc<str>,
    /// Where it is issued or what law knows it; empty: everywhere.
    pub jurisdiction: Vec<String>,
    /// What kind of thing it is.
    pub category: Category,
    /// How bad it is when a value gets out.
    pub sensitivity: Level,
    /// The laws and standards that ask about it.
    pub regulations: Vec<String>,
    /// Whether a value names a person.
    pub person: bool,
    /// Whether a value is a secret.
    pub secret: bool,
    /// Its words of context, in lower case.
    pub words: Vec<String>,
    /// Whether nothing is found without one of the words.
    pub requires_word: bool,
    /// Whether a word may stand before a list of values.
    pub list: bool,
    /// Where two values overlap, the higher priority wins whatever the confidence.
    pub priority: u8,
    /// Below this nothing is reported.
    pub min: Confidence,
    /// The shapes of a value.
    pub patterns: Vec<Pattern>,
    /// What a value must fulfil beyond its shape.
    pub check: Option<Check>,
    /// How all spellings become one.
    pub form: Form,
    /// What context adds.
    pub points: Points,
    /// Values that everyone may know, in their one form, sorted.
    pub known: Vec<Vec<u8>>,
    /// What is taken away from them.
    pub known_points: i8,
    /// Texts that say what is found and what isn't.
    pub examples: Vec<Example>,
    /// Whether it comes with Trawl: a test has made all that it asks for.
    pub built_in: bool,
    /// A list of hashes, one of which a value must have.
    pub(crate) hashes: Option<Arc<attached::Hashes>>,
    /// The hash of the content of the files beside it that it needs.
    attached: Option<[u8; 32]>,
}

/// A shape that a value may have.
#[derive(Debug, Clone)]
pub struct Pattern {
    /// How its places are found.
    pub seed: Seed,
    /// What seed `literal` looks for.
    pub literals: Vec<String>,
    /// Whether literals are looked for in any case.
    pub ignore_case: bool,
    /// What seed `model` finds.
    pub finding: Option<Finding>,
    /// The regex; seed `model` has none.
    pub regex: String,
    /// Whether only a group of the match is the value.
    pub has_value_group: bool,
    /// The confidence that a match begins with.
    pub confidence: u8,
    /// What may not stand directly before and after.
    pub boundary: Boundary,
    /// Whether a match that is plainly a part of something else is dropped.
    pub guard: bool,
    /// The least Shannon entropy of the value, in bits a byte.
    pub entropy: Option<f32>,
    /// The terms of seed `terms`.
    pub(crate) terms: Option<Terms>,
    /// Whether of the terms a person has one.
    pub exclusive: bool,
    /// What each kind of evidence adds that a term is said of a person.
    pub evidence: Evidence,
}

/// What a value must fulfil beyond its shape.
#[derive(Debug, Clone)]
pub struct Check {
    /// Its name.
    pub name: Arc<str>,
    /// The function.
    pub passes: check::Check,
    /// What is added where it passes.
    pub points: i8,
    /// What is taken away where it fails; none: the value is dropped.
    pub fail_points: Option<i8>,
}

/// A set of rules, in the order of their ids.
#[derive(Debug, Clone)]
pub struct Rules {
    rules: Vec<Rule>,
    texts: Vec<(String, String)>,
}

impl Rules {
    /// The rules that come with Trawl, without their examples.
    pub fn built_in() -> Result<Self, Error> {
        let heads: Vec<Option<file::File>> = serde_json::from_str(HEADS).unwrap_or_default();
        if heads.len() != BUILT_IN.len() || heads.iter().any(Option::is_none) {
            // Something is wrong with a file: this tells what.
            return Self::built_in_with_examples();
        }
        let (mut problems, mut rules) = (Vec::new(), Vec::new());
        for ((name, text), head) in BUILT_IN.iter().zip(heads.into_iter().flatten()) {
            let mut here = Problems::new(name, &mut problems);
            let attached = Attached::new(name, &attached::nothing);
            if let Some(rule) = judge::proven(head, attached, &mut here) {
                rules.push((rule, (*name).to_owned(), (*text).to_owned()));
            }
        }
        Self::of(rules, problems)
    }

    /// The rules that come with Trawl, with their examples, judged as rules from outside are.
    pub fn built_in_with_examples() -> Result<Self, Error> {
        let mut rules = Self::parse(BUILT_IN)?;
        rules.rules.iter_mut().for_each(|rule| rule.built_in = true);
        Ok(rules)
    }

    /// The rules of these files, each with the name by which its problems are told. None of them may
    /// need a file beside it.
    pub fn parse<N: AsRef<str>, T: AsRef<str>>(files: &[(N, T)]) -> Result<Self, Error> {
        Self::parse_beside(files, &attached::nothing)
    }

    /// The rules of these files, where `beside` gives the content of a file that stands beside a
    /// rule, by the name of the rule's file and its own name, or says why it can't be had.
    pub fn parse_beside<N: AsRef<str>, T: AsRef<str>>(
        files: &[(N, T)],
        beside: Beside<'_>,
    ) -> Result<Self, Error> {
        Self::read(files, beside, judge::read)
    }

    fn read<N: AsRef<str>, T: AsRef<str>>(
        files: &[(N, T)],
        beside: Beside<'_>,
        read: fn(&str, Attached<'_>, &mut Problems<'_>) -> Option<Rule>,
    ) -> Result<Self, Error> {
        let mut problems = Vec::new();
        let mut rules = Vec::new();
        for (name, text) in files {
            let mut here = Problems::new(name.as_ref(), &mut problems);
            let attached = Attached::new(name.as_ref(), beside);
            if let Some(rule) = read(text.as_ref(), attached, &mut here) {
                rules.push((rule, name.as_ref().to_owned(), text.as_ref().to_owned()));
            }
        }
        Self::of(rules, problems)
    }

    /// These rules and those, as one set; no id may stand in both.
    pub fn and(self, others: Self) -> Result<Self, Error> {
        let both = [self, others].into_iter().flat_map(|set| {
            let texts = set.texts.into_iter();
            set.rules.into_iter().zip(texts).map(|(rule, (name, text))| (rule, name, text))
        });
        Self::of(both.collect(), Vec::new())
    }

    /// The rules, in the order of their ids.
    pub fn list(&self) -> &[Rule] {
        &self.rules
    }

    /// The rules, to be changed in what their ids do not depend on.
    pub(crate) fn list_mut(&mut self) -> &mut [Rule] {
        &mut self.rules
    }

    /// The rule of an index that this set's engine gave out.
    pub fn get(&self, index: RuleIndex) -> Option<&Rule> {
        self.rules.get(index.index())
    }

    /// The file of a rule, as it was read.
    pub fn text(&self, index: RuleIndex) -> Option<&str> {
        self.texts.get(index.index()).map(|(_, text)| text.as_str())
    }

    /// The rule of this id.
    pub fn by_id(&self, id: &str) -> Option<&Rule> {
        self.numbered(id).map(|(_, rule)| rule)
    }

    /// The rule of this id, and its place in the list.
    pub(crate) fn numbered(&self, id: &str) -> Option<(RuleIndex, &Rule)> {
        let at = self.rules.binary_search_by(|r| (*r.reference.id).cmp(id)).ok()?;
        Some((RuleIndex(u16::try_from(at).ok()?), self.rules.get(at)?))
    }

    /// The id of the content of this set: equal ids find equal things.
    pub fn id(&self) -> RuleSetId {
        let texts = self.texts.iter().zip(&self.rules).map(|((_, text), rule)| {
            let mut hash = blake3::Hasher::new();
            hash.update(text.as_bytes());
            hash.update(rule.attached.as_ref().map_or(&[], |attached| attached));
            hash.finalize().into()
        });
        let of_lists = |rule: &Rule| {
            rule.patterns.iter().any(|p| matches!(p.terms, Some(Terms::Lists { .. })))
        };
        let lists = self.rules.iter().any(of_lists).then(hash_of_lists);
        id_of(texts.chain(lists).collect())
    }

    /// The id of the rules that come with Trawl, which need not be read for it.
    pub(crate) fn id_of_built_in() -> RuleSetId {
        let texts = BUILT_IN.iter().map(|(_, text)| blake3::hash(text.as_bytes()).into());
        id_of(texts.chain([hash_of_lists()]).collect())
    }

    fn of(
        mut rules: Vec<(Rule, String, String)>,
        mut problems: Vec<Problem>,
    ) -> Result<Self, Error> {
        let mut seen: HashMap<Arc<str>, String> = HashMap::new();
        for (rule, file, _) in &rules {
            let id = rule.reference.id.clone();
            if let Some(other) = seen.insert(id.clone(), file.clone()) {
                let what = format!("{id:?} is the id of the rule in {other} too; give it another");
                Problems::new(file, &mut problems).key("id", what);
            }
        }
        if rules.len() > MAX_RULES {
            let what = format!("{} rules are given and {MAX_RULES} may be", rules.len());
            Problems::new("all rules", &mut problems).text(None, what);
        }
        if !problems.is_empty() {
            return Err(Error::Rules(problems));
        }
        rules.sort_by(|a, b| a.0.reference.id.cmp(&b.0.reference.id));
        let (rules, texts) =
            rules.into_iter().map(|(rule, name, text)| (rule, (name, text))).unzip();
        Ok(Self { rules, texts })
    }
}

/// The id of a set of texts of these hashes, in whatever order they come.
fn id_of(mut each: Vec<[u8; 32]>) -> RuleSetId {
    each.sort_unstable();
    let mut hash = blake3::Hasher::new();
    hash.update(&ENGINE_VERSION.to_be_bytes());
    hash.update(people::fingerprint());
    for text in each {
        hash.update(&text);
    }
    let mut id = [0; RuleSetId::LEN];
    id.copy_from_slice(&hash.finalize().as_bytes()[..RuleSetId::LEN]);
    RuleSetId::from_bytes(id)
}

/// The hash of the lists that come with Trawl.
fn hash_of_lists() -> [u8; 32] {
    let mut hash = blake3::Hasher::new();
    for (name, text) in LISTS {
        hash.update(name.as_bytes());
        hash.update(text.as_bytes());
    }
    hash.finalize().into()
}

/// The texts of the rules that come with Trawl.
#[cfg(test)]
pub(crate) fn built_in_texts() -> Vec<&'static str> {
    BUILT_IN.iter().map(|(_, text)| *text).collect()
}

#[cfg(test)]
mod tests;
