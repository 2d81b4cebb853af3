//! What is wrong with rules: all of it at once, each with file, place, what was found and the way
//! out.

use std::fmt;

/// One thing that is wrong in one rule file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The file, as the caller named it.
    pub file: String,
    /// Line and column, from 1, where the text itself can't be read.
    pub line: Option<(usize, usize)>,
    /// The key that it is about: `pattern[0].regex`.
    pub key: Option<String>,
    /// What was found, and what to do about it.
    pub what: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some((line, column)) = self.line {
            write!(f, ":{line}:{column}")?;
        }
        if let Some(key) = &self.key {
            write!(f, ": {key}")?;
        }
        write!(f, ": {}", self.what)
    }
}

/// Why rules, or an engine of them, could not be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The rules have problems; none of them is used.
    #[error("the rules are refused:\n{}", lines(.0))]
    Rules(Vec<Problem>),
}

fn lines(problems: &[Problem]) -> String {
    problems.iter().map(|p| format!("  {p}\n")).collect::<String>().trim_end().to_owned()
}

/// The problems of one file as they come up.
pub(crate) struct Problems<'a> {
    file: &'a str,
    found: &'a mut Vec<Problem>,
}

impl<'a> Problems<'a> {
    pub(crate) fn new(file: &'a str, found: &'a mut Vec<Problem>) -> Self {
        Self { file, found }
    }

    /// A problem with the value of a key.
    pub(crate) fn key(&mut self, key: impl Into<String>, what: impl Into<String>) {
        self.push(None, Some(key.into()), what.into());
    }

    /// A problem with the text of the file.
    pub(crate) fn text(&mut self, line: Option<(usize, usize)>, what: impl Into<String>) {
        self.push(line, None, what.into());
    }

    /// How many there are, those of files before included.
    pub(crate) fn count(&self) -> usize {
        self.found.len()
    }

    fn push(&mut self, line: Option<(usize, usize)>, key: Option<String>, what: String) {
        self.found.push(Problem { file: self.file.to_owned(), line, key, what });
    }
}

/// Line and column, from 1, of a byte of a text.
pub(crate) fn line_of(text: &str, at: usize) -> (usize, usize) {
    let before = text.get(..at).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
    (line, column)
}
