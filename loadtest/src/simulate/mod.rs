//! A cluster in one process: the code that decides is the real one, and the network, the store, the clocks and
//! chance are played by a seed.
//!
//! Owners of ranges, leases, the ownership of shards, who is asked for work, directors, budgets and the cursors
//! of the index are what nodes run; what lies around them here is thin: what an actor does with a decision,
//! without its messages. One thing happens after the other, in the order of time, so the same seed plays the
//! same day, byte for byte. Processes die, stand still for longer than a take-over and go on, links carry
//! nothing one way, words come twice and late, the store is slow, loses answers, and lets commits land when
//! nobody waits for them any more.
//!
//! At each commit, each answer and each end of a scan the invariants of the design are checked, and when all
//! has healed, that everything ends, that what is found is what is there, and that the index is as one made
//! anew.

mod clock;
mod cutting;
mod database;
mod event;
mod faults;
mod job;
mod keeper;
mod lane;
mod leader;
mod look;
mod network;
mod node;
mod oracles;
mod owner;
mod queue;
mod report;
mod rule;
mod run;
mod shards;
mod source;
mod store;
mod trace;
mod worker;
mod world;

pub use oracles::{Broken, Invariant};
pub use report::Report;
pub use rule::Rule;
pub use run::{Options, run};

/// All bits of two numbers, mixed.
fn hash(a: u64, b: u64) -> u64 {
    let mut z = (a ^ b.rotate_left(32)).wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9) ^ b;
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
