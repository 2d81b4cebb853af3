//! Sources that change while they are read.

use trawl_actors::range::ScanOrder;
use trawl_model::id::RuleSetId;
use trawl_model::{FewBytes, Fingerprint, ObjectId, ObjectKey, SourceId, Timestamp};

use super::queue::Micros;
use crate::random::Random;

/// Chunks of an object's content.
pub(super) const CHUNKS: usize = 3;
/// Bytes of a chunk.
pub(super) const CHUNK_BYTES: u64 = 10;
/// The clock of a coarse source ticks so often: two changes within a tick look alike.
const TICK: Micros = 1_500_000;

/// What stands in the chunks of an object: a number for each, that never comes again.
pub(super) type Content = [u32; CHUNKS];

/// An object.
pub(super) struct File {
    pub(super) content: Content,
    pub(super) is_there: bool,
    modified: Micros,
    writes: u32,
    /// Contents that it had before.
    past: Vec<Content>,
}

/// What an object does to those who read it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Temper {
    Mild,
    /// It is read in parts.
    Large,
    /// It kills whoever comes to this chunk.
    Kills(u8),
}

/// A source.
pub(super) struct Source {
    pub(super) number: usize,
    pub(super) files: Vec<File>,
    /// Whoever lists can't see into one of its folders.
    pub(super) hidden: bool,
    /// It was so since the last scan was ordered.
    pub(super) was_hidden: bool,
    coarse: bool,
    next: u32,
    /// Objects that were ever removed.
    pub(super) removed: std::collections::BTreeSet<u32>,
    large_percent: u64,
    killers: u64,
}

/// What sources are like.
pub(super) struct Kind {
    pub(super) objects: usize,
    pub(super) coarse: bool,
    pub(super) large_percent: u64,
    /// Of ten thousand objects so many kill.
    pub(super) killers: u64,
}

/// Keys of this folder can't be seen now and then.
pub(super) const HIDDEN: &[u8] = b"m";

impl Source {
    pub(super) fn new(number: usize, kind: &Kind) -> Self {
        let file = |n: usize| File {
            content: [n as u32 + 1; CHUNKS],
            is_there: true,
            modified: 0,
            writes: 0,
            past: Vec::new(),
        };
        Self {
            number,
            files: (0..kind.objects).map(file).collect(),
            hidden: false,
            was_hidden: false,
            coarse: kind.coarse,
            next: kind.objects as u32 + 1,
            removed: std::collections::BTreeSet::new(),
            large_percent: kind.large_percent,
            killers: kind.killers,
        }
    }

    pub(super) fn id(number: usize) -> SourceId {
        SourceId::from_bytes((number as u64 + 1).to_be_bytes())
    }

    pub(super) fn key(&self, file: u32) -> ObjectKey {
        let folder = if (file as usize) < self.files.len() / 2 { b'a' } else { HIDDEN[0] };
        let [a, b, c, d] = file.to_be_bytes();
        ObjectKey::new([folder, a, b, c, d])
    }

    pub(super) fn is_hidden(&self, key: &ObjectKey) -> bool {
        self.hidden && key.as_bytes().starts_with(HIDDEN)
    }

    /// What an object is like: of its number alone.
    pub(super) fn temper(&self, file: u32) -> Temper {
        let bits = u64::from(file).wrapping_add(77).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 20;
        if bits % 10_000 < self.killers {
            Temper::Kills((bits / 10_000 % CHUNKS as u64) as u8)
        } else if bits % 100 < self.large_percent {
            Temper::Large
        } else {
            Temper::Mild
        }
    }

    pub(super) fn write(&mut self, file: u32, random: &mut Random, now: Micros) {
        let (next, many) = (self.next, random.between(1, 2));
        self.next += 1;
        let file = &mut self.files[file as usize];
        let before = file.content;
        file.past.push(before);
        let first = random.below(CHUNKS as u64) as usize;
        for nth in 0..many as usize {
            file.content[(first + nth) % CHUNKS] = next;
        }
        (file.is_there, file.modified) = (true, now);
        file.writes += 1;
    }

    pub(super) fn remove(&mut self, file: u32) {
        self.files[file as usize].is_there = false;
        self.removed.insert(file);
    }

    /// What the source says of an object without being asked for its content.
    pub(super) fn fingerprint(&self, file: u32) -> Option<Fingerprint> {
        let key = self.key(file);
        let of = self.files.get(file as usize).filter(|f| f.is_there && !self.is_hidden(&key))?;
        let modified = if self.coarse { of.modified / TICK * TICK } else { of.modified };
        let tag = if self.coarse { FewBytes::new() } else { of.writes.to_be_bytes()[..].into() };
        Some(Fingerprint {
            size: CHUNKS as u64 * CHUNK_BYTES,
            modified: Some(stamp(modified)),
            tag,
            identity: FewBytes::new(),
        })
    }

    /// Whether an object ever held this.
    pub(super) fn ever_held(&self, file: u32, content: &Content) -> bool {
        let file = &self.files[file as usize];
        file.content == *content || file.past.contains(content)
    }

    pub(super) fn is_coarse(&self) -> bool {
        self.coarse
    }

    pub(super) fn count(&self) -> u64 {
        self.files.iter().filter(|file| file.is_there).count() as u64
    }
}

/// The wall clock, where it is right.
pub(super) fn stamp(now: Micros) -> Timestamp {
    // 2026-01-01.
    Timestamp::from_micros(1_767_225_600_000_000 + now as i64)
}

/// Which object of its source a key is.
pub(super) fn file_of(key: &ObjectKey) -> u32 {
    let bytes = key.as_bytes();
    u32::from_be_bytes([1, 2, 3, 4].map(|n| bytes.get(n).copied().unwrap_or(0)))
}

pub(super) fn object_id(source: usize, file: u32) -> ObjectId {
    let mut id = [0; ObjectId::LEN];
    id[..4].copy_from_slice(&(source as u32).to_be_bytes());
    id[4..8].copy_from_slice(&file.to_be_bytes());
    ObjectId::from_bytes(id)
}

/// Source and object of an id.
pub(super) fn of_object_id(id: ObjectId) -> (usize, u32) {
    let bytes = id.as_bytes();
    let word = |at: usize| u32::from_be_bytes([0, 1, 2, 3].map(|n| bytes[at + n]));
    (word(0) as usize, word(4))
}

/// A scan of a source: each may apply other rules than the one before, and then reads all anew.
pub(super) fn order(number: u32, rules: u8, started: Micros) -> ScanOrder {
    let rules = RuleSetId::from_bytes([rules; RuleSetId::LEN]);
    ScanOrder { number, rules, started: stamp(started) }
}
