//! Files as they are written: bytes, and where in them the planted values came to stand.

use crate::draft::{Draft, Expect, Plant};

/// Where a value stands in its file or member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Spot {
    /// Bytes of the innermost member.
    Bytes(u64, u64),
    /// Page or slide, from 1.
    Page(u32),
    /// Paragraph from 1, and characters into it.
    Paragraph(u32, u64),
    /// Sheet, row and column from 1, characters into the cell.
    Cell(String, u64, u64, u64),
    /// Table, row from 1, column's name, characters into the field.
    Field(String, u64, String, u64),
    /// In the name of the object.
    Name,
    /// Somewhere in it: the reader's way of counting is its own.
    Somewhere,
}

/// A planted value in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// Its type.
    pub kind: &'static str,
    /// Other types that a person would grant as well.
    pub also: &'static [&'static str],
    /// What a scan must do with it.
    pub expect: Expect,
    /// The value as a reader sees it.
    pub value: String,
    /// Steps from the file to the innermost member, as trawl shows them.
    pub member: Vec<String>,
    /// Where in it.
    pub spot: Spot,
}

/// The bytes of a file with its planted values.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Written {
    /// The bytes.
    pub bytes: Vec<u8>,
    /// The planted values.
    pub marks: Vec<Mark>,
}

impl Mark {
    /// A plant of a draft at a spot.
    pub fn of(draft: &Draft, plant: &Plant, spot: Spot) -> Self {
        Self {
            kind: plant.kind,
            also: plant.also,
            expect: plant.expect,
            value: draft.text[plant.start..plant.end].to_owned(),
            member: Vec::new(),
            spot,
        }
    }

    /// All plants of a draft, each at the spot that is made of the characters before it.
    pub fn all(draft: &Draft, spot: impl Fn(u64) -> Spot) -> Vec<Self> {
        draft
            .plants
            .iter()
            .map(|plant| {
                let offset = draft.text[..plant.start].chars().count() as u64;
                Self::of(draft, plant, spot(offset))
            })
            .collect()
    }
}

impl Written {
    /// Text as it is, in UTF-8.
    pub fn text(draft: &Draft) -> Self {
        let spot = |p: &Plant| Spot::Bytes(p.start as u64, p.end as u64);
        let marks = draft.plants.iter().map(|p| Mark::of(draft, p, spot(p))).collect();
        Self { bytes: draft.text.clone().into_bytes(), marks }
    }

    /// A file without plants of its own.
    pub fn plain(bytes: Vec<u8>) -> Self {
        Self { bytes, marks: Vec::new() }
    }

    /// The marks seen from outside of a step.
    pub fn marks_within(marks: Vec<Mark>, step: &str) -> Vec<Mark> {
        marks
            .into_iter()
            .map(|mut mark| {
                mark.member.insert(0, step.to_owned());
                mark
            })
            .collect()
    }

    /// The marks where only the file is known, not the place in it.
    pub fn somewhere(draft: &Draft) -> Vec<Mark> {
        Mark::all(draft, |_| Spot::Somewhere)
    }
}
