//! Labels and paths: which of the rules' words the name of a field or of an object holds.
//!
//! A name is split at everything that is neither letter nor digit, at changes of case and between
//! letters and digits; a rule's word is held if it is one part, or several in a row. So
//! `ssn_number` and `SocialSecurityNumber` hold words that `classnumbers` does not.

use std::collections::HashMap;
use std::sync::Arc;

use trawl_model::{Piece, Segment};

use super::fold;
use crate::rule::{Rule, RuleIndex};

/// Of a name, so many bytes are looked at: the last ones.
const MAX_NAME_BYTES: usize = 512;
/// What begins a word that says something only where it is all of a name: `=pass`.
pub(super) const WHOLE: char = '=';

/// A word of a rule has at most so many parts.
const MAX_PARTS: usize = 8;

/// The rules' words as names hold them: letters and digits alone.
#[derive(Default)]
pub(super) struct Labels {
    words: HashMap<String, Vec<(RuleIndex, u16)>>,
    /// Those that say something only where they are all of a name.
    whole: HashMap<String, Vec<(RuleIndex, u16)>>,
    /// Bytes of the longest word.
    longest: usize,
    /// Which rules look for secrets.
    secret: Vec<bool>,
}

/// Which words of which rules a name holds: the first of each rule, in the order of rules.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Held(Vec<(RuleIndex, u16)>);

impl Held {
    /// The rule's word that the name holds.
    pub(super) fn by(&self, rule: RuleIndex) -> Option<u16> {
        self.0.binary_search_by_key(&rule, |(r, _)| *r).ok().map(|i| self.0[i].1)
    }

    /// Whether the name holds none of the rules' words.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Labels {
    pub(super) fn new(rules: &[Rule]) -> Self {
        let mut words: HashMap<String, Vec<(RuleIndex, u16)>> = HashMap::new();
        let mut whole: HashMap<String, Vec<(RuleIndex, u16)>> = HashMap::new();
        for (r, rule) in rules.iter().enumerate() {
            for (w, word) in rule.words.iter().enumerate() {
                let map = if word.starts_with(WHOLE) { &mut whole } else { &mut words };
                for word in fold::both(word) {
                    let squashed: String = word.chars().filter(|c| c.is_alphanumeric()).collect();
                    if !squashed.is_empty() {
                        map.entry(squashed).or_default().push((RuleIndex(r as u16), w as u16));
                    }
                }
            }
        }
        Self { whole, secret: rules.iter().map(|rule| rule.secret).collect(), ..Self::of(words) }
    }

    fn of(words: HashMap<String, Vec<(RuleIndex, u16)>>) -> Self {
        let longest = words.keys().map(String::len).max().unwrap_or(0);
        Self { words, longest, ..Self::default() }
    }

    /// Which words a name holds.
    pub(super) fn held(&self, name: &[u8]) -> Held {
        let name = &name[name.len().saturating_sub(MAX_NAME_BYTES)..];
        let name = String::from_utf8_lossy(name);
        let (way, own) = own_name(&name);
        let (mut parts, own) = (parts(way), parts(own));
        let own_first = parts.len();
        let mut held = Vec::new();
        if !self.whole.is_empty() && own.len() <= MAX_PARTS {
            held.extend(self.whole.get(&own.concat()).into_iter().flatten().copied());
        }
        parts.extend(own);
        for first in 0..parts.len() {
            // What holds a secret is called so itself: `password.updated_at` holds none.
            let is_own = |(rule, _): &(RuleIndex, u16)| {
                first >= own_first || !self.secret.get(rule.index()).is_some_and(|secret| *secret)
            };
            self.unspaced(&parts[first], &mut held);
            let mut joined = String::new();
            for part in parts[first..].iter().take(MAX_PARTS) {
                joined.push_str(part);
                if joined.len() > self.longest + 's'.len_utf8() {
                    break;
                }
                // `pass` is more than one of nothing.
                let singular =
                    joined.strip_suffix('s').filter(|s| s.len() >= 3 && !s.ends_with('s'));
                for word in [Some(joined.as_str()), singular].into_iter().flatten() {
                    let words = self.words.get(word).into_iter().flatten();
                    held.extend(words.filter(|used| is_own(used)).copied());
                }
            }
        }
        held.sort_unstable();
        held.dedup_by_key(|(rule, _)| *rule);
        Held(held)
    }

