//! From text to tokens, the same way for what is stored and for what is asked.
//!
//! A text is brought into one form of Unicode (NFKC), split where neither letter, mark nor digit
//! stands, and each run is folded: case, diacritics and pointing make no difference. So every part
//! of a path, a name and an extension is a token. Scripts that are written without spaces (Han,
//! kana, Thai, Lao, Khmer, Myanmar) give a token a character, so that any stretch of them is found
//! as a phrase and no dictionary decides what a word is.
//!
//! A run that people see as several words, such as `invoiceScan2024`, stays one token, and a stored
//! text has its parts beside it at the same position (`invoice`, `scan`, `2024`). Splitting it
//! instead would lose `invoicescan2024` in lower case, where no border of case is left, and would
//! turn a prefix such as `report20*` into a phrase. So words, prefixes and phrases are matched by
//! whole runs or by their parts, and a query is never split beyond runs.

mod fold;
mod kind;
mod parts;
mod runs;

use fold::{composed, fold};
use kind::Kind;
use runs::{Run, Runs};

/// A run longer than this goes on as the next token, so that no term of an index is longer than
/// its format can hold and a long run is still found, as the phrase of its pieces.
pub const MAX_TOKEN_BYTES: usize = 128;

/// A text gives at most so many tokens. Names are at most 8 KiB; what is longer is no name.
pub const MAX_TOKENS: usize = 8_192;

/// What lies behind so many bytes of a text is not looked at.
pub const MAX_TEXT_BYTES: usize = 64 * 1024;

/// A word of a stored text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Token {
    /// Which word of the text it is, from 0. Parts stand where the whole stands.
    pub position: u32,
    /// The word, folded.
    pub text: String,
}

/// The tokens of a stored text, by position: whole words, each followed by its parts.
pub fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut position = 0;
    each_run(text, |run| {
        let wholes = pieces(run);
        let parts = if wholes.len() == 1 { parts::of(run) } else { Vec::new() };
        let first = position;
        for text in wholes {
            tokens.push(Token { position, text });
            position += 1;
        }
        tokens.extend(parts.into_iter().map(|text| Token { position: first, text }));
        tokens.len() < MAX_TOKENS
    });
    tokens.truncate(MAX_TOKENS);
    tokens
}

/// The words of what is asked, in order: several are a phrase.
pub fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    each_run(text, |run| {
        words.extend(pieces(run));
        words.len() < MAX_TOKENS
    });
    words.truncate(MAX_TOKENS);
    words
}

/// A name that is compared as a whole, such as a type or a format: folded, not split.
pub fn folded(text: &str) -> String {
    fold(&composed(cut(text)))
}

/// Whether a text breaks off within a word, so that a star behind it stands for the rest of that
/// word.
pub(crate) fn ends_within_word(text: &str) -> bool {
    text.chars().next_back().is_some_and(|c| Kind::of(c) != Kind::Break)
}

/// Hands out the runs of a text until it is told that it is enough.
fn each_run(text: &str, mut take: impl FnMut(Run<'_>) -> bool) {
    let text = composed(cut(text));
    for run in Runs::of(&text) {
        if !take(run) {
            return;
        }
    }
}

/// The text as far as it is looked at.
fn cut(text: &str) -> &str {
    &text[..text.floor_char_boundary(MAX_TEXT_BYTES)]
}

/// A run as it is stored: folded, and in pieces that are not too long.
fn pieces(run: Run<'_>) -> Vec<String> {
    let mut rest = fold(run.text());
    let mut pieces = Vec::with_capacity(1);
    while rest.len() > MAX_TOKEN_BYTES {
        let tail = rest.split_off(rest.floor_char_boundary(MAX_TOKEN_BYTES));
        pieces.push(std::mem::replace(&mut rest, tail));
    }
    if !rest.is_empty() {
        pieces.push(rest);
    }
    pieces
}

#[cfg(test)]
mod tests;
