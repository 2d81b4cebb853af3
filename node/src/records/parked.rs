//! What scans have given up.

use serde::{Deserialize, Serialize};
use trawl_actors::parked;
use utoipa::ToSchema;

use crate::orders::Ordered;

/// Something that scans of a source have given up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(crate) struct Parked {
    /// What it is: a listing, behind which nothing was seen, or an object.
    pub(crate) what: What,
    /// The object.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) object: Option<String>,
    /// Why the object was given up.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) reason: Option<String>,
    /// The range that it is of.
    pub(crate) range: String,
    /// What happened, without content.
    pub(crate) error: String,
}

/// What was given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum What {
    /// A listing that its source failed again and again.
    Listing,
    /// An object that killed its readers, or that could not be read.
    Object,
}

/// What is tried again.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub(crate) struct Released {
    /// Listings that the scan at work tries again at once.
    pub(crate) listings: u64,
    /// The scan that tries all the rest; none where there is no rest.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) scan: Option<Ordered>,
}

impl What {
    /// The name, as shown.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Listing => "listing",
            Self::Object => "object",
        }
    }
}

impl Parked {
    /// What was given up.
    pub(crate) fn of(parked: parked::Parked) -> Self {
        let (what, object, reason) = match parked.what {
            parked::What::Unit(_) => (What::Listing, None, None),
            parked::What::Object(key, reason) => {
                (What::Object, Some(key.revealed()), Some(reason.name().to_owned()))
            }
        };
        Self { what, object, reason, range: parked.range.to_string(), error: parked.error }
    }
}
