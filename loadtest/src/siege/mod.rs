//! A node under load, killed again and again or copied meanwhile: people order, steer and cancel scans of folders that
//! change, say what findings are, search, and keep lists of sources, keys and schedules. They remember
//! what was acknowledged to them, and in the end all of it must be there.

pub mod backup;
pub mod client;
pub mod crowd;
pub mod gate;
pub mod held;
pub mod judging;
pub mod keeping;
pub mod memory;
pub mod place;
pub mod schedules;
pub mod searching;
pub mod steering;
pub mod tree;
pub mod walk;

use std::io;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use crate::formats::Unwritten;
use crate::node::Node;
use crate::random::Random;
use client::Square;
use memory::{Kind, Memory};
use place::{Place, Plan};
use schedules::Schedules;
use steering::RELEASE;

/// How often it is looked whether a moment has come.
const GLANCE: Duration = Duration::from_millis(5);
/// Of so many acknowledgements a moment waits for one, at the most.
const ACKNOWLEDGEMENTS: u64 = 200;
/// So long a node lives at the most that is killed at a moment in time.
const LIFE: Duration = Duration::from_millis(2_500);
/// So long at the most one that is killed while it starts.
const BIRTH: Duration = Duration::from_millis(800);
/// A node to which nothing is acknowledged for so long stands still.
const STANDSTILL: Duration = Duration::from_secs(120);

/// What came of it.
#[derive(Debug, Default)]
pub struct Outcome {
    /// How often the node was killed.
    pub kills: u64,
    /// How many of these times while it started.
    pub at_start: u64,
    /// Changes that were acknowledged.
    pub acknowledged: u64,
    /// How often what was given up was tried again, as far as that was acknowledged.
    pub released: u64,
    /// Things of each kind that were changed.
    pub things: Vec<(Kind, usize)>,
    /// Entries of the audit record.
    pub entries: usize,
    /// Findings that were kept in the end, closed ones included.
    pub findings: usize,
    /// Documents of the index in the end.
    pub documents: usize,
    /// What was not as it should be.
    pub faults: Vec<String>,
}

/// When a node is killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Moment {
    /// So long after it was started, whether it is up by then or not.
    Starting(Duration),
    /// So long after it has come up.
    After(Duration),
    /// When so many changes more were acknowledged.
    Acknowledged(u64),
}

/// Kills a node so often, telling of each time, and holds what is left against what was
/// acknowledged, against an undisturbed scan, and its index against one that is made anew.
pub fn kill_node(
    plan: &Plan,
    kills: u64,
    mut tell: impl FnMut(u64, &str),
) -> Result<Outcome, Unwritten> {
    let place = Place::make(plan)?;
    let square = Square::new(crowd::people(plan.folders));
    let node = Node::start(&place.start(&place.data()))?;
    let folders = place.folders(&node, &square)?;
    let mut siege = Siege {
        place: &place,
        square: &square,
        schedules: Schedules::new(plan.seed),
        random: Random::new(plan.seed, 0x7369_6567),
        outcome: Outcome::default(),
    };
    let node = std::thread::scope(|scope| {
        let lasted = crowd::come(scope, &square, folders, &place.lists(), plan.seed)
            .and_then(|()| siege.last(node, kills, &mut tell));
        square.gate.end();
        lasted
    })?;
    siege.end(node)?;
    Ok(siege.outcome)
}

struct Siege<'a> {
    place: &'a Place,
    square: &'a Square,
    schedules: Schedules,
    random: Random,
    outcome: Outcome,
}

