//! What stands directly beside a match: borders of words, and signs that it is a part of
//! something else.

use std::ops::Range;

use trawl_model::Piece;

use super::{label, row};
use crate::reach::GUARD_BYTES;
use crate::rule::Boundary;

/// Whether a match may begin at `at` of a field.
pub(super) fn may_begin(field: &[u8], at: usize, boundary: Boundary) -> bool {
    match boundary {
        Boundary::None => true,
        Boundary::Digit => !at.checked_sub(1).is_some_and(|i| field[i].is_ascii_digit()),
        Boundary::Word => !letter_before(field, at),
        Boundary::Space => at.checked_sub(1).is_none_or(|i| opens(field[i])),
    }
}

/// Whether a match may end at `at` of a field.
pub(super) fn may_end(field: &[u8], at: usize, boundary: Boundary) -> bool {
    match boundary {
        Boundary::None => true,
        Boundary::Digit => !field.get(at).is_some_and(u8::is_ascii_digit),
        Boundary::Word => !letter_after(field, at),
        Boundary::Space => match &field[at.min(field.len())..] {
            // A sentence ends.
            [b'.' | b'!' | b'?', rest @ ..] => rest.first().is_none_or(u8::is_ascii_whitespace),
            rest => rest.first().is_none_or(|b| closes(*b)),
        },
    }
}

/// Whether a value of any signs can begin behind this byte.
fn opens(byte: u8) -> bool {
    byte.is_ascii_whitespace()
        || matches!(byte, b'"' | b'\'' | b'`' | b'=' | b':' | b',' | b';' | b'&' | b'?' | b'|')
        || matches!(byte, b'(' | b'[' | b'{' | b'<' | b'>')
}

/// Whether a value of any signs can end before this byte.
fn closes(byte: u8) -> bool {
    byte.is_ascii_whitespace()
        || matches!(byte, b'"' | b'\'' | b'`' | b',' | b';' | b'&' | b'|' | b'\\')
        || matches!(byte, b')' | b']' | b'}' | b'<' | b'>')
}

/// Whether a letter or digit of a script that parts its words stands directly before.
pub(super) fn letter_before(text: &[u8], at: usize) -> bool {
    let Some(last) = at.checked_sub(1).map(|i| text[i]) else { return false };
    if last.is_ascii() {
        return last.is_ascii_alphanumeric();
    }
    let from = at.saturating_sub(4);
    let start = text[from..at].iter().rposition(|b| b & 0xC0 != 0x80).map_or(from, |i| from + i);
    char_of(&text[start..at]).is_some_and(is_letter)
}

/// Whether a letter or digit of a script that parts its words stands directly after.
pub(super) fn letter_after(text: &[u8], at: usize) -> bool {
    let Some(next) = text.get(at) else { return false };
    if next.is_ascii() {
        return next.is_ascii_alphanumeric();
    }
    char_of(&text[at..text.len().min(at + 4)]).is_some_and(is_letter)
}

/// The first character of some bytes.
fn char_of(bytes: &[u8]) -> Option<char> {
    bytes.utf8_chunks().next().and_then(|chunk| chunk.valid().chars().next())
}

/// Scripts that write without spaces, or hang endings on numbers (Thai, Chinese, Japanese, Korean),
/// have no border to look for.
fn is_letter(c: char) -> bool {
    let parts_words = c < '\u{0e00}' || ('\u{1e00}'..'\u{2000}').contains(&c);
    parts_words && c.is_alphanumeric()
}

/// Whether a match is plainly something else, or a part of it: of a UUID or a hash, of a longer number, a
/// decimal, a version, a date.
pub(super) fn is_part_of_something(field: &[u8], span: &Range<usize>) -> bool {
    is_part_of_number(field, span)
        || row::is_in_row(field, span)
        || is_order(&field[..span.start])
        || is_anchor(&field[..span.start])
        || is_part_of_hex(field, span)
}

/// `#issuecomment-1214146912`: a place in a page, by what it is and its number.
fn is_anchor(before: &[u8]) -> bool {
    /// `#comment-`, `#discussion_r`.
    const LEAST_LETTERS: usize = 4;
    let before = match before {
        [before @ .., b'-'] => before,
        [before @ .., b'r'] if before.ends_with(b"_") => before,
        _ => return false,
    };
    let is_of_name = |b: &&u8| b.is_ascii_alphabetic() || **b == b'_';
    let name = before.iter().rev().take(GUARD_BYTES).take_while(is_of_name).count();
    name >= LEAST_LETTERS && before[..before.len() - name].ends_with(b"#")
}

