//! Splits as files: written once and whole, opened by their ends, and never trusted.

// The makers of tests unwrap as the tests do.
#![allow(clippy::unwrap_used)]

use std::sync::{Arc, Mutex};

use tantivy::HasLen;
use tantivy::directory::{FileHandle, FileSlice, OwnedBytes};
use trawl_model::TenantId;
use trawl_search::leaf::{Part, Request, Scope, search_all};
use trawl_search::query::{Field, Query, Sort, parse};
use trawl_search::split::{
    Blobs, Dead, Folder, Input, Scratch, Split, build, merge, moved, read_meta,
};
use trawl_search::testing;
use trawl_search::{Document, IndexError};

fn documents() -> Vec<Document> {
    testing::documents(3, 200)
}

fn written() -> Vec<u8> {
    build(&documents()).unwrap().to_bytes().unwrap()
}

fn request(text: &str) -> Request {
    let scope = Scope::tenant(TenantId::default_tenant());
    let sort = Sort { by: Field::Path, descending: false };
    let facets = vec![Field::Type, Field::Reason];
    Request { sort, facets, ..Request::new(scope, parse(text).unwrap(), 50) }
}

/// Bytes that say what is read of them.
#[derive(Debug, Clone)]
struct Watched {
    bytes: OwnedBytes,
    reads: Arc<Mutex<Vec<usize>>>,
}

impl HasLen for Watched {
    fn len(&self) -> usize {
        self.bytes.len()
    }
}

impl FileHandle for Watched {
    fn read_bytes(&self, range: std::ops::Range<usize>) -> std::io::Result<OwnedBytes> {
        self.reads.lock().unwrap().push(range.len());
        Ok(self.bytes.slice(range))
    }
}

#[test]
fn one_read_of_its_end_opens_it() {
    let reads = Arc::new(Mutex::new(Vec::new()));
    let bytes = OwnedBytes::new(written());
    let file = FileSlice::new(Arc::new(Watched { bytes, reads: reads.clone() }));
    let split = Split::open("a", file).unwrap();
    assert_eq!(reads.lock().unwrap().len(), 1);
    let answer = search_all(&[Part::new(split, &Dead::none())], &request("*")).unwrap();
    assert_eq!(answer.count, 200);
}

#[test]
fn whatever_is_damaged_is_an_error_that_names_the_split_and_never_a_panic() {
    let whole = written();
    let none = Dead::none();
    let expected: Vec<_> = ["*", "path:invoice*", "type:email", "\"final 2024\"*"]
        .map(|text| (request(text), search_all(&[part(&whole)], &request(text)).unwrap()))
        .into();
    for at in (0..whole.len()).step_by(whole.len() / 400) {
        let mut damaged = whole.clone();
        damaged[at] ^= 0x55;
        let split = match Split::of_bytes("a", damaged) {
            Ok(split) => split,
            Err(error) => {
                assert!(error.to_string().contains("split a"), "{error}");
                continue;
            }
        };
        for (request, expected) in &expected {
            let answer = search_all(&[Part::new(split.clone(), &none)], request).unwrap();
            match answer.unsearched.as_slice() {
                [] => assert_eq!(answer, *expected, "byte {at}"),
                [one] => assert!(one.split == "a" && one.why.contains("damaged"), "{one:?}"),
                more => panic!("{more:?}"),
            }
        }
    }
}

fn part(bytes: &[u8]) -> Part {
    Part::new(Split::of_bytes("a", bytes.to_vec()).unwrap(), &Dead::none())
}

#[test]
fn what_is_cut_off_or_something_else_is_refused() {
    let whole = written();
    for length in (0..whole.len()).step_by(97).chain(whole.len() - 40..whole.len()) {
        let error = Split::of_bytes("a", whole[..length].to_vec()).unwrap_err();
        assert!(matches!(error, IndexError::Damaged { .. }), "{error}");
    }
    assert!(Split::of_bytes("a", vec![0; 100_000]).is_err());
}

#[test]
fn a_split_of_nothing_is_one() {
    let bytes = build([]).unwrap().to_bytes().unwrap();
    let split = Split::of_bytes("a", bytes).unwrap();
    assert_eq!(split.meta().documents, 0);
    let dead = Dead::none();
    let input = Input { split: &split, dead: &dead };
    assert_eq!(merge(&[input], &Scratch::Memory).unwrap().meta().documents, 0);
    assert_eq!(search_all(&[Part::new(split, &dead)], &request("*")).unwrap().count, 0);
}

