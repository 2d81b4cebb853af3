//! What the labeller sees of a word: how it and its neighbours are written, what the lexicon knows of
//! them, and which words they are, unless they are names: names are told by their kind alone, so that
//! those of the training text weigh no more than others.

use std::ops::Range;

use super::lexicon::{self, Flags, mix};
use super::model::{Model, ROW};
use super::token::{Kind, Shape, Token};
use super::words::Known;
#[cfg(any(test, feature = "testing"))]
use super::words::Words;

/// The scores of tags; of more, as it is added at once.
pub(crate) type Sum = [i16; ROW];

/// A unit's tokens among those of its context.
#[cfg(any(test, feature = "testing"))]
pub(crate) struct View<'a> {
    pub(crate) words: &'a Words,
    pub(crate) tokens: &'a [Token],
    pub(crate) unit: Range<usize>,
    /// What holds for the whole unit.
    pub(crate) manner: u64,
}

/// The class of what stands beyond a text.
pub(crate) const NO_CLASS: u8 = 63;

/// The class of a word, how it is written with all that is known of it, and the word itself or what
/// stands for it.
pub(crate) fn seen(known: &Known) -> (u8, u64, u64) {
    let class = class(known);
    let flags = known.flags;
    let fine = if known.kind == Kind::Word {
        u64::from(flags.0) << 8 | (known.shape as u64) << 4 | known.kind as u64
    } else {
        known.hash << 32 | 0xff
    };
    let plain = Flags::COMMON | Flags::FUNCTION | 0xff << 8;
    let is_told = !flags.is_name() || flags.0 & (plain & !Flags::PARTICLE) != 0;
    (class, fine, if is_told { known.hash } else { u64::from(class) })
}

/// Classes of words and signs, few enough to be combined.
fn class(token: &Known) -> u8 {
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
    if let Some((_, class)) = special.iter().find(|(flag, _)| f.has(*flag)) {
        return *class;
    }
    let (given, family) = (f.has(Flags::GIVEN), f.has(Flags::FAMILY));
    let word =
        if f.has(Flags::FUNCTION | Flags::COMMON_TOP) { 2 } else { u8::from(f.has(Flags::COMMON)) };
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

/// A feature: which question, and its answer.
const fn feature(number: u64, value: u64) -> u64 {
    mix(value.wrapping_add(number << 56 | number).wrapping_mul(0xff51_afd7_ed55_8ccd))
}

const fn pair(p: u64, q: u64) -> u64 {
    mix(p.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ q.rotate_left(23))
}

/// Classes in a row.
fn row<const N: usize>(classes: [u8; N]) -> u64 {
    classes.iter().fold(1, |sum, class| sum << 6 | u64::from(*class))
}

// Questions of a word alone have the numbers from 1 to 26.

/// What a word says of itself.
fn own(known: &Known, mut each: impl FnMut(u64)) {
    let (shape, class) = (known.shape as u64, u64::from(known.class));
    let answers = [
        0,
        known.word,
        class,
        known.fine,
        pair(known.ends[0], shape),
        pair(known.ends[1], shape),
        pair(known.ends[2], shape),
        pair(u64::from(known.chars.min(12)), class),
    ];
    (1..).zip(answers).for_each(|(number, answer)| each(feature(number, answer)));
    const FLAGS: u64 = 18;
    for bit in (0..FLAGS).filter(|bit| known.flags.has(1 << bit)) {
        each(mix(pair(bit, shape).wrapping_add((9 + bit) << 56 | 77)));
    }
}

/// What a word says by where it stands in its unit: first, last, or in between.
pub(crate) fn placed(known: &Known, place: u64) -> [u64; 2] {
    [feature(51, pair(place, u64::from(known.class))), feature(52, pair(place, known.fine))]
}

/// What it says of the word behind it, the one before it, and those one further.
fn beside(known: &Known) -> [[u64; 3]; 2] {
    let Known { word, fine, class, .. } = *known;
    let class = row([class]);
    [
        [feature(27, word), feature(31, fine), feature(37, class)],
        [feature(28, word), feature(32, fine), feature(38, class)],
    ]
}

fn further(known: &Known) -> [u64; 2] {
    [feature(29, known.word), feature(30, known.word)]
}

/// What the classes of a word and three before it say.
pub(crate) fn before([a, b, c, here]: [u8; 4]) -> [u64; 4] {
    [
        feature(39, row([c, here])),
        feature(42, row([b, c, here])),
        feature(46, row([a, b, c, here])),
        feature(48, row([b, c])),
    ]
}

/// What the classes of a word and three behind it say.
pub(crate) fn behind([here, x, y, z]: [u8; 4]) -> [u64; 4] {
    [
        feature(40, row([here, x])),
        feature(43, row([here, x, y])),
        feature(47, row([here, x, y, z])),
        feature(49, row([x, y])),
    ]
}

/// What those of two on either side say.
pub(crate) fn around([b, c, here, x, y]: [u8; 5]) -> [u64; 3] {
    [
        feature(41, row([c, here, x])),
        feature(44, row([b, c, here, x])),
        feature(45, row([c, here, x, y])),
    ]
}

/// What words in pairs say, how the word touches those beside it, and its manner.
pub(crate) fn pairs(near: [&Known; 5], edges: u64, manner: u64) -> [u64; 7] {
    let [b, c, here, x, y] = near;
    let class = u64::from(here.class);
    [
        feature(33, pair(c.word, class)),
        feature(34, pair(x.word, class)),
        feature(35, pair(b.word, c.word)),
        feature(36, pair(x.word, y.word)),
        feature(50, pair(edges, pair(u64::from(c.class), u64::from(x.class)))),
        feature(53, pair(manner, class)),
        feature(54, pair(manner, row([c.class, here.class]))),
    ]
}

/// How a token touches those beside it.
pub(crate) fn edges(left: Option<&Token>, token: &Token, right: Option<&Token>) -> u64 {
    let before = left.is_some_and(|left| left.end == token.start);
    let before = if before { token.kind as u64 + 1 } else { 0 };
    let after = right.filter(|right| token.end == right.start);
    before << 4 | after.map_or(0, |right| right.kind as u64 + 1) << 2
}

/// Whether a token is the first of its line and whether it is the last, as two bits.
pub(crate) fn place(tokens: &[Token], unit: &Range<usize>, at: usize) -> u64 {
    let is_first = at == unit.start || tokens[at - 1].kind == Kind::Line;
    let is_last = at + 1 >= unit.end || tokens[at + 1].kind == Kind::Line;
    u64::from(is_first) << 1 | u64::from(is_last)
}

/// What a word adds to scores, made once: to its own, also where it stands in the midst of a line, and
/// to those of the words beside it and one further.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Sums {
    pub(crate) is_made: bool,
    pub(crate) own: Sum,
    pub(crate) in_midst: Sum,
    pub(crate) before: Sum,
    pub(crate) after: Sum,
    pub(crate) further_before: Sum,
    pub(crate) further_after: Sum,
}

