//! A lease that a worker holds: it reads what it was leased, puts findings, and says so in numbered
//! checkpoints.

use std::collections::VecDeque;

use trawl_actors::message::{
    Checkpoint, Due, Finished, Lease, LeasedWork, Listed, Missed, Outcome, Page, Progress,
};
use trawl_model::object::Buckets;
use trawl_model::unit::{Part, Reading, Resume, ResumeLevel};
use trawl_model::{
    ByType, Class, Counted, Coverage, Fingerprint, Generation, ObjectKey, Reason, Timestamp,
};

use super::rule::Rule;
use super::source::{CHUNK_BYTES, CHUNKS, HIDDEN, Source, Temper, file_of, object_id};
use super::store::Row;

/// An object, or a part of one, that is open.
struct Open {
    due: Due,
    fingerprint: Fingerprint,
    generation: Generation,
    sequence: u32,
    former: Vec<Counted>,
    start: usize,
    end: usize,
    chunk: usize,
    again: bool,
    read_at: Timestamp,
}

/// What comes of some work.
pub(super) enum Done {
    /// Something is to be said, once what was put is kept.
    Say,
    /// An object has killed its reader, at this chunk.
    Died(u64),
}

/// Where a worker works.
pub(super) struct Desk<'a> {
    pub(super) source: &'a Source,
    pub(super) wall: Timestamp,
    /// Keys of a page.
    pub(super) page: usize,
    pub(super) without: Option<Rule>,
}

/// A lease that a worker holds.
pub(super) struct Job {
    pub(super) lease: Lease,
    number: u32,
    after: Option<ObjectKey>,
    objects: VecDeque<Due>,
    at: Option<Open>,
    finished: Vec<Finished>,
    puts: Vec<(u32, Row)>,
    named: Option<ObjectKey>,
    /// What is said and not answered.
    pub(super) said: Option<Checkpoint>,
    /// Objects that were opened since it was last said.
    pub(super) opened: u64,
}

impl Job {
    pub(super) fn new(lease: Lease) -> Self {
        let (mut objects, mut at, mut after) = (VecDeque::new(), None, None);
        match &lease.work {
            LeasedWork::List { after: listed, .. } => after.clone_from(listed),
            LeasedWork::Read { objects: due, reading } => {
                objects = due.iter().cloned().collect();
                if let Some(reading) = reading {
                    let due = objects.pop_front();
                    at = due.map(|due| Open::resume(&lease, reading, due, (0, CHUNKS)));
                }
            }
            LeasedWork::Part { object, start, end, reading, .. } => {
                let chunks = (chunk_of(*start), chunk_of(*end));
                let resume = |r| Open::resume(&lease, r, object.clone(), chunks);
                at = reading.as_ref().map(resume);
            }
        }
        Self {
            lease,
            number: 0,
            after,
            objects,
            at,
            finished: Vec::new(),
            puts: Vec::new(),
            named: None,
            said: None,
            opened: 0,
        }
    }

    /// The object that it has open.
    pub(super) fn open_file(&self) -> Option<u32> {
        self.at.as_ref().map(|open| file_of(&open.due.key))
    }

    /// The findings that are to be put before what is said.
    pub(super) fn take_puts(&mut self) -> Vec<(u32, Row)> {
        std::mem::take(&mut self.puts)
    }

    /// Works until there is something to say: after so many chunks at the latest.
    pub(super) fn work(&mut self, desk: &Desk<'_>, chunks: usize) -> Done {
        let mut left = chunks;
        loop {
            if let Some(chunk) = self.dies(desk) {
                return Done::Died(chunk);
            }
            let before = self.puts.len();
            if let Some(said) = self.step(desk, left == 0) {
                self.said = Some(said);
                return Done::Say;
            }
            left = left.saturating_sub(self.puts.len() - before);
        }
    }

    /// The source fails.
    pub(super) fn fail(&mut self) {
        let what = "the source did not answer".to_owned();
        self.said = Some(self.say(Progress::Failed { transient: true, what }));
    }

    /// Says that it is given back as the last checkpoint left it.
    pub(super) fn release(lease: &Lease) -> Checkpoint {
        Checkpoint { lease: lease.lease.clone(), number: 1, progress: Progress::Released }
    }

    /// What it said is taken; for a listing, up to where.
    pub(super) fn answered(&mut self, after: Option<ObjectKey>) {
        match self.said.take().map(|said| said.progress) {
            Some(Progress::Listed(_)) => self.after = after,
            Some(Progress::Named { object }) => self.named = Some(object),
            _ => {}
        }
    }

