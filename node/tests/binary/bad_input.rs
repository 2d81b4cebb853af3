//! Bad input at the command line: what is said of it, and with which exit code.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;

use crate::support::{Place, age, lines};

const LINE: &str = "write to zebra.quagga7193@mail.example.org\n";

/// Files whose names would move a terminal's cursor, break lines, or are no text.
fn odd_names() -> Place {
    let place = Place::new();
    place.write("t/plain.txt", LINE);
    let names: [&[u8]; 4] =
        [b"new\nline.txt", b"\x1B[2J\x1B]0;owned\x07.txt", b"\xFF\xFE.txt", b"cr\rtab\t.txt"];
    for name in names {
        std::fs::write(place.path("t").join(OsStr::from_bytes(name)), LINE).unwrap();
    }
    std::fs::write(place.path("t").join(OsStr::from_bytes(b"odd\n\x1B.zip")), b"PK\x03\x04broken")
        .unwrap();
    age(&place.path("t"));
    place
}

#[test]
fn odd_names_break_no_line_and_move_no_cursor() {
    let place = odd_names();
    for format in ["table", "json", "jsonl", "csv", "sarif"] {
        let ran = place.run(&["scan", "t", "--format", format]);
        assert_eq!(ran.code, 0, "{}", ran.err);
        let control = |c: char| c.is_control() && c != '\n' && !(format == "csv" && c == '\r');
        assert!(!ran.out.contains(control), "{format}: {:?}", ran.out);
        assert!(!ran.err.contains('\x1B'), "{:?}", ran.err);
    }
    let found = lines(&place.ok(&["findings", "--format", "jsonl"]));
    assert_eq!(found.len(), 5);
    let names: std::collections::BTreeSet<&str> =
        found.iter().map(|line| line["object"].as_str().unwrap()).collect();
    assert_eq!(names.len(), 5, "no two look alike: {names:?}");
    let unread = place.ok(&["coverage"]);
    assert!(!unread.contains('\x1B') && unread.contains("broken"), "{unread:?}");
}

#[test]
fn broken_files_are_counted_and_fail_no_scan() {
    let place = Place::new();
    place.write("t/a.txt", LINE);
    for (name, magic) in [("a.zip", &b"PK\x03\x04"[..]), ("b.gz", b"\x1F\x8B\x08\0\0\0\0\0\0\x03")]
    {
        place.write(&format!("t/{name}"), [magic, &[0xA5; 100], LINE.as_bytes()].concat());
    }
    let ran = place.run(&["scan", "t", "--log", "json", "--log-level", "trace"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.out.contains("Both ledgers sum") && ran.out.contains("broken"), "{}", ran.out);
    assert!(!ran.out.contains("zebra.quagga") && !ran.err.contains("zebra.quagga"));
    let unread = lines(&place.ok(&["coverage", "--format", "jsonl"]));
    for name in ["a.zip", "b.gz"] {
        let line = unread.iter().find(|line| line["object"] == name);
        let line = line.unwrap_or_else(|| panic!("{name} in {unread:?}"));
        assert_eq!((&line["class"], &line["reason"]), (&"failed".into(), &"broken".into()));
        assert!(line["error"].as_str().is_some_and(|error| error.len() > 8), "{line}");
    }
}

#[test]
fn rules_with_errors_are_all_named_before_anything_is_read() {
    let place = Place::new();
    place.write("t/a.txt", LINE);
    place.write("rules/syntax.toml", "id = \nversion = 1\n");
    place.write("rules/unknown.toml", "id = 'x.y'\nversion = 1\nsensitvity = 'high'\n");
    let ran = place.run(&["scan", "t", "--set", "detect.rules=rules"]);
    assert_eq!(ran.code, 2, "{}", ran.err);
    for word in ["syntax.toml:1:", "unknown.toml", "sensitvity"] {
        assert!(ran.err.contains(word), "{word} in\n{}", ran.err);
    }
    assert!(!place.path("data").exists(), "nothing was begun");
    place.write("other/noise.toml", [0xFF, 0xFE, 0, 1]);
    let ran = place.run(&["scan", "t", "--set", "detect.rules=other"]);
    assert_eq!(ran.code, 2, "{}", ran.err);
    assert!(ran.err.contains("noise.toml") && ran.err.contains("UTF-8"), "{}", ran.err);
}
