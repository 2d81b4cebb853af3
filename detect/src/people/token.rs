//! Words, numbers and signs of a stretch of text, with what the lexicon knows of each word.

use super::lexicon::{self, Flags};

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Letters, with apostrophes and dashes between them.
    Word,
    /// Digits, and what is joined to them.
    Number,
    /// One sign.
    Sign,
    /// The end of a line, or a gap between columns.
    Line,
}

/// How a word is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// No letter is a capital.
    Lower,
    /// The first letter alone, or of each part.
    Title,
    /// All letters, of two and more.
    Upper,
    /// One capital.
    Initial,
    /// Capitals in the midst.
    Mixed,
    /// A script without capitals.
    Uncased,
}

/// A token of a text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Token {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) kind: Kind,
    pub(crate) shape: Shape,
    /// Of the word in lower case; of the sign itself.
    pub(crate) hash: u64,
    /// What the lexicon knows.
    pub(crate) flags: Flags,
    /// Hashes of its last two and three letters, and of its first three.
    pub(crate) ends: [u64; 3],
    pub(crate) chars: u8,
}

impl Token {
    pub(crate) fn is_word(&self) -> bool {
        self.kind == Kind::Word
    }

    /// Whether it begins with a capital.
    pub(crate) fn is_capital(&self) -> bool {
        self.is_word() && matches!(self.shape, Shape::Title | Shape::Upper | Shape::Initial)
    }

    pub(crate) fn is_sign(&self, sign: u8) -> bool {
        self.kind == Kind::Sign && self.hash == u64::from(sign)
    }
}

/// The character at a place and its length; bytes that are no text are one sign each.
pub(crate) fn char_at(text: &[u8], at: usize) -> (char, usize) {
    let Some(first) = text.get(at) else { return ('\0', 1) };
    if first.is_ascii() {
        return (*first as char, 1);
    }
    let end = text.len().min(at + 4);
    match text[at..end].utf8_chunks().next().and_then(|chunk| chunk.valid().chars().next()) {
        Some(c) => (c, c.len_utf8()),
        None => (char::REPLACEMENT_CHARACTER, 1),
    }
}

/// Whether a character is a part of words.
pub(crate) fn is_letter(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_alphabetic();
    }
    c.is_alphabetic() || matches!(c, '\u{300}'..='\u{36f}' | '\u{94d}' | '\u{64b}'..='\u{652}')
}

fn is_joint(c: char) -> bool {
    matches!(c, '\'' | '’' | '-' | '\u{2010}' | '\u{2011}')
}

/// Puts the tokens of `text[from..to]` behind those that are there.
pub(crate) fn tokens(text: &[u8], from: usize, to: usize, into: &mut Vec<Token>) {
    let text = &text[..to];
    let mut at = from;
    // Two spaces and more part columns.
    let mut blanks = 0;
    while at < to {
        let (c, len) = char_at(text, at);
        if c == ' ' {
            blanks += 1;
            at += 1;
            continue;
        }
        if blanks >= 2 && at > from + blanks && c != '\n' {
            into.push(plain(at - 1, at, Kind::Line, u64::from(b' ')));
        }
        blanks = 0;
        if is_letter(c) {
            let token = word(text, at);
            at = token.end;
            into.push(token);
        } else if c.is_numeric() {
            let token = number(text, at);
            at = token.end;
            into.push(token);
        } else {
            if c == '\n' {
                into.push(plain(at, at + 1, Kind::Line, u64::from(b'\n')));
            } else if !c.is_whitespace() && !c.is_control() {
                into.push(plain(at, at + len, Kind::Sign, u64::from(u32::from(c))));
            }
            at += len;
        }
    }
}

fn plain(start: usize, end: usize, kind: Kind, hash: u64) -> Token {
    let flags = Flags::NONE;
    Token { start, end, kind, shape: Shape::Uncased, hash, flags, ends: [0; 3], chars: 0 }
}

fn number(text: &[u8], start: usize) -> Token {
    let mut at = start;
    let mut digits = 0u64;
    while at < text.len() {
        let (c, len) = char_at(text, at);
        if c.is_numeric() {
            digits += 1;
        } else if !is_letter(c) && c != '_' {
            break;
        }
        at += len;
    }
    // A number is what it looks like: by how many digits it has.
    plain(start, at, Kind::Number, digits.min(12))
}

