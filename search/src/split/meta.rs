//! What is known of a split without a look into it: by this splits are passed over.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use trawl_model::{RangeId, SourceId, TenantId, Timestamp};

use crate::document::Document;
use crate::text;

/// So many sources, ranges or types are named; where there are more, any may be there.
pub const MAX_NAMED: usize = 4_096;

/// What is known of a split without a look into it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Meta {
    /// How many documents it has, the dead ones too.
    pub documents: u32,
    /// Whose they are.
    pub tenants: Named<TenantId>,
    /// In which sources their objects lie.
    pub sources: Named<SourceId>,
    /// In which ranges their objects lie.
    pub ranges: Named<RangeId>,
    /// The types of its findings, folded.
    pub types: Named<String>,
    /// The first and the last moment at which one was first seen.
    pub first_seen: Option<(Timestamp, Timestamp)>,
}

/// A set that is told as long as it is small.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Named<T: Ord>(Option<BTreeSet<T>>);

impl<T: Ord> Default for Named<T> {
    fn default() -> Self {
        Self(Some(BTreeSet::new()))
    }
}

impl<T: Ord + Clone> Named<T> {
    /// Whether one of which this holds may be there.
    pub fn may_hold(&self, holds: impl FnMut(&T) -> bool) -> bool {
        self.0.as_ref().is_none_or(|set| set.iter().any(holds))
    }

    /// Whether this one may be there.
    pub fn may_have(&self, one: &T) -> bool {
        self.0.as_ref().is_none_or(|set| set.contains(one))
    }

    /// All that may be there; none where any may.
    pub fn all(&self) -> Option<&BTreeSet<T>> {
        self.0.as_ref()
    }

    fn add(&mut self, one: &T) {
        if let Some(set) = self.0.as_mut().filter(|set| !set.contains(one)) {
            set.insert(one.clone());
            if set.len() > MAX_NAMED {
                self.0 = None;
            }
        }
    }

    fn add_all(&mut self, others: &Self) {
        match &others.0 {
            Some(others) => others.iter().for_each(|one| self.add(one)),
            None => self.0 = None,
        }
    }
}

impl Meta {
    /// Takes a document in.
    pub(crate) fn add(&mut self, document: &Document) {
        self.documents += 1;
        self.tenants.add(&document.tenant);
        self.sources.add(&document.source);
        self.ranges.add(&document.range);
        if let Some(finding) = document.finding() {
            self.types.add(&text::folded(finding.type_id.as_str()));
        }
        self.extend(document.first_seen, document.first_seen);
    }

    /// Takes all of another split in. What has died there is still named.
    pub(crate) fn add_all(&mut self, other: &Self) {
        self.documents += other.documents;
        self.tenants.add_all(&other.tenants);
        self.sources.add_all(&other.sources);
        self.ranges.add_all(&other.ranges);
        self.types.add_all(&other.types);
        if let Some((first, last)) = other.first_seen {
            self.extend(first, last);
        }
    }

    fn extend(&mut self, first: Timestamp, last: Timestamp) {
        let (from, to) = self.first_seen.unwrap_or((first, last));
        self.first_seen = Some((from.min(first), to.max(last)));
    }
}
