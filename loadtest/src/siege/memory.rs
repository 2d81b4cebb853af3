//! What a node has acknowledged, as those remember it who were answered.
//!
//! A thing is written by one person at a time, so its writes have an order. One that was answered is
//! there until another one takes its place; one whose answer never came may be there or not.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// What is said of a thing of which nothing was ever said.
pub const NOTHING: &str = "none";

/// Kinds of things that are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// What people say of a value in an object.
    Verdict,
    /// A source, by its folder, and what is said of it.
    Source,
    /// A key, by its name.
    Key,
    /// A schedule, by source and name.
    Schedule,
    /// A scan, by its id.
    Scan,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Verdict, Self::Source, Self::Key, Self::Schedule, Self::Scan];
}

/// A thing that is written.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Thing {
    /// What it is.
    pub kind: Kind,
    /// Which of these.
    pub name: String,
}

/// What is said of a thing, and when it was said, where the node tells that.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// What.
    pub value: String,
    /// When, as the node has it: it tells two writes of the same value apart.
    pub at: Option<String>,
}

/// A write of a thing. Begun and ended are moments of one clock over all that is remembered.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Write {
    said: Said,
    begun: u64,
    ended: Option<u64>,
    act: Option<Act>,
}

/// A change, as the audit record is expected to tell of it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Act {
    /// What was done.
    pub action: String,
    /// To what; nothing where only the answer tells its id.
    pub subject: String,
    /// The first word of the detail.
    pub word: String,
}

/// How often a change was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counted {
    /// Answered as done.
    pub acknowledged: u64,
    /// Asked for, whatever became of it.
    pub asked: u64,
}

/// A write that was begun.
#[derive(Debug, Clone)]
pub struct Ticket {
    thing: Thing,
    begun: u64,
    act: Option<Act>,
}

/// All that is remembered.
#[derive(Debug, Default)]
pub struct Memory(Mutex<Held>);

#[derive(Debug, Clone, Default)]
struct Held {
    clock: u64,
    acknowledged: u64,
    things: BTreeMap<Thing, Vec<Write>>,
    acts: BTreeMap<Act, Counted>,
}

/// Between which moments a state was as it was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cut {
    /// Something is in it that was begun then.
    pub after: u64,
    /// Something is not in it that was there then.
    pub before: u64,
}

impl Thing {
    /// A thing of this kind and name.
    pub fn new(kind: Kind, name: impl Into<String>) -> Self {
        Self { kind, name: name.into() }
    }
}

impl Said {
    /// What is said, where it isn't told when.
    pub fn of(value: impl Into<String>) -> Self {
        Self { value: value.into(), at: None }
    }

    fn is(&self, seen: &Self) -> bool {
        match (&self.at, &seen.at) {
            (Some(at), Some(seen_at)) => at == seen_at && self.value == seen.value,
            _ => self.value == seen.value,
        }
    }
}

impl Act {
    /// A change of something whose id is known.
    pub fn new(action: &str, subject: &str, word: &str) -> Self {
        Self { action: action.into(), subject: subject.into(), word: word.into() }
    }
}

impl Memory {
    fn held(&self) -> MutexGuard<'_, Held> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A write is about to be asked for.
    pub fn begin(&self, thing: Thing, value: &str, act: Option<Act>) -> Ticket {
        let mut held = self.held();
        let begun = held.tick();
        let write = Write { said: Said::of(value), begun, ended: None, act: act.clone() };
        held.things.entry(thing.clone()).or_default().push(write);
        if let Some(act) = &act {
            held.asked(act);
        }
        Ticket { thing, begun, act }
    }

    /// It was answered as done, at this moment as the node has it.
    pub fn acknowledge(&self, ticket: &Ticket, at: Option<String>) {
        let mut held = self.held();
        let ended = held.tick();
        held.acknowledged += 1;
        if let Some(write) = held.write_of(ticket) {
            (write.ended, write.said.at) = (Some(ended), at);
        }
        if let Some(act) = &ticket.act {
            held.did(act);
        }
    }

    /// A change is about to be asked for of something that only the answer will name. Gives the moment.
    pub fn asked(&self, act: &Act) -> u64 {
        let mut held = self.held();
        held.asked(act);
        held.tick()
    }

    /// That was answered as done.
    pub fn did(&self, act: &Act) {
        self.held().did(act);
    }

    /// That was answered as done, and the answer names what was written, and how it stands.
    pub fn named(&self, thing: Thing, value: &str, asked: u64) {
        let mut held = self.held();
        let ended = held.tick();
        held.acknowledged += 1;
        let write = Write { said: Said::of(value), begun: asked, ended: Some(ended), act: None };
        held.things.entry(thing).or_default().push(write);
    }

