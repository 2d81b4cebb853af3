//! What came of a simulation.

use std::fmt;

use super::oracles::Broken;
use super::rule::Rule;

/// What came of a simulation.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// What decided all of it.
    pub seed: u64,
    /// Nodes.
    pub nodes: usize,
    /// Units that were asked for.
    pub asked: u64,
    /// The rule that was left out.
    pub without: Option<Rule>,
    /// Units that were done.
    pub units: u64,
    /// Scans that ended.
    pub scans: u64,
    /// Things that happened.
    pub events: u64,
    /// Commits of ranges that were applied.
    pub commits: u64,
    /// Commits of ranges that were refused.
    pub refused: u64,
    /// Faults.
    pub faults: u64,
    /// Ranges that were cut.
    pub cuts: u64,
    /// Shards that were taken from whoever did not give them.
    pub take_overs: u64,
    /// Of those, by what was read of their owners before the taker stood still.
    pub misjudged: u64,
    /// Shards that were handed over.
    pub moves: u64,
    /// Publications of the index.
    pub published: u64,
    /// How long it lasted, in microseconds of the simulation.
    pub micros: u64,
    /// How long that was after the last fault had healed.
    pub calm_micros: u64,
    /// Lines of the trace.
    pub lines: u64,
    /// A hash of the trace.
    pub hash: u64,
    /// The first invariant that did not hold.
    pub broken: Option<Broken>,
}

impl Report {
    /// The command that plays it again.
    pub fn replay(&self) -> String {
        let (seed, nodes, units) = (self.seed, self.nodes, self.asked);
        let without = self.without.map(|rule| format!(" --without {}", rule.name()));
        let without = without.unwrap_or_default();
        format!(
            "trawl-loadtest simulate --seed {seed} --nodes {nodes} --units {units}{without} \
             --trace FILE"
        )
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = |micros: u64| micros as f64 / 1e6;
        writeln!(
            f,
            "seed {}: {} nodes, {} units in {} scans, {:.0} s of which {:.0} s without faults",
            self.seed,
            self.nodes,
            self.units,
            self.scans,
            seconds(self.micros),
            seconds(self.calm_micros),
        )?;
        writeln!(
            f,
            "  {} events, {} faults, {} shards taken over ({} by an old look), {} handed over",
            self.events, self.faults, self.take_overs, self.misjudged, self.moves
        )?;
        writeln!(
            f,
            "  {} commits, {} refused, {} cuts, {} publications",
            self.commits, self.refused, self.cuts, self.published
        )?;
        writeln!(f, "  trace {:016x} of {} lines", self.hash, self.lines)?;
        match &self.broken {
            None => Ok(()),
            Some(broken) => writeln!(f, "  {broken}\n  again: {}", self.replay()),
        }
    }
}
