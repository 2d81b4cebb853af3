//! The node's budget of content in flight: what bounds the memory of a scan, whatever the size of
//! its objects.
//!
//! Pieces and documents draw on it differently. A piece is given back as soon as it is classified,
//! so that whoever waits for one waits for a classifier. A document that is loaded whole is held
//! while its own pieces are given out; were documents to take all, everybody would wait for
//! everybody. So documents may take three quarters; and whoever holds one and needs a second (a
//! document in an archive that is itself loaded) may exceed that, but only one at a time.

use std::sync::Arc;

use parking_lot::{Condvar, Mutex, MutexGuard};

/// A budget in bytes.
#[derive(Clone)]
pub struct Budget(Arc<Shared>);

struct Shared {
    total: usize,
    state: Mutex<State>,
    freed: Condvar,
}

#[derive(Default)]
struct State {
    pieces: usize,
    documents: usize,
    overdrawn: bool,
    peak: usize,
    /// Those that wait for room.
    waiting: usize,
}

/// Bytes that were taken from a budget; they are given back when it is dropped.
pub struct Permit {
    budget: Budget,
    bytes: usize,
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Piece,
    Document,
    Overdraft,
}

impl Budget {
    /// A budget of so many bytes.
    pub fn new(total: usize) -> Self {
        let (state, freed) = (Mutex::new(State::default()), Condvar::new());
        Self(Arc::new(Shared { total: total.max(1), state, freed }))
    }

    /// Room for a piece, if there is any now. A piece larger than the whole budget has room when
    /// nothing else is in flight.
    pub fn try_piece(&self, bytes: usize) -> Option<Permit> {
        let mut state = self.0.state.lock();
        self.fits_piece(&state, bytes).then(|| self.take(&mut state, bytes, Kind::Piece))
    }

    /// Room for a piece: blocks until there is. Whoever holds pieces that nobody classifies yet
    /// must hand them over first.
    pub fn piece(&self, bytes: usize) -> Permit {
        let mut state = self.0.state.lock();
        while !self.fits_piece(&state, bytes) {
            self.wait(&mut state);
        }
        self.take(&mut state, bytes, Kind::Piece)
    }

    /// Room for a document that is loaded whole; none if it is larger than documents may ever
    /// take. `holding` says that the caller has such a permit already.
    pub fn document(&self, bytes: usize, holding: bool) -> Option<Permit> {
        let most = self.0.total / 4 * 3;
        if bytes > most {
            return None;
        }
        let mut state = self.0.state.lock();
        loop {
            if state.documents + bytes <= most {
                return Some(self.take(&mut state, bytes, Kind::Document));
            }
            if holding && !state.overdrawn {
                state.overdrawn = true;
                return Some(self.take(&mut state, bytes, Kind::Overdraft));
            }
            self.wait(&mut state);
        }
    }

    /// Of a hundred bytes so many are taken; all of them as long as somebody waits for room.
    pub fn taken_percent(&self) -> u8 {
        let state = self.0.state.lock();
        if state.waiting > 0 {
            return 100;
        }
        let percent = (state.pieces + state.documents) as u128 * 100 / self.0.total as u128;
        u8::try_from(percent.min(100)).unwrap_or(100)
    }

    /// The most that was ever in flight at once.
    pub fn peak(&self) -> usize {
        self.0.state.lock().peak
    }

    fn wait(&self, state: &mut MutexGuard<'_, State>) {
        state.waiting += 1;
        self.0.freed.wait(state);
        state.waiting -= 1;
    }

    fn fits_piece(&self, state: &State, bytes: usize) -> bool {
        state.pieces == 0 || state.pieces + state.documents + bytes <= self.0.total
    }

    fn take(&self, state: &mut State, bytes: usize, kind: Kind) -> Permit {
        match kind {
            Kind::Piece => state.pieces += bytes,
            Kind::Document | Kind::Overdraft => state.documents += bytes,
        }
        state.peak = state.peak.max(state.pieces + state.documents);
        Permit { budget: self.clone(), bytes, kind }
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        let mut state = self.budget.0.state.lock();
        match self.kind {
            Kind::Piece => state.pieces -= self.bytes,
            Kind::Document => state.documents -= self.bytes,
            Kind::Overdraft => {
                state.documents -= self.bytes;
                state.overdrawn = false;
            }
        }
        drop(state);
        self.budget.0.freed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_taken_is_given_back() {
        let budget = Budget::new(100);
        let one = budget.try_piece(60).unwrap();
        assert!(budget.try_piece(60).is_none());
        drop(one);
        assert!(budget.try_piece(60).is_some());
        assert_eq!(budget.peak(), 60);
    }

    #[test]
    fn what_is_taken_is_told_and_who_waits_for_room_has_none() {
        let budget = Budget::new(1_000);
        assert_eq!(budget.taken_percent(), 0);
        let document = budget.document(700, false).unwrap();
        assert_eq!(budget.taken_percent(), 70);
        std::thread::scope(|scope| {
            let second = scope.spawn(|| budget.document(700, false).unwrap());
            while budget.taken_percent() < 100 {
                std::thread::yield_now();
            }
            drop(document);
            assert_eq!(second.join().unwrap().bytes, 700);
        });
        assert_eq!(budget.taken_percent(), 0);
    }

    #[test]
    fn a_piece_larger_than_all_passes_alone() {
        let budget = Budget::new(100);
        let large = budget.piece(500);
        assert!(budget.try_piece(1).is_none());
        drop(large);
        assert!(budget.try_piece(1).is_some());
    }

    #[test]
    fn documents_leave_room_for_pieces() {
        let budget = Budget::new(100);
        assert!(budget.document(76, false).is_none());
        let _document = budget.document(75, false).unwrap();
        assert!(budget.try_piece(25).is_some());
    }

    #[test]
    fn one_who_holds_a_document_may_exceed_the_bound() {
        let budget = Budget::new(100);
        let _outer = budget.document(75, false).unwrap();
        let inner = budget.document(75, true).unwrap();
        drop(inner);
        assert!(budget.document(75, true).is_some());
    }
}