/// `PO-4500123456`, `INV#…`, `Item 0771…`: the number of an order or of what else a business counts.
fn is_order(before: &[u8]) -> bool {
    const KINDS: [&[u8]; 22] = [
        b"po", b"so", b"wo", b"rma", b"inv", b"ord", b"order", b"rfq", b"ref", b"sku", b"isbn",
        b"case", b"ticket", b"tkt", b"inc", b"chg", b"prb", b"req", b"lot", b"mdr", b"jira",
        b"clm",
    ];
    const THINGS: [&[u8]; 20] = [
        b"item",
        b"part",
        b"build",
        b"batch",
        b"lot",
        b"p/n",
        b"po",
        b"p.o",
        b"order",
        b"receipt",
        b"invoice",
        b"rechnung",
        b"auftrag",
        b"bestellung",
        b"facture",
        b"pedido",
        b"fattura",
        b"faktura",
        b"ordre",
        b"sku",
    ];
    let (rest, kinds): (_, &[&[u8]]) = match before {
        [rest @ .., b'-' | b'#' | b'/'] => (rest, &KINDS[..]),
        [rest @ .., b' '] => (rest, &THINGS[..]),
        _ => return false,
    };
    let is_of_word = |b: &&u8| b.is_ascii_alphabetic() || **b == b'/';
    let letters = rest.iter().rev().take(GUARD_BYTES).take_while(is_of_word);
    let word = &rest[rest.len() - letters.count()..];
    kinds.iter().any(|kind| kind.eq_ignore_ascii_case(word))
}

/// Where the next value of a list begins behind one that ends at `at`: behind a comma and a space,
/// or behind a word that joins. Within rows of tables commas have no space.
pub(super) fn next_of_list(field: &[u8], at: usize) -> Option<usize> {
    const JOINS: [&str; 58] = [
        ", ", "; ", " / ", " | ", " and ", ", and ", " or ", ", or ", " und ", " oder ", " sowie ",
        " bzw. ", " et ", " ou ", " y ", " o ", " e ", " en ", " och ", " og ", " ja ", " & ",
        " i ", " oraz ", " lub ", " a ", " és ", " și ", " ve ", " и ", " та ", " і ", " και ",
        " in ", " un ", " ir ", "、", "，", "؛ ", " eller ", " nebo ", " alebo ", " či ", " veya ",
        " или ", " або ", " sau ", " vagy ", " tai ", " ili ", " ali ", " ή ", " dan ", " và ",
        " atau ", " plus ", " resp. ", " of ",
    ];
    const NUMBER: [&str; 12] =
        ["no. ", "no ", "nr. ", "nr ", "n° ", "nº ", "n.º ", "n. ", "№ ", "č. ", "br. ", "# "];
    /// What is said of a value in brackets may stand between it and the next: `A123 (child), B456`.
    const MAX_BRACKETS: usize = 40;
    let mut rest = field.get(at..)?;
    if let Some(inner) = rest.strip_prefix(b" (")
        && let Some(end) = inner.iter().take(MAX_BRACKETS).position(|b| matches!(b, b')' | b'\n'))
        && inner[end] == b')'
    {
        rest = &inner[end + 1..];
    }
    let from = field.len() - rest.len();
    let joins = JOINS.iter().filter(|join| rest.starts_with(join.as_bytes()));
    let next = joins.map(|join| join.len()).max()?;
    // `A123, no. B456`.
    let sign = NUMBER.iter().find(|sign| rest[next..].starts_with(sign.as_bytes()));
    Some(from + next + sign.map_or(0, |sign| sign.len()))
}

/// What stands before a word in brackets that says what it is: `08920220053 (P.IVA)`.
pub(super) fn value_before(field: &[u8], start: usize, word: usize) -> Option<Range<usize>> {
    const MAX_VALUE: usize = 40;
    let end = word.checked_sub(2).filter(|end| *end > start && field[*end..word] == *b" (")?;
    let is_of_value =
        |b: &&u8| !b.is_ascii_whitespace() && !matches!(**b, b',' | b';' | b':' | b'=');
    let length = field[start..end].iter().rev().take(MAX_VALUE).take_while(is_of_value).count();
    (length > 0).then(|| end - length..end)
}

