//! The gate before a node: people wait at it while the node is down, and go in when it is up again.

use std::io;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::node::Door;

/// How long people may take to come to the gate once it is closed: longer than any request may.
const PATIENCE: Duration = Duration::from_secs(120);

/// The gate before a node that falls and is started again.
#[derive(Debug)]
pub struct Gate {
    state: Mutex<State>,
    changed: Condvar,
    /// So many people go in and out.
    people: usize,
}

#[derive(Debug, Default)]
struct State {
    door: Option<Door>,
    /// How often it was opened.
    round: u64,
    waiting: usize,
    over: bool,
}

/// The way in to one start of the node.
#[derive(Debug, Clone)]
pub struct Pass {
    /// Where it is asked.
    pub door: Door,
    /// Which start it is.
    pub round: u64,
}

impl Gate {
    /// A closed one, for so many people.
    pub fn new(people: usize) -> Self {
        Self { state: Mutex::default(), changed: Condvar::new(), people }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets people in to a node.
    pub fn open(&self, door: Door) {
        let mut state = self.state();
        (state.door, state.round) = (Some(door), state.round + 1);
        self.changed.notify_all();
    }

    /// Lets nobody in any more, and waits until all have come out.
    pub fn close(&self) -> io::Result<()> {
        let mut state = self.state();
        state.door = None;
        self.changed.notify_all();
        let until = Instant::now() + PATIENCE;
        while state.waiting < self.people {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(io::Error::other("somebody hangs in a node that has fallen"));
            }
            let waited = self.changed.wait_timeout(state, left);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        Ok(())
    }

    /// Sends all home.
    pub fn end(&self) {
        self.state().over = true;
        self.changed.notify_all();
    }

    /// Waits for a start of the node later than one that is known to have fallen; none when it is
    /// time to go home.
    pub fn enter(&self, fallen: u64) -> Option<Pass> {
        let mut state = self.state();
        let mut counted = false;
        loop {
            let open = state.door.clone().filter(|_| state.round > fallen);
            if state.over || open.is_some() {
                if counted {
                    state.waiting -= 1;
                }
                return open.filter(|_| !state.over).map(|door| Pass { door, round: state.round });
            }
            if !counted {
                counted = true;
                state.waiting += 1;
                self.changed.notify_all();
            }
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Whether this start of the node is still to be asked.
    pub fn is_open(&self, round: u64) -> bool {
        let state = self.state();
        !state.over && state.door.is_some() && state.round == round
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_come_out_when_the_node_falls_and_go_in_to_the_next() {
        let gate = Gate::new(2);
        let door = || Door { address: "127.0.0.1:1".into(), key: "k".into(), namespace: None };
        gate.open(door());
        std::thread::scope(|scope| {
            let people: Vec<_> = (0..2)
                .map(|_| {
                    scope.spawn(|| {
                        let mut met = Vec::new();
                        let mut fallen = 0;
                        while let Some(pass) = gate.enter(fallen) {
                            fallen = pass.round;
                            met.push(pass.round);
                        }
                        met
                    })
                })
                .collect();
            gate.close().unwrap();
            gate.open(door());
            gate.close().unwrap();
            gate.end();
            for person in people {
                let met = person.join().unwrap();
                assert!(met == [1, 2] || met == [2] || met == [1] || met.is_empty(), "{met:?}");
            }
        });
    }
}
