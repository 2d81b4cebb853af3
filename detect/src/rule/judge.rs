//! From the text of a rule file to a rule, or to all that is wrong with it.

use std::sync::Arc;

use regex_automata::util::syntax;
use trawl_model::finding::RuleRef;
use trawl_model::{Confidence, TypeId};

use super::attached::{self, Attached, Terms};
use super::file::{self, File, Seed};
use super::problem::{self, Problems};
use super::{Check, Pattern, Rule};
use crate::people::Finding;
use crate::{check, form};

/// At most so many bytes of a rule file.
const MAX_FILE_BYTES: usize = 256 << 10;
/// At most so many patterns a rule.
const MAX_PATTERNS: usize = 32;
/// At most so many words a rule.
const MAX_WORDS: usize = 256;
/// At most so many bytes a word.
const MAX_WORD_BYTES: usize = 64;
/// At most so many literals a pattern.
const MAX_LITERALS: usize = 256;
/// At least so many bytes a literal: shorter ones stand everywhere.
const MIN_LITERAL_BYTES: usize = 2;
/// At most so many bytes a literal.
pub(crate) const MAX_LITERAL_BYTES: usize = 48;
/// At most so many bytes a regex.
const MAX_REGEX_BYTES: usize = 4096;

/// The rule of a file's text; none, and problems, if it isn't one.
pub(super) fn read(
    text: &str,
    attached: Attached<'_>,
    problems: &mut Problems<'_>,
) -> Option<Rule> {
    if text.len() > MAX_FILE_BYTES {
        let what = format!("the file has {} bytes, and {MAX_FILE_BYTES} may be", text.len());
        problems.text(None, what);
        return None;
    }
    let file: File = match toml::from_str(text) {
        Ok(file) => file,
        Err(error) => {
            let line = error.span().map(|span| problem::line_of(text, span.start));
            problems.text(line, error.message().replace('\n', "; "));
            return None;
        }
    };
    let mut judge = Judge { problems, attached, wrong: false, proven: false };
    let rule = judge.rule(file);
    if judge.wrong { None } else { Some(rule) }
}

/// The rule of a file that comes with Trawl, whose mistakes a test has looked for: without a
/// judgement of its regexes.
pub(super) fn proven(
    file: File,
    attached: Attached<'_>,
    problems: &mut Problems<'_>,
) -> Option<Rule> {
    let mut judge = Judge { problems, attached, wrong: false, proven: true };
    let rule = judge.rule(file);
    if judge.wrong { None } else { Some(rule) }
}

struct Judge<'a, 'b> {
    problems: &'a mut Problems<'b>,
    /// The files beside the rule.
    attached: Attached<'a>,
    wrong: bool,
    /// Whether a test has looked for mistakes.
    proven: bool,
}

impl Judge<'_, '_> {
    fn rule(&mut self, file: File) -> Rule {
        self.head(&file);
        let words = self.words(&file);
        let patterns =
            file.pattern.iter().enumerate().map(|(i, p)| self.pattern(i, p, &words)).collect();
        let check = file.check.as_ref().and_then(|c| self.check(c));
        let form = file.normalize.with;
        let (mut known, known_points) = match &file.known {
            Some(k) => (k.values.iter().map(|v| form::of(form, v.as_bytes())).collect(), k.points),
            None => (Vec::new(), 0),
        };
        known.sort();
        self.points("known.points", known_points);
        let hashes = file.hashes.as_ref().and_then(|hashes| self.hashes(hashes));
        Rule {
            reference: RuleRef { id: Arc::from(file.id.as_str()), version: file.version },
            type_id: TypeId::new(&file.type_),
            class: Arc::from(file.class.as_deref().unwrap_or(&file.type_)),
            name: file.name,
            jurisdiction: file.jurisdiction,
            category: file.category,
            sensitivity: file.sensitivity,
            regulations: file.regulations,
            person: file.person,
            secret: file.secret,
            words,
            requires_word: file.requires_word,
            list: file.list.unwrap_or(!file.secret),
            priority: file.priority.unwrap_or(if file.secret { 2 } else { 1 }),
            min: Confidence::percent(file.min),
            patterns,
            check,
            form,
            points: file.score,
            known,
            known_points,
            examples: file.example,
            built_in: self.proven,
            hashes,
            attached: self.attached.hash(),
        }
    }

