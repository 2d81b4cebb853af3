//! Where words begin and end.

use super::kind::Kind;

/// A stretch of a text that is a token, before it is folded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Run<'t> {
    /// Letters, marks and digits.
    Word(&'t str),
    /// One character of a script that is written without spaces.
    Alone(&'t str),
}

impl<'t> Run<'t> {
    /// The text of it.
    pub(super) fn text(self) -> &'t str {
        match self {
            Self::Word(text) | Self::Alone(text) => text,
        }
    }
}

/// The runs of a text, in order.
pub(super) struct Runs<'t> {
    rest: &'t str,
}

impl<'t> Runs<'t> {
    /// Of this text, which is in its composed form.
    pub(super) fn of(text: &'t str) -> Self {
        Self { rest: text }
    }
}

impl<'t> Iterator for Runs<'t> {
    type Item = Run<'t>;

    fn next(&mut self) -> Option<Run<'t>> {
        let parted = |c: char| matches!(Kind::of(c), Kind::Break | Kind::Nothing);
        let rest = self.rest.trim_start_matches(parted);
        let first = rest.chars().next()?;
        let alone = Kind::of(first) == Kind::Alone;
        let end = if alone {
            first.len_utf8()
        } else {
            let ends = |c: char| matches!(Kind::of(c), Kind::Break | Kind::Alone);
            rest.find(ends).unwrap_or(rest.len())
        };
        let (run, rest) = rest.split_at(end);
        self.rest = rest;
        Some(if alone { Run::Alone(run) } else { Run::Word(run) })
    }
}
