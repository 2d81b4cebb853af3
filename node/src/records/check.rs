//! What was found when it was looked whether all is well.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How something stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Standing {
    /// Well.
    Ok,
    /// Well, but it won't stay so, or could not be looked at.
    Warning,
    /// Not well.
    Failed,
}

/// Something that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(crate) struct Check {
    /// What.
    pub(crate) name: String,
    /// How it stands.
    pub(crate) state: Standing,
    /// What was seen.
    pub(crate) detail: String,
    /// What to do.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) way_out: Option<String>,
}

impl Check {
    /// It is well.
    pub(crate) fn ok(name: &str, detail: impl Into<String>) -> Self {
        Self { name: name.to_owned(), state: Standing::Ok, detail: detail.into(), way_out: None }
    }

    /// It is not as it should be.
    pub(crate) fn not(
        state: Standing,
        name: &str,
        detail: impl Into<String>,
        way_out: &str,
    ) -> Self {
        let way_out = Some(way_out.to_owned());
        Self { name: name.to_owned(), state, detail: detail.into(), way_out }
    }
}
