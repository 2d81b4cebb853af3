//! What stands beside a term and says of whom it is without a word: a name with a bracket, the head
//! of a list, a code of diagnoses.

use std::ops::Range;

/// A name stands at most so many bytes before what is said of it.
const BESIDE_NAME_BYTES: usize = 40;
/// Between them stand at most so many letters: `geb.`, `aged`, `* 3 May`.
const BESIDE_NAME_LETTERS: usize = 8;
/// A list goes on at most so many bytes below its head.
pub(super) const LIST_BYTES: usize = 300;
/// Before a code in brackets so many bytes of the diagnosis may follow a term.
const CODE_TAIL_BYTES: usize = 36;
/// What begins an item of a list has fewer bytes.
pub(super) const MARK_BYTES: usize = 6;
/// A code stands at most so many bytes beside a term.
const BESIDE_CODE_BYTES: usize = 4;

/// Whether what stands between a name and a term says that it is of the one who is named: `Ann Gray (flu)`,
/// `Abel, Ernst – krank`, `Roe, *3.4.1950, deaf`.
pub(super) fn is_beside_name(between: &[u8]) -> bool {
    if between.len() > BESIDE_NAME_BYTES {
        return false;
    }
    let Ok(between) = std::str::from_utf8(between) else { return false };
    let letters = between.chars().filter(|c| c.is_alphabetic()).count();
    let mut signs = between.trim_start_matches(['*', '_', '"', ' ']).chars();
    let begins = matches!(signs.next(), Some('(' | ',' | ':' | '-' | '–' | '—' | '·' | '['));
    let lines = between.matches('\n').count();
    // What stands farther apart are columns.
    if between.contains("  ") || between.contains('\t') {
        return false;
    }
    let odd = ['{', '}', '<', '>', '=', ';', ')', '|', '/', '!', '?'];
    // A date of birth may stand in brackets of its own.
    let odd = between.trim_end_matches([' ', ',', ':', '-', '–', ')']).contains(odd);
    begins && lines <= 1 && letters <= BESIDE_NAME_LETTERS && !odd
}

/// Where the item of a list begins in which a term stands, if a name before is the head of the
/// list: `Diagnoses:` and below it a line each, with a dash or a number.
pub(super) fn item_below(text: &[u8], name: &Range<usize>, term: usize) -> Option<usize> {
    let between = text.get(name.end..term).filter(|between| between.len() <= LIST_BYTES)?;
    let is_head = |line: &[u8]| {
        line.iter()
            .all(|b| matches!(b, b' ' | b'\t' | b'*' | b'#' | b'_' | b':' | b'\r' | b'.' | b')'))
    };
    let line_start = memchr::memrchr(b'\n', &text[..name.start]).map_or(0, |at| at + 1);
    let before = &text[line_start..name.start];
    let is_lead = |b: &u8| !b.is_ascii_alphabetic() && *b < 0x80;
    let first = memchr::memchr(b'\n', between)?;
    if !is_head(&between[..first]) || before.len() > 8 || !before.iter().all(is_lead) {
        return None;
    }
    let mut start = name.end + first + 1;
    loop {
        let rest = &text[start..term];
        let line_end = memchr::memchr(b'\n', rest);
        let line = &text[start..line_end.map_or(term, |end| start + end)];
        let content = item(line)?;
        match line_end {
            Some(end) => start += end + 1,
            None => return Some(start + content),
        }
    }
}

/// Where the content of an item of a list begins in its line; none if it is no item.
pub(super) fn item(line: &[u8]) -> Option<usize> {
    let space = |b: &&u8| matches!(b, b' ' | b'\t');
    let lead = line.iter().take_while(space).count();
    let rest = &line[lead..];
    let digits = rest.iter().take_while(|b| b.is_ascii_digit()).count();
    let mark = match rest {
        [b'-' | b'*' | b'+' | b'>', b' ' | b'\t', ..] => 1,
        _ if rest.starts_with("•".as_bytes()) || rest.starts_with("–".as_bytes()) => 3,
        _ if rest.starts_with("·".as_bytes()) => 2,
        _ if (1..=2).contains(&digits) && matches!(rest.get(digits), Some(b'.' | b')')) => {
            digits + 1
        }
        _ => return None,
    };
    let behind = &rest[mark..];
    Some(lead + mark + behind.iter().take_while(space).count())
}

