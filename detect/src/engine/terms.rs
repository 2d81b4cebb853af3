//! Terms of all rules, made ready: which are looked for in text, and the signs that tell whether
//! one is said of a person.

use std::collections::HashMap;
use std::ops::Range;

use super::PatternIndex;
use super::needles::Places;
use crate::rule::attached::Terms as Source;
use crate::rule::file::Fold as RuleFold;
use crate::rule::{LISTS, Rule};
use crate::term::dictionary::{Builder, Dictionary, Payload};
use crate::term::filter::{Beginnings, Filter};
use crate::term::fold::Fold;
use crate::term::list::{self, Section};

/// Languages, as bits: a sign counts for terms of its own languages.
pub(super) type Languages = u32;

/// The folder of signs that are of no single category.
const OF_ALL: &str = "person";
/// The name of lists of what is written alike in all languages.
const ANY_LANGUAGE: &str = "any";

/// What is known of a term or a sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Meaning {
    /// The pattern it is of; none: it is a sign for all.
    pub(super) pattern: Option<PatternIndex>,
    pub(super) kind: Kind,
    pub(super) languages: Languages,
    pub(super) case: Case,
}

/// What of a term's case matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(super) enum Case {
    /// Nothing.
    #[default]
    Any,
    /// It begins with a capital: `Unite`, which is not `unite`.
    First,
    /// It is in capitals: `MS`, which is not `ms`.
    All,
}

impl Case {
    /// The case of a term as its list writes it.
    fn of(term: &str) -> Self {
        let capitals = term.chars().filter(|c| c.is_uppercase()).count();
        match (capitals, term.chars().any(char::is_lowercase)) {
            (2.., false) => Self::All,
            _ if term.starts_with(char::is_uppercase) => Self::First,
            _ => Self::Any,
        }
    }

    /// Whether some text has it.
    pub(super) fn is_of(self, text: &[u8]) -> bool {
        let Ok(text) = std::str::from_utf8(text) else { return false };
        match self {
            Self::Any => true,
            Self::First => !text.starts_with(char::is_lowercase),
            Self::All => !text.contains(char::is_lowercase),
        }
    }
}

/// What kind of term or sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A term of a dictionary.
    Plain,
    /// A term or a sign of a list.
    Of(Section),
}

impl Meaning {
    fn pack(self) -> Payload {
        let pattern = self.pattern.map_or(0, |p| u64::from(p.0) + 1);
        let kind = match self.kind {
            Kind::Plain => 0,
            Kind::Of(section) => section as u64 + 1,
        };
        (self.case as u64) << 62 | pattern << 40 | kind << 32 | u64::from(self.languages)
    }

    fn unpack(payload: Payload) -> Self {
        let pattern = (payload >> 40 & 0x1_ffff) as u32;
        let kind = (payload >> 32 & 0xff).checked_sub(1);
        let section = kind.and_then(|kind| list::section(kind as usize));
        Self {
            pattern: pattern.checked_sub(1).map(|pattern| PatternIndex(pattern as u16)),
            kind: section.map_or(Kind::Plain, Kind::Of),
            languages: payload as u32,
            case: match payload >> 62 {
                0 => Case::Any,
                1 => Case::First,
                _ => Case::All,
            },
        }
    }
}

/// A set of terms or signs, and what lets their beginnings through.
pub(super) struct Set {
    beginnings: Beginnings,
    dictionaries: Vec<Dictionary>,
}

impl Set {
    fn new(builders: Vec<Builder>) -> Self {
        let mut builders = builders;
        let all: Vec<_> = builders.iter_mut().flat_map(Builder::beginnings).collect();
        let beginnings = Beginnings::new(&all);
        drop(all);
        Self { beginnings, dictionaries: builders.into_iter().map(Builder::build).collect() }
    }

    /// Visits all that begin in a stretch of a text. Where they may, the pass over all of it has told,
    /// but for its ends.
    pub(super) fn visit(
        &self,
        text: &[u8],
        places: &Places,
        within: Range<usize>,
        mut visit: impl FnMut(Range<usize>, Meaning),
    ) {
        let known = places.known();
        let before = within.start..within.end.min(known.start);
        let behind = within.start.max(known.end)..within.end;
        let mut at = |start| self.visit_at(text, 0, start, &mut visit);
        let firsts = self.beginnings.firsts();
        if before.start < before.end {
            firsts.visit(text, before, &mut at);
        }
        places.within(within).for_each(&mut at);
        if behind.start < behind.end {
            firsts.visit(text, behind, &mut at);
        }
    }

    /// Visits all that begin at a place.
    pub(super) fn visit_at(
        &self,
        field: &[u8],
        from: usize,
        start: usize,
        visit: &mut impl FnMut(Range<usize>, Meaning),
    ) {
        if !self.beginnings.goes_on(field, start) {
            return;
        }
        for dictionary in &self.dictionaries {
            dictionary.at(field, from, start, |span, payload| {
                visit(span, Meaning::unpack(payload));
            });
        }
    }

    /// Which words they begin with.
    pub(super) fn filter(&self) -> &Filter {
        self.beginnings.firsts()
    }
}

/// Terms and signs of all rules.
pub(super) struct Terms {
    /// What is looked for in all text: terms, and labels that open what no list knows.
    pub(super) terms: Set,
    /// What is looked for around terms.
    pub(super) signs: Set,
}

