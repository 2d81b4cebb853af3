//! Labels within running text: `Patient: …`, `name = "…"`, `CN=…`, lines of cards. What follows one is judged as
//! a field of that name is.

use std::ops::Range;

use super::Finding;
use super::address;
use super::field;
use super::label::{self, Kind, Lines};
use super::marks::Marks;
use super::seed;
use super::token::{self, Token};
use super::unit::Field;
use super::words::Words;

/// A label has at most so many bytes.
const MAX_LABEL_BYTES: usize = label::MAX_LINE_LABEL_BYTES;
/// Between a label's sign and its value are at most so many spaces and marks.
const MAX_GAP: usize = 24;
/// A name, and an address, has at most so many bytes.
const MAX_NAME_BYTES: usize = 96;
const MAX_ADDRESS_BYTES: usize = 200;

/// What reading takes.
pub(super) struct Reader<'r> {
    pub(super) marks: &'r Marks,
    pub(super) words: &'r mut Words,
    pub(super) lines: &'r mut Lines,
}

/// Adds what follows the labels whose signs stand in a part of a field.
pub(super) fn search(
    reader: &mut Reader<'_>,
    field: Field<'_>,
    window: Range<usize>,
    found: &mut Vec<(Finding, Range<usize>)>,
) {
    let Some(part) = field.text.get(window.clone()) else { return };
    for at in memchr::memchr2_iter(b':', b'=', part) {
        let sign = window.start + at;
        // No token outlasts its label: the words of all of a text would be too many.
        reader.words.tidy();
        if let Some(name) = sender(field, sign) {
            let mut tokens = Vec::new();
            token::tokens(reader.words, field.text, name.start, name.end, &mut tokens);
            field::leading(Kind::Whole, &tokens, found);
        } else if let Some(value) = value_behind(field.text, sign) {
            of_label(reader, field, sign, &value, found);
        }
    }
}

/// Where the value behind a sign begins, and whether quotes stand around it.
struct Value {
    start: usize,
    quote: Option<u8>,
}

/// What stands behind a sign, if it may be a value: not at once what is none.
#[inline]
fn value_behind(text: &[u8], sign: usize) -> Option<Value> {
    let rest = &text[sign + 1..text.len().min(sign + 1 + MAX_GAP)];
    let is_blank = |b: &u8| matches!(b, b' ' | b'*' | b'_' | b'\t');
    let blanks = rest.iter().take_while(|b| is_blank(b)).count();
    let quote = rest.get(blanks).copied().filter(|b| matches!(b, b'"' | b'\'' | b'`'));
    let start = blanks + usize::from(quote.is_some());
    let first = rest.get(start)?;
    let may_be = first.is_ascii_uppercase()
        || first.is_ascii_digit() && start > 0
        || *first >= 0xc3
        || *first == b';';
    let value = Value { start: sign + 1 + start, quote };
    (may_be && !(quote.is_none() && is_of_program(text, value.start))).then_some(value)
}

/// Whether what stands at a place goes on as types, calls and names of programs do: `Vec<`, `Some(`, `Kind::`.
#[inline]
fn is_of_program(text: &[u8], at: usize) -> bool {
    const MAX_WORD: usize = 32;
    let rest = &text[at..text.len().min(at + MAX_WORD)];
    let length = rest.iter().take_while(|b| b.is_ascii_alphanumeric()).count();
    match &rest[length..] {
        [b'<' | b'(' | b'!' | b'_' | b'{' | b'[' | b'/', ..] | [b':', b':', ..] => length > 0,
        [b' ', b'{' | b'|' | b'=', ..] => length > 0,
        [b'.', next, ..] => length > 2 && next.is_ascii_alphabetic(),
        _ => false,
    }
}

