//! What must hold of every decision of an owner, whatever it is asked.

#![allow(clippy::unwrap_used, reason = "a test that can't be set up has failed")]

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use trawl_actors::message::{
    Answer, Checkpoint, Finished, Lease, LeasedWork, Listed, Missed, Outcome, Page, ProcessId,
    Progress, Pull, WorkerId,
};
use trawl_actors::range::{
    Batch, Command, Effect, Moment, RangeState, Reply, ScanOrder, Tuning, Write, decide,
};
use trawl_actors::recorder::Trace;
use trawl_model::id::RuleSetId;
use trawl_model::object::Buckets;
use trawl_model::range::{Bounds, Phase, RangeHead};
use trawl_model::unit::{Reading, Resume, ResumeLevel};
use trawl_model::{
    ByType, Class, Coverage, FewBytes, Fingerprint, IdKey, Item, ObjectId, ObjectKey, RangeId,
    Reason, SourceId, TenantId, Timestamp,
};

/// Its process is gone, and no other is known to live.
const TAKE_OVER: Command = Command::TakeOver { living: BTreeSet::new() };

/// An owner in memory: every decision is applied as it is made.
struct Owner {
    state: RangeState,
    version: u64,
    now: u64,
    tuning: Tuning,
    /// It has said that it rests.
    rests: bool,
}

/// What stands in a folder: a name, and the time of its last change.
type Folder = BTreeMap<u8, i64>;

fn key(name: u8) -> ObjectKey {
    ObjectKey::new(vec![b'f', name])
}

fn fingerprint(changed: i64) -> Fingerprint {
    let modified = Some(Timestamp::from_micros(changed));
    Fingerprint {
        size: 10 + changed as u64 % 7,
        modified,
        tag: FewBytes::new(),
        identity: FewBytes::new(),
    }
}

impl Owner {
    fn new(tuning: Tuning) -> Self {
        let head = RangeHead::new(Bounds::everything(), 0);
        let (source, range) = (SourceId::from_bytes([0; 8]), RangeId::from_bytes([0; 12]));
        let state = RangeState::new(TenantId::default_tenant(), source, range, head);
        Self { state, version: 1, now: 0, tuning, rests: false }
    }

    fn ask(&mut self, command: &Command) -> Reply {
        self.now += 1;
        let batch = Batch { version: self.version + 1, leases: 0 };
        let now = Moment(self.now);
        let decision = decide(&self.state, command, now, batch, &self.tuning);
        let again = decide(&self.state, command, now, batch, &self.tuning);
        assert_eq!(decision, again, "a decision is of its arguments alone");
        let rows = decision.writes.iter().filter(|write| write.is_stored()).count();
        assert!(rows <= self.tuning.decision_rows + 8, "{rows} rows do not fit into a commit");
        for write in &decision.writes {
            if let Write::Object(key, _) = write {
                assert!(self.state.head.bounds.hold(key), "a row outside the bounds");
            }
            self.state.apply(write);
        }
        self.version += 1;
        self.rests |= decision.effects.contains(&Effect::AtRest);
        let scan = self.state.head.scan.as_ref().unwrap();
        assert_eq!(scan.coverage.total_bytes(), scan.listed_bytes, "coverage-adds-up in bytes");
        let objects = scan.coverage.total_items(Item::Object);
        assert_eq!(objects, scan.listed_objects, "coverage-adds-up in objects");
        decision.reply
    }

    fn begin(&mut self, number: u32) {
        self.begin_by(number, 1);
    }

    fn begin_by(&mut self, number: u32, rules: u8) {
        let rules = RuleSetId::from_bytes([rules; 12]);
        let started = Timestamp::from_micros(1_000_000_000);
        self.ask(&Command::Begin(ScanOrder { number, rules, started }));
    }

    fn pull(&mut self) -> Vec<Lease> {
        self.pull_as(Pull { worker: WorkerId(1), want: 3, suspects: true, without: Vec::new() })
    }

