//! From an index to a split.

use std::io::{self, Write};
use std::ops::Range;
use std::path::Path;
use std::sync::{Arc, Mutex};

use tantivy::directory::{FileHandle, FileSlice, OwnedBytes};
use tantivy::index::{SegmentComponent, SegmentReader};
use tantivy::{Directory, HasLen, Index};

use super::Meta;
use super::directory::{Files, INDEX};
use super::footer::{BLOCK_BYTES, Footer, Hot, Stretch};
use crate::error::IndexError;

/// Opening reads some KiB; what is more than this is left where it is.
const MAX_HOT_BYTES: usize = 256 * 1024;

/// The files of a segment, those that are read from end to end last.
const COMPONENTS: [SegmentComponent; 6] = [
    SegmentComponent::Store,
    SegmentComponent::Positions,
    SegmentComponent::Postings,
    SegmentComponent::FastFields,
    SegmentComponent::FieldNorms,
    SegmentComponent::Terms,
];

/// A split that is ready to be written.
pub struct Bundle {
    footer: Footer,
    tail: Vec<u8>,
    files: Vec<FileSlice>,
    /// Holds the files as long as they are needed.
    _scratch: Option<tempfile::TempDir>,
}

impl Bundle {
    /// Of an index with one segment, whose files lie in the directory.
    pub(crate) fn of(
        index: &Index,
        directory: &dyn Directory,
        meta: Meta,
        scratch: Option<tempfile::TempDir>,
    ) -> Result<Self, IndexError> {
        let refused = || IndexError::engine("give its files");
        let (mut stretches, mut files, mut at) = (Vec::new(), Vec::new(), 0);
        for segment in index.searchable_segment_metas().map_err(refused())? {
            for path in COMPONENTS.map(|component| segment.relative_path(component)) {
                if !directory.exists(&path).map_err(|error| refused()(error.into()))? {
                    continue;
                }
                let file = whole(directory, &path)?;
                let bytes = at..at + file.len() as u64;
                at = bytes.end;
                stretches.push(Stretch { name: path.to_string_lossy().into_owned(), bytes });
                files.push(file);
            }
        }
        let index = directory.atomic_read(Path::new(INDEX));
        let index = index.map_err(|error| refused()(error.into()))?;
        let mut footer =
            Footer { meta, files: stretches, blocks: Vec::new(), index, hot: Vec::new() };
        footer.blocks = checksums(&files).map_err(|error| IndexError::io("a new split", error))?;
        footer.hot = hot(&files, &footer)?;
        let tail = footer.write();
        let tail = tail.map_err(|error| IndexError::damaged("a new split", error.to_string()))?;
        Ok(Self { footer, tail, files, _scratch: scratch })
    }

    /// What is known of its documents.
    pub fn meta(&self) -> &Meta {
        &self.footer.meta
    }

    /// How long its file is.
    pub fn bytes(&self) -> u64 {
        self.footer.body_bytes() + self.tail.len() as u64
    }

    /// How long its footer is: what is read to open it.
    pub fn footer_bytes(&self) -> u64 {
        self.tail.len() as u64
    }

    /// How many bytes go to what: the ending of tantivy's file, and its length.
    pub fn sizes(&self) -> impl Iterator<Item = (&str, u64)> {
        self.footer.files.iter().map(|file| {
            let ending = file.name.rsplit('.').next().unwrap_or_default();
            (ending, file.bytes.end - file.bytes.start)
        })
    }

    /// Writes it out.
    pub fn write(&self, to: &mut dyn Write) -> io::Result<()> {
        for file in &self.files {
            for range in pieces(file.len()) {
                to.write_all(&file.read_bytes_slice(range)?)?;
            }
        }
        to.write_all(&self.tail)
    }

    /// The whole of it, for those that stay in memory.
    pub fn to_bytes(&self) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::with_capacity(self.bytes() as usize);
        self.write(&mut bytes)?;
        Ok(bytes)
    }
}

