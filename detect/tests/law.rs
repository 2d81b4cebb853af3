//! The law: however a text is cut into pieces with overlap, the detections are the same. And: no
//! bytes make the engine panic.

use std::ops::Range;
use std::sync::{Arc, LazyLock};

use proptest::collection::vec;
use proptest::prelude::*;
use trawl_detect::reach::OVERLAP_BYTES;
use trawl_detect::{Detection, Engine, Rules, Scene};
use trawl_model::{Piece, Segment};

/// Rules that go to the bounds: matches that are long, that overlap in rows, that begin far before
/// their seed, that follow words, with values late in their match.
const HARD: &str = r#"
    version = 1
    name = "Hard"
    category = "secret"
    sensitivity = "low"
    words = ["near", "wort", "号码"]
    [[example]]
    text = "x"
    finds = "x"
"#;

const PATTERNS: [&str; 7] = [
    "seed = 'literal'\nliterals = ['LONG']\nregex = 'LONG[A-Za-z0-9 .,:-]{0,9000}'\nconfidence = 70",
    "seed = 'digits'\nregex = '\\d{4}(?:[ -]\\d{4}){2,3}'\nconfidence = 70\nguard = false",
    "seed = 'digits'\nregex = '[A-Za-z]{0,12} ?\\d{2,5}[a-z]{2,4}'\nconfidence = 75\nboundary = 'none'",
    "seed = 'word'\nregex = '[A-Z]\\w{3,300}'\nconfidence = 72",
    "seed = 'literal'\nliterals = ['=']\nregex = '\\w{1,70}==? ?[a-z ]{0,1100}(?<value>\\d{3,40})'\n\
     confidence = 65",
    "seed = 'at'\nregex = '[a-z0-9.]{1,64}@[a-z0-9.]{2,90}'\nconfidence = 70",
    "seed = 'literal'\nliterals = ['wort', 'near']\nregex = '(?:wort|near)[ a-z]{1,40}'\nconfidence = 60",
];

static ENGINE: LazyLock<Engine> = LazyLock::new(|| {
    let hard: Vec<(String, String)> = PATTERNS
        .iter()
        .enumerate()
        .map(|(i, pattern)| {
            let pattern = pattern.replace("['=']", "['==', '= ']");
            let text =
                format!("id = \"hard.r{i}\"\ntype = \"hard.r{i}\"\n{HARD}[[pattern]]\n{pattern}");
            (format!("hard {i}"), text)
        })
        .collect();
    let rules = Rules::parse(&hard).and_then(|hard| hard.and(Rules::built_in()?));
    Engine::compile(&rules.unwrap_or_else(|e| panic!("{e}"))).unwrap_or_else(|e| panic!("{e}"))
});

/// Examples of all rules, things that rules look for, and things that get in the way.
fn snippets() -> impl Strategy<Value = Vec<u8>> {
    let examples: Vec<String> = ENGINE
        .rules()
        .list()
        .iter()
        .flat_map(|rule| rule.examples.iter().map(|e| e.text.clone()))
        .chain(ENGINE.rules().list().iter().flat_map(|rule| rule.words.clone()))
        .collect();
    let text = |s: String| s.into_bytes();
    prop_oneof![
        8 => proptest::sample::select(examples).prop_map(text),
        3 => "LONG[a-z0-9 .,:-]{0,40}".prop_map(text),
        3 => (10usize..1100).prop_map(|n| format!("LONG{}", "ab 12 ".repeat(n)).into_bytes()),
        1 => (10usize..1100).prop_map(|n| format!("near {:n$}LONG", "x").into_bytes()),
        2 => (1usize..400).prop_map(|n| "1234 ".repeat(n).into_bytes()),
        1 => (1usize..3000).prop_map(|n| "7".repeat(n).into_bytes()),
        1 => (1usize..3000).prop_map(|n| "a".repeat(n).into_bytes()),
        2 => "[ \n]{0,300}".prop_map(text),
        2 => "\\PC{0,40}".prop_map(text),
        2 => "(near|wort|号码|== |= |@|[0-9]{3}|[A-Z][a-z]{5} ){1,30}".prop_map(text),
        1 => vec(any::<u8>(), 0..60),
    ]
}

