//! What is to happen, in the order of its time, and of what happens at one moment in the order in which it
//! was set: so the same seed plays the same day.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;

/// A moment of the simulation, in microseconds. Nobody in it can read it but through a clock of his own.
pub(super) type Micros = u64;

/// A second.
pub(super) const SECOND: Micros = 1_000_000;

/// Events in their order.
pub(super) struct Queue<E> {
    heap: BinaryHeap<Reverse<Entry<E>>>,
    next: u64,
}

struct Entry<E> {
    at: Micros,
    sequence: u64,
    event: E,
}

impl<E> Queue<E> {
    pub(super) fn new() -> Self {
        Self { heap: BinaryHeap::new(), next: 0 }
    }

    pub(super) fn push(&mut self, at: Micros, event: E) {
        let sequence = self.next;
        self.next += 1;
        self.heap.push(Reverse(Entry { at, sequence, event }));
    }

    pub(super) fn pop(&mut self) -> Option<(Micros, E)> {
        self.heap.pop().map(|Reverse(entry)| (entry.at, entry.event))
    }
}

impl<E> PartialEq for Entry<E> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl<E> Eq for Entry<E> {}

impl<E> PartialOrd for Entry<E> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<E> Ord for Entry<E> {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.at, self.sequence).cmp(&(other.at, other.sequence))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_set_first_for_a_moment_comes_first() {
        let mut queue = Queue::new();
        for (at, event) in [(5, 'c'), (1, 'a'), (5, 'd'), (2, 'b')] {
            queue.push(at, event);
        }
        let mut order = String::new();
        while let Some((_, event)) = queue.pop() {
            order.push(event);
        }
        assert_eq!(order, "abcd");
    }
}
