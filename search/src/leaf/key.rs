//! What a match is known and sorted by.

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};
use trawl_model::{FindingId, ObjectId, SourceId};

use crate::query::Sort;

/// A match: where its body lies in the store, and where it stands in the order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hit {
    /// What it is sorted by; none where it doesn't have that.
    pub sorted_by: Option<SortValue>,
    /// The source that holds the object.
    pub source: SourceId,
    /// The object, or the one that holds the finding.
    pub object: ObjectId,
    /// The finding, if it is one.
    pub finding: Option<FindingId>,
}

/// What a match is sorted by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum SortValue {
    /// A number: percent, bytes, the number of a level, microseconds.
    Number(i128),
    /// A path.
    Text(String),
}

impl Hit {
    /// Which of two comes first, as [`Sort::compare`] says it of documents.
    pub fn compare(&self, other: &Self, sort: Sort) -> Ordering {
        let values = match (&self.sorted_by, &other.sorted_by) {
            (Some(one), Some(other)) if sort.descending => other.cmp(one),
            (Some(one), Some(other)) => one.cmp(other),
            (one, other) => other.is_some().cmp(&one.is_some()),
        };
        values.then_with(|| self.ids().cmp(&other.ids()))
    }

    fn ids(&self) -> (SourceId, ObjectId, Option<FindingId>) {
        (self.source, self.object, self.finding)
    }
}
