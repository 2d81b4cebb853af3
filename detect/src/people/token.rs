//! Words, numbers and signs of a stretch of text, with what the lexicon knows of each word.

use std::ops::Range;

use super::lexicon::{self, Flags};
use super::words::{Known, Words};

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
    /// Of the word in lower case; of the sign itself.
    pub(crate) hash: u64,
    /// What the lexicon knows.
    pub(crate) flags: Flags,
    /// Which of the words that were met.
    pub(crate) number: u16,
    pub(crate) kind: Kind,
    pub(crate) shape: Shape,
    pub(crate) chars: u8,
    /// One of few kinds, see [`super::features`].
    pub(crate) class: u8,
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
#[inline]
pub(crate) fn char_at(text: &[u8], at: usize) -> (char, usize) {
    let Some(first) = text.get(at) else { return ('\0', 1) };
    if first.is_ascii() {
        return (*first as char, 1);
    }
    long_char_at(text, at)
}

fn long_char_at(text: &[u8], at: usize) -> (char, usize) {
    let bytes = &text[at..];
    if let [first @ 0xc2..=0xdf, second @ 0x80..=0xbf, ..] = bytes {
        let code = u32::from(first & 0x1f) << 6 | u32::from(second & 0x3f);
        return (char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER), 2);
    }
    if let [first @ 0xe0..=0xef, second @ 0x80..=0xbf, third @ 0x80..=0xbf, ..] = bytes {
        let (first, second) = (u32::from(first & 0xf) << 12, u32::from(second & 0x3f) << 6);
        let code = first | second | u32::from(third & 0x3f);
        return match char::from_u32(code) {
            Some(c) if code >= 0x800 => (c, 3),
            _ => (char::REPLACEMENT_CHARACTER, 1),
        };
    }
    let c = bytes.get(..4).and_then(|bytes| std::str::from_utf8(bytes).ok());
    match c.and_then(|text| text.chars().next()) {
        Some(c) => (c, c.len_utf8()),
        None => (char::REPLACEMENT_CHARACTER, 1),
    }
}

/// Whether a character is a part of words.
#[inline]
pub(crate) fn is_letter(c: char) -> bool {
    match c {
        'a'..='z' | 'A'..='Z' => true,
        ..='\u{7f}' => false,
        // What most texts are written in, without looking it up.
        '\u{c0}'..='\u{24f}' => !matches!(c, '×' | '÷'),
        'А'..='я' | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}' => true,
        '\u{3041}'..='\u{3096}' | '\u{30a1}'..='\u{30fa}' => true,
        '\u{3001}'..='\u{3004}' | '\u{2010}'..='\u{2027}' => false,
        '\u{300}'..='\u{36f}' | '\u{94d}' | '\u{64b}'..='\u{652}' => true,
        _ => c.is_alphabetic(),
    }
}

fn is_joint(c: char) -> bool {
    matches!(c, '\'' | '’' | '-' | '\u{2010}' | '\u{2011}')
}

/// Puts the tokens of `text[from..to]` behind those that are there.
pub(crate) fn tokens(
    words: &mut Words,
    text: &[u8],
    from: usize,
    to: usize,
    into: &mut Vec<Token>,
) {
    let mut tokens = Tokens::from(from);
    while let Some(token) = tokens.next(words, &text[..to]) {
        into.push(token);
    }
}

/// Tokens, one after the other.
#[derive(Default)]
struct Tokens {
    from: usize,
    at: usize,
    /// Spaces before: two and more part columns.
    blanks: usize,
}

impl Tokens {
    fn from(from: usize) -> Self {
        Self { from, at: from, blanks: 0 }
    }

    /// The next one of a text.
    #[inline]
    fn next(&mut self, words: &mut Words, text: &[u8]) -> Option<Token> {
        while let Some(first) = text.get(self.at) {
            let at = self.at;
            if *first == b' ' {
                self.blanks += 1;
                self.at += 1;
                continue;
            }
            let blanks = std::mem::take(&mut self.blanks);
            if blanks >= 2 && at > self.from + blanks && *first != b'\n' {
                return Some(sign(words, at - 1, at, Kind::Line, u64::from(b' ')));
            }
            let (c, len) = char_at(text, at);
            if is_letter(c) {
                self.at = word_end(text, at);
                let number = words.word(text, at, self.at);
                return Some(of(words, at, self.at, number));
            }
            if c.is_numeric() {
                let (end, digits) = number(text, at);
                self.at = end;
                // A number is what it looks like: by how many digits it has.
                return Some(sign(words, at, end, Kind::Number, digits.min(12)));
            }
            self.at = at + len;
            if c == '\n' {
                return Some(sign(words, at, at + 1, Kind::Line, u64::from(b'\n')));
            } else if !c.is_whitespace() && !c.is_control() {
                return Some(sign(words, at, self.at, Kind::Sign, u64::from(u32::from(c))));
            }
        }
        None
    }
}