fn word(text: &[u8], start: usize) -> Token {
    let mut hasher = lexicon::Hasher::new();
    let mut part = lexicon::Hasher::new();
    let (mut first_part, mut parts) = (None, 1u8);
    let (mut at, mut chars) = (start, 0u32);
    let (mut capitals, mut inner, mut cased) = (0u32, 0u32, false);
    let mut last: [char; 4] = ['\0'; 4];
    let mut first: [char; 3] = ['\0'; 3];
    let mut begins = true;
    while at < text.len() {
        let (c, len) = char_at(text, at);
        if is_letter(c) {
            let lower = if c.is_ascii() { c.to_ascii_lowercase() } else { lower(c) };
            if lower != c {
                capitals += 1;
                // `McArthur`, `DeLuca`: a capital behind what begins such names.
                let is_prefix = matches!(
                    (chars, first),
                    (2, ['m', 'c', _] | ['d', 'e' | 'i' | 'u', _] | ['l', 'a' | 'e', _])
                        | (3, ['m', 'a', 'c'] | ['v', 'a', 'n'] | ['d', 'e', 'l'])
                );
                inner += u32::from(!begins && !is_prefix);
                cased = true;
            } else if !cased && (c.is_ascii() || c.is_lowercase()) {
                cased = true;
            }
            if chars < 3 {
                first[chars as usize] = lower;
            }
            last = [last[1], last[2], last[3], lower];
            hasher.add(lower);
            part.add(lower);
            chars += 1;
            begins = false;
            at += len;
            continue;
        }
        if !is_joint(c) || begins {
            break;
        }
        let (next, next_len) = char_at(text, at + len);
        if !is_letter(next) {
            break;
        }
        // A possessive is no part of the word.
        let (beyond, _) = char_at(text, at + len + next_len);
        let apostrophe = matches!(c, '\'' | '’');
        if apostrophe && matches!(next, 's' | 'S') && !is_letter(beyond) {
            break;
        }
        hasher.add(if apostrophe { '\'' } else { '-' });
        first_part.get_or_insert(part.finish());
        part = lexicon::Hasher::new();
        parts = parts.saturating_add(1);
        begins = true;
        at += len;
    }
    let shape = match (capitals, inner, chars) {
        _ if !cased => Shape::Uncased,
        (0, _, _) => Shape::Lower,
        (1, 0, 1) => Shape::Initial,
        (_, 0, _) => Shape::Title,
        (n, _, chars) if n == chars => Shape::Upper,
        _ => Shape::Mixed,
    };
    let hash = hasher.finish();
    let mut flags = lexicon::flags(hash);
    if let Some(first_part) = first_part {
        let (head, tail) = (lexicon::flags(first_part), lexicon::flags(part.finish()));
        flags = flags.or_of_parts(head, tail);
    } else if flags.is_unknown() && capitals > 0 && chars >= 4 {
        flags = inflected(text, start, at);
    }
    let ends =
        [lexicon::hash_of(&last[2..]), lexicon::hash_of(&last[1..]), lexicon::hash_of(&first)];
    let chars = chars.min(255) as u8;
    Token { start, end: at, kind: Kind::Word, shape, hash, flags, ends, chars }
}

/// What the lexicon knows of a word without its ending: of a genitive, or of a case of the Slavic
/// languages.
fn inflected(text: &[u8], start: usize, end: usize) -> Flags {
    /// So many letters an ending has at most.
    const MAX_ENDING: usize = 3;
    let mut cuts = [end; MAX_ENDING + 1];
    for i in 1..=MAX_ENDING {
        let before = text[start..cuts[i - 1]].iter().rposition(|b| b & 0xC0 != 0x80);
        cuts[i] = before.map_or(start, |at| start + at);
    }
    if text[cuts[1]..end].eq_ignore_ascii_case(b"s") {
        let flags = lexicon::flags(lexicon::hash_lower(&text[start..cuts[1]]));
        if flags.is_name() {
            return flags.inflected();
        }
    }
    for cut in cuts.into_iter().take(MAX_ENDING + 1) {
        if cut < start + 3 {
            break;
        }
        let stem = lexicon::stem_of(lexicon::hash_lower(&text[start..cut]));
        let flags = lexicon::flags(stem);
        if flags.is_name() && lexicon::is_ending(&text[cut..end]) {
            return flags.inflected();
        }
    }
    Flags::NONE
}

pub(crate) fn lower(c: char) -> char {
    match c {
        'İ' => 'i',
        c => c.to_lowercase().next().unwrap_or(c),
    }
}
