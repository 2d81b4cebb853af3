//! Where reading stands in a query, and the smallest things that are read.

use std::ops::Range;

use super::error::{Fault, QueryError};

/// What ends a bare word, beside spaces.
const ENDS: &[char] = &['(', ')', '"', '[', ']', '{', '}'];

/// Where reading stands.
pub(super) struct Cursor<'q> {
    text: &'q str,
    at: usize,
}

/// A value as it is written.
#[derive(Debug, Clone)]
pub(super) struct Given {
    /// Without quotes and star.
    pub(super) text: String,
    /// A star stands behind it.
    pub(super) star: bool,
    /// It stands in quotes.
    pub(super) quoted: bool,
    /// Where.
    pub(super) span: Range<usize>,
}

impl<'q> Cursor<'q> {
    pub(super) fn new(text: &'q str) -> Self {
        Self { text, at: 0 }
    }

    /// Where it stands, in bytes.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    /// Where a word ends before here: whatever is missing is missing there.
    pub(super) fn end_of_last(&self) -> usize {
        self.text[..self.at].trim_end().len()
    }

    /// Goes to a place where reading has been, or would come to.
    pub(super) fn go(&mut self, at: usize) {
        self.at = at;
    }

    pub(super) fn rest(&self) -> &'q str {
        &self.text[self.at..]
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    /// Where the next character lies.
    pub(super) fn next_span(&self) -> Range<usize> {
        self.at..self.at + self.peek().map_or(0, char::len_utf8)
    }

    pub(super) fn skip_space(&mut self) {
        self.at = self.text.len() - self.rest().trim_start().len();
    }

    /// Takes this, if it stands here.
    pub(super) fn eat(&mut self, what: &str) -> bool {
        let here = self.rest().starts_with(what);
        if here {
            self.at += what.len();
        }
        here
    }

    /// Whether this operator stands here, behind spaces, as a word by itself.
    pub(super) fn is_at_word(&self, word: &str) -> bool {
        let rest = self.rest().trim_start().strip_prefix(word);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(ends_word))
    }

    /// Takes this operator, if it stands here, behind spaces, as a word by itself.
    pub(super) fn eat_word(&mut self, word: &str) -> bool {
        let here = self.is_at_word(word);
        if here {
            self.skip_space();
            self.at += word.len();
        }
        here
    }

    /// Where the bare word lies that stands here. It may be empty.
    pub(super) fn bare_span(&self) -> Range<usize> {
        let rest = self.rest();
        self.at..self.at + rest.find(ends_word).unwrap_or(rest.len())
    }

    /// Takes the bare word that stands here.
    pub(super) fn bare(&mut self) -> Result<Given, QueryError> {
        let span = self.bare_span();
        let text = &self.text[span.clone()];
        self.at = span.end;
        let (text, star) = match text.strip_suffix('*') {
            Some(text) => (text, true),
            None => (text, false),
        };
        if let Some(inner) = text.find('*') {
            let at = span.start + inner;
            return Err(QueryError::new(
                Fault::Syntax,
                at..at + 1,
                "a star stands only at the end of a word",
            )
            .hint("leave it out, or put the word in quotes where a star is meant"));
        }
        Ok(Given { text: text.to_owned(), star, quoted: false, span })
    }

    /// Takes the text in quotes that stands here. Within, `\"` is a quote and `\\` a backslash.
    pub(super) fn quoted(&mut self) -> Result<Given, QueryError> {
        let start = self.at;
        let mut text = String::new();
        let mut chars = self.text[start + 1..].char_indices().peekable();
        while let Some((offset, c)) = chars.next() {
            match c {
                '"' => {
                    self.at = start + 1 + offset + 1;
                    let star = self.eat("*");
                    return Ok(Given { text, star, quoted: true, span: start..self.at });
                }
                '\\' => match chars.next_if(|(_, next)| matches!(next, '"' | '\\')) {
                    Some((_, escaped)) => text.push(escaped),
                    None => text.push(c),
                },
                c => text.push(c),
            }
        }
        Err(QueryError::new(Fault::Syntax, start..start + 1, "this quote is not closed")
            .hint("a quote within is written \\\""))
    }
}

fn ends_word(c: char) -> bool {
    c.is_whitespace() || ENDS.contains(&c)
}
