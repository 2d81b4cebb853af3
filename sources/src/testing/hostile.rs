//! Bad input: whatever the bytes are, reading them ends, within bounds that are soon met, and what
//! it says adds up. Properties and fuzzing share it.

use std::io::{Cursor, Write};
use std::rc::Rc;

use trawl_model::unit::Resume;
use trawl_model::{Anchor, Class, Coverage, Piece, Reason, Spot};
use zeroize::Zeroizing;
use zip::write::{SimpleFileOptions, ZipWriter};

use super::{Collected, Found, Memory, check_point, read};
use crate::Limits;
use crate::formats::{ALL, Bytes, Reader, parts, read_part};

fn limits() -> Limits {
    Limits {
        piece_bytes: 4 << 10,
        overlap_bytes: 64,
        whole_bytes: 1 << 20,
        max_decoded_bytes: 4 << 20,
        max_members: 1_000,
        max_field_bytes: 1 << 10,
        max_nesting: 16,
        ..Limits::default()
    }
}

/// Reads bytes as this format, without the guard that holds off a panic.
#[track_caller]
pub fn hostile(format: &str, bytes: &[u8]) {
    let limits = limits();
    let (watch, consumed) = (Rc::default(), Rc::default());
    let mut sink = Collected::default();
    let format = ALL.iter().find(|known| known.name() == format).expect("a format of this name");
    let mut reader = Reader::new(&mut sink, &limits, &Resume::default(), watch, consumed);
    let _ = format.read(&mut Bytes(Zeroizing::new(bytes.to_vec())), &mut reader);
    let (unread, size) = (sink.coverage.total_bytes(), bytes.len() as u64);
    assert!(unread <= size, "coverage-adds-up: {unread} bytes unread of {size}");
    check_places(&sink.pieces, size);
}

/// Reads bytes as an object of this name, by the format that is surest of them, and on from its
/// first safe point, its last, and one between.
#[track_caller]
pub fn hostile_object(name: &str, bytes: &[u8]) {
    let limits = limits();
    let (whole, outcome) = read(bytes, name, &limits);
    check_places(&whole.pieces, bytes.len() as u64);
    let mut items = whole.coverage.items();
    if items.any(|(_, class, _)| class == OVER) || whole.coverage.bytes_of(OVER) > 0 {
        // Such bounds count anew where reading goes on: it may get further than reading at once.
        return;
    }
    let mut expected = whole.find(VALUE);
    expected.sort();
    let count = whole.safe_points.len();
    let mut at = [0, count / 2, count.saturating_sub(1)].to_vec();
    at.dedup();
    for point in at.into_iter().filter_map(|at| whole.safe_points.get(at)) {
        check_point(bytes, name, &limits, VALUE, (&whole, &outcome, &expected), point);
    }
}

/// More members or decoded bytes than an object may have.
const OVER: Class = Class::Skipped(Reason::ExpansionLimit);
/// What is looked for where nothing was planted.
const VALUE: &str = "a";

/// Cuts bytes into parts as a large text is cut, and reads each: together they give what reading
/// all of it does.
#[track_caller]
pub fn hostile_parts(bytes: &[u8]) {
    let limits = limits();
    let name = "notes.txt";
    let cut = parts(&mut Memory::new(bytes), name.as_bytes(), 1 + bytes.len() as u64 / 3);
    let Some(parts) = cut.expect("memory can be read") else { return };
    let (whole, outcome) = read(bytes, name, &limits);
    let (mut coverage, mut found, mut text) = (Coverage::new(), Vec::new(), Vec::new());
    let (mut end, mut lines) = (0, 0);
    for part in parts {
        assert!(part.0 == end && part.1 > end, "parts follow each other");
        end = part.1;
        let mut sink = Collected::default();
        let (content, from) = (&mut Memory::new(bytes), Resume::default());
        let read = read_part(content, name.as_bytes(), &limits, part, &from, &mut sink);
        let read = read.expect("nobody stops it");
        assert_eq!(read.class, Class::Read, "{:?}", read.error);
        found.extend(sink.find(VALUE).into_iter().map(|Found { value, place, .. }| {
            (value, place.spot, place.line.map(|line| line + lines))
        }));
        text.extend(text_of(&sink));
        lines += read.lines;
        coverage += &sink.coverage;
    }
    assert_eq!(end, bytes.len() as u64, "parts are all of it");
    let expected = whole.find(VALUE).into_iter();
    let expected: Vec<_> = expected.map(|f| (f.value, f.place.spot, f.place.line)).collect();
    assert_eq!(found, expected);
    assert_eq!(text, text_of(&whole));
    assert_eq!(lines, outcome.lines);
    assert_eq!(coverage, whole.coverage);
}

/// The text of all cores but the name's.
fn text_of(sink: &Collected) -> Vec<u8> {
    let named = |piece: &&Piece| {
        piece.segments.iter().all(|segment| !matches!(segment.anchor, Anchor::Name))
    };
    sink.pieces.iter().filter(named).flat_map(|p| p.text[p.core.clone()].to_vec()).collect()
}

