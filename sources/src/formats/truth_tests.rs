//! Files that real programs made, against what `scripts/fixtures/archives.py` planted in them and
//! found again with those programs' own readers.

use std::path::PathBuf;

use serde::Deserialize;
use trawl_model::{Class, Item, Reason, Spot, Step};

use crate::Limits;
use crate::testing::{Collected, check_resume, read};

#[derive(Deserialize)]
struct Planted {
    file: String,
    value: String,
    member: Vec<Step>,
    start: u64,
    end: u64,
    label: Option<String>,
}

fn fixture(name: &str) -> Vec<u8> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/archives");
    std::fs::read(folder.join(name)).unwrap()
}

fn truth() -> Vec<Planted> {
    serde_json::from_slice(&fixture("truth.json")).unwrap()
}

fn files() -> Vec<String> {
    let mut files: Vec<String> = truth().into_iter().map(|planted| planted.file).collect();
    files.sort();
    files.dedup();
    files
}

fn collect(name: &str) -> Collected {
    let (sink, outcome) = read(&fixture(name), name, &Limits::default());
    assert_eq!(outcome.class, Class::Read, "{name}: {:?}", outcome.error);
    let failed = sink.coverage.items().filter(|(_, class, _)| matches!(class, Class::Failed(_)));
    assert_eq!(failed.count(), 0, "{name}: {:?}", sink.coverage);
    sink
}

#[test]
fn what_real_programs_wrote_is_found_where_it_stands() {
    let truth = truth();
    assert!(truth.len() > 70);
    for file in files() {
        let sink = collect(&file);
        for planted in truth.iter().filter(|planted| planted.file == file) {
            let found = sink.find(&planted.value);
            let (start, end) = (planted.start, planted.end);
            let right = found.iter().any(|found| {
                found.place.member == planted.member
                    && found.place.spot == Spot::Bytes { start, end }
                    && (planted.label.is_none() || found.label == planted.label)
            });
            assert!(right, "{file} {} at {start}..{end}: {found:?}", planted.value);
        }
    }
}

#[test]
fn each_of_them_goes_on_where_it_was_left() {
    let small = Limits { piece_bytes: 256, overlap_bytes: 64, ..Limits::default() };
    for file in files() {
        check_resume(&fixture(&file), &file, &small, "example.org");
    }
}

#[test]
fn what_is_not_read_is_said() {
    let encrypted = collect("encrypted.zip");
    assert_eq!(encrypted.coverage.items_of(Item::Member, Class::Skipped(Reason::Encrypted)), 1);
    let mixed = collect("zipfile.zip");
    let skipped = |reason| mixed.coverage.items_of(Item::Member, Class::Skipped(reason));
    assert_eq!((skipped(Reason::UnsupportedFormat), skipped(Reason::Symlink)), (1, 1));
}

#[test]
fn any_of_them_may_be_cut_off_anywhere() {
    for file in files() {
        let whole = fixture(&file);
        for cut in (0..whole.len()).step_by(1 + whole.len() / 10) {
            read(&whole[..cut], &file, &Limits::default());
        }
    }
}
