//! Words of context: where the rules' own words stand near a value.
//!
//! All words of all rules are looked for at once, in the surroundings of candidates only, each
//! stretch of text once.

use std::collections::HashMap;
use std::ops::Range;

use super::country::{self, Country};
use super::facts::Behind;
use super::needles::{Needles, Wanted, Whereabouts};
use super::{beside, fold, label};
use crate::reach::CONTEXT_CHARS;
use crate::rule::{Rule, RuleIndex};

/// At most so many words are kept of those near a value, the nearest.
pub(super) const MAX_NEAR: usize = 3;

/// So much more text is looked at than is asked for: values stand close together, and a short look
/// costs nearly as much as a long one.
const LOOK_AHEAD_BYTES: usize = 1 << 10;

/// The words of all rules.
pub(super) struct Words {
    needles: Needles,
    /// Which word each spelling among the needles is.
    spelled: Vec<u32>,
    /// Which rules have a word, and which of their words it is: sorted.
    users: Vec<Vec<(RuleIndex, u16)>>,
    /// Which of the words name a country.
    countries: HashMap<u32, Country>,
    /// The same as bits, in which many rules share one.
    marks: Vec<u64>,
    longest: usize,
}

/// A word in a text.
#[derive(Debug, Clone, Copy)]
struct Occurrence {
    start: usize,
    end: usize,
    word: u32,
    marks: u64,
}

/// The rule's words near a value, the nearest first.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Near {
    words: [(u16, i16); MAX_NEAR],
    count: usize,
}

impl Near {
    /// Each word, and how far it stands from the value.
    pub(super) fn words(&self) -> &[(u16, i16)] {
        &self.words[..self.count]
    }

    /// Whether the nearest stands close before the value.
    pub(super) fn is_close(&self) -> bool {
        const CLOSE_BYTES: i16 = 12;
        self.words().first().is_some_and(|(_, distance)| (-CLOSE_BYTES..=0).contains(distance))
    }

    fn add(&mut self, word: u16, distance: i16) {
        let rank = |(word, distance): (u16, i16)| (distance.unsigned_abs(), distance, word);
        let at = self.words().partition_point(|w| rank(*w) < rank((word, distance)));
        if at < MAX_NEAR {
            self.words.copy_within(at..MAX_NEAR - 1, at + 1);
            self.words[at] = (word, distance);
            self.count = (self.count + 1).min(MAX_NEAR);
        }
    }
}

/// The words that were seen in one text so far.
#[derive(Debug, Default)]
pub(super) struct Seen {
    covered: Range<usize>,
    words: Vec<Occurrence>,
}

impl Words {
    pub(super) fn new(rules: &[Rule]) -> Self {
        let mut index: HashMap<String, u32> = HashMap::new();
        let mut users: Vec<Vec<(RuleIndex, u16)>> = Vec::new();
        // Of rules to which a word near says nothing, the words are looked for in labels alone.
        let near = rules.iter().enumerate().filter(|(_, r)| r.points.word > 0 || r.requires_word);
        for (r, rule) in near {
            let in_text = |(_, word): &(usize, &String)| !word.starts_with(label::WHOLE);
            let words = rule.words.iter().enumerate().filter(in_text);
            for (w, word) in
                words.flat_map(|(w, word)| fold::written(word).map(move |word| (w, word)))
            {
                let next = users.len() as u32;
                let at = *index.entry(word).or_insert(next);
                if at == next {
                    users.push(Vec::new());
                }
                users[at as usize].push((RuleIndex(r as u16), w as u16));
            }
        }
        let mut countries = HashMap::new();
        for (name, country) in country::names() {
            for word in fold::both(&name) {
                let next = users.len() as u32;
                let at = *index.entry(word).or_insert(next);
                if at == next {
                    users.push(Vec::new());
                }
                countries.insert(at, country);
            }
        }
        let mut spellings = Vec::new();
        let mut spelled = Vec::new();
        let mut words: Vec<_> = index.into_iter().collect();
        words.sort_unstable_by_key(|(_, at)| *at);
        for (word, at) in words {
            for spelling in spellings_of(&word) {
                spellings.push(spelling);
                spelled.push(at);
            }
        }
        let longest = spellings.iter().map(String::len).max().unwrap_or(0);
        let needles = spellings.iter().map(|text| Wanted {
            text,
            whereabouts: Whereabouts::of_word(text),
            exactly: false,
            behind: Behind::ANYTHING,
        });
        let marks = |users: &Vec<(RuleIndex, u16)>| {
            users.iter().fold(0, |marks, (rule, _)| marks | mark_of(*rule))
        };
        let marks = users.iter().map(marks).collect();
        Self { needles: Needles::new(needles), spelled, users, countries, marks, longest }
    }

