//! How much faster a scan goes with more nodes: real processes over one database, whose source waits before
//! each object, so that what is shared is the waiting and not the cores of one machine.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::cluster::{Family, free_ports};
use crate::node::{Connection, Node, Start};
use crate::random::Random;

/// How long a cluster may take to come together and to share its shards.
const PATIENCE: Duration = Duration::from_secs(180);

/// For so long shards have stayed where they are before a scan begins.
const CALM: Duration = Duration::from_secs(3);

/// It is asked so often whether a scan has ended.
const LOOK_EVERY: Duration = Duration::from_millis(200);

/// Objects of a unit: some seconds of work, as a unit is meant to be, where each object waits.
const UNIT_OBJECTS: u32 = 100;

/// The file of a process, of which the ticks of its clock are read, and how many there are in a second.
const TICKS_A_SECOND: f64 = 100.0;

/// What is measured.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The binary, built with the feature `failpoints`.
    pub trawl: PathBuf,
    /// Where the database answers.
    pub database: String,
    /// Where all of it lies.
    pub work: PathBuf,
    /// Numbers of nodes, one after the other.
    pub nodes: Vec<usize>,
    /// Objects for each node of a run.
    pub objects: usize,
    /// Bytes of each object.
    pub bytes: usize,
    /// How long each object waits.
    pub wait_millis: u64,
    /// Objects that a node reads at once.
    pub at_once: usize,
}

/// How far a scan is.
#[derive(Debug, Clone, Copy)]
pub struct Progress {
    /// Since its beginning.
    pub after: Duration,
    /// Objects that were listed.
    pub listed: u64,
    /// Objects that are done with.
    pub done: u64,
}

/// What came of one number of nodes.
#[derive(Debug, Clone)]
pub struct Run {
    /// How many nodes.
    pub nodes: usize,
    /// Objects that were read.
    pub objects: u64,
    /// Findings that were kept.
    pub findings: u64,
    /// From the scan's beginning to its end.
    pub took: Duration,
    /// Seconds of all cores that the nodes have used meanwhile.
    pub cpu: f64,
    /// What the nodes have asked of the database meanwhile, by verb and table.
    pub requests: BTreeMap<String, u64>,
}

impl Run {
    /// Objects a second.
    pub fn rate(&self) -> f64 {
        self.objects as f64 / self.took.as_secs_f64().max(1e-9)
    }

    /// Milliseconds of a core for an object.
    pub fn cpu_millis(&self) -> f64 {
        self.cpu * 1e3 / (self.objects as f64).max(1.0)
    }

    /// What was asked of the database for each object, the most first, what is seldom left out.
    pub fn requests_an_object(&self) -> Vec<(&str, f64)> {
        /// For one object of so many.
        const SELDOM: f64 = 0.02;
        let share = |count: u64| count as f64 / (self.objects as f64).max(1.0);
        let all = self.requests.iter().map(|(what, count)| (what.as_str(), share(*count)));
        let mut all: Vec<_> = all.filter(|(_, share)| *share >= SELDOM).collect();
        all.sort_by(|(_, a), (_, b)| b.total_cmp(a));
        all
    }
}

/// Measures all numbers of nodes; each is told when it is known.
pub fn run(
    plan: &Plan,
    mut far: impl FnMut(Progress),
    mut told: impl FnMut(&Run),
) -> io::Result<Vec<Run>> {
    let family = Family::found(&plan.trawl, &plan.work, "scaling")?;
    let most = plan.nodes.iter().copied().max().unwrap_or(0);
    for number in 1..=most {
        family.issue(&name(number))?;
    }
    let mut runs = Vec::with_capacity(plan.nodes.len());
    for nodes in &plan.nodes {
        let run = one(plan, &family, *nodes, &mut far)?;
        told(&run);
        runs.push(run);
    }
    Ok(runs)
}

fn name(number: usize) -> String {
    format!("n{number}")
}

fn one(
    plan: &Plan,
    family: &Family,
    nodes: usize,
    far: &mut impl FnMut(Progress),
) -> io::Result<Run> {
    let place = plan.work.join(format!("of-{nodes}"));
    let target = place.join("objects");
    write_objects(&target, plan.objects * nodes, plan.bytes)?;
    let ports = free_ports(nodes)?;
    let file = place.join("trawl.toml");
    fs::write(&file, family.settings() + &settings(plan, nodes, &ports))?;
    family.run(&["migrate", "--config", &file.display().to_string()])?;
    let waits = format!("TRAWL_FAILPOINTS=object.wait={}", plan.wait_millis);
    let mut members = Vec::with_capacity(nodes);
    for (number, port) in (1..=nodes).zip(&ports) {
        let start = family.start(&name(number), *port, &file, &place);
        let before = vec!["env".to_owned(), waits.clone()];
        members.push(Node::start(&Start { before, ..start })?);
    }
    let leader = members.first().ok_or_else(|| io::Error::other("no node was asked for"))?;
    let mut asked = leader.connect()?;
    // Shards that are still on their way to who has come would be a part of what is measured.
    let (mut shares, mut since) = (Vec::new(), Instant::now());
    until(|| {
        let status = asked.get("/api/v1/cluster")?;
        let now = shares_of(&status);
        if now != shares {
            (shares, since) = (now, Instant::now());
        }
        let all = status["shards"].as_u64().unwrap_or(0);
        // By their hashes nodes have more and less of them, but all have some.
        let is_shared = shares.len() == nodes
            && shares.iter().sum::<u64>() == all
            && shares.iter().all(|share| *share > 0);
        Ok(is_shared && since.elapsed() >= CALM)
    })?;
    let (before, asked_before) = (cpu(&members)?, requests(&members)?);
    let (took, scan) = scanned(&mut asked, &target, far)?;
    let cpu = cpu(&members)? - before;
    let mut requests = requests(&members)?;
    for (what, count) in &mut requests {
        *count -= asked_before.get(what).copied().unwrap_or(0);
    }
    let number = |at: &Value| at.as_u64().unwrap_or(0);
    let run = Run {
        nodes,
        objects: number(&scan["listed_objects"]),
        findings: number(&scan["counts"]["findings"]),
        took,
        cpu,
        requests,
    };
    for node in members.into_iter().rev() {
        node.stop()?;
    }
    Ok(run)
}

