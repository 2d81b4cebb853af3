//! The labeller: a linear chain over the tokens of a unit, whose weights [`super::train`] made.

use std::ops::Range;

use super::features::{self, Seen, View};
use super::lexicon::Flags;
use super::model::{self, Model, ROW};
use super::token::{self, Kind, Shape, Token};
use super::unit::{self, Field};

/// Tags: none, the first word of a name, a further one, firms, places, and other things with names.
pub(crate) const TAGS: usize = 6;
pub(crate) const NONE: usize = 0;
pub(crate) const BEGIN: usize = 1;
pub(crate) const GO_ON: usize = 2;

/// So many tokens on either side of a seed are labelled.
const REACH_TOKENS: usize = 7;
/// At most so many tokens a name has.
const MAX_NAME_TOKENS: usize = 12;

/// What labelling needs, kept from unit to unit.
#[derive(Default)]
pub(crate) struct Labeller {
    tokens: Vec<Token>,
    seen: Vec<Seen>,
    scores: Vec<[f32; TAGS]>,
    ahead: Vec<[f32; TAGS]>,
    back: Vec<[f32; TAGS]>,
    best: Vec<[u8; TAGS]>,
    path: Vec<u8>,
}

impl Labeller {
    /// Labels what stands near seeds of a unit, and calls `each` with each name and how likely it is
    /// one.
    pub(crate) fn label(
        &mut self,
        field: Field<'_>,
        unit: &Range<usize>,
        mut each: impl FnMut(Name),
    ) {
        let Some(model) = model::get() else { return };
        self.read(field, unit);
        let first = self.tokens.partition_point(|t| t.start < unit.start);
        let end = self.tokens.partition_point(|t| t.start < unit.end);
        let manner = features::manner(&self.tokens[first..end]);
        let mut at = first;
        while let Some(window) = self.window(at, first..end) {
            at = window.end;
            self.weigh(model, first..end, manner, &window);
            let from_start = window.start == first;
            if self.decode(model, from_start) {
                self.sum(model, from_start);
                self.names(&window, &mut each);
            }
        }
    }

    fn read(&mut self, field: Field<'_>, unit: &Range<usize>) {
        let context = unit::context(field, unit);
        self.tokens.clear();
        token::tokens(field.text, context.start, context.end, &mut self.tokens);
        self.seen.clear();
        self.seen.extend(self.tokens.iter().map(Seen::of));
    }

    /// The next stretch of tokens near seeds.
    fn window(&self, from: usize, unit: Range<usize>) -> Option<Range<usize>> {
        let seed = (from..unit.end).find(|i| is_seed(&self.tokens, *i))?;
        let mut end = seed + 1;
        for next in seed + 1..unit.end {
            if next > end + 2 * REACH_TOKENS {
                break;
            }
            if is_seed(&self.tokens, next) {
                end = next + 1;
            }
        }
        let start = seed.saturating_sub(REACH_TOKENS).max(from);
        Some(start..unit.end.min(end + REACH_TOKENS))
    }

    fn weigh(&mut self, model: &Model, unit: Range<usize>, manner: u64, window: &Range<usize>) {
        let view = View { tokens: &self.tokens, unit, manner };
        self.scores.clear();
        for at in window.clone() {
            let mut sums = [0i32; ROW];
            features::each(&view, &self.seen, at, |feature| model.add(feature, &mut sums));
            let mut scores = [0.0; TAGS];
            for (score, sum) in scores.iter_mut().zip(sums) {
                *score = sum as f32 * model.scale();
            }
            self.scores.push(scores);
        }
    }