    fn pull_as(&mut self, pull: Pull) -> Vec<Lease> {
        match self.ask(&Command::Pull(pull)) {
            Reply::Leases(leases) => leases,
            other => panic!("a pull was answered with {other:?}"),
        }
    }

    fn checkpoint(&mut self, lease: &Lease, number: u32, progress: Progress) -> Answer {
        let checkpoint = Checkpoint { lease: lease.lease.clone(), number, progress };
        match self.ask(&Command::Checkpoint(Box::new(checkpoint))) {
            Reply::Checkpoint(answer) => answer,
            other => panic!("a checkpoint was answered with {other:?}"),
        }
    }

    /// Works off a scan of a folder, with pages of a given size; keys in `hidden` can't be seen.
    fn scan(&mut self, number: u32, folder: &Folder, page: usize, hidden: &BTreeSet<u8>) {
        self.begin(number);
        self.work_off(number, folder, page, hidden);
    }

    /// Works off what there is to do, to the end of the scan.
    fn work_off(&mut self, number: u32, folder: &Folder, page: usize, hidden: &BTreeSet<u8>) {
        for _ in 0..2_000 {
            let leases = self.pull();
            if leases.is_empty() {
                break;
            }
            for lease in leases {
                match lease.work.clone() {
                    LeasedWork::List { after, .. } => {
                        self.list(&lease, after, folder, page, hidden);
                    }
                    LeasedWork::Read { objects, .. } => {
                        let finished = objects
                            .iter()
                            .map(|due| finished(due.key.clone(), folder[&due.key.as_bytes()[1]]))
                            .collect();
                        let progress = Progress::Read { finished, reading: None, complete: true };
                        self.checkpoint(&lease, 1, progress);
                    }
                    LeasedWork::Part { .. } => panic!("nothing here is cut"),
                }
            }
        }
        assert_eq!(self.state.head.scan.as_ref().unwrap().phase, Phase::Read);
        while self.ask(&Command::Close { number, close: true }) == Reply::Again {}
        assert_eq!(self.state.head.scan.as_ref().unwrap().phase, Phase::Done);
    }

    fn list(
        &mut self,
        lease: &Lease,
        mut after: Option<ObjectKey>,
        folder: &Folder,
        page: usize,
        hidden: &BTreeSet<u8>,
    ) {
        for number in 1.. {
            let seen = folder.iter().filter(|(name, _)| {
                !hidden.contains(name) && after.as_ref().is_none_or(|after| key(**name) > *after)
            });
            let entries: Vec<Listed> =
                seen.take(page).map(|(name, changed)| listed(*name, *changed)).collect();
            let covered_to = (entries.len() == page).then(|| entries[page - 1].key.clone());
            let gaps = hidden
                .iter()
                .map(|name| Missed {
                    prefix: key(*name),
                    reason: Reason::Permission,
                    skipped: false,
                })
                .collect();
            let page = Page { entries, gaps, covered_to };
            match self.checkpoint(lease, number, Progress::Listed(page)) {
                Answer::Accepted { complete: true, .. } => return,
                Answer::Accepted { after: covered, .. } => after = covered,
                Answer::Refused(refusal) => panic!("a listing was refused: {refusal:?}"),
            }
        }
    }
}

fn id(name: u8) -> ObjectId {
    ObjectId::of(&IdKey::from_bytes([0; 32]), SourceId::from_bytes([0; 8]), &key(name))
}

fn listed(name: u8, changed: i64) -> Listed {
    Listed { key: key(name), id: id(name), fingerprint: fingerprint(changed), skip: None }
}

fn finished(key: ObjectKey, changed: i64) -> Finished {
    let fingerprint = fingerprint(changed);
    let size = fingerprint.size;
    let outcome = Outcome::Read {
        fingerprint: Some(fingerprint),
        counted: Vec::new(),
        buckets: Buckets::default(),
        findings: 1,
        by_type: ByType::default(),
        coverage: Coverage::of_object(Class::Read, size),
        format: "text".to_owned(),
        error: None,
    };
    Finished { key, size, outcome }
}

