//! How fast the engine is on one core: bytes a second on texts of several kinds, which are made
//! here, and the time to make the rules ready.

use std::fmt::Write as _;
use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use trawl_detect::{Engine, Rules, Scene};
use trawl_model::Piece;

/// How much text of each kind.
const TEXT_BYTES: usize = 4 << 20;
/// How much of it is a piece.
const PIECE_BYTES: usize = 1 << 20;

/// The same numbers each time.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self, below: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % below
    }

    fn word(&mut self) -> &'static str {
        const WORDS: [&str; 16] = [
            "value", "result", "self", "buffer", "match", "state", "index", "return", "public",
            "error", "string", "length", "request", "config", "static", "number",
        ];
        WORDS[self.next(16) as usize]
    }
}

fn filled(mut line: impl FnMut(&mut String, &mut Numbers)) -> String {
    let (mut text, mut numbers) = (String::new(), Numbers(0x9E37_79B9_7F4A_7C15));
    while text.len() < TEXT_BYTES {
        line(&mut text, &mut numbers);
        text.push('\n');
    }
    text
}

fn source() -> String {
    filled(|text, n| {
        let (a, b, c) = (n.word(), n.word(), n.word());
        let _ = match n.next(5) {
            0 => {
                write!(text, "    let {a}_{} = {b}.{c}(&self.{a}, {})?;", n.next(100), n.next(5000))
            }
            1 => write!(text, "    // The {a} of a {b} is {c}, and never longer than the {b}."),
            2 => write!(text, "pub fn {a}_{b}({c}: &[u8; {}]) -> Option<u64> {{", n.next(64)),
            3 => write!(text, "        assert_eq!({a}(\"{b}-{c}\"), 0x{:08x});", n.next(1 << 32)),
            _ => write!(text, "    }} else if {a}.is_{b}() && {c} >= {a} {{"),
        };
    })
}

fn log() -> String {
    filled(|text, n| {
        let (day, minute, second) = (1 + n.next(28), n.next(60), n.next(60));
        let _ = write!(
            text,
            "2025-03-{day:02}T12:{minute:02}:{second:02}.{:06}Z INFO node{}: {} {} took {}.{:03} ms, \
             request={:016x} bytes={}",
            n.next(1_000_000),
            n.next(40),
            n.word(),
            n.word(),
            n.next(90),
            n.next(1000),
            n.next(u64::MAX),
            n.next(100_000),
        );
    })
}

fn people() -> String {
    filled(|text, n| {
        let _ = write!(
            text,
            "{},{} {},{}.{}{}@mail{}.example,+49 30 {:07},{:03}-{:02}-{:04},{:02}.{:02}.19{:02},\
             4{:03} {:04} {:04} {:04},DE{:02}{:018}",
            n.next(1_000_000),
            n.word(),
            n.word(),
            n.word(),
            n.word(),
            n.next(100),
            n.next(9),
            n.next(10_000_000),
            1 + n.next(899),
            1 + n.next(99),
            n.next(10_000),
            1 + n.next(28),
            1 + n.next(12),
            n.next(100),
            n.next(1000),
            n.next(10_000),
            n.next(10_000),
            n.next(10_000),
            n.next(100),
            n.next(1_000_000_000_000_000_000),
        );
    })
}

fn prose() -> String {
    const WORDS: [&str; 24] = [
        "morning",
        "letter",
        "which",
        "because",
        "garden",
        "never",
        "people",
        "between",
        "patient",
        "Friday",
        "office",
        "Müller",
        "thought",
        "another",
        "is",
        "the",
        "of",
        "and",
        "a",
        "with",
        "diagnosed",
        "asthma",
        "letters",
        "street",
    ];
    filled(|text, n| {
        for _ in 0..4 + n.next(20) {
            text.push_str(WORDS[n.next(24) as usize]);
            text.push_str(if n.next(9) == 0 { ", " } else { " " });
        }
        text.push('.');
    })
}

/// An engine of the built-in rules and a dictionary of a million terms.
fn with_dictionary() -> Option<Engine> {
    const RULE: &str = "id = \"bench.names\"\nversion = 1\ntype = \"bench.names\"\n\
        name = \"Names\"\ncategory = \"contact\"\nsensitivity = \"low\"\n[[pattern]]\n\
        seed = \"terms\"\ndictionary = \"names.txt\"\nconfidence = 70\n[[example]]\n\
        text = \"x\"\nfinds = \"x\"\n";
    let (mut names, mut numbers) = (String::new(), Numbers(7));
    for i in 0..1_000_000 {
        let (a, b) = (numbers.next(200_000), numbers.word());
        let _ = writeln!(names, "{b}{a:x} {i:x} Holdings");
    }
    let names = move |_: &str, _: &str| Ok(names.clone().into_bytes());
    let rules = Rules::parse_beside(&[("names.toml", RULE)], &names).ok()?;
    Engine::compile(&Rules::built_in().ok()?.and(rules).ok()?).ok()
}

fn detect(engine: &Engine, pieces: &[Piece]) -> usize {
    let (mut scratch, mut found) = (engine.scratch(), Vec::new());
    for piece in pieces {
        engine.detect(piece, &Scene::default(), &mut scratch, &mut found);
    }
    found.len()
}

fn pieces(text: &str) -> Vec<Piece> {
    text.as_bytes()
        .chunks(PIECE_BYTES)
        .map(|chunk| Piece::plain(chunk.to_vec(), 0, None, Arc::from([])))
        .collect()
}

fn bench(c: &mut Criterion) {
    let Ok(rules) = Rules::built_in() else { return };
    let Ok(engine) = Engine::compile(&rules) else { return };
    let mut group = c.benchmark_group("detect");
    group.sample_size(10).measurement_time(Duration::from_secs(3));
    for (name, text) in
        [("source", source()), ("log", log()), ("people", people()), ("prose", prose())]
    {
        let pieces = pieces(&text);
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_function(name, |b| b.iter(|| black_box(detect(&engine, &pieces))));
        // What no engine is faster than: each byte is looked at once, and nothing is made of it.
        group.bench_function(format!("{name}, digits counted"), |b| {
            b.iter(|| black_box(&text).bytes().filter(u8::is_ascii_digit).count())
        });
    }
    if let Some(engine) = with_dictionary() {
        for (name, text) in [("source", source()), ("prose", prose())] {
            let pieces = pieces(&text);
            group.throughput(Throughput::Bytes(text.len() as u64));
            let name = format!("{name}, dictionary of a million");
            group.bench_function(name, |b| b.iter(|| black_box(detect(&engine, &pieces))));
        }
    }
    group.finish();
    c.benchmark_group("compile").sample_size(10).bench_function("built-in rules", |b| {
        b.iter(|| Engine::compile(black_box(&rules)).is_ok())
    });
}

criterion_group!(benches, bench);
criterion_main!(benches);
