//! What a pack says about rules, its own and those of others: how bad a finding is, from when on it is
//! reported, and where it is not.
//!
//! It is said of what has been found and has won its place beside other findings. So it hides nothing
//! that another rule would then find, and what is kept of a finding is enough to apply it anew.

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use serde::Deserialize;
use trawl_model::{Confidence, Level};

use crate::rule::problem::{self, Problems};
use crate::rule::{Rule, RuleIndex, Rules};

/// At most so many things a file may say.
const MAX_SAID: usize = 1000;
/// At most so many globs where nothing is to be reported.
const MAX_PATHS: usize = 256;
/// At most so many bytes a glob.
const MAX_GLOB_BYTES: usize = 512;
/// At most so many bytes a reason.
const MAX_REASON_BYTES: usize = 500;

/// What one file says.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Overrides {
    /// How rules count.
    #[serde(default, rename = "override")]
    overrides: Vec<Override>,
    /// What is not reported.
    #[serde(default)]
    suppress: Vec<Suppress>,
}

/// How the findings of some rules count.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Override {
    /// One rule.
    rule: Option<String>,
    /// All rules of a type; `secret.*` is each type that begins so.
    #[serde(rename = "type")]
    type_: Option<String>,
    /// Below this confidence nothing is reported.
    min: Option<u8>,
    /// How bad it is when a value gets out.
    sensitivity: Option<Level>,
    /// Why, for those who come after.
    reason: String,
}

/// Findings that are not reported.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Suppress {
    /// Of one rule.
    rule: Option<String>,
    /// Of all rules of a type; `secret.*` is each type that begins so.
    #[serde(rename = "type")]
    type_: Option<String>,
    /// Where: globs over the path of the object and of the member in it. Everywhere unless given.
    #[serde(default)]
    paths: Vec<String>,
    /// Why, for those who come after.
    reason: String,
}

/// What is said about the rules of a set, ready to be used.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tuning {
    /// From when on a rule reports, where that was said.
    least: Vec<(RuleIndex, Confidence)>,
    /// How bad findings of a rule are, where that was said.
    worst: Vec<(RuleIndex, Level)>,
    hidden: Vec<Hidden>,
}

#[derive(Debug, Clone)]
struct Hidden {
    /// Of these rules, in their order; of all where it is none.
    rules: Option<Vec<RuleIndex>>,
    /// In these paths; in all where it is none.
    paths: Option<GlobSet>,
}

impl Overrides {
    pub(super) fn read(text: &str, problems: &mut Problems<'_>) -> Option<Self> {
        let said: Self = match toml::from_str(text) {
            Ok(said) => said,
            Err(error) => {
                let line = error.span().map(|span| problem::line_of(text, span.start));
                problems.text(line, error.message().replace('\n', "; "));
                return None;
            }
        };
        let before = problems.count();
        let count = said.overrides.len() + said.suppress.len();
        if count > MAX_SAID {
            problems.text(None, format!("it says {count} things, and {MAX_SAID} may be said"));
        }
        for (at, one) in said.overrides.iter().enumerate() {
            let key = |name: &str| format!("override[{at}].{name}");
            if one.rule.is_some() == one.type_.is_some() {
                problems.key(key("rule"), "name one rule, or one type, and not both");
            }
            if one.min.is_none() && one.sensitivity.is_none() {
                problems.key(key("min"), "say min, or sensitivity, or both");
            }
            if one.min.is_some_and(|min| min > 99) {
                problems.key(key("min"), "a confidence is 0 to 99");
            }
            reason(&key("reason"), &one.reason, problems);
        }
        for (at, one) in said.suppress.iter().enumerate() {
            let key = |name: &str| format!("suppress[{at}].{name}");
            if one.rule.is_some() && one.type_.is_some() {
                problems.key(key("rule"), "name one rule, or one type, and not both");
            }
            if one.rule.is_none() && one.type_.is_none() && one.paths.is_empty() {
                problems
                    .key(key("paths"), "name a rule, a type or paths: this would hide everything");
            }
            if one.paths.len() > MAX_PATHS {
                let what = format!("{} globs, and {MAX_PATHS} may be", one.paths.len());
                problems.key(key("paths"), what);
            } else if let Err((number, what)) = globs(&one.paths) {
                problems.key(format!("suppress[{at}].paths[{number}]"), what);
            }
            reason(&key("reason"), &one.reason, problems);
        }
        (problems.count() == before).then_some(said)
    }

    /// Whether whatever this reports, those report too: each thing that hides something here is said there
    /// as well, or more of it. Where it can't be told, it is not so.
    pub(super) fn hides_no_less_than(&self, before: &Self) -> bool {
        let least = |one: &Override| {
            let same = self.overrides.iter().filter(|o| o.rule == one.rule && o.type_ == one.type_);
            same.filter_map(|o| o.min).max().unwrap_or(0)
        };
        let hides = |one: &Suppress| {
            self.suppress.iter().any(|other| {
                other.rule == one.rule && other.type_ == one.type_ && other.paths == one.paths
            })
        };
        before.overrides.iter().all(|one| one.min.is_none_or(|min| least(one) >= min))
            && before.suppress.iter().all(hides)
    }

    /// What both say.
    pub(super) fn and(mut self, other: Self) -> Self {
        self.overrides.extend(other.overrides);
        self.suppress.extend(other.suppress);
        self
    }

    pub(super) fn is_empty(&self) -> bool {
        self.overrides.is_empty() && self.suppress.is_empty()
    }

