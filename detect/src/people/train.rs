//! Makes the model: the lexicon from lists of words, the weights from a text in which names are marked.
//!
//! For the example `people_model` alone. The text says what is what by marks, `⟦P|Anna Weber⟧` for a
//! person, `G` for a firm, `L` for a place and `X` for what else has a name; a form feed parts documents.

// Tags and tokens are numbers here, and index several tables.
#![allow(clippy::needless_range_loop)]

use std::collections::HashMap;

use super::features::{self, View};
use super::labeller::{BEGIN, GO_ON, NONE, TAGS};
use super::lexicon::{self, Flags};
use super::model::{self, MAGIC, ROW, STEPS, VERSION};
use super::token::{self, Kind};
use super::unit::{self, Field};
use super::words::Words;

const SLOTS: usize = 980_000;
const BUCKETS: usize = 1 << 18;
/// Of the names of a census, which has those of a hundred people too, so many are frequent, and so many are names even
/// if they are something else as well.
struct Ranks {
    frequent: usize,
    certain: usize,
}
const OF_GIVEN: Ranks = Ranks { frequent: 1500, certain: 3000 };
const OF_FAMILY: Ranks = Ranks { frequent: 4000, certain: 40_000 };
/// A given name that so many lists have is frequent.
const FREQUENT_IN: u32 = 3;
/// What a word may be that is rarely a name.
const ELSE: u32 = Flags::COMMON
    | Flags::PLACE
    | Flags::TITLE
    | Flags::FIRM
    | Flags::STREET
    | Flags::TIME
    | Flags::GREETING
    | Flags::CLOSING
    | Flags::ROLE
    | Flags::PARTICLE;
/// A shorter word is often an abbreviation.
const SHORT: usize = 4;
/// Features that were seen less often tell nothing.
const MIN_SEEN: u32 = 8;
const SCALE: f32 = 1.0 / 24.0;
/// Of a hundred features, so many are left out whenever a chain is learned.
const DROPPED: u64 = 35;

/// Lists of words, each by the name of its file.
pub struct Lists(pub Vec<(String, String)>);

