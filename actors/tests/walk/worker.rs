//! A worker, as far as owners know it: it reads what it was leased, puts findings, and says so in
//! numbered checkpoints.

use std::collections::VecDeque;

use trawl_actors::message::{
    Checkpoint, Due, Finished, Lease, LeaseRef, LeasedWork, Outcome, Progress,
};
use trawl_model::object::Buckets;
use trawl_model::unit::Part;
use trawl_model::{ByType, Class, Coverage, ObjectKey, RangeId, Reason};

use crate::listing::{object_id, page};
use crate::reading::{Open, chunk_of};
use crate::rule::Rule;
use crate::source::{CHUNKS, Folder, Value};
use crate::store::{Row, Store};

/// A lease that a worker holds.
#[derive(Clone)]
pub(crate) struct Job {
    pub(crate) lease: Lease,
    pub(crate) number: u32,
    pub(crate) waiting: Option<Checkpoint>,
    after: Option<ObjectKey>,
    objects: VecDeque<Due>,
    at: Option<Open>,
    finished: Vec<Finished>,
    puts: Vec<Row>,
    named: Option<ObjectKey>,
    pub(crate) over: bool,
    /// The owner has asked for it back.
    halted: bool,
    /// Who gave the lease.
    pub(crate) owner: usize,
}

impl Job {
    pub(crate) fn new(lease: Lease, owner: usize, without: Option<Rule>) -> Self {
        let mut objects = VecDeque::new();
        let mut at = None;
        let mut after = None;
        match &lease.work {
            LeasedWork::List { after: listed, .. } => after.clone_from(listed),
            LeasedWork::Read { objects: due, reading } => {
                objects = due.iter().cloned().collect();
                let chunks = (0, CHUNKS);
                at =
                    reading.as_ref().map(|r| Open::resume(&lease, r, &objects[0], chunks, without));
                if at.is_some() {
                    objects.pop_front();
                }
            }
            LeasedWork::Part { object, start, end, reading, .. } => {
                let chunks = (chunk_of(*start), chunk_of(*end));
                at = reading.as_ref().map(|r| Open::resume(&lease, r, object, chunks, without));
            }
        }
        let (finished, puts) = (Vec::new(), Vec::new());
        Self {
            lease,
            number: 0,
            waiting: None,
            after,
            objects,
            at,
            finished,
            puts,
            named: None,
            over: false,
            halted: false,
            owner,
        }
    }

    /// The object that it has open.
    pub(crate) fn open(&self) -> Option<&ObjectKey> {
        self.at.as_ref().map(|open| &open.due.key)
    }

    /// The object and the chunk of it that it reads next, with nothing to be done before.
    pub(crate) fn about_to_read(&self) -> Option<(&ObjectKey, usize)> {
        let open = self.at.as_ref().filter(|open| open.chunk < open.end)?;
        let may = !self.lease.suspect || self.named.as_ref() == Some(&open.due.key);
        (may && self.waiting.is_none()).then_some((&open.due.key, open.chunk))
    }

    /// By what an answer finds it.
    pub(crate) fn is(&self, range: RangeId, lease: &LeaseRef) -> bool {
        self.lease.range == range && self.lease.lease == *lease
    }

    /// One step of work. A checkpoint that comes out is to be sent, and answered before the next
    /// step.
    pub(crate) fn step(
        &mut self,
        folder: &Folder,
        store: &mut Store,
        checkpoint_now: bool,
        without: Option<Rule>,
    ) -> Option<Checkpoint> {
        if self.halted {
            return Some(self.give_back());
        }
        match &self.lease.work {
            LeasedWork::List { from, until, .. } => {
                let from = self.after.as_ref().map_or_else(|| from.clone(), ObjectKey::successor);
                let page = page(folder, &from, until.as_ref(), without);
                Some(self.say(Progress::Listed(page)))
            }
            LeasedWork::Read { .. } => self.read(folder, store, checkpoint_now, without),
            LeasedWork::Part { .. } => self.read_part(folder, store, checkpoint_now, without),
        }
    }

