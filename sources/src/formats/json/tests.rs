//! JSON as it is seen from outside.

use proptest::prelude::*;
use trawl_model::{Class, Item, Spot};

use crate::Limits;
use crate::testing::{check_leads_back, check_resume, read};

#[test]
fn values_bear_their_keys_and_lead_back() {
    let json = r#"{"user": {"email": "jane@example.org", "ids": [4711, "47\u0031\u00e9 MARK"]}, "ok": true}"#;
    let (sink, outcome) = read(json.as_bytes(), "a.json", &Limits::default());
    assert_eq!((outcome.format.as_str(), outcome.class), ("json", Class::Read));
    let mail = sink.one("jane@example.org");
    assert_eq!(mail.label.as_deref(), Some("user.email"));
    assert_eq!(mail.place.line, Some(1));
    assert_eq!(mail.place.column, Some(json.find("jane").unwrap() as u64 + 1));
    check_leads_back(&mail, json.as_bytes(), encoding_rs::UTF_8);
    assert_eq!(sink.one("4711").label.as_deref(), Some("user.ids"));
    let escaped = sink.one("471é MARK");
    let start = json.find("47\\u").unwrap() as u64;
    let end = json.find(" MARK").unwrap() as u64 + 5;
    assert_eq!(escaped.place.spot, Spot::Bytes { start, end });
    assert!(sink.find("true").is_empty());
}

#[test]
fn a_large_array_can_be_gone_on_with_at_its_elements() {
    let element = |i| format!("{{\n\"mail\": \"MARK{i}\", \"x\": [1, {{\"y\": 2}}]}}");
    let elements: Vec<String> = (0..500).map(element).collect();
    let json = format!("[{}]", elements.join(",\n"));
    let limits = Limits { piece_bytes: 1000, ..Limits::default() };
    let found = check_resume(json.as_bytes(), "a.json", &limits, "MARK");
    assert_eq!(found.len(), 500);
    assert_eq!(found[499].place.row, Some(500));
    assert_eq!(found[499].place.line, Some(1000));
    assert_eq!(found[499].label.as_deref(), Some("mail"));
}

#[test]
fn lines_are_rows_and_a_broken_line_costs_only_itself() {
    let mut lines: Vec<String> = (0..300).map(|i| format!("{{\"a\": \"MARK {i}\"}}")).collect();
    lines[7] = "{\"a\": \"MARK never closed".into();
    lines[9] = "no json at all MARK".into();
    lines[11] = "{\"a\": [1, }MARK".into();
    let text = lines.join("\n");
    let limits = Limits { piece_bytes: 500, ..Limits::default() };
    let found = check_resume(text.as_bytes(), "a.jsonl", &limits, "MARK");
    assert_eq!(found.len(), 300);
    for (i, found) in found.iter().enumerate() {
        assert_eq!((found.place.row, found.place.line), (Some(i as u64 + 1), Some(i as u64 + 1)));
        check_leads_back(found, text.as_bytes(), encoding_rs::UTF_8);
    }
    let (sink, outcome) = read(text.as_bytes(), "", &limits);
    assert_eq!(outcome.format, "jsonl");
    assert!(sink.coverage.items_of(Item::Row, Class::Read) > 290);
}

#[test]
fn what_stops_being_json_is_read_as_text() {
    let text =
        format!("{{\"a\": 1,\n\"b\": \"MARK\", oops MARK\nline three MARK {}", "x".repeat(5000));
    let (sink, outcome) = read(text.as_bytes(), "a.json", &Limits::default());
    assert_eq!(outcome.class, Class::Read);
    assert_eq!(sink.find("MARK").len(), 3);
    let (sink, outcome) = read(b"{\"a\": \"cut off MARK", "a.json", &Limits::default());
    assert_eq!((outcome.class, sink.find("MARK").len()), (Class::Read, 1));
    let (_, outcome) =
        read(b"[2024-01-01] a log line\n[2024-01-02] another", "a.log", &Limits::default());
    assert_eq!(outcome.format, "text");
}

#[test]
fn keys_that_are_values_are_searched() {
    let (sink, _) = read(br#"{"jane@example.org": {"age": 7}}"#, "a.json", &Limits::default());
    assert_eq!(sink.find("jane@example.org").len(), 1);
}

#[test]
fn nesting_beyond_the_bound_becomes_text() {
    let json = format!("{}\"MARK\"{}", "[".repeat(5000), "]".repeat(5000));
    let (sink, outcome) = read(json.as_bytes(), "a.json", &Limits::default());
    assert_eq!((outcome.class, sink.find("MARK").len()), (Class::Read, 1));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn any_string_is_found_and_leads_back(text in "[a-zä𝄞\"\\\\\n\u{1}]{0,20}", wide: bool) {
        let value = format!("{text}MARK");
        let json = serde_json::to_string(&serde_json::json!({"k": [value.clone()]})).unwrap();
        let json = if wide { json.replace('ä', "\\u00e4").replace('𝄞', "\\ud834\\udd1e") } else { json };
        let (sink, outcome) = read(json.as_bytes(), "a.json", &Limits::default());
        prop_assert_eq!(outcome.format, "json");
        prop_assert_eq!(sink.find(&value).len(), 1);
        let found = sink.one("MARK");
        check_leads_back(&found, json.as_bytes(), encoding_rs::UTF_8);
        prop_assert_eq!(found.label.as_deref(), Some("k"));
    }

    #[test]
    fn any_bytes_are_read_to_an_end(json in "[\\[\\]{}:,\"a1\\\\u\n \u{e9}]{0,200}", lines: bool) {
        let (head, name) = if lines { ("{}\n{}\n", "a.jsonl") } else { ("{", "a.json") };
        let limits = Limits { max_field_bytes: 16, overlap_bytes: 4, piece_bytes: 16, max_nesting: 9, ..Limits::default() };
        read(format!("{head}{json}").as_bytes(), name, &limits);
    }
}
