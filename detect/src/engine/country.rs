//! Of which country the text around a value speaks. Numbers of many countries look alike and are called alike (`DNI`,
//! `C.I.`, `IČO`, `TIN`): what else stands near tells whose they are.

use std::collections::HashMap;

use super::countries::{CALLING, FOR_ALL, NAMES};
use super::judge::Judged;
use crate::reach::COUNTRY_BYTES;
use crate::rule::Rule;

/// A country, by its two letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Country([u8; 2]);

/// What is added to a value of the country that its surroundings are of.
pub(super) const POINTS: i8 = 8;
/// And so much is taken away from a value in the midst of what is of one other country.
pub(super) const ABROAD: i8 = 28;
/// By so much more it goes before a value of another country where both would stand.
pub(super) const AHEAD: u8 = 15;
/// From this confidence on a value tells of which country a text is.
const TELLING: i16 = 75;
/// Where another country's value may stand in the same place with nearly that confidence, neither tells.
const DOUBT: i16 = 12;
/// So many of the nearest values that tell of a country are asked.
const ASKED: usize = 4;
/// So many of them must be of one other country.
const MIN_OTHERS: usize = 3;
/// At most so many values on either side are looked at for them.
const MAX_LOOKED_AT: usize = 128;

impl Country {
    /// The one country of a rule.
    pub(super) fn of_rule(rule: &Rule) -> Option<Self> {
        match &rule.jurisdiction[..] {
            [one] => Self::of(one.as_bytes()),
            _ => None,
        }
    }

    fn of(code: &[u8]) -> Option<Self> {
        match code {
            [a, b] if a.is_ascii_alphabetic() && b.is_ascii_alphabetic() => {
                Some(Self([a.to_ascii_uppercase(), b.to_ascii_uppercase()]))
            }
            _ => None,
        }
    }

    /// The country that a value of no country's rule bears in itself: the first letters of an IBAN, the calling code
    /// of a phone, the end of an address.
    fn in_value(kind: &str, value: &[u8]) -> Option<Self> {
        match kind {
            "iban" => Self::of(value.get(..2)?),
            "bic" => Self::of(value.get(4..6)?),
            "phone" => Self::calling(value),
            "email" => {
                let dot = memchr::memrchr(b'.', value)?;
                let country = Self::of(&value[dot + 1..])?;
                let is_for_all = FOR_ALL.iter().any(|code| code.as_bytes() == country.0);
                match &country.0 {
                    b"UK" => Self::of(b"GB"),
                    _ => (!is_for_all).then_some(country),
                }
            }
            _ => None,
        }
    }

    fn calling(phone: &[u8]) -> Option<Self> {
        let rest = phone.strip_prefix(b"+").or_else(|| phone.strip_prefix(b"00"))?;
        let mut code = 0u16;
        for digit in rest.iter().take(3) {
            if !digit.is_ascii_digit() {
                return None;
            }
            code = code * 10 + u16::from(digit - b'0');
            if let Ok(at) = CALLING.binary_search_by_key(&code, |(code, _)| *code) {
                return Self::of(CALLING[at].1.as_bytes());
            }
        }
        None
    }

    /// Whether a name bears its letters as a part: `ico_sk`, `be_rijbewijs`. Letters that are words say nothing.
    pub(super) fn is_in_name(self, name: &str) -> bool {
        const WORDS: [&str; 22] = [
            "no", "nr", "id", "is", "in", "it", "at", "by", "my", "me", "to", "so", "do", "be",
            "as", "am", "pm", "ad", "de", "la", "co", "se",
        ];
        let mut parts = name.split(|c: char| !c.is_ascii_alphanumeric());
        let is_it = |part: &str| {
            Self::of(part.as_bytes()) == Some(self)
                && !WORDS.iter().any(|word| word.eq_ignore_ascii_case(part))
        };
        name.len() > 2 && parts.any(is_it)
    }

    /// The country that a folder or a file of a path is named by: `data/pe/people.csv`.
    pub(super) fn of_path(path: &[u8]) -> Option<Self> {
        let mut parts = path.rsplit(|b| *b == b'/');
        parts.next();
        let tells = |part: &&[u8]| {
            part.iter().all(u8::is_ascii_lowercase)
                && !FOLDERS.iter().any(|folder| folder.as_bytes() == *part)
        };
        parts.take(MAX_FOLDERS).filter(tells).find_map(Self::of)
    }
}

/// Folders of two letters that are called so for another reason: words, and kinds of code.
const FOLDERS: [&str; 26] = [
    "hr", "it", "ai", "as", "at", "by", "cc", "cs", "do", "go", "id", "io", "is", "la", "md", "me",
    "ml", "my", "no", "pl", "ps", "py", "rs", "sh", "so", "to",
];

/// So many folders above a file are looked at.
const MAX_FOLDERS: usize = 4;

/// Countries by the names and adjectives that texts have for them, for the words of context.
pub(super) fn names() -> HashMap<String, Country> {
    let mut names = HashMap::new();
    for (code, words) in NAMES {
        let Some(country) = Country::of(code.as_bytes()) else { continue };
        for word in words.split(' ') {
            names.insert(word.replace('_', " "), country);
        }
    }
    names
}