/// The cell that a word names which is all that the cell before it holds, or nearly: in tables and
/// lists of pairs one column says what the next holds, and what that is called says no more than
/// that it is a number or a value.
pub(super) fn cell_behind(piece: &Piece, word: &Range<usize>) -> Option<Range<usize>> {
    /// So many bytes may stand beside the word in its cell: a country, `no.`.
    const MAX_BESIDE: usize = 16;
    let at = piece.segments.partition_point(|s| s.text.end < word.end);
    let named = &piece.segments.get(at)?.text;
    let next = piece.segments.get(at + 1)?;
    let is_name = named.start <= word.start && named.len() <= word.len() + MAX_BESIDE;
    let is_beside = piece.text.get(named.end) == Some(&b'\t') && next.text.start == named.end + 1;
    let says_nothing = next.label.as_deref().is_none_or(label::says_nothing);
    (is_name && is_beside && says_nothing).then(|| next.text.clone())
}

/// Where the next value of a list begins that has one a line, perhaps behind a number or a sign, or several parted by
/// spaces.
pub(super) fn next_line(field: &[u8], at: usize) -> Option<usize> {
    let blank = |from: usize| {
        from + field[from..].iter().take_while(|b| matches!(b, b' ' | b'\t' | b'\r')).count()
    };
    let end = blank(at);
    if field.get(end) != Some(&b'\n') {
        return (end > at + 1).then_some(end);
    }
    let mut begin = blank(end + 1);
    let digits = field[begin..].iter().take(2).take_while(|b| b.is_ascii_digit()).count();
    if digits > 0 && matches!(field.get(begin + digits), Some(b'.' | b')')) {
        begin = blank(begin + digits + 1);
    } else if matches!(field.get(begin), Some(b'-' | b'*' | b'#')) {
        begin = blank(begin + 1);
    }
    Some(begin).filter(|begin| *begin < field.len())
}

fn is_part_of_number(field: &[u8], span: &Range<usize>) -> bool {
    let digit = |at: Option<usize>| at.and_then(|i| field.get(i)).is_some_and(u8::is_ascii_digit);
    let joins = |b: Option<&u8>| b.is_some_and(|b| matches!(b, b'.' | b'-'));
    let before = span.start.checked_sub(1);
    let longer_before = field[span.start].is_ascii_digit()
        && joins(before.and_then(|i| field.get(i)))
        && digit(span.start.checked_sub(2));
    let ends_in_digit = span.end.checked_sub(1).is_some_and(|i| field[i].is_ascii_digit());
    // Pairs of a fingerprint, of which six look like the address of a device.
    let value = &field[span.clone()];
    let is_pair = |pair: &[u8]| pair.iter().all(u8::is_ascii_hexdigit);
    let of_pairs = value.get(2) == Some(&b':')
        && (match &field[..span.start] {
            [rest @ .., a, b, b':'] => {
                is_pair(&[*a, *b]) && !rest.last().is_some_and(u8::is_ascii_alphanumeric)
            }
            _ => false,
        } || matches!(&field[span.end..], [b':', a, b, ..] if is_pair(&[*a, *b])));
    let longer_after = ends_in_digit && joins(field.get(span.end)) && digit(Some(span.end + 1));
    // `14/03/2030`, of which `03/2030` is a part.
    let slashed = value.contains(&b'/');
    let slash = |edge: Option<&u8>| slashed && edge == Some(&b'/');
    let dated = field[span.start].is_ascii_digit()
        && slash(before.and_then(|i| field.get(i)))
        && digit(span.start.checked_sub(2))
        || ends_in_digit && slash(field.get(span.end)) && digit(Some(span.end + 1));
    // `10.147.20.1-A` names a thing.
    let dots = value.iter().filter(|b| **b == b'.').count();
    let letter = |at: usize| field.get(at).is_some_and(u8::is_ascii_alphabetic);
    let named = dots == 3 && field.get(span.end) == Some(&b'-') && letter(span.end + 1);
    // `snappy-java-1.1.10.4.jar`.
    let of_file = dots == 3
        && matches!(&field[..span.start], [.., a, b'-' | b'_'] if a.is_ascii_alphabetic())
        && is_ending(&field[span.end..]);
    longer_before
        || longer_after
        || is_coded(&field[..span.start], value)
        || is_colour(&field[..span.start], value)
        || of_pairs
        || dated
        || named
        || of_file
        || is_date(&field[span.start..])
        || is_version(
            &field[span.start.saturating_sub(GUARD_BYTES)..span.start],
            &field[span.clone()],
        )
}

