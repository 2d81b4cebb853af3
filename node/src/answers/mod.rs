//! What is asked of what is kept, and the answers: one file a subject.
//!
//! The command line and the API both ask here, so that there is one way to do each thing. Lists
//! come in pages: a cursor says where one ended, and is read only here.

mod audit;
mod backup;
mod check;
mod coverage;
mod cursor;
mod explain;
mod findings;
mod keys;
mod parked;
mod rebuild;
mod rules;
mod scans;
mod schedules;
mod search;
mod sources;
mod verdict;

use std::sync::{Arc, OnceLock};

use trawl_actors::index::Waker;
use trawl_actors::{Node, Rulebook};
use trawl_detect::Engine;
use trawl_model::TenantId;
use trawl_storage::Db;

use crate::error::Error;
use crate::live::Live;
use crate::results::Results;
use crate::start;

pub(crate) use coverage::CoverageQuery;
pub(crate) use findings::{FindingsQuery, Taker};
pub(crate) use keys::no_key;
pub(crate) use rules::no_pack;
pub(crate) use schedules::{TimesQuery, no_schedule};
pub(crate) use search::SearchQuery;
pub(crate) use verdict::{Expected, Tags};

/// How many items of a list are asked for, and where to go on.
#[derive(Debug, Clone, Default)]
pub(crate) struct Span {
    /// At most so many; as many as a page may have where it isn't said.
    pub(crate) limit: Option<u32>,
    /// Behind this cursor.
    pub(crate) cursor: Option<String>,
}

/// More can't be asked for at once, whatever the settings give: the same for every node.
pub(crate) const MOST_ASKED: u32 = 10_000;

/// What is asked of one page where so many are wanted of a whole list.
pub(crate) fn page_of(wanted: usize) -> u32 {
    u32::try_from(wanted).unwrap_or(MOST_ASKED).min(MOST_ASKED)
}

/// What a page has room for.
struct Room {
    items: usize,
    bytes: usize,
    rows: usize,
}

impl Room {
    fn is_left(&self) -> bool {
        self.items > 0 && self.bytes > 0 && self.rows > 0
    }

    fn look(&mut self, rows: usize) {
        self.rows = self.rows.saturating_sub(rows);
    }

    fn take(&mut self, bytes: usize) {
        self.items -= 1;
        self.bytes = self.bytes.saturating_sub(bytes);
    }
}

/// Answers from a store.
pub(crate) struct Answers {
    db: Db,
    settings: Live,
    results: Results,
    /// Made when it is first asked for: few questions are about rules.
    rulebook: OnceLock<Rulebook>,
    /// Who is told of what has changed.
    waker: Waker,
    /// Who works at scans, and knows how fast.
    node: Option<Node>,
}

impl Answers {
    /// Those from this store.
    pub(crate) fn of(db: &Db, tenant: &TenantId, settings: Live) -> Self {
        let (db, results) = (db.clone(), Results::of(db, tenant, settings.clone()));
        let (rulebook, waker) = (OnceLock::new(), Waker::default());
        Self { db, settings, results, rulebook, waker, node: None }
    }

    /// The same, with rules that are at hand already.
    pub(crate) fn with_rules(self, rules: Rulebook) -> Self {
        Self { rulebook: OnceLock::from(rules), ..self }
    }

    /// The same, and an index is told of what is changed.
    pub(crate) fn telling(self, waker: Waker) -> Self {
        Self { waker, ..self }
    }

    /// The same, and a node says how fast scans get on.
    pub(crate) fn of_node(self, node: Node) -> Self {
        Self { node: Some(node), ..self }
    }

    /// Whose they are.
    pub(crate) fn tenant(&self) -> &TenantId {
        self.results.tenant()
    }

    /// The store.
    pub(crate) fn db(&self) -> &Db {
        &self.db
    }

    /// The settings.
    pub(crate) fn settings(&self) -> Live {
        self.settings.clone()
    }

    fn rulebook(&self) -> Result<&Rulebook, Error> {
        match self.rulebook.get() {
            Some(rules) => Ok(rules),
            None => {
                let made = Arc::new(start::engine(&self.settings.now())?);
                Ok(self.rulebook.get_or_init(|| made.into()))
            }
        }
    }

    /// The newest rules, those of packs among them.
    pub(crate) async fn engine(&self) -> Result<Arc<Engine>, Error> {
        Ok(self.rulebook()?.newest(&self.db, self.tenant()).await?)
    }

    fn room(&self, limit: Option<u32>) -> Result<Room, Error> {
        let api = &self.settings.now().api;
        let items = limit.unwrap_or(api.page_items);
        if !(1..=MOST_ASKED).contains(&items) {
            return Err(Error::Usage(format!(
                "limit: {items} items are asked for; from 1 to {MOST_ASKED} can be"
            )));
        }
        let items = items.min(api.page_items);
        Ok(Room {
            items: items as usize,
            bytes: api.page_bytes.as_len(),
            rows: api.page_rows as usize,
        })
    }
}
