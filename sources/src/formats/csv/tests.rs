//! Tables as they are seen from outside.

use proptest::prelude::*;
use trawl_model::{Class, Item, Spot};

use crate::Limits;
use crate::testing::{check_leads_back, check_resume, read};

const TABLE: &str =
    "id,name,mail\r\n1,\"Doe, Jane\",jane@example.org\r\n\r\n2,\"a \"\"b\"\" MARK\",x\r\n";

#[test]
fn cells_bear_their_header_and_row_and_lead_back() {
    let (sink, outcome) = read(TABLE.as_bytes(), "people.csv", &Limits::default());
    assert_eq!((outcome.format.as_str(), outcome.class), ("csv", Class::Read));
    let mail = sink.one("jane@example.org");
    assert_eq!(mail.label.as_deref(), Some("mail"));
    assert_eq!((mail.place.row, mail.place.field.as_deref()), (Some(2), Some("mail")));
    check_leads_back(&mail, TABLE.as_bytes(), encoding_rs::UTF_8);
    let start = TABLE.find("MARK").unwrap() as u64;
    let mark = sink.one("MARK");
    assert_eq!(mark.place.spot, Spot::Bytes { start, end: start + 4 });
    assert_eq!(mark.place.row, Some(3));
    check_leads_back(&sink.one("Doe, Jane"), TABLE.as_bytes(), encoding_rs::UTF_8);
    assert_eq!(sink.find("\"b\"").len(), 1);
    assert_eq!(sink.coverage.items_of(Item::Row, Class::Read), 3);
    assert!(sink.find("1\t").is_empty(), "no value runs from one cell into the next");
}

#[test]
fn tables_in_other_encodings_lead_back() {
    let table = "name;ort\nJürgen;Köln MARK\nJörg;Düren\n";
    let (latin, _, _) = encoding_rs::WINDOWS_1252.encode(table);
    let wide: Vec<u8> =
        format!("\u{FEFF}{table}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    for (raw, encoding) in
        [(latin.to_vec(), encoding_rs::WINDOWS_1252), (wide, encoding_rs::UTF_16LE)]
    {
        let (sink, outcome) = read(&raw, "orte.csv", &Limits::default());
        assert_eq!(outcome.format, "csv");
        let found = sink.one("Köln MARK");
        assert_eq!(found.label.as_deref(), Some("ort"));
        check_leads_back(&found, &raw, encoding);
    }
}

#[test]
fn a_table_can_be_gone_on_with_at_its_rows() {
    let mut table = String::from("id,text\n");
    (0..5000).for_each(|i| table.push_str(&format!("{i},\"some\nMARK text\"\n")));
    let limits = Limits { piece_bytes: 20_000, ..Limits::default() };
    let found = check_resume(table.as_bytes(), "a.csv", &limits, "MARK");
    assert_eq!(found.len(), 5000);
    assert_eq!(found.last().unwrap().place.row, Some(5001));
}

#[test]
fn a_quote_that_is_never_closed_swallows_no_table() {
    let mut table = String::from("a,b\n1,\"open\n");
    (0..2000).for_each(|i| table.push_str(&format!("{i},MARK\n")));
    let limits = Limits { max_field_bytes: 1000, overlap_bytes: 16, ..Limits::default() };
    let (sink, _) = read(table.as_bytes(), "a.csv", &limits);
    assert_eq!(sink.find("MARK").len(), 2000);
    let last = sink.find("MARK").pop().unwrap();
    check_leads_back(&last, table.as_bytes(), encoding_rs::UTF_8);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn each_value_is_found_once_however_long_its_cell(
        before in "[a-zä \n]{0,90}", after in "[a-zä \n]{0,90}", field in 20usize..60
    ) {
        let table = format!("one,two\n1,\"{before}MARK{after}\"\n2,x\n");
        let limits = Limits { max_field_bytes: field, overlap_bytes: 8, piece_bytes: 64, ..Limits::default() };
        let (sink, _) = read(table.as_bytes(), "a.csv", &limits);
        let found = sink.find("MARK");
        prop_assert_eq!(found.len(), 1);
        check_leads_back(&found[0], table.as_bytes(), encoding_rs::UTF_8);
    }

    #[test]
    fn any_bytes_are_read_to_an_end(bytes in "[a-c,;\"\n\t\u{e9}]{0,300}", field in 1usize..50) {
        let limits = Limits { max_field_bytes: field, overlap_bytes: 4, piece_bytes: 32, ..Limits::default() };
        read(bytes.as_bytes(), "a.csv", &limits);
        check_resume(bytes.as_bytes(), "a.csv", &Limits { piece_bytes: 16, ..Limits::default() }, "a");
    }
}

#[test]
fn what_a_program_lists_is_no_table() {
    let code = "(1, Some(2), 3),\n(4, None, 5),\n(6, Some(7), 8),\n(9, None, 10),\n";
    let told = |name| read(code.as_bytes(), name, &Limits::default()).1.format;
    assert_eq!(told("src/cases.rs"), "text");
    assert_eq!(told("Cases.PY"), "text");
    assert_eq!(told("export.txt"), "csv", "without such a name it may be one");
    assert_eq!(told("export.csv"), "csv");
}
