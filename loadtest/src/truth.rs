//! The truth of a corpus: a line of JSON for each planted value.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::draft::Expect;
use crate::written::{Mark, Spot};

/// One planted value. What is not known or doesn't apply is absent.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Planted {
    /// The file's path in the corpus, with `/`.
    pub object: String,
    /// Steps from the file to the innermost member.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub member: Vec<String>,
    /// Its type.
    #[serde(rename = "type")]
    pub kind: String,
    /// As it is read.
    pub value: String,
    /// First byte in the innermost member.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<u64>,
    /// One past the last byte.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<u64>,
    /// Page or slide, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page: Option<u32>,
    /// Paragraph, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paragraph: Option<u32>,
    /// Sheet by name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
    /// Table by name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub table: Option<String>,
    /// Row, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub row: Option<u64>,
    /// Column of a sheet, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<u64>,
    /// Field by name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// Characters into paragraph, cell, field or name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offset: Option<u64>,
    /// Whether it stands in the name of the object.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub name: bool,
    /// A near miss: nothing may be found here.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub negative: bool,
    /// People would argue: it counts neither way.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub either: bool,
    /// Other types that are granted as well.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<String>,
}

impl Planted {
    /// The truth of a mark in an object.
    pub fn of(object: &str, mark: &Mark) -> Self {
        let mut planted = Self {
            object: object.to_owned(),
            member: mark.member.clone(),
            kind: mark.kind.to_owned(),
            value: mark.value.clone(),
            negative: mark.expect == Expect::Absent,
            either: mark.expect == Expect::Either,
            also: mark.also.iter().map(|kind| (*kind).to_owned()).collect(),
            ..Self::default()
        };
        match &mark.spot {
            Spot::Bytes(start, end) => (planted.start, planted.end) = (Some(*start), Some(*end)),
            Spot::Page(page) => planted.page = Some(*page),
            Spot::Paragraph(paragraph, offset) => {
                (planted.paragraph, planted.offset) = (Some(*paragraph), Some(*offset));
            }
            Spot::Cell(sheet, row, column, offset) => {
                (planted.sheet, planted.row) = (Some(sheet.clone()), Some(*row));
                (planted.column, planted.offset) = (Some(*column), Some(*offset));
            }
            Spot::Field(table, row, field, offset) => {
                planted.table = (!table.is_empty()).then(|| table.clone());
                (planted.row, planted.field) = (Some(*row), Some(field.clone()));
                planted.offset = Some(*offset);
            }
            Spot::Name => planted.name = true,
            Spot::Somewhere => {}
        }
        planted
    }
}

/// Where the truth of a corpus lies unless told otherwise: beside it, never inside.
pub fn beside(corpus: &Path) -> PathBuf {
    let mut name = corpus.as_os_str().to_owned();
    let text = name.to_string_lossy();
    if text.len() > 1 && text.ends_with('/') {
        name = text.trim_end_matches('/').into();
    }
    name.push(".truth.jsonl");
    name.into()
}

/// Writes the truth, line by line.
#[derive(Debug)]
pub struct Ledger(BufWriter<File>);

impl Ledger {
    /// A new one, in place of an old one.
    pub fn create(path: &Path) -> io::Result<Self> {
        Ok(Self(BufWriter::new(File::create(path)?)))
    }

    /// Enters the marks of an object.
    pub fn enter(&mut self, object: &str, marks: &[Mark]) -> io::Result<()> {
        for mark in marks {
            serde_json::to_writer(&mut self.0, &Planted::of(object, mark))?;
            self.0.write_all(b"\n")?;
        }
        Ok(())
    }

    /// Enters what is planted, as it is.
    pub fn all(&mut self, planted: &[Planted]) -> io::Result<()> {
        for planted in planted {
            serde_json::to_writer(&mut self.0, planted)?;
            self.0.write_all(b"\n")?;
        }
        Ok(())
    }

    /// Brings all to the disk.
    pub fn finish(mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// Reads a truth and hands on what is planted in each object. Lines of an object lie together, so
/// that no more than one object's are in memory.
pub fn each_object(path: &Path, mut take: impl FnMut(&str, &[Planted])) -> io::Result<()> {
    let file = File::open(path).map_err(|error| {
        io::Error::other(format!("the truth {} could not be read: {error}", path.display()))
    })?;
    let mut held: Vec<Planted> = Vec::new();
    for (number, line) in BufReader::new(file).lines().enumerate() {
        let planted: Planted = serde_json::from_str(&line?).map_err(|error| {
            io::Error::other(format!("{}:{}: {error}", path.display(), number + 1))
        })?;
        if held.first().is_some_and(|first| first.object != planted.object) {
            take(&held[0].object, &held);
            held.clear();
        }
        held.push(planted);
    }
    if let Some(first) = held.first() {
        take(&first.object, &held);
    }
    Ok(())
}

/// The whole truth of a corpus, by object.
pub fn read(path: &Path) -> io::Result<HashMap<String, Vec<Planted>>> {
    let mut objects: HashMap<String, Vec<Planted>> = HashMap::new();
    each_object(path, |object, planted| {
        objects.entry(object.to_owned()).or_default().extend_from_slice(planted);
    })?;
    Ok(objects)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_truth_lies_beside_the_corpus() {
        assert_eq!(beside(Path::new("/tmp/corpus/")), Path::new("/tmp/corpus.truth.jsonl"));
        assert_eq!(beside(Path::new("corpus")), Path::new("corpus.truth.jsonl"));
    }
}
