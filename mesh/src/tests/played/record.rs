//! What was seen of a play, and what must hold of it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::time::Duration;

use parking_lot::Mutex;

use super::node::name;
use crate::{Change, Peer, Status};

/// What was seen.
#[derive(Default)]
pub(super) struct Record(Mutex<Seen>);

#[derive(Default)]
struct Seen {
    lines: Vec<String>,
    /// Faults of the mesh.
    wrong: Vec<String>,
    asked: u64,
    /// Requests that a service was given.
    served: BTreeSet<u64>,
    /// Those that were answered well.
    answered: BTreeSet<u64>,
    /// Whom each node is connected with, by its own word, and which start of it that is.
    connected: BTreeMap<String, BTreeMap<String, u64>>,
    /// Whom each node has heard of.
    alive: BTreeMap<String, BTreeSet<String>>,
    /// Everybody is to ask everybody once more.
    is_last: bool,
    /// Who was asked at last, and answered.
    last: BTreeSet<(String, String)>,
}

impl Record {
    pub(super) fn tell(&self, what: String) {
        let now = turmoil::sim_elapsed().unwrap_or_default().as_millis();
        self.0.lock().lines.push(format!("{now} {what}"));
    }

    fn wrong(&self, what: String) {
        self.tell(format!("WRONG: {what}"));
        self.0.lock().wrong.push(what);
    }

    pub(super) fn lines(&self) -> Vec<String> {
        self.0.lock().lines.clone()
    }

    /// A node begins, connected with nobody.
    pub(super) fn begins(&self, node: &str, instance: u64) {
        self.tell(format!("{node} begins for the {instance}. time"));
        self.0.lock().connected.insert(node.to_owned(), BTreeMap::new());
        self.0.lock().alive.insert(node.to_owned(), BTreeSet::new());
    }

    /// Who comes and who goes, each once; and never a former start of one of which a later one was seen.
    pub(super) fn changes(&self, node: &str, changes: &[Change]) {
        for change in changes {
            let (is_up, Peer { name, instance, .. }) = match change {
                Change::Up(peer) => (true, peer),
                Change::Down(peer) => (false, peer),
            };
            let word = if is_up { "has" } else { "has lost" };
            self.tell(format!("{node} {word} {name} of the {instance}. time"));
            let mut seen = self.0.lock();
            let connected = seen.connected.entry(node.to_owned()).or_default();
            let before = match is_up {
                true => connected.insert(name.to_string(), *instance),
                false => connected.remove(name.as_str()),
            };
            drop(seen);
            if is_up == before.is_some() {
                self.wrong(format!("{node} {word} {name}, which it told before"));
            }
        }
    }

    pub(super) fn hears_of(&self, node: &str, alive: BTreeSet<String>) {
        self.0.lock().alive.insert(node.to_owned(), alive);
    }

    /// A number for a request.
    pub(super) fn number(&self) -> u64 {
        let mut seen = self.0.lock();
        seen.asked += 1;
        seen.asked
    }

    /// A service was given a request: once.
    pub(super) fn serves(&self, node: &str, number: u64) {
        self.tell(format!("{node} serves {number}"));
        if !self.0.lock().served.insert(number) {
            self.wrong(format!("{node} is given the request {number}, which was served before"));
        }
    }

    pub(super) fn ended(&self, asked: &Asked<'_>, answer: Result<bool, Status>, took: Duration) {
        let Asked { from, to, number, within } = asked;
        let told = match answer {
            Ok(_) => "answered".to_owned(),
            Err(status) => format!("{status:?}"),
        };
        self.tell(format!("{from} asked {to} {number}: {told} after {} ms", took.as_millis()));
        if answer == Ok(false) {
            self.wrong(format!("{from} has the answer to another request than {number}"));
        }
        if took > *within + Duration::from_millis(2) {
            self.wrong(format!("{from} waited for {number} beyond its deadline"));
        }
        if answer.is_ok() && !self.0.lock().served.contains(number) {
            self.wrong(format!("{from} has an answer to {number}, which nobody served"));
        }
        let mut seen = self.0.lock();
        if answer.is_ok() {
            seen.answered.insert(*number);
            if seen.is_last {
                seen.last.insert((from.to_string(), to.to_string()));
            }
        }
    }

    /// From now on everybody asks everybody once.
    pub(super) fn ask_the_last(&self) {
        self.tell("the last".to_owned());
        self.0.lock().is_last = true;
    }

    pub(super) fn is_last(&self) -> bool {
        self.0.lock().is_last
    }

    /// What must hold in the end.
    pub(super) fn judge(&self, seed: u64, nodes: usize, with_gossip: bool) {
        let seen = self.0.lock();
        let mut wrong = seen.wrong.clone();
        for one in (0..nodes).map(name) {
            for other in (0..nodes).map(name).filter(|other| *other != one) {
                let is_connected = |held: &BTreeMap<String, u64>| held.contains_key(&other);
                if !seen.connected.get(&one).is_some_and(is_connected) {
                    wrong.push(format!("{one} is not connected with {other} in the end"));
                }
                let has_heard = seen.alive.get(&one).is_some_and(|alive| alive.contains(&other));
                if with_gossip && !has_heard {
                    wrong.push(format!("{one} has not heard of {other} in the end"));
                }
                if !seen.last.contains(&(one.clone(), other.clone())) {
                    wrong.push(format!("{one} is not answered by {other} in the end"));
                }
            }
        }
        if seen.answered.len() < 100 {
            wrong.push(format!("only {} requests were answered", seen.answered.len()));
        }
        let mut last = String::new();
        for line in seen.lines.iter().rev().take(60).rev() {
            let _ = writeln!(last, "{line}");
        }
        assert!(wrong.is_empty(), "seed {seed}: {wrong:#?}\nthe last of it:\n{last}");
    }
}

/// A request.
pub(super) struct Asked<'a> {
    pub(super) from: &'a str,
    pub(super) to: &'a str,
    pub(super) number: u64,
    pub(super) within: Duration,
}
