//! What any rule file and any text must bear. Properties and fuzzing share it.

use std::ops::Range;
use std::sync::{Arc, LazyLock};

use trawl_model::{Anchor, Piece, Segment};

use crate::reach::OVERLAP_BYTES;
use crate::{Candidates, Detection, Engine, Rules, Scene};

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
    "seed = 'literal'\nliterals = ['==', '= ']\nregex = '\\w{1,70}==? ?[a-z ]{0,1100}(?<value>\\d{3,40})'\n\
     confidence = 65",
    "seed = 'at'\nregex = '[a-z0-9.]{1,64}@[a-z0-9.]{2,90}'\nconfidence = 70",
    "seed = 'literal'\nliterals = ['wort', 'near']\nregex = '(?:wort|near)[ a-z]{1,40}'\nconfidence = 60",
];

/// An engine of hard rules and of those that come with Trawl.
pub static ENGINE: LazyLock<Engine> = LazyLock::new(|| {
    let hard: Vec<(String, String)> = PATTERNS
        .iter()
        .enumerate()
        .map(|(i, pattern)| {
            let text =
                format!("id = \"hard.r{i}\"\ntype = \"hard.r{i}\"\n{HARD}[[pattern]]\n{pattern}");
            (format!("hard {i}"), text)
        })
        .collect();
    let rules = Rules::parse(&hard).and_then(|hard| hard.and(Rules::built_in_with_examples()?));
    Engine::compile(&rules.unwrap_or_else(|e| panic!("{e}"))).unwrap_or_else(|e| panic!("{e}"))
});

/// What is marked in a text: a kind, and where it stands.
pub type Marks = Vec<(String, Range<usize>)>;

/// A text without its marks (`⟦kind|value⟧`), and what they say.
pub fn unmark(marked: &str) -> (String, Marks) {
    let (mut text, mut marks, mut rest) = (String::new(), Vec::new(), marked);
    while let Some((before, marked)) = rest.split_once('⟦') {
        text.push_str(before);
        let (mark, after) = marked.split_once('⟧').unwrap_or((marked, ""));
        let (kind, value) = mark.split_once('|').unwrap_or(("", mark));
        let start = text.len();
        text.push_str(value);
        marks.push((kind.to_owned(), start..text.len()));
        rest = after;
    }
    text.push_str(rest);
    (text, marks)
}

/// However a text is cut into pieces with overlap, the detections are the same.
#[track_caller]
pub fn check_cuts(engine: &Engine, text: &[u8], cuts: &[usize]) {
    let whole = detections(engine, text, &cores(text.len(), &[]));
    let cut = detections(engine, text, &cores(text.len(), cuts));
    assert_eq!(whole, cut, "cut at {cuts:?}");
}

fn cores(length: usize, cuts: &[usize]) -> Vec<Range<usize>> {
    let mut at: Vec<usize> = cuts.iter().map(|cut| *cut.min(&length)).collect();
    at.extend([0, length]);
    at.sort_unstable();
    at.dedup();
    at.windows(2).map(|pair| pair[0]..pair[1]).collect()
}

fn detections(engine: &Engine, text: &[u8], cores: &[Range<usize>]) -> Vec<Detection> {
    let mut scratch = engine.scratch();
    let mut all = Vec::new();
    for core in cores {
        let (piece, from) = piece_of(text, core.clone());
        let mut here = Vec::new();
        engine.detect(&piece, &Scene::default(), &mut scratch, &mut here);
        for detection in &mut here {
            detection.span = from + detection.span.start..from + detection.span.end;
        }
        all.extend(here);
    }
    all
}

/// The piece that answers for a part of a text, and where in the text it begins.
fn piece_of(text: &[u8], core: Range<usize>) -> (Piece, usize) {
    let from = core.start.saturating_sub(OVERLAP_BYTES);
    let to = text.len().min(core.end + OVERLAP_BYTES);
    let mut piece = Piece::plain(text[from..to].to_vec(), from as u64, None, Arc::from([]));
    piece.core = core.start - from..core.end - from;
    (piece, from)
}

