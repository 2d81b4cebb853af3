//! Numbers in rows of others, of which each is a part: groups of a longer number, bytes of a dump, constants of
//! a program.

use std::ops::Range;

use crate::reach::GUARD_BYTES;

/// Whether a match is a part of a row.
pub(super) fn is_in_row(field: &[u8], span: &Range<usize>) -> bool {
    is_part_of_groups(field, span)
        || is_part_of_dump(field, span)
        || is_constant(&field[..span.start], &field[span.clone()])
}

/// Groups of digits among others of the same length: three groups out of an IBAN or a card.
fn is_part_of_groups(field: &[u8], span: &Range<usize>) -> bool {
    let value = &field[span.clone()];
    let digits = |b: &&u8| b.is_ascii_digit();
    let first = value.iter().take_while(digits).count();
    let last = value.iter().rev().take_while(digits).count();
    let spaced = |at: Option<&u8>| at == Some(&b' ');
    if first != last || first < 2 || !spaced(value.get(first)) {
        return false;
    }
    let before = &field[span.start.saturating_sub(first + 2)..span.start];
    let after = &field[span.end..field.len().min(span.end + last + 2)];
    let group = |group: &[u8]| group.iter().all(u8::is_ascii_digit);
    let follows = match before {
        [edge @ .., b' '] if edge.len() > first => {
            let (edge, group_before) = edge.split_at(edge.len() - first);
            let is_begun = edge.last().is_some_and(u8::is_ascii_alphanumeric);
            (group(group_before) && !is_begun) || is_iban_head(group_before)
        }
        [group_before @ .., b' '] if group_before.len() == first => {
            group(group_before) || is_iban_head(group_before)
        }
        _ => false,
    };
    let goes_on = after.len() > last
        && after[0] == b' '
        && group(&after[1..=last])
        && !after.get(last + 1).is_some_and(u8::is_ascii_alphanumeric);
    follows || goes_on
}

/// `DE89`.
fn is_iban_head(group: &[u8]) -> bool {
    matches!(group, [a, b, c, d] if a.is_ascii_alphabetic() && b.is_ascii_alphabetic()
        && c.is_ascii_digit() && d.is_ascii_digit())
}

/// Pairs of digits in a dump of bytes: among other pairs, of which some have letters, or behind the offset of a
/// line: `64 4e 75 6d 62 65 72 04`, `0040:  32 39 30 00`.
fn is_part_of_dump(field: &[u8], span: &Range<usize>) -> bool {
    const MAX_GAP: usize = 2;
    let value = &field[span.clone()];
    let is_pair = |pair: &[u8]| pair.len() == 2 && pair.iter().all(u8::is_ascii_digit);
    let mut pairs = value.split(|b| *b == b' ').filter(|pair| !pair.is_empty());
    if pairs.clone().count() < 2 || !pairs.all(is_pair) {
        return false;
    }
    let is_byte = |pair: &[u8]| pair.len() == 2 && pair.iter().all(u8::is_ascii_hexdigit);
    // `de` is a word, and `de 2d` none; `be ad` neither.
    let tells = |near: &[u8], next: Option<&[u8]>| {
        is_byte(near) && (near.iter().any(u8::is_ascii_digit) || next.is_some_and(is_byte))
    };
    let gap = |text: &mut dyn Iterator<Item = &u8>| text.take_while(|b| **b == b' ').count();
    let before = &field[span.start.saturating_sub(GUARD_BYTES)..span.start];
    let after = &field[span.end..field.len().min(span.end + GUARD_BYTES)];
    let left = gap(&mut before.iter().rev());
    let right = gap(&mut after.iter());
    let mut words = before[..before.len() - left].rsplit(u8::is_ascii_whitespace);
    let nearest = words.next().unwrap_or_default();
    let is_offset = nearest.strip_suffix(b":").is_some_and(|offset| {
        (4..=8).contains(&offset.len())
            && offset.iter().all(u8::is_ascii_hexdigit)
            && offset.iter().any(u8::is_ascii_digit)
    });
    let further = words.find(|word| !word.is_empty());
    let mut behind = after[right..].split(u8::is_ascii_whitespace);
    let first = behind.next().unwrap_or_default();
    let second = behind.find(|word| !word.is_empty());
    (1..=MAX_GAP).contains(&left) && (is_offset || tells(nearest, further))
        || (1..=MAX_GAP).contains(&right) && tells(first, second)
}

/// `840L, 113549L`: one of a row of constants, as C writes them.
fn is_constant(before: &[u8], value: &[u8]) -> bool {
    let [digits @ .., b'L'] = value else { return false };
    digits.iter().all(u8::is_ascii_digit)
        && matches!(before.trim_ascii_end(), [.., digit, b'L', b','] if digit.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(text: &str, value: &str) -> bool {
        let start = text.find(value).unwrap();
        is_in_row(text.as_bytes(), &(start..start + value.len()))
    }

    #[test]
    fn three_groups_out_of_four_are_a_part() {
        assert!(part("ES12 2080 5141 3877 of", "2080 5141 3877"));
        assert!(part("4539 5213 8564 0024", "4539 5213 8564"));
        assert!(part("4539 5213 8564 0024", "5213 8564 0024"));
        assert!(!part("no 7360 2142 2451 of 2024", "7360 2142 2451"));
        assert!(!part("a7360 7360 2142 2451 12345", "7360 2142 2451"));
        assert!(!part("12 912 345 678 24", "912 345 678"));
    }

    #[test]
    fn bytes_of_a_dump_and_constants_are_a_part() {
        assert!(part("64 4e 75 6d 62 65 72 04  09 33", "62 65 72 04"));
        assert!(part("0040:  32 39 30 00", "32 39 30 00"));
        assert!(part("2d 65 78 30 31\"", "78 30 31") && part("34 39 33 31 ed dc", "34 39 33 31"));
        assert!(
            !part("le 06 12 34 56 78 de Lyon", "06 12 34 56 78")
                && !part("au 06 12 34 56 78 ou", "06 12 34 56 78")
                && !part("Tel: 06 12 34 56 78, 3b", "06 12 34 56 78")
        );
        assert!(part("2L, 840L, 113549L, 1L", "113549L") && !part("cards: 0276184L", "0276184L"));
    }
}