fn of_label(
    reader: &mut Reader<'_>,
    field: Field<'_>,
    sign: usize,
    value: &Value,
    found: &mut Vec<(Finding, Range<usize>)>,
) {
    let text = field.text;
    if let Some(line) = card_before(field, sign) {
        return card(reader, field, line, sign, found);
    }
    let label = label_before(field, sign);
    // What an address of the web asks for is a part of it.
    let is_asked = text[field.start..label.start].last().is_some_and(|b| matches!(b, b'?' | b'&'));
    if label.is_empty() || is_asked {
        return;
    }
    let label = &text[label];
    let kind = reader.lines.kind(label);
    let first = text[value.start];
    // In programs types and other words stand behind names of fields.
    let in_code = || {
        let around = sign..value.start;
        value.quote.is_none() && seed::is_among_code(reader.marks, field, &around)
    };
    match kind {
        Kind::Address if !in_code() => {
            let to = end_of_address(text, value);
            let has_parts = text[value.start..to].iter().any(|b| matches!(b, b' ' | b',' | 0x80..));
            if has_parts && address::may_be_street(reader.words, &text[..to], value.start) {
                found.push((Finding::AddressInField, value.start..to));
            }
        }
        Kind::Part | Kind::Whole | Kind::Person | Kind::Perhaps if !first.is_ascii_digit() => {
            let to = text.len().min(value.start + MAX_NAME_BYTES);
            let to = match value.quote {
                Some(quote) => match memchr::memchr(quote, &text[value.start..to]) {
                    Some(length) => value.start + length,
                    None => return,
                },
                None => to,
            };
            let kind = if in_code() { Kind::Perhaps } else { kind };
            let mut tokens = Vec::new();
            token::tokens(reader.words, text, value.start, to, &mut tokens);
            if !is_label(reader.lines, text, &tokens, value.quote.is_some().then_some(to)) {
                field::leading(kind, &tokens, found);
            }
        }
        _ => {}
    }
}

/// Whether a value is itself what fields of people are called: `first_name: "First name"`.
fn is_label(lines: &mut Lines, text: &[u8], tokens: &[Token], whole: Option<usize>) -> bool {
    let (Some(first), Some(last)) = (tokens.first(), tokens.last()) else { return true };
    let to = whole.unwrap_or(if tokens.len() == 1 { last.end } else { first.end });
    to - first.start <= MAX_LABEL_BYTES && lines.kind(&text[first.start..to]) != Kind::Other
}

/// The words before a sign: back to what parts them from others.
fn label_before(field: Field<'_>, sign: usize) -> Range<usize> {
    let text = field.text;
    let mut end = sign;
    let floor = field.start.max(sign.saturating_sub(MAX_LABEL_BYTES));
    while end > floor && matches!(text[end - 1], b' ' | b'*' | b'_' | b'"' | b'\'' | b'`' | b')') {
        end -= 1;
    }
    let mut start = end;
    while start > floor {
        let before = text[start - 1];
        let parts = matches!(
            before,
            b'\n'
                | b'\t'
                | b'|'
                | b','
                | b';'
                | b'('
                | b'['
                | b'{'
                | b'<'
                | b'>'
                | b'"'
                | b'\''
                | b'='
                | b':'
                | b'!'
                | b'?'
                | b'`'
                | b'}'
                | b']'
                | b'/'
                | b'&'
                | b'#'
        );
        let is_gap = before == b' ' && start >= 2 && matches!(text[start - 2], b' ' | b'.' | b'-');
        if parts || is_gap {
            break;
        }
        start -= 1;
    }
    // Only a part of a longer one is seen.
    if start == floor && floor > field.start {
        let space = text[start..end].iter().position(|b| *b == b' ');
        start = space.map_or(end, |space| start + space);
    }
    while start < end && matches!(text[start], b' ' | b'*' | b'-' | b'_' | b'.') {
        start += 1;
    }
    start..end
}

