//! What a workbook says of its sheets, and how it shows numbers.

use std::collections::HashMap;
use std::io::Read;

use super::xml::{Events, Mark, attribute};
use crate::formats::Fault;

/// Sheets, and formats of cells, of one workbook.
const MAX_SHEETS: usize = 10_000;
const MAX_FORMATS: usize = 70_000;

/// A workbook.
#[derive(Default)]
pub(super) struct Workbook {
    /// The sheets, hidden ones too: name and relation.
    pub(super) sheets: Vec<(String, String)>,
    pub(super) from_1904: bool,
}

impl Workbook {
    pub(super) fn read<R: Read>(mut events: Events<R>) -> Result<Self, Fault> {
        let mut workbook = Self::default();
        while let Some(mark) = events.next()? {
            let Mark::Open(tag) = mark else { continue };
            match tag.local_name().as_ref() {
                "sheet" if workbook.sheets.len() < MAX_SHEETS => {
                    let name = attribute(&tag, "name").unwrap_or_default();
                    let relation = attribute(&tag, "id").unwrap_or_default();
                    workbook.sheets.push((name, relation));
                }
                "workbookPr" => {
                    let value = attribute(&tag, "date1904");
                    workbook.from_1904 = value.is_some_and(|v| v == "1" || v == "true");
                }
                _ => {}
            }
        }
        Ok(workbook)
    }
}

/// Which formats of cells show dates.
#[derive(Default)]
pub(super) struct Styles {
    dates: Vec<bool>,
    from_1904: bool,
}

impl Styles {
    pub(super) fn read<R: Read>(mut events: Events<R>, from_1904: bool) -> Result<Self, Fault> {
        let mut styles = Self { dates: Vec::new(), from_1904 };
        let mut own: HashMap<u32, bool> = HashMap::new();
        let mut in_cells = false;
        while let Some(mark) = events.next()? {
            match mark {
                Mark::Open(tag) => {
                    let id = || attribute(&tag, "numFmtId").and_then(|id| id.parse::<u32>().ok());
                    match tag.local_name().as_ref() {
                        "numFmt" if own.len() < MAX_FORMATS => {
                            let code = attribute(&tag, "formatCode").unwrap_or_default();
                            id().map(|id| own.insert(id, is_date(&code)));
                        }
                        "cellXfs" => in_cells = true,
                        "xf" if in_cells && styles.dates.len() < MAX_FORMATS => {
                            let id = id().unwrap_or(0);
                            let built_in = matches!(id, 14..=17 | 22 | 27..=31 | 36 | 50..=58);
                            styles.dates.push(own.get(&id).copied().unwrap_or(built_in));
                        }
                        _ => {}
                    }
                }
                Mark::Close(name) if name == "cellXfs" => in_cells = false,
                _ => {}
            }
        }
        Ok(styles)
    }

    /// A number as a cell of this format shows it: dates as ISO 8601, numbers in full.
    pub(super) fn shown(&self, value: &str, style: usize) -> String {
        let Ok(number) = value.parse::<f64>() else { return value.to_owned() };
        if self.dates.get(style).copied().unwrap_or(false)
            && let Some(date) = date(number, self.from_1904)
        {
            return date;
        }
        // The file may write a long number with an exponent; nobody would find it.
        if number.fract() == 0.0 && number.abs() < 1e17 {
            return format!("{number:.0}");
        }
        value.to_owned()
    }
}

/// Whether a format's code shows a day or a year, outside of quotes and brackets.
fn is_date(code: &str) -> bool {
    let (mut quoted, mut bracket, mut escaped) = (false, false, false);
    code.chars().any(|c| {
        if std::mem::take(&mut escaped) {
            return false;
        }
        match c {
            '\\' | '_' | '*' => escaped = true,
            '"' => quoted = !quoted,
            '[' if !quoted => bracket = true,
            ']' if !quoted => bracket = false,
            'd' | 'D' | 'y' | 'Y' => return !quoted && !bracket,
            _ => {}
        }
        false
    })
}

/// The day (and the time, if there is one) of a serial number.
fn date(serial: f64, from_1904: bool) -> Option<String> {
    if !(0.0..3_000_000.0).contains(&serial) {
        return None;
    }
    let (mut days, mut seconds) = (serial.floor() as i64, (serial.fract() * 86_400.0).round());
    if seconds >= 86_400.0 {
        (days, seconds) = (days + 1, 0.0);
    }
    // Days from 1970. The count from 1900 holds a 29th of February that never was.
    let epoch = match (from_1904, days) {
        (true, _) => -24_107,
        (false, 60..) => -25_569,
        (false, _) => -25_568,
    };
    let (year, month, day) = civil(days + epoch);
    let seconds = seconds as u32;
    let time = match seconds {
        0 => String::new(),
        s => format!("T{:02}:{:02}:{:02}", s / 3600, s / 60 % 60, s % 60),
    };
    Some(format!("{year:04}-{month:02}-{day:02}{time}"))
}

/// Year, month and day of a number of days from 1970, by the calendar of today.
pub(crate) fn civil(days: i64) -> (i64, i64, i64) {
    // Counted from a first of March, so that the leap day is a year's last.
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day = days.rem_euclid(146_097);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let rest = day - (365 * year + year / 4 - year / 100);
    let month = (5 * rest + 2) / 153;
    let day = rest - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (year + era * 400 + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn serial_numbers_become_days() {
        for (serial, expected) in [
            (1.0, "1900-01-01"),
            (59.0, "1900-02-28"),
            (61.0, "1900-03-01"),
            (30_741.0, "1984-02-29"),
            (45_418.25, "2024-05-06T06:00:00"),
        ] {
            assert_eq!(date(serial, false).as_deref(), Some(expected));
        }
        assert_eq!(date(0.0, true).as_deref(), Some("1904-01-01"));
        assert_eq!(date(-1.0, false), None);
        assert_eq!(date(f64::NAN, false), None);
    }

    #[test]
    fn formats_that_show_days_are_told() {
        assert!(is_date("dd/mm/yyyy") && is_date("[$-409]d-mmm;@"));
        assert!(!is_date("0.00") && !is_date("[Red]0 \"days\"") && !is_date("#,##0\\d"));
    }

    #[test]
    fn long_numbers_are_shown_in_full() {
        let styles = Styles::default();
        assert_eq!(styles.shown("5.500000000000004E+15", 0), "5500000000000004");
        assert_eq!(styles.shown("0.25", 0), "0.25");
        assert_eq!(styles.shown("text", 0), "text");
    }
}
