//! What is asked, and of what one may know.

use std::collections::BTreeSet;

use trawl_model::{SourceId, TenantId, Token};

use super::{Cursor, Waits};
use crate::error::IndexError;
use crate::query::{Field, Query, Sort};

/// More matches are not given at once; there are pages.
pub const MAX_LIMIT: usize = 10_000;

/// Of what one may know. It is a part of every search, and there is no search without one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    /// Whose findings.
    pub tenant: TenantId,
    /// In which sources; in all of the tenant, where it is not said.
    pub sources: Option<BTreeSet<SourceId>>,
    /// Values that were ordered to be forgotten: what bears their tokens is not found, even where
    /// it is not yet gone.
    pub erased: BTreeSet<Token>,
}

impl Scope {
    /// All that a tenant has.
    pub fn tenant(tenant: TenantId) -> Self {
        Self { tenant, sources: None, erased: BTreeSet::new() }
    }
}

/// What is asked.
#[derive(Debug, Clone)]
pub struct Request {
    /// Of what one may know.
    pub scope: Scope,
    /// What is meant.
    pub query: Query,
    /// By what matches are sorted.
    pub sort: Sort,
    /// By which fields matches are counted.
    pub facets: Vec<Field>,
    /// How many matches are given.
    pub limit: usize,
    /// Where the page before has ended.
    pub after: Option<Cursor>,
    /// Whether somebody still waits for the answer.
    pub waits: Waits,
}

impl Request {
    /// The first page of what a query means.
    pub fn new(scope: Scope, query: Query, limit: usize) -> Self {
        let (sort, facets, waits) = (Sort::default(), Vec::new(), Waits::default());
        Self { scope, query, sort, facets, limit, after: None, waits }
    }

    /// Whether it can be answered: whether the cursor is of this very question.
    pub fn check(&self) -> Result<(), IndexError> {
        if self.limit > MAX_LIMIT {
            return Err(IndexError::Limit { asked: self.limit, most: MAX_LIMIT });
        }
        match &self.after {
            Some(cursor) if !cursor.belongs_to(self) => {
                Err(IndexError::Cursor("it belongs to another query, order or tenant"))
            }
            _ => Ok(()),
        }
    }
}
