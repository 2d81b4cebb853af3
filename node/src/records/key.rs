//! A key of the API.

use serde::{Deserialize, Serialize};
use trawl_model::{KeyId, Timestamp};
use trawl_storage::records::{ApiKey, Right};
use utoipa::ToSchema;

use crate::clock::written;

/// A key, without its secret, which is kept nowhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(crate) struct Key {
    /// Its id.
    pub(crate) id: String,
    /// What people call it.
    pub(crate) name: String,
    /// What it may do.
    #[schema(value_type = Vec<schema::Right>)]
    pub(crate) can: Vec<Right>,
    /// When it was made.
    pub(crate) made: String,
    /// By whom.
    pub(crate) made_by: String,
    /// When it was used last, as of a minute ago or so; none where it never was.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) used: Option<String>,
    /// When it was revoked.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) revoked: Option<String>,
    /// By whom.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) revoked_by: Option<String>,
}

impl Key {
    /// A key that is kept, and when it was used last.
    pub(crate) fn of(id: KeyId, key: &ApiKey, used: Option<Timestamp>) -> Self {
        let revoked = key.revoked.as_ref();
        Self {
            id: id.to_string(),
            name: key.name.clone(),
            can: key.rights.clone(),
            made: written(key.made),
            made_by: key.made_by.clone(),
            used: used.map(written),
            revoked: revoked.map(|revoked| written(revoked.at)),
            revoked_by: revoked.map(|revoked| revoked.by.clone()),
        }
    }

    /// About as many bytes as it has in JSON.
    pub(crate) fn weight(&self) -> usize {
        const FRAME: usize = 256;
        let by = self.revoked_by.as_ref().map_or(0, String::len);
        FRAME + self.name.len() + self.made_by.len() + by
    }
}

/// A key that was just made. This is the one time that it is shown.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
pub(crate) struct NewKey {
    /// What is known of it.
    #[serde(flatten)]
    pub(crate) known: Key,
    /// What goes behind `Authorization: Bearer`.
    pub(crate) key: String,
}

pub(crate) mod schema {
    #![allow(dead_code, reason = "only their schemas are asked for")]

    #[derive(utoipa::ToSchema)]
    #[schema(rename_all = "kebab-case")]
    pub(crate) enum Right {
        Read,
        Scan,
        Judge,
        Admin,
    }
}
