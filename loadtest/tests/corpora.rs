//! Corpora from outside: the same from the same seed, readable by others, with a truth that holds.

#![allow(clippy::unwrap_used)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use tempfile::TempDir;
use trawl_loadtest::corpus::{self, Made, Plan};
use trawl_loadtest::large::Large;
use trawl_loadtest::truth::{self, Planted};

struct Corpus {
    _keep: TempDir,
    folder: PathBuf,
    made: Made,
}

fn corpus(seed: u64, size: u64, large: Option<Large>) -> Corpus {
    let keep = tempfile::tempdir().unwrap();
    let folder = keep.path().join("corpus");
    let made = corpus::make(&Plan { seed, size, large, truth: None }, &folder).unwrap();
    Corpus { _keep: keep, folder, made }
}

fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut all = BTreeMap::new();
    let mut open = vec![folder.to_owned()];
    while let Some(next) = open.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().to_str().unwrap().to_owned();
                all.insert(name, fs::read(&path).unwrap());
            }
        }
    }
    all
}

fn small_large() -> Large {
    Large { text_bytes: 100_000, zip_members: 40, xz_bytes: 60_000 }
}

#[test]
fn the_same_seed_gives_the_same_bytes_and_the_same_truth() {
    let (a, b) = (corpus(3, 200_000, Some(small_large())), corpus(3, 200_000, Some(small_large())));
    assert_eq!(a.made, b.made);
    assert!(files(&a.folder) == files(&b.folder));
    let truth = |c: &Corpus| fs::read(truth::beside(&c.folder)).unwrap();
    assert!(truth(&a) == truth(&b));
    let other = corpus(4, 200_000, None);
    assert!(files(&a.folder) != files(&other.folder));
}

#[test]
fn what_is_told_of_the_corpus_is_so() {
    let corpus = corpus(5, 400_000, None);
    let files = files(&corpus.folder);
    assert_eq!(corpus.made.objects, files.len() as u64);
    assert_eq!(corpus.made.bytes, files.values().map(|b| b.len() as u64).sum::<u64>());
    assert!(corpus.made.bytes >= 400_000);
    let truth = truth::read(&truth::beside(&corpus.folder)).unwrap();
    assert_eq!(corpus.made.planted, truth.values().map(|l| l.len() as u64).sum::<u64>());
    assert!(truth.keys().all(|object| files.contains_key(object)));
}

#[test]
fn a_value_stands_where_the_truth_says() {
    let corpus = corpus(6, 600_000, Some(small_large()));
    let files = files(&corpus.folder);
    let truth = truth::read(&truth::beside(&corpus.folder)).unwrap();
    let mut seen = 0;
    for planted in truth.values().flatten().filter(|p| p.member.is_empty() && p.start.is_some()) {
        let bytes = &files[&planted.object];
        let cut = &bytes[planted.start.unwrap() as usize..planted.end.unwrap() as usize];
        assert!(stands(cut, &planted.value), "{planted:?}");
        seen += 1;
    }
    assert!(seen > 500, "{seen}");
}

/// Whether the bytes are the value in one of the encodings and escapings of the corpus.
fn stands(cut: &[u8], value: &str) -> bool {
    let wide =
        |order: fn(u16) -> [u8; 2]| value.encode_utf16().flat_map(order).collect::<Vec<u8>>();
    let text = String::from_utf8_lossy(cut);
    let plain = text.replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">");
    plain.replace("&quot;", "\"") == value
        || text == value.replace('"', "\"\"")
        || text.replace("\\\"", "\"") == value
        || cut == wide(u16::to_le_bytes)
        || cut == wide(u16::to_be_bytes)
        || cut.iter().map(|b| char::from(*b)).eq(value.chars())
}

