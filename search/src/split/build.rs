//! New splits from documents.

use std::panic::resume_unwind;
use std::{iter, thread};

use tantivy::directory::RamDirectory;
use tantivy::indexer::SingleSegmentIndexWriter;
use tantivy::{Index, IndexSettings};

use super::{Bundle, Meta};
use crate::document::Document;
use crate::error::IndexError;
use crate::index::layout::LAYOUT;
use crate::index::write::Writer;
use crate::index::written::Written;

/// Fewer documents are done sooner than a thread is begun and its split searched beside others.
const WORTH_A_THREAD: usize = 2_000;

/// What tantivy sizes its tables by.
const WRITER_BYTES: usize = 16 * 1024 * 1024;

/// Makes a split of documents, in memory.
pub struct Builder {
    files: RamDirectory,
    writer: SingleSegmentIndexWriter<Written>,
    words: Writer,
    meta: Meta,
}

impl Builder {
    /// One with nothing in it.
    pub fn new() -> Result<Self, IndexError> {
        let files = RamDirectory::create();
        let writer = Index::builder()
            .schema(LAYOUT.schema.clone())
            .settings(settings())
            .single_segment_index_writer(files.clone(), WRITER_BYTES)
            .map_err(IndexError::engine("begin a split"))?;
        Ok(Self { files, writer, words: Writer::default(), meta: Meta::default() })
    }

    /// Adds a document. Those of one object are to come one behind the other.
    pub fn add(&mut self, document: &Document) -> Result<(), IndexError> {
        let written = self.words.write(document);
        self.writer.add_document(written).map_err(IndexError::engine("take a document"))?;
        self.meta.add(document);
        Ok(())
    }

    /// How many documents it has.
    pub fn documents(&self) -> u32 {
        self.meta.documents
    }

    /// The split.
    pub fn finish(self) -> Result<Bundle, IndexError> {
        let index = self.writer.finalize().map_err(IndexError::engine("finish a split"))?;
        Bundle::of(&index, &self.files, self.meta, None)
    }
}

/// A split of these documents.
pub fn build<'d>(documents: impl IntoIterator<Item = &'d Document>) -> Result<Bundle, IndexError> {
    let mut builder = Builder::new()?;
    for document in documents {
        builder.add(document)?;
    }
    builder.finish()
}

/// Splits of these documents, made side by side by so many threads at the most, where there are enough
/// for them.
pub fn build_by(documents: &[&Document], threads: usize) -> Result<Vec<Bundle>, IndexError> {
    let share = documents.len().div_ceil(threads.max(1)).max(WORTH_A_THREAD);
    let mut shares = documents.chunks(share);
    let Some(own) = shares.next() else { return Ok(Vec::new()) };
    thread::scope(|scope| {
        let others: Vec<_> =
            shares.map(|share| scope.spawn(|| build(share.iter().copied()))).collect();
        let own = build(own.iter().copied());
        let others =
            others.into_iter().map(|other| other.join().unwrap_or_else(|p| resume_unwind(p)));
        iter::once(own).chain(others).collect()
    })
}

/// Nothing is stored, so that no thread is needed to compress it.
pub(super) fn settings() -> IndexSettings {
    IndexSettings { docstore_compress_dedicated_thread: false, ..IndexSettings::default() }
}
