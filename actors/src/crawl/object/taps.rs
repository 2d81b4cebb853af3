//! What a format gives on its way to the classifiers, and what it asks of the node's budget.

use std::io;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use trawl_model::unit::Resume;
use trawl_model::{Class, Fingerprint, Item, Piece};
use trawl_sources::Content;
use trawl_sources::sink::{Sink, Stopped};

use super::Reader;
use crate::classify::{Permit, Task};
use crate::crash;
use crate::recorder::Recorder;

/// Pieces that are handed over together, and their bytes: small files are not worth a message each.
const BATCH_PIECES: usize = 32;
const BATCH_BYTES: usize = 512 * 1024;

/// What a format gives goes through here.
pub(super) struct Taps<'r, 'a, 't> {
    reader: &'r mut Reader<'a, 't>,
    path: Arc<[u8]>,
    documents: Vec<Permit>,
}

impl<'r, 'a, 't> Taps<'r, 'a, 't> {
    pub(super) fn new(reader: &'r mut Reader<'a, 't>, path: Arc<[u8]>) -> Self {
        Self { reader, path, documents: Vec::new() }
    }
}

impl Sink for Taps<'_, '_, '_> {
    fn piece(&mut self, piece: Piece) -> Result<(), Stopped> {
        self.reader.give(piece, &self.path)
    }

    fn safe_point(&mut self, at: Resume) -> Result<(), Stopped> {
        self.reader.safe_point(at)
    }

    fn reserve(&mut self, bytes: usize) -> Result<bool, Stopped> {
        if self.reader.stops() {
            return Err(Stopped);
        }
        self.reader.flush_tasks();
        let permit = self.reader.shared.budget.document(bytes, !self.documents.is_empty());
        let fits = permit.is_some();
        self.documents.extend(permit);
        Ok(fits)
    }

    fn items(&mut self, item: Item, class: Class, count: u64) {
        if let Some(open) = self.reader.ahead.last_mut() {
            open.coverage.add_items(item, class, count);
        }
    }

    fn unread_bytes(&mut self, class: Class, bytes: u64) {
        if let Some(open) = self.reader.ahead.last_mut() {
            open.coverage.add_bytes(class, bytes);
        }
    }
}

/// Content that a suspect's reader reads: each read is a step.
pub(super) struct Stepped {
    pub(super) content: Box<dyn Content>,
    pub(super) recorder: Arc<Recorder>,
}

impl Content for Stepped {
    fn fingerprint(&self) -> &Fingerprint {
        self.content.fingerprint()
    }

    fn fingerprint_now(&mut self) -> io::Result<Fingerprint> {
        self.content.fingerprint_now()
    }

    fn read_at(&mut self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        self.recorder.step();
        self.content.read_at(offset, buffer)
    }

    fn data_from(&mut self, offset: u64) -> io::Result<Option<(u64, u64)>> {
        self.content.data_from(offset)
    }
}

impl Reader<'_, '_> {
    fn give(&mut self, piece: Piece, path: &Arc<[u8]>) -> Result<(), Stopped> {
        if self.stops() {
            return Err(Stopped);
        }
        let weight = piece.weight();
        let permit = match self.shared.budget.try_piece(weight) {
            Some(permit) => permit,
            None => {
                // Nobody classifies what is still here.
                self.flush_tasks();
                self.shared.budget.piece(weight)
            }
        };
        let core = piece.core.len() as u64;
        self.shared.read_bytes.fetch_add(core, Ordering::Relaxed);
        crash::gave(core);
        let Some((slot, number)) = self.ahead.give(core) else { return Err(Stopped) };
        let Some(open) = self.ahead.last() else { return Err(Stopped) };
        self.tasks.push(Task {
            slot,
            number,
            object: open.due.id,
            path: Arc::clone(path),
            part: self.part.map(|(number, ..)| number),
            piece,
            permit,
            recorder: self.lease.suspect.then(|| Arc::clone(&self.shared.recorder)),
        });
        self.task_bytes += weight;
        if self.tasks.len() >= BATCH_PIECES || self.task_bytes >= BATCH_BYTES {
            self.flush_tasks();
        }
        self.ahead.take_back(false);
        // A suspect's pieces go one by one, so that each death is at the same step.
        while self.ahead.is_full() || (self.lease.suspect && self.ahead.is_out()) {
            self.flush_tasks();
            self.ahead.take_back(true);
        }
        self.step();
        self.spill()
    }
}