    /// Scripts without spaces join words to names: `携帯電話` holds both.
    fn unspaced(&self, part: &str, held: &mut Vec<(RuleIndex, u16)>) {
        /// The longest word of such a script that is looked for, and the longest name.
        const MAX_CHARS: usize = 12;
        const MAX_NAME_CHARS: usize = 48;
        if !part.contains(is_unspaced) {
            return;
        }
        let chars: Vec<(usize, char)> = part.char_indices().take(MAX_NAME_CHARS).collect();
        for (i, (start, first)) in chars.iter().enumerate() {
            let rest = chars[i..].iter().take(MAX_CHARS).take_while(|(_, c)| is_unspaced(*c));
            for (at, c) in rest.filter(|_| is_unspaced(*first)) {
                let word = &part[*start..at + c.len_utf8()];
                held.extend(self.words.get(word).into_iter().flatten().copied());
            }
        }
    }
}

/// What a field is called. In pairs of a key and a value (`{"key": "password", "value": "…"}`) that is what
/// the field before it holds.
pub(super) fn name_of(piece: &Piece, segment: &Segment) -> Option<Arc<str>> {
    const KEYS: [&str; 11] = [
        "key",
        "name",
        "header",
        "parameter",
        "parameterkey",
        "variable",
        "property",
        "option",
        "setting",
        "field",
        "label",
    ];
    const VALUES: [&str; 6] = ["value", "val", "parametervalue", "wert", "valor", "string"];
    const MAX_KEY_BYTES: usize = 64;
    let label = segment.label.as_ref()?;
    let is = |label: &str, words: &[&str]| {
        let last = last_of(label);
        words.iter().any(|word| word.eq_ignore_ascii_case(last))
    };
    if !is(label, &VALUES) {
        return Some(Arc::clone(label));
    }
    let before = piece.segments.partition_point(|s| s.text.start < segment.text.start);
    let key = before.checked_sub(1).and_then(|at| piece.segments.get(at)).filter(|key| {
        key.text.len() <= MAX_KEY_BYTES
            && key.text.end + 1 == segment.text.start
            && piece.text.get(key.text.end) == Some(&b'\t')
            && key.label.as_deref().is_some_and(|label| is(label, &KEYS))
    });
    let name = key.and_then(|key| piece.text.get(key.text.clone()));
    let name = name.and_then(|name| std::str::from_utf8(name).ok());
    Some(name.map_or_else(|| Arc::clone(label), Arc::from))
}

/// Whether a name says no more than that a number or a value stands there.
pub(super) fn says_nothing(label: &str) -> bool {
    const WORDS: [&str; 34] = [
        "id",
        "ids",
        "no",
        "nr",
        "num",
        "number",
        "numbers",
        "nummer",
        "numero",
        "número",
        "numéro",
        "n°",
        "value",
        "values",
        "val",
        "wert",
        "valor",
        "valeur",
        "data",
        "content",
        "document",
        "documento",
        "doc",
        "identifier",
        "identificador",
        "key",
        "code",
        "番号",
        "号码",
        "번호",
        "text",
        "#text",
        "string",
        "item",
    ];
    let mut names = label.rsplit(['.', '/', '@', '[', ']']);
    let name = names.find(|name| !name.is_empty()).unwrap_or(label).to_lowercase();
    let mut words = name.split(['_', ' ', '-']).filter(|word| !word.is_empty());
    words.all(|word| WORDS.contains(&word) || word.bytes().all(|b| b.is_ascii_digit()))
}

/// The last part of a way of names.
fn last_of(label: &str) -> &str {
    let mut parts = label.rsplit(['.', '/', '_', ' ', '[', ']', '@']);
    parts.find(|part| !part.is_empty()).unwrap_or(label)
}

/// The way to a field, and what it is called itself: `user.`, `password` of `user.password`.
fn own_name(label: &str) -> (&str, &str) {
    let mut end = label.len();
    while let Some(dot) = label[..end].rfind('.') {
        if !says_nothing(&label[dot + 1..end]) {
            return label.split_at(dot);
        }
        end = dot;
    }
    ("", label)
}

