//! Messages of health care: HL7 version 2 (`PID|1||…||BERG^ANNA||`) and X12 (`NM1*IL*1*BERG*ANNA~`). Where people and
//! addresses stand in them their standards say.

use std::ops::Range;

use super::Finding;
use super::unit::Field;

/// Of a longer segment no more is read.
const MAX_SEGMENT_BYTES: usize = 768;
/// A name, and an address, has at most so many bytes.
const MAX_VALUE_BYTES: usize = 120;

/// What a field of a segment holds.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Holds {
    /// Family and given name, as components.
    Name,
    /// The same behind a number.
    NumberedName,
    /// Street and town, as components.
    Address,
}

/// Fields of segments of HL7, counted from 1.
const FIELDS: [(&[u8; 3], usize, Holds); 22] = [
    (b"PID", 5, Holds::Name),
    (b"PID", 6, Holds::Name),
    (b"PID", 9, Holds::Name),
    (b"PID", 11, Holds::Address),
    (b"NK1", 2, Holds::Name),
    (b"NK1", 4, Holds::Address),
    (b"PV1", 7, Holds::NumberedName),
    (b"PV1", 8, Holds::NumberedName),
    (b"PV1", 9, Holds::NumberedName),
    (b"PV1", 17, Holds::NumberedName),
    (b"GT1", 3, Holds::Name),
    (b"GT1", 4, Holds::Name),
    (b"GT1", 5, Holds::Address),
    (b"IN1", 5, Holds::Address),
    (b"IN1", 16, Holds::Name),
    (b"IN1", 19, Holds::Address),
    (b"ORC", 12, Holds::NumberedName),
    (b"OBR", 16, Holds::NumberedName),
    (b"OBR", 32, Holds::NumberedName),
    (b"PD1", 4, Holds::NumberedName),
    (b"ROL", 4, Holds::NumberedName),
    (b"DG1", 16, Holds::NumberedName),
];

/// Adds what the segments say that begin in a part of a field.
pub(super) fn search(
    field: Field<'_>,
    window: Range<usize>,
    found: &mut Vec<(Finding, Range<usize>)>,
) {
    let text = field.text;
    let Some(part) = text.get(window.clone()) else { return };
    for at in memchr::memchr2_iter(b'|', b'*', part).map(|at| window.start + at) {
        let is_hl7 = text[at] == b'|';
        let Some((start, end)) = begun(field, at, is_hl7) else { continue };
        let most = text.len().min(start + MAX_SEGMENT_BYTES);
        let ends = |b: &u8| *b == end || *b == b'\r';
        let length = text[start..most].iter().position(ends);
        let segment = start..length.map_or(most, |length| start + length);
        if is_hl7 {
            hl7(text, segment, found);
        } else {
            x12(text, segment, found);
        }
    }
}

/// Where the segment begins whose name ends at a sign, and what ends it; none where no such name stands there.
#[inline]
fn begun(field: Field<'_>, at: usize, is_hl7: bool) -> Option<(usize, u8)> {
    let name = &field.text[field.start.max(at.saturating_sub(3))..at];
    let start = if is_hl7 {
        let may_be = name.first().is_some_and(u8::is_ascii_uppercase);
        let is_known = may_be && FIELDS.iter().any(|(segment, _, _)| *segment == name);
        is_known.then(|| at - 3)?
    } else if name == b"NM1" || name == b"PER" {
        at - 3
    } else if name.ends_with(b"N3") {
        at - 2
    } else {
        return None;
    };
    let is_start = start == field.start || matches!(field.text[start - 1], b'\n' | b'\r' | b'~');
    is_start.then_some((start, if is_hl7 { b'\n' } else { b'~' }))
}

/// The parts of a stretch, each with its number from 0 on.
fn parts(
    text: &[u8],
    of: Range<usize>,
    sign: u8,
) -> impl Iterator<Item = (usize, Range<usize>)> + '_ {
    let mut from = of.start;
    text[of].split(move |b| *b == sign).enumerate().map(move |(number, part)| {
        let here = from..from + part.len();
        from = here.end + 1;
        (number, here)
    })
}

fn hl7(text: &[u8], line: Range<usize>, found: &mut Vec<(Finding, Range<usize>)>) {
    let Some(name) = text[line.clone()].first_chunk::<3>().copied() else { return };
    for (number, part) in parts(text, line, b'|') {
        let holds = FIELDS.iter().find(|(segment, n, _)| **segment == name && *n == number);
        let Some((_, _, holds)) = holds else { continue };
        // Several of the kind are parted by `~`.
        for (_, one) in parts(text, part, b'~') {
            let skipped = usize::from(*holds == Holds::NumberedName);
            let components: Vec<_> = parts(text, one, b'^').map(|(_, part)| part).collect();
            let Some(components) = components.get(skipped..) else { continue };
            match holds {
                Holds::Address => of_address(text, components, found),
                _ => of_name(text, components, found),
            }
        }
    }
}