    /// What is finished is kept, then the unit goes back.
    fn give_back(&mut self) -> Checkpoint {
        if self.finished.is_empty() { self.say(Progress::Released) } else { self.checkpoint(false) }
    }

    pub(crate) fn answered(&mut self, after: Option<ObjectKey>, complete: bool, halt: bool) {
        self.halted |= halt;
        let released = matches!(&self.waiting, Some(w) if w.progress == Progress::Released);
        if let Some(Checkpoint { progress: Progress::Listed(_), .. }) = self.waiting {
            self.after = after;
        }
        if let Some(Checkpoint { progress: Progress::Named { object }, .. }) = &self.waiting {
            self.named = Some(object.clone());
        }
        self.waiting = None;
        self.over |= complete || released;
    }

    /// Findings that a worker without the rule puts only after its checkpoint was answered.
    pub(crate) fn put_late(&mut self, store: &mut Store) {
        store.findings.extend(self.puts.drain(..));
    }

    fn say(&mut self, progress: Progress) -> Checkpoint {
        self.number += 1;
        let checkpoint =
            Checkpoint { lease: self.lease.lease.clone(), number: self.number, progress };
        self.waiting = Some(checkpoint.clone());
        checkpoint
    }

    /// What is to be said before an object may be opened, or read on.
    fn name(&mut self, key: &ObjectKey, without: Option<Rule>) -> Option<Checkpoint> {
        if !self.lease.suspect || self.named.as_ref() == Some(key) {
            return None;
        }
        if without == Some(Rule::SuspectsAreNamed) {
            self.named = Some(key.clone());
            return None;
        }
        if !self.finished.is_empty() {
            return Some(self.checkpoint(false));
        }
        Some(self.say(Progress::Named { object: key.clone() }))
    }

    fn read(
        &mut self,
        folder: &Folder,
        store: &mut Store,
        checkpoint_now: bool,
        without: Option<Rule>,
    ) -> Option<Checkpoint> {
        let next = self.at.as_ref().map(|open| &open.due).or(self.objects.front());
        let Some(key) = next.map(|due| due.key.clone()) else {
            return Some(self.checkpoint(true));
        };
        if let Some(named) = self.name(&key, without) {
            return Some(named);
        }
        let Some(now) = folder.fingerprint(&key) else {
            let size = self.take().map_or(0, |due| due.size);
            self.finished.push(gone(key, size));
            return None;
        };
        let is_cut = folder.large.contains(&key) && !self.lease.suspect;
        let cut = Outcome::Cut { fingerprint: now.clone(), parts: folder.parts() };
        let Some(open) = self.at.as_mut() else {
            let due = self.objects.pop_front()?;
            if is_cut {
                self.finished.push(Finished { key, size: now.size, outcome: cut });
                return Some(self.checkpoint(false));
            }
            self.at = Some(Open::begin(&self.lease, due, now, folder.wall(), (0, CHUNKS)));
            return None;
        };
        let compare = without != Some(Rule::FingerprintIsCompared);
        let changed = compare && !now.same_content(&open.fingerprint);
        let ends = open.chunk == open.end || open.resumed();
        if changed && !open.again && ends {
            if is_cut {
                self.take();
                self.finished.push(Finished { key, size: now.size, outcome: cut });
                return Some(self.checkpoint(false));
            }
            open.start_again(now, folder.wall());
            return None;
        }
        if open.chunk < open.end {
            self.put_chunk(folder, store, without);
            return checkpoint_now.then(|| self.checkpoint(false));
        }
        let settled =
            without == Some(Rule::SettledFingerprints) || open.fingerprint.is_settled(open.read_at);
        let keep = (!changed || without == Some(Rule::UnsteadyKeepsNone)) && settled;
        let outcome = Outcome::Read {
            fingerprint: keep.then(|| open.fingerprint.clone()),
            counted: open.counted(),
            buckets: Buckets::default(),
            findings: CHUNKS as u64,
            by_type: ByType::default(),
            coverage: Coverage::of_object(Class::Read, now.size),
            format: "text".to_owned(),
            error: None,
        };
        self.take();
        self.finished.push(Finished { key, size: now.size, outcome });
        checkpoint_now.then(|| self.checkpoint(false))
    }

