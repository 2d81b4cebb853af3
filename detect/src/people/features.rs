//! What the labeller sees of a word: how it and its neighbours are written, what the lexicon knows of
//! them, and which words they are, unless they are names: names are told by their kind alone, so that
//! those of the training text weigh no more than others.

use std::ops::Range;

use super::lexicon::{Flags, mix};
use super::token::{Kind, Shape, Token};

/// A unit's tokens among those of its context.
pub(crate) struct View<'a> {
    pub(crate) tokens: &'a [Token],
    pub(crate) unit: Range<usize>,
    /// What holds for the whole unit.
    pub(crate) manner: u64,
}

/// What is seen of a token, made once.
#[derive(Clone, Copy)]
pub(crate) struct Seen {
    /// One of few kinds.
    kind: u64,
    /// How it is written, and all that the lexicon knows.
    fine: u64,
    /// The word itself, or its kind if it is a name.
    word: u64,
}

const NOTHING: Seen = Seen { kind: 63, fine: u64::MAX, word: u64::MAX };

impl Seen {
    pub(crate) fn of(token: &Token) -> Self {
        let kind = kind(token);
        let fine = u64::from(token.flags.0) << 8 | (token.shape as u64) << 4 | token.kind as u64;
        let fine = if token.is_word() { fine } else { token.hash << 32 | 0xff };
        let flags = token.flags;
        let plain = Flags::COMMON | Flags::FUNCTION | 0xff << 8;
        let is_told = !flags.is_name() || flags.0 & (plain & !Flags::PARTICLE) != 0;
        let word = if is_told { token.hash } else { kind };
        Self { kind, fine, word }
    }
}

/// Kinds of tokens, few enough to be combined.
fn kind(token: &Token) -> u64 {
    let f = token.flags;
    match token.kind {
        Kind::Line => return if token.hash == u64::from(b' ') { 18 } else { 0 },
        Kind::Number => return 1,
        Kind::Sign => {
            return match char::from_u32(token.hash as u32).unwrap_or(' ') {
                '.' => 2,
                ',' => 3,
                ':' => 4,
                ';' => 5,
                '(' | '[' | '{' => 6,
                ')' | ']' | '}' => 7,
                '"' | '\'' | '“' | '”' | '„' | '«' | '»' | '‘' | '’' | '`' => 8,
                '<' => 9,
                '>' => 10,
                '-' | '–' | '—' | '•' | '*' => 11,
                '&' | '+' => 12,
                '@' => 13,
                '/' | '\\' => 14,
                '=' | '_' | '$' | '#' | '%' => 15,
                '!' | '?' => 16,
                _ => 17,
            };
        }
        Kind::Word => {}
    }
    let special = [
        (Flags::TITLE, 20),
        (Flags::GREETING, 21),
        (Flags::CLOSING, 22),
        (Flags::FIRM, 23),
        (Flags::STREET, 24),
        (Flags::TIME, 25),
        (Flags::ROLE, 26),
    ];
    if let Some((_, kind)) = special.iter().find(|(flag, _)| f.has(*flag)) {
        return *kind;
    }
    let (given, family) = (f.has(Flags::GIVEN), f.has(Flags::FAMILY));
    let word = if f.has(Flags::FUNCTION | Flags::COMMON_TOP) {
        2
    } else {
        u64::from(f.has(Flags::COMMON))
    };
    match token.shape {
        Shape::Initial => 30,
        Shape::Lower if f.has(Flags::PARTICLE) => 31,
        Shape::Lower => 32 + word,
        Shape::Mixed => 35,
        Shape::Uncased => 36,
        Shape::Title | Shape::Upper => {
            let names = match (given, family) {
                _ if f.has(Flags::PLACE) && !f.has(Flags::GIVEN_TOP | Flags::FAMILY_TOP) => 4,
                (true, true) => 3,
                (true, false) => 1,
                (false, true) => 2,
                (false, false) => 0,
            };
            40 + names * 3 + word
        }
    }
}

