//! Seeds: where in a text the labeller is worth its while.

use std::ops::Range;

use super::again::Again;
use super::labeller::{Labeller, Support};
use super::lexicon::{self, Flags};
use super::token::{self, char_at};
use super::unit::{self, Field};
use super::{Finding, address, field, label, scripts};

/// So many bytes before and after a unit say whether it stands among code.
pub(super) const CODE_BYTES: usize = 256;

/// From here on a name is sure.
const SURE: f32 = 0.93;

/// From here on it is likely one: the less the lexicon says, the surer the labeller must be.
const fn likely_from(support: Support) -> f32 {
    match support {
        Support::Much => 0.4,
        Support::Some => 0.65,
        Support::Little => 0.85,
        Support::None => 0.96,
    }
}

/// Looks for names and addresses in a part of a field.
pub(super) fn search(
    field: Field<'_>,
    window: Range<usize>,
    labeller: &mut Labeller,
    again: &mut Again,
    found: &mut Vec<(Finding, Range<usize>)>,
) {
    let first = found.len();
    let mut done = 0;
    let mut at = window.start;
    while let Some(seed) = next(field, at, window.end) {
        at = seed.end;
        if seed.start < done || !is_worth_it(field, &seed) {
            continue;
        }
        let Some(unit) = unit::around(field, seed.start) else { continue };
        if is_code(&field.text[unit.clone()]) {
            continue;
        }
        let in_code = is_among_code(field, &unit);
        if in_code && !begins_full_name(field, &seed) {
            continue;
        }
        done = unit.end;
        labelled(field, &unit, found);
        labeller.label(field, &unit, |name| {
            // `Iris-setosa`: a word with a dash, whose second part is no name's.
            let mut pairs = field.text[name.span.clone()].windows(2);
            let is_joined = name.words == 1
                && pairs.any(|pair| pair[0] == b'-' && pair[1].is_ascii_lowercase());
            if is_joined || is_glued(field, &name.span) {
                return;
            }
            // Among code, names stand in full: of authors.
            let fits = !in_code || name.words > 1 && name.support == Support::Much;
            if name.likely >= SURE && name.support != Support::None && fits {
                found.push((Finding::NameSure, name.span));
            } else if name.likely >= likely_from(name.support) && fits {
                found.push((Finding::NameLikely, name.span));
            }
        });
    }
    if found.len() > first {
        again.search(field, window.clone(), first, found);
    }
    address::search(field, window.clone(), found);
    scripts::search(field, window, found);
}

/// The next word from `at` on that begins with a capital.
pub(super) fn next(field: Field<'_>, mut at: usize, to: usize) -> Option<Range<usize>> {
    let text = field.text;
    while at < to {
        at = next_capital(text, at, to)?;
        let before = at.checked_sub(1).filter(|i| *i >= field.start).map(|i| text[i]);
        let is_inside = before
            .is_some_and(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'@' || b >= 0x80);
        let (c, len) = char_at(text, at);
        if is_inside && before.is_some_and(|b| b < 0x80) || !c.is_uppercase() {
            at += len;
            continue;
        }
        if before.is_some_and(|b| b >= 0x80) && is_letter_before(field, at) {
            at += len;
            continue;
        }
        let mut end = at + len;
        while end < text.len() {
            let (c, len) = char_at(text, end);
            if !token::is_letter(c) {
                break;
            }
            end += len;
        }
        return Some(at..end);
    }
    None
}

fn is_letter_before(field: Field<'_>, at: usize) -> bool {
    let floor = field.start.max(at.saturating_sub(4));
    let start = field.text[floor..at].iter().rposition(|b| b & 0xC0 != 0x80);
    start.is_some_and(|start| token::is_letter(char_at(field.text, floor + start).0))
}

/// The next byte that may begin a capital letter: of ASCII, or the first of two bytes.
fn next_capital(text: &[u8], mut at: usize, to: usize) -> Option<usize> {
    const BLOCK: usize = 32;
    let may = |b: u8| b.wrapping_sub(b'A') < 26 || b.wrapping_sub(0xC3) < 0x20;
    while at + BLOCK <= to {
        let block = &text[at..at + BLOCK];
        if block.iter().fold(0u8, |any, b| any | u8::from(may(*b))) != 0 {
            break;
        }
        at += BLOCK;
    }
    (at..to).find(|i| may(text[*i]))
}

/// Whether a capitalised word leads to names often enough.
fn is_worth_it(field: Field<'_>, word: &Range<usize>) -> bool {
    let text = &field.text[word.clone()];
    let rest = &field.text[word.end..];
    if text.len() < 2 || text.len() > 40 {
        // `O'Brien`.
        return text.len() == 1 && matches!(rest, [b'\'', b'A'..=b'Z', ..]);
    }
    let flags = lexicon::flags(lexicon::hash_lower(text));
    if flags.has(Flags::TITLE | Flags::GREETING | Flags::GIVEN_TOP | Flags::FAMILY_TOP) {
        return true;
    }
    if flags.is_name() {
        return !flags.has(Flags::COMMON_TOP | Flags::FUNCTION);
    }
    if flags.has(Flags::ROLE) {
        return matches!(rest, [b':', ..] | [b' ', b':', ..] | [b'*', b'*', b':', ..]);
    }
    // A word that nobody knows, before another with a capital, or behind an initial or a title.
    flags.is_unknown()
        && text.len() >= 3
        && (matches!(rest, [b' ', b'A'..=b'Z', b'a'..=b'z', ..] | [b' ', 0xC3..=0xD4, ..])
            || is_led(&field.text[field.start..word.start]))
}

