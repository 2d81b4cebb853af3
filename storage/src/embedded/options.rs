//! What the embedded store can be told.

use std::path::PathBuf;

use crate::verbs::Limits;

/// How the embedded store is opened.
#[derive(Clone)]
pub struct Options {
    /// The data directory.
    pub dir: PathBuf,
    /// Bytes of blocks that are kept in memory for reading.
    pub cache_bytes: u64,
    /// Bytes of rows that are kept in memory before they are sorted into tables on disk; they are
    /// in the journal on disk as well. For short times it is up to twice as much.
    pub write_buffer_bytes: u64,
    /// With less than this free on the disk, nothing is taken any more: so much it needs to bring
    /// what it has taken to its place.
    pub reserve_bytes: u64,
    /// How much one write may hold.
    pub limits: Limits,
    /// Where the steps of a write are told, and may be made to fail.
    #[cfg(feature = "faults")]
    pub probe: Option<Probe>,
}

impl Options {
    /// The defaults for this directory: some 100 MiB of memory.
    pub fn new(dir: impl Into<PathBuf>) -> Self {
        Self {
            dir: dir.into(),
            cache_bytes: 32 * 1024 * 1024,
            write_buffer_bytes: 32 * 1024 * 1024,
            reserve_bytes: 32 * 1024 * 1024,
            limits: Limits::default(),
            #[cfg(feature = "faults")]
            probe: None,
        }
    }
}

/// Is told the steps of a write, in the writer's thread.
#[cfg(feature = "faults")]
pub type Probe = std::sync::Arc<dyn Fn(Step) -> std::io::Result<()> + Send + Sync>;

/// A step of a write.
#[cfg(feature = "faults")]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// It is decided what is to be written. An error stands for one of the disk.
    Decided,
    /// It is on the disk, and nobody has been answered. An error stands for one of the disk whose
    /// cause came after all was written.
    Written,
    /// One of those who wait has been answered.
    Answered,
}
