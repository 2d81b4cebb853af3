//! The labeller: a linear chain over the tokens of a unit, whose weights [`super::train`] made.

use std::ops::Range;

use super::features::{self, NO_CLASS, Sum};
use super::lexicon::Flags;
use super::model::{self, Model, ROW};
use super::other;
use super::token::{Kind, Shape, Stream, Token};
use super::unit::{self, Field};
use super::words::{Memory, Words};

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
    before: Memory,
    behind: Memory,
    around: Memory,
    sums: Vec<Sum>,
    scores: Vec<[f32; ROW]>,
    ahead: Vec<[f32; ROW]>,
    back: Vec<[f32; ROW]>,
    best: Vec<[u8; ROW]>,
    path: Vec<u8>,
}

impl Labeller {
    /// Labels what stands near seeds of a unit, and calls `each` with each name and how likely it is
    /// one.
    pub(crate) fn label(
        &mut self,
        words: &mut Words,
        stream: &mut Stream,
        field: Field<'_>,
        unit: &Range<usize>,
        mut each: impl FnMut(Name),
    ) {
        let Some(model) = model::get() else { return };
        let context = unit::context(field, unit);
        let tokens = stream.of(words, field.text, context);
        let first = tokens.partition_point(|t| t.start < unit.start);
        let end = tokens.partition_point(|t| t.start < unit.end);
        let mut manner = None;
        let mut at = first;
        while let Some(window) = window(tokens, at, first..end) {
            at = window.end;
            let manner = *manner.get_or_insert_with(|| features::manner(&tokens[first..end]));
            self.weigh(model, words, tokens, first..end, manner, &window);
            let from_start = window.start == first;
            if self.decode(model, from_start) {
                self.sum(model, from_start);
                self.names(tokens, &window, &mut each);
            }
        }
    }

    /// Sums up the weights of all features of each token. What words say alone, and what their classes
    /// in a row say, is kept from token to token.
    fn weigh(
        &mut self,
        model: &Model,
        words: &mut Words,
        tokens: &[Token],
        unit: Range<usize>,
        manner: u64,
        window: &Range<usize>,
    ) {
        self.sums.clear();
        self.scores.clear();
        // The token at a place so far beyond the present one; the number and the class of nothing
        // beyond the text.
        let near = |at: usize, by: usize| {
            let token = (at + by).checked_sub(3).and_then(|at| tokens.get(at));
            token.map_or((0, NO_CLASS), |token| (token.number, token.class))
        };
        for at in window.clone() {
            let [a, b, c, here, x, y, z] = std::array::from_fn(|by| near(at, by));
            let place = features::place(tokens, &unit, at);
            let of_word = words.sums(model, here.0);
            let mut sum = if place == 0 { of_word.in_midst } else { of_word.own };
            if place != 0 {
                let features = features::placed(words.get(here.0), place);
                add(&mut sum, &model.sum(features));
            }
            add(&mut sum, &words.sums(model, c.0).before);
            add(&mut sum, &words.sums(model, x.0).after);
            add(&mut sum, &words.sums(model, b.0).further_before);
            add(&mut sum, &words.sums(model, y.0).further_after);
            let row =
                |classes: &[u8]| classes.iter().fold(1, |row, class| row << 6 | u32::from(*class));
            let classes = [a.1, b.1, c.1, here.1];
            let before = || model.sum(features::before(classes));
            add(&mut sum, &self.before.of(row(&classes), before));
            let classes = [here.1, x.1, y.1, z.1];
            let behind = || model.sum(features::behind(classes));
            add(&mut sum, &self.behind.of(row(&classes), behind));
            let classes = [b.1, c.1, here.1, x.1, y.1];
            let around = || model.sum(features::around(classes));
            add(&mut sum, &self.around.of(row(&classes), around));
            let left = at.checked_sub(1).map(|i| &tokens[i]);
            let edges = features::edges(left, &tokens[at], tokens.get(at + 1));
            let near = [b, c, here, x, y].map(|(number, _)| words.get(number));
            add(&mut sum, &model.sum(features::pairs(near, edges, manner)));
            self.sums.push(sum);
            self.scores.push(sum.map(|sum| f32::from(sum) * model.scale()));
        }
    }

