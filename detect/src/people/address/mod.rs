//! Addresses: a street with its number, told by words and endings of streets in many languages, and
//! behind it a town, a postcode, or both.
//!
//! The number is the seed. Before it (`Ahornweg 12`, `calle Mayor, 5`) or behind it (`14 Alder Lane`,
//! `8 rue des Lilas`) the street must stand; what follows is read part by part ([`place`]).

mod place;
mod street;

use std::ops::Range;

use super::Finding;
use super::lexicon::{self, Flags};
use super::token::{self, Kind, Shape, Token};
use super::unit::Field;

/// From its first to its last byte an address has at most so many.
pub(crate) const MAX_ADDRESS_BYTES: usize = 320;
/// A street begins at most so many bytes before its number.
const MAX_LEAD_BYTES: usize = 80;
/// What follows the number is read so far.
const MAX_TAIL_BYTES: usize = MAX_ADDRESS_BYTES - MAX_LEAD_BYTES;

/// A street with its number.
struct Street {
    /// Where it begins and ends.
    span: Range<usize>,
    /// The first token behind it, of those after the number.
    next: usize,
    /// Whether a word or an ending says that it is one.
    told: bool,
}

/// Looks for addresses whose number stands in a part of a field.
pub(super) fn search(
    field: Field<'_>,
    window: Range<usize>,
    found: &mut Vec<(Finding, Range<usize>)>,
) {
    let (mut before, mut after) = (Vec::new(), Vec::new());
    let mut at = window.start;
    while let Some(number) = next_number(field, at, window.end) {
        at = number.end;
        if !may_be_house(field, &number) {
            continue;
        }
        let floor = token_floor(field, number.start);
        let ceiling = token_ceiling(field, number.end);
        before.clear();
        after.clear();
        token::tokens(field.text, floor, number.start, &mut before);
        token::tokens(field.text, number.start, ceiling, &mut after);
        let Some(street) = street::around(field.text, &before, &after) else { continue };
        let Some(place) =
            place::behind(field.text, &after[street.next.min(after.len())..], street.span.end)
        else {
            continue;
        };
        let is_sure = place.postcode && place.town;
        // Without a word of streets, the postcode and the town must say it.
        if !(street.told || is_sure && place.known) {
            continue;
        }
        if !is_sure && !place.postcode && !place.known && !place.alone {
            continue;
        }
        if is_placeholder(&field.text[street.span.start..place.end]) {
            continue;
        }
        let finding = if is_sure { Finding::AddressSure } else { Finding::AddressLikely };
        found.push((finding, street.span.start..place.end));
    }
}

/// The next run of up to five digits, with no letter, digit or sign of numbers before it.
fn next_number(field: Field<'_>, mut at: usize, to: usize) -> Option<Range<usize>> {
    const MAX_DIGITS: usize = 5;
    let text = field.text;
    loop {
        let start = next_digit(text, at, to)?;
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
fn may_be_house(field: Field<'_>, number: &Range<usize>) -> bool {
    let text = field.text;
    let after = &text[number.end..text.len().min(number.end + 4)];
    let follows = match after {
        [b' ' | b',' | b'\n' | b'.' | b'-' | b'/', ..] | [] | [b'\r', ..] => true,
        [letter, rest @ ..] if letter.is_ascii_alphabetic() => {
            rest.first().is_none_or(|b| !b.is_ascii_alphanumeric())
        }
        _ => false,
    };
    if !follows {
        return false;
    }
    // The next word begins with a capital, or is one of streets: `rue`.
    let rest = &text[number.end..text.len().min(number.end + 24)];
    let word = rest.iter().position(|b| b.is_ascii_alphabetic() || *b >= 0x80);
    let is_capital = |b: u8| b.is_ascii_uppercase() || b >= 0xC3;
    let next = word.is_some_and(|at| {
        let letters = rest[at..].iter().take_while(|b| b.is_ascii_alphabetic() || **b >= 0x80);
        let word = &rest[at..at + letters.count()];
        let is_street = || lexicon::flags(lexicon::hash_lower(word)).has(Flags::STREET);
        at <= 3
            && (is_capital(word[0])
                || word.len() == 1
                || matches!(word, b"bis" | b"ter")
                || is_street())
    });
    let floor = field.start.max(number.start.saturating_sub(40));
    let lead = &text[floor..number.start];
    let gap = lead.iter().rev().take_while(|b| !b.is_ascii_alphabetic() && **b < 0x80).count();
    let letters = lead[..lead.len() - gap]
        .iter()
        .rev()
        .take_while(|b| b.is_ascii_alphabetic() || **b >= 0x80 || **b == b'-');
    let first = letters.last().copied();
    next || (gap <= 5 && first.is_some_and(|b| is_capital(b) || b == b'n' || b == b's'))
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

fn token_ceiling(field: Field<'_>, at: usize) -> usize {
    let ceiling = field.text.len().min(at + MAX_TAIL_BYTES);
    if ceiling == field.text.len() {
        return ceiling;
    }
    let kept = field.text[at..ceiling].iter().rposition(u8::is_ascii_whitespace);
    kept.map_or(at, |n| at + n)
}

/// Whether a value of a field of addresses is one: a number and a word, or a word of streets.
pub(super) fn may_be_street(text: &[u8], start: usize) -> bool {
    let value = &text[start..];
    if value.contains(&b'@') || value.windows(3).any(|w| w == b"://") || value.len() < 4 {
        return false;
    }
    let mut tokens = Vec::new();
    token::tokens(text, start, text.len(), &mut tokens);
    let is_word = |t: &&Token| t.is_word() && (t.chars >= 3 || t.shape == Shape::Uncased);
    let words = tokens.iter().filter(is_word).count();
    let numbers = tokens.iter().filter(|t| t.kind == Kind::Number).count();
    let street = tokens.iter().any(|t| t.flags.has(Flags::STREET) || street::has_ending(text, t));
    words >= 1 && ((1..=8).contains(&numbers) || street && words >= 2)
}

/// The next digit from `at` on, before `to`. Blocks without any are passed over whole, which the
/// compiler does with vectors.
fn next_digit(text: &[u8], mut at: usize, to: usize) -> Option<usize> {
    const BLOCK: usize = 32;
    while at + BLOCK <= to {
        let block = &text[at..at + BLOCK];
        let any = block.iter().fold(0u8, |any, b| any | u8::from(b.wrapping_sub(b'0') < 10));
        if any != 0 {
            break;
        }
        at += BLOCK;
    }
    (at..to).find(|i| text[*i].is_ascii_digit())
}