impl Lists {
    /// What is known of each word.
    fn flags(&self) -> HashMap<u64, u32> {
        let mut all: HashMap<u64, u32> = HashMap::new();
        let mut given_in: HashMap<u64, u32> = HashMap::new();
        let mut add = |word: &str, flags: u32| {
            let hash = lexicon::hash_lower(word.as_bytes());
            let known = all.entry(hash).or_default();
            let is_certain = flags & Flags::GIVEN_TOP != 0 || *known & ELSE == 0;
            let flags = if is_certain { flags } else { flags & !Flags::FAMILY_TOP };
            *known |= flags;
            if flags & (Flags::GIVEN | Flags::FAMILY) != 0 {
                for spelled in [false, true] {
                    let plain = lexicon::hash_plain(word.as_bytes(), spelled);
                    *all.entry(plain).or_default() |= flags;
                }
            }
        };
        let mut stems = Vec::new();
        // What else a word may be says what may be said of it as a name.
        let is_of_names = |name: &str| name.starts_with("given.") || name.starts_with("family.");
        let (of_names, others): (Vec<_>, Vec<_>) =
            self.0.iter().partition(|(name, _)| is_of_names(name));
        for (name, text) in others.into_iter().chain(of_names) {
            let words = text.lines().map(str::trim).filter(|line| !line.is_empty());
            match name.split('.').collect::<Vec<_>>()[..] {
                ["own", ..] => sections(text, |kind, word| add(word, kind_of(kind))),
                ["extra", ..] => sections(text, |kind, word| {
                    let given = kind.starts_with("given");
                    add(
                        word,
                        if given {
                            Flags::GIVEN | Flags::GIVEN_TOP
                        } else {
                            Flags::FAMILY | Flags::FAMILY_TOP
                        },
                    );
                    if kind.ends_with("pl") || kind.ends_with("cs") || kind.ends_with("ru") {
                        stems.push((word.to_owned(), given));
                    }
                }),
                // Of the census at the end.
                [_, "us", ..] => {}
                ["given", language, ref rest @ ..] => {
                    // What was written for Trawl are frequent names.
                    let lists = if rest == ["own"] { FREQUENT_IN } else { 1 };
                    for word in words {
                        for part in parts(word) {
                            add(part, Flags::GIVEN);
                            *given_in.entry(lexicon::hash_lower(part.as_bytes())).or_default() +=
                                lists;
                            if matches!(language, "pl" | "cs" | "ru" | "hr") {
                                stems.push((part.to_owned(), true));
                            }
                        }
                    }
                }
                ["family", language, ..] => {
                    for word in words {
                        for part in parts(word) {
                            add(part, Flags::FAMILY | Flags::FAMILY_TOP);
                            if matches!(language, "pl" | "cs" | "ru" | "hr") {
                                stems.push((part.to_owned(), false));
                            }
                        }
                    }
                }
                ["common", ..] => {
                    const FREQUENT: usize = 2500;
                    let is_ranked = words.clone().count() > 5000;
                    for (rank, word) in words.enumerate() {
                        let top = is_ranked && rank < FREQUENT;
                        add(word, Flags::COMMON | if top { Flags::COMMON_TOP } else { 0 });
                    }
                }
                ["function", ..] => {
                    words.for_each(|word| add(word, Flags::COMMON | Flags::FUNCTION))
                }
                ["places", ..] => {
                    for word in words.filter(|w| !w.contains([' ', '-', '.'])) {
                        if word.chars().count() >= 3 {
                            add(word, Flags::PLACE);
                        }
                    }
                }
                _ => {}
            }
        }
        for (name, text) in &self.0 {
            let (flags, top, ranks) = match name.split('.').collect::<Vec<_>>()[..] {
                ["given", "us", ..] => (Flags::GIVEN, Flags::GIVEN_TOP, OF_GIVEN),
                ["family", "us", ..] => (Flags::FAMILY, Flags::FAMILY_TOP, OF_FAMILY),
                _ => continue,
            };
            for (rank, word) in text.lines().enumerate() {
                let hash = lexicon::hash_lower(word.as_bytes());
                let known = all.entry(hash).or_default();
                let is_else = *known & ELSE != 0 || word.len() < SHORT;
                if rank < if is_else { ranks.certain } else { usize::MAX } {
                    *known |= flags | if rank < ranks.frequent { top } else { 0 };
                    if flags == Flags::GIVEN && rank < ranks.certain {
                        *given_in.entry(hash).or_default() += 1;
                    }
                }
            }
        }
        for (hash, lists) in given_in {
            let known = all.entry(hash).or_default();
            let many = if *known & ELSE == 0 { FREQUENT_IN } else { 2 * FREQUENT_IN };
            if lists >= many {
                *known |= Flags::GIVEN_TOP;
            }
        }
        for (word, given) in stems {
            let lower = word.to_lowercase();
            let stem = lower.trim_end_matches([
                'a', 'e', 'i', 'o', 'y', 'á', 'í', 'ý', 'а', 'о', 'й', 'я', 'ь', 'и', 'ы',
            ]);
            let flag = if given { Flags::GIVEN } else { Flags::FAMILY };
            for stem in
                [Some(stem), stem.strip_suffix("ek"), stem.strip_suffix("ec")].into_iter().flatten()
            {
                let tail = ["ek", "ec"]
                    .iter()
                    .find(|t| stem.len() + 2 == lower.len() && lower.ends_with(**t));
                let stem = tail.map_or_else(|| stem.to_owned(), |t| format!("{stem}{}", &t[1..]));
                if stem.chars().count() >= 3 {
                    *all.entry(lexicon::stem_of(lexicon::hash_lower(stem.as_bytes())))
                        .or_default() |= flag;
                }
            }
        }
        all
    }

