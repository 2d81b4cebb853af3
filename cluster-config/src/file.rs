//! A file of settings: TOML, read with the line of each value.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use figment::value::{Dict, Num, Tag, Value};
use toml::Spanned;
use toml::de::{DeInteger, DeTable, DeValue};

use crate::Error;
use crate::problem::{Origin, Problem};

/// The most that a file of settings may have. All settings with all their comments take a tenth.
pub const MAX_FILE_BYTES: u64 = 1 << 20;

/// What a layer says: a key as it was written, a value, and where.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) key: String,
    pub(crate) value: Value,
    pub(crate) origin: Origin,
}

/// Reads a file's text, up to the bound.
pub(crate) fn text(path: &Path) -> Result<String, Error> {
    let refused = |why: String| Error::File { path: path.to_owned(), why };
    let file = File::open(path).map_err(|e| refused(e.to_string()))?;
    let mut bytes = Vec::new();
    file.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes).map_err(|e| refused(e.to_string()))?;
    if bytes.len() as u64 > MAX_FILE_BYTES {
        return Err(refused("it has more than 1MiB, so it is no file of settings".into()));
    }
    String::from_utf8(bytes).map_err(|_| refused("it is not UTF-8 text".into()))
}

/// The entries of a file's text: one for each key of each table, and one for each key that stands
/// outside of a table or whose table is none. Where the text is no TOML, that is all that is said.
pub(crate) fn entries(path: &Path, text: &str) -> Result<Vec<Entry>, Vec<Problem>> {
    let lines = Lines::of(text);
    let at = |span: std::ops::Range<usize>| Origin::File {
        path: path.to_owned(),
        line: lines.line(span.start),
    };
    let (document, errors) = DeTable::parse_recoverable(text);
    if !errors.is_empty() {
        // The message alone: the parser's own display shows the line, and with it what may be a
        // secret in the wrong place.
        let problem = |error: toml::de::Error| Problem {
            origin: at(error.span().unwrap_or(0..0)),
            key: String::new(),
            what: format!("is not TOML: {}", error.message().replace('\n', ", ")),
            allowed: String::new(),
            hint: None,
        };
        return Err(errors.into_iter().take(crate::problem::MAX_PROBLEMS).map(problem).collect());
    }
    let mut entries = Vec::new();
    for (section, value) in document.get_ref() {
        match value.get_ref() {
            DeValue::Table(table) => entries.extend(table.iter().map(|(name, value)| Entry {
                key: format!("{}.{}", section.get_ref(), name.get_ref()),
                value: converted(value),
                origin: at(name.span()),
            })),
            _ => entries.push(Entry {
                key: outside(section.get_ref()),
                value: converted(value),
                origin: at(section.span()),
            }),
        }
    }
    Ok(entries)
}

/// A key outside of a table. One that looks like a setting's key is in quotes in the file too, and
/// is none: `"scan.max_depth" = 3` is not what `scan.max_depth = 3` is.
fn outside(key: &str) -> String {
    if key.contains('.') { format!("\"{key}\"") } else { key.to_owned() }
}

/// Reads one value as a file would have it.
pub(crate) fn parse_value(text: &str) -> Option<Value> {
    DeValue::parse(text).ok().map(|value| converted(&value))
}

/// The parser bounds the depth of values, so that this ends.
fn converted(value: &Spanned<DeValue<'_>>) -> Value {
    match value.get_ref() {
        DeValue::String(text) => Value::from(text.as_ref()),
        DeValue::Integer(integer) => number(integer),
        DeValue::Float(float) => match float.as_str().parse::<f64>() {
            Ok(number) => Value::from(number),
            Err(_) => Value::from(float.as_str()),
        },
        DeValue::Boolean(switch) => Value::from(*switch),
        DeValue::Datetime(date) => Value::from(date.to_string()),
        DeValue::Array(entries) => {
            Value::from(entries.iter().map(converted).collect::<Vec<Value>>())
        }
        // No setting is a table: what is in it doesn't matter, and is not shown.
        DeValue::Table(_) => Value::Dict(Tag::Default, Dict::new()),
    }
}

fn number(integer: &DeInteger<'_>) -> Value {
    match i128::from_str_radix(integer.as_str(), integer.radix()) {
        Ok(number) => Value::Num(Tag::Default, Num::I128(number)),
        Err(_) => Value::from(integer.as_str()),
    }
}

/// Where the lines of a text begin.
struct Lines {
    starts: Vec<usize>,
}

impl Lines {
    fn of(text: &str) -> Self {
        let breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        Self { starts: std::iter::once(0).chain(breaks.map(|(at, _)| at + 1)).collect() }
    }

    /// The line, from 1, that holds a byte.
    fn line(&self, byte: usize) -> usize {
        self.starts.partition_point(|start| *start <= byte)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_key_is_read_with_its_line() {
        let text = "top = 1\n[scan]\nmax_depth = 3\n\n[log]\nformat = 'json'\n";
        let mut entries = entries(Path::new("t"), text).unwrap();
        entries.sort_by_key(|entry| match entry.origin {
            Origin::File { line, .. } => line,
            _ => 0,
        });
        let seen: Vec<_> = entries
            .iter()
            .map(|entry| format!("{} {} {:?}", entry.origin, entry.key, entry.value.as_str()))
            .collect();
        assert_eq!(
            seen,
            ["t:1 top None", "t:3 scan.max_depth None", "t:6 log.format Some(\"json\")"]
        );
    }

    #[test]
    fn several_errors_of_syntax_are_told_at_once_and_without_the_text() {
        let text = "[node]\nroot_key = hunter2\n[log\nformat = 'json'\nlevel = = 3\n";
        let problems = entries(Path::new("t"), text).unwrap_err();
        assert!(problems.len() > 1, "{problems:?}");
        assert!(!format!("{problems:?}").contains("hunter2"), "{problems:?}");
    }
}
