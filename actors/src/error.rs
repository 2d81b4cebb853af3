//! What can go wrong in this room.

use trawl_model::scan::ScanState;
use trawl_model::{NodeId, ScanId, SourceId};
use trawl_sources::SourceError;
use trawl_storage::StoreError;

/// Why an order could not be carried out.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The source can't be scanned: all that is missing.
    #[error("the source can't be scanned: {}", told(.0))]
    Source(Vec<SourceError>),
    /// There is no such scan.
    #[error("{0}: there is no such scan; `trawl scans list` names those that there are")]
    NoScan(ScanId),
    /// There is no such source.
    #[error("{0}: there is no such source; `trawl source list` names those that there are")]
    NoSource(SourceId),
    /// No source is called so, or lies there.
    #[error("{0}: no source has this name, id or location; `trawl source list` names them all")]
    Unknown(String),
    /// What lies there is a source that has a name.
    #[error("what lies there is the source {0:?}; change that one instead")]
    Known(String),
    /// Another source has the name.
    #[error("{0:?} is the name of another source; choose another one")]
    NameTaken(String),
    /// What is said of a source is out of bounds.
    #[error("{0}")]
    Profile(String),
    /// A schedule is not what it must be.
    #[error("{0}")]
    Schedule(String),
    /// The source that lay there before is not wholly gone.
    #[error("{0}: what was there before is still being deleted; add it when that is done")]
    BeingDeleted(SourceId),
    /// The source is deleted, or is being deleted.
    #[error("{0}: the source is deleted; add it again to scan it")]
    Deleted(SourceId),
    /// A scan that has ended can't be changed.
    #[error("{0}: the scan has ended ({state}); order another one", state = .1.name())]
    Ended(ScanId, ScanState),
    /// A scan is paused.
    #[error("{0}: the scan is paused; resume it with `trawl scans resume {0}`")]
    Paused(ScanId),
    /// An open scan of the source reads something else of it.
    #[error(
        "{0}: this scan of the source is open, and reads other objects of it; wait for its end, or \
         cancel it with `trawl scans cancel {0}`"
    )]
    OtherSelection(ScanId),
    /// An open scan of the source reads only what has changed.
    #[error(
        "{0}: this scan of the source is open, and does not read everything again; wait for its end, \
         or cancel it with `trawl scans cancel {0}`"
    )]
    NotFull(ScanId),
    /// Rules that are kept for the tenant are not understood, or don't fit those of this version.
    #[error(transparent)]
    Rules(trawl_detect::Error),
    /// The index failed.
    #[error(transparent)]
    Index(#[from] trawl_search::IndexError),
    /// Another owner has taken over what this one held.
    #[error("another node has taken over; this one stops its part")]
    Overtaken,
    /// A shard is not this node's, or not yet.
    #[error("shard {shard} is not held here")]
    NotHeld {
        /// Its number.
        shard: u16,
    },
    /// Another node is at work on the database.
    #[error(
        "node {node} on {host} is at work on this database, and one node at a time can be; ask that \
         one, or stop it and try again"
    )]
    Served {
        /// Its id.
        node: NodeId,
        /// The machine on which it runs.
        host: String,
    },
    /// Another process is this node.
    #[error(
        "another process is at work as node {node}, on {host}: from a copy of this data directory; give \
         each node a directory of its own, or remove the file `node` in this one"
    )]
    Twin {
        /// The id of both.
        node: NodeId,
        /// The machine on which the other runs.
        host: String,
    },
    /// The actor that was asked is gone: the node is stopping, or it has failed.
    #[error("the node is stopping")]
    Stopping,
    /// A part of the node failed.
    #[error("{0}")]
    Failed(String),
    /// A record is not what it must be.
    #[error("the store holds {0}, which this version does not understand")]
    Record(&'static str),
}

impl Error {
    /// Whether trying again can't help.
    pub(crate) fn is_lasting(&self) -> bool {
        match self {
            Self::Store(error) => is_lasting(error),
            Self::Index(_)
            | Self::Overtaken
            | Self::NotHeld { .. }
            | Self::Stopping
            | Self::Failed(_) => false,
            _ => true,
        }
    }
}

/// Whether a store that says this says it again: a full disk is a person's to clear.
pub(crate) fn is_lasting(error: &StoreError) -> bool {
    !matches!(
        error,
        StoreError::Disk { .. }
            | StoreError::Read { .. }
            | StoreError::Unreachable { .. }
            | StoreError::Database { .. }
            | StoreError::Unsettled { .. }
            | StoreError::Random(_)
    )
}

fn told(errors: &[SourceError]) -> String {
    errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}