fn texts() -> impl Strategy<Value = Vec<u8>> {
    vec(snippets(), 10..120).prop_flat_map(|mut parts| {
        for part in &mut parts {
            part.push(b' ');
        }
        (Just(parts.concat()), 1usize..6).prop_map(|(block, times)| {
            let most = 96 << 10;
            let times = times.min(most / block.len() + 1);
            block.repeat(times)[..(block.len() * times).min(most)].to_vec()
        })
    })
}

/// The piece that answers for a part of a text.
fn piece(text: &[u8], core: Range<usize>, overlap: usize) -> (Piece, usize) {
    let from = core.start.saturating_sub(overlap);
    let to = text.len().min(core.end + overlap);
    let mut piece = Piece::plain(text[from..to].to_vec(), from as u64, None, Arc::from([]));
    piece.core = core.start - from..core.end - from;
    (piece, from)
}

fn detections(text: &[u8], cores: &[Range<usize>]) -> Vec<Detection> {
    let mut scratch = ENGINE.scratch();
    let mut all = Vec::new();
    for core in cores {
        let (piece, from) = piece(text, core.clone(), OVERLAP_BYTES);
        let mut here = Vec::new();
        ENGINE.detect(&piece, &Scene::default(), &mut scratch, &mut here);
        for detection in &mut here {
            detection.span = from + detection.span.start..from + detection.span.end;
        }
        all.extend(here);
    }
    all
}

fn cores(len: usize, cuts: &[prop::sample::Index]) -> Vec<Range<usize>> {
    let mut at: Vec<usize> = cuts.iter().map(|cut| cut.index(len + 1)).collect();
    at.extend([0, len]);
    at.sort_unstable();
    at.dedup();
    at.windows(2).map(|pair| pair[0]..pair[1]).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, max_shrink_iters: 200, ..ProptestConfig::default() })]

    #[test]
    fn detections_are_the_same_however_the_text_is_cut(
        text in texts(), cuts in vec(any::<prop::sample::Index>(), 1..4)
    ) {
        let whole = detections(&text, &cores(text.len(), &[]));
        let cut = detections(&text, &cores(text.len(), &cuts));
        prop_assert_eq!(whole, cut);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_in_no_fields_make_the_engine_panic(
        parts in vec((snippets(), proptest::option::of("\\PC{0,20}")), 0..12),
        core: (prop::sample::Index, prop::sample::Index),
        beyond in 0usize..4,
    ) {
        let mut text = Vec::new();
        let mut segments = Vec::new();
        for (part, label) in &parts {
            let anchor = trawl_model::Anchor::Name;
            let start = text.len();
            text.extend(part);
            segments.push(Segment { text: start..text.len(), label: label.as_deref().map(Arc::from), anchor });
        }
        let (a, b) = (core.0.index(text.len() + 1), core.1.index(text.len() + 1));
        let mut piece = Piece::plain(text, 0, None, Arc::from([]));
        piece.core = a.min(b)..a.max(b) + beyond;
        if let Some(last) = segments.last_mut() {
            last.text.end += beyond;
        }
        piece.segments = segments;
        let (mut scratch, mut candidates, mut found) = (ENGINE.scratch(), Vec::new(), Vec::new());
        ENGINE.find(&piece, &mut scratch, &mut candidates);
        ENGINE.judge(&piece, &Scene { path: &piece.text }, &candidates, &mut found);
        let mut end = 0;
        for detection in &found {
            prop_assert!(piece.core.contains(&detection.span.start));
            prop_assert!(detection.span.start >= end, "detections overlap or are out of order");
            end = detection.span.end;
            prop_assert!(piece.segment_of(&detection.span).is_some());
            let rule = ENGINE.rule(detection);
            let told = ENGINE.explain(&rule.reference, &detection.score);
            prop_assert!(told.is_some());
            let sum: i32 = detection.score.steps.iter().map(|s| i32::from(s.points)).sum();
            prop_assert_eq!(sum, i32::from(detection.confidence.as_percent()));
            ENGINE.value(&piece, detection);
        }
    }
}