    /// The rule's words near a stretch of text, the nearest first. Stretches are asked for in the
    /// order of their beginnings.
    pub(super) fn near(
        &self,
        text: &[u8],
        span: &Range<usize>,
        rule: RuleIndex,
        seen: &mut Seen,
    ) -> Near {
        let mut near = Near::default();
        let before = chars_before(text, span.start, CONTEXT_CHARS);
        let after = chars_after(text, span.end, CONTEXT_CHARS);
        self.see(text, before..after, seen);
        let from = seen.words.partition_point(|o| o.end <= before);
        let mark = mark_of(rule);
        for o in &seen.words[from..] {
            if o.end > after {
                break;
            }
            if o.marks & mark == 0 || o.start < before || (o.start < span.end && span.start < o.end)
            {
                continue;
            }
            if let Some(word) = self.word_of(rule, o.word) {
                let distance = if o.end <= span.start {
                    -((span.start - o.end) as i16)
                } else {
                    (o.start - span.end) as i16
                };
                near.add(word, distance);
            }
        }
        near
    }

    /// The country that the text near a stretch of it names: the last one before it, or else the first behind it.
    /// What near it has been seen: [`Words::near`] was asked for the same stretch.
    pub(super) fn country_near(
        &self,
        text: &[u8],
        span: &Range<usize>,
        seen: &Seen,
    ) -> Option<Country> {
        let before = chars_before(text, span.start, CONTEXT_CHARS);
        let after = chars_after(text, span.end, CONTEXT_CHARS);
        let from = seen.words.partition_point(|o| o.end <= before);
        let inside = seen.words[from..].iter().take_while(|o| o.end <= after);
        let mut last = None;
        for o in inside.filter(|o| o.start >= before) {
            let Some(country) = self.countries.get(&o.word) else { continue };
            if o.end <= span.start {
                last = Some(*country);
            } else if o.start >= span.end {
                return last.or(Some(*country));
            }
        }
        last
    }

    fn word_of(&self, rule: RuleIndex, word: u32) -> Option<u16> {
        let users = &self.users[word as usize];
        users.binary_search_by_key(&rule, |(r, _)| *r).ok().map(|i| users[i].1)
    }

    /// Looks at what of the range has not been looked at.
    fn see(&self, text: &[u8], range: Range<usize>, seen: &mut Seen) {
        if range.start > seen.covered.end {
            seen.covered = range.start..range.start;
            seen.words.clear();
        }
        if range.end <= seen.covered.end {
            return;
        }
        let end = text.len().min(range.end + LOOK_AHEAD_BYTES);
        let old = seen.covered.end;
        let from = old.saturating_sub(self.longest).max(seen.covered.start);
        let first_new = seen.words.len();
        self.needles.each(text, from..end, std::iter::empty(), None, |needle, span| {
            if span.end > old && is_whole_word(text, &span) {
                let word = self.spelled[needle];
                let (start, end, marks) = (span.start, span.end, self.marks[word as usize]);
                seen.words.push(Occurrence { start, end, word, marks });
            }
        });
        seen.words[first_new..].sort_unstable_by_key(|o| (o.end, o.start, o.word));
        seen.covered.end = end;
    }
}

/// The bit of a rule.
const fn mark_of(rule: RuleIndex) -> u64 {
    1 << (rule.0 % 64)
}

/// How a word in lower case may be written, up to the case of ASCII letters.
pub(super) fn spellings_of(word: &str) -> Vec<String> {
    if word.is_ascii() {
        return vec![word.to_owned()];
    }
    let mut chars = word.chars();
    let capital: String =
        chars.next().map(|c| c.to_uppercase().chain(chars).collect()).unwrap_or_default();
    let mut spellings = vec![word.to_owned()];
    // In Turkish a small i is the capital İ.
    let turkish = word.contains("i\u{307}") || word.contains(['ş', 'ğ', 'ı']);
    let dotted = turkish.then(|| {
        let plain = word.replace("i\u{307}", "i");
        let upper = plain.replace('i', "İ").to_uppercase();
        let rest = plain.strip_prefix('i').map(|rest| format!("İ{rest}"));
        [Some(upper), rest, Some(plain)]
    });
    let dotted = dotted.into_iter().flatten().flatten();
    for other in [capital, word.to_uppercase()].into_iter().chain(dotted) {
        if !spellings.iter().any(|s| s.eq_ignore_ascii_case(&other)) {
            spellings.push(other);
        }
    }
    spellings
}

