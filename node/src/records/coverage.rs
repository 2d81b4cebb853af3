//! What was read, and what was not and why.

use serde::{Deserialize, Serialize};
use trawl_model::{Class, Item};
use utoipa::ToSchema;

use super::scan::Scan;
use crate::results::{Held, Origin};

/// The ledgers of the scans that were asked for, and their sum.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Coverage {
    /// The sum over all of the scans.
    pub(crate) coverage: Ledger,
    /// Some of the scans: the one that was asked for, or the last of each source.
    pub(crate) scans: Vec<Covered>,
    /// Sources among theirs that no scan has looked at.
    pub(crate) never_read: Vec<NeverRead>,
    /// What to ask with for more scans; none where that was all.
    pub(crate) next: Option<String>,
}

/// A scan whose coverage is told.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub(crate) struct Covered {
    /// The scan.
    #[serde(flatten)]
    pub(crate) scan: Scan,
    /// Whether what it did not read can be listed. What is kept of objects tells of the last scan that was
    /// begun: of one before that, and of one that could not begin, there is no list, whatever its ledger
    /// says.
    pub(crate) unread_is_listed: bool,
}

impl Covered {
    /// About as many bytes as it has in JSON.
    pub(crate) fn weight(&self) -> usize {
        const FRAME: usize = 1_024;
        const ROW: usize = 80;
        let rows = self.scan.ledgers.bytes.len() + self.scan.ledgers.items.len();
        let error = self.scan.error.as_ref().map_or(0, String::len);
        FRAME + self.scan.location.len() + error + rows * ROW
    }
}

/// A source that no scan has looked at: that nothing was found in it says nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(crate) struct NeverRead {
    /// The source.
    pub(crate) source: String,
    /// Where it lies.
    pub(crate) location: String,
}

impl NeverRead {
    /// About as many bytes as it has in JSON.
    pub(crate) fn weight(&self) -> usize {
        const FRAME: usize = 64;
        FRAME + self.location.len()
    }
}

/// Both ledgers, class by class.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
pub(crate) struct Ledger {
    /// Bytes of objects as they are stored, which sum to what listing saw.
    pub(crate) bytes: Vec<Bytes>,
    /// Objects, folders, members, pages and rows.
    pub(crate) items: Vec<Items>,
}

/// Bytes of which the same has become.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(crate) struct Bytes {
    /// What became of them: read, carried, sampled, skipped, failed or pending.
    pub(crate) class: String,
    /// Why they were not read.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) reason: Option<String>,
    /// How many.
    pub(crate) bytes: u64,
}

/// Items of which the same has become.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(crate) struct Items {
    /// What is counted: objects, folders, members, pages or rows.
    pub(crate) item: String,
    /// What became of them.
    pub(crate) class: String,
    /// Why they were not read.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) reason: Option<String>,
    /// How many.
    pub(crate) count: u64,
}

impl Ledger {
    /// What became of something.
    pub(crate) fn of(coverage: &trawl_model::Coverage) -> Self {
        let bytes = coverage.bytes().map(|(class, bytes)| Bytes {
            class: class.name().to_owned(),
            reason: reason(class),
            bytes,
        });
        let items = coverage.items().map(|(item, class, count)| Items {
            item: item.plural().to_owned(),
            class: class.name().to_owned(),
            reason: reason(class),
            count,
        });
        Self { bytes: bytes.collect(), items: items.collect() }
    }

    /// The classes and reasons that there are, in the order of [`Class`].
    pub(crate) fn classes(&self) -> Vec<(&str, Option<&str>)> {
        let bytes = self.bytes.iter().map(|row| (row.class.as_str(), row.reason.as_deref()));
        let items = self.items.iter().map(|row| (row.class.as_str(), row.reason.as_deref()));
        let mut classes: Vec<_> = bytes.chain(items).collect();
        classes.sort_by_key(|(class, reason)| rank(class, *reason));
        classes.dedup();
        classes
    }

    /// Bytes of a class.
    pub(crate) fn bytes_of(&self, class: &str, reason: Option<&str>) -> u64 {
        let rows = self.bytes.iter();
        rows.filter(|row| row.class == class && row.reason.as_deref() == reason)
            .fold(0, |sum, row| sum.saturating_add(row.bytes))
    }

    /// Items of a class.
    pub(crate) fn items_of(&self, item: Item, class: &str, reason: Option<&str>) -> u64 {
        let rows = self.items.iter().filter(|row| row.item == item.plural());
        rows.filter(|row| row.class == class && row.reason.as_deref() == reason)
            .fold(0, |sum, row| sum.saturating_add(row.count))
    }

    /// All bytes.
    pub(crate) fn total_bytes(&self) -> u64 {
        self.bytes.iter().fold(0, |sum, row| sum.saturating_add(row.bytes))
    }

    /// All items of a kind.
    pub(crate) fn total_items(&self, item: Item) -> u64 {
        let rows = self.items.iter().filter(|row| row.item == item.plural());
        rows.fold(0, |sum, row| sum.saturating_add(row.count))
    }
}

/// Where a class and its reason stand among all.
fn rank(class: &str, reason: Option<&str>) -> (usize, usize) {
    const CLASSES: [&str; 6] = ["read", "carried", "sampled", "skipped", "failed", "pending"];
    let class = CLASSES.iter().position(|known| *known == class).unwrap_or(CLASSES.len());
    let reasons = trawl_model::Reason::ALL;
    let reason = reason.map_or(0, |reason| {
        1 + reasons.iter().position(|known| known.name() == reason).unwrap_or(reasons.len())
    });
    (class, reason)
}

fn reason(class: Class) -> Option<String> {
    class.reason().map(|reason| reason.name().to_owned())
}

/// Something that was not read, or not whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(crate) struct Unread {
    /// The scan.
    pub(crate) scan: String,
    /// The source.
    pub(crate) source: String,
    /// The object's name, under the root of its source.
    pub(crate) object: String,
    /// What became of it: skipped, failed or pending.
    pub(crate) class: String,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) reason: Option<String>,
    /// How many of its bytes.
    pub(crate) bytes: u64,
    /// How many of its members.
    #[serde(skip_serializing_if = "is_zero", default)]
    pub(crate) members: u64,
    /// What went wrong.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) error: Option<String>,
}

impl Unread {
    /// What of an object is of this class.
    pub(crate) fn of(origin: &Origin, scan: &str, held: &Held, class: Class) -> Self {
        let coverage = &held.object.coverage;
        Self {
            scan: scan.to_owned(),
            source: origin.id.to_string(),
            object: held.key.revealed(),
            class: class.name().to_owned(),
            reason: reason(class),
            bytes: coverage.bytes_of(class),
            members: coverage.items_of(Item::Member, class),
            error: held.object.error.clone(),
        }
    }

    /// About as many bytes as it has in JSON.
    pub(crate) fn weight(&self) -> usize {
        const KEYS_AND_IDS: usize = 200;
        KEYS_AND_IDS + self.object.len() + self.error.as_ref().map_or(0, String::len)
    }
}

fn is_zero(count: &u64) -> bool {
    *count == 0
}