/// A PDF of one page with this content, and with more of its own in the trailer.
pub fn page(content: &[u8], trailer: &str) -> Vec<u8> {
    let mut bytes = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n\
        2 0 obj<</Type/Pages/Kids[3 0 R 2 0 R]/Count 1>>endobj\n\
        3 0 obj<</Type/Page/Parent 2 0 R/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>endobj\n\
        5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\n"
        .to_vec();
    let filter = if content.starts_with(&[0x78]) { "/Filter/FlateDecode" } else { "" };
    bytes.extend(format!("4 0 obj<</Length {}{filter}>>stream\n", content.len()).bytes());
    bytes.extend(content);
    bytes.extend(b"\nendstream endobj\n");
    bytes.extend(format!("trailer<</Root 1 0 R{trailer}>>\n%%EOF").bytes());
    bytes
}

/// Reads bytes as what is drawn on a page of a PDF, and as the map of its font's codes.
#[track_caller]
pub fn hostile_page(content: &[u8]) {
    hostile("pdf", &page(content, ""));
    let mut mapped = page(b"BT /F 12 Tf 10 700 Td <0041> Tj (abc) Tj ET", "");
    let font = b"/BaseFont/Helvetica";
    let at = memchr::memmem::find(&mapped, font).expect("the font is there") + font.len();
    mapped.splice(at..at, b"/ToUnicode 6 0 R".iter().copied());
    mapped.extend(format!("\n6 0 obj<</Length {}>>stream\n", content.len()).bytes());
    mapped.extend(content);
    mapped.extend(b"\nendstream endobj\n");
    hostile("pdf", &mapped);
}

/// The parts of packages that we parse.
const PARTS: [(&str, &[&str]); 3] = [
    ("docx", &["word/document.xml"]),
    (
        "xlsx",
        &[
            "xl/worksheets/sheet1.xml",
            "xl/sharedStrings.xml",
            "xl/styles.xml",
            "xl/workbook.xml",
            "xl/_rels/workbook.xml.rels",
        ],
    ),
    (
        "pptx",
        &[
            "ppt/slides/slide1.xml",
            "ppt/notesSlides/notesSlide1.xml",
            "ppt/presentation.xml",
            "ppt/_rels/presentation.xml.rels",
        ],
    ),
];

/// Reads bytes as the parts of a package of each kind: a zero ends a part.
#[track_caller]
pub fn hostile_package(bytes: &[u8]) {
    for (format, names) in PARTS {
        let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
        let stored =
            SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
        for (name, part) in names.iter().zip(bytes.split(|byte| *byte == 0)) {
            archive.start_file(*name, stored).expect("memory can be written");
            archive.write_all(part).expect("memory can be written");
        }
        let package = archive.finish().expect("memory can be written").into_inner();
        hostile(format, &package);
    }
}

/// Every segment has a place, and no place lies behind the end.
#[track_caller]
fn check_places(pieces: &[Piece], size: u64) {
    for piece in pieces {
        let mut placer = piece.placer();
        for segment in &piece.segments {
            let place = placer.place(&segment.text).expect("a segment has a place");
            if let (Spot::Bytes { end, .. }, []) = (&place.spot, &piece.member[..]) {
                assert!(*end <= size, "a place beyond the end: {end} of {size}");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::vec;
    use proptest::prelude::*;

    /// Bytes in which texts, tables and JSON often end up.
    fn bytes() -> impl Strategy<Value = Vec<u8>> {
        prop_oneof![
            vec(any::<u8>(), 0..400),
            "[a-c,;\"\n\r\tä]{0,400}".prop_map(String::into_bytes),
            "[\\[\\]{}:,\"a1\\\\u\n ä-]{0,400}".prop_map(String::into_bytes),
            "[aä日𝄞\n]{0,200}".prop_map(|t| t.encode_utf16().flat_map(u16::to_be_bytes).collect()),
            "[aäö\n]{0,300}".prop_map(|t| encoding_rs::WINDOWS_1252.encode(&t).0.into_owned()),
            "[aこれは日本語\n]{0,200}"
                .prop_map(|t| encoding_rs::SHIFT_JIS.encode(&t).0.into_owned()),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(96))]

        #[test]
        fn any_bytes_are_read_and_gone_on_with(bytes in bytes(), times in 1usize..40) {
            let bytes = bytes.repeat(times);
            for format in ["text", "csv", "json", "jsonl"] {
                hostile(format, &bytes);
            }
            for name in ["notes.txt", "table.csv", "a.json", "a.jsonl"] {
                hostile_object(name, &bytes);
            }
        }

        #[test]
        fn any_bytes_are_cut_into_parts(bytes in bytes(), times in 1usize..80) {
            hostile_parts(&bytes.repeat(times));
        }
    }
}
