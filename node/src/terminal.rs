//! What is known of the terminal, and how text that others wrote is made safe for it.

use std::borrow::Cow;

use std::io::{self, IsTerminal, Write as _};
use std::sync::LazyLock;

use anstyle::{AnsiColor, Style};
use indicatif::MultiProgress;
use tracing::Level;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::{log, screen};

/// Columns that are written where the output goes to no terminal.
const COLUMNS_ELSEWHERE: usize = 120;
/// A narrower terminal is written to as if it had so many.
const LEAST_COLUMNS: usize = 40;

/// Headings.
pub(crate) const HEADING: Style = Style::new().bold();
/// What matters less.
pub(crate) const DIM: Style = Style::new().dimmed();
/// What is wrong.
pub(crate) const WRONG: Style = AnsiColor::Red.on_default().bold();
/// What asks for a look.
pub(crate) const LOOK: Style = AnsiColor::Yellow.on_default();

/// The progress bars on standard error. Whoever else writes there suspends them meanwhile.
pub(crate) static BARS: LazyLock<MultiProgress> = LazyLock::new(MultiProgress::new);

/// Columns of the terminal that standard output goes to.
pub(crate) fn columns() -> usize {
    if !io::stdout().is_terminal() {
        return COLUMNS_ELSEWHERE;
    }
    let size = terminal_size::terminal_size_of(io::stdout());
    size.map_or(COLUMNS_ELSEWHERE, |(width, _)| usize::from(width.0)).max(LEAST_COLUMNS)
}

/// Tells the user something beside the output: on standard error, above a progress bar.
pub(crate) fn tell(what: &str) {
    said(Level::INFO, HEADING, what);
}

/// Says why a command ended otherwise than well.
pub(crate) fn complain(what: &str) {
    said(Level::ERROR, WRONG, what);
}

fn said(level: Level, style: Style, what: &str) {
    // Who reads the log as JSON reads this too.
    let said = log::line(level, what).unwrap_or_else(|| {
        let lines: Vec<_> = what.lines().map(safe).collect();
        format!("{style}trawl:{style:#} {}", lines.join("\n       "))
    });
    let line = format!("{said}\n");
    if screen::hold(line.as_bytes()) {
        return;
    }
    BARS.suspend(|| {
        // Where standard error is gone there is nobody to tell.
        let _ = anstream::stderr().write_all(line.as_bytes());
    });
}

/// Text that can do nothing to a terminal and can't feign another: control characters and those
/// that turn the direction of writing, or that nobody sees, are escaped.
pub(crate) fn safe(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_harmful) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        if is_harmful(c) {
            safe.push_str(&format!("\\u{{{:x}}}", u32::from(c)));
        } else {
            safe.push(c);
        }
    }
    Cow::Owned(safe)
}

fn is_harmful(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// How many columns a text takes.
pub(crate) fn width(text: &str) -> usize {
    text.width()
}

/// The text in at most so many columns: what is too long loses its middle, for both ends of a
/// path say more.
pub(crate) fn fitted(text: &str, columns: usize) -> Cow<'_, str> {
    if width(text) <= columns {
        return Cow::Borrowed(text);
    }
    let room = columns.saturating_sub(1);
    let head = prefix(text.chars(), room / 3);
    let tail: String = prefix(text.chars().rev(), room - width(&head)).chars().rev().collect();
    Cow::Owned(format!("{head}…{tail}"))
}

fn prefix(chars: impl Iterator<Item = char>, columns: usize) -> String {
    let mut left = columns;
    chars
        .take_while(|c| {
            let width = c.width().unwrap_or(0);
            let fits = width <= left;
            left = left.saturating_sub(width);
            fits
        })
        .collect()
}

/// The text, followed by blanks up to so many columns.
pub(crate) fn padded(text: &str, columns: usize) -> String {
    format!("{text}{}", " ".repeat(columns.saturating_sub(width(text))))
}

/// Blanks up to so many columns, followed by the text.
pub(crate) fn right(text: &str, columns: usize) -> String {
    format!("{}{text}", " ".repeat(columns.saturating_sub(width(text))))
}

/// A time, as people say it: its two largest parts at the most.
pub(crate) fn lasting(seconds: u64) -> String {
    let (minutes, hours, days) = (seconds / 60, seconds / 3_600, seconds / 86_400);
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3_600 => format!("{minutes} min {} s", seconds % 60),
        3_600..86_400 => format!("{hours} h {} min", minutes % 60),
        _ => format!("{days} d {} h", hours % 24),
    }
}

/// A number with its thousands parted.
pub(crate) fn number(number: u64) -> String {
    let digits = number.to_string();
    let mut parted = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            parted.push(',');
        }
        parted.push(digit);
    }
    parted
}

/// A size as people say it: three digits and a unit.
pub(crate) fn size(bytes: u64) -> String {
    const UNITS: [&str; 6] = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
    if bytes < 1024 {
        return format!("{bytes} B");
    }
    let mut size = bytes as f64 / 1024.0;
    let mut unit = 0;
    while size >= 999.5 && unit + 1 < UNITS.len() {
        size /= 1024.0;
        unit += 1;
    }
    let places = if size < 9.995 { 2 } else { usize::from(size < 99.95) };
    format!("{size:.places$} {}", UNITS[unit])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_deceive_a_terminal_is_escaped() {
        assert_eq!(safe("plain ñ 漢"), "plain ñ 漢");
        assert_eq!(safe("a\x1b[2Jb"), "a\\u{1b}[2Jb");
        assert_eq!(safe("fdp.\u{202e}exe\u{200b}\n"), "fdp.\\u{202e}exe\\u{200b}\\u{a}");
    }

    #[test]
    fn a_long_path_loses_its_middle_and_fits() {
        assert_eq!(fitted("short", 10), "short");
        assert_eq!(fitted("a/very/long/path/name.txt", 12), "a/v…name.txt");
        for columns in 1..12 {
            assert!(width(&fitted("漢字漢字漢字/x", columns)) <= columns, "{columns}");
        }
    }

    #[test]
    fn numbers_and_sizes_are_short_to_read() {
        assert_eq!(number(0), "0");
        assert_eq!(number(1_234_567), "1,234,567");
        assert_eq!(number(999), "999");
        assert_eq!(size(1023), "1023 B");
        assert_eq!(size(1024), "1.00 KiB");
        assert_eq!(size(1 << 30), "1.00 GiB");
        assert_eq!(size(1023 << 10), "1.00 MiB");
        assert_eq!(size(u64::MAX), "16.0 EiB");
    }

    #[test]
    fn times_are_said_in_their_two_largest_parts() {
        let said = [59, 60, 3_599, 3_660, 86_400 + 3_600, 400 * 86_400].map(lasting);
        let expected = ["59 s", "1 min 0 s", "59 min 59 s", "1 h 1 min", "1 d 1 h", "400 d 0 h"];
        assert_eq!(said, expected);
    }
}