/// Who says the line of a chat whose sign is the first `:` behind its time: `[14/5/2024, 7:02:11 am] Anna: …`,
/// `14.05.24, 18:10 - Anna Berg: …`, as messengers export them.
#[inline]
fn sender(field: Field<'_>, sign: usize) -> Option<Range<usize>> {
    const MAX_TIME_BYTES: usize = 40;
    const MAX_SENDER_BYTES: usize = 40;
    let text = field.text;
    let is_end = text[sign] == b':' && text.get(sign + 1) == Some(&b' ');
    if !is_end || text[..sign].last().is_none_or(u8::is_ascii_digit) {
        return None;
    }
    let floor = field.start.max(sign.saturating_sub(MAX_TIME_BYTES + MAX_SENDER_BYTES));
    let line = match memchr::memrchr(b'\n', &text[floor..sign]) {
        Some(end) => floor + end + 1,
        None if floor == field.start => floor,
        None => return None,
    };
    let head = &text[line..sign];
    let time = match memchr::memchr(b']', head) {
        Some(end) if head.contains(&b'[') => end + 1,
        _ => memchr::memmem::find(head, b" - ")? + 2,
    };
    let is_of_time = |b: &u8| b.is_ascii_digit() || b"[],./:- apmAPM".contains(b) || !b.is_ascii();
    let digits = head[..time].iter().filter(|b| b.is_ascii_digit()).count();
    // A log's time stands otherwise: the year first, with dashes.
    let is_day = head[..time].contains(&b',') || !head[..time.saturating_sub(2)].contains(&b'-');
    let has_both = is_day && head[..time].contains(&b':');
    if time > MAX_TIME_BYTES || digits < 6 || !has_both || !head[..time].iter().all(is_of_time) {
        return None;
    }
    // Who is in nobody's address book has a sign before his name.
    let is_lead = |b: &u8| matches!(b, b' ' | b'~' | 0x80..=0xc2 | 0xe2);
    let start = line + time + head[time..].iter().take_while(|b| is_lead(b)).count();
    (start < sign && !text[start..sign].contains(&b':')).then_some(start..sign)
}

/// What a line of a card says.
#[derive(Clone, Copy)]
enum Line {
    FullName,
    Name,
    Address,
}

/// The line of a card (RFC 6350) of which a sign is the first `:`, with or without parameters.
fn card_before(field: Field<'_>, sign: usize) -> Option<Line> {
    let floor = field.start.max(sign.saturating_sub(MAX_LABEL_BYTES));
    let line = &field.text[floor..sign];
    let line = match memchr::memrchr(b'\n', line) {
        Some(end) => &line[end + 1..],
        None if floor == field.start => line,
        None => return None,
    };
    let name = line.split(|b| *b == b';').next()?;
    let kind = match name {
        b"FN" => Line::FullName,
        b"N" => Line::Name,
        b"ADR" => Line::Address,
        _ => return None,
    };
    (!line.contains(&b':') && field.text[sign] == b':').then_some(kind)
}

/// `FN:Anna Berg`, `N:Berg;Anna;;Dr.;`, `ADR;TYPE=HOME:;;Ahornweg 12;Köln;;50937;`.
fn card(
    reader: &mut Reader<'_>,
    field: Field<'_>,
    line: Line,
    sign: usize,
    found: &mut Vec<(Finding, Range<usize>)>,
) {
    let (text, start) = (field.text, sign + 1);
    let rest = &text[start..text.len().min(start + MAX_ADDRESS_BYTES)];
    let to = start + memchr::memchr2(b'\r', b'\n', rest).unwrap_or(rest.len());
    let mut judge = |kind: Kind, part: Range<usize>| {
        let mut tokens = Vec::new();
        token::tokens(reader.words, text, part.start, part.end, &mut tokens);
        field::leading(kind, &tokens, found);
    };
    match line {
        Line::FullName => judge(Kind::Whole, start..to),
        // Family names, given names; then more of them, what is before and what behind.
        Line::Name if text[start..to].contains(&b';') => {
            let mut from = start;
            for part in text[start..to].split(|b| *b == b';').take(2) {
                judge(Kind::Part, from..from + part.len());
                from += part.len() + 1;
            }
        }
        Line::Name => {}
        Line::Address => {
            let is_value = |b: &u8| !matches!(b, b';' | b' ');
            let value = &text[start..to];
            let (first, last) = (value.iter().position(is_value), value.iter().rposition(is_value));
            let (Some(first), Some(last)) = (first, last) else { return };
            let span = start + first..start + last + 1;
            if address::may_be_street(reader.words, &text[..span.end], span.start) {
                found.push((Finding::AddressInField, span));
            }
        }
    }
}