fn folders() -> impl Strategy<Value = Folder> {
    proptest::collection::btree_map(any::<u8>(), 1i64..50, 0..60)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn new_changed_same_and_vanished_fall_out_of_the_merge(
        before in folders(), after in folders(), page in 1usize..20, rows in 4usize..40
    ) {
        let tuning = Tuning { decision_rows: rows, unit_objects: 3, ..Tuning::default() };
        let mut owner = Owner::new(tuning);
        owner.scan(1, &before, page, &BTreeSet::new());
        owner.scan(2, &after, page, &BTreeSet::new());
        let counts = owner.state.head.scan.as_ref().unwrap().counts;
        let in_both = |same: bool| after.iter().filter(|(name, changed)| {
            before.get(name).is_some_and(|old| (old == *changed) == same)
        }).count() as u64;
        prop_assert_eq!(counts.same, in_both(true));
        prop_assert_eq!(counts.changed, in_both(false));
        let new = after.keys().filter(|name| !before.contains_key(name)).count() as u64;
        let gone = before.keys().filter(|name| !after.contains_key(name)).count() as u64;
        prop_assert_eq!((counts.new, counts.vanished), (new, gone));
        prop_assert_eq!(counts.findings, after.len() as u64);
        for (name, object) in owner.state.objects.iter().map(|(k, o)| (k.as_bytes()[1], o)) {
            prop_assert_eq!(object.closed, !after.contains_key(&name));
        }
    }

    #[test]
    fn what_can_not_be_seen_has_not_vanished(
        folder in folders(), hidden in proptest::collection::btree_set(any::<u8>(), 0..20)
    ) {
        let mut owner = Owner::new(Tuning { decision_rows: 12, ..Tuning::default() });
        owner.scan(1, &folder, 7, &BTreeSet::new());
        owner.scan(2, &folder, 7, &hidden);
        prop_assert_eq!(owner.state.head.scan.as_ref().unwrap().counts.vanished, 0);
        prop_assert!(owner.state.objects.values().all(|object| !object.closed));
    }

    #[test]
    fn a_second_scan_of_the_same_writes_no_object(folder in folders(), page in 1usize..20) {
        let mut owner = Owner::new(Tuning::default());
        owner.scan(1, &folder, page, &BTreeSet::new());
        let before = owner.state.objects.clone();
        owner.scan(2, &folder, page, &BTreeSet::new());
        prop_assert_eq!(owner.state.objects, before);
    }
}

#[test]
fn what_had_become_of_an_object_is_kept_while_other_rules_are_to_read_it_and_no_longer() {
    let mut folder = Folder::from([(0, 3), (1, 3), (2, 3)]);
    let mut owner = Owner::new(Tuning::default());
    owner.scan(1, &folder, 100, &BTreeSet::new());
    let before = |owner: &Owner| -> Vec<bool> {
        owner.state.objects.values().map(|object| object.before.is_some()).collect()
    };
    assert_eq!(before(&owner), [false; 3]);
    let read = owner.state.objects.values().next().unwrap().coverage.clone();

    // By other rules all of it is due; of what has changed meanwhile nothing of before is of use.
    folder.insert(1, 4);
    owner.begin_by(2, 2);
    let list = owner.pull().remove(0);
    owner.list(&list, None, &folder, 100, &BTreeSet::new());
    assert_eq!(before(&owner), [true, false, true]);
    let first = owner.state.objects.values().next().unwrap();
    assert_eq!((first.before.as_deref(), first.due), (Some(&read), Some(2)));

    // That scan is given up. The next one finds it as it was left, but for what has changed since.
    folder.insert(2, 5);
    owner.begin_by(3, 3);
    let list = owner.pull().remove(0);
    owner.list(&list, None, &folder, 100, &BTreeSet::new());
    assert_eq!(before(&owner), [true, false, false]);
    owner.work_off(3, &folder, 100, &BTreeSet::new());
    assert_eq!(before(&owner), [false; 3]);
}