    fn slots(&self) -> Vec<u8> {
        let mut words: Vec<(u64, u32)> = self.flags().into_iter().collect();
        words.sort_unstable();
        let mut table = vec![0u8; SLOTS * lexicon::SLOT_BYTES];
        let mut lost = 0;
        'words: for (hash, flags) in words {
            let (mut at, tag) = lexicon::slot_of(hash, SLOTS);
            for _ in 0..lexicon::MAX_PROBES {
                let slot = &mut table[at * lexicon::SLOT_BYTES..][..lexicon::SLOT_BYTES];
                if slot[..4] == [0; 4] {
                    slot[..4].copy_from_slice(&tag.to_le_bytes());
                    slot[4..].copy_from_slice(&(flags as u16).to_le_bytes());
                    continue 'words;
                }
                at = lexicon::slot_after(at, SLOTS);
            }
            lost += 1;
        }
        assert!(lost < 100, "the table of words is too full: {lost}");
        table
    }
}

/// Calls `each` with the kind and word of each word of a file of sections.
fn sections(text: &str, mut each: impl FnMut(&str, &str)) {
    let mut kind = "";
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        match line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            Some(next) => kind = next,
            None => line.split_whitespace().for_each(|word| each(kind, word)),
        }
    }
}

fn kind_of(kind: &str) -> u32 {
    match kind {
        "title" => Flags::TITLE,
        "firm" => Flags::FIRM,
        "street" => Flags::STREET,
        "time" => Flags::TIME,
        "greeting" => Flags::GREETING,
        "closing" => Flags::CLOSING,
        "role" => Flags::ROLE,
        "particle" => Flags::PARTICLE,
        _ => 0,
    }
}

/// The parts of a name that begin with a capital.
fn parts(name: &str) -> impl Iterator<Item = &str> {
    name.split([' ', '-']).filter(|part| {
        part.chars().count() >= 2 && part.chars().next().is_some_and(|c| !c.is_lowercase())
    })
}

/// A unit: the features of each of its tokens, and the tags that are right.
struct Chain {
    features: Vec<Vec<u32>>,
    tags: Vec<u8>,
}

/// Makes the model from lists and a marked text; `say` is told how it goes.
pub fn make(lists: &Lists, text: &str, epochs: u32, say: &mut dyn FnMut(String)) -> Vec<u8> {
    let slots = lists.slots();
    let empty = file(&slots, &vec![0; BUCKETS * ROW], &[0.0; STEPS]);
    model::install(empty.leak());
    let mut learner = Learner::read(text, say);
    for epoch in 0..epochs {
        learner.epoch(epoch, epochs, say);
    }
    let (weights, steps) = learner.weights(say);
    file(&slots, &weights, &steps)
}

/// Uses a model that was just made, to see how good it is.
pub fn install(model: Vec<u8>) {
    model::install(model.leak());
}

fn file(slots: &[u8], weights: &[u8], steps: &[f32; STEPS]) -> Vec<u8> {
    let mut bytes = MAGIC.to_vec();
    for number in [VERSION, SLOTS as u32, BUCKETS as u32, TAGS as u32, SCALE.to_bits(), 0, 0] {
        bytes.extend(number.to_le_bytes());
    }
    bytes.extend(slots);
    bytes.extend(weights);
    steps.iter().for_each(|step| bytes.extend(step.to_le_bytes()));
    let hash = blake3::hash(&bytes);
    bytes.extend(hash.as_bytes());
    bytes
}

/// A text without its marks, and what was marked.
fn unmarked(text: &str) -> (String, Vec<(std::ops::Range<usize>, u8)>) {
    let (mut plain, mut spans) = (String::new(), Vec::new());
    let mut rest = text;
    while let Some(at) = rest.find('⟦') {
        plain.push_str(&rest[..at]);
        let mark = &rest[at + '⟦'.len_utf8()..];
        let (Some(bar), Some(end)) = (mark.find('|'), mark.find('⟧')) else { break };
        let start = plain.len();
        plain.push_str(&mark[bar + 1..end]);
        spans.push((start..plain.len(), mark.as_bytes()[0]));
        rest = &mark[end + '⟧'.len_utf8()..];
    }
    plain.push_str(rest);
    (plain, spans)
}

