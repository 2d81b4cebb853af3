//! The law: however a text is cut into pieces with overlap, the detections are the same. And: no
//! bytes make the engine panic.

use proptest::collection::vec;
use proptest::prelude::*;
use trawl_detect::testing::{ENGINE, check_cuts, check_piece, fields};

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

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, max_shrink_iters: 200, ..ProptestConfig::default() })]

    #[test]
    fn detections_are_the_same_however_the_text_is_cut(
        text in texts(), cuts in vec(any::<prop::sample::Index>(), 1..4)
    ) {
        let cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(text.len() + 1)).collect();
        check_cuts(&ENGINE, &text, &cuts);
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
        let parts = parts.iter().map(|(part, label)| (&part[..], label.as_deref()));
        let mut piece = fields(parts);
        let length = piece.text.len();
        let (a, b) = (core.0.index(length + 1), core.1.index(length + 1));
        piece.core = a.min(b)..a.max(b) + beyond;
        if let Some(last) = piece.segments.last_mut() {
            last.text.end += beyond;
        }
        check_piece(&ENGINE, &piece);
    }
}
