//! What befalls a cluster while it scans.

use std::io;
use std::time::{Duration, Instant};

use clap::ValueEnum;

use super::crew::Crew;
use crate::random::Random;

/// One thing after which a scan must come to what it would have come to without.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Scenario {
    /// Nothing happens.
    Undisturbed,
    /// A node that crawls is killed, and stays away.
    CrawlerKilled,
    /// The node that leads is killed, and stays away.
    LeaderKilled,
    /// The node that leads is held for longer than it takes to be taken over, and goes on.
    LeaderPaused,
    /// A node is cut off from the others, and not from the database.
    CutFromNodes,
    /// A node is cut off from the database, and not from the others.
    CutFromDatabase,
    /// All nodes are killed at one moment, and started again.
    AllKilled,
    /// A node joins that was not there when the scan began.
    NodeJoins,
    /// The node that leads is told to stop.
    LeaderStopped,
    /// The node that leads is emptied, and stays.
    LeaderDrained,
    /// The database is killed, and started again.
    DatabaseRestarted,
}

impl Scenario {
    /// All of them.
    pub fn all() -> &'static [Self] {
        Self::value_variants()
    }

    /// Its name.
    pub fn name(self) -> String {
        self.to_possible_value().map_or_else(String::new, |value| value.get_name().to_owned())
    }

    /// What comes before the scan: one that joins is not there yet.
    pub fn prepare(self, crew: &mut Crew, random: &mut Random) -> io::Result<()> {
        if self == Self::NodeJoins {
            let leads = leader(crew)?;
            let joins = another(crew, leads, random)?;
            crew.stop(joins)?;
            crew.until("the others go on without it", Crew::is_calm)?;
        }
        Ok(())
    }

    /// What happens while the scan goes on. Says what that was.
    pub fn happen(
        self,
        crew: &mut Crew,
        hold: Duration,
        random: &mut Random,
    ) -> io::Result<String> {
        match self {
            Self::Undisturbed => Ok("nothing happened".to_owned()),
            Self::CrawlerKilled => {
                let leads = leader(crew)?;
                let node = another(crew, leads, random)?;
                crew.kill(node)?;
                Ok(format!("{} was killed", crew.name(node)))
            }
            Self::LeaderKilled => {
                let node = leader(crew)?;
                crew.kill(node)?;
                taken_over(crew, node, "was killed")
            }
            Self::LeaderStopped => {
                let node = leader(crew)?;
                crew.stop(node)?;
                taken_over(crew, node, "was stopped")
            }
            Self::LeaderDrained => {
                let (node, since) = (leader(crew)?, Instant::now());
                crew.drain(node)?;
                let (name, after) = (crew.name(node), since.elapsed().as_secs_f64());
                Ok(format!("{name}, which led, was emptied, and had no shards after {after:.1} s"))
            }
            Self::LeaderPaused => {
                let node = leader(crew)?;
                crew.pause(node)?;
                let told = taken_over(crew, node, "was held")?;
                crew.pass(hold)?;
                crew.resume(node)?;
                Ok(format!("{told}, and it went on after {hold:?} more"))
            }
            Self::CutFromNodes => cut_from_nodes(crew, hold, random),
            Self::CutFromDatabase => cut_from_database(crew, hold, random),
            Self::AllKilled => {
                crew.kill_all()?;
                (0..crew.count()).try_for_each(|node| crew.start(node))?;
                Ok("all were killed, and started again".to_owned())
            }
            Self::NodeJoins => joins(crew),
            Self::DatabaseRestarted => {
                let since = Instant::now();
                crew.database.kill()?;
                crew.pass(hold)?;
                crew.database.start_again()?;
                let away = since.elapsed().as_secs_f64();
                Ok(format!("the database was away for {away:.1} s"))
            }
        }
    }
}

/// Who leads.
fn leader(crew: &mut Crew) -> io::Result<usize> {
    let mut leads = None;
    crew.until("one of the nodes leads", |crew| {
        leads = crew.leader();
        Ok(leads.is_some())
    })?;
    leads.ok_or_else(|| io::Error::other("no node leads"))
}

/// One that is up, and not this one.
fn another(crew: &Crew, than: usize, random: &mut Random) -> io::Result<usize> {
    let others = (0..crew.count()).filter(|node| *node != than && crew.is_up(*node));
    let others: Vec<usize> = others.collect();
    if others.is_empty() {
        return Err(io::Error::other("there is no other node"));
    }
    Ok(*random.choose(&others))
}

/// Waits until another node leads than one that can't any more.
fn taken_over(crew: &mut Crew, node: usize, what: &str) -> io::Result<String> {
    let since = Instant::now();
    let mut successor = node;
    crew.until("another node leads", |crew| {
        successor = crew.leader().unwrap_or(node);
        Ok(successor != node)
    })?;
    let (name, after) = (crew.name(successor), since.elapsed().as_secs_f64());
    Ok(format!("{}, which led, {what}; {name} led {after:.1} s later", crew.name(node)))
}

fn cut_from_nodes(crew: &mut Crew, hold: Duration, random: &mut Random) -> io::Result<String> {
    let leads = leader(crew)?;
    // The one that leads or another, as often the one as the other.
    let node = if random.chance(50) { leads } else { another(crew, leads, random)? };
    let which = if node == leads { "which led" } else { "which crawled" };
    crew.cut_from_nodes(node)?;
    crew.until("the node that is cut off knows it", |crew| Ok(crew.peers(node)? == 0))?;
    crew.pass(hold)?;
    crew.heal_to_nodes(node)?;
    crew.until("it is connected again", |crew| Ok(crew.peers(node)? == crew.count() - 1))?;
    Ok(format!("{}, {which}, was cut off from the others for {hold:?}", crew.name(node)))
}

fn cut_from_database(crew: &mut Crew, hold: Duration, random: &mut Random) -> io::Result<String> {
    let leads = leader(crew)?;
    let node = if random.chance(50) { leads } else { another(crew, leads, random)? };
    crew.cut_from_database(node);
    let told = if node == leads {
        taken_over(crew, node, "was cut off from the database")?
    } else {
        format!("{}, which crawled, was cut off from the database", crew.name(node))
    };
    crew.pass(hold)?;
    crew.heal_to_database(node);
    Ok(format!("{told}; that was healed after {hold:?} more"))
}

/// The node joins that is not there.
fn joins(crew: &mut Crew) -> io::Result<String> {
    let away = (0..crew.count()).find(|node| !crew.is_up(*node));
    let node = away.ok_or_else(|| io::Error::other("no node is away that could join"))?;
    let since = Instant::now();
    crew.start(node)?;
    // Where a node takes long to start, little may be left for it.
    let mut reads = false;
    crew.until("the node that has joined reads", |crew| {
        reads = crew.metric(node, "trawl_read_bytes_total ")? > 0.0;
        Ok(reads || crew.get("/api/v1/cluster")?["scans_at_work"] == 0)
    })?;
    let (name, after) = (crew.name(node), since.elapsed().as_secs_f64());
    Ok(if reads {
        format!("{name} was started, and read after {after:.1} s")
    } else {
        format!("{name} was started, and was at work when nothing was left to read")
    })
}