/// A piece of these fields, each with its label.
pub fn fields<'a>(parts: impl IntoIterator<Item = (&'a [u8], Option<&'a str>)>) -> Piece {
    let (mut text, mut segments) = (Vec::new(), Vec::new());
    for (part, label) in parts {
        let start = text.len();
        text.extend_from_slice(part);
        let label = label.map(Arc::from);
        segments.push(Segment { text: start..text.len(), label, anchor: Anchor::Name });
    }
    let mut piece = Piece::plain(text, 0, None, Arc::from([]));
    piece.segments = segments;
    piece
}

/// What is found in a piece, whatever it is: detections lie in its core, in order, each in one
/// field, and their scores add up and can be explained.
#[track_caller]
pub fn check_piece(engine: &Engine, piece: &Piece) {
    let (mut scratch, mut candidates, mut found) =
        (engine.scratch(), Candidates::default(), Vec::new());
    engine.find(piece, &mut scratch, &mut candidates);
    engine.judge(piece, &Scene { path: &piece.text }, &candidates, &mut scratch, &mut found);
    assert!(found.is_sorted_by_key(|detection| detection.span.start), "they are out of order");
    let mut end = 0;
    for detection in &found {
        assert!(piece.core.contains(&detection.span.start));
        // What is encoded within another value is told beside it.
        if detection.via().is_empty() {
            assert!(detection.span.start >= end, "detections overlap");
            end = detection.span.end;
        }
        assert!(piece.segment_of(&detection.span).is_some());
        let rule = engine.rule(detection);
        assert!(engine.explain(&rule.reference, &detection.score).is_some());
        let sum: i32 = detection.score.steps.iter().map(|step| i32::from(step.points)).sum();
        assert_eq!(sum, i32::from(detection.confidence.as_percent()));
        engine.value(piece, detection);
    }
}

/// Reads a text by an engine: the first two bytes say where it is cut, and zeros part its fields,
/// each of which is called by the one before.
#[track_caller]
pub fn hostile_text(engine: &Engine, bytes: &[u8]) {
    let Some((cuts, text)) = bytes.split_first_chunk::<2>() else { return };
    check_cuts(engine, text, &cuts.map(|cut| text.len() * usize::from(cut) / 255));
    let parts: Vec<&[u8]> = text.split(|byte| *byte == 0).collect();
    let labels = parts.iter().map(|part| std::str::from_utf8(part).ok());
    let labels: Vec<Option<&str>> = std::iter::once(None).chain(labels).collect();
    check_piece(engine, &fields(parts.into_iter().zip(labels)));
}

/// So many ways there are to write a text.
pub const WAYS: u8 = 13;

/// A text as it is written in another form. Some write each character so, some those alone that are
/// neither letter nor digit.
pub fn encoded(text: &[u8], way: u8) -> Vec<u8> {
    use data_encoding::{BASE64, BASE64_MIME, BASE64URL_NOPAD, HEXLOWER};
    let each = |form: &dyn Fn(u8) -> String| -> Vec<u8> {
        text.iter().flat_map(|b| form(*b).into_bytes()).collect()
    };
    let signs = |form: &dyn Fn(u8) -> String| -> Vec<u8> {
        let written = |b: &u8| match b {
            b if b.is_ascii_alphanumeric() => vec![*b],
            b => form(*b).into_bytes(),
        };
        text.iter().flat_map(written).collect()
    };
    match way % WAYS {
        0 => text.to_vec(),
        1 => BASE64.encode(text).into_bytes(),
        2 => BASE64_MIME.encode(text).into_bytes(),
        3 => BASE64URL_NOPAD.encode(text).into_bytes(),
        4 => HEXLOWER.encode(text).into_bytes(),
        5 => BASE64.encode(&gzip(text)).into_bytes(),
        6 => signs(&|b| format!("%{b:02x}")),
        7 => each(&|b| format!("%{b:02X}")),
        8 => signs(&|b| format!("&#{b};")),
        9 => each(&|b| format!("\\u{b:04x}")),
        10 => signs(&|b| format!("={b:02X}")),
        11 => text.iter().flat_map(|b| [*b, 0]).collect(),
        _ => {
            let full = |c: char| match c {
                '!'..='~' => char::from_u32(u32::from(c) + 0xfee0).unwrap_or(c),
                c => c,
            };
            String::from_utf8_lossy(text).chars().map(full).collect::<String>().into_bytes()
        }
    }
}

