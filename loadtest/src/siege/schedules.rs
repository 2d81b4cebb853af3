//! Schedules of the first folder: some are kept from the command line while the node is down, others
//! by whoever keeps its lists while it is up.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use serde_json::Value;

use super::memory::{Act, Kind, Memory, NOTHING, Said, Thing};
use super::place::Place;
use crate::random::Random;

/// So many there are that are kept while the node is down.
const SCHEDULES: u64 = 3;
/// The hours at which they come: in a night that no test sees.
const NIGHT: (u64, u64) = (1, 4);

/// Keeps schedules.
#[derive(Debug)]
pub struct Schedules {
    random: Random,
}

/// A schedule, by its name.
pub fn thing(name: &str) -> Thing {
    Thing::new(Kind::Schedule, name)
}

/// Times of a schedule under which nothing is scanned while a test runs.
pub fn some_night(random: &mut Random) -> String {
    format!("0 {} 29 2 *", random.between(NIGHT.0, NIGHT.1))
}

/// What is said of each schedule in a data directory, by its name.
pub fn listed(place: &Place, data: &Path) -> io::Result<BTreeMap<String, Said>> {
    let listed = place.run(&["schedule", "list", "--format", "jsonl"], data)?;
    let mut kept = BTreeMap::new();
    for line in listed.lines() {
        let schedule: Value = serde_json::from_str(line)?;
        let word = |name: &str| schedule[name].as_str().unwrap_or_default().to_owned();
        kept.insert(word("name"), Said::of(word("cron")));
    }
    Ok(kept)
}

impl Schedules {
    /// Of a seed.
    pub fn new(seed: u64) -> Self {
        Self { random: Random::new(seed, 0x7363_6864) }
    }

    /// Adds a schedule, or removes one.
    pub fn change(&mut self, place: &Place, memory: &Memory) -> io::Result<()> {
        let (data, source) = (place.data(), place.root(0).display().to_string());
        let name = format!("schedule-{}", self.random.below(SCHEDULES));
        let is_there = memory.possible(&thing(&name)).iter().any(|said| said.value != NOTHING);
        let cron = some_night(&mut self.random);
        let (value, words) = if is_there {
            (NOTHING, vec!["schedule", "remove", &source, &name])
        } else {
            (cron.as_str(), vec!["schedule", "add", &source, &name, &cron])
        };
        let ticket = memory.begin(thing(&name), value, None::<Act>);
        place.run(&words, &data)?;
        memory.acknowledge(&ticket, None);
        Ok(())
    }

    /// What is not as it was acknowledged.
    pub fn hold(&self, place: &Place, memory: &Memory) -> io::Result<Vec<String>> {
        let kept = listed(place, &place.data())?;
        let mut faults = Vec::new();
        for known in memory.things(Kind::Schedule) {
            let said = kept.get(&known.name).cloned().unwrap_or_else(|| Said::of(NOTHING));
            if !memory.possible(&known).contains(&said) {
                faults.push(format!("{known:?} is {said:?}"));
            }
        }
        Ok(faults)
    }
}
