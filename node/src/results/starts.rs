//! Which scans sources had, and when they were begun.
//!
//! The tenant's catalogue has the scans of all its sources in one row of time, and grows as long as
//! anything is scanned. What it says of a scan that is over never changes: so it is read once, and
//! remembered within a bound. What was ordered since is at its front, and is read alone.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use parking_lot::Mutex;
use trawl_model::source::Source;
use trawl_model::{ScanId, SourceId, Timestamp};
use trawl_storage::records::{
    ScanAt, ScanEntry, ScanKey, ScanRow, TenantAt, TenantEntry, TenantKey, TenantRow,
};
use trawl_storage::{Db, StoreError};

/// Rows of the catalogue that are read first: what was ordered last is often all that is not known.
const FIRST_ROWS: usize = 64;

/// The scans of a source, and when they were begun, by number.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Scans {
    /// Those that are over.
    over: Arc<BTreeMap<u32, Start>>,
    /// The one that is not.
    open: Option<(u32, Start)>,
}

/// A scan, and when it was begun or, where that never was, ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Start {
    scan: ScanId,
    at: Timestamp,
}

impl Scans {
    /// When this one was begun.
    pub(crate) fn start(&self, number: u32) -> Option<Timestamp> {
        let open = self.open.filter(|(open, _)| *open == number).map(|(_, start)| start);
        open.or_else(|| self.over.get(&number).copied()).map(|start| start.at)
    }

    /// When the last one up to this was begun.
    pub(super) fn last_start(&self, up_to: u32) -> Option<Timestamp> {
        let open = self.open.filter(|(open, _)| *open <= up_to).map(|(_, start)| start);
        let last = open.or_else(|| self.over.range(..=up_to).next_back().map(|(_, start)| *start));
        last.map(|start| start.at)
    }

    /// All of them, the newest first.
    pub(crate) fn newest_first(&self) -> impl Iterator<Item = ScanId> + '_ {
        let open = self.open.map(|(_, start)| start.scan);
        open.into_iter().chain(self.over.values().rev().map(|start| start.scan))
    }
}

/// What is remembered of all sources.
#[derive(Default)]
pub(super) struct Starts(Mutex<Known>);

#[derive(Default)]
struct Known {
    sources: HashMap<SourceId, Over>,
    /// Of all sources together.
    scans: usize,
}

/// The scans of a source that are over, up to one of them.
#[derive(Clone, Default)]
struct Over {
    up_to: u32,
    starts: Arc<BTreeMap<u32, Start>>,
}

impl Known {
    /// Remembers, unless there are too many. Where others leave no room, they are forgotten: who asks
    /// for them next reads them again.
    fn put(&mut self, source: SourceId, over: &Over, most: usize) {
        self.forget(source);
        if self.scans + over.starts.len() > most {
            *self = Self::default();
        }
        if over.starts.len() <= most {
            self.scans += over.starts.len();
            self.sources.insert(source, over.clone());
        }
    }

    fn forget(&mut self, source: SourceId) {
        let former = self.sources.remove(&source);
        self.scans -= former.map_or(0, |former| former.starts.len());
    }
}

/// What the catalogue is to be asked of a source.
struct Missing {
    known: Over,
    /// The last one that is over.
    last: u32,
    found: BTreeMap<u32, Start>,
}

impl Missing {
    fn is_missing(&self, number: u32) -> bool {
        number > self.known.up_to && number <= self.last
    }

    /// Whether none is left to be found. Of a source that was erased and begins anew the catalogue
    /// has not all: that is known at its end.
    fn is_done(&self) -> bool {
        self.found.len() >= (self.last - self.known.up_to) as usize
    }

    fn whole(self) -> Over {
        let mut starts = self.known.starts;
        Arc::make_mut(&mut starts).extend(self.found);
        Over { up_to: self.last, starts }
    }
}

impl Starts {
    /// When the scans of these sources were begun, of which this is the record. At most so many are
    /// remembered.
    pub(super) async fn of(
        &self,
        db: &Db,
        sources: &[(SourceId, Source)],
        most: usize,
    ) -> Result<Vec<Scans>, StoreError> {
        let mut over = HashMap::with_capacity(sources.len());
        let mut missing = HashMap::new();
        for (id, source) in sources {
            let last = last_over(source);
            let known = self.0.lock().sources.get(id).cloned().unwrap_or_default();
            if known.up_to < last {
                missing.insert(*id, Missing { known, last, found: BTreeMap::new() });
            } else {
                over.insert(*id, known);
            }
        }
        if let Some((_, source)) = sources.first().filter(|_| !missing.is_empty()) {
            read(db, &TenantAt { tenant: source.tenant.clone() }, &mut missing).await?;
        }
        for (id, missing) in missing {
            let whole = missing.whole();
            self.0.lock().put(id, &whole, most);
            over.insert(id, whole);
        }
        let mut all = Vec::with_capacity(sources.len());
        for (id, source) in sources {
            let over = over.remove(id).unwrap_or_default().starts;
            all.push(Scans { over, open: open(db, source).await? });
        }
        Ok(all)
    }