/// `.jar`: the ending of a file's name behind a version.
fn is_ending(after: &[u8]) -> bool {
    const ENDINGS: [&[u8]; 20] = [
        b"apk", b"bin", b"deb", b"dll", b"dmg", b"egg", b"exe", b"gem", b"gz", b"jar", b"msi",
        b"pom", b"rpm", b"so", b"tar", b"tgz", b"war", b"whl", b"xz", b"zip",
    ];
    let [b'.', rest @ ..] = after else { return false };
    let letters = rest.iter().take(4).take_while(|b| b.is_ascii_alphabetic()).count();
    ENDINGS.contains(&&rest[..letters])
}

/// `HO-118-20-4477`, of which `118-20-4477` is a part; but `SSN-…` is a label.
fn is_coded(before: &[u8], value: &[u8]) -> bool {
    const LABELS: [&[u8]; 14] = [
        b"SSN", b"SS", b"SIN", b"NAS", b"TIN", b"EIN", b"TEL", b"FAX", b"PH", b"ID", b"NO", b"NR",
        b"CI", b"CC",
    ];
    const MOST_LETTERS: usize = 3;
    let [rest @ .., b'-'] = before else { return false };
    let letters = rest.iter().rev().take(MOST_LETTERS + 1).take_while(|b| b.is_ascii_uppercase());
    let letters = letters.count();
    let (rest, word) = rest.split_at(rest.len() - letters);
    (1..=MOST_LETTERS).contains(&letters)
        && !rest.last().is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'-')
        && value.first().is_some_and(u8::is_ascii_digit)
        && value.iter().filter(|b| **b == b'-').count() > 1
        && !LABELS.contains(&word)
}

/// `#49301980`: red, green, blue and how much shines through.
fn is_colour(before: &[u8], value: &[u8]) -> bool {
    matches!(before, [.., b' ' | b':' | b'"' | b'\'' | b',' | b'(', b'#'])
        && matches!(value.len(), 6 | 8)
        && value.iter().all(u8::is_ascii_hexdigit)
}

/// Whether a field that is called so holds versions: `ver`, `fw`, `app.version`.
pub(super) fn is_version_field(label: &str, value: &[u8]) -> bool {
    let last = label.rsplit(|c: char| !c.is_ascii_alphanumeric()).find(|part| !part.is_empty());
    value.contains(&b'.')
        && !value.iter().any(u8::is_ascii_alphabetic)
        && last.is_some_and(|last| is_of_versions(last.as_bytes()) || last.ends_with("Version"))
}

/// Whether what has the form of an address names a message: the field is called so, or the line.
pub(super) fn names_message(label: Option<&str>, field: &[u8], start: usize) -> bool {
    const NAMES: [&str; 5] =
        ["message-id", "in-reply-to", "references", "content-id", "resent-message-id"];
    const MAX_BEFORE: usize = 256;
    let is_name = |name: &[u8]| NAMES.iter().any(|n| n.as_bytes().eq_ignore_ascii_case(name));
    if label.is_some_and(|label| is_name(label.as_bytes())) {
        return true;
    }
    let before = &field[start.saturating_sub(MAX_BEFORE)..start];
    let line = before.rsplit(|b| *b == b'\n').next().unwrap_or_default();
    line.split(|b| *b == b':').next().is_some_and(|name| name.len() < line.len() && is_name(name))
}

/// Whether a scheme stands before an address that says that calls or chats go there, and no mail.
pub(super) fn is_called_there(before: &[u8]) -> bool {
    const SCHEMES: [&[u8]; 6] = [b"sip:", b"sips:", b"xmpp:", b"h323:", b"callto:", b"skype:"];
    let ends = |scheme: &&[u8]| {
        let rest = before.len().checked_sub(scheme.len());
        rest.is_some_and(|rest| before[rest..].eq_ignore_ascii_case(scheme))
    };
    SCHEMES.iter().any(ends)
}