/// Where an address ends that begins behind a label: at the end of the line, at a gap, or where something else
/// is called by its name.
fn end_of_address(text: &[u8], value: &Value) -> usize {
    let rest = &text[value.start..text.len().min(value.start + MAX_ADDRESS_BYTES)];
    let ends = |(at, b): (usize, &u8)| match b {
        b'\n' | b'\r' | b'\t' | b'|' | b';' | b'<' | b'{' | b'\\' => true,
        b'"' | b'\'' | b'`' => value.quote == Some(*b),
        b' ' => rest[at..].starts_with(b"   ") || rest[at..].starts_with("\u{a0}·".as_bytes()),
        b',' => rest[at..].get(..6).is_some_and(|next| {
            let next = next.to_ascii_lowercase();
            [&b", tel"[..], b", tlf", b", mob", b", pho", b", fax", b", cel", b", e-m", b", ema"]
                .iter()
                .any(|other| next.starts_with(other))
        }),
        _ => false,
    };
    let length = rest.iter().enumerate().position(ends).unwrap_or(rest.len());
    // Where something else is called by its name, the part with the name is none of it.
    let length = match rest[..length].iter().position(|b| matches!(b, b':' | b'=' | b'@')) {
        Some(sign) => memchr::memrchr(b',', &rest[..sign]).unwrap_or(0),
        None => length,
    };
    let is_end = |b: &u8| !matches!(b, b' ' | b',' | b'.' | b'*' | b'_' | b'\\' | b'"');
    let kept = rest[..length].iter().rposition(is_end);
    value.start + kept.map_or(0, |last| last + 1)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use trawl_model::Piece;

    use crate::people::Search;

    fn found(text: &str) -> Vec<String> {
        let piece = Piece::plain(text.as_bytes().to_vec(), 0, None, Arc::from([]));
        let mut search = Search::default();
        search.search(&piece);
        let mut spans: Vec<_> = search.list().map(|(_, span)| (span.start, span.end)).collect();
        spans.sort_unstable();
        spans.dedup();
        spans.into_iter().map(|(start, end)| text[start..end].to_owned()).collect()
    }

    #[test]
    fn values_behind_labels_are_judged_as_fields() {
        for (text, name) in [
            ("2026-02-17 08:14 claim=AD64 patient=\"Hēmi Paraone\" ok=1", "Hēmi Paraone"),
            ("[radnik]\nime_i_prezime = Snežana Tijanić\n", "Snežana Tijanić"),
            ("Najmodavac: Zvonimir Prgomet, OIB 5", "Zvonimir Prgomet"),
            ("see ORGANIZER;CN=\"Pieter Geelen\":mailto:p@x.example", "Pieter Geelen"),
            ("**Driver:** Tavita Leota (van)", "Tavita Leota"),
            ("<hpr lege=\"Dag Eikeland\">1</hpr>", "Dag Eikeland"),
        ] {
            assert_eq!(found(text), [name], "{text}");
        }
        let address = "adresa = Nemanjina 41, 31000 Užice\n";
        assert_eq!(found(address), ["Nemanjina 41, 31000 Užice"]);
    }

    #[test]
    fn labels_types_and_states_are_no_names() {
        for text in [
            "struct Row { first_name: String, patient: Option<Patient> }",
            "\"last_name\": \"Last name\", \"surname\": \"Nachname\"",
            "Employee: None\nPatient: Stable\nDriver: Not Assigned\n",
            "address: ServerAddress::V4, street: Street",
        ] {
            assert!(found(text).is_empty(), "{text}: {:?}", found(text));
        }
    }

    #[test]
    fn cards_are_read_by_their_lines() {
        let card = "BEGIN:VCARD\r\nFN:Dr. Dilnoza Abdulkarimova\r\nN:Abdulkarimova;Dilnoza;;Dr.;\r\n\
            ADR;TYPE=HOME:;;Ahornweg 12;Köln;;50937;\r\nEND:VCARD\r\n";
        let all = ["Dilnoza Abdulkarimova", "Abdulkarimova", "Dilnoza", "Ahornweg 12;Köln;;50937"];
        assert_eq!(found(card), all);
    }

    #[test]
    fn who_says_a_line_of_a_chat_is_found() {
        let chat = "[14/5/2024, 7:05:40 am] Shazza: morning all\n12.03.24, 18:14 - Torsten Kühl: ja\n\
            [14/5/2024, 7:06:00 am] +61 400 000 000: hi\n[2024-05-17 08:30:11] Webpack: compiled\n";
        assert_eq!(found(chat), ["Shazza", "Torsten Kühl"]);
        // A bracket that closes before one opens is of no time.
        assert!(found("][14.05.2024 a: b\n] 14.05.2024, 12:30 [x: y").is_empty());
    }
}
