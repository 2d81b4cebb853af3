//! How the index is, for whoever watches it.

use serde::{Deserialize, Serialize};
use trawl_model::Timestamp;

/// How a lane is.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct LaneStatus {
    /// The number of its index.
    pub index: u32,
    /// Its own number.
    pub lane: u16,
    /// The node that has it, or `nobody`; none where it is this one.
    pub node: Option<String>,
    /// Ranges that it knows.
    pub ranges: usize,
    /// Ranges of which something is to be read.
    pub due: usize,
    /// For how long the oldest of them has waited.
    pub lag_millis: u64,
    /// What is searched from memory alone takes up so much.
    pub tail_bytes: u64,
    /// Splits that are published.
    pub splits: usize,
    /// Findings and objects in them, those included that are outdated.
    pub documents: u64,
    /// Those of them that are outdated.
    pub dead: u64,
    /// How long the files of the splits are.
    pub bytes: u64,
    /// Files that were replaced, and are there as long as somebody has them open.
    pub replaced: usize,
    /// How often something was published since the lane was opened.
    pub published: u64,
    /// How often splits became one since.
    pub compacted: u64,
    /// Findings and objects that were taken in since.
    pub taken_in: u64,
    /// What failed last, if it was not done better since.
    pub error: Option<String>,
}

/// The last time since the start that the index was made anew, or is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rebuild {
    /// When it was begun, or gone on with after a start.
    pub begun: Timestamp,
    /// When it ended; none while it is at work.
    pub ended: Option<Timestamp>,
    /// Findings and objects that it has, or has taken in so far.
    pub documents: u64,
    /// Why it was given up. The next one goes on with it.
    pub error: Option<String>,
}

/// How the index is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Status {
    /// The lanes that are searched.
    pub serving: Vec<LaneStatus>,
    /// The lanes of the index that is being built; none where none is.
    pub building: Vec<LaneStatus>,
    /// The last time that it was made anew, or is; none since the start.
    pub rebuild: Option<Rebuild>,
}

impl Status {
    /// That of the lanes that this node has itself.
    pub fn here(mut self) -> Self {
        let is_here = |lane: &LaneStatus| lane.node.is_none();
        self.serving.retain(is_here);
        self.building.retain(is_here);
        self
    }

    /// Findings and objects that are found.
    pub fn found(&self) -> u64 {
        self.serving.iter().map(|lane| lane.documents - lane.dead).sum()
    }

    /// For how long the oldest change has waited that is not yet found.
    pub fn lag_millis(&self) -> u64 {
        self.serving.iter().map(|lane| lane.lag_millis).max().unwrap_or(0)
    }
}