    /// The best path; whether a name is on it.
    #[allow(clippy::needless_range_loop)] // Tags are numbers here, and index several tables.
    fn decode(&mut self, model: &Model, from_start: bool) -> bool {
        let steps = model.steps();
        let before = if from_start { TAGS } else { NONE };
        self.best.clear();
        let mut best: [f32; TAGS] = std::array::from_fn(|to| {
            steps[before * TAGS + to] + self.scores.first().map_or(0.0, |scores| scores[to])
        });
        self.best.push([0; TAGS]);
        for scores in self.scores.iter().skip(1) {
            let mut from = [0u8; TAGS];
            let mut next = [f32::MIN; TAGS];
            for f in 0..TAGS {
                for to in 0..TAGS {
                    let value = best[f] + steps[f * TAGS + to];
                    if value > next[to] {
                        (next[to], from[to]) = (value, f as u8);
                    }
                }
            }
            for to in 0..TAGS {
                next[to] += scores[to];
            }
            self.best.push(from);
            best = next;
        }
        let mut tag = (0..TAGS).max_by(|a, b| best[*a].total_cmp(&best[*b])).unwrap_or(NONE);
        self.path.clear();
        self.path.resize(self.scores.len(), NONE as u8);
        for i in (0..self.path.len()).rev() {
            self.path[i] = tag as u8;
            tag = usize::from(self.best[i][tag]);
        }
        self.path.contains(&(BEGIN as u8))
    }

    /// The sums of all paths up to and from each token.
    #[allow(clippy::needless_range_loop)] // As above.
    fn sum(&mut self, model: &Model, from_start: bool) {
        let steps = model.steps();
        let step = |from: usize, to: usize| steps[from * TAGS + to];
        let before = if from_start { TAGS } else { NONE };
        self.ahead.clear();
        for (i, scores) in self.scores.iter().enumerate() {
            let sums = std::array::from_fn(|to| {
                let paths = match i.checked_sub(1).map(|i| &self.ahead[i]) {
                    None => step(before, to),
                    Some(ahead) => log_sum(&std::array::from_fn(|f| ahead[f] + step(f, to))),
                };
                paths + scores[to]
            });
            self.ahead.push(sums);
        }
        let count = self.scores.len();
        self.back.clear();
        self.back.resize(count, [0.0; TAGS]);
        for i in (0..count.saturating_sub(1)).rev() {
            for f in 0..TAGS {
                let each = std::array::from_fn(|to| {
                    step(f, to) + self.scores[i + 1][to] + self.back[i + 1][to]
                });
                self.back[i][f] = log_sum(&each);
            }
        }
    }

    /// How likely each tag of a token is.
    fn likely(&self, at: usize, tag: usize) -> f32 {
        let sums: [f32; TAGS] = std::array::from_fn(|t| self.ahead[at][t] + self.back[at][t]);
        (sums[tag] - log_sum(&sums)).exp()
    }

    fn names(&self, window: &Range<usize>, each: &mut impl FnMut(Name)) {
        let mut at = 0;
        while at < self.path.len() {
            let first = at;
            at += 1;
            if usize::from(self.path[first]) != BEGIN {
                continue;
            }
            let mut likely = self.likely(first, BEGIN);
            while self.path.get(at).is_some_and(|tag| usize::from(*tag) == GO_ON) {
                likely = likely.min(self.likely(at, GO_ON));
                at += 1;
            }
            if at < self.path.len() {
                likely = likely.min(1.0 - self.likely(at, GO_ON));
            }
            let tokens = window.start + first..window.start + at;
            for part in parts(&self.tokens, tokens) {
                let support = support(&self.tokens, &part);
                let words = self.tokens[part.clone()].iter().filter(|t| t.is_word()).count();
                if let Some(span) = span(&self.tokens[part]) {
                    each(Name { span, likely, support, words });
                }
            }
        }
    }
}

/// The names in a row of tokens that were taken for one: parted at commas that are no part of
/// `Family, Given`, and without what stands before them and is no name.
fn parts(all: &[Token], tokens: Range<usize>) -> impl Iterator<Item = Range<usize>> {
    let comma = tokens.clone().find(|i| all[*i].is_sign(b','));
    let before = tokens.start.checked_sub(1).map(|i| &all[i]);
    let begins = before.is_none_or(|t| !t.is_word() && !t.is_sign(b','));
    let ends = all.get(tokens.end).is_none_or(|t| !t.is_sign(b','));
    let (first, second) = match comma {
        Some(comma) if !(begins && ends) || comma > tokens.start + 2 => {
            (tokens.start..comma, comma + 1..tokens.end)
        }
        _ => (tokens, 0..0),
    };
    [first, second].into_iter().filter_map(move |part| trimmed(all, part))
}

