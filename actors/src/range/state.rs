//! What an owner knows of a range: its rows, and the clocks of its leases.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeBounds;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use trawl_model::coverage::Coverage;
use trawl_model::generation::Counted;
use trawl_model::id::{ObjectId, RangeId, RuleSetId, SourceId, TenantId};
use trawl_model::object::{Buckets, Object, ObjectKey};
use trawl_model::range::RangeHead;
use trawl_model::time::Timestamp;
use trawl_model::unit::{Part, Unit, UnitId, Work};

use super::units::Units;
use crate::message::WorkerId;
use crate::recorder::Trace;

/// A moment on the owner's monotonic clock, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Moment(pub u64);

impl Moment {
    /// The moment so many milliseconds later.
    pub const fn plus(self, millis: u64) -> Self {
        Self(self.0.saturating_add(millis))
    }
}

/// A scan that a range takes part in: what its owner must know to give leases.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScanOrder {
    /// Its number among the scans of the source.
    pub number: u32,
    /// The rules that it applies, and the bounds it reads under.
    pub rules: RuleSetId,
    /// When it was begun.
    pub started: Timestamp,
}

/// A range, as its owner holds it in memory. All but the clocks and the order is in the store.
#[derive(Debug, Clone)]
pub struct RangeState {
    /// Whose it is.
    pub tenant: TenantId,
    /// The source.
    pub source: SourceId,
    /// The range.
    pub range: RangeId,
    /// Its head.
    pub head: RangeHead,
    /// Its objects, by key.
    pub objects: BTreeMap<ObjectKey, Arc<Object>>,
    /// Parts that were read of objects that are cut.
    pub parts: BTreeMap<(ObjectKey, u32), Part>,
    /// Units that are not finished.
    pub units: Units,
    /// The scan at work.
    pub order: Option<ScanOrder>,
    /// Leases that are out, on our clock.
    pub clocks: BTreeMap<UnitId, Clock>,
    /// Units that wait after a failure.
    pub resting: BTreeMap<UnitId, Moment>,
    /// Rows are being copied into a child: nothing else may be committed.
    pub cutting: Option<Cut>,
    /// What the process before has left of a reader that died with it.
    pub trace: Option<Trace>,
    /// Readers may run in processes of which nothing is known here.
    pub elsewhere: bool,
    /// The scan is to rest: no leases are given, and those that are out are asked back.
    pub halted: bool,
}

/// A lease that is out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clock {
    /// Who has it.
    pub worker: WorkerId,
    /// When it runs out.
    pub until: Moment,
}

/// A cut that is being made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cut {
    /// The new range.
    pub child: RangeId,
    /// Its first key.
    pub at: ObjectKey,
}

/// A change to a range. What is applied in memory and what is committed come from the same list.
#[derive(Debug, Clone, PartialEq)]
pub enum Write {
    /// The head.
    Head(Box<RangeHead>),
    /// An object's row.
    Object(ObjectKey, Arc<Object>),
    /// An object's row is deleted, and the verdicts on it.
    DropObject(ObjectKey),
    /// The row that says of an object that it has findings.
    Holder(ObjectKey),
    /// That row is deleted.
    DropHolder(ObjectKey),
    /// The rows of all keys from this one on are deleted: they are in a child now.
    DropBehind(ObjectKey),
    /// A part's row.
    Part(ObjectKey, u32, Box<Part>),
    /// A part's row is deleted.
    DropPart(ObjectKey, u32),
    /// A unit's row.
    Unit(UnitId, Arc<Unit>),
    /// A finished unit's row is deleted.
    DropUnit(UnitId),
    /// In memory only: a lease is out.
    Clock(UnitId, Clock),
    /// In memory only: a lease is back.
    DropClock(UnitId),
    /// In memory only: a unit waits.
    Rest(UnitId, Moment),
    /// In memory only: the scan at work.
    Order(Option<ScanOrder>),
    /// In memory only: a cut begins or ends.
    Cutting(Option<Cut>),
    /// In memory only: the scan is to rest.
    Halted,
}

/// Findings of generations that have ceased to count: to be deleted, person rows first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dead {
    /// The object.
    pub object: ObjectId,
    /// The generations.
    pub generations: Vec<Counted>,
    /// Where their findings lie.
    pub buckets: Buckets,
}

impl RangeState {
    /// A range as its rows say.
    pub fn new(tenant: TenantId, source: SourceId, range: RangeId, head: RangeHead) -> Self {
        Self {
            tenant,
            source,
            range,
            head,
            objects: BTreeMap::new(),
            parts: BTreeMap::new(),
            units: Units::default(),
            order: None,
            clocks: BTreeMap::new(),
            resting: BTreeMap::new(),
            cutting: None,
            trace: None,
            elsewhere: false,
            halted: false,
        }
    }

