//! Addresses: a street with its number, told by words and endings of streets in many languages, and
//! behind it a town, a postcode, or both.
//!
//! The number is the seed. Before it (`Ahornweg 12`, `calle Mayor, 5`) or behind it (`14 Alder Lane`,
//! `8 rue des Lilas`) the street must stand; what follows is read part by part ([`place`]).

mod place;
mod street;

use std::ops::Range;

use super::Finding;
use super::lexicon::Flags;
use super::marks::Marks;
use super::token::{self, Kind, Shape, Stream, Token};
use super::unit::Field;
use super::words::Words;

/// From its first to its last byte an address has at most so many.
pub(crate) const MAX_ADDRESS_BYTES: usize = 320;
/// A street begins at most so many bytes before its number.
const MAX_LEAD_BYTES: usize = 80;
/// What follows the number is read so far.
const MAX_TAIL_BYTES: usize = MAX_ADDRESS_BYTES - MAX_LEAD_BYTES;

/// Of these, so many may be of the street.
const MAX_STREET_BYTES: usize = 112;

/// A street with its number.
struct Street {
    /// Where it begins and ends.
    span: Range<usize>,
    /// The first token behind it, of those after the number.
    next: usize,
    /// Whether a word or an ending says that it is one.
    told: bool,
}

/// What looking for addresses takes.
pub(super) struct Reader<'a> {
    pub(super) marks: &'a Marks,
    pub(super) words: &'a mut Words,
    pub(super) stream: &'a mut Stream,
    pub(super) field: Field<'a>,
}

/// Looks for addresses whose number stands in a part of a field.
pub(super) fn search(
    reader: &mut Reader<'_>,
    part: Range<usize>,
    found: &mut Vec<(Finding, Range<usize>)>,
) {
    let mut at = part.start;
    while let Some(number) = next_number(reader.marks, reader.field, at, part.end) {
        at = number.end;
        if may_be_house(reader.words, reader.field, &number) {
            found.extend(around(reader, &number));
        }
    }
}

/// The address around the number of a house.
fn around(reader: &mut Reader<'_>, number: &Range<usize>) -> Option<(Finding, Range<usize>)> {
    let Reader { words, stream, field, .. } = reader;
    let text = field.text;
    words.tidy();
    let floor = token_floor(*field, number.start);
    let near = token_ceiling(*field, number.end, MAX_STREET_BYTES);
    let tokens = stream.of(words, text, floor..near);
    let (before, after) = tokens.split_at(tokens.partition_point(|t| t.start < number.start));
    let street = street::around(text, before, after)?;
    let far = token_ceiling(*field, number.end, MAX_TAIL_BYTES);
    let tokens = stream.of(words, text, floor..far);
    let after = &tokens[tokens.partition_point(|t| t.start < number.start)..];
    let behind = &after[street.next.min(after.len())..];
    let place = place::behind(text, behind, street.span.end, street.told)?;
    let is_sure = place.postcode && place.town;
    // Without a word of streets, the postcode and the town must say it.
    let is_told = street.told || is_sure && (place.known || place.plain);
    let is_whole = is_sure || place.postcode || place.known || place.alone;
    if !is_told || !is_whole || is_placeholder(&text[street.span.start..place.end]) {
        return None;
    }
    let finding = if is_sure { Finding::AddressSure } else { Finding::AddressLikely };
    Some((finding, street.span.start..place.end))
}

/// The next run of up to five digits, with no letter, digit or sign of numbers before it.
fn next_number(marks: &Marks, field: Field<'_>, mut at: usize, to: usize) -> Option<Range<usize>> {
    const MAX_DIGITS: usize = 5;
    let text = field.text;
    loop {
        let start = marks.next_number(at, to)?;
        let digits = text[start..].iter().take_while(|b| b.is_ascii_digit()).count();
        let before = start.checked_sub(1).filter(|i| *i >= field.start).map(|i| text[i]);
        let opens = before.is_none_or(|b| {
            matches!(
                b,
                b' ' | b'\n'
                    | b'\t'
                    | b'('
                    | b'"'
                    | b'\''
                    | b','
                    | b':'
                    | b'|'
                    | b';'
                    | b'/'
                    | 0xba
                    | 0xb0
                    | 0xa0
            )
        });
        if digits <= MAX_DIGITS && opens {
            return Some(start..start + digits);
        }
        at = start + digits;
    }
}