impl Terms {
    /// The terms of these rules; none if they have none.
    pub(super) fn new(rules: &[Rule]) -> Option<Self> {
        let mut maker = Maker::default();
        let patterns = rules.iter().flat_map(|rule| &rule.patterns);
        for (index, pattern) in patterns.enumerate() {
            let index = PatternIndex(index as u16);
            match &pattern.terms {
                None => {}
                Some(Source::Dictionary { text, fold }) => maker.dictionary(index, text, *fold),
                Some(Source::List { text }) => maker.list(Some(index), text, Languages::MAX),
                Some(Source::Lists { folder }) => maker.folder(Some(index), folder),
            }
        }
        if maker.terms.is_empty() {
            return None;
        }
        maker.folder(None, OF_ALL);
        Some(Self {
            terms: Set::new(maker.terms.into_values().collect()),
            signs: Set::new(vec![maker.signs]),
        })
    }

    /// What a name of words says of its field.
    pub(super) fn name(&self, words: &[String]) -> impl Iterator<Item = Meaning> {
        /// At most so many words a sign has, and so many of a name are looked at.
        const MAX_SIGN_WORDS: usize = 4;
        const MAX_WORDS: usize = 24;
        let words = &words[words.len().saturating_sub(MAX_WORDS)..];
        let runs = (0..words.len()).flat_map(move |first| {
            let most = words.len().min(first + MAX_SIGN_WORDS);
            (first + 1..=most).map(move |end| &words[first..end])
        });
        runs.flat_map(|run| {
            let of = move |dictionary: &Dictionary| {
                dictionary.of_words(run.iter().map(String::as_str)).to_vec()
            };
            self.signs.dictionaries.iter().flat_map(of).map(Meaning::unpack)
        })
    }
}

#[derive(Default)]
struct Maker {
    /// By what of their spelling doesn't matter.
    terms: HashMap<Fold, Builder>,
    signs: Builder,
    languages: Vec<&'static str>,
}

impl Maker {
    fn terms(&mut self, fold: Fold) -> &mut Builder {
        self.terms.entry(fold).or_insert_with(|| Builder::new(fold))
    }

    fn dictionary(&mut self, pattern: PatternIndex, text: &str, fold: RuleFold) {
        let fold = match fold {
            RuleFold::CaseAndAccents => Fold::All,
            RuleFold::Case => Fold::Case,
            RuleFold::None => Fold::None,
        };
        let meaning = Meaning {
            pattern: Some(pattern),
            kind: Kind::Plain,
            languages: Languages::MAX,
            case: Case::Any,
        };
        let (builder, payload) = (self.terms(fold), meaning.pack());
        for line in Source::lines(text) {
            builder.add(line, payload);
        }
    }

    fn folder(&mut self, pattern: Option<PatternIndex>, folder: &str) {
        for (name, text) in LISTS {
            let rest = name.strip_prefix(folder).and_then(|rest| rest.strip_prefix('/'));
            let Some(language) = rest.and_then(|rest| rest.strip_suffix(".txt")) else { continue };
            let languages = self.language(language);
            self.list(pattern, text, languages);
        }
    }

    fn language(&mut self, name: &'static str) -> Languages {
        if name == ANY_LANGUAGE {
            return Languages::MAX;
        }
        let known = self.languages.iter().position(|known| *known == name);
        let at = known.unwrap_or_else(|| {
            self.languages.push(name);
            self.languages.len() - 1
        });
        // Beyond the bits there are, languages share one.
        1 << (at as u32 % Languages::BITS)
    }

    /// Adds a list, which was read before to see that it can be.
    fn list(&mut self, pattern: Option<PatternIndex>, text: &str, languages: Languages) {
        let read = list::read(text, |section, term| {
            use Section::{Saying, Strong, UnderLabel, Weak};
            let is_term = matches!(section, Strong | Weak | UnderLabel | Saying);
            let case = if is_term { Case::of(term) } else { Case::Any };
            let kind = Kind::Of(section);
            let payload = Meaning { pattern, kind, languages, case }.pack();
            if is_term || section == Section::OpenLabel {
                self.terms(Fold::All).add(term, payload);
            }
            if !is_term {
                self.signs.add(term, payload);
            }
        });
        debug_assert_eq!(read, Ok(()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_meaning_is_read_as_it_was_packed() {
        for kind in [Kind::Plain, Kind::Of(Section::Strong), Kind::Of(Section::Nothing)] {
            for pattern in [None, Some(PatternIndex(0)), Some(PatternIndex(u16::MAX))] {
                for case in [Case::Any, Case::First, Case::All] {
                    let meaning = Meaning { pattern, kind, languages: 5, case };
                    assert_eq!(Meaning::unpack(meaning.pack()), meaning);
                }
            }
        }
    }

    #[test]
    fn case_counts_as_the_list_writes_it() {
        let is = |term: &str, text: &str| Case::of(term).is_of(text.as_bytes());
        assert!(is("MS", "MS") && !is("MS", "ms") && !is("MS", "Ms"));
        assert!(is("Unite", "UNITE") && is("Unite", "Unite") && !is("Unite", "unite"));
        assert!(is("flu", "FLU") && is("flu", "flu"));
    }

    #[test]
    fn all_lists_can_be_read() {
        for (name, text) in LISTS {
            let mut builder = Builder::new(Fold::All);
            let mut refused = Vec::new();
            let read = list::read(text, |_, term| {
                if !builder.add(term, 0) {
                    refused.push(term.to_owned());
                }
            });
            assert_eq!(read, Ok(()), "{name}");
            assert!(refused.is_empty(), "{name}: {refused:?}");
        }
    }
}