    /// It was answered as not done.
    pub fn refuse(&self, ticket: &Ticket) {
        let mut held = self.held();
        if let Some(writes) = held.things.get_mut(&ticket.thing) {
            writes.retain(|write| write.begun != ticket.begun);
        }
    }

    /// How many writes were acknowledged.
    pub fn acknowledged(&self) -> u64 {
        self.held().acknowledged
    }

    /// Of how many things of a kind something was said and acknowledged.
    pub fn acknowledged_of(&self, kind: Kind) -> usize {
        let held = self.held();
        let is_told = |writes: &Vec<Write>| writes.iter().any(|write| write.ended.is_some());
        held.things.iter().filter(|(thing, writes)| thing.kind == kind && is_told(writes)).count()
    }

    /// This moment.
    pub fn now(&self) -> u64 {
        self.held().tick()
    }

    /// All things of a kind of which something was said or may have been.
    pub fn things(&self, kind: Kind) -> Vec<Thing> {
        let held = self.held();
        let written =
            held.things.iter().filter(|(thing, writes)| thing.kind == kind && !writes.is_empty());
        written.map(|(thing, _)| thing.clone()).collect()
    }

    /// What may be said of a thing now: what was acknowledged last, and what was asked for since.
    pub fn possible(&self, thing: &Thing) -> Vec<Said> {
        let held = self.held();
        let writes = held.things.get(thing).map_or([].as_slice(), Vec::as_slice);
        possible(writes, u64::MAX, u64::MAX)
    }

    /// Remembers what was seen while nothing was under way.
    pub fn settle(&self, thing: &Thing, seen: &Said) {
        let mut held = self.held();
        let now = held.tick();
        let write = Write { said: seen.clone(), begun: now, ended: Some(now), act: None };
        held.things.insert(thing.clone(), vec![write]);
    }

    /// How often a change of this action was answered as done.
    pub fn acknowledged_acts(&self, action: &str) -> u64 {
        let held = self.held();
        let acts = held.acts.iter().filter(|(act, _)| act.action == action);
        acts.map(|(_, counted)| counted.acknowledged).sum()
    }

    /// How often each change was made.
    pub fn acts(&self) -> BTreeMap<Act, Counted> {
        self.held().acts.clone()
    }

    /// The changes that are seen to have taken effect.
    pub fn acts_of(&self, seen: &BTreeMap<Thing, Said>) -> Vec<Act> {
        let held = self.held();
        // That nothing was said yet and that all was taken back look alike.
        let said = seen.iter().filter(|(_, said)| said.value != NOTHING);
        let acts = said.filter_map(|(thing, said)| {
            let (_, write) = only(held.things.get(thing)?, said)?;
            write.act.clone()
        });
        acts.collect()
    }

    /// Holds what is seen of things against what may be said of them between two moments, and gives
    /// the moments between which all of it was so at once; an error names what can't be.
    pub fn cut(&self, seen: &BTreeMap<Thing, Said>, (from, to): (u64, u64)) -> Result<Cut, String> {
        let held = self.held();
        let mut cut = Cut { after: from, before: to };
        for (thing, said) in seen {
            let writes = held.things.get(thing).map_or([].as_slice(), Vec::as_slice);
            if !possible(writes, from, to).iter().any(|possible| possible.is(said)) {
                return Err(format!("{thing:?} is {said:?}, and between both moments it was not"));
            }
            narrow(&mut cut, writes, said);
        }
        if cut.after > cut.before {
            return Err(format!(
                "something is there that was begun at {}, and something else is not that was \
                 acknowledged before, at {}",
                cut.after, cut.before
            ));
        }
        Ok(cut)
    }
}

impl Held {
    fn tick(&mut self) -> u64 {
        self.clock += 1;
        self.clock
    }

    fn asked(&mut self, act: &Act) {
        self.acts.entry(act.clone()).or_default().asked += 1;
    }

    fn did(&mut self, act: &Act) {
        self.acts.entry(act.clone()).or_default().acknowledged += 1;
    }

    fn write_of(&mut self, ticket: &Ticket) -> Option<&mut Write> {
        let writes = self.things.get_mut(&ticket.thing)?;
        writes.iter_mut().find(|write| write.begun == ticket.begun)
    }
}

/// What may be said at some moment between two: the last write that had ended by the first of them,
/// or nothing where there is none, and each one behind it that was begun by the second.
fn possible(writes: &[Write], from: u64, to: u64) -> Vec<Said> {
    let ended = |write: &Write| write.ended.is_some_and(|ended| ended <= from);
    let last = writes.iter().rposition(ended);
    let behind = last.map_or(0, |last| last + 1);
    let first = last.map_or_else(|| Said::of(NOTHING), |last| writes[last].said.clone());
    let rest = writes[behind..].iter().filter(|write| write.begun <= to);
    std::iter::once(first).chain(rest.map(|write| write.said.clone())).collect()
}