    /// A source is gone.
    pub(super) fn forget(&self, source: SourceId) {
        self.0.lock().forget(source);
    }
}

/// The number of the last scan of a source that is over.
fn last_over(source: &Source) -> u32 {
    source.running.map_or(source.last_scan, |open| open.number.saturating_sub(1))
}

/// When the scan that is not over was begun, or ordered where it still waits.
async fn open(db: &Db, source: &Source) -> Result<Option<(u32, Start)>, StoreError> {
    let Some(open) = source.running else { return Ok(None) };
    let at = ScanAt { tenant: source.tenant.clone(), scan: open.scan };
    let row = db.get::<ScanRow>(&at, &ScanKey::Head).await?;
    Ok(row.and_then(|row| match row.entry {
        ScanEntry::Head(scan) => Some((open.number, Start { scan: open.scan, at: scan.started })),
        ScanEntry::Selection(_) => None,
    }))
}

/// Finds what is missing in the catalogue, the newest first.
async fn read(
    db: &Db,
    at: &TenantAt,
    missing: &mut HashMap<SourceId, Missing>,
) -> Result<(), StoreError> {
    let mut open = missing.len();
    let (mut rest, mut rows) = (Some(TenantKey::scans()), FIRST_ROWS);
    while let Some(span) = rest.take() {
        let page = db.scan::<TenantRow>(at, span.clone(), rows).await?;
        for row in page.rows {
            let TenantEntry::Scan { started, scan, source, number, .. } = row.entry else {
                continue;
            };
            let Some(missing) = missing.get_mut(&source) else { continue };
            if missing.is_missing(number) && !missing.found.contains_key(&number) {
                // The record of an order that was cut short may bear the number too, and is older.
                missing.found.insert(number, Start { scan, at: started });
                open -= usize::from(missing.is_done());
            }
        }
        if open == 0 {
            break;
        }
        rest = page.next.map(|key| span.after(key));
        rows = usize::MAX;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::cmp::Reverse;

    use proptest::prelude::*;
    use trawl_model::TenantId;
    use trawl_model::source::Running;
    use trawl_storage::memory::MemoryStore;
    use trawl_storage::{Commit, Delete, Limits, WriteId};

    use super::*;

    /// Something that becomes of a source.
    #[derive(Debug, Clone, Copy)]
    enum Step {
        /// A scan is ordered, and so many that nobody was told of before it.
        Order(u8),
        /// It is begun, later than it was ordered.
        Begin,
        /// It ends.
        End,
        /// All of it is erased but its record, and it begins anew.
        Erase,
        /// Somebody asks.
        Ask,
    }

    fn steps() -> impl Strategy<Value = Vec<(u8, Step)>> {
        let step = prop_oneof![
            3 => prop_oneof![4 => Just(0u8), 1 => Just(1)].prop_map(Step::Order),
            2 => Just(Step::Begin),
            3 => Just(Step::End),
            1 => Just(Step::Erase),
            2 => Just(Step::Ask),
        ];
        proptest::collection::vec((0u8..3, step), 1..60)
    }

    struct World {
        db: Db,
        at: TenantAt,
        sources: Vec<(SourceId, Source)>,
        starts: HashMap<(SourceId, u32), Start>,
        rows: HashMap<SourceId, Vec<TenantEntry>>,
        now: i64,
    }

    impl World {
        fn new() -> Self {
            let tenant = TenantId::default_tenant();
            let source = |n| {
                let known = Source::new(tenant.clone(), "files", vec![n]);
                (SourceId::from_bytes([n; 8]), known)
            };
            Self {
                db: Db::new(MemoryStore::new(Limits::default())),
                at: TenantAt { tenant: tenant.clone() },
                sources: (0..3).map(source).collect(),
                starts: HashMap::new(),
                rows: HashMap::new(),
                now: 0,
            }
        }

        async fn write(&self, change: impl FnOnce(Commit<TenantRow>) -> Commit<TenantRow>) {
            let fence = self.db.fence::<TenantRow>(&self.at).await.unwrap();
            let commit = Commit::new(self.at.clone(), fence, WriteId::random().unwrap());
            let _ = self.db.commit(change(commit)).await.unwrap();
        }

        async fn enter(&mut self, entry: TenantEntry) {
            let row = TenantRow { at: self.at.clone(), entry };
            self.write(|commit| commit.put(row)).await;
        }

        fn tick(&mut self) -> Timestamp {
            self.now += 1;
            Timestamp::from_micros(self.now)
        }

        async fn step(&mut self, of: usize, step: Step) {
            let (id, head) = self.sources[of].clone();
            match (step, head.running) {
                (Step::Order(forgotten), None) => {
                    let number = head.last_scan + 1;
                    let mut scan = ScanId::from_bytes([0; 12]);
                    for _ in 0..=forgotten {
                        let at = self.tick();
                        scan = ScanId::from_bytes([self.now as u8; 12]);
                        let entry = TenantEntry::Scan {
                            ordered: at,
                            started: at,
                            scan,
                            source: id,
                            number,
                        };
                        self.keep(&entry).await;
                        self.enter(entry).await;
                    }
                    let head = &mut self.sources[of].1;
                    (head.last_scan, head.running) = (number, Some(Running { number, scan }));
                }
                (Step::Begin, Some(open)) => {
                    let at = self.tick();
                    let entries = self.rows.get(&id).cloned().unwrap_or_default();
                    for entry in entries {
                        let TenantEntry::Scan { ordered, scan, source, number, .. } = entry else {
                            continue;
                        };
                        if scan == open.scan {
                            let started = at;
                            let entry =
                                TenantEntry::Scan { ordered, started, scan, source, number };
                            self.keep(&entry).await;
                            self.enter(entry).await;
                        }
                    }
                }
                (Step::End, Some(_)) => self.sources[of].1.running = None,
                (Step::Erase, None) => {
                    for entry in self.rows.remove(&id).unwrap_or_default() {
                        let TenantEntry::Scan { ordered, scan, number, .. } = entry else {
                            continue;
                        };
                        self.starts.remove(&(id, number));
                        let key = TenantKey::Scan(Reverse(ordered), scan);
                        self.write(|commit| commit.delete(Delete::Row(key))).await;
                    }
                }
                _ => {}
            }
        }

        /// The record of a scan, and what is expected of it.
        async fn keep(&mut self, entry: &TenantEntry) {
            let TenantEntry::Scan { ordered, started, scan, source, number } = entry else {
                return;
            };
            self.starts.insert((*source, *number), Start { scan: *scan, at: *started });
            self.rows.entry(*source).or_default().push(entry.clone());
            let at = ScanAt { tenant: self.at.tenant.clone(), scan: *scan };
            let rules =
                trawl_model::id::RuleSetId::from_bytes([0; trawl_model::id::RuleSetId::LEN]);
            let ordered = trawl_model::scan::Scan::ordered(
                *scan,
                *source,
                *number,
                rules,
                *ordered,
                Default::default(),
            );
            let kept = trawl_model::scan::Scan { started: *started, ..ordered };
            let fence = self.db.fence::<ScanRow>(&at).await.unwrap();
            let row = ScanRow { at: at.clone(), entry: ScanEntry::Head(kept) };
            let commit = Commit::new(at, fence, WriteId::random().unwrap()).put(row);
            let _ = self.db.commit(commit).await.unwrap();
        }
    }

    proptest! {
        #[test]
        fn what_is_remembered_is_what_the_catalogue_says(steps in steps(), most in 0usize..12) {
            let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
            runtime.block_on(async {
                let (mut world, starts) = (World::new(), Starts::default());
                for (of, step) in steps {
                    let of = usize::from(of);
                    world.step(of, step).await;
                    if matches!(step, Step::Erase) && world.sources[of].1.running.is_none() {
                        starts.forget(world.sources[of].0);
                    }
                    if !matches!(step, Step::Ask) {
                        continue;
                    }
                    let told = starts.of(&world.db, &world.sources, most).await.unwrap();
                    for ((id, head), told) in world.sources.iter().zip(told) {
                        let (mut last, mut all) = (None, Vec::new());
                        for number in 1..=head.last_scan + 1 {
                            let start = world.starts.get(&(*id, number));
                            let expected = start.map(|start| start.at);
                            assert_eq!(told.start(number), expected, "{number}");
                            last = expected.or(last);
                            assert_eq!(told.last_start(number), last);
                            all.extend(start.map(|start| start.scan));
                        }
                        all.reverse();
                        assert_eq!(told.newest_first().collect::<Vec<_>>(), all);
                    }
                    let known = starts.0.lock();
                    let held = known.sources.values().map(|over| over.starts.len()).sum::<usize>();
                    assert_eq!(held, known.scans);
                    assert!(held <= most, "{held} of at most {most}");
                }
            });
        }
    }

    #[tokio::test]
    async fn what_is_over_is_read_once() {
        let (mut world, starts) = (World::new(), Starts::default());
        for _ in 0..3 {
            world.step(0, Step::Order(0)).await;
            world.step(0, Step::End).await;
        }
        let before = starts.of(&world.db, &world.sources, 10).await.unwrap();
        // Nothing of the catalogue is asked for: it could be gone.
        world.step(0, Step::Erase).await;
        assert_eq!(starts.of(&world.db, &world.sources, 10).await.unwrap(), before);
        assert!(before[0].start(3).is_some());
    }
}