    fn head(&mut self, file: &File) {
        for (key, name) in [("id", &file.id), ("type", &file.type_)] {
            if !is_dotted(name) {
                let what = format!("{name:?} is no name: use lower-case words parted by dots");
                self.wrong(key, what);
            }
        }
        if file.class.as_deref().is_some_and(|c| !is_dotted(c)) {
            self.wrong("class", "a class is lower-case words parted by dots");
        }
        if file.name.trim().is_empty() || file.name.len() > 120 {
            self.wrong("name", "a name has 1 to 120 bytes");
        }
        for j in &file.jurisdiction {
            if j.len() != 2 || !j.bytes().all(|b| b.is_ascii_uppercase()) {
                let what = format!("{j:?} is no country: use two capitals such as \"DE\"");
                self.wrong("jurisdiction", what);
            }
        }
        if file.min > 99 {
            self.wrong("min", format!("{} is given, and 0 to 99 may be", file.min));
        }
        if file.priority.is_some_and(|p| p > 9) {
            self.wrong("priority", "0 to 9 may be given");
        }
        if file.requires_word && file.words.is_empty() {
            self.wrong("requires_word", "the rule has no words: give some, or drop this");
        }
        if file.pattern.is_empty() {
            self.wrong("pattern", "there is none: a rule needs at least one [[pattern]]");
        }
        if file.pattern.len() > MAX_PATTERNS {
            let what = format!("there are {}, and {MAX_PATTERNS} may be", file.pattern.len());
            self.wrong("pattern", what);
        }
        if !self.proven && !file.example.iter().any(|e| !e.finds.is_empty()) {
            self.wrong("example", "no example finds anything: give at least one that does");
        }
        for (key, points) in [
            ("score.word", file.score.word),
            ("score.label", file.score.label),
            ("score.path", file.score.path),
            ("score.other", file.score.other),
        ] {
            self.points(key, points);
        }
    }

    fn words(&mut self, file: &File) -> Vec<String> {
        if file.words.len() > MAX_WORDS {
            let what = format!("there are {}, and {MAX_WORDS} may be", file.words.len());
            self.wrong("words", what);
        }
        let mut words: Vec<String> = Vec::new();
        for word in &file.words {
            let lower = word.to_lowercase();
            if lower.is_empty() || lower.len() > MAX_WORD_BYTES || lower.trim() != lower {
                let what = format!(
                    "{word:?}: a word has 1 to {MAX_WORD_BYTES} bytes, none of \
                                    them white space at its ends"
                );
                self.wrong("words", what);
            } else if words.contains(&lower) {
                self.wrong("words", format!("{word:?} is given twice"));
            } else {
                words.push(lower);
            }
        }
        words
    }

    fn pattern(&mut self, index: usize, p: &file::Pattern, words: &[String]) -> Pattern {
        let key = |name: &str| format!("pattern[{index}].{name}");
        if p.confidence == 0 || p.confidence > 99 {
            self.wrong(key("confidence"), format!("{} is given, 1 to 99 may be", p.confidence));
        }
        if p.entropy.is_some_and(|e| !(0.0..=8.0).contains(&e)) {
            self.wrong(key("entropy"), "bits a byte lie between 0 and 8");
        }
        match (p.seed == Seed::Literal, p.literals.is_empty()) {
            (true, true) => self.wrong(key("literals"), "seed \"literal\" needs literals"),
            (false, false) => self.wrong(key("literals"), "only seed \"literal\" has literals"),
            _ => {}
        }
        if p.literals.len() > MAX_LITERALS {
            let what = format!("there are {}, and {MAX_LITERALS} may be", p.literals.len());
            self.wrong(key("literals"), what);
        }
        for literal in &p.literals {
            if !(MIN_LITERAL_BYTES..=MAX_LITERAL_BYTES).contains(&literal.len()) {
                let what = format!(
                    "{literal:?}: a literal has {MIN_LITERAL_BYTES} to {MAX_LITERAL_BYTES} bytes"
                );
                self.wrong(key("literals"), what);
            }
        }
        if p.seed == Seed::Word && words.is_empty() {
            self.wrong(key("seed"), "seed \"word\" needs the rule's words, and there are none");
        }
        let of_terms = p.seed == Seed::Terms;
        let terms = if of_terms { self.terms(&key, p) } else { None };
        if !of_terms && (p.terms.is_some() || p.dictionary.is_some()) {
            self.wrong(key("terms"), "only seed \"terms\" has terms or a dictionary");
        }
        if of_terms && !p.regex.is_empty() {
            self.wrong(key("regex"), "seed \"terms\" has none: its terms say what is found");
        }
        let finding = self.finding(&key("finding"), p);
        let is_without = matches!(p.seed, Seed::Model | Seed::Code);
        let has_value_group = match (is_without, p.regex.is_empty()) {
            (true, false) => {
                self.wrong(key("regex"), "seeds \"model\" and \"code\" have no regex");
                false
            }
            (true, true) => false,
            (false, _) if of_terms => false,
            (false, _) => self.regex(&key("regex"), &p.regex),
        };
        Pattern {
            seed: p.seed,
            literals: p.literals.clone(),
            ignore_case: p.literals_ignore_case,
            finding,
            regex: p.regex.clone(),
            has_value_group,
            confidence: p.confidence,
            boundary: p.boundary,
            guard: p.guard.unwrap_or(p.seed == Seed::Digits),
            entropy: p.entropy,
            terms,
            exclusive: p.exclusive,
            evidence: p.evidence,
        }
    }

