//! Labelled sets: files in which people have marked what is to be found, read into a corpus and its truth.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::truth::{Ledger, Planted};

/// What begins a mark, and what ends it.
const MARK: [char; 2] = ['⟦', '⟧'];

/// The largest file that is taken for a labelled one.
const MAX_FILE_BYTES: u64 = 1 << 20;

/// The kinds of values that are labelled, by their id.
#[derive(Debug, Clone, Default)]
pub struct Types {
    areas: BTreeMap<String, String>,
}

impl Types {
    /// What the files `types.AREA.tsv` of a folder list. One that is in several is of the first.
    pub fn of(folder: &Path) -> io::Result<Self> {
        let mut areas = BTreeMap::new();
        for path in entries(folder)? {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let area = name.strip_prefix("types.").and_then(|name| name.strip_suffix(".tsv"));
            let Some(area) = area else { continue };
            for line in fs::read_to_string(&path)?.lines().filter(|line| !line.is_empty()) {
                let Some((id, _)) = line.split_once('\t') else {
                    let what = format!("{}: {line:?} is no `id`, `name`, …", path.display());
                    return Err(io::Error::other(what));
                };
                areas.entry(id.to_owned()).or_insert_with(|| area.to_owned());
            }
        }
        Ok(Self { areas })
    }

    /// The area of a type; none where it is not listed.
    pub fn area(&self, id: &str) -> Option<&str> {
        self.areas.get(id).map(String::as_str)
    }

    /// Other types that say the same, only wider: a passport of a country is a passport.
    fn wider(&self, id: &str) -> Vec<String> {
        let plain = id.split_once('.').map(|(_, plain)| plain);
        plain
            .filter(|plain| self.areas.contains_key(*plain))
            .map(str::to_owned)
            .into_iter()
            .collect()
    }
}

/// Why a file is no labelled one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Wrong {
    /// A mark without an end, or with another one in it.
    #[error("line {0}: a mark has no end of its own")]
    Open(usize),
    /// A mark without a bar, or without a value.
    #[error("line {0}: a mark is ⟦type|value⟧, and this one has no type, or no value")]
    Empty(usize),
    /// An end without a beginning.
    #[error("line {0}: ⟧ ends no mark")]
    Closed(usize),
}

/// The file as it is scanned, and what is in it.
pub fn unmark(object: &str, marked: &str, types: &Types) -> Result<(String, Vec<Planted>), Wrong> {
    let (mut text, mut planted, mut rest) =
        (String::with_capacity(marked.len()), Vec::new(), marked);
    let line = |rest: &str| marked[..marked.len() - rest.len()].matches('\n').count() + 1;
    while let Some(at) = rest.find(MARK) {
        text.push_str(&rest[..at]);
        let mark = &rest[at..];
        let Some(inner) = mark.strip_prefix(MARK[0]) else { return Err(Wrong::Closed(line(mark))) };
        let end = inner.find(MARK).filter(|end| inner[*end..].starts_with(MARK[1]));
        let Some(end) = end else { return Err(Wrong::Open(line(mark))) };
        let Some((kind, value)) = inner[..end]
            .split_once('|')
            .filter(|(kind, value)| !kind.is_empty() && !value.is_empty())
        else {
            return Err(Wrong::Empty(line(mark)));
        };
        let start = text.len();
        text.push_str(value);
        planted.push(of_mark(object, kind, value, start, types));
        rest = &inner[end + MARK[1].len_utf8()..];
    }
    text.push_str(rest);
    Ok((text, planted))
}

fn of_mark(object: &str, kind: &str, value: &str, start: usize, types: &Types) -> Planted {
    let (either, negative) = (kind.starts_with(['~', '?']), kind.starts_with('!'));
    let kind = kind.trim_start_matches(['~', '?', '!']);
    Planted {
        object: object.to_owned(),
        kind: kind.to_owned(),
        value: value.to_owned(),
        start: Some(start as u64),
        end: Some((start + value.len()) as u64),
        negative,
        either,
        also: if negative { Vec::new() } else { types.wider(kind) },
        ..Planted::default()
    }
}

/// What is in the files of a set, one after the other.
pub type Truth = Vec<Vec<Planted>>;