/// Reads until one object, at which the process dies each time it is opened.
fn die_at(owner: &mut Owner, fatal: u8, folder: &Folder) -> usize {
    let mut starts = 0;
    for _ in 0..200 {
        let Some(lease) = owner.pull().into_iter().next() else { break };
        let LeasedWork::Read { objects, .. } = lease.work.clone() else { continue };
        let mut number = 0;
        let mut died = false;
        for due in objects {
            let name = due.key.as_bytes()[1];
            if lease.suspect {
                number += 1;
                owner.checkpoint(&lease, number, Progress::Named { object: due.key.clone() });
            }
            if name == fatal {
                died = true;
                break;
            }
            let finished = vec![finished(due.key, folder[&name])];
            number += 1;
            let progress = Progress::Read { finished, reading: None, complete: false };
            owner.checkpoint(&lease, number, progress);
        }
        if died {
            starts += 1;
            owner.ask(&TAKE_OVER);
        } else {
            let progress = Progress::Read { finished: Vec::new(), reading: None, complete: true };
            owner.checkpoint(&lease, number + 1, progress);
        }
    }
    starts
}

fn reading_of(object: ObjectKey, resume: Resume) -> Reading {
    Reading {
        object,
        fingerprint: fingerprint(3),
        counted: Vec::new(),
        buckets: Buckets::default(),
        findings: 0,
        coverage: Coverage::new(),
        resume,
        again: false,
    }
}

/// Gets further in an object each time, until the process dies.
fn die_further_each_time(owner: &mut Owner, starts: u64) {
    for at in 1..=starts {
        let lease = owner.pull().remove(0);
        let LeasedWork::Read { objects, .. } = lease.work.clone() else { panic!("a read") };
        let object = objects[0].key.clone();
        let mut number = 0;
        if lease.suspect {
            number += 1;
            owner.checkpoint(&lease, number, Progress::Named { object: object.clone() });
        }
        let resume = Resume { levels: vec![ResumeLevel { at, ..ResumeLevel::default() }] };
        let reading = Some(Box::new(reading_of(object, resume)));
        let progress = Progress::Read { finished: Vec::new(), reading, complete: false };
        owner.checkpoint(&lease, number + 1, progress);
        owner.ask(&TAKE_OVER);
    }
}

#[test]
fn a_reader_that_gets_further_each_time_is_not_killed_by_its_object() {
    let folder = Folder::from([(0, 3)]);
    let mut owner = Owner::new(Tuning::default());
    owner.begin(1);
    let list = owner.pull().remove(0);
    owner.list(&list, None, &folder, 100, &BTreeSet::new());
    die_further_each_time(&mut owner, 20);
    let lease = owner.pull().remove(0);
    let LeasedWork::Read { objects, reading } = lease.work else { panic!("a read") };
    assert_eq!(objects.len(), 1);
    assert_eq!(reading.unwrap().resume.levels[0].at, 20, "it goes on where it was");
}

/// The process dies with one object open, again and again, so many steps after it was opened.
/// Gives how often it was tried.
fn die_at_steps(owner: &mut Owner, steps: impl Iterator<Item = u64>) -> usize {
    let mut starts = 0;
    for steps in steps {
        // Where nothing is left of a unit, the first pull only makes way for what comes behind it.
        let leases = [owner.pull(), owner.pull()].concat();
        let Some(lease) = leases.into_iter().next() else { break };
        let LeasedWork::Read { objects, .. } = &lease.work else { panic!("a read") };
        if lease.suspect {
            let object = objects[0].key.clone();
            owner.checkpoint(&lease, 1, Progress::Named { object });
        }
        let (range, lease) = (owner.state.range, lease.lease);
        owner.state.trace = Some(Trace::new(range, lease.unit, lease.attempt, steps));
        owner.ask(&TAKE_OVER);
        starts += 1;
    }
    starts
}