    fn read_part(
        &mut self,
        folder: &Folder,
        store: &mut Store,
        checkpoint_now: bool,
        without: Option<Rule>,
    ) -> Option<Checkpoint> {
        let LeasedWork::Part { object, start, end, fingerprint: cut, .. } = self.lease.work.clone()
        else {
            return None;
        };
        if let Some(named) = self.name(&object.key, without) {
            return Some(named);
        }
        let Some(now) = folder.fingerprint(&object.key) else {
            let failed = Some(Box::new(gone(object.key, object.size)));
            return Some(self.say(Progress::Part { done: None, reading: None, failed }));
        };
        let Some(open) = self.at.as_mut() else {
            let chunks = (chunk_of(start), chunk_of(end));
            self.at = Some(Open::begin(&self.lease, object, now, folder.wall(), chunks));
            return None;
        };
        if open.resumed() && !now.same_content(&open.fingerprint) {
            open.start_again(now, folder.wall());
            return None;
        }
        if open.chunk < open.end {
            self.put_chunk(folder, store, without);
            return checkpoint_now.then(|| self.part_checkpoint());
        }
        // What has changed while it was read agrees with no other part.
        let as_read = if now.same_content(&open.fingerprint) { &open.fingerprint } else { &now };
        let agrees = without == Some(Rule::PartsAgree);
        let mut coverage = Coverage::new();
        coverage.add_bytes(Class::Read, end - start);
        let done = Part {
            scan: self.lease.scan,
            fingerprint: if agrees { cut } else { as_read.clone() },
            counted: open.counted(),
            buckets: Buckets::default(),
            findings: (open.end - open.start) as u64,
            lines: 0,
            coverage,
            by_type: ByType::default(),
        };
        self.at = None;
        let done = Some(Box::new(done));
        Some(self.say(Progress::Part { done, reading: None, failed: None }))
    }

    fn put_chunk(&mut self, folder: &Folder, store: &mut Store, without: Option<Rule>) {
        let Some(open) = self.at.as_mut() else { return };
        open.sequence += 1;
        let value: Value = (open.chunk, folder.files[&open.due.key].values[open.chunk]);
        let row = (object_id(&open.due.key), open.generation, open.sequence, value);
        if without == Some(Rule::FindingsBeforeCommit) {
            self.puts.push(row);
        } else {
            store.findings.insert(row);
        }
        open.chunk += 1;
    }

    /// Takes the object that is next off the list.
    fn take(&mut self) -> Option<Due> {
        self.at.take().map(|open| open.due).or_else(|| self.objects.pop_front())
    }

    fn checkpoint(&mut self, complete: bool) -> Checkpoint {
        let finished = std::mem::take(&mut self.finished);
        let reading = self.at.as_ref().map(|open| Box::new(open.reading()));
        // Where nothing of it is read yet there is nothing to go on from.
        let reading = reading.filter(|reading| reading.resume.levels[0].at > 0);
        let complete = complete && self.at.is_none();
        self.say(Progress::Read { finished, reading, complete })
    }

    fn part_checkpoint(&mut self) -> Checkpoint {
        let reading = self.at.as_ref().map(|open| Box::new(open.reading()));
        self.say(Progress::Part { done: None, reading, failed: None })
    }
}

fn gone(key: ObjectKey, size: u64) -> Finished {
    let (reason, error) = (Reason::Vanished, "gone".to_owned());
    let outcome = Outcome::NotRead { reason, error, fingerprint: None };
    Finished { key, size, outcome }
}