/// A file with all of its bytes, tantivy's own footer included.
fn whole(directory: &dyn Directory, path: &Path) -> Result<FileSlice, IndexError> {
    let handle = directory.get_file_handle(path);
    let handle = handle.map_err(|error| IndexError::engine("give its files")(error.into()))?;
    Ok(FileSlice::new(handle))
}

fn pieces(length: usize) -> impl Iterator<Item = Range<usize>> {
    (0..length).step_by(BLOCK_BYTES).map(move |at| at..(at + BLOCK_BYTES).min(length))
}

/// The checksums of the blocks of files that lie one behind the other.
fn checksums(files: &[FileSlice]) -> io::Result<Vec<u32>> {
    let (mut blocks, mut block, mut filled) = (Vec::new(), crc32fast::Hasher::new(), 0);
    for file in files {
        for range in pieces(file.len()) {
            let bytes = file.read_bytes_slice(range)?;
            let mut rest = bytes.as_slice();
            while !rest.is_empty() {
                let (now, later) = rest.split_at(rest.len().min(BLOCK_BYTES - filled));
                block.update(now);
                filled += now.len();
                rest = later;
                if filled == BLOCK_BYTES {
                    blocks.push(std::mem::take(&mut block).finalize());
                    filled = 0;
                }
            }
        }
    }
    if filled > 0 {
        blocks.push(block.finalize());
    }
    Ok(blocks)
}

/// What opening reads: found by doing it.
fn hot(files: &[FileSlice], footer: &Footer) -> Result<Vec<Hot>, IndexError> {
    let starts = footer.files.iter().map(|file| file.bytes.start as usize);
    let watched = Watched {
        files: starts.zip(files.iter().cloned()).collect(),
        length: footer.body_bytes() as usize,
        read: Arc::default(),
    };
    open(&Files::new(Arc::new(watched.clone()), footer)).map_err(IndexError::engine("open"))?;
    let read = std::mem::take(&mut *watched.read.lock().unwrap_or_else(|e| e.into_inner()));
    let mut hot = Vec::new();
    let mut left = MAX_HOT_BYTES;
    for range in joined(read) {
        if range.len() <= left {
            left -= range.len();
            let bytes = watched.get(range.clone());
            let bytes = bytes.map_err(|error| IndexError::io("a new split", error))?;
            hot.push(Hot { at: range.start as u64, bytes: bytes.to_vec() });
        }
    }
    Ok(hot)
}

/// Stretches in order, those that touch each other as one.
fn joined(mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.sort_by_key(|range| (range.start, range.end));
    let mut joined: Vec<Range<usize>> = Vec::new();
    for range in ranges {
        match joined.last_mut().filter(|last| range.start <= last.end) {
            Some(last) => last.end = last.end.max(range.end),
            None => joined.push(range),
        }
    }
    joined
}

/// Opens the one segment of a split; a split of no documents has none.
pub(super) fn open(files: &Files) -> tantivy::Result<Option<(Index, SegmentReader)>> {
    let index = Index::open(files.clone())?;
    match index.searchable_segments()?.first() {
        Some(segment) => Ok(Some((index, SegmentReader::open(segment)?))),
        None => Ok(None),
    }
}

/// Files that remember what was read of them.
#[derive(Debug, Clone)]
struct Watched {
    files: Vec<(usize, FileSlice)>,
    length: usize,
    read: Arc<Mutex<Vec<Range<usize>>>>,
}

impl Watched {
    fn get(&self, range: Range<usize>) -> io::Result<OwnedBytes> {
        let mut bytes = Vec::with_capacity(range.len());
        for (start, file) in &self.files {
            let from = range.start.max(*start);
            let to = range.end.min(start + file.len());
            if from < to {
                bytes.extend_from_slice(&file.read_bytes_slice(from - start..to - start)?);
            }
        }
        Ok(OwnedBytes::new(bytes))
    }
}

impl HasLen for Watched {
    fn len(&self) -> usize {
        self.length
    }
}

impl FileHandle for Watched {
    fn read_bytes(&self, range: Range<usize>) -> io::Result<OwnedBytes> {
        self.read.lock().unwrap_or_else(|e| e.into_inner()).push(range.clone());
        self.get(range)
    }
}
