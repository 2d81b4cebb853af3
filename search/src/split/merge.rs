//! One split of several, without what is dead in them.

use std::io;
use std::path::PathBuf;

use tantivy::directory::{MmapDirectory, OwnedBytes, RamDirectory};
use tantivy::fastfield::{AliveBitSet, write_alive_bitset};
use tantivy::indexer::merge_filtered_segments;
use tantivy::{BitSet, Directory, DocId};

use super::build::settings;
use super::{Bundle, Dead, Meta, Split, build};
use crate::error::IndexError;

/// A split to be merged, and what is dead in it.
#[derive(Debug, Clone, Copy)]
pub struct Input<'s> {
    /// The split.
    pub split: &'s Split,
    /// What is left out.
    pub dead: &'s Dead,
}

/// Where the new files lie until they are written as one.
#[derive(Debug, Clone)]
pub enum Scratch {
    /// In memory: for small ones.
    Memory,
    /// In a folder of its own within this one, that goes with the bundle.
    Folder(PathBuf),
}

/// Makes one split of several. Their living documents follow each other in the order of the
/// inputs; what died since stands at [`moved`].
pub fn merge(inputs: &[Input<'_>], scratch: &Scratch) -> Result<Bundle, IndexError> {
    let mut meta = Meta::default();
    let (mut segments, mut alive) = (Vec::new(), Vec::new());
    for input in inputs {
        let documents = input.split.meta().documents;
        let living = u64::from(documents).saturating_sub(input.dead.len());
        let Some(segment) = input.split.segment().filter(|_| living > 0) else { continue };
        meta.add_all(input.split.meta());
        let found = segment.index.searchable_segments();
        segments.extend(found.map_err(IndexError::engine("give a split"))?);
        let living = (!input.dead.is_empty()).then(|| living_of(documents, input.dead));
        alive.push(living.transpose().map_err(|error| IndexError::io("the living", error))?);
        meta.documents -= input.dead.len() as u32;
    }
    if segments.is_empty() {
        return build([]);
    }
    let (directory, folder) = directory(scratch)?;
    let index = merge_filtered_segments(&segments, settings(), alive, directory.clone())
        .map_err(IndexError::engine("merge splits"))?;
    Bundle::of(&index, &*directory, meta, folder)
}

/// Where the documents that have died since stand in a split that was merged: `then` is what was
/// left out, `now` what is dead in the inputs now.
pub fn moved<'d>(inputs: impl IntoIterator<Item = (u32, &'d Dead, &'d Dead)>) -> Dead {
    let mut dead = Dead::none();
    let mut base: DocId = 0;
    for (documents, then, now) in inputs {
        for document in now.without(then).iter() {
            dead.extend([base + document - then.up_to(document) as DocId]);
        }
        base += documents - then.len() as u32;
    }
    dead
}

fn directory(
    scratch: &Scratch,
) -> Result<(Box<dyn Directory>, Option<tempfile::TempDir>), IndexError> {
    let Scratch::Folder(path) = scratch else {
        return Ok((Box::new(RamDirectory::create()), None));
    };
    let folder = tempfile::Builder::new().prefix(".merge-").tempdir_in(path);
    let folder = folder.map_err(|error| IndexError::io(&path.to_string_lossy(), error))?;
    let mapped = MmapDirectory::open(folder.path())
        .map_err(|error| IndexError::engine("merge splits")(error.into()))?;
    Ok((Box::new(mapped), Some(folder)))
}

fn living_of(documents: u32, dead: &Dead) -> io::Result<AliveBitSet> {
    let mut alive = BitSet::with_max_value_and_full(documents);
    dead.iter().filter(|document| *document < documents).for_each(|d| alive.remove(d));
    let mut bytes = Vec::new();
    write_alive_bitset(&alive, &mut bytes)?;
    Ok(AliveBitSet::open(OwnedBytes::new(bytes)))
}