    /// The best path; whether a name is on it.
    fn decode(&mut self, model: &Model, from_start: bool) -> bool {
        let steps = model.steps();
        let before = if from_start { TAGS } else { NONE };
        self.best.clear();
        let mut best = steps[before];
        for (i, scores) in self.scores.iter().enumerate() {
            let mut from = [0u8; ROW];
            if i > 0 {
                let mut next = [f32::MIN; ROW];
                for (f, step) in steps[..TAGS].iter().enumerate() {
                    for to in 0..ROW {
                        let value = best[f] + step[to];
                        let is_better = value > next[to];
                        next[to] = if is_better { value } else { next[to] };
                        from[to] = if is_better { f as u8 } else { from[to] };
                    }
                }
                best = next;
            }
            best.iter_mut().zip(scores).for_each(|(best, score)| *best += score);
            self.best.push(from);
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

    /// How likely all paths up to and from each token are, as shares.
    fn sum(&mut self, model: &Model, from_start: bool) {
        let steps = model.likely_steps();
        let before = if from_start { TAGS } else { NONE };
        self.ahead.clear();
        // Scores are how much less likely than the best tag of a token each is.
        for (scores, sums) in self.scores.iter_mut().zip(&self.sums) {
            let most = sums[..TAGS].iter().copied().max().unwrap_or(0);
            for (tag, score) in scores.iter_mut().enumerate() {
                let less = most.wrapping_sub(sums[tag]) as u16;
                *score = if tag < TAGS { model.likely(less) } else { 0.0 };
            }
        }
        for (i, scores) in self.scores.iter().enumerate() {
            let paths = match i.checked_sub(1).map(|i| &self.ahead[i]) {
                None => steps[before],
                Some(ahead) => {
                    let mut paths = [0.0; ROW];
                    for (ahead, step) in ahead.iter().zip(&steps[..TAGS]) {
                        paths.iter_mut().zip(step).for_each(|(p, step)| *p += ahead * step);
                    }
                    paths
                }
            };
            let mut paths = paths;
            paths.iter_mut().zip(scores).for_each(|(path, score)| *path *= score);
            self.ahead.push(shares(paths));
        }
        let count = self.scores.len();
        self.back.clear();
        self.back.resize(count, [1.0; ROW]);
        for i in (0..count.saturating_sub(1)).rev() {
            let mut next = self.back[i + 1];
            next.iter_mut().zip(&self.scores[i + 1]).for_each(|(next, score)| *next *= score);
            let mut paths = [0.0; ROW];
            for (path, step) in paths.iter_mut().zip(&steps[..TAGS]) {
                *path = step.iter().zip(&next).map(|(step, next)| step * next).sum();
            }
            self.back[i] = shares(paths);
        }
    }

    /// How likely each tag of a token is.
    fn likely(&self, at: usize, tag: usize) -> f32 {
        let of = |tag: usize| self.ahead[at][tag] * self.back[at][tag];
        let all: f32 = (0..TAGS).map(of).sum();
        if all > 0.0 { of(tag) / all } else { 0.0 }
    }

    fn names(&self, all: &[Token], window: &Range<usize>, each: &mut impl FnMut(Name)) {
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
            for part in parts(all, tokens) {
                let support = support(all, &part);
                let words = all[part.clone()].iter().filter(|t| t.is_word()).count();
                if let Some(span) = span(&all[part]) {
                    each(Name { span, likely, support, words });
                }
            }
        }
    }
}

/// The next stretch of tokens near seeds.
fn window(tokens: &[Token], from: usize, unit: Range<usize>) -> Option<Range<usize>> {
    let seed = (from..unit.end).find(|i| is_seed(tokens, *i))?;
    let mut end = seed + 1;
    for next in seed + 1..unit.end {
        if next > end + 2 * REACH_TOKENS {
            break;
        }
        if is_seed(tokens, next) {
            end = next + 1;
        }
    }
    let start = seed.saturating_sub(REACH_TOKENS).max(from);
    Some(start..unit.end.min(end + REACH_TOKENS))
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
    if other::is_short_form(tokens) {
        return None;
    }
    if let [only] = tokens {
        let f = only.flags;
        let before = part.start.checked_sub(1).map(|i| &all[i]);
        let before = before
            .filter(|t| !t.is_sign(b'.'))
            .or_else(|| part.start.checked_sub(2).map(|i| &all[i]));
        let plain = f.has(Flags::FUNCTION | Flags::TIME | Flags::COMMON_TOP | Flags::PLACE);
        // `Hello World`.
        let greeted = !plain || f.has(Flags::GIVEN);
        let called = before
            .is_some_and(|t| t.flags.has(Flags::TITLE) || t.flags.has(Flags::GREETING) && greeted);
        let of_two = f.has(Flags::JOINED) && other::AFTER_PEOPLE.has(only.hash);
        let is_poor = only.shape != Shape::Title
            || only.chars < 3
            || plain && !f.has(Flags::GIVEN_TOP)
            || of_two;
        if is_poor && !called || f.has(Flags::TIME) && other::is_dated(all, &part) {
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

#[inline]
fn add(sum: &mut Sum, more: &Sum) {
    sum.iter_mut().zip(more).for_each(|(sum, more)| *sum = sum.wrapping_add(*more));
}

/// Numbers as their shares of all.
#[inline]
fn shares(each: [f32; ROW]) -> [f32; ROW] {
    let all: f32 = each.iter().sum();
    let of_all = if all > 0.0 { 1.0 / all } else { 0.0 };
    each.map(|one| one * of_all)
}
