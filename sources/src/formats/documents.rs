//! Files that the real programs made are read right: every planted value is found whole, at the
//! place that the truth beside the file says. `scripts/fixtures/documents.sh` made them.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;

use proptest::prelude::*;
use serde::Deserialize;
use trawl_model::{Class, Item, Place, Reason, Spot, Step};

use crate::Limits;
use crate::testing::{
    Collected, Found, check_resume, hostile, hostile_package, hostile_page, page, read,
};

/// A planted value; what doesn't apply to its format is absent.
#[derive(Debug, Deserialize)]
struct Planted {
    value: String,
    entry: Option<String>,
    page: Option<u32>,
    paragraph: Option<u32>,
    offset: Option<u64>,
    sheet: Option<String>,
    row: Option<u64>,
    column: Option<u32>,
    table: Option<String>,
    field: Option<String>,
}

impl Planted {
    fn is_at(&self, found: &Found) -> bool {
        let entry = found.place.member.last().and_then(|step| match step {
            Step::Entry { name, .. } => String::from_utf8(name.clone()).ok(),
            _ => None,
        });
        let spot = match &found.place.spot {
            Spot::Page { page, .. } => Some(*page) == self.page,
            Spot::Paragraph { paragraph, offset, .. } => {
                Some(*paragraph) == self.paragraph && Some(*offset) == self.offset
            }
            Spot::Cell { sheet, row, column, .. } => {
                let place = (Some(sheet), Some(*row), Some(*column));
                place == (self.sheet.as_ref(), self.row, self.column)
            }
            Spot::Field { table, row, field, .. } => {
                let place = (Some(table), Some(*row), Some(field));
                place == (self.table.as_ref(), self.row, self.field.as_ref())
            }
            _ => false,
        };
        spot && (self.entry.is_none() || self.entry == entry)
    }
}

fn fixture(name: &str) -> Vec<u8> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/documents");
    std::fs::read(folder.join(name)).unwrap()
}

/// What stands in one page, paragraph, cell or field: its characters, by where each of them is said to be.
type Text = BTreeMap<u64, String>;

/// A page, a paragraph, a cell or a field; and where in it something begins, and how long it is.
fn stretch(place: &Place) -> Option<(String, u64, u64)> {
    let (within, offset, length) = match &place.spot {
        Spot::Page { page, offset, length } => (format!("page {page}"), offset, length),
        Spot::Paragraph { paragraph, offset, length } => {
            (format!("paragraph {paragraph}"), offset, length)
        }
        Spot::Cell { sheet, row, column, offset, length } => {
            (format!("{sheet} {row} {column}"), offset, length)
        }
        Spot::Field { table, row, field, offset, length } => {
            (format!("{table} {row} {field}"), offset, length)
        }
        _ => return None,
    };
    Some((format!("{:?} {within}", place.member), *offset, u64::from(*length)))
}

/// All text that was read, character by character.
fn texts(collected: &Collected) -> BTreeMap<String, Text> {
    let each = |text: &[u8]| {
        let text = std::str::from_utf8(text).unwrap();
        text.char_indices().map(|(at, of)| at..at + of.len_utf8()).collect()
    };
    let mut texts: BTreeMap<String, Text> = BTreeMap::new();
    for found in collected.find_all(each) {
        if let Some((within, offset, _)) = stretch(&found.place) {
            let character = String::from_utf8(found.value).unwrap();
            texts.entry(within).or_default().insert(offset, character);
        }
    }
    texts
}

/// A value is what is cut out at its place, of a text that is there from its first character on. Between
/// paragraphs of a slide one more is counted.
#[track_caller]
fn check_cut(texts: &BTreeMap<String, Text>, found: &Found) {
    let (within, offset, length) = stretch(&found.place).unwrap();
    let text = &texts[&within];
    let places: Vec<u64> = text.keys().copied().collect();
    let follows = |pair: &[u64]| (1..=2).contains(&(pair[1] - pair[0]));
    assert!(places[0] == 0 && places.windows(2).all(follows), "{within}: {places:?}");
    let cut: String = text.range(offset..offset + length).map(|(_, of)| of.as_str()).collect();
    assert_eq!(cut.as_bytes(), found.value, "{within} at {offset}");
}

/// Reads a fixture and checks its truth.
#[track_caller]
fn check(name: &str) -> Collected {
    let truth: Vec<Planted> =
        serde_json::from_slice(&fixture(&format!("{name}.truth.json"))).unwrap();
    let (collected, outcome) = read(&fixture(name), name, &Limits::default());
    assert_eq!(outcome.class, Class::Read, "{name}: {:?}", outcome.error);
    let texts = texts(&collected);
    for planted in &truth {
        let found = collected.find(&planted.value);
        let at_place: Vec<&Found> = found.iter().filter(|f| planted.is_at(f)).collect();
        assert_eq!(at_place.len(), 1, "{name}: {planted:?} is at its place once: {found:#?}");
        check_cut(&texts, at_place[0]);
    }
    assert!(!truth.is_empty());
    collected
}

