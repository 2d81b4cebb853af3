//! Crawlers: threads that pull units, read their objects, and keep what they have done.
//!
//! A crawler drives its connector's futures on a thread of its own. What it reads goes to the
//! classifiers as pieces; what comes back is put into the store before the owner is told, in
//! numbered checkpoints. It shares nothing with the owner but messages.

mod crawler;
mod desks;
mod lease;
mod list;
mod object;
mod outbox;
mod rate;

pub(crate) use crawler::{Crawlers, Shared, beat};
pub(crate) use desks::{Desk, Desks, Opener, Refused};
pub use rate::Bucket;
pub(crate) use rate::{Lender, Lent, Taken, Throttle};

/// The bounds of crawling.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Crawlers, at first; none where the node does not crawl.
    pub crawlers: usize,
    /// How far the threads that read and classify stand behind others: from 0 to 19.
    pub behind: u8,
    /// How often a unit at work keeps what it has done.
    pub checkpoint_millis: u64,
    /// Objects that are listed at a time.
    pub list_page: usize,
    /// Objects larger than this are cut, where they can be.
    pub part_bytes: u64,
    /// Findings that a crawler holds before it puts them.
    pub held_findings: usize,
    /// Finished objects that one checkpoint names.
    pub checkpoint_objects: usize,
    /// What all rows of a checkpoint may take: well below what one commit may.
    pub checkpoint_bytes: usize,
    /// Keys of one page of a listing: the page must fit into one commit, nearly.
    pub page_key_bytes: usize,
    /// A source that can't be read from this node is tried again after so long.
    pub refused_millis: u64,
    /// Bounds of reading one object.
    pub reading: trawl_sources::Limits,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            crawlers: 4,
            behind: 0,
            checkpoint_millis: 1_000,
            list_page: 1_000,
            part_bytes: 64 << 20,
            held_findings: 4_000,
            checkpoint_objects: 500,
            checkpoint_bytes: 512 << 10,
            page_key_bytes: 256 << 10,
            refused_millis: 30_000,
            reading: trawl_sources::Limits::default(),
        }
    }
}