/// The one write that is seen, and where it stands among the others. Where several said the same and
/// nothing tells which of them it is, there is none.
fn only<'a>(writes: &'a [Write], seen: &Said) -> Option<(usize, &'a Write)> {
    let mut same = writes.iter().enumerate().filter(|(_, write)| write.said.is(seen));
    same.next().filter(|_| same.next().is_none())
}

/// What is seen was begun, and the next write was not yet acknowledged.
fn narrow(cut: &mut Cut, writes: &[Write], seen: &Said) {
    let is_written = writes.iter().any(|write| write.said.is(seen));
    let next = match only(writes, seen) {
        // Nothing was said yet, or all was taken back: which of the two is not to be seen.
        Some(_) if seen.value == NOTHING => return,
        Some((at, write)) => {
            cut.after = cut.after.max(write.begun);
            at + 1
        }
        None if is_written => return,
        None => 0,
    };
    if let Some(ended) = writes[next..].iter().filter_map(|write| write.ended).min() {
        cut.before = cut.before.min(ended);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn thing(name: &str) -> Thing {
        Thing::new(Kind::Verdict, name)
    }

    fn values(memory: &Memory, name: &str) -> Vec<String> {
        memory.possible(&thing(name)).into_iter().map(|said| said.value).collect()
    }

    fn written(memory: &Memory, name: &str, value: &str) -> u64 {
        let ticket = memory.begin(thing(name), value, None);
        memory.acknowledge(&ticket, None);
        memory.now()
    }

    /// What is said of `a` and `b`.
    fn seen(all: [&str; 2]) -> BTreeMap<Thing, Said> {
        ["a", "b"].map(thing).into_iter().zip(all.map(Said::of)).collect()
    }

    #[test]
    fn what_was_acknowledged_last_is_there_and_what_was_not_answered_may_be() {
        let memory = Memory::default();
        assert_eq!(values(&memory, "a"), [NOTHING]);
        let lost = memory.begin(thing("a"), "one", None);
        assert_eq!(values(&memory, "a"), [NOTHING, "one"]);
        written(&memory, "a", "two");
        assert_eq!(values(&memory, "a"), ["two"], "it took the place of the one before");
        memory.begin(thing("a"), "three", None);
        assert_eq!(values(&memory, "a"), ["two", "three"]);
        memory.settle(&thing("a"), &Said::of("three"));
        assert_eq!(values(&memory, "a"), ["three"]);
        memory.refuse(&lost);
        assert_eq!(values(&memory, "a"), ["three"]);
    }

    #[test]
    fn what_was_refused_is_not_there() {
        let memory = Memory::default();
        let act = Act::new("verdict", "f", "one");
        let ticket = memory.begin(thing("a"), "one", Some(act.clone()));
        memory.refuse(&ticket);
        assert_eq!(values(&memory, "a"), [NOTHING]);
        assert_eq!(memory.acts()[&act], Counted { acknowledged: 0, asked: 1 });
        assert!(memory.things(Kind::Verdict).is_empty());
    }

    #[test]
    fn a_state_of_one_moment_is_taken_and_a_mixture_is_not() {
        let memory = Memory::default();
        let from = memory.now();
        written(&memory, "a", "one");
        let between = written(&memory, "b", "one");
        written(&memory, "a", "two");
        let to = written(&memory, "b", "two");
        let cut = |a, b| memory.cut(&seen([a, b]), (from, to));
        assert!(cut(NOTHING, NOTHING).is_ok());
        assert!(cut("one", NOTHING).is_ok());
        assert!(cut("one", "one").is_ok());
        assert!(cut("two", "one").is_ok());
        assert!(cut("two", "two").is_ok());
        assert!(cut(NOTHING, "one").is_err(), "a was written before b was begun");
        assert!(cut("one", "two").is_err());
        assert!(cut("three", NOTHING).is_err());
        let late = memory.cut(&seen(["one", NOTHING]), (between, to));
        assert!(late.is_err(), "b was acknowledged before the first moment");
    }

    #[test]
    fn the_moment_tells_writes_of_the_same_value_apart() {
        let memory = Memory::default();
        for at in ["1", "2"] {
            let ticket = memory.begin(thing("a"), "one", None);
            memory.acknowledge(&ticket, Some(at.to_owned()));
        }
        let between = memory.now();
        let first = Said { value: "one".into(), at: Some("1".into()) };
        let seen = BTreeMap::from([(thing("a"), first)]);
        assert!(memory.cut(&seen, (0, between)).is_ok());
        assert!(memory.cut(&seen, (between, between)).is_err());
    }
}