    /// Makes a change.
    pub fn apply(&mut self, write: &Write) {
        match write {
            Write::Head(head) => self.head = (**head).clone(),
            Write::Object(key, object) => {
                self.objects.insert(key.clone(), Arc::clone(object));
            }
            Write::DropObject(key) => {
                self.objects.remove(key);
            }
            // The objects themselves say it here.
            Write::Holder(_) | Write::DropHolder(_) => {}
            Write::DropBehind(key) => {
                self.objects.split_off(key);
                self.parts.split_off(&(key.clone(), 0));
            }
            Write::Part(key, number, part) => {
                self.parts.insert((key.clone(), *number), (**part).clone());
            }
            Write::DropPart(key, number) => {
                self.parts.remove(&(key.clone(), *number));
            }
            Write::Unit(id, unit) => {
                self.units.insert(*id, Arc::clone(unit));
            }
            Write::DropUnit(id) => {
                self.units.remove(id);
                self.clocks.remove(id);
                self.resting.remove(id);
            }
            Write::Clock(id, clock) => {
                self.clocks.insert(*id, *clock);
                self.resting.remove(id);
            }
            Write::DropClock(id) => {
                self.clocks.remove(id);
            }
            Write::Rest(id, until) => {
                self.resting.insert(*id, *until);
            }
            Write::Order(order) => self.order = order.clone(),
            Write::Cutting(cut) => self.cutting = cut.clone(),
            Write::Halted => self.halted = true,
        }
    }

    /// An object.
    pub fn object(&self, key: &ObjectKey) -> Option<&Object> {
        self.objects.get(key).map(Arc::as_ref)
    }

    /// The objects of a stretch, in the order of their keys.
    pub(super) fn objects_in(
        &self,
        stretch: impl RangeBounds<ObjectKey>,
    ) -> impl Iterator<Item = (&ObjectKey, &Object)> {
        self.objects.range(stretch).map(|(key, object)| (key, &**object))
    }

    /// The clock of a lease whose worker says that he is still at it; none where this attempt at the unit
    /// never came to a worker, or is none any more.
    pub fn renewed(&self, id: UnitId, attempt: u32, until: Moment) -> Option<Clock> {
        let is_at_it = self.units.get(&id).is_some_and(|unit| unit.attempt == attempt);
        let clock = self.clocks.get(&id).filter(|_| is_at_it)?;
        Some(Clock { until, ..*clock })
    }

    /// The workers that hold leases of this range.
    pub fn workers(&self) -> BTreeSet<WorkerId> {
        self.clocks.values().map(|clock| clock.worker).collect()
    }
}

impl Write {
    /// About how many bytes it takes in a commit: rather too many than too few.
    pub fn weight(&self) -> usize {
        match self {
            Self::Head(head) => 1024 + head_keys(head),
            Self::Object(key, object) => key.as_bytes().len() + object_weight(object),
            Self::Part(key, _, part) => {
                288 + key.as_bytes().len() + 24 * part.counted.len() + part.by_type.weight()
            }
            Self::Unit(_, unit) => 256 + unit_weight(unit),
            Self::DropObject(key) => 64 + 3 * key.as_bytes().len(),
            Self::DropPart(key, _)
            | Self::DropBehind(key)
            | Self::Holder(key)
            | Self::DropHolder(key) => 32 + key.as_bytes().len(),
            Self::DropUnit(_) => 32,
            _ => 0,
        }
    }

    /// Whether the change is kept in the store.
    pub const fn is_stored(&self) -> bool {
        !matches!(
            self,
            Self::Clock(..)
                | Self::DropClock(_)
                | Self::Rest(..)
                | Self::Order(_)
                | Self::Cutting(_)
                | Self::Halted
        )
    }
}

/// About how many bytes an object's row takes beside its key.
pub(crate) fn object_weight(object: &Object) -> usize {
    let renamed = object.renamed_from.as_ref().map_or(0, |key| key.as_bytes().len());
    let ledger = |of: &Coverage| 12 * (of.bytes().count() + of.items().count());
    let before = object.before.as_ref().map_or(0, |before| 16 + ledger(before));
    let ledgers = ledger(&object.coverage) + before;
    let error = object.error.as_ref().map_or(0, String::len);
    let types = object.by_type.weight();
    192 + 24 * object.counted.len() + ledgers + renamed + error + object.format.len() + types
}

fn head_keys(head: &RangeHead) -> usize {
    let bound = |key: Option<&ObjectKey>| key.map_or(0, |key| key.as_bytes().len());
    let child = head.child.as_ref().map_or(0, |c| c.from.as_bytes().len() + bound(c.to.as_ref()));
    let scan = head.scan.as_ref().and_then(|scan| scan.listed_to.as_ref());
    bound(Some(&head.bounds.from)) + bound(head.bounds.to.as_ref()) + bound(scan) + child
}

fn unit_weight(unit: &Unit) -> usize {
    let work = match &unit.work {
        Work::List => 0,
        Work::Read { first, last } => first.as_bytes().len() + last.as_bytes().len(),
        Work::Part { object, .. } => object.as_bytes().len(),
    };
    let keys = [&unit.done, &unit.named].into_iter().flatten().map(|key| key.as_bytes().len());
    let reading = unit.reading.as_ref().map_or(0, |r| r.object.as_bytes().len() + 512);
    work + keys.sum::<usize>() + reading
}
