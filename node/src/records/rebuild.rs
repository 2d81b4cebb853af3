//! Making the index anew.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::clock;

/// How far making the index anew is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum RebuildState {
    /// It is being made, and the one before serves.
    Running,
    /// It serves.
    Finished,
    /// It was given up, and the one before serves. The next one goes on with it.
    Failed,
}

/// Making the index anew. It is remembered for as long as the node runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(crate) struct Rebuild {
    /// How far it is.
    pub(crate) state: RebuildState,
    /// When it was begun, or gone on with after a start.
    pub(crate) started: String,
    /// When it ended.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) ended: Option<String>,
    /// Findings and objects that it has, or has taken in so far.
    pub(crate) documents: u64,
    /// Why it was given up.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) error: Option<String>,
}

impl Rebuild {
    /// As it is written.
    pub(crate) fn of(rebuild: trawl_actors::index::Rebuild) -> Self {
        let trawl_actors::index::Rebuild { begun, ended, documents, error } = rebuild;
        let state = match (ended, &error) {
            (None, _) => RebuildState::Running,
            (Some(_), None) => RebuildState::Finished,
            (Some(_), Some(_)) => RebuildState::Failed,
        };
        let (started, ended) = (clock::written(begun), ended.map(clock::written));
        Self { state, started, ended, documents, error }
    }
}