struct Learner {
    chains: Vec<Chain>,
    ids: HashMap<u64, u32>,
    weights: Vec<[f32; TAGS]>,
    squares: Vec<[f32; TAGS]>,
    steps: [f32; STEPS],
    step_squares: [f32; STEPS],
    seed: u64,
}

impl Learner {
    fn read(text: &str, say: &mut dyn FnMut(String)) -> Self {
        let mut counts: HashMap<u64, u32> = HashMap::new();
        each_unit(text, |view, _| {
            for at in view.unit.clone() {
                features::each(view, at, |f| *counts.entry(f).or_default() += 1);
            }
        });
        let mut kept: Vec<u64> =
            counts.iter().filter(|(_, n)| **n >= MIN_SEEN).map(|(f, _)| *f).collect();
        kept.sort_unstable();
        let ids: HashMap<u64, u32> = kept.iter().enumerate().map(|(i, f)| (*f, i as u32)).collect();
        let mut chains = Vec::new();
        each_unit(text, |view, tags| {
            let mut all = Vec::new();
            for at in view.unit.clone() {
                let mut here = Vec::new();
                features::each(view, at, |f| here.extend(ids.get(&f)));
                all.push(here);
            }
            chains.push(Chain { features: all, tags: tags.to_vec() });
        });
        let tokens: usize = chains.iter().map(|c| c.tags.len()).sum();
        say(format!(
            "{} units, {tokens} tokens, {} features of {}",
            chains.len(),
            ids.len(),
            counts.len()
        ));
        let count = ids.len();
        Self {
            chains,
            ids,
            weights: vec![[0.0; TAGS]; count],
            squares: vec![[0.0; TAGS]; count],
            steps: [0.0; STEPS],
            step_squares: [0.0; STEPS],
            seed: 0x2545_f491_4f6c_dd1d,
        }
    }

    fn next(&mut self) -> u64 {
        self.seed ^= self.seed << 13;
        self.seed ^= self.seed >> 7;
        self.seed ^= self.seed << 17;
        self.seed
    }

    fn epoch(&mut self, epoch: u32, epochs: u32, say: &mut dyn FnMut(String)) {
        let mut order: Vec<usize> = (0..self.chains.len()).collect();
        for i in (1..order.len()).rev() {
            let j = (self.next() % (i as u64 + 1)) as usize;
            order.swap(i, j);
        }
        let rate = 0.12 * (1.0 - f64::from(epoch) / f64::from(epochs + 1)) as f32;
        let chains = std::mem::take(&mut self.chains);
        let mut loss = 0.0f64;
        let mut held = Counts::default();
        for (i, at) in order.into_iter().enumerate() {
            let chain = &chains[at];
            // One in twenty is kept apart, to see how it goes.
            if at % 20 == 7 {
                held.count(&chain.tags, &self.best(chain));
            } else {
                loss += f64::from(self.learn(chain, rate));
            }
            if i % 100_000 == 99_999 {
                say(format!("  {} units", i + 1));
            }
        }
        say(format!("epoch {epoch}: loss {:.1}, {held}", loss));
        self.chains = chains;
    }

    fn scores(&self, chain: &Chain) -> Vec<[f32; TAGS]> {
        let of = |features: &Vec<u32>| {
            let mut sum = [0.0; TAGS];
            for f in features {
                let row = &self.weights[*f as usize];
                sum.iter_mut().zip(row).for_each(|(s, w)| *s += w);
            }
            sum
        };
        chain.features.iter().map(of).collect()
    }

    fn best(&self, chain: &Chain) -> Vec<u8> {
        let scores = self.scores(chain);
        let mut from: Vec<[u8; TAGS]> = Vec::new();
        let mut best = [0.0f32; TAGS];
        for (i, score) in scores.iter().enumerate() {
            let mut next = [0.0; TAGS];
            let mut back = [0u8; TAGS];
            for to in 0..TAGS {
                let mut top = f32::MIN;
                for f in 0..TAGS {
                    let value = if i == 0 {
                        self.steps[TAGS * TAGS + to]
                    } else {
                        best[f] + self.steps[f * TAGS + to]
                    };
                    if value > top {
                        (top, back[to]) = (value, f as u8);
                    }
                }
                next[to] = top + score[to];
            }
            from.push(back);
            best = next;
        }
        let mut tag = (0..TAGS).max_by(|a, b| best[*a].total_cmp(&best[*b])).unwrap_or(0);
        let mut path = vec![0; scores.len()];
        for i in (0..scores.len()).rev() {
            path[i] = tag as u8;
            tag = usize::from(from[i][tag]);
        }
        path
    }

