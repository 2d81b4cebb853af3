//! A source.

use serde::{Deserialize, Serialize};
use trawl_model::ObjectKey;
use utoipa::ToSchema;

use super::profile::Profile;
use crate::results::Origin;

/// A source: a folder, a file, or whatever else is scanned as one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(crate) struct Source {
    /// Its id.
    pub(crate) id: String,
    /// What reads it, such as `files`.
    pub(crate) kind: String,
    /// Where it lies.
    pub(crate) location: String,
    /// The folder under which the names of its objects lead on.
    pub(crate) root: String,
    /// Scans of it that were begun.
    pub(crate) scans: u32,
    /// The scan of it that is at work.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) running: Option<Numbered>,
    /// The last scan of it that finished.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) finished: Option<Numbered>,
    /// What people say of it.
    pub(crate) profile: Profile,
}

/// A scan, by id and by its number among the scans of its source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(crate) struct Numbered {
    /// Its id.
    pub(crate) scan: String,
    /// Its number, from 1.
    pub(crate) number: u32,
}

impl Source {
    /// A source that is kept.
    pub(crate) fn of(origin: &Origin) -> Self {
        let numbered = |running: trawl_model::source::Running| Numbered {
            scan: running.scan.to_string(),
            number: running.number,
        };
        Self {
            id: origin.id.to_string(),
            kind: origin.source.kind.clone(),
            location: origin.location(),
            root: ObjectKey::new(origin.folder()).revealed(),
            scans: origin.source.last_scan,
            running: origin.source.running.map(numbered),
            finished: origin.source.finished.map(numbered),
            profile: Profile::of(&origin.source.profile),
        }
    }

    /// The whole path of an object.
    pub(crate) fn path_of(&self, object: &str) -> String {
        let slash = if self.root.is_empty() || self.root.ends_with('/') { "" } else { "/" };
        format!("{}{slash}{object}", self.root)
    }
}
