//! Formats: how the bytes of an object become pieces of text.
//!
//! A format is one module and one line in [`ALL`]. It is given its bytes as an [`Input`] and a
//! [`Reader`], to which it hands pieces, members and safe points. It streams; what can't be
//! streamed is loaded within [`Limits::whole_bytes`](crate::Limits). Whatever the bytes are, it
//! ends with a result: no panic, no loop without progress, no memory that a length field asks for.

use std::io;

use trawl_model::Reason;

use crate::sink::Stopped;

mod cell;
mod charset;
pub mod compressed;
pub mod csv;
mod decode;
#[cfg(test)]
mod documents;
pub mod fields;
mod head;
pub mod input;
pub mod json;
pub mod known;
pub mod mail;
mod mapped;
pub mod markup;
#[cfg(test)]
mod markup_tests;
#[cfg(test)]
mod members_tests;
mod names;
mod object;
pub mod office;
pub mod parquet;
mod parts;
pub mod pdf;
mod reader;
pub mod sqlite;
pub mod tar;
#[cfg(test)]
mod tests;
pub mod text;
#[cfg(test)]
mod truth_tests;
mod window;
mod wiped;
pub mod zip;

pub use head::Head;
pub use input::{Bytes, Input, Stream};
pub use object::{Outcome, read_object};
pub use parts::{parts, read_part};
pub use reader::{Member, Reader};

/// Every format that is read, most particular first.
pub static ALL: &[&dyn Format] = &[
    &zip::Zip,
    &tar::Tar,
    &compressed::GZIP,
    &compressed::BZIP2,
    &compressed::XZ,
    &compressed::ZSTD,
    &mail::Mbox,
    &mail::Eml,
    &markup::Html,
    &markup::Xml,
    &parquet::Parquet,
    &pdf::Pdf,
    &office::DOCX,
    &office::XLSX,
    &office::PPTX,
    &sqlite::Sqlite,
    &json::Json,
    &json::JsonLines,
    &csv::Csv,
    // Last, for it claims whatever looks like text.
    &text::Text,
];

/// So many first bytes are shown to [`Format::claim`].
pub const HEAD_BYTES: usize = 64 << 10;

/// Raised whenever more, or other things, are read of the same bytes: what was read or skipped
/// under an older one is read again.
pub const VERSION: u32 = 1;

/// A claim below this is made of bytes that only look like it: what is known by its magic and not
/// read goes before.
pub const SURE: u8 = 50;

/// How a kind of file is known and read.
pub trait Format: Send + Sync {
    /// The name that coverage and findings show, such as `csv`.
    fn name(&self) -> &'static str;

    /// How sure it is that the bytes are of this format, 0 to 100, by their first bytes (up to
    /// [`HEAD_BYTES`], or all there are) and the name of the object or member. The surest one
    /// reads; of equals the first in [`ALL`]. A magic number is worth 90, a look of the text that
    /// hardly deceives 60, a guess by the name and some text 40, plain text 10. All formats are
    /// asked of every object: what can't be told by a few bytes or the name is left to [`Head`],
    /// which looks once.
    fn claim(&self, head: &Head<'_>) -> u8;

    /// Reads it. What is not of the format is [`Fault::Broken`]; a member that fails is entered in
    /// coverage by [`Reader::member`] and does not fail the rest.
    fn read(&self, input: &mut dyn Input, reader: &mut Reader<'_>) -> Result<(), Fault>;
}

/// Why a format could not go on. Messages hold no content.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// The sink wants no more.
    #[error(transparent)]
    Stopped(#[from] Stopped),
    /// The source failed, or what decodes it did: the reader knows which, for it watches the
    /// source. So a format passes up what its decoder says.
    #[error("reading failed: {0}")]
    Io(#[from] io::Error),
    /// Not what the format demands.
    #[error("not a whole {format}: {what}")]
    Broken {
        /// The format.
        format: &'static str,
        /// What is wrong with it, without content.
        what: String,
    },
    /// On purpose not read: encrypted, over a bound, not supported.
    #[error("{what}")]
    Skipped {
        /// By what it goes into coverage.
        reason: Reason,
        /// What it is, without content.
        what: String,
    },
}

impl Fault {
    /// Not what the format demands.
    pub fn broken(format: &'static str, what: impl Into<String>) -> Self {
        Self::Broken { format, what: what.into() }
    }

    /// On purpose not read.
    pub fn skipped(reason: Reason, what: impl Into<String>) -> Self {
        Self::Skipped { reason, what: what.into() }
    }
}

/// The format that is surest of these bytes; else why they are not read.
pub fn by_claim(head: &Head<'_>) -> Result<&'static dyn Format, Fault> {
    let mut best: Option<(u8, &'static dyn Format)> = None;
    for format in ALL {
        let claim = format.claim(head);
        if claim > best.map_or(0, |(claim, _)| claim) {
            best = Some((claim, *format));
        }
    }
    match best {
        Some((claim, format)) if claim >= SURE => Ok(format),
        weak => match (known::unread(head.bytes()), weak) {
            (Some((reason, what)), _) => Err(Fault::skipped(reason, what)),
            (None, Some((_, format))) => Ok(format),
            (None, None) => Err(Fault::skipped(Reason::Binary, "neither text nor a known format")),
        },
    }
}