    /// A chain without a part of its features, another each time, so that none is relied on alone.
    fn thinned(&mut self, chain: &Chain) -> Chain {
        let mut features = chain.features.clone();
        for here in &mut features {
            here.retain(|_| self.next() % 100 >= DROPPED);
        }
        Chain { features, tags: chain.tags.clone() }
    }

    fn learn(&mut self, chain: &Chain, rate: f32) -> f32 {
        let chain = &self.thinned(chain);
        let scores = self.scores(chain);
        let n = scores.len();
        if n == 0 {
            return 0.0;
        }
        let step = |s: &[f32; STEPS], f: usize, t: usize| s[f * TAGS + t];
        let log_sum = |x: &[f32]| {
            let most = x.iter().copied().fold(f32::MIN, f32::max);
            most + x.iter().map(|v| (v - most).exp()).sum::<f32>().ln()
        };
        let mut ahead = vec![[0.0f32; TAGS]; n];
        let mut back = vec![[0.0f32; TAGS]; n];
        for i in 0..n {
            for t in 0..TAGS {
                ahead[i][t] = scores[i][t]
                    + if i == 0 {
                        step(&self.steps, TAGS, t)
                    } else {
                        let x: [f32; TAGS] =
                            std::array::from_fn(|f| ahead[i - 1][f] + step(&self.steps, f, t));
                        log_sum(&x)
                    };
            }
        }
        for i in (0..n - 1).rev() {
            for f in 0..TAGS {
                let x: [f32; TAGS] = std::array::from_fn(|t| {
                    step(&self.steps, f, t) + scores[i + 1][t] + back[i + 1][t]
                });
                back[i][f] = log_sum(&x);
            }
        }
        let all = log_sum(&ahead[n - 1]);
        let mut right = 0.0;
        let mut step_slopes = [0.0f32; STEPS];
        for i in 0..n {
            let tag = usize::from(chain.tags[i]);
            let previous = if i == 0 { TAGS } else { usize::from(chain.tags[i - 1]) };
            right += scores[i][tag] + step(&self.steps, previous, tag);
            step_slopes[previous * TAGS + tag] -= 1.0;
            for t in 0..TAGS {
                if i == 0 {
                    step_slopes[TAGS * TAGS + t] += (ahead[0][t] + back[0][t] - all).exp();
                    continue;
                }
                for f in 0..TAGS {
                    let p =
                        ahead[i - 1][f] + step(&self.steps, f, t) + scores[i][t] + back[i][t] - all;
                    step_slopes[f * TAGS + t] += p.exp();
                }
            }
            let mut slope: [f32; TAGS] =
                std::array::from_fn(|t| (ahead[i][t] + back[i][t] - all).exp());
            slope[tag] -= 1.0;
            if slope.iter().all(|s| s.abs() < 1e-3) {
                continue;
            }
            /// Weights shrink a little whenever they are used.
            const SHRINK: f32 = 2e-5;
            for f in &chain.features[i] {
                let (w, s) = (&mut self.weights[*f as usize], &mut self.squares[*f as usize]);
                for t in 0..TAGS {
                    let g = slope[t] + SHRINK * w[t];
                    s[t] += g * g;
                    w[t] -= rate * g / (s[t] + 1e-6).sqrt();
                }
            }
        }
        for i in 0..STEPS {
            let g = step_slopes[i];
            if g != 0.0 {
                self.step_squares[i] += g * g;
                self.steps[i] -= rate * g / (self.step_squares[i] + 1e-6).sqrt();
            }
        }
        all - right
    }