#[test]
fn a_folder_holds_whole_files_alone() {
    let folder = tempfile::tempdir().unwrap();
    let blobs = Folder::open(folder.path()).unwrap();
    let bundle = build(&documents()).unwrap();
    blobs.put("a.split", &mut |to| bundle.write(to)).unwrap();
    let refused = blobs.put("b.split", &mut |to| {
        to.write_all(b"half")?;
        Err(std::io::Error::other("the disk is full"))
    });
    assert!(refused.unwrap_err().to_string().contains("b.split"));
    std::fs::write(folder.path().join(".new-left"), b"by a crash").unwrap();

    let blobs = Folder::open(folder.path()).unwrap();
    assert_eq!(blobs.list().unwrap(), ["a.split"]);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    let file = blobs.open("a.split").unwrap();
    assert_eq!(file.len() as u64, bundle.bytes());
    assert_eq!(read_meta("a.split", &file).unwrap(), *bundle.meta());
    let split = Split::open("a.split", file).unwrap();
    blobs.delete("a.split").unwrap();
    blobs.delete("a.split").unwrap();
    // Whoever has it open still reads it.
    assert_eq!(search_all(&[Part::new(split, &Dead::none())], &request("*")).unwrap().count, 200);
    assert!(blobs.open("a.split").is_err());
}

#[test]
fn merging_on_disk_is_merging_in_memory() {
    let folder = tempfile::tempdir().unwrap();
    let documents = documents();
    let opened =
        |some: &[Document]| Split::of_bytes("a", build(some).unwrap().to_bytes().unwrap()).unwrap();
    let (one, other) = (opened(&documents[..120]), opened(&documents[120..]));
    let mut dead = Dead::none();
    dead.extend((0..120).step_by(3));
    let none = Dead::none();
    let inputs = [Input { split: &one, dead: &dead }, Input { split: &other, dead: &none }];
    let answers = [Scratch::Memory, Scratch::Folder(folder.path().to_owned())].map(|scratch| {
        let bundle = merge(&inputs, &scratch).unwrap();
        let split = Split::of_bytes("a", bundle.to_bytes().unwrap()).unwrap();
        search_all(&[Part::new(split, &none)], &request("*")).unwrap()
    });
    assert_eq!(answers[0], answers[1]);
    assert_eq!(answers[0].count, 160);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn what_died_while_splits_were_merged_is_dead_in_the_new_one() {
    let dead = |these: &[u32]| {
        let mut dead = Dead::none();
        dead.extend(these.iter().copied());
        dead
    };
    // Of ten documents 2 and 5 were left out, of four none; since then 3, 9 and 1 have died.
    let inputs = [(10, dead(&[2, 5]), dead(&[2, 3, 5, 9])), (4, dead(&[]), dead(&[1]))];
    let moved = moved(inputs.iter().map(|(documents, then, now)| (*documents, then, now)));
    assert_eq!(moved.iter().collect::<Vec<_>>(), [2, 7, 9]);
}

#[test]
fn a_list_of_the_dead_is_read_back_or_refused() {
    let mut dead = Dead::none();
    assert_eq!(dead.extend([1, 70_000, 3, 3]), 3);
    let bytes = dead.to_bytes().unwrap();
    assert_eq!(Dead::of_bytes("a", &bytes).unwrap(), dead);
    for at in 0..bytes.len() {
        let mut damaged = bytes.clone();
        damaged[at] ^= 1;
        assert!(Dead::of_bytes("a", &damaged).is_err());
        assert!(Dead::of_bytes("a", &bytes[..at]).is_err());
    }
}

/// A split of version 1, as it was written when that was new. It stays readable. The test below
/// that is not run by itself writes it; that is done once a version.
const SAMPLE: &[u8] = include_bytes!("samples/version-1.split");

#[test]
fn splits_of_version_1_are_read() {
    let part = part(SAMPLE);
    let documents = testing::documents(1, 40);
    for seed in 0..200 {
        let query = parse(&testing::query(&documents, seed)).unwrap();
        let wanted = documents.iter().filter(|document| query.matches(document)).count();
        let request = Request { query, ..request("*") };
        assert_eq!(search_all([&part], &request).unwrap().count, wanted as u64);
    }
}

#[test]
fn a_split_of_a_later_version_says_so() {
    // The version stands at the beginning of the footer, and the checksum holds it.
    let mut bytes = SAMPLE.to_vec();
    let end = bytes.len() - 16;
    let length = u32::from_be_bytes(bytes[end + 4..end + 8].try_into().unwrap()) as usize;
    bytes[end - length + 1] = 2;
    let checksum = crc32fast::hash(&bytes[end - length..end]);
    bytes[end..end + 4].copy_from_slice(&checksum.to_be_bytes());
    let error = Split::of_bytes("a", bytes).unwrap_err();
    assert!(matches!(error, IndexError::Version { found: 2, known: 1, .. }), "{error}");
}

#[test]
fn splits_that_can_hold_no_match_are_not_asked() {
    use trawl_search::leaf::may_match;
    let split = Split::of_bytes("a", written()).unwrap();
    let may = |text: &str| may_match(split.meta(), &request(text));
    assert!(may("*") && may("type:email") && may("type:us.*") && may("-type:nothing"));
    assert!(may("type:nothing OR smith") && may("first_seen:2026"));
    assert!(!may("type:nothing") && !may("smith type:x*") && !may("first_seen:2025"));
    assert!(!may(&format!("source:{}", trawl_model::SourceId::from_bytes([9; 8]))));
    let other = Scope::tenant("other".parse().unwrap());
    assert!(!may_match(split.meta(), &Request::new(other, Query::All, 1)));
}
