//! Text as it is seen from outside: values are found once, in any encoding, wherever reading was
//! left, and however the text was cut.

use encoding_rs::{Encoding, UTF_8, UTF_16LE};
use proptest::prelude::*;
use trawl_model::unit::Resume;
use trawl_model::{Class, Item, Place, Reason, Spot};

use crate::Limits;
use crate::formats::text::blocks::BLOCK_BYTES;
use crate::formats::{parts, read_part};
use crate::testing::{Collected, Found, Memory, check_leads_back, check_resume, read, read_from};

const VALUE: &str = "MARK-4711-ß";

fn small() -> Limits {
    Limits { piece_bytes: 512, overlap_bytes: 64, ..Limits::default() }
}

/// Lines of text with the value at many distances from any border.
fn sample(lines: usize) -> String {
    (0..lines).map(|i| format!("{} {VALUE} größer {i}\n", "x".repeat(i * 7 % 97))).collect()
}

fn utf16(text: &str) -> Vec<u8> {
    [0xFEFF].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
}

fn check(bytes: &[u8], encoding: &'static Encoding, text: &str) {
    let found = check_resume(bytes, "notes.txt", &small(), VALUE);
    assert_eq!(found.len(), text.matches(VALUE).count(), "in {}", encoding.name());
    for found in &found {
        check_leads_back(found, bytes, encoding);
        let line = text.split('\n').nth(found.place.line.unwrap() as usize - 1).unwrap();
        let before = line.split(VALUE).next().unwrap();
        assert_eq!(found.place.column, Some(1 + before.chars().count() as u64));
        assert!(line.contains(VALUE));
    }
}

#[test]
fn each_value_is_found_once_and_leads_back_in_every_encoding() {
    let text = sample(200);
    check(text.as_bytes(), UTF_8, &text);
    check(&utf16(&text), UTF_16LE, &text);
    let (latin, encoding, _) = encoding_rs::WINDOWS_1252.encode(&text);
    check(&latin, encoding, &text);
}

#[test]
fn values_in_japanese_encodings_lead_back() {
    let lines = |i| format!("これは{i}番目の行です。住所は東京都千代田区\nMARK-4711 を見る\n");
    let text: String = (0..100).map(lines).collect();
    for encoding in [encoding_rs::SHIFT_JIS, encoding_rs::EUC_JP] {
        let (raw, _, _) = encoding.encode(&text);
        for value in ["MARK-4711", "東京都千代田区"] {
            let found = check_resume(&raw, "notes.txt", &small(), value);
            assert_eq!(found.len(), 100, "{value} in {}", encoding.name());
            found.iter().for_each(|found| check_leads_back(found, &raw, encoding));
        }
    }
}

#[test]
fn a_mark_at_the_beginning_is_not_text() {
    let (sink, outcome) = read(b"\xEF\xBB\xBFfirst line", "a.txt", &Limits::default());
    assert_eq!((outcome.format.as_str(), outcome.class), ("text", Class::Read));
    let place = sink.one("first").place;
    assert_eq!(place.spot, Spot::Bytes { start: 3, end: 8 });
    assert_eq!((place.line, place.column), (Some(1), Some(1)));
}

#[test]
fn the_name_is_searched_and_an_empty_file_was_read() {
    let (sink, outcome) = read(b"", "jane.doe.txt", &Limits::default());
    assert_eq!((outcome.format.as_str(), outcome.class), ("empty", Class::Read));
    let place = sink.one("jane.doe").place;
    assert_eq!(place.spot, Spot::Name { offset: 0, length: 8 });
    assert_eq!(sink.coverage.total_bytes(), 0);
}

#[test]
fn what_is_no_text_is_skipped_whole() {
    let bytes = [b"\x7FELF\x02\x01".as_slice(), &[0; 5000]].concat();
    let (sink, outcome) = read(&bytes, "a.out", &Limits::default());
    assert_eq!(outcome.class, Class::Skipped(Reason::Binary));
    assert!(outcome.error.unwrap().contains("ELF"));
    assert_eq!(sink.coverage.bytes_of(Class::Skipped(Reason::Binary)), bytes.len() as u64);
    let (_, outcome) = read(b"7z\xBC\xAF\x27\x1C\0\0\0\0", "a.7z", &Limits::default());
    assert_eq!(outcome.class, Class::Skipped(Reason::UnsupportedFormat));
    assert!(outcome.error.unwrap().contains("7z"));
}

#[test]
fn a_binary_stretch_is_skipped_and_the_rest_is_read() {
    let block = BLOCK_BYTES as usize;
    let mut bytes = sample(3000).into_bytes();
    bytes.truncate(3 * block);
    bytes[block..2 * block].fill(0);
    bytes[block + 7] = b'\n';
    bytes.extend_from_slice(VALUE.as_bytes());
    let (sink, outcome) = read(&bytes, "app.log", &small());
    assert_eq!(outcome.class, Class::Read);
    assert_eq!(sink.coverage.bytes_of(Class::Skipped(Reason::Binary)), BLOCK_BYTES);
    let whole = String::from_utf8_lossy(&bytes[..block]).matches(VALUE).count()
        + String::from_utf8_lossy(&bytes[2 * block..]).matches(VALUE).count();
    let found = check_resume(&bytes, "app.log", &small(), VALUE);
    assert_eq!(found.len(), whole);
    let newlines = bytes.iter().filter(|b| **b == b'\n').count() as u64;
    assert_eq!(found.last().unwrap().place.line, Some(newlines + 1));
    assert_eq!(outcome.lines, newlines);
}

