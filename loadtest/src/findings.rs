//! What a scan says: the JSON lines of its findings, as a user sees them.

use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::Path;

use serde::Deserialize;

/// A finding, as far as it is compared here.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Finding {
    /// Its id.
    pub id: String,
    /// The object.
    pub object: String,
    /// The type.
    #[serde(rename = "type")]
    pub kind: String,
    /// Where in the object.
    #[serde(default)]
    pub place: Place,
    /// `open` or `closed`.
    #[serde(default)]
    pub state: Option<String>,
}

/// A place, as JSON tells it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Deserialize)]
#[serde(default)]
pub struct Place {
    /// First byte in the innermost member.
    pub start: Option<u64>,
    /// One past the last byte.
    pub end: Option<u64>,
    /// Page or slide.
    pub page: Option<u32>,
    /// Paragraph.
    pub paragraph: Option<u32>,
    /// Sheet by name.
    pub sheet: Option<String>,
    /// Table by name.
    pub table: Option<String>,
    /// Row.
    pub row: Option<u64>,
    /// Column of a sheet, or of a line.
    pub column: Option<u64>,
    /// Field by name or path.
    pub field: Option<String>,
    /// The way in.
    pub member: Vec<String>,
    /// Characters into the text.
    pub offset: Option<u64>,
    /// Whether in a name.
    pub name: Option<bool>,
}

impl Place {
    /// The named members on the way in, without the steps that only decode.
    pub fn entries(&self) -> Vec<&str> {
        entries(&self.member)
    }
}

/// The named members among steps.
pub fn entries(steps: &[String]) -> Vec<&str> {
    steps.iter().map(String::as_str).filter(|s| !(s.starts_with('(') && s.ends_with(')'))).collect()
}

/// Reads findings, one a line, and hands each on. Closed ones are passed over.
pub fn each(path: &Path, mut take: impl FnMut(Finding)) -> io::Result<()> {
    for (number, line) in BufReader::new(File::open(path)?).lines().enumerate() {
        let line = line?;
        if line.trim().is_empty() {
            continue;
        }
        let finding: Finding = serde_json::from_str(&line).map_err(|error| {
            io::Error::other(format!("{}:{}: {error}", path.display(), number + 1))
        })?;
        if finding.state.as_deref() != Some("closed") {
            take(finding);
        }
    }
    Ok(())
}
