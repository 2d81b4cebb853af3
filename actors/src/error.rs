//! What can go wrong in this room.

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
    /// Another owner has taken over what this one held.
    #[error("another node has taken over; this one stops its part")]
    Overtaken,
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
            Self::Overtaken | Self::Stopping | Self::Failed(_) => false,
            Self::Source(_) | Self::Record(_) => true,
        }
    }
}

/// Whether a store that says this says it again: a full disk is a person's to clear.
pub(crate) fn is_lasting(error: &StoreError) -> bool {
    !matches!(
        error,
        StoreError::Disk { .. }
            | StoreError::Read { .. }
            | StoreError::Unsettled { .. }
            | StoreError::Random(_)
    )
}

fn told(errors: &[SourceError]) -> String {
    errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}
