//! A random walk over the rules of ranges.
//!
//! A source changes under the feet of workers that stall, die and come back; owners are overtaken
//! and don't know it; commits are lost, held back, or applied without an answer; ranges fill up and
//! are cut, large objects are read in parts, and some objects kill who reads them. The owner's
//! decisions are the real ones. At every step what is live must be what some moment of the source
//! held; when all faults have healed, it must be what the source holds.
//!
//! Then each rule is left out, once: some walk must notice, or the rule would be there for nothing
//! (or the walk).

mod listing;
mod reading;
mod rule;
mod source;
mod store;
mod worker;
mod world;

use rule::Rule;
use world::{Fault, World};

/// Walks with every rule in force.
const WALKS: u64 = 1_000;
/// Walks among which one must notice that a rule is missing.
const WALKS_WITHOUT: u64 = 3_000;
/// Steps of a walk while faults happen.
const STEPS: usize = 1_600;

fn walk(seed: u64, without: Option<Rule>) -> Result<(), Fault> {
    let mut world = World::new(seed, without);
    for _ in 0..STEPS {
        world.step()?;
    }
    world.heal_and_finish()
}

#[test]
fn with_every_rule_in_force_nothing_is_lost_or_doubled() {
    for seed in 0..WALKS {
        if let Err(fault) = walk(seed, None) {
            panic!("walk {seed}: {fault:?}");
        }
    }
}

/// A rule is noticed when a walk without it goes wrong, be it by an assertion of the code.
fn is_noticed(rule: Rule) -> bool {
    (0..WALKS_WITHOUT)
        .any(|seed| std::panic::catch_unwind(|| walk(seed, Some(rule)).is_err()).unwrap_or(true))
}

#[test]
fn each_rule_left_out_is_noticed() {
    let quiet = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let missed: Vec<Rule> = Rule::ALL.into_iter().filter(|rule| !is_noticed(*rule)).collect();
    std::panic::set_hook(quiet);
    assert!(missed.is_empty(), "nobody noticed that these were left out: {missed:?}");
}