/// Family, given and further names; what stands behind them are titles and codes.
fn of_name(text: &[u8], components: &[Range<usize>], found: &mut Vec<(Finding, Range<usize>)>) {
    let [family, given, ..] = components else { return };
    if !is_name(&text[family.clone()]) || !is_name(&text[given.clone()]) {
        return;
    }
    let more = components.get(2).filter(|more| is_name(&text[(*more).clone()]));
    let span = family.start..more.map_or(given.end, |more| more.end);
    if span.len() <= MAX_VALUE_BYTES {
        found.push((Finding::NameInField, span));
    }
}

/// Street, more of it, town, state and postcode.
fn of_address(text: &[u8], components: &[Range<usize>], found: &mut Vec<(Finding, Range<usize>)>) {
    let (Some(street), Some(town)) = (components.first(), components.get(2)) else { return };
    let is_street = text[street.clone()].iter().any(u8::is_ascii_digit) && street.len() >= 4;
    let postcode = components.get(4).filter(|code| !code.is_empty());
    let span = street.start..postcode.map_or(town.end, |code| code.end);
    if is_street && span.len() <= MAX_VALUE_BYTES {
        found.push((Finding::AddressInField, span));
    }
}

fn x12(text: &[u8], line: Range<usize>, found: &mut Vec<(Finding, Range<usize>)>) {
    let elements: Vec<_> = parts(text, line, b'*').map(|(_, part)| part).take(8).collect();
    let is = |at: usize, value: &[u8]| elements.get(at).is_some_and(|e| text[e.clone()] == *value);
    let mut take = |finding: Finding, at: usize| {
        let value = elements.get(at).filter(|e| !e.is_empty() && e.len() <= MAX_VALUE_BYTES);
        let fits = |e: &&Range<usize>| {
            let value = &text[(*e).clone()];
            if finding == Finding::AddressInField {
                value.iter().any(u8::is_ascii_digit) && value.len() >= 4
            } else {
                is_name(value)
            }
        };
        found.extend(value.filter(fits).map(|e| (finding, e.clone())));
    };
    // A natural person's: family name, given name.
    if is(0, b"NM1") && is(2, b"1") {
        take(Finding::NameInField, 3);
        take(Finding::NameInField, 4);
    } else if is(0, b"PER") {
        take(Finding::NameInField, 2);
    } else if is(0, b"N3") {
        take(Finding::AddressInField, 1);
    }
}

/// Whether a component may be a name: letters of any script, and what joins them.
fn is_name(value: &[u8]) -> bool {
    let joins = |b: &u8| matches!(b, b' ' | b'-' | b'\'' | b'.');
    let letters = value.iter().filter(|b| b.is_ascii_alphabetic() || !b.is_ascii()).count();
    letters >= 1 && value.iter().all(|b| b.is_ascii_alphabetic() || !b.is_ascii() || joins(b))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<String> {
        let mut found = Vec::new();
        let field = Field { text: text.as_bytes(), start: 0 };
        search(field, 0..text.len(), &mut found);
        found.into_iter().map(|(_, span)| text[span].to_owned()).collect()
    }

    #[test]
    fn people_of_hl7_stand_where_the_standard_says() {
        let message = "MSH|^~\\&|LAB|WARD 4\r\nPID|1||99120^^^H^MR||HOLLIS^MARIA^J^^MRS||19520317|F|||8 Mill Rd^^BATH^^BA1 2AB\r\n\
            PV1|1|I|4W^412^B|U|||8812^Adeyemi^Tunde^^^DR|8813\r\nOBX|1|NM|2160-0^Creatinine^LN||1.2\r\n";
        assert_eq!(found(message), ["HOLLIS^MARIA^J", "8 Mill Rd^^BATH^^BA1 2AB", "Adeyemi^Tunde"]);
        assert!(found("|x|").is_empty() && found("a*b|").is_empty());
        assert!(found("PID|7|cpu|12\nA PID|x^y| is no segment\nGPID|1||||A^B\n").is_empty());
    }

    #[test]
    fn people_of_x12_are_told_from_firms() {
        let claim = "HL*2*1*22*0~NM1*IL*1*HOLLIS*MARIA*J***MI*77120~N3*8 MILL RD~N4*BATH~\n\
            NM1*85*2*HILL FAMILY CARE*****XX*1~PER*IC*TUNDE ADEYEMI*TE*5550100~";
        assert_eq!(found(claim), ["HOLLIS", "MARIA", "8 MILL RD", "TUNDE ADEYEMI"]);
        assert!(found("A*B NM1*2*3~ x*y").is_empty());
    }
}