/// The sums of a word.
pub(crate) fn sums(model: &Model, known: &Known) -> Sums {
    let mut mine = Sum::default();
    own(known, |feature| model.add(feature, &mut mine));
    let mut in_midst = mine;
    placed(known, 0).into_iter().for_each(|feature| model.add(feature, &mut in_midst));
    let [before, after] = beside(known).map(|features| model.sum(features));
    let [further_before, further_after] = further(known).map(|feature| model.sum([feature]));
    Sums { is_made: true, own: mine, in_midst, before, after, further_before, further_after }
}

/// Calls `each` with all features of the token at `at`, in the order of their questions.
#[cfg(any(test, feature = "testing"))]
pub(crate) fn each(view: &View<'_>, at: usize, mut each: impl FnMut(u64)) {
    let near: [&Known; 7] = std::array::from_fn(|i| {
        let token = (at + i).checked_sub(3).and_then(|at| view.tokens.get(at));
        view.words.get(token.map_or(0, |token| token.number))
    });
    let [_, b, c, here, x, y, _] = near;
    let [k0, k1, k2, k3, k4, k5, k6] = near.map(|known| known.class);
    let token = &view.tokens[at];
    let left = at.checked_sub(1).map(|i| &view.tokens[i]);
    let edges = edges(left, token, view.tokens.get(at + 1));
    let ([f27, f31, f37], [f28, f32, f38]) = (beside(c)[0], beside(x)[1]);
    let (f29, f30) = (further(b)[0], further(y)[1]);
    let [f33, f34, f35, f36, f50, f53, f54] = pairs([b, c, here, x, y], edges, view.manner);
    let [f39, f42, f46, f48] = before([k0, k1, k2, k3]);
    let [f40, f43, f47, f49] = behind([k3, k4, k5, k6]);
    let [f41, f44, f45] = around([k1, k2, k3, k4, k5]);
    let [f51, f52] = placed(here, place(view.tokens, &view.unit, at));
    own(here, &mut each);
    let rest = [
        f27, f28, f29, f30, f31, f32, f33, f34, f35, f36, f37, f38, f39, f40, f41, f42, f43, f44,
        f45, f46, f47, f48, f49, f50, f51, f52, f53, f54,
    ];
    rest.into_iter().for_each(each);
}

/// Whether a word says how bad something is, as in lines of logs.
fn is_level(hash: u64) -> bool {
    const LEVELS: [&[u8]; 8] =
        [b"info", b"warn", b"error", b"debug", b"trace", b"warning", b"fatal", b"notice"];
    static HASHES: std::sync::OnceLock<[u64; 8]> = std::sync::OnceLock::new();
    HASHES.get_or_init(|| LEVELS.map(lexicon::hash_lower)).contains(&hash)
}

/// What holds for a whole unit: how long it is, whether it looks like prose, a log, a form.
pub(crate) fn manner(tokens: &[Token]) -> u64 {
    let words = tokens.iter().filter(|t| t.is_word()).count();
    let lower = tokens.iter().filter(|t| t.is_word() && t.shape == Shape::Lower).count();
    let odd = tokens.iter().filter(|t| matches!(t.class, 9 | 10 | 13..=15 | 17)).count();
    let length = match words {
        0..=2 => 0,
        3..=5 => 1,
        _ => 2,
    };
    let prose = if lower * 2 >= words { 2 } else { u64::from(lower > 0) };
    let is_log = tokens.iter().take(12).any(|t| t.shape == Shape::Upper && is_level(t.hash));
    let colon = tokens.iter().take(6).position(|t| t.is_sign(b':'));
    let form = match colon.and_then(|at| at.checked_sub(1)).map(|at| tokens[at].flags) {
        None => 0,
        Some(flags) if flags.has(Flags::ROLE | Flags::TITLE) => 2,
        Some(_) => 1,
    };
    let odd = if odd * 4 > tokens.len() { 2 } else { u64::from(odd > 0) };
    (((length * 3 + prose) * 2 + u64::from(is_log)) * 3 + form) * 3 + odd
}
