//! Which documents of a split are dead.

use std::io;

use roaring::RoaringBitmap;
use tantivy::DocId;

use crate::error::IndexError;

/// Which documents of a split are dead: a list beside it, for it is never changed itself.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Dead(RoaringBitmap);

/// Begins a list as it is written: its version is the last byte.
const MAGIC: &[u8; 8] = b"TRAWLDD\x01";

impl Dead {
    /// None.
    pub fn none() -> Self {
        Self::default()
    }

    /// Adds documents; gives how many of them were alive.
    pub fn extend(&mut self, documents: impl IntoIterator<Item = DocId>) -> u64 {
        let before = self.0.len();
        self.0.extend(documents);
        self.0.len() - before
    }

    /// How many.
    pub fn len(&self) -> u64 {
        self.0.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether this one is.
    pub fn contains(&self, document: DocId) -> bool {
        self.0.contains(document)
    }

    /// How many there are up to this one.
    pub fn up_to(&self, document: DocId) -> u64 {
        self.0.rank(document)
    }

    /// Those that are here and not in the other.
    #[must_use]
    pub fn without(&self, other: &Self) -> Self {
        Self(&self.0 - &other.0)
    }

    /// Whether all that are here are in the other, too.
    pub fn lies_in(&self, other: &Self) -> bool {
        self.0.is_subset(&other.0)
    }

    /// The documents, in order.
    pub fn iter(&self) -> impl Iterator<Item = DocId> + '_ {
        self.0.iter()
    }

    /// As it is written beside the split.
    pub fn to_bytes(&self) -> io::Result<Vec<u8>> {
        let mut bytes = MAGIC.to_vec();
        self.0.serialize_into(&mut bytes)?;
        bytes.extend_from_slice(&crc32fast::hash(&bytes).to_be_bytes());
        Ok(bytes)
    }

    /// Reads what was written.
    pub fn of_bytes(name: &str, bytes: &[u8]) -> Result<Self, IndexError> {
        let damaged = || IndexError::damaged(name, "its list of the dead is not what was written");
        let (rest, checksum) = bytes.split_last_chunk::<4>().ok_or_else(damaged)?;
        if crc32fast::hash(rest).to_be_bytes() != *checksum {
            return Err(damaged());
        }
        let bitmap = rest.strip_prefix(MAGIC).ok_or_else(damaged)?;
        RoaringBitmap::deserialize_from(bitmap).map(Self).map_err(|_| damaged())
    }
}

/// The same, laid out so that it is asked quickly.
#[derive(Debug, Clone, Default)]
pub(crate) struct Mask(Vec<u64>);

impl Mask {
    pub(crate) fn of(dead: &Dead) -> Self {
        let words = dead.0.max().map_or(0, |last| last as usize / 64 + 1);
        let mut mask = vec![0; words];
        for document in &dead.0 {
            mask[document as usize / 64] |= 1u64 << (document % 64);
        }
        Self(mask)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn holds(&self, document: DocId) -> bool {
        let word = self.0.get(document as usize / 64).copied().unwrap_or(0);
        word >> (document % 64) & 1 == 1
    }
}