    /// Whether nothing is left to be done under the lease, whatever is answered.
    pub(super) fn gives_back(&self) -> bool {
        matches!(
            self.said.as_ref().map(|said| &said.progress),
            Some(Progress::Failed { .. } | Progress::Released)
        )
    }

    fn dies(&self, desk: &Desk<'_>) -> Option<u64> {
        let open = self.at.as_ref().filter(|open| open.chunk < open.end)?;
        let may = !self.lease.suspect || self.named.as_ref() == Some(&open.due.key);
        let kills = desk.source.temper(file_of(&open.due.key)) == Temper::Kills(open.chunk as u8);
        (may && kills).then_some(open.chunk as u64)
    }

    fn step(&mut self, desk: &Desk<'_>, enough: bool) -> Option<Checkpoint> {
        match &self.lease.work {
            LeasedWork::List { from, until, .. } => {
                let from = self.after.as_ref().map_or_else(|| from.clone(), ObjectKey::successor);
                let page = page(desk, &from, until.as_ref());
                Some(self.say(Progress::Listed(page)))
            }
            LeasedWork::Read { .. } => self.read(desk, enough),
            LeasedWork::Part { .. } => self.read_part(desk, enough),
        }
    }

    fn say(&mut self, progress: Progress) -> Checkpoint {
        self.number += 1;
        Checkpoint { lease: self.lease.lease.clone(), number: self.number, progress }
    }

    /// What is to be said before an object of a suspect may be opened, or read on.
    fn name(&mut self, key: &ObjectKey) -> Option<Checkpoint> {
        if !self.lease.suspect || self.named.as_ref() == Some(key) {
            return None;
        }
        if !self.finished.is_empty() {
            return Some(self.checkpoint(false));
        }
        Some(self.say(Progress::Named { object: key.clone() }))
    }

    fn read(&mut self, desk: &Desk<'_>, enough: bool) -> Option<Checkpoint> {
        let next = self.at.as_ref().map(|open| &open.due).or(self.objects.front());
        let Some(key) = next.map(|due| due.key.clone()) else {
            return Some(self.checkpoint(true));
        };
        if let Some(named) = self.name(&key) {
            return Some(named);
        }
        let file = file_of(&key);
        let Some(now) = desk.source.fingerprint(file) else {
            let size = self.take().map_or(0, |due| due.size);
            self.finished.push(gone(key, size));
            return None;
        };
        let is_large = desk.source.temper(file) == Temper::Large && !self.lease.suspect;
        let cut = Outcome::Cut { fingerprint: now.clone(), parts: parts(desk.wall) };
        let Some(open) = self.at.as_mut() else {
            let due = self.objects.pop_front()?;
            if is_large {
                self.finished.push(Finished { key, size: now.size, outcome: cut });
                return Some(self.checkpoint(false));
            }
            self.opened += 1;
            self.at = Some(Open::begin(&self.lease, due, now, desk.wall, (0, CHUNKS)));
            return None;
        };
        let compare = desk.without != Some(Rule::FingerprintIsCompared);
        let changed = compare && !now.same_content(&open.fingerprint);
        if changed && !open.again && (open.chunk == open.end || open.resumed()) {
            if is_large {
                self.take();
                self.finished.push(Finished { key, size: now.size, outcome: cut });
                return Some(self.checkpoint(false));
            }
            open.start_again(now, desk.wall);
            return None;
        }
        if open.chunk < open.end {
            if enough {
                return Some(self.checkpoint(false));
            }
            self.put_chunk(desk);
            return None;
        }
        let keep = !changed && open.fingerprint.is_settled(open.read_at);
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
        None
    }