/// Whether a word stands before versions, and before parts of books.
fn is_of_versions(word: &[u8]) -> bool {
    const WORDS: [&[u8]; 23] = [
        b"version",
        b"versionname",
        b"v",
        b"fw",
        b"firmware",
        b"pkwiu",
        b"ver",
        b"rev",
        b"release",
        b"build",
        b"section",
        b"sections",
        b"sec",
        b"chapter",
        b"clause",
        b"oid",
        b"paragraph",
        b"article",
        b"figure",
        b"appendix",
        b"abschnitt",
        b"kapitel",
        b"stable",
    ];
    WORDS.iter().any(|w| w.eq_ignore_ascii_case(word))
}

/// `version 1.2.3.4`, `section 2.5.1.7`, `oid!(1.4.42.23)`, and what browsers call themselves: `Chrome/119.0.0.0`.
fn is_version(before: &[u8], value: &[u8]) -> bool {
    if !value.contains(&b'.') || value.iter().any(u8::is_ascii_alphabetic) {
        return false;
    }
    // A product and its version, but not a name of a host and an address.
    if let [rest @ .., b'/'] = before {
        let is_of_name = |b: &&u8| b.is_ascii_alphanumeric() || **b == b'_';
        let name = rest.iter().rev().take_while(is_of_name).count();
        let (rest, name) = rest.split_at(rest.len() - name);
        let of_host = matches!(rest.last(), Some(b'.' | b'@'));
        if name.iter().any(u8::is_ascii_alphabetic) && !of_host {
            return true;
        }
    }
    // `RFC 5280 § 4.2.1.10`.
    if before.trim_ascii_end().ends_with("§".as_bytes()) {
        return true;
    }
    let is_sign =
        |b: &u8| matches!(b, b' ' | b':' | b'=' | b'"' | b'\'' | b'-' | b'.' | b'_' | b'(' | b'!');
    let signs = before.iter().rev().take_while(|b| is_sign(b)).count();
    let before = &before[..before.len() - signs];
    let letters = before.iter().rev().take_while(|b| b.is_ascii_alphabetic()).count();
    let word = &before[before.len() - letters..];
    is_of_versions(word)
}

/// `2024-05-17` and what begins so.
fn is_date(text: &[u8]) -> bool {
    let [y, z, _, _, b'-', m, n, b'-', d, e, ..] = text else { return false };
    let is_year = matches!([*y, *z], [b'1', b'9'] | [b'2', b'0']);
    let is_month = matches!([*m, *n], [b'0', b'1'..=b'9'] | [b'1', b'0'..=b'2']);
    let is_day =
        matches!([*d, *e], [b'0', b'1'..=b'9'] | [b'1' | b'2', b'0'..=b'9'] | [b'3', b'0' | b'1']);
    is_year && is_month && is_day && text[2..4].iter().all(u8::is_ascii_digit)
}

fn is_part_of_hex(field: &[u8], span: &Range<usize>) -> bool {
    /// So many hexadecimal digits in a row, letters among them, are a hash or an id.
    const MIN_HEX: usize = 20;
    let value = &field[span.clone()];
    if value.iter().any(u8::is_ascii_alphabetic) {
        return is_uuid_around(field, span);
    }
    let token = hex_around(field, span);
    let hex = field[token.clone()].iter().filter(|b| b.is_ascii_hexdigit()).count();
    let letters = field[token].iter().any(u8::is_ascii_alphabetic);
    (letters && hex >= MIN_HEX) || is_uuid_around(field, span)
}

/// The stretch of hexadecimal digits and dashes that a match lies in.
fn hex_around(field: &[u8], span: &Range<usize>) -> Range<usize> {
    let is_hex = |b: &u8| b.is_ascii_hexdigit() || *b == b'-';
    let from = span.start.saturating_sub(GUARD_BYTES);
    let to = field.len().min(span.end + GUARD_BYTES);
    let before = field[from..span.start].iter().rev().take_while(|b| is_hex(b)).count();
    let after = field[span.end..to].iter().take_while(|b| is_hex(b)).count();
    span.start - before..span.end + after
}