#[test]
fn holes_are_entered_and_not_read() {
    let mut bytes = vec![0; 1 << 20];
    bytes[500_000..500_000 + VALUE.len()].copy_from_slice(VALUE.as_bytes());
    bytes[500_000 + VALUE.len()..501_000].fill(b' ');
    let mut content = Memory::new(bytes.clone());
    content.data = Some(vec![(500_000, 501_000)]);
    let (sink, outcome) = read_from(&mut content, "disk.txt", &small(), &Resume::default());
    assert_eq!((outcome.format.as_str(), outcome.class), ("text", Class::Read));
    assert_eq!(sink.coverage.bytes_of(Class::Skipped(Reason::Hole)), (1 << 20) - 1000);
    check_leads_back(&sink.one(VALUE), &bytes, UTF_8);

    let mut content = Memory::new(vec![0; 1 << 20]);
    content.data = Some(Vec::new());
    let (sink, outcome) = read_from(&mut content, "disk.img", &small(), &Resume::default());
    assert_eq!(outcome.class, Class::Skipped(Reason::Hole));
    assert_eq!(sink.coverage.bytes_of(Class::Skipped(Reason::Hole)), 1 << 20);
}

#[test]
fn a_source_that_fails_leaves_the_rest_failed() {
    let text = sample(20_000);
    let mut content = Memory::new(text.as_bytes());
    content.fails_at = Some(300_000);
    let limits = Limits { piece_bytes: 4096, ..small() };
    let (sink, outcome) = read_from(&mut content, "notes.txt", &limits, &Resume::default());
    assert_eq!(outcome.class, Class::Failed(Reason::Io));
    let failed = sink.coverage.bytes_of(Class::Failed(Reason::Io));
    assert!(failed < text.len() as u64 - 200_000 && failed > text.len() as u64 - 300_000);
    assert!(!sink.find(VALUE).is_empty());
}

/// What reading part by part finds, with lines put right as the owner does it.
fn in_parts(bytes: &[u8], limits: &Limits, part_bytes: u64) -> Vec<Found> {
    let parts = parts(&mut Memory::new(bytes), b"notes.txt", part_bytes).unwrap().unwrap();
    assert!(parts.len() > 2);
    assert_eq!(parts.iter().map(|(start, end)| end - start).sum::<u64>(), bytes.len() as u64);
    let (mut found, mut lines) = (Vec::new(), 0);
    for part in parts {
        let mut sink = Collected::default();
        let content = &mut Memory::new(bytes);
        let from = Resume::default();
        let outcome = read_part(content, b"notes.txt", limits, part, &from, &mut sink).unwrap();
        assert_eq!(outcome.class, Class::Read);
        found.extend(sink.find(VALUE).into_iter().map(|found| {
            let place = Place { line: found.place.line.map(|line| line + lines), ..found.place };
            Found { place, ..found }
        }));
        lines += outcome.lines;
    }
    assert_eq!(lines, bytes.iter().filter(|b| **b == b'\n').count() as u64);
    found
}

#[test]
fn parts_find_together_what_the_whole_holds() {
    let mut text = sample(6000);
    text.push_str(&format!("{VALUE} ").repeat(9000));
    let (whole, _) = read(text.as_bytes(), "notes.txt", &small());
    let in_parts = in_parts(text.as_bytes(), &small(), 70_001);
    let expected = whole.find(VALUE);
    assert_eq!(in_parts.len(), expected.len());
    for (one, other) in in_parts.iter().zip(&expected) {
        assert_eq!(one.place.spot, other.place.spot);
        assert_eq!(one.place.line, other.place.line);
    }
}

#[test]
fn what_is_not_plain_text_is_not_cut() {
    let (japanese, _, _) = encoding_rs::SHIFT_JIS.encode("これは日本語の文章です。東京都\n");
    let bytes = japanese.repeat(1000);
    assert!(parts(&mut Memory::new(bytes), b"a.txt", 1000).unwrap().is_none());
    assert!(parts(&mut Memory::new(vec![0; 9000]), b"a.bin", 1000).unwrap().is_none());
    assert!(parts(&mut Memory::new("short"), b"a.txt", 1000).unwrap().is_none());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn any_bytes_are_read_to_an_end(bytes in proptest::collection::vec(any::<u8>(), 0..2000), piece in 1usize..300) {
        let limits = Limits { piece_bytes: piece, overlap_bytes: piece / 3, ..Limits::default() };
        read(&bytes, "x", &limits);
        check_resume(&bytes, "x", &limits, "a");
    }

    #[test]
    fn any_text_is_given_once(text in "[a-zäöü日𝄞\n ]{0,300}", piece in 1usize..40, wide: bool) {
        let limits = Limits { piece_bytes: piece, overlap_bytes: piece / 2, ..Limits::default() };
        let raw = if wide { utf16(&text) } else { text.clone().into_bytes() };
        let (sink, outcome) = read(&raw, "", &limits);
        if outcome.format == "text" {
            prop_assert_eq!(String::from_utf8(sink.text()).unwrap(), text);
        }
        prop_assert_eq!(sink.coverage.total_items(Item::Member), 0);
    }
}