/// The tokens of stretches of one text that overlap and follow each other: each is made once.
#[derive(Default)]
pub(crate) struct Stream {
    made: Vec<Token>,
    next: Tokens,
    /// Whether the numbers of its words are what they were.
    age: u32,
    /// Those of a stretch that ends within a word.
    cut: Vec<Token>,
}

impl Stream {
    /// Forgets what was made of another text.
    pub(crate) fn clear(&mut self) {
        self.made.clear();
        self.next = Tokens::default();
    }

    /// The tokens of a stretch, as if it stood alone.
    pub(crate) fn of(&mut self, words: &mut Words, text: &[u8], stretch: Range<usize>) -> &[Token] {
        /// Tokens that are kept at most.
        const MAX_KEPT: usize = 1 << 12;
        let made = self.next.from..self.next.at;
        if stretch.start < made.start
            || stretch.start > made.end
            || self.made.len() > MAX_KEPT
            || self.age != words.age()
        {
            self.made.clear();
            self.next = Tokens::from(stretch.start);
            self.age = words.age();
        }
        while self.next.at < stretch.end {
            let Some(token) = self.next.next(words, text) else { break };
            self.made.push(token);
        }
        let first = self.made.partition_point(|t| t.start < stretch.start);
        let end = self.made.partition_point(|t| t.start < stretch.end);
        let mut tokens = &self.made[first..end];
        // A gap before or behind all others parts nothing.
        let is_gap = |t: &Token| t.kind == Kind::Line && t.hash == u64::from(b' ');
        if let [gap, rest @ ..] = tokens
            && is_gap(gap)
        {
            tokens = rest;
        }
        if let [rest @ .., gap] = tokens
            && is_gap(gap)
            && gap.end >= stretch.end
        {
            tokens = rest;
        }
        if tokens.last().is_none_or(|last| last.end <= stretch.end) {
            return tokens;
        }
        self.cut.clear();
        self::tokens(words, text, stretch.start, stretch.end, &mut self.cut);
        &self.cut
    }
}

fn sign(words: &mut Words, start: usize, end: usize, kind: Kind, hash: u64) -> Token {
    let number = words.sign(kind, hash);
    of(words, start, end, number)
}

fn of(words: &Words, start: usize, end: usize, number: u16) -> Token {
    let Known { hash, flags, kind, shape, chars, class, .. } = *words.get(number);
    Token { start, end, hash, flags, number, kind, shape, chars, class }
}

/// Where a number ends, and how many digits it has.
fn number(text: &[u8], start: usize) -> (usize, u64) {
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
    (at, digits)
}

/// Where the letters end that go on at `at`.
#[inline]
pub(crate) fn letters_end(text: &[u8], mut at: usize) -> usize {
    while let Some(byte) = text.get(at) {
        if byte.is_ascii_alphabetic() {
            at += 1;
            continue;
        }
        if byte.is_ascii() {
            break;
        }
        let (c, len) = long_char_at(text, at);
        if !is_letter(c) {
            break;
        }
        at += len;
    }
    at
}

/// Where a word ends that begins with a letter: with what apostrophes and dashes join.
fn word_end(text: &[u8], start: usize) -> usize {
    let mut at = start;
    loop {
        at = letters_end(text, at);
        let (c, len) = char_at(text, at);
        if !is_joint(c) {
            return at;
        }
        let (next, next_len) = char_at(text, at + len);
        if !is_letter(next) {
            return at;
        }
        // A possessive is no part of the word.
        let (beyond, _) = char_at(text, at + len + next_len);
        let apostrophe = matches!(c, '\'' | '’');
        if apostrophe && matches!(next, 's' | 'S') && !is_letter(beyond) {
            return at;
        }
        at += len;
    }
}

