//! What a search found.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use trawl_model::{State, TenantId};
use utoipa::ToSchema;

use super::coverage::Ledger;
use super::finding::Finding;
use crate::clock::written;
use crate::results::Match as Found;

/// A page of what was found, and how much there is on all pages.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub(crate) struct Matches {
    /// The matches of this page, in order.
    pub(crate) matches: Vec<Match>,
    /// How many matches there are, on all pages.
    pub(crate) count: u64,
    /// How many there are by each value, for each field that was asked for.
    pub(crate) facets: BTreeMap<String, BTreeMap<String, u64>>,
    /// Where the next page begins; null where this is the last.
    pub(crate) next: Option<String>,
    /// What could not be searched: where there is something, there may be more matches.
    pub(crate) unsearched: Vec<Unsearched>,
}

/// A part of the index that could not be searched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(crate) struct Unsearched {
    /// Its name.
    pub(crate) split: String,
    /// Why.
    pub(crate) why: String,
}

/// A match: a finding, or an object.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub(crate) enum Match {
    /// A finding.
    Finding(Box<Finding>),
    /// An object.
    Object(Box<FoundObject>),
}

/// An object, and what became of it. Not called `Object`: that means any JSON to the document of the
/// API.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub(crate) struct FoundObject {
    /// Its id.
    pub(crate) id: String,
    /// Whose it is.
    pub(crate) tenant: String,
    /// Its source.
    pub(crate) source: String,
    /// Its name, under the root of its source.
    pub(crate) object: String,
    /// Its format, where it is known.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub(crate) format: String,
    /// Its size in bytes.
    pub(crate) size: u64,
    /// Whether it is still there.
    #[schema(value_type = super::finding::schema::State)]
    pub(crate) state: State,
    /// When it was seen first.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) first_seen: Option<String>,
    /// How many findings it has.
    pub(crate) findings: u64,
    /// What became of it.
    #[serde(flatten)]
    pub(crate) ledgers: Ledger,
    /// What went wrong with it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) error: Option<String>,
}

impl Match {
    /// About as many bytes as it has in JSON.
    pub(crate) fn weight(&self) -> usize {
        const KEYS_AND_LEDGERS: usize = 700;
        match self {
            Self::Finding(finding) => finding.weight(),
            Self::Object(object) => {
                let error = object.error.as_ref().map_or(0, String::len);
                KEYS_AND_LEDGERS + object.object.len() + error
            }
        }
    }

    /// A match of a tenant.
    pub(crate) fn of(tenant: &TenantId, found: &Found) -> Self {
        let (origin, held, first_seen) = match found {
            Found::Finding { live, .. } => {
                return Self::Finding(Box::new(Finding::of(tenant, live)));
            }
            Found::Object { origin, held, first_seen } => (origin, held, first_seen),
        };
        let object = &held.object;
        Self::Object(Box::new(FoundObject {
            id: object.id.to_string(),
            tenant: tenant.as_str().to_owned(),
            source: origin.id.to_string(),
            object: held.key.revealed(),
            format: object.format.clone(),
            size: object.size,
            state: if object.closed { State::Closed } else { State::Open },
            first_seen: first_seen.map(written),
            findings: object.findings,
            ledgers: Ledger::of(&object.coverage),
            error: object.error.clone(),
        }))
    }
}
