//! What is wrong with a query, said so that whoever wrote it knows what to change.

use std::fmt;
use std::ops::Range;

/// Characters of a query that are shown around what is wrong.
const SHOWN_CHARS: usize = 120;

/// Of these, so many stand before it where the query is longer.
const SHOWN_BEFORE: usize = 40;

/// Which kind of mistake it is: stable, for programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Fault {
    /// Longer, deeper or of more clauses than is allowed.
    TooMuch,
    /// A parenthesis, quote, bracket or operator without what belongs to it.
    Syntax,
    /// A field, sort key or facet that there is not.
    UnknownName,
    /// A value that the field can't have.
    BadValue,
    /// Nothing can lie between the ends.
    EmptyRange,
    /// Neither letter nor digit.
    NothingToSearch,
}

impl Fault {
    /// The code, as answers bear it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::TooMuch => "query-too-much",
            Self::Syntax => "query-syntax",
            Self::UnknownName => "query-unknown-name",
            Self::BadValue => "query-bad-value",
            Self::EmptyRange => "query-empty-range",
            Self::NothingToSearch => "query-nothing-to-search",
        }
    }
}

/// One thing that is wrong with a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueryError {
    /// Which kind of mistake.
    pub fault: Fault,
    /// Where it stands in the query, in bytes. Both ends are ends of characters; it may be empty,
    /// where something is missing.
    pub span: Range<usize>,
    /// What is wrong.
    pub what: String,
    /// What is allowed there; may be empty.
    pub allowed: String,
    /// The way out, where one is known.
    pub hint: Option<String>,
}

impl QueryError {
    pub(crate) fn new(fault: Fault, span: Range<usize>, what: impl Into<String>) -> Self {
        Self { fault, span, what: what.into(), allowed: String::new(), hint: None }
    }

    pub(crate) fn allowed(mut self, allowed: impl Into<String>) -> Self {
        self.allowed = allowed.into();
        self
    }

    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    pub(crate) fn did_you_mean(self, name: Option<impl fmt::Display>) -> Self {
        match name {
            Some(name) => self.hint(format!("did you mean `{name}`?")),
            None => self,
        }
    }

    /// The query and, in the line below, carets under the place: by characters, in one line each,
    /// cut where the query is long. Control characters are shown as spaces, so that no query can
    /// write to a terminal.
    pub fn pointed(&self, query: &str) -> String {
        let chars_before =
            |byte: usize| query.char_indices().take_while(|(at, _)| *at < byte).count();
        let (start, end) = (chars_before(self.span.start), chars_before(self.span.end));
        let length = query.chars().count();
        let first = if length <= SHOWN_CHARS { 0 } else { start.saturating_sub(SHOWN_BEFORE) };
        let last = length.min(first + SHOWN_CHARS);

        let mut line = String::from(if first > 0 { "…" } else { "" });
        let shown = query.chars().skip(first).take(last - first);
        line.extend(shown.map(|c| if c.is_control() { ' ' } else { c }));
        line.push_str(if last < length { "…" } else { "" });

        let before = start.min(last) - first + usize::from(first > 0);
        let under = end.min(last).saturating_sub(start).max(1);
        format!("{}\n{}{}", line.trim_end(), " ".repeat(before), "^".repeat(under))
    }
}

impl fmt::Display for QueryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)?;
        if !self.allowed.is_empty() {
            write!(f, "; allowed is {}", self.allowed)?;
        }
        match &self.hint {
            Some(hint) => write!(f, "; {hint}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for QueryError {}

/// A piece of a query within a sentence: quoted, cut where it is long, and without control
/// characters.
pub(crate) fn shown(text: &str) -> String {
    const CHARS: usize = 40;
    let mut shown: String =
        text.chars().take(CHARS).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if text.chars().nth(CHARS).is_some() {
        shown.push('…');
    }
    format!("`{shown}`")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn carets_stand_under_the_characters_that_are_meant() {
        let error = QueryError::new(Fault::Syntax, 8..12, "no");
        assert_eq!(error.pointed("Müller: tpye:x"), "Müller: tpye:x\n       ^^^^");
        let missing = QueryError::new(Fault::Syntax, 5..5, "no");
        assert_eq!(missing.pointed("a AND"), "a AND\n     ^");
    }

    proptest! {
        #[test]
        fn any_query_is_shown_in_two_lines_of_bounded_length(
            query in ".{0,300}", at in 0usize..1200, long in 0usize..400
        ) {
            let start = query.floor_char_boundary(at);
            let end = query.floor_char_boundary(start + long);
            let shown = QueryError::new(Fault::Syntax, start..end, "no").pointed(&query);
            let lines: Vec<&str> = shown.split('\n').collect();
            prop_assert_eq!(lines.len(), 2);
            prop_assert!(lines.iter().all(|line| line.chars().count() <= SHOWN_CHARS + 2));
            prop_assert!(lines[1].ends_with('^'));
        }
    }
}
