//! Dates: which days there are, and which of them can be a living person's birth date.

use super::text::all_same;

/// No one alive was born before, and a file that says so means something else.
const FIRST_YEAR: u64 = 1900;
/// A birth date lies in the past; there is no clock here, so the bound is far enough ahead.
pub(super) const LAST_YEAR: u64 = 2035;

/// Beginnings of the months' names, January first, in the languages that rules take dates in. A
/// name is of the first month with a beginning that it has, so the longer ones stand before.
const MONTHS: [&[&str]; 12] = [
    &[
        "jan", "ene", "gen", "jän", "sty", "led", "янв", "січ", "ocak", "ιαν", "tammi", "ian",
        "jaan", "siječ", "saus", "яну",
    ],
    &[
        "feb", "fév", "fev", "lut", "únor", "фев", "лют", "şub", "φεβ", "helmi", "veeb", "velj",
        "vasar",
    ],
    &["mar", "mär", "maa", "mrt", "břez", "мар", "бер", "μαρ", "már", "ožu", "kov"],
    &[
        "apr", "avr", "abr", "kwi", "dub", "апр", "кві", "nis", "απρ", "ápr", "huhti", "travn",
        "baland",
    ],
    &[
        "mai", "may", "maj", "mag", "mei", "kvě", "май", "мая", "трав", "μαΐ", "μαϊ", "μάι", "máj",
        "touko", "svib", "geguž",
    ],
    &[
        "jun", "juin", "giu", "cze", "červen", "června", "июн", "чер", "haz", "ιουν", "jún",
        "kesä", "iun", "juun", "юни", "birž",
    ],
    &[
        "jul",
        "juil",
        "lug",
        "lip",
        "červenec",
        "července",
        "июл",
        "лип",
        "tem",
        "ιουλ",
        "júl",
        "heinä",
        "iul",
        "juul",
        "юли",
        "liep",
    ],
    &[
        "aug", "aoû", "aou", "ago", "sie", "srp", "авг", "сер", "ağu", "αυγ", "elo", "kolov",
        "rugpj", "agu", "ogos",
    ],
    &["sep", "set", "wrz", "zář", "сен", "вер", "eyl", "σεπ", "szep", "syys", "ruj", "rugs"],
    &["oct", "okt", "out", "ott", "paź", "paz", "říj", "окт", "жов", "eki", "οκτ", "loka", "spal"],
    &["nov", "lis", "ноя", "kas", "νοε", "marras", "noi", "stude", "lapkr", "ное"],
    &[
        "dec", "dez", "déc", "dic", "gru", "pros", "дек", "гру", "ara", "δεκ", "joulu", "dets",
        "des",
    ],
];
/// The years of Thailand count from the death of the Buddha.
const THAI_YEARS: std::ops::RangeInclusive<u64> = 2_430..=2_600;
const THAI_BEFORE: u64 = 543;

/// Whether the calendar has this day.
pub(super) fn is_day(year: u64, month: u64, day: u64) -> bool {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let last = match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return false,
    };
    (1..=last).contains(&day)
}

/// Whether a date, written as people do (`1985-03-21`, `21.03.1985`, `03/21/85`, `21 March 1985`,
/// `March 21st, 1985`), is a day on which someone alive may have been born.
pub(super) fn birth_date(value: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(value) else { return false };
    let mut numbers = Vec::with_capacity(3);
    let mut named = None;
    for part in text.split(parts_date).filter(|part| !part.is_empty()) {
        if let Some((day, month, year)) = named_within(part) {
            return in_life(year, 4, month, day);
        }
        match era_year(part).or_else(|| number_of(part)) {
            Some(_) if numbers.len() == 3 => return false,
            Some(numbered) => numbers.push(numbered),
            // Words between ("of", "de") are left; a second month's name is no date.
            None => match (month_of(part), named) {
                (Some(_), Some(_)) => return false,
                (Some(month), None) => named = Some(month),
                (None, _) => {}
            },
        }
    }
    match (&numbers[..], named) {
        ([(compact, 8)], None) => compact_date(*compact),
        ([first, second, third], None) => numeric(*first, *second, *third),
        ([(day, ..=2), (year, width)], Some(month)) => in_life(*year, *width, month, *day),
        ([(year, 4), (day, ..=2)], Some(month)) => in_life(*year, 4, month, *day),
        _ => false,
    }
}

/// What stands between the parts of a date: signs, and the words for year, month and day that are
/// written without spaces.
fn parts_date(c: char) -> bool {
    !c.is_alphanumeric() || matches!(c, '年' | '月' | '日' | '년' | '월' | '일')
}

