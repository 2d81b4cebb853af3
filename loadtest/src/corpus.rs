//! Corpora: folders of documents in every format, of any size, the same from the same seed.

use std::fs;
use std::path::{Path, PathBuf};

use crate::documents::{self, Document, SHAPES};
use crate::draft::{Draft, Value};
use crate::formats::Unwritten;
use crate::kinds;
use crate::large::{self, Large};
use crate::person::Person;
use crate::random::Random;
use crate::truth::{Ledger, beside};
use crate::written::{Mark, Spot};

/// What to make.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Decides everything.
    pub seed: u64,
    /// Bytes to reach, without the large files.
    pub size: u64,
    /// Large files beside the many small ones.
    pub large: Option<Large>,
    /// Where the truth goes; beside the folder if not told.
    pub truth: Option<PathBuf>,
}

/// What was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Made {
    /// Files.
    pub objects: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Lines of the truth.
    pub planted: u64,
}

/// Documents over a megabyte come only where so much is left to write.
const ROOM_FOR_BIG: u64 = 12 << 20;
/// So many documents share a folder.
const FOLDER: u64 = 250;
/// So many of a hundred texts bear somebody's address in their names.
const NAMED_PERCENT: u64 = 4;
/// One in so many documents is big.
const BIG_EVERY: u64 = 400;

/// Makes a corpus in a folder that is new or empty. One document is in memory at a time.
pub fn make(plan: &Plan, folder: &Path) -> Result<Made, Unwritten> {
    fs::create_dir_all(folder)?;
    if fs::read_dir(folder)?.next().is_some() {
        let what = format!("{} is not empty: name a new folder", folder.display());
        return Err(std::io::Error::other(what).into());
    }
    let truth = plan.truth.clone().unwrap_or_else(|| beside(folder));
    let mut ledger = Ledger::create(&truth)?;
    let mut made = Made::default();
    let mut number = 0;
    while made.bytes < plan.size || number < SHAPES.len() as u64 {
        let random = &mut Random::new(plan.seed, number);
        let shape = if number < SHAPES.len() as u64 {
            SHAPES[number as usize]
        } else {
            *random.choose(SHAPES)
        };
        let room = plan.size.saturating_sub(made.bytes);
        let big =
            number > SHAPES.len() as u64 && room > ROOM_FOR_BIG && random.below(BIG_EVERY) == 0;
        let document = documents::make(plan.seed, shape, big, random)?;
        let (object, named) = name(plan.seed, number, &document, random);
        let bytes = &document.file.bytes;
        write(folder, &object, bytes)?;
        ledger.enter(&object, &document.file.marks)?;
        ledger.enter(&object, &named)?;
        made.objects += 1;
        made.bytes += bytes.len() as u64;
        made.planted += (document.file.marks.len() + named.len()) as u64;
        number += 1;
    }
    if let Some(large) = &plan.large {
        let more = large::make(plan.seed, large, folder, &mut ledger)?;
        made.objects += more.objects;
        made.bytes += more.bytes;
        made.planted += more.planted;
    }
    ledger.finish()?;
    Ok(made)
}

/// The path of a document. Some texts bear the address of their sender in their names.
fn name(seed: u64, number: u64, document: &Document, random: &mut Random) -> (String, Vec<Mark>) {
    let Document { folder, stem, ending, .. } = document;
    let group = number / FOLDER;
    if ending != "txt" || !random.chance(NAMED_PERCENT) {
        return (format!("{folder}/{group:04}/{stem}-{number:07}.{ending}"), Vec::new());
    }
    let mut draft = Draft::plain(format!("{folder}/{group:04}/{stem} from "));
    let sender = Person::any(seed, random).email;
    draft.plant(Value::found(kinds::EMAIL, sender)).say(&format!(" ({number:07}).{ending}"));
    let marks = Mark::all(&draft, |_| Spot::Name);
    (draft.text, marks)
}

fn write(folder: &Path, object: &str, bytes: &[u8]) -> std::io::Result<()> {
    let path = folder.join(object);
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)?;
    }
    fs::write(path, bytes)
}

/// Reads a size such as `2MB`, `1GB`, `500k` or `4096`. Units are powers of ten, with an `i`
/// (`MiB`) powers of two.
pub fn size(text: &str) -> Result<u64, String> {
    let split = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(split);
    let factor: u64 = match unit.trim().to_ascii_lowercase().as_str() {
        "" | "b" => 1,
        "k" | "kb" => 1_000,
        "m" | "mb" => 1_000_000,
        "g" | "gb" => 1_000_000_000,
        "t" | "tb" => 1_000_000_000_000,
        "kib" => 1 << 10,
        "mib" => 1 << 20,
        "gib" => 1 << 30,
        _ => return Err(format!("`{text}` is no size: write it as 2MB, 1GB or 512KiB")),
    };
    let number: u64 = number
        .parse()
        .map_err(|_| format!("`{text}` is no size: it begins with a number, as 2MB"))?;
    number.checked_mul(factor).ok_or_else(|| format!("`{text}` is more than can be counted"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_as_people_write_them() {
        assert_eq!(size("2MB"), Ok(2_000_000));
        assert_eq!(size("512KiB"), Ok(512 << 10));
        assert_eq!(size("77"), Ok(77));
        assert!(size("lots").is_err());
        assert!(size("3 parsecs").is_err());
    }
}
