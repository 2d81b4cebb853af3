//! Labels and paths: which of the rules' words the name of a field or of an object holds.
//!
//! A name is split at everything that is neither letter nor digit, at changes of case and between
//! letters and digits; a rule's word is held if it is one part, or several in a row. So
//! `ssn_number` and `SocialSecurityNumber` hold words that `classnumbers` does not.

use std::collections::HashMap;

use crate::rule::{Rule, RuleIndex};

/// Of a name, so many bytes are looked at: the last ones.
const MAX_NAME_BYTES: usize = 512;
/// A word of a rule has at most so many parts.
const MAX_PARTS: usize = 8;

/// The rules' words as names hold them: letters and digits alone.
#[derive(Default)]
pub(super) struct Labels {
    words: HashMap<String, Vec<(RuleIndex, u16)>>,
    /// Bytes of the longest word.
    longest: usize,
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
        for (r, rule) in rules.iter().enumerate() {
            for (w, word) in rule.words.iter().enumerate() {
                let squashed: String = word.chars().filter(|c| c.is_alphanumeric()).collect();
                if !squashed.is_empty() {
                    words.entry(squashed).or_default().push((RuleIndex(r as u16), w as u16));
                }
            }
        }
        Self::of(words)
    }

    fn of(words: HashMap<String, Vec<(RuleIndex, u16)>>) -> Self {
        let longest = words.keys().map(String::len).max().unwrap_or(0);
        Self { words, longest }
    }

    /// Which words a name holds.
    pub(super) fn held(&self, name: &[u8]) -> Held {
        let name = &name[name.len().saturating_sub(MAX_NAME_BYTES)..];
        let parts = parts(&String::from_utf8_lossy(name));
        let mut held = Vec::new();
        for first in 0..parts.len() {
            self.unspaced(&parts[first], &mut held);
            let mut joined = String::new();
            for part in parts[first..].iter().take(MAX_PARTS) {
                joined.push_str(part);
                if joined.len() > self.longest + 's'.len_utf8() {
                    break;
                }
                let singular = joined.strip_suffix('s').filter(|s| s.len() >= 3);
                for word in [Some(joined.as_str()), singular].into_iter().flatten() {
                    held.extend(self.words.get(word).into_iter().flatten().copied());
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
        part.extend(c.to_lowercase());
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
        assert!(parts("--").is_empty());
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