/// What the lexicon knows of a word without its ending: of a genitive, or of a case of the Slavic
/// languages.
pub(crate) fn inflected(word: &[u8]) -> Flags {
    /// So many letters an ending has at most.
    const MAX_ENDING: usize = 3;
    let mut cuts = [word.len(); MAX_ENDING + 1];
    for i in 1..=MAX_ENDING {
        let before = word[..cuts[i - 1]].iter().rposition(|b| b & 0xC0 != 0x80);
        cuts[i] = before.unwrap_or(0);
    }
    if word[cuts[1]..].eq_ignore_ascii_case(b"s") {
        let flags = lexicon::flags(lexicon::hash_lower(&word[..cuts[1]]));
        if flags.is_name() {
            return flags.inflected();
        }
    }
    for cut in cuts {
        if cut < 3 {
            break;
        }
        let stem = lexicon::stem_of(lexicon::hash_lower(&word[..cut]));
        let flags = lexicon::flags(stem);
        if flags.is_name() && lexicon::is_ending(&word[cut..]) {
            return flags.inflected();
        }
    }
    Flags::NONE
}

/// What a word is that ends as names of fathers do in Russian, Ukrainian and the like, and nothing else: `Ильич`,
/// `Рашидовна`, `Petrovich`, in any case.
pub(crate) fn of_father(word: &[u8]) -> Flags {
    const ENDINGS: [&str; 12] = [
        "ович",
        "евич",
        "ьич",
        "овн",
        "евн",
        "иничн",
        "йович",
        "ївн",
        "ovich",
        "evich",
        "ovn",
        "evn",
    ];
    const CASES: [&str; 16] =
        ["", "а", "у", "ем", "ом", "е", "ы", "ой", "ою", "i", "a", "y", "u", "oj", "і", "ою"];
    let Ok(word) = std::str::from_utf8(word) else { return Flags::NONE };
    let ends = |word: &str| {
        ENDINGS.iter().any(|ending| word.len() > ending.len() + 2 && word.ends_with(ending))
    };
    let is_one = CASES.iter().any(|case| {
        // What men are called goes without an ending, what women are called never.
        let stem = word.strip_suffix(case);
        stem.is_some_and(|stem| ends(stem) && (!case.is_empty() || stem.ends_with(['ч', 'h'])))
    });
    if is_one { Flags(Flags::GIVEN | Flags::GIVEN_TOP) } else { Flags::NONE }
}

pub(crate) fn lower(c: char) -> char {
    match c {
        'İ' => 'i',
        c => c.to_lowercase().next().unwrap_or(c),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_are_read_as_they_are() {
        for c in (0..0x2_0000).filter_map(char::from_u32) {
            let mut bytes = [b'x'; 8];
            c.encode_utf8(&mut bytes);
            assert_eq!(char_at(&bytes, 0), (c, c.len_utf8()));
            let marks = matches!(c, '\u{300}'..='\u{36f}' | '\u{94d}' | '\u{64b}'..='\u{652}');
            assert_eq!(is_letter(c), marks || c.is_alphabetic(), "{c:?}");
        }
        for bytes in [&b"\xe0\x80\x80x"[..], b"\xed\xa0\x80x", b"\xc1\x80xx", b"\x80", b"\xf0\x9f"]
        {
            assert_eq!(char_at(bytes, 0), (char::REPLACEMENT_CHARACTER, 1), "{bytes:?}");
        }
    }

    #[test]
    fn a_stream_makes_the_tokens_of_each_stretch() {
        let text = "Anna  Berg's x1,\n  (Łódź – l'Été)   12-14 Rue\tabc 鈴木 a-b  ";
        let mut words = Words::default();
        let mut stream = Stream::default();
        let starts: Vec<usize> = text
            .bytes()
            .enumerate()
            .filter(|(at, b)| *at == 0 || b.is_ascii_whitespace())
            .map(|(at, _)| at)
            .collect();
        for start in starts {
            for end in start..=text.len() {
                let places = |tokens: &[Token]| -> Vec<(usize, usize, u16)> {
                    tokens.iter().map(|t| (t.start, t.end, t.number)).collect()
                };
                let mut alone = Vec::new();
                tokens(&mut words, text.as_bytes(), start, end, &mut alone);
                let made = stream.of(&mut words, text.as_bytes(), start..end);
                assert_eq!(places(made), places(&alone), "{start}..{end}");
            }
        }
    }
}
