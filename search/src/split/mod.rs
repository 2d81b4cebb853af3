//! Splits: files of an index that are never changed.
//!
//! A split is all files of one tantivy segment in one, with a footer by which one read of its end
//! opens it ([`footer`]). What dies in it is said beside it ([`Dead`]). Whatever tantivy reads of it
//! has been checked, so that a damaged file is an error and never a wrong answer or a panic.

mod build;
mod bundle;
mod dead;
mod directory;
mod file;
mod folder;
mod footer;
mod list;
mod merge;
mod meta;
mod shared;

use std::sync::{Arc, Weak};

pub use tantivy::directory::FileSlice;
use tantivy::index::SegmentReader;
use tantivy::{HasLen, Index};

pub use build::{Builder, build, build_by};
pub use bundle::Bundle;
pub use dead::Dead;
pub(crate) use dead::Mask;
pub use folder::{Blobs, Folder};
pub use list::DeadList;
pub use merge::{Input, Scratch, merge, moved};
pub use meta::{MAX_NAMED, Meta, Named};
pub use shared::{Bucket, BucketOptions, Keys, Mounted, Place, Shared, Told, Whole};

use crate::error::IndexError;
use crate::index::columns::Columns;
use crate::index::layout::LAYOUT;
use directory::Files;
use file::Body;
use footer::{Footer, TAIL_BYTES};

/// A split that is open.
#[derive(Clone)]
pub struct Split(Arc<Inner>);

/// Tells whether anybody has a split open.
#[derive(Clone)]
pub struct Watch(Weak<Inner>);

impl Watch {
    /// Whether anybody has.
    pub fn is_open(&self) -> bool {
        self.0.strong_count() > 0
    }
}

struct Inner {
    name: String,
    meta: Meta,
    bytes: u64,
    segment: Option<Segment>,
}

pub(crate) struct Segment {
    pub(crate) index: Index,
    pub(crate) reader: SegmentReader,
    pub(crate) columns: Columns,
}

impl std::fmt::Debug for Split {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Split({}, {} documents)", self.0.name, self.0.meta.documents)
    }
}

impl Split {
    /// Opens the split that this file is. One read of its end is enough, unless its footer is
    /// uncommonly large.
    pub fn open(name: &str, file: FileSlice) -> Result<Self, IndexError> {
        let mut footer = read_footer(name, &file)?;
        let body = file.slice_to(footer.body_bytes() as usize);
        let body = Body::new(name, body, &mut footer);
        let files = Files::new(Arc::new(body), &footer);
        let opened = bundle::open(&files).map_err(|error| unreadable(name, error))?;
        let segment = match opened {
            Some((index, reader)) => Some(Segment::new(name, index, reader, &footer.meta)?),
            None => None,
        };
        let bytes = file.len() as u64;
        Ok(Self(Arc::new(Inner { name: name.to_owned(), meta: footer.meta, bytes, segment })))
    }

    /// Opens a split that lies in memory.
    pub fn of_bytes(name: &str, bytes: Vec<u8>) -> Result<Self, IndexError> {
        Self::open(name, FileSlice::from(bytes))
    }

    /// Its name, for people and errors.
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// What is known of its documents without a look into it.
    pub fn meta(&self) -> &Meta {
        &self.0.meta
    }

    /// How long its file is.
    pub fn bytes(&self) -> u64 {
        self.0.bytes
    }

    /// Tells whether anybody has it open, without holding it open.
    pub fn watch(&self) -> Watch {
        Watch(Arc::downgrade(&self.0))
    }

    /// What is searched; none where there are no documents.
    pub(crate) fn segment(&self) -> Option<&Segment> {
        self.0.segment.as_ref()
    }
}

impl Segment {
    fn new(
        name: &str,
        index: Index,
        reader: SegmentReader,
        meta: &Meta,
    ) -> Result<Self, IndexError> {
        if index.schema() != LAYOUT.schema || reader.max_doc() != meta.documents {
            return Err(IndexError::damaged(name, "its index is not what its footer says"));
        }
        let columns = Columns::new(reader.fast_fields().clone());
        Ok(Self { index, reader, columns })
    }
}

/// What is known of a split, read from its end alone.
pub fn read_meta(name: &str, file: &FileSlice) -> Result<Meta, IndexError> {
    read_footer(name, file).map(|footer| footer.meta)
}

fn read_footer(name: &str, file: &FileSlice) -> Result<Footer, IndexError> {
    let end = |bytes: usize| {
        let start = file.len().saturating_sub(bytes);
        let read = file.read_bytes_slice(start..file.len());
        read.map_err(|error| IndexError::io(name, error))
    };
    let mut tail = end(TAIL_BYTES)?;
    let needs = Footer::needs(name, &tail)?;
    if needs > tail.len() {
        tail = end(needs)?;
    }
    Footer::read(name, &tail, file.len() as u64)
}

/// What tantivy says of a split that it can't read, with the split's name.
pub(crate) fn unreadable(name: &str, error: tantivy::TantivyError) -> IndexError {
    IndexError::damaged(name, error.to_string())
}