/// Whether a script writes its words without spaces: Chinese, Japanese, Korean.
fn is_unspaced(c: char) -> bool {
    ('\u{2e80}'..'\u{a4d0}').contains(&c)
        || ('\u{ac00}'..'\u{d7b0}').contains(&c)
        || ('\u{f900}'..'\u{fb00}').contains(&c)
}

/// The parts of a name, in lower case.
pub(super) fn parts(name: &str) -> Vec<String> {
    let mut parts = Vec::new();
    let mut part = String::new();
    let chars: Vec<char> = name.chars().collect();
    for (i, c) in chars.iter().enumerate() {
        if !c.is_alphanumeric() {
            parts.extend((!part.is_empty()).then(|| std::mem::take(&mut part)));
            continue;
        }
        let previous = i.checked_sub(1).map(|p| chars[p]);
        let next_is_lower = chars.get(i + 1).is_some_and(|n| n.is_lowercase());
        let begins = previous.is_some_and(|p| {
            (c.is_uppercase() && (p.is_lowercase() || (p.is_uppercase() && next_is_lower)))
                || c.is_numeric() != p.is_numeric()
        });
        if begins && !part.is_empty() {
            parts.push(std::mem::take(&mut part));
        }
        // The small form of a capital I with a dot, of Turkish, is two characters.
        part.extend(c.to_lowercase().filter(|c| *c != '\u{307}'));
    }
    parts.extend((!part.is_empty()).then_some(part));
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_split_at_signs_cases_and_digits() {
        assert_eq!(parts("socialSecurityNumber"), ["social", "security", "number"]);
        assert_eq!(parts("IBANCode_2"), ["iban", "code", "2"]);
        assert_eq!(parts("/Straße/e-mail.csv"), ["straße", "e", "mail", "csv"]);
        assert_eq!(parts("phone1"), ["phone", "1"]);
        assert_eq!(parts("MERSİS No"), ["mersis", "no"]);
        assert!(parts("--").is_empty());
    }

    #[test]
    fn a_secret_is_called_so_itself() {
        let words = [("password", 0), ("passport", 1)];
        let words = words.map(|(w, i)| (w.to_owned(), vec![(RuleIndex(i), 0)]));
        let labels = Labels { secret: vec![true, false], ..Labels::of(HashMap::from(words)) };
        let held = |name: &str, i| labels.held(name.as_bytes()).by(RuleIndex(i)).is_some();
        assert!(held("db.password", 0) && held("db.password.value", 0) && held("password.0", 0));
        assert!(says_nothing("doc_number") && says_nothing("x.value") && !says_nothing("part_no"));
        assert!(!held("password.version", 0) && held("passport.issued", 1));
    }

    #[test]
    fn some_words_are_all_of_a_name() {
        let whole = HashMap::from([("pass".to_owned(), vec![(RuleIndex(0), 0)])]);
        let labels = Labels { whole, ..Labels::default() };
        let held = |name: &str| labels.held(name.as_bytes()).by(RuleIndex(0)).is_some();
        assert!(held("pass") && held("Pass") && held("smtp.pass"));
        assert!(!held("svensktPass") && !held("pass_type"));
    }

    #[test]
    fn a_word_is_held_whole_or_not_at_all() {
        let words = [("ssn", 0), ("lic", 1), ("email", 2), ("socialsecuritynumber", 3)];
        let words = words.map(|(w, i)| (w.to_owned(), vec![(RuleIndex(i), 0)]));
        let labels = Labels::of(HashMap::from(words));
        let held = |name: &str| -> Vec<u16> {
            (0..4).filter(|i| labels.held(name.as_bytes()).by(RuleIndex(*i)).is_some()).collect()
        };
        assert_eq!(held("ssn_number"), [0]);
        assert_eq!(held("Emails"), [2]);
        assert_eq!(held("e-mail"), [2]);
        assert_eq!(held("Social Security Number (SSN)"), [0, 3]);
        assert!(held("public").is_empty() && held("assns").is_empty());
        let words = [("携帯", 0), ("カード", 1)];
        let words = words.map(|(w, i)| (w.to_owned(), vec![(RuleIndex(i), 0)]));
        let labels = Labels::of(HashMap::from(words));
        let held = |name: &str, i| labels.held(name.as_bytes()).by(RuleIndex(i)).is_some();
        assert!(held("携帯電話", 0) && held("クレジットカード", 1) && !held("電話", 0));
    }
}
