//! A worker, as far as owners know it: it reads what it was leased, puts findings, and says so in
//! numbered checkpoints.

use std::collections::VecDeque;

use trawl_actors::message::{
    Checkpoint, Due, Finished, Lease, LeasedWork, Listed, Missed, Outcome, Page, Progress,
};
use trawl_model::object::Buckets;
use trawl_model::unit::{Reading, Resume, ResumeLevel};
use trawl_model::{
    Class, Counted, Coverage, Fingerprint, Generation, IdKey, ObjectId, ObjectKey, Reason,
    SourceId, Timestamp,
};

use crate::source::{CHUNKS, Folder, HIDDEN, Value};
use crate::store::{Row, Store};
use crate::world::Rule;

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
    /// Who gave the lease.
    pub(crate) owner: usize,
}

#[derive(Clone)]
struct Open {
    due: Due,
    fingerprint: Fingerprint,
    generation: Generation,
    sequence: u32,
    former: Vec<Counted>,
    chunk: usize,
    again: bool,
    read_at: Timestamp,
}

pub(crate) fn object_id(key: &ObjectKey) -> ObjectId {
    ObjectId::of(&IdKey::from_bytes([0; 32]), SourceId::from_bytes([0; 8]), key)
}

impl Job {
    pub(crate) fn new(lease: Lease, without: Option<Rule>) -> Self {
        let mut objects = VecDeque::new();
        let mut at = None;
        let mut after = None;
        match &lease.work {
            LeasedWork::List { after: from, .. } => after = from.clone(),
            LeasedWork::Read { objects: due, reading } => {
                objects = due.iter().cloned().collect();
                at = reading.as_ref().map(|r| Open::resume(&lease, r, &objects[0], without));
                if at.is_some() {
                    objects.pop_front();
                }
            }
            LeasedWork::Part { object, number, reading, .. } => {
                let _ = (object, number, reading);
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
            owner: 0,
        }
    }

    /// The object that it has open.
    pub(crate) fn open(&self) -> Option<&ObjectKey> {
        self.at.as_ref().map(|open| &open.due.key)
    }

    /// By what an answer finds it: the version and number of its generation.
    pub(crate) fn id(&self) -> usize {
        let generation = self.lease.lease.generation;
        (generation.version as usize) << 16
            | (generation.number as usize) << 8
            | self.lease.lease.unit.0 as usize
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
        match &self.lease.work {
            LeasedWork::List { until, .. } => {
                let page = page(folder, self.after.as_ref(), until.as_ref(), without);
                Some(self.say(Progress::Listed(page)))
            }
            LeasedWork::Read { .. } => self.read(folder, store, checkpoint_now, without),
            LeasedWork::Part { .. } => None,
        }
    }

    pub(crate) fn answered(&mut self, after: Option<ObjectKey>, complete: bool) {
        if let Some(Checkpoint { progress: Progress::Listed(_), .. }) = self.waiting {
            self.after = after;
        }
        if let Some(Checkpoint { progress: Progress::Named { object }, .. }) = &self.waiting {
            self.named = Some(object.clone());
        }
        self.waiting = None;
        self.over |= complete;
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

    fn read(
        &mut self,
        folder: &Folder,
        store: &mut Store,
        checkpoint_now: bool,
        without: Option<Rule>,
    ) -> Option<Checkpoint> {
        if self.at.is_none() {
            let Some(due) = self.objects.front() else {
                return Some(self.checkpoint(true));
            };
            if self.lease.suspect && self.named.as_ref() != Some(&due.key) {
                if !self.finished.is_empty() {
                    return Some(self.checkpoint(false));
                }
                let object = due.key.clone();
                return Some(self.say(Progress::Named { object }));
            }
            let due = self.objects.pop_front()?;
            let Some(fingerprint) = folder.fingerprint(&due.key) else {
                let outcome =
                    Outcome::NotRead { reason: Reason::Vanished, error: "gone".to_owned() };
                let (key, size) = (due.key, due.size);
                self.finished.push(Finished { key, size, outcome });
                return None;
            };
            self.at = Some(Open::begin(&self.lease, due, fingerprint, folder.wall()));
            return None;
        }
        let open = self.at.as_mut()?;
        let Some(now) = folder.fingerprint(&open.due.key) else {
            let outcome = Outcome::NotRead { reason: Reason::Vanished, error: "gone".to_owned() };
            let (key, size) = (open.due.key.clone(), open.due.size);
            self.finished.push(Finished { key, size, outcome });
            self.at = None;
            return None;
        };
        let compare = without != Some(Rule::FingerprintIsCompared);
        let changed = compare && !now.same_content(&open.fingerprint);
        let ends = open.chunk == CHUNKS || open.resumed();
        if changed && !open.again && ends {
            open.start_again(now, folder.wall());
            return None;
        }
        if open.chunk < CHUNKS {
            open.sequence += 1;
            let value: Value = (open.chunk, folder.files[&open.due.key].values[open.chunk]);
            let row = (object_id(&open.due.key), open.generation, open.sequence, value);
            if without == Some(Rule::FindingsBeforeCommit) {
                self.puts.push(row);
            } else {
                store.findings.insert(row);
            }
            open.chunk += 1;
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
            coverage: Coverage::of_object(Class::Read, now.size),
            format: "text".to_owned(),
            error: None,
        };
        let key = open.due.key.clone();
        self.finished.push(Finished { key, size: now.size, outcome });
        self.at = None;
        checkpoint_now.then(|| self.checkpoint(false))
    }

    fn checkpoint(&mut self, complete: bool) -> Checkpoint {
        let finished = std::mem::take(&mut self.finished);
        let reading = self.at.as_ref().map(|open| Box::new(open.reading()));
        let complete = complete && reading.is_none();
        self.say(Progress::Read { finished, reading, complete })
    }
}

impl Open {
    fn begin(lease: &Lease, due: Due, fingerprint: Fingerprint, read_at: Timestamp) -> Self {
        let generation = lease.lease.generation;
        let (former, again) = (Vec::new(), false);
        Self { due, fingerprint, generation, sequence: 0, former, chunk: 0, again, read_at }
    }

    fn resume(lease: &Lease, reading: &Reading, due: &Due, without: Option<Rule>) -> Self {
        let former = match without {
            Some(Rule::GenerationsOfReadingAreKept) => Vec::new(),
            _ => reading.counted.clone(),
        };
        Self {
            due: due.clone(),
            fingerprint: reading.fingerprint.clone(),
            generation: lease.lease.generation,
            sequence: 0,
            former,
            chunk: reading.resume.levels[0].at as usize,
            again: reading.again,
            // When its first byte was read is not known any more; the scan was begun before.
            read_at: lease.started,
        }
    }

    /// On going on, the fingerprint is compared before anything else.
    fn resumed(&self) -> bool {
        self.sequence == 0 && self.chunk > 0
    }

    fn start_again(&mut self, now: Fingerprint, read_at: Timestamp) {
        self.read_at = read_at;
        self.generation = self.generation.next_turn();
        self.sequence = 0;
        self.former.clear();
        self.chunk = 0;
        self.again = true;
        self.fingerprint = now;
    }

    fn counted(&self) -> Vec<Counted> {
        let mut counted = self.former.clone();
        if self.sequence > 0 {
            counted.push(Counted { generation: self.generation, up_to: self.sequence });
        }
        counted
    }

    fn reading(&self) -> Reading {
        Reading {
            object: self.due.key.clone(),
            fingerprint: self.fingerprint.clone(),
            counted: self.counted(),
            buckets: Buckets::default(),
            findings: 0,
            coverage: Coverage::new(),
            resume: Resume {
                levels: vec![ResumeLevel { at: self.chunk as u64, ..ResumeLevel::default() }],
            },
            again: self.again,
        }
    }
}

fn page(
    folder: &Folder,
    after: Option<&ObjectKey>,
    until: Option<&ObjectKey>,
    without: Option<Rule>,
) -> Page {
    const PAGE: usize = 3;
    let wanted = |key: &&ObjectKey| {
        after.is_none_or(|after| *key > after)
            && until.is_none_or(|until| *key < until)
            && !folder.is_hidden(key)
    };
    let keys: Vec<&ObjectKey> = folder.files.keys().filter(wanted).take(PAGE).collect();
    let covered_to = (keys.len() == PAGE).then(|| keys[PAGE - 1].clone());
    let entries = keys
        .iter()
        .filter_map(|key| {
            let fingerprint = folder.fingerprint(key)?;
            Some(Listed { key: (*key).clone(), id: object_id(key), fingerprint, skip: None })
        })
        .collect();
    let hidden = folder.hidden && without != Some(Rule::GapsCloseNothing);
    let gaps = hidden
        .then(|| Missed {
            prefix: ObjectKey::new(HIDDEN),
            reason: Reason::Permission,
            skipped: false,
        })
        .into_iter()
        .collect();
    Page { entries, gaps, covered_to }
}
