//! Formats: how the bytes of an object become pieces of text.
//!
//! A format is one module and one line in [`ALL`]. It is given its bytes as an [`Input`] and a
//! [`Reader`], to which it hands pieces, members and safe points. It streams; what can't be
//! streamed is loaded within [`Limits::whole_bytes`](crate::Limits). Whatever the bytes are, it
//! ends with a result: no panic, no loop without progress, no memory that a length field asks for.

use std::io;

use trawl_model::{Reason, Step};

use crate::sink::Stopped;

/// Every format that is read, most particular first.
pub const ALL: &[&dyn Format] = &[];

/// How a kind of file is known and read.
pub trait Format: Send + Sync {
    /// The name that coverage and findings show, such as `csv`.
    fn name(&self) -> &'static str;

    /// How sure it is that the bytes are of this format, 0 to 100, by their first bytes (up to
    /// 64 KiB, or all there are) and the name of the object or member. The surest one reads; of
    /// equals the first in [`ALL`].
    fn claim(&self, head: &[u8], name: &[u8]) -> u8;

    /// Reads it. What is not of the format is [`Fault::Broken`]; a member that fails is entered in
    /// coverage by [`Reader::member`] and does not fail the rest.
    fn read(&self, input: &mut dyn Input, reader: &mut Reader<'_>) -> Result<(), Fault>;
}

/// The bytes of an object or of a member.
pub trait Input {
    /// How many there are, where that is known before they are read.
    fn size(&self) -> Option<u64>;

    /// Whether [`Input::read_at`] may go back. A member that is being decompressed may not.
    fn is_random(&self) -> bool;

    /// Reads at an offset; 0 means the end. Where the input isn't random, an offset before the
    /// last one read is refused.
    fn read_at(&mut self, offset: u64, buffer: &mut [u8]) -> io::Result<usize>;

    /// The next stretch with data at or behind an offset, for holes of sparse files.
    fn data_from(&mut self, offset: u64) -> io::Result<Option<(u64, u64)>> {
        Ok(Some((offset, self.size().unwrap_or(u64::MAX))))
    }
}

/// Why a format could not go on. Messages hold no content.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// The sink wants no more.
    #[error(transparent)]
    Stopped(#[from] Stopped),
    /// The source failed.
    #[error("the source failed: {0}")]
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

/// What a format works with while it reads one member: where its pieces go, its bounds, where it
/// is to go on. To be filled in; see the methods that formats call.
pub struct Reader<'a> {
    _sink: &'a mut dyn crate::Sink,
    _member: Vec<Step>,
}