/// Whether a term goes on with what one before it says of the same person, and is no other thing of a
/// list: `arrested for` `theft`, `krank (Grippe)`.
pub(super) fn is_joined(text: &[u8], end: usize, span: &Range<usize>) -> bool {
    /// So many bytes stand between.
    const MAX_BYTES: usize = 8;
    if span.start < end {
        return true;
    }
    let Some(Ok(between)) = text.get(end..span.start).map(std::str::from_utf8) else {
        return false;
    };
    let bare = between.trim();
    if between.len() > MAX_BYTES || between.contains(['\n', '\t']) || between.contains("  ") {
        return false;
    }
    let letters = || bare.chars().filter(|c| c.is_alphabetic()).count();
    bare.is_empty() || bare == "・" || bare.ends_with('(') && letters() <= 4
}

/// Whether a term stands in a list with one before it: `stress and anxiety`, `HTA, asma`.
pub(super) fn is_listed(text: &[u8], end: usize, start: usize) -> bool {
    /// So many bytes stand between.
    const MAX_BYTES: usize = 10;
    const BOTH: [&str; 16] = [
        "and", "und", "et", "y", "e", "i", "oraz", "en", "ed", "och", "и", "और", "aur", "with",
        "mit", "&",
    ];
    let Some(Ok(between)) = text.get(end..start).map(std::str::from_utf8) else { return false };
    if between.len() > MAX_BYTES || between.contains("  ") || between.contains("\n\n") {
        return false;
    }
    let bare = between.trim();
    let bare = bare.strip_prefix([',', ';', '、', '，']).map_or(bare, str::trim_start);
    bare.is_empty() && !between.trim().is_empty() || BOTH.contains(&bare.to_lowercase().as_str())
}

/// The code of a diagnosis (ICD-10) that stands beside a term: `depressive episode (F32.1)`.
pub(super) fn code_beside(
    text: &[u8],
    field: &Range<usize>,
    span: &Range<usize>,
) -> Option<Range<usize>> {
    let is_sign = |b: &&u8| matches!(b, b' ' | b'(' | b'[' | b':' | b'-' | b',' | b'^');
    let rest = &text[span.end..field.end];
    let gap = rest.iter().take_while(is_sign).count();
    let direct = (1..=BESIDE_CODE_BYTES).contains(&gap).then(|| span.end + gap);
    // A word or two of the diagnosis may stand between: `heart failure, NYHA III (I50.0)`.
    let in_brackets = || {
        let near = &rest[..rest.len().min(CODE_TAIL_BYTES)];
        let open = memchr::memchr(b'(', near)?;
        let is_of_it = |b: &u8| b.is_ascii_alphanumeric() || *b >= 0x80 || b" ,-/".contains(b);
        near[..open].iter().all(is_of_it).then(|| span.end + open + 1)
    };
    let at = |start: usize| {
        let found = start..start + code(&text[start..field.end])?;
        // Without a point it is one in brackets alone: `vitamin B12`.
        (found.len() > 3 || matches!(text[start - 1], b'(' | b'[')).then_some(found)
    };
    direct.and_then(at).or_else(|| in_brackets().and_then(at)).or_else(|| {
        let before = &text[field.start..span.start];
        let is_sign = |b: &&u8| matches!(b, b' ' | b'(' | b')' | b':' | b'-' | b',' | b'\t' | b'^');
        let gap = before.iter().rev().take_while(is_sign).count();
        if !(1..=BESIDE_CODE_BYTES).contains(&gap) {
            return None;
        }
        let end = span.start - gap;
        let is_of_code = |b: &&u8| b.is_ascii_alphanumeric() || **b == b'.';
        let length = text[field.start..end].iter().rev().take(9).take_while(is_of_code).count();
        let found = end - length..end;
        let is_apart = length > 3 || text[end..span.start].iter().any(|b| *b != b' ');
        (code(&text[found.clone()]) == Some(length) && is_apart).then_some(found)
    })
}