    /// The terms of a pattern.
    fn terms(&mut self, key: &dyn Fn(&str) -> String, p: &file::Pattern) -> Option<Terms> {
        let e = &p.evidence;
        for points in [e.strong, e.label, e.weak_label, e.said, e.person, e.near] {
            self.points("evidence", points);
        }
        for points in [e.general, e.negated, e.options] {
            self.points("evidence", points);
        }
        let (name, read) = match (&p.terms, &p.dictionary) {
            (Some(lists), None) if attached::is_folder(lists) => {
                return Some(Terms::Lists { folder: lists.clone() });
            }
            (Some(name), None) => ("terms", self.attached.text(name).and_then(Terms::list)),
            (None, Some(name)) => {
                ("dictionary", self.attached.text(name).and_then(|t| Terms::dictionary(t, p.fold)))
            }
            _ => ("terms", Err("seed \"terms\" needs either terms or a dictionary".to_owned())),
        };
        match read {
            Ok(terms) => Some(terms),
            Err(what) => {
                self.wrong(key(name), what);
                None
            }
        }
    }

    fn hashes(&mut self, file: &file::Hashes) -> Option<Arc<attached::Hashes>> {
        let key = attached::key(&file.key);
        if key.is_none() {
            self.wrong("hashes.key", "a key is 64 hexadecimal digits");
        }
        let text = self.attached.text(&file.file);
        match text.and_then(|text| attached::Hashes::read(key.unwrap_or_default(), &text)) {
            Ok(hashes) => Some(Arc::new(hashes)),
            Err(what) => {
                self.wrong("hashes.file", what);
                None
            }
        }
    }

    /// What of the model's findings a pattern takes.
    fn finding(&mut self, key: &str, p: &file::Pattern) -> Option<Finding> {
        let name = p.finding.as_deref();
        match (p.seed == Seed::Model, name) {
            (false, None) => None,
            (false, Some(_)) => {
                self.wrong(key, "only seed \"model\" has a finding");
                None
            }
            (true, name) => {
                let finding = name.and_then(Finding::named);
                if finding.is_none() {
                    let all = Finding::names().collect::<Vec<_>>().join(", ");
                    self.wrong(key, format!("seed \"model\" needs one of {all}"));
                }
                finding
            }
        }
    }

    /// Whether the regex, which is judged, has a group for the value.
    fn regex(&mut self, key: &str, regex: &str) -> bool {
        if self.proven {
            return regex.contains("(?<value>");
        }
        if regex.len() > MAX_REGEX_BYTES {
            let what = format!("it has {} bytes, and {MAX_REGEX_BYTES} may be", regex.len());
            self.wrong(key, what);
            return false;
        }
        let hir = match syntax::parse_with(regex, &regex_syntax()) {
            Ok(hir) => hir,
            Err(error) => {
                let what = error.to_string();
                let last = what.lines().last().unwrap_or("").trim_start_matches("error: ");
                self.wrong(key, format!("it is no regex: {last}"));
                return false;
            }
        };
        if hir.properties().minimum_len().unwrap_or(0) < 2 {
            self.wrong(key, "it fits texts of less than 2 bytes, which are everywhere");
        }
        if !hir.properties().look_set().is_empty() {
            self.wrong(
                key,
                "it looks around (^ $ \\b): both ends are anchored anyway, and \
                             `boundary` says what may stand beside it",
            );
        }
        match hir.properties().explicit_captures_len() {
            0 => false,
            1 if regex.contains("(?<value>") || regex.contains("(?P<value>") => true,
            _ => {
                let what = "groups must be (?:…), but for one (?<value>…) where only a part of \
                            the match is the value";
                self.wrong(key, what);
                false
            }
        }
    }

    fn check(&mut self, c: &file::Check) -> Option<Check> {
        self.points("check.points", c.points);
        self.points("check.fail_points", c.fail_points);
        if c.soft != (c.fail_points > 0) {
            self.wrong("check", "`soft = true` and `fail_points` go together");
        }
        let Some(passes) = check::named(&c.name) else {
            let all = check::names().collect::<Vec<_>>().join(", ");
            self.wrong("check.name", format!("{:?} is not known; known are {all}", c.name));
            return None;
        };
        let fail_points = c.soft.then_some(c.fail_points);
        Some(Check { name: Arc::from(c.name.as_str()), passes, points: c.points, fail_points })
    }

    fn points(&mut self, key: &str, points: i8) {
        if !(0..=99).contains(&points) {
            self.wrong(key, format!("{points} is given, and 0 to 99 may be"));
        }
    }

    fn wrong(&mut self, key: impl Into<String>, what: impl Into<String>) {
        self.wrong = true;
        self.problems.key(key, what);
    }
}

/// How rules' regexes are read: over bytes, `\d` and `\w` in ASCII.
pub(crate) fn regex_syntax() -> syntax::Config {
    syntax::Config::new().unicode(false).utf8(false).nest_limit(64)
}

fn is_dotted(name: &str) -> bool {
    let word = |w: &str| {
        !w.is_empty()
            && w.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
    };
    name.len() <= 64 && name.split('.').all(word)
}