    fn read_part(&mut self, desk: &Desk<'_>, enough: bool) -> Option<Checkpoint> {
        let LeasedWork::Part { object, start, end, .. } = self.lease.work.clone() else {
            return None;
        };
        if let Some(named) = self.name(&object.key) {
            return Some(named);
        }
        let Some(now) = desk.source.fingerprint(file_of(&object.key)) else {
            let failed = Some(Box::new(gone(object.key, object.size)));
            return Some(self.say(Progress::Part { done: None, reading: None, failed }));
        };
        let Some(open) = self.at.as_mut() else {
            let chunks = (chunk_of(start), chunk_of(end));
            self.opened += 1;
            self.at = Some(Open::begin(&self.lease, object, now, desk.wall, chunks));
            return None;
        };
        if open.resumed() && !now.same_content(&open.fingerprint) {
            open.start_again(now, desk.wall);
            return None;
        }
        if open.chunk < open.end {
            if enough {
                return Some(self.part_checkpoint());
            }
            self.put_chunk(desk);
            return None;
        }
        // What has changed while it was read agrees with no other part.
        let as_read = if now.same_content(&open.fingerprint) { &open.fingerprint } else { &now };
        let mut coverage = Coverage::new();
        coverage.add_bytes(Class::Read, end - start);
        let done = Part {
            scan: self.lease.scan,
            fingerprint: as_read.clone(),
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

    fn put_chunk(&mut self, desk: &Desk<'_>) {
        let Some(open) = self.at.as_mut() else { return };
        open.sequence += 1;
        let file = file_of(&open.due.key);
        let value = desk.source.files[file as usize].content[open.chunk];
        let (generation, sequence, chunk) = (open.generation, open.sequence, open.chunk as u8);
        self.puts.push((file, Row { generation, sequence, chunk, value }));
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

impl Open {
    fn begin(
        lease: &Lease,
        due: Due,
        fingerprint: Fingerprint,
        read_at: Timestamp,
        (start, end): (usize, usize),
    ) -> Self {
        let (generation, former) = (lease.lease.generation, Vec::new());
        let (sequence, chunk, again) = (0, start, false);
        Self { due, fingerprint, generation, sequence, former, start, end, chunk, again, read_at }
    }

    fn resume(lease: &Lease, reading: &Reading, due: Due, chunks: (usize, usize)) -> Self {
        // When its first byte was read is not known any more; the scan was begun before.
        let mut open = Self::begin(lease, due, reading.fingerprint.clone(), lease.started, chunks);
        open.former.clone_from(&reading.counted);
        open.chunk = reading.resume.levels.first().map_or(0, |level| level.at) as usize;
        open.again = reading.again;
        open
    }

    /// On going on, the fingerprint is compared before anything else.
    fn resumed(&self) -> bool {
        self.sequence == 0 && self.chunk > self.start
    }

    fn start_again(&mut self, now: Fingerprint, read_at: Timestamp) {
        (self.fingerprint, self.read_at) = (now, read_at);
        (self.generation, self.sequence) = (self.generation.next_turn(), 0);
        (self.chunk, self.again) = (self.start, true);
        self.former.clear();
    }

    fn counted(&self) -> Vec<Counted> {
        let mut counted = self.former.clone();
        if self.sequence > 0 {
            counted.push(Counted { generation: self.generation, up_to: self.sequence });
        }
        counted
    }

    fn reading(&self) -> Reading {
        let level = ResumeLevel { at: self.chunk as u64, ..ResumeLevel::default() };
        Reading {
            object: self.due.key.clone(),
            fingerprint: self.fingerprint.clone(),
            counted: self.counted(),
            buckets: Buckets::default(),
            findings: 0,
            coverage: Coverage::new(),
            resume: Resume { levels: vec![level] },
            again: self.again,
        }
    }
}

const fn chunk_of(byte: u64) -> usize {
    (byte / CHUNK_BYTES) as usize
}

/// Where a large object is cut, differently at different times.
fn parts(now: Timestamp) -> Vec<(u64, u64)> {
    let cuts: &[u64] = match now.as_micros() / 1_000_000 % 3 {
        0 => &[0, 1, 2, 3],
        1 => &[0, 1, 3],
        _ => &[0, 2, 3],
    };
    cuts.windows(2).map(|pair| (pair[0] * CHUNK_BYTES, pair[1] * CHUNK_BYTES)).collect()
}

fn gone(key: ObjectKey, size: u64) -> Finished {
    let (reason, error) = (Reason::Vanished, "gone".to_owned());
    Finished { key, size, outcome: Outcome::NotRead { reason, error, fingerprint: None } }
}

/// A page of keys, as listing sees them.
fn page(desk: &Desk<'_>, from: &ObjectKey, until: Option<&ObjectKey>) -> Page {
    let source = desk.source;
    let count = source.files.len() as u32;
    // A key is the number of its object, but for the one that begins everything.
    let first = if from.as_bytes().is_empty() { 0 } else { file_of(from) };
    let first = if first < count && source.key(first) < *from { first + 1 } else { first };
    let mut entries = Vec::new();
    let mut covered_to = None;
    for file in first..count {
        let key = source.key(file);
        if until.is_some_and(|until| key >= *until) {
            break;
        }
        let Some(fingerprint) = source.fingerprint(file) else { continue };
        if entries.len() == desk.page {
            covered_to = entries.last().map(|listed: &Listed| listed.key.clone());
            break;
        }
        entries.push(Listed { key, id: object_id(source.number, file), fingerprint, skip: None });
    }
    let prefix = ObjectKey::new(HIDDEN);
    let gap = Missed { prefix, reason: Reason::Permission, skipped: false };
    Page { entries, gaps: source.hidden.then_some(gap).into_iter().collect(), covered_to }
}