/// The length of a code of ICD-10 at the beginning of some text.
fn code(text: &[u8]) -> Option<usize> {
    let [letter, tens, ones, rest @ ..] = text else { return None };
    let is_class = matches!(letter, b'A'..=b'T' | b'V'..=b'Z');
    if !is_class
        || !tens.is_ascii_digit()
        || !(ones.is_ascii_digit() || matches!(ones, b'A' | b'B'))
    {
        return None;
    }
    let below = match rest {
        [b'.', behind @ ..] => {
            let of = |b: &&u8| b.is_ascii_digit() || b.is_ascii_uppercase();
            match behind.iter().take(5).take_while(of).count() {
                count @ 1..=4 => 1 + count,
                _ => 0,
            }
        }
        _ => 0,
    };
    let length = 3 + below;
    let ends = text.get(length).is_none_or(|b| !b.is_ascii_alphanumeric() && *b < 0x80);
    ends.then_some(length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_a_sign_behind_it_is_said_something_of() {
        for between in
            [" (", " – ", ": ", ",\n", ", *30.01.1934, ", " - ", ", 54, ", ", geb. 1.2.50, "]
        {
            assert!(is_beside_name(between.as_bytes()), "{between:?}");
        }
        for between in [
            " ",
            ", MD    PCP ",
            " and ",
            " = ",
            ", who spoke about ",
            ". ",
            " (Berlin) / ",
            ",\n\n",
        ] {
            assert!(!is_beside_name(between.as_bytes()), "{between:?}");
        }
    }

    #[test]
    fn items_below_a_head_are_seen_to_their_end() {
        let of = |text: &str, head: &str, term: &str| {
            let at = text.find(head).unwrap();
            item_below(text.as_bytes(), &(at..at + head.len()), text.find(term).unwrap())
                .map(|start| text[start..].lines().next().unwrap().to_owned())
        };
        let list = "Diagnosen:\n- A. hypertonie\n- alte Gicht (M10)\n\nRest Gicht";
        assert_eq!(of(list, "Diagnosen", "Gicht").as_deref(), Some("alte Gicht (M10)"));
        assert_eq!(
            of("DIAGNOSES\n 1. flu\n 2) gout", "DIAGNOSES", "gout").as_deref(),
            Some("gout")
        );
        assert_eq!(of("Diagnosen: alle\n- Gicht", "Diagnosen", "Gicht"), None);
        assert_eq!(of("Diagnosen:\n- A\n\n- Gicht", "Diagnosen", "Gicht"), None);
        assert_eq!(of("Unsere Diagnosen:\n- Gicht", "Diagnosen", "Gicht"), None);
    }

    #[test]
    fn what_is_joined_is_one_thing_and_what_is_listed_is_not() {
        let of = |text: &str, first: &str, second: &str| {
            let end = text.find(first).unwrap() + first.len();
            let start = text.find(second).unwrap();
            let joined = is_joined(text.as_bytes(), end, &(start..start + second.len()));
            (joined, is_listed(text.as_bytes(), end, start))
        };
        assert_eq!(of("arrested for theft", "arrested for", "theft"), (true, false));
        assert_eq!(of("krank (Grippe)", "krank", "Grippe"), (true, false));
        assert_eq!(of("stress and anxiety", "stress", "anxiety"), (false, true));
        assert_eq!(of("HTA, asma", "HTA", "asma"), (false, true));
        assert_eq!(of("asthma, and gout", "asthma", "gout"), (false, true));
        assert_eq!(of("asthma in gout", "asthma", "gout"), (false, false));
        assert_eq!(of("asthma. Gout", "asthma", "Gout"), (false, false));
    }

    #[test]
    fn codes_beside_a_term_are_read() {
        let of = |text: &str, term: &str| {
            let start = text.find(term).unwrap();
            code_beside(text.as_bytes(), &(0..text.len()), &(start..start + term.len()))
                .map(|code| text[code].to_owned())
        };
        assert_eq!(of("flu (J10.1)", "flu").as_deref(), Some("J10.1"));
        assert_eq!(of("M54.5 (dor lombar)", "dor lombar").as_deref(), Some("M54.5"));
        assert_eq!(of("bladder N31.9; x", "bladder").as_deref(), Some("N31.9"));
        assert_eq!(of("MS (G35), gut", "MS").as_deref(), Some("G35"));
        assert_eq!(of("flu, type B (J10.1)", "flu").as_deref(), Some("J10.1"));
        assert_eq!(of("flu. A (J10.1)", "flu"), None);
        assert_eq!(of("B12 anaemia", "anaemia"), None);
        assert_eq!(of("flu (Jan 10)", "flu"), None);
        assert_eq!(of("flu B2B", "flu"), None);
        assert_eq!(of("flu", "flu"), None);
    }
}