fn is_uuid_around(field: &[u8], span: &Range<usize>) -> bool {
    const UUID_BYTES: usize = 36;
    let token = hex_around(field, span);
    if token.len() < UUID_BYTES || span.len() > UUID_BYTES {
        return false;
    }
    let dashes = [8, 13, 18, 23];
    let is_uuid = |at: usize| {
        field[at..at + UUID_BYTES]
            .iter()
            .enumerate()
            .all(|(i, b)| if dashes.contains(&i) { *b == b'-' } else { b.is_ascii_hexdigit() })
    };
    (token.start..=token.end - UUID_BYTES)
        .filter(|at| *at <= span.start && span.end <= at + UUID_BYTES)
        .any(is_uuid)
}

/// A line is looked at so far on either side of a word.
const CODE_LINE_BYTES: usize = 160;

/// Whether what stands around a word in its line is a statement of a program, and no line of a form.
pub(super) fn is_line_of_code(text: &[u8], field: &Range<usize>, span: &Range<usize>) -> bool {
    let before = &text[field.start.max(span.start.saturating_sub(CODE_LINE_BYTES))..span.start];
    let start = memchr::memrchr(b'\n', before).map_or(0, |at| at + 1);
    let after = &text[span.end..text.len().min(span.end + CODE_LINE_BYTES)];
    let end = memchr::memchr(b'\n', after).unwrap_or(after.len());
    let line = &text[span.start - (before.len() - start)..span.end + end];
    let ends = line.trim_ascii_end().last();
    ends.is_some_and(|b| matches!(b, b';' | b'{' | b'}'))
        || line.windows(2).any(|pair| is_sign_of_code([pair[0], pair[1]]))
        || memchr::memmem::find(line, b"fn ").is_some()
}

/// Whether two signs in a row are of programs.
const fn is_sign_of_code(pair: [u8; 2]) -> bool {
    match pair[1] {
        b':' | b'&' | b'|' => pair[0] == pair[1],
        b'=' => pair[0] == b'=',
        b'>' => matches!(pair[0], b'=' | b'-'),
        b'(' => pair[0] == b'!',
        b')' | b'{' => pair[0] == b'(',
        _ => false,
    }
}

