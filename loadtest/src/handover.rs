//! How long shards and lanes take to go from one node to another: real processes over one database, of which
//! one comes, falls, or is emptied.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::cluster::{Family, free_ports};
use crate::node::{Connection, Node, Start};

/// How long a cluster may take for anything.
const PATIENCE: Duration = Duration::from_secs(120);
/// And how often it is looked.
const LOOK: Duration = Duration::from_millis(20);
/// The shards, and the lanes that go with some of them.
const SHARDS: u64 = 64;
const LANES: u64 = 9;

/// What is measured.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The binary.
    pub trawl: PathBuf,
    /// Where the database answers.
    pub database: String,
    /// Where all of it lies.
    pub work: PathBuf,
    /// How often each is measured.
    pub times: usize,
}

/// What befalls a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// It is started beside two others. Counted from when its process begins.
    Joins,
    /// It is killed.
    Falls,
    /// It leads, and is killed.
    LeaderFalls,
    /// It is emptied.
    IsEmptied,
    /// It leads, and is emptied.
    LeaderIsEmptied,
}

impl What {
    /// In words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Joins => "a node joins, from when its process begins",
            Self::Falls => "a node falls",
            Self::LeaderFalls => "the node that leads falls",
            Self::IsEmptied => "a node is emptied",
            Self::LeaderIsEmptied => "the node that leads is emptied",
        }
    }
}

/// How long something took.
#[derive(Debug, Clone, Copy)]
pub struct Took {
    /// What it was.
    pub what: What,
    /// Until all shards had an owner again, each node with its share.
    pub shards: Duration,
    /// Until all of the index was searched again.
    pub search: Duration,
}

/// Three nodes.
struct Nodes {
    starts: Vec<Start>,
    up: Vec<Option<Node>>,
}

/// Measures all of it; each is told when it is known.
pub fn run(plan: &Plan, mut told: impl FnMut(&Took)) -> io::Result<()> {
    let family = Family::found(&plan.trawl, &plan.work, "handover")?;
    let ports = free_ports(3)?;
    let file = plan.work.join("trawl.toml");
    fs::write(&file, family.settings() + &settings(plan, &ports))?;
    fs::create_dir_all(plan.work.join("index"))?;
    fs::create_dir_all(plan.work.join("nothing"))?;
    family.run(&["migrate", "--config", &file.display().to_string()])?;
    let mut starts = Vec::new();
    for (number, port) in ports.iter().enumerate() {
        family.issue(&name(number))?;
        starts.push(family.start(&name(number), *port, &file, &plan.work));
    }
    let mut nodes = Nodes { up: starts.iter().map(|_| None).collect(), starts };
    nodes.start(0)?;
    nodes.start(1)?;
    nodes.settled(Instant::now(), &[0, 1])?;
    nodes.scan(&plan.work.join("nothing"))?;
    for _ in 0..plan.times {
        let began = Instant::now();
        nodes.start(2)?;
        told(&nodes.took(What::Joins, began, &[0, 1, 2])?);

        // The last one follows; afterwards it is back.
        nodes.falls(2, What::Falls, &mut told)?;
        let leader = nodes.leader()?;
        nodes.falls(leader, What::LeaderFalls, &mut told)?;
        let leader = nodes.leader()?;
        nodes.emptied((leader + 1) % 3, What::IsEmptied, &mut told)?;
        nodes.emptied(leader, What::LeaderIsEmptied, &mut told)?;

        // Whoever leads stays, for the next to join two.
        let leader = nodes.leader()?;
        if leader == 2 {
            nodes.falls(2, What::LeaderFalls, |_| ())?;
        }
        nodes.kill(2)?;
        nodes.settled(Instant::now(), &[0, 1])?;
    }
    Ok(())
}

fn name(number: usize) -> String {
    format!("n{}", number + 1)
}

fn settings(plan: &Plan, ports: &[u16]) -> String {
    let seeds: Vec<String> = ports.iter().map(|port| format!("'127.0.0.1:{port}'")).collect();
    format!(
        "database.nodes = ['{}']\ndatabase.keyspace = 'handover_{}'\nrange.shards = {SHARDS}\n\
         mesh.seeds = [{}]\nmesh.redial = '1s'\nindex.lanes = {LANES}\nindex.files = 'folder'\n\
         index.folder = '{}/index'\n",
        plan.database,
        std::process::id(),
        seeds.join(", "),
        plan.work.display()
    )
}

impl Nodes {
    fn start(&mut self, number: usize) -> io::Result<()> {
        self.up[number] = Some(Node::start(&self.starts[number])?);
        Ok(())
    }

