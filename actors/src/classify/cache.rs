//! The cache of pieces: copies of a file are searched once.
//!
//! A piece is known by a hash under the tenant's id key of its text, its core, its fields and
//! their labels, together with the rules. What is kept are candidates: places in the text, before
//! path and neighbours are looked at. Each object gets findings of its own; the cache is never
//! stored, and what falls out of it costs time alone.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use parking_lot::Mutex;
use trawl_detect::Candidates;
use trawl_model::id::RuleSetId;
use trawl_model::{IdKey, Piece};

/// A piece's name in the cache.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Name([u8; 24]);

impl Name {
    pub(super) fn of(key: &IdKey, rules: RuleSetId, piece: &Piece) -> Self {
        let mut shape = Vec::with_capacity(piece.segments.len() * 8 + 16);
        let mut number = |n: usize| shape.extend_from_slice(&(n as u64).to_le_bytes());
        number(piece.core.start);
        number(piece.core.end);
        for segment in &piece.segments {
            number(segment.text.start);
            number(segment.text.end);
        }
        let mut hash = key.hash("piece").field(rules.as_bytes()).field(&piece.text).field(&shape);
        for segment in &piece.segments {
            if let Some(label) = &segment.label {
                hash = hash.field(&(segment.text.start as u64).to_le_bytes());
                hash = hash.field(label.as_bytes());
            }
        }
        Self(hash.take())
    }
}

/// Candidates of pieces that were met before, the oldest of which fall out.
pub(super) struct Cache {
    bound: usize,
    held: Mutex<Held>,
}

#[derive(Default)]
struct Held {
    by_name: HashMap<Name, Arc<Candidates>>,
    order: VecDeque<Name>,
    bytes: usize,
}

impl Cache {
    pub(super) fn new(bound: usize) -> Self {
        Self { bound, held: Mutex::default() }
    }

    pub(super) fn get(&self, name: &Name) -> Option<Arc<Candidates>> {
        self.held.lock().by_name.get(name).cloned()
    }

    pub(super) fn put(&self, name: Name, candidates: &Candidates) {
        let weight = weight(candidates);
        if weight > self.bound {
            return;
        }
        let mut held = self.held.lock();
        if held.by_name.insert(name, Arc::new(candidates.clone())).is_some() {
            return;
        }
        held.bytes += weight;
        held.order.push_back(name);
        while held.bytes > self.bound {
            let Some(oldest) = held.order.pop_front() else { break };
            if let Some(gone) = held.by_name.remove(&oldest) {
                held.bytes -= self::weight(&gone);
            }
        }
    }
}

fn weight(candidates: &Candidates) -> usize {
    candidates.weight() + 128
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(rules: u8, piece: &Piece) -> Name {
        let rules = RuleSetId::from_bytes([rules; RuleSetId::LEN]);
        Name::of(&IdKey::from_bytes([1; 32]), rules, piece)
    }

    fn named(text: &str) -> Name {
        name(1, &Piece::plain(text.as_bytes().to_vec(), 0, None, Arc::from([])))
    }

    #[test]
    fn the_same_text_with_other_labels_is_another_piece() {
        let mut piece = Piece::plain(b"123".to_vec(), 0, None, Arc::from([]));
        piece.segments[0].label = Some("ssn".into());
        assert_ne!(name(1, &piece), named("123"));
        assert_ne!(name(1, &piece), name(2, &piece));
        assert_eq!(named("123"), named("123"));
        assert_ne!(named("123"), named("124"));
    }

    #[test]
    fn the_oldest_fall_out_and_the_bound_holds() {
        let cache = Cache::new(300);
        for n in 0..10 {
            cache.put(named(&n.to_string()), &Candidates::default());
        }
        assert!(cache.get(&named("0")).is_none());
        assert!(cache.get(&named("9")).is_some());
        assert!(cache.held.lock().bytes <= 300);
    }
}