/// Whether words are written in capitals alone, as the one before them in their line is.
pub(super) fn is_among_capitals(text: &[u8], field: &Range<usize>, span: &Range<usize>) -> bool {
    const WORD_BYTES: usize = 24;
    let is_shouted = |word: &[u8]| {
        word.iter().any(u8::is_ascii_uppercase) && !word.iter().any(u8::is_ascii_lowercase)
    };
    let before = &text[field.start.max(span.start.saturating_sub(WORD_BYTES))..span.start];
    let Some(before) = before.strip_suffix(b" ") else { return false };
    let word = before.rsplit(|b| !b.is_ascii_alphabetic()).next().unwrap_or_default();
    is_shouted(&text[span.clone()]) && word.len() > 2 && is_shouted(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(text: &str, value: &str) -> bool {
        let start = text.find(value).unwrap();
        is_part_of_something(text.as_bytes(), &(start..start + value.len()))
    }

    #[test]
    fn numbers_within_something_else_are_known() {
        assert!(part("id 536221234-aabb-4cde-8f00-123456789012", "536221234"));
        assert!(part("6ba7b810-9dad-11d1-80b4-00c04fd430c8", "80b4-00c04"));
        assert!(part("3.14159265358979", "14159265358979"));
        assert!(part("v1.2.3.4", "2.3.4"));
        assert!(part("Version: 81.169.145.72", "81.169.145.72"));
        assert!(part("Edg/119.0.0.0", "119.0.0.0"));
        assert!(!part("http://119.0.0.1", "119.0.0.1") && !part("conversion 1.1.1.1", "1.1.1.1"));
        assert!(part("2024-05-17T08:30:00", "2024-05-17"));
        assert!(part("00-536-22-1234", "536-22-1234"));
        assert!(part("since 2026-01-27", "2026-01-27"));
        assert!(!part("2026-13-2712", "2026-13-2712"));
        assert!(!part("SSN: 536-22-1234.", "536-22-1234"));
        assert!(!part("a,536-22-1234,5", "536-22-1234"));
        assert!(!part("DE89 3704", "DE89 3704"));
        assert!(part("63:c5:cb:91:a9:e9:7c:ef", "63:c5:cb:91:a9:e9"));
        assert!(!part("mac:63:c5:cb:91:a9:e9", "63:c5:cb:91:a9:e9"));
        assert!(part("14/03/2030", "03/2030") && part("ST/0611/447122/2024", "0611/447122"));
        assert!(
            part("snomD785/10.1.169.16", "10.1.169.16") && part("10.147.20.1-A", "10.147.20.1")
        );
        assert!(!part("bo@example.de/91.41.203.18:51644", "91.41.203.18"));
        assert!(
            part("__version__ = \"2.14.0.1\"", "2.14.0.1")
                && part("site.css?v=4.12.0.3", "4.12.0.3")
        );
        assert!(
            part("Item 418-22-7306 Gasket", "418-22-7306")
                && !part("no 418-22-7306", "418-22-7306")
        );
        assert!(part("see section 2.5.198.17", "2.5.198.17"));
        assert!(part("PO-4500123456", "4500123456") && part("inv#4500123456", "4500123456"));
        assert!(!part("SSN-536221234", "536221234") && !part("Tel/030901820", "030901820"));
        assert!(
            part("lib/snappy-java-1.1.10.4.jar", "1.1.10.4")
                && !part("host-81.169.145.72.example.com", "81.169.145.72")
                && !part("Received: from host-81.169.145.72 by", "81.169.145.72")
                && !part("It was 81.169.145.72. Then", "81.169.145.72")
        );
        assert!(part("oid!(1.4.42.23)", "1.4.42.23") && part("RFC 5280 § 4.2.1.10", "4.2.1.10"));
        assert!(!part("host (81.169.145.72)", "81.169.145.72"));
        assert!(
            part("x/pull/28#issuecomment-1214146912", "1214146912")
                && part("#discussion_r1214146912", "1214146912")
                && !part("call #-1214146912", "1214146912")
                && !part("phone-1214146912", "1214146912")
        );
    }

    #[test]
    fn lists_go_on_behind_signs_and_words_that_join() {
        let next = |text: &str| next_of_list(text.as_bytes(), 1);
        assert_eq!((next("1, 2"), next("1, and 2"), next("1 und 2")), (Some(3), Some(7), Some(6)));
        assert_eq!((next("1,2"), next("1 at 2"), next("1")), (None, None, None));
        assert_eq!((next("1 (old), 2"), next("1 (old) 2"), next("1、2")), (Some(9), None, Some(4)));
        let line = |text: &str| next_line(text.as_bytes(), 1);
        assert_eq!(
            (line("1\n2"), line("1 \r\n  2) x"), line("1\n- 2")),
            (Some(2), Some(9), Some(4))
        );
        assert_eq!((line("1   2"), line("1 2"), line("1")), (Some(4), None, None));
    }

    #[test]
    fn borders_are_of_words_in_scripts_that_have_them() {
        let may = |text: &str, at| may_begin(text.as_bytes(), at, Boundary::Word);
        assert!(!may("ü1", 2) && !may("x1", 1) && !may("11", 1));
        assert!(may("_1", 1) && may("号1", 3) && may("1", 0));
        assert!(may_begin(b"x1", 1, Boundary::Digit) && !may_begin(b"11", 1, Boundary::Digit));
        assert!(may_end("1号".as_bytes(), 1, Boundary::Word));
        assert!(!may_end("1ü".as_bytes(), 1, Boundary::Word));
        let space = Boundary::Space;
        assert!(may_begin(b"=$2b", 1, space) && !may_begin(b"$2b", 1, space));
        assert!(may_end(b"ab. x", 2, space) && !may_end(b"ab.x", 2, space));
        assert!(may_end(b"ab", 2, space) && may_end(b"ab,", 2, space) && !may_end(b"ab", 1, space));
        assert!(may_end(b"11", 1, Boundary::None));
    }

    #[test]
    fn bytes_that_are_no_text_are_no_letters() {
        assert!(!letter_before(&[0xff, 0x80, 0x80, 0x80, 0x80], 5));
        assert!(!letter_after(&[0xff], 0));
    }
}