    fn kill(&mut self, number: usize) -> io::Result<()> {
        self.up[number].take().map_or(Ok(()), Node::kill)
    }

    /// Has a node fall, tells how long it took the others, and has it back.
    fn falls(&mut self, number: usize, what: What, mut told: impl FnMut(&Took)) -> io::Result<()> {
        let others: Vec<usize> = (0..3).filter(|other| *other != number).collect();
        let began = Instant::now();
        self.kill(number)?;
        told(&self.took(what, began, &others)?);
        self.start(number)?;
        self.settled(Instant::now(), &[0, 1, 2]).map(drop)
    }

    /// Has a node emptied, tells how long that took, and has it take part again.
    fn emptied(
        &mut self,
        number: usize,
        what: What,
        mut told: impl FnMut(&Took),
    ) -> io::Result<()> {
        let others: Vec<usize> = (0..3).filter(|other| *other != number).collect();
        let path = format!("/api/v1/cluster/nodes/{}", name(number));
        let began = Instant::now();
        self.ask(others[0], |asked| asked.post(&format!("{path}/drain"), &json!({})))?;
        told(&self.took(what, began, &others)?);
        self.ask(others[0], |asked| asked.post(&format!("{path}/undrain"), &json!({})))?;
        self.settled(Instant::now(), &[0, 1, 2]).map(drop)
    }

    /// How long it takes until these share all shards, and all is searched.
    fn took(&self, what: What, began: Instant, among: &[usize]) -> io::Result<Took> {
        let shards = self.settled(began, among)?;
        let search = self.whole(began, among)?;
        Ok(Took { what, shards, search })
    }

    /// Waits until these share all shards.
    fn settled(&self, began: Instant, among: &[usize]) -> io::Result<Duration> {
        let share = |status: &Value| {
            let of = |name: &str| {
                let nodes = status["nodes"].as_array().into_iter().flatten();
                let mut named = nodes.filter(|node| node["name"] == name);
                named.next().and_then(|node| node["shards"].as_u64()).unwrap_or(0)
            };
            let shards: Vec<u64> = among.iter().map(|number| of(&name(*number))).collect();
            shards.iter().sum::<u64>() == SHARDS && shards.iter().all(|shards| *shards > 1)
        };
        self.until(began, among, "/api/v1/cluster", share)
    }

    /// Waits until all of the index is searched.
    fn whole(&self, began: Instant, among: &[usize]) -> io::Result<Duration> {
        let is_whole = |found: &Value| found["unsearched"].as_array().is_none_or(Vec::is_empty);
        self.until(began, among, "/api/v1/search?limit=1", is_whole)
    }

    /// How long it was since then when one of these has answered so. What is refused is asked again.
    fn until(
        &self,
        began: Instant,
        among: &[usize],
        path: &str,
        is_so: impl Fn(&Value) -> bool,
    ) -> io::Result<Duration> {
        let until = Instant::now() + PATIENCE;
        loop {
            for number in among {
                if self.ask(*number, |asked| asked.get(path)).is_ok_and(|answer| is_so(&answer)) {
                    return Ok(began.elapsed());
                }
            }
            if Instant::now() > until {
                return Err(io::Error::other(format!("{path} is not as it is to be")));
            }
            std::thread::park_timeout(LOOK);
        }
    }

    fn ask<T>(
        &self,
        number: usize,
        ask: impl FnOnce(&mut Connection) -> io::Result<T>,
    ) -> io::Result<T> {
        // Its key is another when it has begun to lead, or no longer does.
        ask(&mut self.starts[number].door()?.connect()?)
    }

    fn leader(&self) -> io::Result<usize> {
        let mut leader = None;
        self.settled(Instant::now(), &[0, 1, 2])?;
        let status = self.ask(0, |asked| asked.get("/api/v1/cluster"))?;
        for node in status["nodes"].as_array().into_iter().flatten() {
            if node["leads"] == true {
                leader = (0..3).find(|number| node["name"] == name(*number));
            }
        }
        leader.ok_or_else(|| io::Error::other("no node leads"))
    }

    /// Scans a folder, so that there is an index.
    fn scan(&self, folder: &Path) -> io::Result<()> {
        fs::write(folder.join("one.txt"), "mail person@mail.example.org\n")?;
        let ordered =
            self.ask(0, |asked| asked.post("/api/v1/scans", &json!({ "target": folder })))?;
        let id = ordered["id"].as_str().unwrap_or_default().to_owned();
        let is_done = |scan: &Value| scan["state"] == "finished";
        self.until(Instant::now(), &[0], &format!("/api/v1/scans/{id}"), is_done).map(drop)
    }
}