/// Values near, in the order of their beginnings, that tell of which country a text is.
pub(super) struct Telling {
    list: Vec<(usize, usize, Country)>,
}

impl Telling {
    /// What of the values that were judged tells of a country. `value` gives the bytes of one.
    pub(super) fn of<'v>(
        judged: &[Judged],
        value: impl Fn(&Judged) -> (&'v str, &'v [u8]),
    ) -> Self {
        let country = |one: &Judged| {
            one.country.or_else(|| {
                let (kind, value) = value(one);
                Country::in_value(kind, value)
            })
        };
        let mut list = Vec::new();
        for (i, one) in judged.iter().enumerate() {
            if one.confidence < TELLING || one.known || one.by_kind {
                continue;
            }
            let Some(country) = country(one) else { continue };
            let is_rival = |other: &&Judged| {
                !other.by_kind
                    && other.country.is_some_and(|its| its != country)
                    && other.confidence + DOUBT > one.confidence
                    && other.span.start < one.span.end
                    && one.span.start < other.span.end
            };
            let before = judged[..i].iter().rev().take(MAX_LOOKED_AT);
            let before = before.take_while(|b| b.span.start + MAX_RIVAL_BYTES > one.span.start);
            let after = judged[i + 1..].iter().take(MAX_LOOKED_AT);
            let mut after = after.take_while(|a| a.span.start < one.span.end);
            if before.into_iter().any(|b| is_rival(&b)) || after.any(|a| is_rival(&a)) {
                continue;
            }
            list.push((one.span.start, one.span.end, country));
        }
        Self { list }
    }

    /// What the nearest values that tell say of a value that would be of a country. What lies over the value itself
    /// says nothing of it.
    pub(super) fn say(&self, one: &Judged, country: Country) -> Home {
        let from = self.list.partition_point(|(start, ..)| *start < one.span.start);
        let beside = |(start, end, _): &&(usize, usize, Country)| {
            *end <= one.span.start || *start >= one.span.end
        };
        let distance = |(start, end, _): &(usize, usize, Country)| {
            one.span.start.saturating_sub(*end).max(start.saturating_sub(one.span.end))
        };
        let mut before =
            self.list[..from].iter().rev().take(MAX_LOOKED_AT).filter(beside).peekable();
        let mut after = self.list[from..].iter().take(MAX_LOOKED_AT).filter(beside).peekable();
        let mut others = 0;
        let mut other = None;
        for _ in 0..ASKED {
            let next = match (before.peek(), after.peek()) {
                (Some(b), Some(a)) if distance(b) <= distance(a) => before.next(),
                (Some(_), None) => before.next(),
                _ => after.next(),
            };
            let Some(near) = next.filter(|near| distance(near) <= COUNTRY_BYTES) else { break };
            if near.2 == country {
                return Home::Here;
            }
            others += usize::from(*other.get_or_insert(near.2) == near.2);
        }
        if others >= MIN_OTHERS { Home::Elsewhere } else { Home::Unknown }
    }
}

/// Where a value is at home.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Home {
    /// Where the text around it is.
    Here,
    /// In another country than the text around it.
    Elsewhere,
    /// Nothing tells.
    Unknown,
}

/// A value that may stand over another begins at most so many bytes before it.
const MAX_RIVAL_BYTES: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;

    fn country(code: &str) -> Option<Country> {
        Country::of(code.as_bytes())
    }

    #[test]
    fn tables_are_in_order_and_right() {
        assert!(CALLING.is_sorted_by_key(|(code, _)| *code));
        assert!(CALLING.iter().chain(&[]).all(|(_, code)| country(code).is_some()));
        let words: usize = NAMES.iter().map(|(_, words)| words.split(' ').count()).sum();
        assert_eq!(names().len(), words, "a word names one country");
    }

    #[test]
    fn values_bear_their_country() {
        let of = |kind, value: &str| Country::in_value(kind, value.as_bytes());
        assert_eq!(of("iban", "SK81 0200"), country("SK"));
        assert_eq!((of("phone", "+51 987"), of("phone", "+421 9")), (country("PE"), country("SK")));
        assert_eq!((of("phone", "+1 212"), of("phone", "030 12")), (None, None));
        assert_eq!(of("email", "a@b.co.uk"), country("GB"));
        assert_eq!((of("email", "a@b.pe"), of("email", "a@b.io")), (country("PE"), None));
        assert_eq!(of("email", "a@b.com"), None);
    }

    #[test]
    fn names_of_columns_bear_letters_of_countries() {
        let is_in = |code: &str, name: &str| country(code).is_some_and(|c| c.is_in_name(name));
        assert!(is_in("SK", "ico_sk") && is_in("MT", "mt_tax_id"));
        assert!(!is_in("NO", "account_no") && !is_in("SK", "sk") && !is_in("SK", "ask_ico"));
    }

    #[test]
    fn folders_are_named_by_countries() {
        assert_eq!(Country::of_path(b"data/pe/sunat/a.csv"), country("PE"));
        assert_eq!(Country::of_path(b"data/PE/pe"), None);
        assert_eq!(Country::of_path(b"pe"), None);
    }
}
