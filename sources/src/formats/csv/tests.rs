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

#[test]
fn values_that_hold_the_delimiter_without_quotes_move_no_column() {
    let table = "name,born,town\nDoe, Jane,1980,Köln MARK\nJim,1981,MARK\nRoe, Jo,,\"MARK, W\"\n";
    let (sink, _) = read(table.as_bytes(), "people.csv", &Limits::default());
    for value in ["Doe, Jane", "Roe, Jo"] {
        let name = sink.one(value);
        assert_eq!(name.label.as_deref(), Some("name"));
        check_leads_back(&name, table.as_bytes(), encoding_rs::UTF_8);
    }
    let marks = sink.find("MARK");
    assert_eq!(marks.len(), 3);
    for mark in marks {
        assert_eq!(mark.label.as_deref(), Some("town"));
        check_leads_back(&mark, table.as_bytes(), encoding_rs::UTF_8);
    }
    let wide: Vec<u8> =
        format!("\u{FEFF}{table}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    let (sink, _) = read(&wide, "people.csv", &Limits::default());
    check_leads_back(&sink.one("Doe, Jane"), &wide, encoding_rs::UTF_16LE);
    check_leads_back(&sink.one("Köln MARK"), &wide, encoding_rs::UTF_16LE);
}

#[test]
fn what_may_be_joined_in_two_ways_stays_as_it_is() {
    let label = |table: &str| {
        let (sink, _) = read(table.as_bytes(), "a.csv", &Limits::default());
        sink.one("MARK").label.clone()
    };
    let head = "name,born,town\nJane,1980,x\nJim,1981,y\nJo,1982,z\n";
    assert_eq!(label(&format!("{head}Roe, Jim,1983,MARK")).as_deref(), Some("town"));
    assert_eq!(label(&format!("{head}Roe, Jim, Ed,1983,MARK")).as_deref(), Some("town"));
    // One cell too many, and two that begin with a space.
    assert_eq!(label(&format!("{head}Roe, Jim, 1983,MARK")), None);
    assert_eq!(label(&format!("{head}MARK, Jim")).as_deref(), Some("name"));
    // As many as the header has: the space is of a value.
    assert_eq!(label(&format!("{head}Jim, 1983,MARK")).as_deref(), Some("town"));
    // Quoted cells are whole.
    assert_eq!(label(&format!("{head}\"Roe\", Jim,1983,MARK")), None);
    assert_eq!(label(&format!("{head}Roe,\" Jim\",1983,MARK")), None);
    let spaced = "name, born, town\nJane, 1980, x\nJim, 1981, y\nJo, 1982, z\n";
    assert_eq!(label(&format!("{spaced}Roe, Jim, 1983,MARK")), None);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn joined_cells_lead_back_and_are_gone_on_with(
        rows in prop::collection::vec(("[a-zä]{0,6}", "[ a-z\"]{0,4}", any::<bool>()), 3..40),
        piece in 16usize..200
    ) {
        let mut table = String::from("name,note,mark\n");
        for (last, first, is_two) in &rows {
            let name = if *is_two { format!("{last}, {first}") } else { last.clone() };
            table.push_str(&format!("{name},x,MARK\n"));
        }
        let limits = Limits { piece_bytes: piece, ..Limits::default() };
        let found = check_resume(table.as_bytes(), "a.csv", &limits, "MARK");
        prop_assert_eq!(found.len(), rows.len());
        prop_assert!(found.iter().all(|mark| mark.label.as_deref() == Some("mark")));
        for mark in &found {
            check_leads_back(mark, table.as_bytes(), encoding_rs::UTF_8);
        }
    }

    #[test]
    fn rows_that_agree_with_the_header_are_untouched(
        rows in prop::collection::vec(("[a-z]{1,9}", " [a-z]{1,9}"), 3..20),
    ) {
        let mut table = String::from("name,town,mark\n");
        rows.iter().for_each(|(name, town)| table.push_str(&format!("{name},{town},MARK\n")));
        let (sink, _) = read(table.as_bytes(), "a.csv", &Limits::default());
        for (name, town) in &rows {
            prop_assert!(sink.find(name).iter().any(|f| f.label.as_deref() == Some("name")));
            prop_assert!(sink.find(town).iter().any(|f| f.label.as_deref() == Some("town")));
        }
    }
}