/// Bytes as a stream of gzip.
pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    use std::io::Write;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    // Writing into memory does not fail.
    let _ = encoder.write_all(bytes);
    encoder.finish().unwrap_or_default()
}

/// Reads a text that stands in another text in another form: the first bytes say in which two, and
/// how much stands around it.
#[track_caller]
pub fn hostile_encoded(engine: &Engine, bytes: &[u8]) {
    let Some(([way, within, before], text)) = bytes.split_first_chunk::<3>() else { return };
    let mut whole = b"name = ".repeat(usize::from(*before));
    whole.extend_from_slice(&encoded(&encoded(text, *way), *within));
    whole.extend_from_slice(b"\nend");
    check_cuts(engine, &whole, &[whole.len() / 3, whole.len() / 2]);
    let half = &whole[..whole.len() / 2];
    check_piece(engine, &fields([(half, Some("name")), (&whole, None)]));
}

/// Reads a text as a rule file: it is refused with all that is wrong, or is a rule that finds what
/// it finds within bounds.
#[track_caller]
pub fn hostile_rule(text: &str) {
    let rules = match Rules::parse(&[("a.toml", text)]) {
        Ok(rules) => rules,
        Err(error) => return assert!(error.to_string().contains("a.toml"), "it names the file"),
    };
    let again = Rules::parse(&[("b.toml", text)]).map(|rules| rules.id());
    assert_eq!(again, Ok(rules.id()), "the id of a set is of its content");
    let Ok(engine) = Engine::compile(&rules) else { return };
    for example in rules.list().iter().flat_map(|rule| &rule.examples) {
        check_piece(&engine, &fields([(example.text.as_bytes(), example.label.as_deref())]));
    }
    check_piece(&engine, &fields([(text.as_bytes(), None)]));
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Rule files that come with Trawl, one with every key among them.
    fn written() -> Vec<&'static str> {
        let all = crate::rule::built_in_texts();
        all.into_iter().step_by(7).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn any_text_is_a_rule_or_refused(text in any::<String>()) {
            hostile_rule(&text);
        }

        #[test]
        fn rules_with_other_words_in_them_are_refused_or_bear_what_they_find(
            which in any::<prop::sample::Index>(),
            cuts in any::<(prop::sample::Index, prop::sample::Index)>(),
            other in prop_oneof!["\\PC{0,12}", Just("999999999999".to_owned()), Just(".{0,900}".to_owned())],
        ) {
            let all = written();
            let lines: Vec<&str> = all[which.index(all.len())].lines().collect();
            let (line, word) = (cuts.0.index(lines.len()), cuts.1);
            let mut text = String::new();
            for (i, one) in lines.iter().enumerate() {
                let words: Vec<&str> = one.split(' ').collect();
                let at = word.index(words.len());
                let word = |(j, word)| if i == line && j == at { other.as_str() } else { word };
                text.extend(words.iter().copied().enumerate().map(word).flat_map(|word| [word, " "]));
                text.push('\n');
            }
            hostile_rule(&text);
        }

        #[test]
        fn any_bytes_are_searched_in_any_form(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            hostile_encoded(&ENGINE, &bytes);
        }

        #[test]
        fn any_bytes_are_searched(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            hostile_text(&ENGINE, &bytes);
        }
    }
}