fn trimmed(all: &[Token], mut part: Range<usize>) -> Option<Range<usize>> {
    let other = Flags::FUNCTION
        | Flags::TIME
        | Flags::FIRM
        | Flags::STREET
        | Flags::ROLE
        | Flags::TITLE
        | Flags::GREETING;
    // Titles, and words that are no names before one that is.
    while let [first, second, ..] = &all[part.clone()] {
        let titled = first.flags.has(Flags::TITLE)
            && (second.is_sign(b'.') && first.chars > 1 || !first.flags.is_name());
        let rest = &all[part.start + 1..part.end];
        let is_other = first.is_word()
            && !first.flags.is_name()
            && first.chars > 1
            && first.flags.has(other | Flags::COMMON)
            && !first.flags.has(Flags::PARTICLE)
            && rest.iter().any(|t| t.flags.is_name() || t.flags.is_unknown() && t.is_capital());
        if !(titled || is_other || !first.is_word()) {
            break;
        }
        part.start += 1;
    }
    if part.is_empty() || is_of_thing(all, &part) {
        return None;
    }
    let tokens = &all[part.clone()];
    let words = || tokens.iter().filter(|t| t.is_word());
    // `Clerk II`: a number of kings alone makes no name of a word.
    let is_number = |t: &&Token| t.shape == Shape::Upper && t.chars <= 3;
    let first = tokens.first()?;
    if tokens.len() > 1
        && tokens[1..].iter().all(|t| is_number(&t))
        && first.flags.has(Flags::COMMON | Flags::ROLE | Flags::FIRM)
    {
        return None;
    }
    let is_name = |t: &Token| {
        t.flags.is_name() || t.flags.is_unknown() || !t.flags.has(other | Flags::COMMON)
    };
    if !words().any(|t| t.is_capital() && t.chars > 1 && is_name(t)) {
        return None;
    }
    // Words in capitals alone are headings and short forms more often than names.
    let is_upper = words().all(|t| t.shape == Shape::Upper || t.chars == 1);
    if is_upper && words().count() > 1 {
        let given = words().any(|t| t.flags.has(Flags::GIVEN) && !t.flags.has(Flags::COMMON_TOP));
        let plain = words().any(|t| t.flags.has(Flags::COMMON | other) && !t.flags.is_name());
        if !given || plain {
            return None;
        }
    }
    if let [only] = tokens {
        let f = only.flags;
        let before = part.start.checked_sub(1).map(|i| &all[i]);
        let before = before
            .filter(|t| !t.is_sign(b'.'))
            .or_else(|| part.start.checked_sub(2).map(|i| &all[i]));
        let called = before.is_some_and(|t| t.flags.has(Flags::TITLE | Flags::GREETING));
        let plain = f.has(Flags::FUNCTION | Flags::TIME | Flags::COMMON_TOP | Flags::PLACE);
        let is_poor =
            only.shape != Shape::Title || only.chars < 3 || plain && !f.has(Flags::GIVEN_TOP);
        if is_poor && !called {
            return None;
        }
    }
    Some(part)
}

/// What was taken for a name.
pub(crate) struct Name {
    pub(crate) span: Range<usize>,
    /// How likely it is one.
    pub(crate) likely: f32,
    pub(crate) support: Support,
    /// How many words it has.
    pub(crate) words: usize,
}

/// What the lexicon says for a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Support {
    /// A title or a greeting stands before it, or a given name begins it and the rest may be a name.
    Much,
    /// One of its words is a name and nothing else.
    Some,
    /// One of its words may be a name.
    Little,
    /// None is.
    None,
}

