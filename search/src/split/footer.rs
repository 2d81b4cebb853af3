//! The end of a split: what stands in it and where, so that one read of the tail opens it.
//!
//! ```text
//! files, one behind the other │ footer │ its CRC-32 │ its length │ "TRAWLSPL"
//! ```
//!
//! Lengths and checksums are four bytes, big-endian. The footer begins with its version, which is
//! that of the whole file, the layout of the index included.

use std::ops::Range;

use serde::{Deserialize, Serialize};
use trawl_model::wire::{self, Versioned, WireError};

use super::Meta;
use crate::error::IndexError;

/// By this a split is known.
const MAGIC: &[u8; 8] = b"TRAWLSPL";
/// Checksum, length and magic.
const TRAILER_BYTES: usize = 16;

/// So much of the end is read at once: footers are some 20 KiB, and larger ones cost a second read.
pub(crate) const TAIL_BYTES: usize = 64 * 1024;

/// The files have a checksum for each so many bytes, so that what is read is checked and what is
/// not read needs not be.
pub(crate) const BLOCK_BYTES: usize = 64 * 1024;

/// What stands in a split and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Footer {
    /// What is known of its documents.
    pub(crate) meta: Meta,
    /// The files, in order.
    pub(crate) files: Vec<Stretch>,
    /// CRC-32 of each block of the files.
    pub(crate) blocks: Vec<u32>,
    /// What tantivy says of the index.
    pub(crate) index: Vec<u8>,
    /// What opening reads of the files.
    pub(crate) hot: Vec<Hot>,
}

impl Versioned for Footer {
    const VERSION: u16 = 1;
}

/// A file within a split.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Stretch {
    pub(crate) name: String,
    pub(crate) bytes: Range<u64>,
}

/// Bytes of the files that stand in the footer once more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Hot {
    pub(crate) at: u64,
    pub(crate) bytes: Vec<u8>,
}

impl Footer {
    /// How many bytes the files have.
    pub(crate) fn body_bytes(&self) -> u64 {
        self.files.last().map_or(0, |file| file.bytes.end)
    }

    /// The footer as it is written, with all behind it.
    pub(crate) fn write(&self) -> Result<Vec<u8>, WireError> {
        let mut bytes = wire::encode(self)?;
        let (checksum, length) = (crc32fast::hash(&bytes), bytes.len() as u32);
        bytes.extend_from_slice(&checksum.to_be_bytes());
        bytes.extend_from_slice(&length.to_be_bytes());
        bytes.extend_from_slice(MAGIC);
        Ok(bytes)
    }

    /// How many bytes of the end of a file are needed to read its footer, by its last bytes.
    pub(crate) fn needs(split: &str, tail: &[u8]) -> Result<usize, IndexError> {
        let trailer = tail.last_chunk::<TRAILER_BYTES>();
        let Some((numbers, magic)) = trailer.and_then(|t| t.split_first_chunk::<8>()) else {
            return Err(IndexError::damaged(split, "it is too short"));
        };
        if magic != MAGIC {
            return Err(IndexError::damaged(split, "it has no end, or is no split"));
        }
        let [_, _, _, _, length @ ..] = *numbers;
        Ok(u32::from_be_bytes(length) as usize + TRAILER_BYTES)
    }

    /// Reads the footer at the end of these bytes, which are the end of a file of `file_bytes`.
    pub(crate) fn read(split: &str, tail: &[u8], file_bytes: u64) -> Result<Self, IndexError> {
        let needs = Self::needs(split, tail)?;
        let tail = tail
            .len()
            .checked_sub(needs)
            .and_then(|start| tail.get(start..))
            .ok_or_else(|| IndexError::damaged(split, "it is shorter than its end says"))?;
        let (bytes, trailer) = tail.split_at(needs - TRAILER_BYTES);
        if trailer.first_chunk::<4>() != Some(&crc32fast::hash(bytes).to_be_bytes()) {
            return Err(IndexError::damaged(split, "the checksum of its footer is another"));
        }
        let footer: Self = wire::decode(bytes).map_err(|error| match error {
            WireError::Version { found, known } => {
                IndexError::Version { split: split.to_owned(), found, known }
            }
            other => IndexError::damaged(split, other.to_string()),
        })?;
        footer.check(split, file_bytes - needs as u64)?;
        Ok(footer)
    }

    /// Whether the footer fits the files before it.
    fn check(&self, split: &str, body_bytes: u64) -> Result<(), IndexError> {
        let mut at = 0;
        for file in &self.files {
            if file.bytes.start != at || file.bytes.end < at {
                return Err(IndexError::damaged(split, "its files don't lie as they should"));
            }
            at = file.bytes.end;
        }
        if at != body_bytes || self.blocks.len() as u64 != at.div_ceil(BLOCK_BYTES as u64) {
            return Err(IndexError::damaged(split, "it is not as long as it should be"));
        }
        Ok(())
    }
}
