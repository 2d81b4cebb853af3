//! The files of a split as they are read: each block is checked when it is first touched, and what
//! stands in the footer is not read again.

use std::io;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tantivy::HasLen;
use tantivy::directory::{FileHandle, FileSlice, OwnedBytes};

use super::footer::{BLOCK_BYTES, Footer};
use crate::error::IndexError;

/// The files of a split, one behind the other.
#[derive(Debug, Clone)]
pub(crate) struct Body(Arc<Inner>);

struct Inner {
    split: String,
    file: FileSlice,
    blocks: Vec<u32>,
    checked: Vec<AtomicBool>,
    hot: Vec<(usize, OwnedBytes)>,
}

impl std::fmt::Debug for Inner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.split)
    }
}

impl Body {
    /// Those of a split, of whose file `file` is the part before the footer.
    pub(crate) fn new(split: &str, file: FileSlice, footer: &mut Footer) -> Self {
        let hot = std::mem::take(&mut footer.hot).into_iter();
        Self(Arc::new(Inner {
            split: split.to_owned(),
            file,
            checked: footer.blocks.iter().map(|_| AtomicBool::new(false)).collect(),
            blocks: std::mem::take(&mut footer.blocks),
            hot: hot.map(|hot| (hot.at as usize, OwnedBytes::new(hot.bytes))).collect(),
        }))
    }

    fn hot(&self, range: &Range<usize>) -> Option<OwnedBytes> {
        self.0.hot.iter().find_map(|(at, bytes)| {
            let start = range.start.checked_sub(*at)?;
            let end = range.end - at;
            (end <= bytes.len()).then(|| bytes.slice(start..end))
        })
    }

    fn check(&self, range: &Range<usize>) -> io::Result<()> {
        for block in range.start / BLOCK_BYTES..range.end.div_ceil(BLOCK_BYTES) {
            let Some(checked) = self.0.checked.get(block) else { break };
            // Two that check at once come to the same.
            if checked.load(Ordering::Relaxed) {
                continue;
            }
            let start = block * BLOCK_BYTES;
            let end = (start + BLOCK_BYTES).min(self.0.file.len());
            let bytes = self.0.file.read_bytes_slice(start..end)?;
            if self.0.blocks.get(block) != Some(&crc32fast::hash(&bytes)) {
                let what = format!("what stands at byte {start} is not what was written");
                let error = IndexError::damaged(&self.0.split, what);
                return Err(io::Error::new(io::ErrorKind::InvalidData, error));
            }
            checked.store(true, Ordering::Relaxed);
        }
        Ok(())
    }
}

impl HasLen for Body {
    fn len(&self) -> usize {
        self.0.file.len()
    }
}

impl FileHandle for Body {
    fn read_bytes(&self, range: Range<usize>) -> io::Result<OwnedBytes> {
        if range.start > range.end || range.end > self.len() {
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "behind the end of a split"));
        }
        if let Some(bytes) = self.hot(&range) {
            return Ok(bytes);
        }
        self.check(&range)?;
        self.0.file.read_bytes_slice(range)
    }
}