#[test]
fn a_process_that_is_killed_at_any_place_sets_nothing_aside_and_one_that_dies_at_one_place_does() {
    let tried = |steps: &mut dyn Iterator<Item = u64>| {
        let folder = Folder::from([(0, 3)]);
        let mut owner = Owner::new(Tuning::default());
        owner.begin(1);
        let list = owner.pull().remove(0);
        owner.list(&list, None, &folder, 100, &BTreeSet::new());
        die_at_steps(&mut owner, steps)
    };
    assert_eq!(tried(&mut (0..40).map(|n| n * 7 % 40)), 40, "it is tried again each time");
    assert_eq!(tried(&mut std::iter::repeat_n(12, 40)), 4, "once, twice named, and once more");
    let ends = tried(&mut (0..1_000).map(|n| n * 7 % 997));
    assert!(ends < 60, "it ends, whatever kills: {ends}");
}

#[test]
fn an_object_that_kills_its_reader_costs_at_most_four_starts_and_then_only_itself() {
    let folder: Folder = (0..6).map(|name| (name, 3)).collect();
    let mut owner = Owner::new(Tuning::default());
    owner.begin(1);
    let list = owner.pull().remove(0);
    owner.list(&list, None, &folder, 100, &BTreeSet::new());
    let starts = die_at(&mut owner, 3, &folder);
    assert!((1..=4).contains(&starts), "{starts} starts were lost");
    let scan = owner.state.head.scan.clone().unwrap();
    assert_eq!(scan.phase, Phase::Read);
    let failed = Class::Failed(Reason::ReaderDied);
    assert_eq!(scan.coverage.items_of(Item::Object, failed), 1);
    assert_eq!(scan.coverage.items_of(Item::Object, Class::Read), 5);
}

/// Gets half-way into an object at the first start, and never any further.
fn die_half_way(owner: &mut Owner) -> usize {
    let mut starts = 0;
    while owner.state.head.scan.as_ref().unwrap().phase < Phase::Read {
        let Some(lease) = owner.pull().into_iter().next() else { continue };
        starts += 1;
        let LeasedWork::Read { objects, .. } = lease.work.clone() else { panic!("a read") };
        let object = objects[0].key.clone();
        if lease.suspect {
            owner.checkpoint(&lease, 1, Progress::Named { object });
        } else {
            let resume = Resume { levels: vec![ResumeLevel { at: 5, ..ResumeLevel::default() }] };
            let reading = Some(Box::new(reading_of(object, resume)));
            let progress = Progress::Read { finished: Vec::new(), reading, complete: false };
            owner.checkpoint(&lease, 1, progress);
        }
        owner.ask(&TAKE_OVER);
    }
    starts
}

#[test]
fn an_object_that_kills_half_way_costs_no_more_than_one_that_kills_at_its_start() {
    let folder = Folder::from([(0, 3)]);
    let mut owner = Owner::new(Tuning::default());
    owner.begin(1);
    let list = owner.pull().remove(0);
    owner.list(&list, None, &folder, 100, &BTreeSet::new());
    assert_eq!(die_half_way(&mut owner), 4);
    let scan = owner.state.head.scan.clone().unwrap();
    assert_eq!(scan.phase, Phase::Read);
    assert_eq!(scan.coverage.items_of(Item::Object, Class::Failed(Reason::ReaderDied)), 1);
}