    /// The weights as the file has them: where two features meet in a bucket, the heavier has it.
    fn weights(&self, say: &mut dyn FnMut(String)) -> (Vec<u8>, [f32; STEPS]) {
        let weight = |row: &[f32; TAGS]| row.iter().fold(0.0f32, |m, w| m.max(w.abs()));
        let mut all: Vec<(u64, &[f32; TAGS])> =
            self.ids.iter().map(|(f, id)| (*f, &self.weights[*id as usize])).collect();
        all.sort_by(|a, b| weight(b.1).total_cmp(&weight(a.1)).then(a.0.cmp(&b.0)));
        let mut table = vec![0u8; BUCKETS * ROW];
        let (mut kept, mut met) = (0, 0);
        for (feature, row) in all {
            // With all features there, each weighs as much less.
            let share = 1.0 - DROPPED as f32 / 100.0;
            let quantised = row.map(|w| (w * share / SCALE).round().clamp(-127.0, 127.0) as i8);
            if quantised.iter().all(|q| *q == 0) {
                continue;
            }
            let (at, check) = model::bucket(feature, BUCKETS);
            let slot = &mut table[at * ROW..][..ROW];
            if slot[TAGS..] != [0, 0] {
                met += 1;
                continue;
            }
            slot.iter_mut().zip(quantised).for_each(|(b, q)| *b = q as u8);
            slot[TAGS..].copy_from_slice(&check);
            kept += 1;
        }
        say(format!("{kept} features kept, {met} gave way"));
        (table, self.steps)
    }
}

/// Calls `each` with each unit of a marked text, and its tags.
fn each_unit(text: &str, mut each: impl FnMut(&View<'_>, &[u8])) {
    let mut words = Words::default();
    for document in text.split('\u{c}') {
        let (plain, spans) = unmarked(document);
        let field = Field { text: plain.as_bytes(), start: 0 };
        let mut at = 0;
        while at < plain.len() {
            let Some(unit) = unit::around(field, at) else { break };
            at = unit.end.max(at + 1);
            let context = unit::context(field, &unit);
            let mut tokens = Vec::new();
            words.tidy();
            token::tokens(&mut words, field.text, context.start, context.end, &mut tokens);
            let first = tokens.partition_point(|t| t.start < unit.start);
            let end = tokens.partition_point(|t| t.start < unit.end);
            if !tokens[first..end].iter().any(|t| t.kind == Kind::Word) {
                continue;
            }
            let tag = |token: &token::Token| {
                let span = spans.iter().find(|(s, _)| token.start < s.end && s.start < token.end);
                span.map_or(NONE, |(span, kind)| match kind {
                    b'P' if token.start <= span.start => BEGIN,
                    b'P' => GO_ON,
                    b'G' => 3,
                    b'L' => 4,
                    _ => 5,
                }) as u8
            };
            let tags: Vec<u8> = tokens[first..end].iter().map(tag).collect();
            let manner = features::manner(&tokens[first..end]);
            each(&View { words: &words, tokens: &tokens, unit: first..end, manner }, &tags);
        }
    }
}

/// Names that were found, and that were right.
#[derive(Default)]
struct Counts {
    right: u32,
    found: u32,
    marked: u32,
}

impl Counts {
    fn count(&mut self, tags: &[u8], best: &[u8]) {
        let names = |tags: &[u8]| -> Vec<(usize, usize)> {
            let mut names = Vec::new();
            for at in 0..tags.len() {
                if usize::from(tags[at]) == BEGIN {
                    let rest =
                        tags[at + 1..].iter().take_while(|t| usize::from(**t) == GO_ON).count();
                    names.push((at, at + 1 + rest));
                }
            }
            names
        };
        let (marked, found) = (names(tags), names(best));
        self.right += found.iter().filter(|n| marked.contains(n)).count() as u32;
        self.found += found.len() as u32;
        self.marked += marked.len() as u32;
    }
}

impl std::fmt::Display for Counts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let share = |of: u32| f64::from(self.right) / f64::from(of.max(1));
        write!(
            f,
            "precision {:.3}, recall {:.3} of {}",
            share(self.found),
            share(self.marked),
            self.marked
        )
    }
}