    /// Says it about rules. One that is not there is a mistake: nobody would notice the slip.
    pub(super) fn apply(&self, rules: &mut Rules, tuning: &mut Tuning, here: &mut Problems<'_>) {
        for (at, one) in self.overrides.iter().enumerate() {
            let named = Named { rule: one.rule.as_deref(), type_: one.type_.as_deref() };
            let Some(meant) = named.of(rules, &format!("override[{at}]"), here) else { continue };
            for index in meant {
                let rule = &mut rules.list_mut()[index.index()];
                if let Some(said) = one.sensitivity {
                    rule.sensitivity = tuning.worse(index, said);
                }
                tuning.least.extend(one.min.map(|min| (index, Confidence::percent(min))));
            }
        }
        // Of two that speak of a rule, the stricter counts.
        tuning.least.sort_unstable_by_key(|(rule, least)| (*rule, std::cmp::Reverse(*least)));
        tuning.least.dedup_by_key(|(rule, _)| *rule);
        for (at, one) in self.suppress.iter().enumerate() {
            let named = Named { rule: one.rule.as_deref(), type_: one.type_.as_deref() };
            let meant = match named {
                Named { rule: None, type_: None } => None,
                named => match named.of(rules, &format!("suppress[{at}]"), here) {
                    Some(meant) => Some(meant),
                    None => continue,
                },
            };
            let paths = globs(&one.paths).ok().filter(|_| !one.paths.is_empty());
            tuning.hidden.push(Hidden { rules: meant, paths });
        }
    }
}

/// The rules that are spoken of.
struct Named<'a> {
    rule: Option<&'a str>,
    type_: Option<&'a str>,
}

impl Named<'_> {
    fn of(&self, rules: &Rules, at: &str, here: &mut Problems<'_>) -> Option<Vec<RuleIndex>> {
        let is_meant = |rule: &Rule| match (self.rule, self.type_) {
            (Some(id), _) => *rule.reference.id == *id,
            (None, Some(type_)) => is_of_type(rule.type_id.as_str(), type_),
            (None, None) => false,
        };
        let numbered = (0u16..).map(RuleIndex).zip(rules.list());
        let meant: Vec<_> = numbered.filter(|(_, rule)| is_meant(rule)).map(|(i, _)| i).collect();
        if meant.is_empty() {
            let (key, name) = match (self.rule, self.type_) {
                (Some(rule), _) => ("rule", rule),
                (_, type_) => ("type", type_.unwrap_or_default()),
            };
            let what = format!("{name:?}: there is no such {key}; `trawl rules list` names them");
            here.key(format!("{at}.{key}"), what);
            return None;
        }
        Some(meant)
    }
}

fn is_of_type(type_: &str, wanted: &str) -> bool {
    match wanted.strip_suffix(".*") {
        Some(front) => type_.strip_prefix(front).is_some_and(|rest| rest.starts_with('.')),
        None => type_ == wanted,
    }
}

impl Tuning {
    /// Whether nothing is said.
    pub(crate) fn is_empty(&self) -> bool {
        self.least.is_empty() && self.hidden.is_empty()
    }

    /// The worse of what was said of a rule so far and of what is said now: packs have no order.
    fn worse(&mut self, rule: RuleIndex, said: Level) -> Level {
        match self.worst.iter_mut().find(|(of, _)| *of == rule) {
            Some((_, worst)) => {
                *worst = (*worst).max(said);
                *worst
            }
            None => {
                self.worst.push((rule, said));
                said
            }
        }
    }

    /// What is said of a path.
    pub(crate) fn in_path(&self, path: &[u8]) -> InPath<'_> {
        let path = String::from_utf8_lossy(path);
        let is_there = |hidden: &&Hidden| {
            hidden.paths.as_ref().is_none_or(|globs| globs.is_match(path.as_ref()))
        };
        InPath { tuning: self, hidden: self.hidden.iter().filter(is_there).collect() }
    }
}

/// What is said about the rules of a set, for one path.
pub(crate) struct InPath<'a> {
    tuning: &'a Tuning,
    hidden: Vec<&'a Hidden>,
}

impl InPath<'_> {
    /// Whether a finding of a rule that is so sure is reported.
    pub(crate) fn reports(&self, rule: RuleIndex, confidence: Confidence) -> bool {
        let least = &self.tuning.least;
        let at = least.binary_search_by_key(&rule, |(rule, _)| *rule);
        let is_sure = at.is_ok_and(|at| confidence < least[at].1);
        let is_hidden = |hidden: &&Hidden| {
            hidden.rules.as_ref().is_none_or(|rules| rules.binary_search(&rule).is_ok())
        };
        !is_sure && !self.hidden.iter().any(is_hidden)
    }
}

/// A set of globs; of one that can't be read the number, and what is wrong with it.
fn globs(paths: &[String]) -> Result<GlobSet, (usize, String)> {
    let mut set = GlobSetBuilder::new();
    for (number, path) in paths.iter().enumerate() {
        if path.is_empty() || path.len() > MAX_GLOB_BYTES {
            return Err((number, format!("a glob has 1 to {MAX_GLOB_BYTES} bytes")));
        }
        // As in what is selected of a source.
        let anywhere = if path.contains('/') { "" } else { "**/" };
        let path = format!("{anywhere}{}", path.trim_start_matches('/'));
        let glob = GlobBuilder::new(&path).literal_separator(true).build();
        set.add(glob.map_err(|error| (number, format!("a glob is not understood: {error}")))?);
    }
    set.build().map_err(|error| (0, format!("the globs become too large: {error}")))
}

fn reason(key: &str, reason: &str, problems: &mut Problems<'_>) {
    if reason.trim().is_empty() || reason.len() > MAX_REASON_BYTES {
        problems.key(key, format!("say in 1 to {MAX_REASON_BYTES} bytes why that is so"));
    }
}
