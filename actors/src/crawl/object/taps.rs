//! What a format gives on its way to the classifiers, and what it asks of the node's budget.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use trawl_model::unit::Resume;
use trawl_model::{Class, Item, Piece};
use trawl_sources::sink::{Sink, Stopped};

use super::Reader;
use crate::classify::{Permit, Task};
use crate::crash;

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
        });
        self.task_bytes += weight;
        if self.tasks.len() >= BATCH_PIECES || self.task_bytes >= BATCH_BYTES {
            self.flush_tasks();
        }
        self.ahead.take_back(false);
        while self.ahead.is_full() {
            self.flush_tasks();
            self.ahead.take_back(true);
        }
        self.spill()
    }
}
