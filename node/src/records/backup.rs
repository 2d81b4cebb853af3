//! Backups.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How far a backup is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum BackupState {
    /// It is being written.
    Running,
    /// It is whole, and on the disk.
    Finished,
    /// It was given up, and nothing of it is left.
    Failed,
}

/// A backup. It is remembered for as long as the node runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(crate) struct Backup {
    /// Its id.
    pub(crate) id: String,
    /// The folder that it is written to, on the node's machine.
    pub(crate) folder: String,
    /// How far it is.
    pub(crate) state: BackupState,
    /// When it was begun: it holds what was kept then.
    pub(crate) started: String,
    /// When it ended.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) ended: Option<String>,
    /// Rows that it has.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) rows: Option<u64>,
    /// Bytes of them.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) bytes: Option<u64>,
    /// Why it was given up.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) error: Option<String>,
}