/// `04NOV1984`.
fn named_within(part: &str) -> Option<(u64, u64, u64)> {
    let (day, rest) = part.split_at_checked(2).filter(|_| part.len() == 9 && part.is_ascii())?;
    let (month, year) = rest.split_at(3);
    let is_month = month.bytes().all(|b| b.is_ascii_alphabetic());
    is_month.then(|| Some((day.parse().ok()?, month_of(month)?, year.parse().ok()?)))?
}

/// The year of a reign in Japan (`昭和60`, `令和元`) or of the Republic in Taiwan (`民國74`).
fn era_year(part: &str) -> Option<(u64, usize)> {
    const ERAS: [(&str, u64); 6] = [
        ("明治", 1867),
        ("大正", 1911),
        ("昭和", 1925),
        ("平成", 1988),
        ("令和", 2018),
        ("民國", 1911),
    ];
    let (rest, before) = ERAS.iter().find_map(|(era, y)| Some((part.strip_prefix(era)?, y)))?;
    let year = if rest == "元" { 1 } else { rest.parse::<u64>().ok().filter(|y| *y <= 130)? };
    Some((before + year, 4))
}

/// A number and how many digits it has, or one with its ordinal ending (`21st`, `1er`, `3rd`).
fn number_of(part: &str) -> Option<(u64, usize)> {
    let digits = part.trim_end_matches(char::is_alphabetic);
    let fits = !digits.is_empty() && digits.len() <= 8 && part.len() - digits.len() <= 4;
    fits.then(|| Some((digits.parse().ok()?, digits.len())))?
}

fn month_of(part: &str) -> Option<u64> {
    let lower = part.to_lowercase();
    let month = MONTHS.iter().position(|names| names.iter().any(|name| lower.starts_with(name)))?;
    Some(month as u64 + 1)
}

/// `19850321`, or the year last with day and month in either order.
fn compact_date(digits: u64) -> bool {
    let (first, second, year) = (digits / 1_000_000, digits / 10_000 % 100, digits % 10_000);
    in_life(digits / 10_000, 4, digits / 100 % 100, digits % 100)
        || in_life(year, 4, second, first)
        || in_life(year, 4, first, second)
}

/// Year first, or last with day and month in either order.
fn numeric(first: (u64, usize), second: (u64, usize), third: (u64, usize)) -> bool {
    if all_same(&[first.0 as u8, second.0 as u8, third.0 as u8]) && first.0 == 0 || second.1 > 2 {
        return false;
    }
    if first.1 == 4 {
        return third.1 <= 2 && in_life(first.0, 4, second.0, third.0);
    }
    let (year, width) = third;
    first.1 <= 2
        && (in_life(year, width, second.0, first.0) || in_life(year, width, first.0, second.0))
}

fn in_life(year: u64, width: usize, month: u64, day: u64) -> bool {
    match width {
        4 if THAI_YEARS.contains(&year) => in_life(year - THAI_BEFORE, 4, month, day),
        4 => (FIRST_YEAR..=LAST_YEAR).contains(&year) && is_day(year, month, day),
        2 => is_day(1900 + year, month, day) || is_day(2000 + year, month, day),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_calendar_knows_leap_years() {
        assert!(is_day(2000, 2, 29) && is_day(2024, 2, 29) && is_day(1999, 12, 31));
        assert!(!is_day(1900, 2, 29) && !is_day(2023, 2, 29) && !is_day(2023, 4, 31));
        assert!(!is_day(2023, 0, 1) && !is_day(2023, 13, 1) && !is_day(2023, 1, 0));
    }

    #[test]
    fn dates_pass_in_the_forms_that_people_write() {
        for value in [
            "1985-03-21",
            "21.03.1985",
            "03/21/1985",
            "21/03/85",
            "1.2.1990",
            "21 March 1985",
            "March 21, 1985",
            "Mar 21st, 1985",
            "21. März 1985",
            "21 mars 1985",
            "1er août 1960",
            "21 de marzo de 1985",
            "19850321",
            "12 gennaio 1970",
            "1985/3/21",
            "21-Mar-1985",
            "3 października 1971",
            "21 mei 1985",
            "5 de maio de 1999",
            "1963年4月22日",
            "1988년 2월 3일",
            "昭和60年4月12日",
            "平成元年1月8日",
            "民國74年3月21日",
            "21031985",
            "03-SEP-71",
            "4. 6. 1987",
            "1982.02.14.",
        ] {
            assert!(birth_date(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn days_that_are_none_and_years_of_no_one_alive_do_not() {
        for value in [
            "1985-13-21",
            "31.02.1985",
            "21.03.1785",
            "2199-01-01",
            "1.2.3",
            "99/99/99",
            "March 1985",
            "21 Foo 1985",
            "1985-03-21-07",
            "00.00.00",
            "12345678",
            "昭和年4月12日",
            "",
            "March April 21 1985",
        ] {
            assert!(!birth_date(value.as_bytes()), "{value}");
        }
    }
}