#[test]
fn every_type_is_planted_and_every_kind_of_truth_comes() {
    let corpus = corpus(7, 2_500_000, None);
    let truth = truth::read(&truth::beside(&corpus.folder)).unwrap();
    let lines: Vec<&Planted> = truth.values().flatten().collect();
    let kinds: BTreeSet<&str> =
        lines.iter().filter(|p| !p.negative && !p.either).map(|p| p.kind.as_str()).collect();
    for kind in [
        "email",
        "phone",
        "iban",
        "ipv4",
        "ipv6",
        "us.ssn",
        "us.itin",
        "gb.nino",
        "gb.nhs",
        "fr.nir",
        "es.dni",
        "es.nie",
        "nl.bsn",
        "pl.pesel",
        "se.personnummer",
        "br.cpf",
        "br.cnpj",
        "in.aadhaar",
        "in.pan",
        "au.tfn",
        "au.medicare",
        "ca.sin",
        "kr.rrn",
        "za.id_number",
        "passport",
    ] {
        assert!(kinds.contains(kind), "{kind} is not planted");
    }
    assert!(kinds.len() >= 46, "{kinds:?}");
    assert!(lines.iter().any(|p| p.negative));
    assert!(lines.iter().any(|p| p.page.is_some()));
    assert!(lines.iter().any(|p| p.paragraph.is_some()));
    assert!(lines.iter().any(|p| p.sheet.is_some()));
    assert!(lines.iter().any(|p| p.member.len() > 2));
}

#[test]
fn packages_archives_and_tables_are_read_by_other_readers() {
    let corpus = corpus(8, 300_000, None);
    let mut met = BTreeSet::new();
    for (name, bytes) in files(&corpus.folder) {
        let ending = name.rsplit('.').next().unwrap();
        met.insert(ending.to_owned());
        match ending {
            "zip" | "docx" | "xlsx" | "pptx" => read_zip(&name, &bytes),
            "gz" => {
                let mut plain = Vec::new();
                flate2::read::GzDecoder::new(bytes.as_slice()).read_to_end(&mut plain).unwrap();
                assert!(!plain.is_empty(), "{name}");
            }
            "json" => drop(serde_json::from_slice::<serde_json::Value>(&bytes).unwrap()),
            "jsonl" => {
                for line in bytes.split(|b| *b == b'\n').filter(|l| !l.is_empty()) {
                    serde_json::from_slice::<serde_json::Value>(line).unwrap();
                }
            }
            "sqlite" => read_sqlite(&corpus.folder.join(&name)),
            "parquet" => {
                use parquet::file::reader::FileReader;
                let file = fs::File::open(corpus.folder.join(&name)).unwrap();
                let reader =
                    parquet::file::serialized_reader::SerializedFileReader::new(file).unwrap();
                assert!(reader.metadata().file_metadata().num_rows() > 0, "{name}");
            }
            "pdf" => assert!(bytes.starts_with(b"%PDF-1.4") && bytes.ends_with(b"%%EOF\n")),
            _ => {}
        }
    }
    for ending in [
        "bz2", "csv", "docx", "eml", "gz", "html", "json", "jsonl", "log", "mbox", "parquet",
        "pdf", "pptx", "sqlite", "tar", "tsv", "txt", "xlsx", "xml", "xz", "zip", "zst",
    ] {
        assert!(met.contains(ending), "no {ending} among {met:?}");
    }
}

fn read_zip(name: &str, bytes: &[u8]) {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    assert!(archive.len() > 1, "{name}");
    for i in 0..archive.len() {
        let mut member = archive.by_index(i).unwrap();
        let mut content = Vec::new();
        member.read_to_end(&mut content).unwrap();
        assert!(!content.is_empty(), "{name}");
    }
}

fn read_sqlite(path: &Path) {
    let connection = rusqlite::Connection::open(path).unwrap();
    let table: String = connection
        .query_row("SELECT name FROM sqlite_master WHERE type = 'table'", [], |row| row.get(0))
        .unwrap();
    let count: i64 = connection
        .query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0))
        .unwrap();
    assert!(count > 0);
}