/// Whether a word is a given name, with another word with a capital behind it.
fn begins_full_name(field: Field<'_>, word: &Range<usize>) -> bool {
    let text = &field.text[word.clone()];
    let flags = lexicon::flags(lexicon::hash_lower(text));
    flags.has(Flags::GIVEN)
        && !flags.has(Flags::COMMON_TOP | Flags::FUNCTION)
        && matches!(&field.text[word.end..], [b' ', b'A'..=b'Z' | 0xC3..=0xD4, ..])
}

/// Whether an initial or a title stands directly before.
fn is_led(before: &[u8]) -> bool {
    let Some(before) = before.strip_suffix(b" ") else { return false };
    if matches!(before, [b'A'..=b'Z', b'.'] | [.., b' ' | b'\n' | b'.', b'A'..=b'Z', b'.']) {
        return true;
    }
    let before = before.strip_suffix(b".").unwrap_or(before);
    let letters =
        before.iter().rev().take(16).take_while(|b| b.is_ascii_alphabetic() || **b >= 0x80);
    let word = &before[before.len() - letters.count()..];
    !word.is_empty() && lexicon::flags(lexicon::hash_lower(word)).has(Flags::TITLE)
}

/// A line that begins with a label and a colon: what follows is judged as a field is.
fn labelled(field: Field<'_>, unit: &Range<usize>, found: &mut Vec<(Finding, Range<usize>)>) {
    /// A label has at most so many bytes.
    const MAX_LABEL_BYTES: usize = 48;
    let line = &field.text[unit.clone()];
    let Some(colon) = line.iter().take(MAX_LABEL_BYTES).position(|b| *b == b':') else { return };
    let Ok(label) = std::str::from_utf8(&line[..colon]) else { return };
    let kind = label::kind(label);
    if !matches!(kind, label::Kind::Part | label::Kind::Whole | label::Kind::Perhaps) {
        return;
    }
    let mut tokens = Vec::new();
    token::tokens(field.text, unit.start + colon + 1, unit.end, &mut tokens);
    let skip = tokens.iter().take_while(|t| t.is_sign(b'*') || t.is_sign(b'_')).count();
    field::leading(kind, field.text, &tokens[skip..], found);
}

/// Whether a unit is plainly code: signs that prose has few of.
fn is_code(text: &[u8]) -> bool {
    let odd = text.iter().map(|b| u32::from(is_odd(*b))).sum::<u32>() as usize;
    odd * 7 > text.len().max(28)
}

/// Whether what stands around a unit looks like code.
fn is_among_code(field: Field<'_>, unit: &Range<usize>) -> bool {
    let from = field.start.max(unit.start.saturating_sub(CODE_BYTES));
    let to = field.text.len().min(unit.end + CODE_BYTES);
    let odd = field.text[from..to].iter().map(|b| u32::from(is_odd(*b))).sum::<u32>() as usize;
    odd * 16 > (to - from).max(160) || is_log(&field.text[unit.clone()])
}

/// Whether a line says how bad it is, as those of logs do.
fn is_log(line: &[u8]) -> bool {
    const LEVELS: [&[u8]; 5] = [b"INFO", b"WARN", b"ERROR", b"DEBUG", b"TRACE"];
    let head = &line[..line.len().min(96)];
    LEVELS.iter().any(|level| {
        let end = memchr::memmem::find(head, level).map(|at| at + level.len());
        end.is_some_and(|end| !head.get(end).is_some_and(u8::is_ascii_alphabetic))
    })
}

/// Signs that prose has few of.
fn is_odd(b: u8) -> bool {
    matches!(b, b'{' | b'}' | b'[' | b']' | b'=' | b'_' | b'\\' | b'$' | b'#' | b'`' | b'^' | b'~')
        || matches!(b, b'(' | b')' | b'<' | b'>' | b';' | b'*' | b'"' | b'&' | b'%' | b'/')
}

/// Whether a name is a part of an address of the web, a path, an identifier.
pub(super) fn is_glued(field: Field<'_>, span: &Range<usize>) -> bool {
    let text = field.text;
    let before = &text[field.start.max(span.start.saturating_sub(2))..span.start];
    let after = &text[span.end..text.len().min(span.end + 2)];
    let joined_before = match before {
        [.., b'@' | b'_' | b'\\' | b'$' | b'#' | b'%' | b'='] => true,
        [.., b, b'/' | b'.' | b'-' | b':'] => {
            b.is_ascii_alphanumeric() || matches!(b, b'/' | b':' | b'.')
        }
        _ => false,
    };
    let joined_after = match after {
        [b'@' | b'_' | b'\\' | b'(' | b'=', ..] => true,
        [b'.' | b'/' | b'-' | b':', b, ..] => b.is_ascii_alphanumeric() || matches!(b, b'/' | b':'),
        [b, ..] => b.is_ascii_digit(),
        [] => false,
    };
    joined_before || joined_after
}