/// Whether a stretch of text is a word of its own, or one of several in camel case.
pub(super) fn is_whole_word(text: &[u8], span: &Range<usize>) -> bool {
    let (first, last) = (text[span.start], text[span.end - 1]);
    let before = span.start.checked_sub(1).map(|i| text[i]);
    let after = text.get(span.end);
    // Two letters stand in any Base64 as if they were a word of camel case.
    let may_be_inside = span.len() > 2;
    let begins = !beside::letter_before(text, span.start)
        || !is_spaced(text, span)
        || (may_be_inside
            && first.is_ascii_uppercase()
            && before.is_some_and(|b| b.is_ascii_lowercase()));
    let ends = !beside::letter_after(text, span.end)
        || !is_spaced(text, span)
        || (may_be_inside
            && last.is_ascii_lowercase()
            && after.is_some_and(u8::is_ascii_uppercase));
    begins && ends && !goes_on(text, span)
}

/// Whether a name that underscores join goes on behind the word, and says something else: `POLICY_ID_GET`.
fn goes_on(text: &[u8], span: &Range<usize>) -> bool {
    const NUMBERS: [&[u8]; 4] = [b"no", b"nr", b"nu", b"va"];
    match &text[span.end..] {
        [b'_', a, b, ..] => {
            let is_number = NUMBERS.iter().any(|start| start.eq_ignore_ascii_case(&[*a, *b]));
            a.is_ascii_alphabetic() && !is_number && text[span.clone()].contains(&b'_')
        }
        _ => false,
    }
}

/// Whether the word's script parts its words; seen from its first character.
fn is_spaced(text: &[u8], span: &Range<usize>) -> bool {
    // Three-byte characters from U+2000 on: Chinese, Japanese, Korean and what is beyond.
    text[span.start] < 0xE2
}

/// Where so many characters before `at` begin.
fn chars_before(text: &[u8], at: usize, chars: usize) -> usize {
    let floor = at.saturating_sub(chars);
    if text[floor..at].is_ascii() {
        return floor;
    }
    let floor = at.saturating_sub(chars * 4);
    let mut left = chars;
    for i in (floor..at).rev() {
        if text[i] & 0xC0 != 0x80 {
            left -= 1;
            if left == 0 {
                return i;
            }
        }
    }
    floor
}

/// Where so many characters after `at` end.
fn chars_after(text: &[u8], at: usize, chars: usize) -> usize {
    let ceiling = text.len().min(at + chars);
    if text[at..ceiling].is_ascii() {
        return ceiling;
    }
    let ceiling = text.len().min(at + chars * 4);
    let mut left = chars;
    for (i, b) in text[..ceiling].iter().enumerate().skip(at) {
        if b & 0xC0 != 0x80 {
            if left == 0 {
                return i;
            }
            left -= 1;
        }
    }
    ceiling
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(text: &str, word: &str) -> bool {
        let start = text.find(word).unwrap();
        is_whole_word(text.as_bytes(), &(start..start + word.len()))
    }

    #[test]
    fn a_word_is_whole_between_borders_and_in_camel_case() {
        assert!(whole("my ssn: 1", "ssn") && whole("ssn_number", "ssn"));
        assert!(whole("userSsn", "Ssn") && whole("ssnNumber", "ssn"));
        assert!(!whole("eyJzdWIiOiIxO", "Oi") && !whole("idCard", "id"));
        assert!(whole("POLICY_ID=1", "POLICY_ID") && whole("policy_id_no", "policy_id"));
        assert!(!whole("POLICY_ID_GET", "POLICY_ID") && whole("STP_POLICY_ID", "POLICY_ID"));
        assert!(whole("身份证号码1", "身份证"));
        assert!(!whole("public", "lic") && !whole("ssns", "ssn") && !whole("über", "ber"));
    }

    #[test]
    fn context_is_counted_in_characters() {
        let text = "äöü1äöü".as_bytes();
        assert_eq!(chars_before(text, 6, 2), 2);
        assert_eq!(chars_after(text, 7, 2), 11);
        assert_eq!((chars_before(text, 6, 300), chars_after(text, 7, 300)), (0, 13));
    }

    #[test]
    fn words_have_the_spellings_that_ascii_case_does_not_cover() {
        assert_eq!(spellings_of("ssn"), ["ssn"]);
        assert!(spellings_of("işyeri").contains(&"İşyeri".to_owned()));
        assert!(spellings_of("mersi\u{307}s").contains(&"MERSİS".to_owned()));
        assert_eq!(spellings_of("führer"), ["führer", "FÜHRER"]);
    }
}
