//! The machine readable zone of passports, identity cards and visas, ICAO 9303.

use std::ops::Range;

use super::country::is_icao;
use super::text::{base_36, number};

/// Where a document has what: how long its lines are, the state, dates, and parts with their checks.
struct Layout {
    length: usize,
    state: Range<usize>,
    nationality: Range<usize>,
    born: usize,
    expires: usize,
    /// Each is followed by its check.
    checked: &'static [Range<usize>],
    /// What the last check is over, and where it is.
    whole: Option<(&'static [Range<usize>], usize)>,
}

/// Identity cards of three lines with thirty characters.
const TD1: Layout = Layout {
    length: 90,
    state: 2..5,
    nationality: 45..48,
    born: 30,
    expires: 38,
    checked: &[30..36, 38..44],
    whole: Some((&[5..30, 30..37, 38..45, 48..59], 59)),
};

/// Identity cards of two lines with thirty-six.
const TD2: Layout = Layout {
    length: 72,
    state: 2..5,
    nationality: 46..49,
    born: 49,
    expires: 57,
    checked: &[36..45, 49..55, 57..63],
    whole: Some((&[36..46, 49..56, 57..71], 71)),
};

/// Passports: two lines with forty-four.
const TD3: Layout = Layout {
    length: 88,
    state: 2..5,
    nationality: 54..57,
    born: 57,
    expires: 65,
    checked: &[44..53, 57..63, 65..71],
    whole: Some((&[44..54, 57..64, 65..87], 87)),
};

/// Visas of the size of a passport's page, and the smaller ones, have no check over all.
const VISA_A: Layout = Layout { whole: None, ..TD3 };
const VISA_B: Layout = Layout { whole: None, ..TD2 };

/// Whether all checks of the zone agree, its dates are days, and its states are known. Lines may
/// be parted by white space, and `<` stands for what is left out.
pub(super) fn mrz(value: &[u8]) -> bool {
    let zone: Vec<u8> = value.iter().filter(|byte| !byte.is_ascii_whitespace()).copied().collect();
    let layout = match (zone.len(), zone.first()) {
        (90, Some(b'A' | b'C' | b'I')) => TD1,
        (72, Some(b'A' | b'C' | b'I' | b'P')) => TD2,
        (88, Some(b'P')) => TD3,
        (72, Some(b'V')) => VISA_B,
        (88, Some(b'V')) => VISA_A,
        _ => return false,
    };
    debug_assert_eq!(zone.len(), layout.length);
    let allowed = zone.iter().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || *c == b'<');
    let one = |range: &Range<usize>| check(zone[range.clone()].iter()) == Some(zone[range.end]);
    let whole = layout.whole.as_ref().is_none_or(|(parts, at)| {
        check(parts.iter().flat_map(|range| &zone[range.clone()])) == Some(zone[*at])
    });
    allowed
        && is_icao(&zone[layout.state])
        && is_icao(&zone[layout.nationality])
        && is_date(&zone[layout.born..][..6])
        && is_date(&zone[layout.expires..][..6])
        && layout.checked.iter().all(one)
        && (layout.length != TD1.length || has_checked_number(&zone))
        && whole
}

/// A card's number is followed by its check; one that is too long goes on behind a `<` that stands in
/// the check's place, in the optional part, with the check at its end.
fn has_checked_number(zone: &[u8]) -> bool {
    if zone[14] != b'<' {
        return check(zone[5..14].iter()) == Some(zone[14]);
    }
    let rest = zone[15..30].split(|c| *c == b'<').next().unwrap_or_default();
    let Some((digit, rest)) = rest.split_last() else { return false };
    check(zone[5..14].iter().chain(rest)) == Some(*digit)
}

/// Weights 7-3-1, mod 10; `<` counts 0.
fn check<'a>(characters: impl Iterator<Item = &'a u8>) -> Option<u8> {
    let mut sum = 0;
    for (character, weight) in characters.zip([7, 3, 1].iter().cycle()) {
        let counts = if *character == b'<' { 0 } else { base_36(*character)? };
        sum += u32::from(counts) * weight;
    }
    Some(b'0' + (sum % 10) as u8)
}

/// Year, month and day, of which month and day may be unknown. The century isn't told.
fn is_date(six: &[u8]) -> bool {
    let two = |at: usize| match &six[at..at + 2] {
        b"<<" => Some(None),
        [tens @ b'0'..=b'9', ones @ b'0'..=b'9'] => Some(Some(number(&[tens - b'0', ones - b'0']))),
        _ => None,
    };
    match (two(0), two(2), two(4)) {
        (Some(year), Some(month), Some(day)) => {
            super::date::is_day(2000 + year.unwrap_or(0), month.unwrap_or(1), day.unwrap_or(1))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::cases::told_apart;
    use super::*;

    #[test]
    fn the_specimens_of_the_standard_pass_in_each_size() {
        let specimens = [
            "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10",
            "I<UTOD231458907<<<<<<<<<<<<<<<\r\n7408122F1204159UTO<<<<<<<<<<<6\r\nERIKSSON<<ANNA<MARIA<<<<<<<<<<",
            "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nD231458907UTO7408122F1204159<<<<<<<6",
            "V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL8988901C4XXX4009078F96121096ZE184226B<<<<<<",
            "V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nL8988901C4XXX4009078F9612109<<<<<<<<",
        ];
        told_apart(mrz, &specimens, &[]);
    }

    #[test]
    fn a_wrong_check_state_day_or_length_does_not_pass() {
        let first = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\n";
        let wrong = [
            "L898902C36UTO7408122F1204159ZE184226B<<<<<11",
            "L898902C37UTO7408122F1204159ZE184226B<<<<<10",
            "L898902C36QQQ7408122F1204159ZE184226B<<<<<10",
            "L898902C36UTO7413124F1204159ZE184226B<<<<<18",
            "L898902C36UTO7408122F1204159ZE184226B<<<<<1",
        ]
        .map(|second| format!("{first}{second}"));
        told_apart(mrz, &[], &wrong.each_ref().map(String::as_str));
    }

    #[test]
    fn a_number_that_is_too_long_goes_on_in_the_optional_part() {
        // The example of part 5: D23145890 goes on with 734 and its check.
        let card = "I<UTOD23145890<7349<<<<<<<<<<<\n3407127M9507122UTO<<<<<<<<<<<2\nSTEVENSON<<PETER<JOHN<<<<<<<<<";
        told_apart(mrz, &[card], &[&card.replace("7349", "7348")]);
    }
}