#[test]
fn an_object_that_is_set_aside_takes_along_a_part_that_died_beside_it() {
    let folder = Folder::from([(0, 3)]);
    let mut owner = Owner::new(Tuning::default());
    owner.begin(1);
    let list = owner.pull().remove(0);
    owner.list(&list, None, &folder, 100, &BTreeSet::new());
    let read = owner.pull().remove(0);
    let (size, fingerprint) = (fingerprint(3).size, fingerprint(3));
    let outcome = Outcome::Cut { fingerprint, parts: vec![(0, 5), (5, size)] };
    let finished = vec![Finished { key: key(0), size, outcome }];
    let progress = Progress::Read { finished, reading: None, complete: true };
    owner.checkpoint(&read, 1, progress);
    let one = |worker, suspects| Pull {
        worker: WorkerId(worker),
        want: 1,
        suspects,
        without: Vec::new(),
    };
    for _ in 0..3 {
        let lease = owner.pull_as(one(1, true)).remove(0);
        if lease.suspect {
            owner.checkpoint(&lease, 1, Progress::Named { object: key(0) });
        }
        if owner.state.objects[&key(0)].deaths == 1 {
            // The other part is no suspect, and is at work when the first kills again.
            assert!(!owner.pull_as(one(2, false)).remove(0).suspect);
        }
        owner.ask(&TAKE_OVER);
    }
    let is_part = |lease: &Lease| matches!(lease.work, LeasedWork::Part { .. });
    let leases = owner.pull();
    assert!(!leases.is_empty() && !leases.iter().any(is_part), "it is tried again as a whole");
    assert_eq!(owner.state.units.len(), 1);
}

#[test]
fn a_child_lists_from_its_first_key_and_enters_no_gap_of_its_parent() {
    let mut owner = Owner::new(Tuning::default());
    owner.state.head.bounds.from = key(10).successor();
    owner.begin(1);
    let list = owner.pull().remove(0);
    let LeasedWork::List { from, .. } = &list.work else { panic!("a listing") };
    assert_eq!(*from, key(10).successor());
    let missed = |name| Missed { prefix: key(name), reason: Reason::Permission, skipped: false };
    let gaps = vec![missed(3), missed(20)];
    owner.checkpoint(&list, 1, Progress::Listed(Page { gaps, ..Page::default() }));
    let coverage = owner.state.head.scan.as_ref().unwrap().coverage.clone();
    assert_eq!(coverage.total_items(Item::Folder), 1, "the other one is its parent's");
}

#[test]
fn a_parked_listing_that_is_released_goes_on_and_leaves_no_trace_in_the_ledger() {
    let folder = Folder::from([(0, 3), (1, 4), (2, 5)]);
    let mut owner = Owner::new(Tuning::default());
    owner.begin(1);
    let list = owner.pull().remove(0);
    let what = "the source is gone".to_owned();
    owner.checkpoint(&list, 1, Progress::Failed { transient: false, what });
    let (&unit, parked) = owner.state.units.iter().next().unwrap();
    assert_eq!(parked.parked.as_deref(), Some("the source is gone"));
    assert_eq!(owner.state.head.scan.as_ref().unwrap().phase, Phase::Read, "it blocks nothing");
    assert!(matches!(owner.ask(&Command::Release(unit)), Reply::Refused(_)), "all is read");

    // One that has something else to do yet.
    let mut owner = Owner::new(Tuning { unit_objects: 1, ..Tuning::default() });
    owner.begin(1);
    let list = owner.pull().remove(0);
    let page =
        Page { entries: vec![listed(0, folder[&0])], gaps: Vec::new(), covered_to: Some(key(0)) };
    owner.checkpoint(&list, 1, Progress::Listed(page));
    let what = "the source is gone".to_owned();
    owner.checkpoint(&list, 2, Progress::Failed { transient: false, what });
    let failed = Class::Failed(Reason::SourceFailed);
    let folders = |owner: &Owner| {
        owner.state.head.scan.as_ref().unwrap().coverage.items_of(Item::Folder, failed)
    };
    assert_eq!(folders(&owner), 1);
    assert_eq!(owner.ask(&Command::Release(list.lease.unit)), Reply::Done);
    assert_eq!(folders(&owner), 0);
    owner.work_off(1, &folder, 10, &BTreeSet::new());
    assert_eq!(owner.state.objects.len(), 3);
    assert_eq!(owner.state.head.scan.as_ref().unwrap().listed_objects, 3);
}