/// Calls `each` with the features of the token at `at`.
pub(crate) fn each(view: &View<'_>, seen: &[Seen], at: usize, mut each: impl FnMut(u64)) {
    let around = |by: isize| {
        let at = at.checked_add_signed(by);
        at.and_then(|at| seen.get(at)).copied().unwrap_or(NOTHING)
    };
    let token = &view.tokens[at];
    let (a, b, c) = (around(-3), around(-2), around(-1));
    let here = around(0);
    let (x, y, z) = (around(1), around(2), around(3));
    let mut number = 0u64;
    let mut give = |value: u64| {
        number += 1;
        each(mix(value.wrapping_add(number << 56 | number).wrapping_mul(0xff51_afd7_ed55_8ccd)));
    };
    let pair = |p: u64, q: u64| mix(p.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ q.rotate_left(23));
    // The word itself.
    give(0);
    give(here.word);
    give(here.kind);
    give(here.fine);
    give(pair(token.ends[0], token.shape as u64));
    give(pair(token.ends[1], token.shape as u64));
    give(pair(token.ends[2], token.shape as u64));
    give(pair(u64::from(token.chars.min(12)), here.kind));
    for bit in 0..18 {
        number += 1;
        if token.flags.has(1 << bit) {
            let value = pair(bit, token.shape as u64);
            each(mix(value.wrapping_add(number << 56 | 77)));
        }
    }
    let mut give = |value: u64| {
        number += 1;
        each(mix(value.wrapping_add(number << 56 | number).wrapping_mul(0xff51_afd7_ed55_8ccd)));
    };
    // Its neighbours.
    give(c.word);
    give(x.word);
    give(b.word);
    give(y.word);
    give(c.fine);
    give(x.fine);
    give(pair(c.word, here.kind));
    give(pair(x.word, here.kind));
    give(pair(b.word, c.word));
    give(pair(x.word, y.word));
    let k = |list: &[Seen]| list.iter().fold(1u64, |sum, seen| sum << 6 | seen.kind);
    give(k(&[c]));
    give(k(&[x]));
    give(k(&[c, here]));
    give(k(&[here, x]));
    give(k(&[c, here, x]));
    give(k(&[b, c, here]));
    give(k(&[here, x, y]));
    give(k(&[b, c, here, x]));
    give(k(&[c, here, x, y]));
    give(k(&[a, b, c, here]));
    give(k(&[here, x, y, z]));
    give(k(&[b, c]));
    give(k(&[x, y]));
    // Where it stands, and in what.
    let is_first = at == view.unit.start || view.tokens[at - 1].kind == Kind::Line;
    let is_last = at + 1 >= view.unit.end || view.tokens[at + 1].kind == Kind::Line;
    let glued = |before: Option<&Token>, after: Option<&Token>| match (before, after) {
        (Some(before), Some(after)) if before.end == after.start => after.kind as u64 + 1,
        _ => 0,
    };
    let left = at.checked_sub(1).map(|i| &view.tokens[i]);
    let right = view.tokens.get(at + 1);
    let edges = glued(left, Some(token)) << 4 | glued(Some(token), right) << 2;
    give(pair(edges, pair(c.kind, x.kind)));
    let place = u64::from(is_first) << 1 | u64::from(is_last);
    give(pair(place, here.kind));
    give(pair(place, here.fine));
    give(pair(view.manner, here.kind));
    give(pair(view.manner, k(&[c, here])));
}

/// What holds for a whole unit: how long it is, whether it looks like prose, a log, a form.
pub(crate) fn manner(tokens: &[Token]) -> u64 {
    const LEVELS: [&[u8]; 8] =
        [b"info", b"warn", b"error", b"debug", b"trace", b"warning", b"fatal", b"notice"];
    let words = tokens.iter().filter(|t| t.is_word()).count();
    let lower = tokens.iter().filter(|t| t.is_word() && t.shape == Shape::Lower).count();
    let odd = tokens.iter().filter(|t| matches!(kind(t), 9 | 10 | 13..=15 | 17)).count();
    let length = match words {
        0..=2 => 0,
        3..=5 => 1,
        _ => 2,
    };
    let prose = if lower * 2 >= words { 2 } else { u64::from(lower > 0) };
    let is_log = tokens.iter().take(12).any(|t| {
        t.shape == Shape::Upper && LEVELS.iter().any(|l| super::lexicon::hash_lower(l) == t.hash)
    });
    let colon = tokens.iter().take(6).position(|t| t.is_sign(b':'));
    let form = match colon.and_then(|at| at.checked_sub(1)).map(|at| tokens[at].flags) {
        None => 0,
        Some(flags) if flags.has(Flags::ROLE | Flags::TITLE) => 2,
        Some(_) => 1,
    };
    let odd = if odd * 4 > tokens.len() { 2 } else { u64::from(odd > 0) };
    (((length * 3 + prose) * 2 + u64::from(is_log)) * 3 + form) * 3 + odd
}