/// Writes the files of labelled sets without their marks into a folder; gives what is in each.
pub fn write(labelled: &Path, types: &Types, corpus: &Path) -> io::Result<Truth> {
    let mut truth = Truth::new();
    let mut files = BTreeSet::new();
    for area in entries(labelled)?.into_iter().filter(|path| path.is_dir()) {
        gather(&area, &mut files)?;
    }
    for file in &files {
        let object = file.strip_prefix(labelled).map_err(io::Error::other)?;
        let name = object.to_string_lossy().into_owned();
        let named = |error: String| io::Error::other(format!("{}: {error}", file.display()));
        let size = file.metadata()?.len();
        if size > MAX_FILE_BYTES {
            return Err(named(format!("it has {size} bytes, and {MAX_FILE_BYTES} may be")));
        }
        let marked = fs::read_to_string(file).map_err(|error| named(error.to_string()))?;
        let (text, planted) =
            unmark(&name, &marked, types).map_err(|wrong| named(wrong.to_string()))?;
        let place = corpus.join(object);
        if let Some(folder) = place.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(&place, text)?;
        truth.push(planted);
    }
    Ok(truth)
}

/// Keeps a truth in a file. Where a file has members, places are those of its members, and of what is in it no
/// more is said than that.
pub fn keep(truth: &Truth, has_members: &BTreeSet<String>, at: &Path) -> io::Result<()> {
    let mut ledger = Ledger::create(at)?;
    for planted in truth {
        let mut planted = planted.clone();
        for planted in planted.iter_mut().filter(|p| has_members.contains(&p.object)) {
            (planted.start, planted.end) = (None, None);
        }
        ledger.all(&planted)?;
    }
    ledger.finish()
}

fn gather(folder: &Path, files: &mut BTreeSet<PathBuf>) -> io::Result<()> {
    for path in entries(folder)? {
        if path.is_dir() {
            gather(&path, files)?;
        } else if path.file_name().is_some_and(|name| name != "README.md") {
            files.insert(path);
        }
    }
    Ok(())
}

fn entries(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let named = |error: io::Error| io::Error::other(format!("{}: {error}", folder.display()));
    let entries = fs::read_dir(folder).map_err(named)?;
    let mut paths = entries.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>()?;
    paths.sort();
    Ok(paths)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn types() -> Types {
        let areas = [("us.ssn", "identifiers"), ("passport", "identifiers"), ("email", "contact")];
        let areas = areas.map(|(id, area)| (id.to_owned(), area.to_owned()));
        Types { areas: areas.into_iter().collect() }
    }

    #[test]
    fn marks_are_read_and_their_places_are_those_of_the_file_without_them() {
        let marked =
            "né ⟦us.ssn|536-22-1234⟧, ⟦!order number|1-2⟧ ⟦?email|a@b.c⟧⟦us.passport|X1⟧\n";
        let (text, planted) = unmark("a/b.txt", marked, &types()).unwrap();
        assert_eq!(text, "né 536-22-1234, 1-2 a@b.cX1\n");
        for planted in &planted {
            let span = planted.start.unwrap() as usize..planted.end.unwrap() as usize;
            assert_eq!(text[span], planted.value);
        }
        let kinds: Vec<_> =
            planted.iter().map(|p| (p.kind.as_str(), p.negative, p.either)).collect();
        assert_eq!(
            kinds,
            [
                ("us.ssn", false, false),
                ("order number", true, false),
                ("email", false, true),
                ("us.passport", false, false)
            ]
        );
        assert_eq!(planted[3].also, ["passport"]);
    }

    #[test]
    fn a_mark_that_is_none_is_named_with_its_line() {
        for (marked, wrong) in [
            ("\n\n⟦a|b", Wrong::Open(3)),
            ("⟦a|⟦b|c⟧⟧", Wrong::Open(1)),
            ("x\n⟦a⟧", Wrong::Empty(2)),
            ("⟦a|⟧", Wrong::Empty(1)),
            ("a⟧", Wrong::Closed(1)),
        ] {
            assert_eq!(unmark("a", marked, &types()).unwrap_err(), wrong);
        }
    }

    #[test]
    fn the_sets_of_this_repository_can_be_read_and_name_no_type_that_is_not_listed() {
        let labelled = Path::new(env!("CARGO_MANIFEST_DIR")).join("labelled");
        let types = Types::of(&labelled).unwrap();
        let work = tempfile::tempdir().unwrap();
        let truth = write(&labelled, &types, work.path()).unwrap();
        assert!(truth.len() > 700);
        for planted in truth.iter().flatten().filter(|planted| !planted.negative) {
            let is_listed = types.area(&planted.kind).is_some();
            assert!(is_listed, "{}: {} is not listed", planted.object, planted.kind);
        }
    }
}