/// How many shards each node has that is connected.
fn shares_of(status: &Value) -> Vec<u64> {
    let nodes = status["nodes"].as_array().into_iter().flatten();
    let connected = nodes.filter(|node| node["connected"] == true);
    connected.map(|node| node["shards"].as_u64().unwrap_or(0)).collect()
}

/// Orders a scan and waits for its end.
fn scanned(
    asked: &mut Connection,
    target: &Path,
    far: &mut impl FnMut(Progress),
) -> io::Result<(Duration, Value)> {
    let (began, mut next) = (Instant::now(), Duration::ZERO);
    let ordered = asked.post("/api/v1/scans", &json!({ "target": target }))?;
    let id = ordered["id"].as_str().ok_or_else(|| io::Error::other("a scan without an id"))?;
    let path = format!("/api/v1/scans/{id}");
    loop {
        let scan = asked.get(&path)?;
        let after = began.elapsed();
        if after >= next {
            next = after + Duration::from_secs(1);
            let number = |key: &str| scan[key].as_u64().unwrap_or(0);
            let (listed, done) = (number("listed_objects"), number("done_objects"));
            far(Progress { after, listed, done });
        }
        match scan["state"].as_str() {
            // Who asks all the time would be a part of the load.
            Some("queued" | "running") => std::thread::park_timeout(LOOK_EVERY),
            Some("finished") => return Ok((began.elapsed(), scan)),
            state => return Err(io::Error::other(format!("the scan is {state:?}"))),
        }
    }
}

/// What all nodes share, beside what a family does.
fn settings(plan: &Plan, nodes: usize, ports: &[u16]) -> String {
    let Plan { database, at_once, .. } = plan;
    let seeds: Vec<String> = ports.iter().map(|port| format!("'127.0.0.1:{port}'")).collect();
    let seeds = seeds.join(", ");
    format!(
        "database.nodes = ['{database}']\ndatabase.keyspace = 'scaling_{nodes}_{}'\n\
         scan.workers = {at_once}\nscan.classifiers = 1\nrange.unit_objects = {UNIT_OBJECTS}\n\
         mesh.seeds = [{seeds}]\nmesh.redial = '1s'\n",
        std::process::id(),
    )
}

/// Objects with two findings each.
fn write_objects(folder: &Path, count: usize, bytes: usize) -> io::Result<()> {
    let mut random = Random::new(7, 0);
    for n in 0..count {
        let folder = folder.join(format!("{:03}", n / 200));
        if n % 200 == 0 {
            fs::create_dir_all(&folder)?;
        }
        let mut text = format!("mail person{n}@mail.example.org\ncard 4111 1111 1111 1111\n");
        while text.len() < bytes {
            text.push_str(
                random.pick(&["nothing ", "to be ", "found ", "here\n", "and ", "there "]),
            );
        }
        fs::File::create(folder.join(format!("{n:06}.txt")))?.write_all(text.as_bytes())?;
    }
    Ok(())
}

fn until(mut is_so: impl FnMut() -> io::Result<bool>) -> io::Result<()> {
    let until = Instant::now() + PATIENCE;
    while !is_so()? {
        if Instant::now() > until {
            return Err(io::Error::other("the nodes have not come together in three minutes"));
        }
        std::thread::park_timeout(Duration::from_millis(50));
    }
    Ok(())
}

/// What these have asked of the database so far, by verb and table.
fn requests(nodes: &[Node]) -> io::Result<BTreeMap<String, u64>> {
    const COUNT: &str = "trawl_store_request_duration_seconds_count{";
    let mut all = BTreeMap::new();
    for node in nodes {
        let told = node.connect()?.exchange("GET", "/metrics", &[], "")?.body;
        let told = String::from_utf8_lossy(&told);
        for line in told.lines().filter_map(|line| line.strip_prefix(COUNT)) {
            let Some((labels, count)) = line.rsplit_once("} ") else { continue };
            let label = |name: &str| {
                let of_name = |label: &&str| label.split_once('=').is_some_and(|l| l.0 == name);
                let value =
                    labels.split(',').find(of_name).and_then(|label| label.split('"').nth(1));
                value.unwrap_or_default().to_owned()
            };
            let what = format!("{} {}", label("verb"), label("table"));
            *all.entry(what).or_insert(0) += count.parse().unwrap_or(0);
        }
    }
    Ok(all)
}

/// Seconds of all cores that these have used.
fn cpu(nodes: &[Node]) -> io::Result<f64> {
    let mut ticks = 0;
    for node in nodes {
        let stat = fs::read_to_string(format!("/proc/{}/stat", node.process()))?;
        // Behind the name, which may hold anything, stand the state and then numbers.
        let numbers = stat.rsplit_once(") ").map_or("", |(_, numbers)| numbers);
        let number = |at: usize| numbers.split(' ').nth(at).and_then(|n| n.parse::<u64>().ok());
        ticks += number(11).unwrap_or(0) + number(12).unwrap_or(0);
    }
    Ok(ticks as f64 / TICKS_A_SECOND)
}