impl Siege<'_> {
    /// Lets people in to the node and kills it, again and again; gives the last one, without people.
    fn last(
        &mut self,
        mut node: Node,
        kills: u64,
        tell: &mut impl FnMut(u64, &str),
    ) -> io::Result<Node> {
        while self.outcome.kills < kills {
            self.square.gate.open(node.door().clone());
            let told = match self.moment() {
                Moment::Starting(life) => {
                    // The one that is up falls first; its successor before it is up.
                    self.kill(node, Moment::After(life))?;
                    self.fall_at_start(life)?;
                    "fell while it started"
                }
                moment => {
                    self.kill(node, moment)?;
                    "fell"
                }
            };
            self.schedules.change(self.place, &self.square.memory)?;
            node = Node::start(&self.place.start(&self.place.data()))?;
            self.hold(&node)?;
            tell(self.outcome.kills, told);
        }
        self.square.gate.open(node.door().clone());
        self.wait(Moment::Acknowledged(ACKNOWLEDGEMENTS / 2))?;
        self.square.gate.close()?;
        Ok(node)
    }

    fn moment(&mut self) -> Moment {
        let part = |whole: Duration, random: &mut Random| {
            let micros = u64::try_from(whole.as_micros()).unwrap_or(u64::MAX);
            Duration::from_micros(random.below(micros))
        };
        match self.random.below(10) {
            0 | 1 => Moment::Starting(part(BIRTH, &mut self.random)),
            2..=5 => Moment::After(part(LIFE, &mut self.random)),
            _ => Moment::Acknowledged(self.random.between(1, ACKNOWLEDGEMENTS)),
        }
    }

    fn kill(&mut self, node: Node, moment: Moment) -> io::Result<()> {
        self.wait(moment)?;
        node.kill()?;
        self.outcome.kills += 1;
        self.square.gate.close()
    }

    fn fall_at_start(&mut self, life: Duration) -> io::Result<()> {
        let mut child = self.place.start(&self.place.data()).begin()?;
        wait_for(|since| since >= life)?;
        child.kill()?;
        child.wait()?;
        self.outcome.kills += 1;
        self.outcome.at_start += 1;
        Ok(())
    }

    fn wait(&self, moment: Moment) -> io::Result<()> {
        match moment {
            Moment::Starting(time) | Moment::After(time) => wait_for(|since| since >= time),
            Moment::Acknowledged(count) => acknowledged(&self.square.memory, count),
        }
    }

    /// Holds what a node has that was started again against what is remembered.
    fn hold(&mut self, node: &Node) -> io::Result<()> {
        let mut connection = node.connect()?;
        let seen = held::look(&mut connection)?;
        let mut faults = held::settle(&self.square.memory, &seen);
        let entries = held::audit(&mut connection)?;
        faults.extend(held::is_told(&self.square.memory, &entries));
        (self.outcome.entries, self.outcome.findings) = (entries.len(), seen.findings.len());
        for fault in faults {
            self.square.fault(format!("after {} kills: {fault}", self.outcome.kills));
        }
        Ok(())
    }

    /// Brings all to rest and looks at it: as it was acknowledged, as an undisturbed scan finds it,
    /// and as an index that is made anew finds it.
    fn end(&mut self, node: Node) -> io::Result<()> {
        self.hold(&node)?;
        let mut connection = node.connect()?;
        let sources = self.place.come_to_rest(&mut connection, &self.square.memory)?;
        self.hold(&node)?;
        let kept = walk::findings(&mut connection)?;
        let before = walk::documents(&mut connection)?;
        node.stop()?;
        let data = self.place.data();
        self.schedules
            .hold(self.place, &self.square.memory)?
            .into_iter()
            .for_each(|fault| self.square.fault(fault));
        self.place.run(&["index", "rebuild"], &data)?;
        let node = Node::start(&self.place.start(&data))?;
        let after = walk::documents(&mut node.connect()?)?;
        node.stop()?;
        let outcome = &mut self.outcome;
        outcome.faults = self.square.faults();
        outcome.faults.extend(before.against(&kept));
        outcome.faults.extend(after.differences(&before));
        outcome.faults.extend(self.place.against_undisturbed(&kept, &sources)?);
        outcome.documents = before.count();
        outcome.acknowledged = self.square.memory.acknowledged();
        outcome.released = self.square.memory.acknowledged_acts(RELEASE);
        outcome.things =
            Kind::ALL.map(|kind| (kind, self.square.memory.things(kind).len())).to_vec();
        Ok(())
    }
}

/// Waits until so many changes more were acknowledged.
fn acknowledged(memory: &Memory, count: u64) -> io::Result<()> {
    let before = memory.acknowledged();
    wait_for(|_| memory.acknowledged() >= before + count)
}

/// Waits for a moment, which is told how long it is waited for.
fn wait_for(has_come: impl Fn(Duration) -> bool) -> io::Result<()> {
    let (_held, clock) = mpsc::channel::<()>();
    let began = Instant::now();
    while !has_come(began.elapsed()) {
        if began.elapsed() > STANDSTILL {
            return Err(io::Error::other("nothing was acknowledged for minutes"));
        }
        // Nobody sends: this waits for the next glance.
        let _ = clock.recv_timeout(GLANCE);
    }
    Ok(())
}