proptest! {
    #[test]
    fn what_rests_gives_no_leases_and_is_at_rest_when_the_last_is_back(
        folder in folders(),
        page in 1usize..6,
        before in 0usize..6,
    ) {
        let mut owner = Owner::new(Tuning { unit_objects: 2, ..Tuning::default() });
        owner.begin(1);
        let mut out = Vec::new();
        for _ in 0..before {
            for lease in owner.pull() {
                match lease.work.clone() {
                    LeasedWork::List { after, .. } => {
                        owner.list(&lease, after, &folder, page, &BTreeSet::new());
                    }
                    _ => out.push(lease),
                }
            }
        }
        owner.ask(&Command::Halt);
        prop_assert!(owner.pull().is_empty(), "no leases any more");
        while let Some(lease) = out.pop() {
            prop_assert!(!owner.rests);
            let answer = owner.checkpoint(&lease, 1, Progress::Released);
            let halts = matches!(answer, Answer::Accepted { halt: true, .. });
            prop_assert!(halts, "the worker is told");
        }
        prop_assert!(owner.rests);
    }

    #[test]
    fn what_is_forgotten_is_what_was_closed_early_enough_and_nothing_else(
        first in folders(),
        second in folders(),
        third in folders(),
    ) {
        let mut owner = Owner::new(Tuning { decision_rows: 6, ..Tuning::default() });
        for (number, folder) in [(1, &first), (2, &second), (3, &third)] {
            owner.scan(number, folder, 7, &BTreeSet::new());
        }
        let keep = |object: &trawl_model::Object| {
            !object.closed || object.vanished.is_none_or(|scan| scan > 2)
        };
        let expected: Vec<ObjectKey> = owner
            .state
            .objects
            .iter()
            .filter(|(_, object)| keep(object))
            .map(|(key, _)| key.clone())
            .collect();
        while owner.ask(&Command::Forget { up_to: 2 }) == Reply::Again {}
        let kept: Vec<ObjectKey> = owner.state.objects.keys().cloned().collect();
        prop_assert_eq!(&kept, &expected);
        prop_assert_eq!(owner.state.head.objects, kept.len() as u64);
        owner.scan(4, &first, 7, &BTreeSet::new());
    }
}

#[test]
fn only_what_those_had_who_may_be_dead_is_suspect() {
    let folder = Folder::from([(0, 3), (1, 3), (2, 3)]);
    let tuning = Tuning { unit_objects: 1, ..Tuning::default() };
    let mut owner = Owner::new(tuning);
    owner.begin(1);
    let list = owner.pull().remove(0);
    owner.list(&list, None, &folder, 100, &BTreeSet::new());
    let worker = |process: u64| WorkerId::of(ProcessId::drawn(process << 16), 3);
    let had = [1, 2, 2].map(|process| {
        let (worker, suspects) = (worker(process), true);
        owner.pull_as(Pull { worker, want: 1, suspects, without: Vec::new() }).remove(0)
    });
    let living = BTreeSet::from([worker(1).process(), worker(9).process()]);
    owner.ask(&Command::TakeOver { living });
    let suspects = had.map(|lease| owner.state.units.get(&lease.lease.unit).unwrap().suspect);
    assert_eq!(suspects, [false, true, true]);
    // They are read one at a time on a node, on as many nodes as there are.
    let of_node =
        |process| Pull { worker: worker(process), want: 3, suspects: true, without: Vec::new() };
    assert!(!owner.pull_as(of_node(1)).remove(0).suspect);
    for node in [1, 3] {
        let given = owner.pull_as(of_node(node));
        assert_eq!(given.iter().map(|lease| lease.suspect).collect::<Vec<_>>(), [true]);
    }
}
