//! Real QUIC between real nodes on a network that is played: what happens to links and nodes a seed
//! decides, and the same seed plays the same. All time in here is the play's, also that of `sleep` and
//! `Instant`: nothing waits for a clock.
//!
//! Whoever changes the protocol plays many seeds; one at which something is wrong is named, and
//! `play(SEED, …)` plays it again.

mod chance;
mod ground;
mod node;
mod record;

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use turmoil::{Builder, Sim};

use self::chance::Chance;
use self::ground::Weather;
use self::node::{Cast, name};
use self::record::Record;

/// So many nodes.
const NODES: usize = 4;
/// For so long things happen.
const STORM: Duration = Duration::from_secs(20);
/// And by then everybody must be connected with everybody again.
const CALM: Duration = Duration::from_secs(8);

/// What may happen next.
#[derive(Debug, Clone, Copy)]
enum Fault {
    Cut(usize, usize),
    CutOneWay(usize, usize),
    Hold(usize, usize),
    Repair(usize, usize),
    Crash(usize),
    Begin(usize),
    Weather { lost: u64, doubled: u64 },
}

impl Fault {
    fn draw(chance: &mut Chance) -> Self {
        let one = chance.below(NODES as u64) as usize;
        let other = (one + 1 + chance.below(NODES as u64 - 1) as usize) % NODES;
        match chance.below(10) {
            0 => Self::Cut(one, other),
            1 => Self::CutOneWay(one, other),
            2 => Self::Hold(one, other),
            3..=5 => Self::Repair(one, other),
            6 => Self::Crash(one),
            7 | 8 => Self::Begin(one),
            _ => Self::Weather { lost: chance.below(80), doubled: chance.below(80) },
        }
    }

    fn befall(self, sim: &mut Sim<'_>, weather: &Weather) {
        match self {
            Self::Cut(one, other) => sim.partition(name(one), name(other)),
            Self::CutOneWay(one, other) => sim.partition_oneway(name(one), name(other)),
            Self::Hold(one, other) => sim.hold(name(one), name(other)),
            Self::Repair(one, other) => {
                sim.release(name(one), name(other));
                sim.repair(name(one), name(other));
            }
            Self::Crash(one) => sim.crash(name(one)),
            Self::Begin(one) if sim.is_host_running(name(one)) => {}
            Self::Begin(one) => sim.bounce(name(one)),
            Self::Weather { lost, doubled } => {
                weather.lost.store(lost, Ordering::Relaxed);
                weather.doubled.store(doubled, Ordering::Relaxed);
            }
        }
    }
}

/// Plays a seed to its end, and tells what happened.
fn play(seed: u64, gossip: Option<Duration>) -> Arc<Record> {
    let mut sim = Builder::new()
        .simulation_duration(STORM + CALM * 2)
        .tick_duration(Duration::from_millis(1))
        .min_message_latency(Duration::from_millis(1))
        .max_message_latency(Duration::from_millis(60))
        .udp_capacity(4_096)
        .rng_seed(seed)
        .build();
    let (record, weather) = (Arc::new(Record::default()), Arc::new(Weather::default()));
    let cast = Cast { seed, gossip, record: Arc::clone(&record), weather: Arc::clone(&weather) };
    (0..NODES).for_each(|number| cast.enter(&mut sim, number));
    let mut chance = Chance::new(seed, 0);
    let mut next = Duration::from_secs(2);
    while sim.elapsed() < STORM {
        if sim.elapsed() >= next {
            let fault = Fault::draw(&mut chance);
            record.tell(format!("{fault:?}"));
            fault.befall(&mut sim, &weather);
            next += Duration::from_millis(50 + chance.below(900));
        }
        sim.step().unwrap();
    }
    Fault::Weather { lost: 0, doubled: 0 }.befall(&mut sim, &weather);
    for one in 0..NODES {
        Fault::Begin(one).befall(&mut sim, &weather);
        (0..one).for_each(|other| Fault::Repair(one, other).befall(&mut sim, &weather));
    }
    record.tell("calm".to_owned());
    while sim.elapsed() < STORM + CALM {
        sim.step().unwrap();
    }
    record.ask_the_last();
    while sim.elapsed() < STORM + CALM + Duration::from_secs(2) {
        sim.step().unwrap();
    }
    record.judge(seed, NODES, gossip.is_some());
    record
}

#[test]
fn whatever_befalls_links_and_nodes_all_are_connected_again_and_nothing_is_answered_wrong() {
    for seed in 0..8 {
        play(seed, None);
    }
}

#[test]
fn with_gossip_too_and_all_hear_of_each_other() {
    for seed in 100..103 {
        play(seed, Some(Duration::from_millis(200)));
    }
}

#[test]
fn a_seed_plays_the_same_again() {
    for seed in 7..9 {
        let (once, again) = (play(seed, None).lines(), play(seed, None).lines());
        let differs = once.iter().zip(&again).position(|(one, other)| one != other);
        let place = differs.unwrap_or_else(|| once.len().min(again.len()));
        let shown =
            |lines: &[String]| lines.iter().skip(place).take(3).cloned().collect::<Vec<_>>();
        assert!(once == again, "{place}: {:#?} and {:#?}", shown(&once), shown(&again));
        assert!(once.len() > 200, "{} lines are no play", once.len());
    }
}
