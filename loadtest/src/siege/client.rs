//! Somebody who asks a node over and over, while it falls and comes up again.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use serde_json::Value;

use super::gate::{Gate, Pass};
use super::memory::{Act, Memory, Thing, Ticket};
use crate::node::{Answer, Connection};

/// How long somebody waits before looking again.
const LOOK: Duration = Duration::from_millis(20);

/// So many faults are kept; the first ones say the most.
const FAULTS: usize = 50;

/// What the people around a node share.
#[derive(Debug)]
pub struct Square {
    /// The way in.
    pub gate: Gate,
    /// What was acknowledged.
    pub memory: Memory,
    faults: Mutex<Vec<String>>,
}

/// The node fell, or is about to be stopped: what was asked was not answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fallen;

/// One who asks.
#[derive(Debug)]
pub struct Client<'a> {
    square: &'a Square,
    inside: Option<(Pass, Connection)>,
    fallen: u64,
}

impl Square {
    /// A place for so many people.
    pub fn new(people: usize) -> Self {
        let gate = Gate::new(people);
        Self { gate, memory: Memory::default(), faults: Mutex::default() }
    }

    /// Something was wrong that no fall explains.
    pub fn fault(&self, what: impl Into<String>) {
        let mut faults = self.faults.lock().unwrap_or_else(PoisonError::into_inner);
        if faults.len() < FAULTS {
            faults.push(what.into());
        }
    }

    /// All that was wrong.
    pub fn faults(&self) -> Vec<String> {
        self.faults.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl<'a> Client<'a> {
    /// One who is still outside.
    pub fn new(square: &'a Square) -> Self {
        Self { square, inside: None, fallen: 0 }
    }

    /// What all share.
    pub fn square(&self) -> &'a Square {
        self.square
    }

    /// Goes in, when the node is up; false when it is time to go home.
    pub fn enter(&mut self) -> bool {
        loop {
            let is_open = |(pass, _): &(Pass, Connection)| self.square.gate.is_open(pass.round);
            if self.inside.as_ref().is_some_and(is_open) {
                return true;
            }
            self.inside = None;
            let Some(pass) = self.square.gate.enter(self.fallen) else { return false };
            match pass.door.connect() {
                Ok(connection) => self.inside = Some((pass, connection)),
                Err(_) => self.fallen = pass.round,
            }
        }
    }

    /// Waits a moment, as people do before they look again.
    pub fn look_later(&self) {
        std::thread::park_timeout(LOOK);
    }

    /// Asks, and takes whatever is answered.
    pub fn exchange(
        &mut self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Result<Answer, Fallen> {
        let square = self.square;
        let Some((pass, connection)) = &mut self.inside else { return Err(Fallen) };
        if !square.gate.is_open(pass.round) {
            return Err(Fallen);
        }
        match connection.exchange(method, path, headers, body) {
            Ok(answer) => {
                if answer.status >= 500 {
                    let told = String::from_utf8_lossy(&answer.body);
                    square.fault(format!("{method} {path}: {} {told}", answer.status));
                }
                Ok(answer)
            }
            Err(_) => {
                self.fallen = pass.round;
                self.inside = None;
                Err(Fallen)
            }
        }
    }

    /// Asks for something that is there.
    pub fn get(&mut self, path: &str) -> Result<Value, Fallen> {
        let answer = self.exchange("GET", path, &[], "")?;
        let body = serde_json::from_slice(&answer.body);
        match body {
            Ok(body) if answer.status == 200 => Ok(body),
            _ => {
                let told = String::from_utf8_lossy(&answer.body);
                self.square.fault(format!("GET {path}: {} {told}", answer.status));
                Err(Fallen)
            }
        }
    }

    /// Asks for a change of one thing, and remembers what becomes of it. Gives the answer where it
    /// was done; none where it was refused.
    pub fn change(&mut self, change: &Change<'_>) -> Result<Option<(Value, Answer)>, Fallen> {
        let Change { method, path, headers, body, thing, value, act } = change;
        let memory = &self.square.memory;
        let ticket = memory.begin(thing.clone(), value, act.clone());
        let sent = body.as_ref().map(Value::to_string).unwrap_or_default();
        let answer = self.exchange(method, path, headers, &sent)?;
        Ok(self.judged(&ticket, path, answer))
    }

    fn judged(&self, ticket: &Ticket, path: &str, answer: Answer) -> Option<(Value, Answer)> {
        let memory = &self.square.memory;
        if answer.is_refused() {
            memory.refuse(ticket);
        }
        if !(200..300).contains(&answer.status) {
            return None;
        }
        let body: Value = serde_json::from_slice(&answer.body).unwrap_or_else(|error| {
            self.square.fault(format!("{path}: {error}"));
            Value::Null
        });
        memory.acknowledge(ticket, body["at"].as_str().map(str::to_owned));
        Some((body, answer))
    }
}

/// A change of one thing.
#[derive(Debug)]
pub struct Change<'a> {
    /// How.
    pub method: &'a str,
    /// Where.
    pub path: &'a str,
    /// What else goes with it.
    pub headers: &'a [(&'a str, &'a str)],
    /// What is sent.
    pub body: Option<Value>,
    /// What is changed.
    pub thing: Thing,
    /// To what.
    pub value: &'a str,
    /// How the audit record tells of it.
    pub act: Option<Act>,
}