/// Small pieces, so that there are many safe points.
fn small_pieces() -> Limits {
    Limits { piece_bytes: 64, overlap_bytes: 16, ..Limits::default() }
}

#[test]
fn a_pdf_of_libreoffice_is_read_right() {
    let collected = check("libreoffice.pdf");
    assert_eq!(collected.one("Hedwig Beispiel").label.as_deref(), Some("Author"));
}

#[test]
fn a_pdf_of_chromium_is_read_right() {
    check("chromium.pdf");
}

#[test]
fn a_pdf_is_read_on_from_any_page() {
    let found = check_resume(&fixture("libreoffice.pdf"), "a.pdf", &small_pieces(), "example.org");
    assert_eq!(found.len(), 1);
}

fn deflated(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn a_pdf_without_a_table_of_objects_and_with_a_circle_of_pages_is_read() {
    let content = b"BT /F 12 Tf 10 700 Td [(jane) -20 (.doe@)] TJ (example.org) Tj ET";
    let (collected, outcome) = read(&page(content, ""), "a.pdf", &Limits::default());
    assert_eq!(outcome.class, Class::Read);
    let place = collected.one("jane.doe@example.org").place;
    assert_eq!(place.spot, Spot::Page { page: 1, offset: 0, length: 20 });
    assert_eq!(collected.coverage.items_of(Item::Page, Class::Read), 1);
}

#[test]
fn an_encrypted_pdf_is_skipped_and_a_torn_one_is_broken() {
    let (_, outcome) = read(&page(b"", "/Encrypt<</V 1>>"), "a.pdf", &Limits::default());
    assert_eq!(outcome.class, Class::Skipped(Reason::Encrypted));
    let (_, outcome) = read(b"%PDF-1.7\nno objects at all", "a.pdf", &Limits::default());
    assert_eq!(outcome.class, Class::Failed(Reason::Broken));
}

#[test]
fn a_bomb_in_a_pdf_costs_the_page_and_is_said() {
    let bomb = deflated(&vec![b' '; 40 << 20]);
    let (collected, _) = read(&page(&bomb, ""), "a.pdf", &Limits::default());
    let page = Class::Skipped(Reason::ReaderLimit);
    assert_eq!(collected.coverage.items_of(Item::Page, page), 1);
}

#[test]
fn a_form_that_draws_itself_ends() {
    let mut bytes = page(b"/X Do", "");
    let own = b"/Resources<</XObject<</X 4 0 R>>/Font<</F 5 0 R>>>>";
    let at = memchr::memmem::find(&bytes, b"/Resources").unwrap();
    bytes.splice(at..at + 33, own.iter().copied());
    let (collected, _) = read(&bytes, "a.pdf", &Limits::default());
    let page = Class::Skipped(Reason::ReaderLimit);
    assert_eq!(collected.coverage.items_of(Item::Page, page), 1);
}

#[test]
fn files_of_pyarrow_are_read_right_in_every_codec() {
    for name in ["snappy", "zstd", "gzip", "lz4", "brotli", "none"] {
        check(&format!("{name}.parquet"));
    }
    let (collected, _) = read(&fixture("snappy.parquet"), "a.parquet", &Limits::default());
    assert_eq!(collected.coverage.items_of(Item::Row, Class::Read), 300);
}

#[test]
fn a_parquet_file_is_read_on_from_any_row_group() {
    let bytes = fixture("snappy.parquet");
    let found = check_resume(&bytes, "a.parquet", &Limits::default(), "example.org");
    assert_eq!(found.len(), 1);
    let (collected, _) = read(&bytes, "a.parquet", &Limits::default());
    assert!(collected.safe_points.len() >= 3);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn damage_to_any_fixture_is_borne(
        which in 0usize..FIXTURES.len(), cut in any::<proptest::sample::Index>(),
        hits in proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>()), 0..20)
    ) {
        let name = FIXTURES[which];
        let mut bytes = fixture(name);
        for (at, byte) in &hits {
            let at = at.index(bytes.len());
            bytes[at] = *byte;
        }
        if hits.len() % 3 == 0 {
            bytes.truncate(cut.index(bytes.len()).max(bytes.len() / 2));
        }
        let (_, outcome) = read(&bytes, name, &Limits { whole_bytes: 1 << 20, ..Limits::default() });
        let panicked = outcome.error.as_deref().is_some_and(|error| error.contains("panicked"));
        prop_assert!(!panicked || OTHERS_MAY_PANIC.contains(&name), "{name}: {:?}", outcome.error);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_content_of_a_page_is_borne(content in proptest::collection::vec(any::<u8>(), 0..200)) {
        hostile_page(&content);
        hostile("pdf", &content);
    }

    #[test]
    fn operators_in_any_order_are_borne(words in proptest::collection::vec(0usize..WORDS.len(), 0..60)) {
        let content: Vec<&str> = words.iter().map(|word| WORDS[*word]).collect();
        hostile_page(content.join(" ").as_bytes());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn parts_of_any_words_are_borne(words in proptest::collection::vec(0usize..TAGS.len(), 0..60)) {
        let parts: String = words.iter().map(|word| TAGS[*word]).collect();
        hostile_package(parts.as_bytes());
    }
}

/// What parts of packages hold; a zero ends a part.
const TAGS: &[&str] = &[
    "\0",
    "<w:p>",
    "</w:p>",
    "<w:t>",
    "</w:t>",
    "<sheetData>",
    "<row r=\"9\">",
    "</row>",
    "<c>",
    "<c r=\"B7\" t=\"s\">",
    "<c r=\"ZZZZZZZ99999999999\" s=\"1\">",
    "<v>",
    "</v>",
    "</c>",
    "45000.5",
    "1e308",
    "7",
    "<si>",
    "</si>",
    "<t>",
    "</t>",
    "<cellXfs>",
    "<xf numFmtId=\"14\"/>",
    "&#65;",
    "&x;",
    "<sheet name=\"a\" r:id=\"b\"/>",
    "<Relationship Id=\"b\" Target=\"../a\"/>",
    "<a:p>",
    "<a:t>",
    "<p:sldId r:id=\"b\"/>",
    "text",
    "<!--",
    "-->",
    "<![CDATA[",
    "]]>",
    "<",
    ">",
    "\"",
];

/// Words of content streams.
const WORDS: &[&str] = &[
    "BT",
    "ET",
    "/F 12 Tf",
    "(a)",
    "Tj",
    "[(b) -1e9 (c)]",
    "TJ",
    "q",
    "Q",
    "1 0 0 1 9 9",
    "cm",
    "Tm",
    "'",
    "1 2 (d) \"",
    "99999999999999999999",
    "Td",
    "-0.0",
    "<</ActualText(e)>> BDC",
    "/X",
    "EMC",
    "Do",
    "BI ID",
    "EI",
    "<FEFF>",
    "Tz",
    "[",
    "]",
    "<<",
    ">>",
];

/// Every fixture.
const FIXTURES: &[&str] = &[
    "libreoffice.pdf",
    "chromium.pdf",
    "people.sqlite",
    "letter.docx",
    "people.xlsx",
    "slides.pptx",
    "snappy.parquet",
    "zstd.parquet",
];
/// Read by the code of others, whose panics the reader of members holds off.
const OTHERS_MAY_PANIC: &[&str] = &["snappy.parquet", "zstd.parquet"];

#[test]
fn a_database_of_sqlite_is_read_right() {
    let collected = check("people.sqlite");
    let blobs = collected.coverage.items_of(Item::Member, Class::Skipped(Reason::Binary));
    assert!(blobs > 0);
}

#[test]
fn a_database_is_read_on_from_any_row() {
    let found = check_resume(&fixture("people.sqlite"), "a.db", &small_pieces(), "example.org");
    assert_eq!(found.len(), 1);
}

#[test]
fn a_database_that_uses_a_log_is_read() {
    let mut bytes = fixture("people.sqlite");
    bytes[18..20].fill(2);
    let (collected, outcome) = read(&bytes, "a.db", &Limits::default());
    assert_eq!(outcome.class, Class::Read, "{:?}", outcome.error);
    assert!(!collected.find("example.org").is_empty());
}

#[test]
fn a_torn_database_gives_what_it_has_and_is_broken() {
    let bytes = fixture("people.sqlite");
    let (_, outcome) = read(&bytes[..bytes.len() / 2], "a.db", &Limits::default());
    assert_eq!(outcome.class, Class::Failed(Reason::Broken), "{:?}", outcome.error);
}

#[test]
fn a_document_of_libreoffice_is_read_right() {
    let collected = check("letter.docx");
    assert!(!collected.find("Hedwig Beispiel").is_empty(), "its properties are read");
}

#[test]
fn a_workbook_of_libreoffice_is_read_right() {
    let collected = check("people.xlsx");
    assert_eq!(collected.one("ottilie.kranz@example.org").label.as_deref(), Some("Mail"));
    assert_eq!(collected.one("1984-02-29").label.as_deref(), Some("Born"));
}

#[test]
fn slides_of_libreoffice_are_read_right() {
    let collected = check("slides.pptx");
    assert_eq!(collected.coverage.items_of(Item::Page, Class::Read), 2);
}

#[test]
fn packages_are_read_on_from_anywhere() {
    for name in ["letter.docx", "people.xlsx", "slides.pptx"] {
        let found = check_resume(&fixture(name), name, &small_pieces(), "example");
        assert!(!found.is_empty());
    }
}

#[test]
fn an_encrypted_package_is_skipped() {
    let mut bytes = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec();
    bytes.resize(512, 0);
    bytes.extend("EncryptedPackage".bytes().flat_map(|byte| [byte, 0]));
    let (_, outcome) = read(&bytes, "report", &Limits::default());
    assert_eq!(outcome.class, Class::Skipped(Reason::Encrypted));
}