fn support(all: &[Token], part: &Range<usize>) -> Support {
    let tokens = &all[part.clone()];
    let words = || tokens.iter().filter(|t| t.is_word());
    let plain = Flags::COMMON_TOP
        | Flags::FUNCTION
        | Flags::TIME
        | Flags::ROLE
        | Flags::FIRM
        | Flags::STREET
        | Flags::TITLE;
    let mut before = all[..part.start].iter().rev().filter(|t| !t.is_sign(b'.'));
    if before.next().is_some_and(|t| t.is_word() && t.flags.has(Flags::TITLE | Flags::GREETING)) {
        return Support::Much;
    }
    let fits = |t: &Token| {
        t.flags.is_name() || t.flags.is_unknown() || t.flags.has(Flags::PARTICLE) || t.chars == 1
    };
    let given = words().next().is_some_and(|t| t.flags.has(Flags::GIVEN) && !t.flags.has(plain));
    if given && words().count() > 1 && words().all(fits) {
        return Support::Much;
    }
    // One word alone with an ending says little: many a word ends as names do.
    let alone = words().count() == 1;
    let unsure = Flags::COMMON | Flags::PLACE | plain | if alone { Flags::INFLECTED } else { 0 };
    if words().any(|t| t.flags.is_name() && !t.flags.has(unsure)) {
        return Support::Some;
    }
    if words().any(|t| t.flags.is_name() && !t.flags.has(plain)) {
        Support::Little
    } else {
        Support::None
    }
}

/// Whether a street or a firm is called so: by a word for it directly before, or in the row of words with
/// capitals behind.
fn is_of_thing(all: &[Token], part: &Range<usize>) -> bool {
    const MAX_BEHIND: usize = 3;
    let thing = |t: &Token| {
        t.is_word()
            && t.flags.has(Flags::STREET | Flags::FIRM)
            && !t.flags.has(Flags::TITLE)
            && !t.flags.is_name()
    };
    let touches = |i: usize| all[i].start <= all[i - 1].end + 1;
    let before = part.start > 0 && touches(part.start) && thing(&all[part.start - 1]);
    let row = (part.end..all.len().min(part.end + MAX_BEHIND))
        .take_while(|i| touches(*i) && all[*i].is_capital());
    before || row.into_iter().any(|i| thing(&all[i]))
}

/// The span of a name of these tokens, without what cannot end one; none if they are no name's.
fn span(tokens: &[Token]) -> Option<Range<usize>> {
    let is_word = |t: &Token| t.is_word();
    let last = tokens.iter().rposition(is_word)?;
    let mut end = tokens[last].end;
    // The full stop of an initial or of `Jr.` belongs to it.
    let is_short = tokens[last].shape == Shape::Initial || (tokens[last].chars == 2 && last > 0);
    if is_short && tokens.get(last + 1).is_some_and(|t| t.is_sign(b'.') && t.start == end) {
        end += 1;
    }
    // And the quote that closes a nickname.
    let quotes = tokens[..=last].iter().filter(|t| t.is_sign(b'"')).count();
    if quotes % 2 == 1
        && let Some(quote) = tokens.get(last + 1).filter(|t| t.is_sign(b'"'))
    {
        end = quote.end;
    }
    let tokens = &tokens[..=last];
    let is_named = tokens.iter().any(|t| t.is_capital() && t.chars >= 2)
        && tokens.iter().all(|t| t.shape != Shape::Mixed)
        && tokens.iter().all(|t| !matches!(t.kind, Kind::Line | Kind::Number));
    (is_named && tokens.len() <= MAX_NAME_TOKENS && tokens[0].is_word())
        .then_some(tokens[0].start..end)
}

/// Whether a token is one near which names are looked for.
pub(crate) fn is_seed(tokens: &[Token], at: usize) -> bool {
    let token = &tokens[at];
    if !token.is_word() {
        return false;
    }
    if token.flags.has(Flags::TITLE | Flags::GREETING) {
        return token.is_capital() || tokens.get(at + 1).is_some_and(Token::is_capital);
    }
    if !token.is_capital() || token.chars < 2 {
        return false;
    }
    let f = token.flags;
    if f.is_name() {
        return true;
    }
    // One that nobody knows, behind an initial; or two, both with capitals.
    let behind_initial =
        at >= 2 && tokens[at - 1].is_sign(b'.') && tokens[at - 2].shape == Shape::Initial;
    f.is_unknown() && token.chars >= 3 && behind_initial
        || f.is_unknown()
            && token.chars >= 3
            && tokens.get(at + 1).is_some_and(|next| {
                next.is_capital()
                    && next.chars >= 3
                    && (next.flags.is_unknown() || next.flags.is_name())
            })
}

fn log_sum(each: &[f32; TAGS]) -> f32 {
    let most = each.iter().copied().fold(f32::MIN, f32::max);
    most + each.iter().map(|x| (x - most).exp()).sum::<f32>().ln()
}