/// Whether a word with a capital, or one of a street, stands beside a number: all else is no house's.
fn may_be_house(words: &mut Words, field: Field<'_>, number: &Range<usize>) -> bool {
    let text = field.text;
    let after = &text[number.end..text.len().min(number.end + 4)];
    let follows = match after {
        [b' ' | b',' | b'\n' | b'.' | b'-' | b'/', ..] | [] | [b'\r', ..] => true,
        [letter, rest @ ..] if letter.is_ascii_alphabetic() => {
            rest.first().is_none_or(|b| !b.is_ascii_alphanumeric())
        }
        _ => false,
    };
    follows && (is_before_street(words, text, number.end) || is_behind_street(field, number.start))
}

/// Whether the next word begins with a capital, or is one of streets: `rue`.
fn is_before_street(words: &mut Words, text: &[u8], at: usize) -> bool {
    // `12-14 Alder Lane`: all of the number first.
    let at = match &text[at..] {
        [b'-' | b'/', rest @ ..] => {
            let digits = rest.iter().take(5).take_while(|b| b.is_ascii_digit()).count();
            let parts = matches!(rest.get(digits), Some(b' ' | b','));
            if digits > 0 && parts { at + 1 + digits } else { at }
        }
        _ => at,
    };
    let rest = &text[at..text.len().min(at + 24)];
    let is_of_word = |b: &u8| b.is_ascii_alphabetic() || *b >= 0x80;
    let Some(lead) = rest.iter().take(4).position(is_of_word) else { return false };
    if is_capital(rest[lead]) {
        return true;
    }
    let length = rest[lead..].iter().take_while(|b| is_of_word(b)).count();
    let word = &rest[lead..lead + length];
    if length == 1 || matches!(word, b"bis" | b"ter") {
        return true;
    }
    let number = words.word(text, at + lead, at + lead + length);
    words.get(number).plain.has(Flags::STREET)
}

const fn is_capital(b: u8) -> bool {
    b.is_ascii_uppercase() || b >= 0xC3
}

/// Whether a word with a capital, or one for `number`, stands before a number.
fn is_behind_street(field: Field<'_>, at: usize) -> bool {
    /// At most so many bytes stand between the two.
    const MAX_GAP: usize = 5;
    let floor = field.start.max(at.saturating_sub(40));
    let lead = &field.text[floor..at];
    let is_between = |b: &u8| matches!(b, b' ' | b',' | b'.' | b':' | b'#' | b'\t' | b'\r');
    let gap = lead.iter().rev().take(MAX_GAP + 1).take_while(|b| is_between(b)).count();
    if gap > MAX_GAP {
        return false;
    }
    let letters = lead[..lead.len() - gap]
        .iter()
        .rev()
        .take_while(|b| b.is_ascii_alphabetic() || **b >= 0x80 || **b == b'-');
    letters.last().is_some_and(|b| is_capital(*b) || *b == b'n' || *b == b's')
}

/// Whether an address is one of manuals.
fn is_placeholder(value: &[u8]) -> bool {
    const WORDS: [&[u8]; 7] =
        [b"muster", b"example", b"anytown", b"ejemplo", b"exemple", b"voorbeeld", b"sample st"];
    let lower = value.to_ascii_lowercase();
    WORDS.iter().any(|word| memchr::memmem::find(&lower, word).is_some())
}

fn token_floor(field: Field<'_>, at: usize) -> usize {
    let floor = field.start.max(at.saturating_sub(MAX_LEAD_BYTES));
    if floor == field.start {
        return floor;
    }
    let skipped = field.text[floor..at].iter().position(u8::is_ascii_whitespace);
    skipped.map_or(at, |n| floor + n)
}

fn token_ceiling(field: Field<'_>, at: usize, bytes: usize) -> usize {
    let ceiling = field.text.len().min(at + bytes);
    if ceiling == field.text.len() {
        return ceiling;
    }
    let kept = field.text[at..ceiling].iter().rposition(u8::is_ascii_whitespace);
    kept.map_or(at, |n| at + n)
}

/// Whether a value of a field of addresses is one: a number and a word, or a word of streets.
pub(super) fn may_be_street(words: &mut Words, text: &[u8], start: usize) -> bool {
    let value = &text[start..];
    if value.contains(&b'@') || value.windows(3).any(|w| w == b"://") || value.len() < 4 {
        return false;
    }
    let mut tokens = Vec::new();
    token::tokens(words, text, start, text.len(), &mut tokens);
    let is_word = |t: &&Token| t.is_word() && (t.chars >= 3 || t.shape == Shape::Uncased);
    let words = tokens.iter().filter(is_word).count();
    let numbers = tokens.iter().filter(|t| t.kind == Kind::Number).count();
    let street = tokens.iter().any(|t| t.flags.has(Flags::STREET) || street::has_ending(text, t));
    words >= 1 && ((1..=8).contains(&numbers) || street && words >= 2)
}
