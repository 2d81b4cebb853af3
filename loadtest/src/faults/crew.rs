//! The nodes of a cluster as processes, and what befalls them.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use nix::sys::signal::Signal;
use serde_json::Value;

use super::database::Database;
use super::ground::Ground;
use crate::cluster::Family;
use crate::node::{Connection, Node, Start};

/// How often it is looked.
const LOOK: Duration = Duration::from_millis(100);

/// What is waited for comes within this, or not at all.
const PATIENCE: Duration = Duration::from_secs(300);

/// A node that is well answers within this.
const ANSWER: Duration = Duration::from_secs(10);

/// So many of the last lines of a log are shown.
const LINES: usize = 25;

/// How a crew is made.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The binary.
    pub trawl: PathBuf,
    /// Where all of it lies.
    pub work: PathBuf,
    /// So many nodes.
    pub nodes: usize,
    /// Settings of all nodes, as lines of TOML.
    pub settings: String,
    /// More arguments of `trawl up`.
    pub arguments: Vec<String>,
    /// How long each object waits, where the binary has that wait.
    pub wait: Option<Duration>,
    /// Set from outside when all is to end.
    pub is_broken_off: Arc<AtomicBool>,
}

/// The nodes.
pub struct Crew {
    members: Vec<Member>,
    is_broken_off: Arc<AtomicBool>,
    // Behind the nodes, which are to end before what they stand on does.
    ground: Ground,
    /// Their database.
    pub database: Database,
}

struct Member {
    name: String,
    start: Start,
    node: Option<Node>,
    is_paused: bool,
    is_drained: bool,
    is_cut_from_nodes: bool,
    is_cut_from_database: bool,
}

impl Crew {
    /// Makes it; none of its nodes is started.
    pub fn muster(plan: &Plan, ground: Ground, database: Database) -> io::Result<Self> {
        let family = Family::found(&plan.trawl, &plan.work, "faults")?;
        let there = format!("database.nodes = ['{}']\n", database.address);
        // Whoever takes over finds the index as it was.
        let index = plan.work.join("index");
        fs::create_dir_all(&index)?;
        let index = format!("index.files = 'folder'\nindex.folder = '{}'\n", index.display());
        let settings = family.settings() + &index + &plan.settings;
        let file = plan.work.join("migrate.toml");
        fs::write(&file, settings.clone() + &there)?;
        family.run(&["migrate", "--config", &file.display().to_string()])?;
        let file = plan.work.join("trawl.toml");
        fs::write(&file, settings)?;
        let members = (0..plan.nodes).map(|node| {
            let name = format!("n{}", node + 1);
            family.issue(&name)?;
            let start = start(plan, &ground, &family, &file, node)?;
            Ok(Member {
                name,
                start,
                node: None,
                is_paused: false,
                is_drained: false,
                is_cut_from_nodes: false,
                is_cut_from_database: false,
            })
        });
        let members = members.collect::<io::Result<_>>()?;
        Ok(Self { members, is_broken_off: Arc::clone(&plan.is_broken_off), ground, database })
    }

    /// So many nodes there are, at work or not.
    pub fn count(&self) -> usize {
        self.members.len()
    }

    /// What a node is called.
    pub fn name(&self, node: usize) -> &str {
        &self.members[node].name
    }

    /// Whether a node is at work, as far as is known here.
    pub fn is_up(&self, node: usize) -> bool {
        self.members[node].node.is_some()
    }

    /// Starts a node that is not at work, and waits until it answers.
    pub fn start(&mut self, node: usize) -> io::Result<()> {
        let member = &mut self.members[node];
        if member.node.is_none() {
            let started = Node::start(&member.start);
            let started =
                started.map_err(|error| io::Error::other(format!("{}: {error}", member.name)))?;
            member.node = Some(started);
        }
        Ok(())
    }

    /// Kills a node, as whoever pulls the plug does.
    pub fn kill(&mut self, node: usize) -> io::Result<()> {
        self.members[node].node.take().map_or(Ok(()), Node::kill)
    }

    /// Kills all nodes at one moment.
    pub fn kill_all(&mut self) -> io::Result<()> {
        for node in self.members.iter().filter_map(|member| member.node.as_ref()) {
            node.signal(Signal::SIGKILL)?;
        }
        (0..self.count()).try_for_each(|node| self.kill(node))
    }

    /// Has a node stop in order, and waits until it has.
    pub fn stop(&mut self, node: usize) -> io::Result<()> {
        let member = &mut self.members[node];
        let stopped = member.node.take().map_or(Ok(()), Node::stop);
        stopped.map_err(|error| io::Error::other(format!("{}: {error}", member.name)))
    }

    /// Holds a node, which knows nothing of it.
    pub fn pause(&mut self, node: usize) -> io::Result<()> {
        self.members[node].is_paused = true;
        self.members[node].signal(Signal::SIGSTOP)
    }

    /// Lets it go on.
    pub fn resume(&mut self, node: usize) -> io::Result<()> {
        self.members[node].is_paused = false;
        self.members[node].signal(Signal::SIGCONT)
    }

    /// Has a node emptied, and waits until it has no shards.
    pub fn drain(&mut self, node: usize) -> io::Result<()> {
        self.members[node].is_drained = true;
        self.say(node, "drain")?;
        let name = self.name(node).to_owned();
        self.until("the node that is emptied has no shards", |crew| {
            let status = crew.get("/api/v1/cluster")?;
            let mut nodes = status["nodes"].as_array().into_iter().flatten();
            Ok(nodes.any(|node| node["name"] == name.as_str() && node["shards"] == 0))
        })
    }

    /// Tells the cluster something of a node.
    fn say(&self, node: usize, word: &str) -> io::Result<()> {
        let path = format!("/api/v1/cluster/nodes/{}/{word}", self.name(node));
        self.connect(self.asked()?)?.post(&path, &Value::Null).map(drop)
    }

    /// Cuts a node off from the others.
    pub fn cut_from_nodes(&mut self, node: usize) -> io::Result<()> {
        self.members[node].is_cut_from_nodes = true;
        self.ground.cut_from_nodes(node)
    }

    /// Ends that.
    pub fn heal_to_nodes(&mut self, node: usize) -> io::Result<()> {
        self.members[node].is_cut_from_nodes = false;
        self.ground.heal_to_nodes(node)
    }

    /// Cuts a node off from the database.
    pub fn cut_from_database(&mut self, node: usize) {
        self.members[node].is_cut_from_database = true;
        self.ground.cut_from_database(node);
    }

    /// Ends that.
    pub fn heal_to_database(&mut self, node: usize) {
        self.members[node].is_cut_from_database = false;
        self.ground.heal_to_database(node);
    }

    /// A connection to a node.
    pub fn connect(&self, node: usize) -> io::Result<Connection> {
        let connection = self.members[node].start.door()?.connect()?;
        connection.wait_at_most(ANSWER)?;
        Ok(connection)
    }

    /// What nodes answer that are well: the first one that does.
    pub fn get(&self, path: &str) -> io::Result<Value> {
        let mut answer = Err(io::Error::other("no node can be asked"));
        for node in self.askable() {
            answer = self.connect(node).and_then(|mut connection| connection.get(path));
            if answer.is_ok() {
                break;
            }
        }
        answer
    }

    /// A node that can be asked and changed, where there is one.
    pub fn asked(&self) -> io::Result<usize> {
        self.askable().next().ok_or_else(|| io::Error::other("no node can be asked"))
    }

    /// Those that can be expected to answer, and behind them those whom only the others don't reach.
    fn askable(&self) -> impl Iterator<Item = usize> {
        let of = |is_cut: bool| {
            let members = self.members.iter().enumerate();
            members.filter_map(move |(node, member)| {
                let is_well =
                    member.node.is_some() && !member.is_paused && !member.is_cut_from_database;
                (is_well && member.is_cut_from_nodes == is_cut).then_some(node)
            })
        };
        of(false).chain(of(true))
    }

    /// Which node leads, as those say who are well; none while it is between two.
    pub fn leader(&self) -> Option<usize> {
        let status = self.get("/api/v1/cluster").ok()?;
        let nodes = status["nodes"].as_array()?;
        let leads = nodes.iter().find(|node| node["leads"] == true)?["name"].as_str()?;
        self.members.iter().position(|member| member.name == leads)
    }

    /// With how many others a node is connected.
    pub fn peers(&self, node: usize) -> io::Result<usize> {
        Ok(self.metric(node, "trawl_mesh_peers ")? as usize)
    }

    /// A number of a node's own metrics.
    pub fn metric(&self, node: usize, name: &str) -> io::Result<f64> {
        let answer = self.connect(node)?.exchange("GET", "/metrics", &[], "")?;
        let text = String::from_utf8_lossy(&answer.body);
        let mut lines = text.lines().filter(|line| line.starts_with(name));
        let number = lines.next().and_then(|line| line.rsplit(' ').next()?.parse().ok());
        number.ok_or_else(|| {
            let (status, name) = (answer.status, name.trim());
            io::Error::other(format!("{}: no {name}, but {status}", self.members[node].name))
        })
    }

    /// Whether all that are up are connected with all others that are, and one of them leads.
    pub fn is_calm(&self) -> io::Result<bool> {
        let up: Vec<usize> = (0..self.count()).filter(|node| self.is_up(*node)).collect();
        for node in &up {
            if self.peers(*node)? != up.len() - 1 {
                return Ok(false);
            }
        }
        Ok(self.leader().is_some_and(|leader| up.contains(&leader)))
    }

    /// Starts all that are down, ends all that disturbs them, and waits until they are together.
    pub fn come_together(&mut self) -> io::Result<()> {
        for node in 0..self.count() {
            if self.members[node].is_paused {
                self.resume(node)?;
            }
            self.heal_to_nodes(node)?;
            self.heal_to_database(node);
            self.start(node)?;
        }
        self.until("all nodes are connected and one leads", Self::is_calm)?;
        for node in 0..self.count() {
            if self.members[node].is_drained {
                self.say(node, "undrain")?;
                self.members[node].is_drained = false;
            }
        }
        Ok(())
    }

    /// Waits until something is so. What can't be asked at the moment is not so.
    pub fn until(
        &mut self,
        what: &str,
        is_so: impl FnMut(&Self) -> io::Result<bool>,
    ) -> io::Result<()> {
        self.until_within(PATIENCE, what, is_so)
    }

    /// The same, for what may take longer or must come sooner.
    pub fn until_within(
        &mut self,
        patience: Duration,
        what: &str,
        mut is_so: impl FnMut(&Self) -> io::Result<bool>,
    ) -> io::Result<()> {
        let (_held, clock) = mpsc::channel::<()>();
        let until = Instant::now() + patience;
        let mut last = String::new();
        loop {
            self.looked_after()?;
            match is_so(self) {
                Ok(true) => return Ok(()),
                Ok(false) => last.clear(),
                Err(error) => last = format!(" ({error})"),
            }
            if Instant::now() > until {
                let word = format!("in {patience:?} it has not come about that {what}{last}");
                return Err(io::Error::other(word));
            }
            // Nobody sends: this waits for the next look.
            let _ = clock.recv_timeout(LOOK);
        }
    }

    /// Lets so much time pass, which is how long a fault lasts.
    pub fn pass(&mut self, time: Duration) -> io::Result<()> {
        let until = Instant::now() + time;
        self.until_within(time + PATIENCE, "time has passed", |_| Ok(Instant::now() >= until))
    }

    /// Fails when all is to end, or when a node has ended that nobody has killed.
    fn looked_after(&mut self) -> io::Result<()> {
        if self.is_broken_off.load(Ordering::Relaxed) {
            return Err(io::Error::new(io::ErrorKind::Interrupted, "broken off"));
        }
        for member in &mut self.members {
            if let Some(node) = &mut member.node
                && let Some(status) = node.ended()?
            {
                let word = format!("{} has ended by itself: {status}", member.name);
                return Err(io::Error::other(word));
            }
        }
        Ok(())
    }

    /// What each node has said last.
    pub fn last_words(&self) -> String {
        let mut words = String::new();
        for Member { name, start, .. } in &self.members {
            let log = fs::read(&start.log).unwrap_or_default();
            let log = String::from_utf8_lossy(&log);
            let lines: Vec<&str> = log.lines().collect();
            words.push_str(&format!("-- {name}, of {} lines\n", lines.len()));
            for line in &lines[lines.len().saturating_sub(LINES)..] {
                words.push_str(line);
                words.push('\n');
            }
        }
        words
    }
}

impl Member {
    fn signal(&self, signal: Signal) -> io::Result<()> {
        self.node.as_ref().map_or(Ok(()), |node| node.signal(signal))
    }
}

/// How a node is started.
fn start(
    plan: &Plan,
    ground: &Ground,
    family: &Family,
    file: &Path,
    node: usize,
) -> io::Result<Start> {
    let known = |address: Option<std::net::SocketAddr>| {
        address.ok_or_else(|| io::Error::other("there is no ground for so many nodes"))
    };
    let name = format!("n{}", node + 1);
    // What it would send to its own door has nowhere to go where that is a relay.
    let others = (0..plan.nodes).filter(|other| *other != node);
    let seeds = others.map(|other| Ok(format!("'{}'", known(ground.reached(other))?)));
    let seeds = format!("[{}]", seeds.collect::<io::Result<Vec<_>>>()?.join(", "));
    let mut arguments = vec!["--config".to_owned(), file.display().to_string()];
    for (key, value) in [
        ("mesh.listen", known(ground.listens(node))?.to_string()),
        ("mesh.advertise", known(ground.reached(node))?.to_string()),
        ("mesh.seeds", seeds),
        ("database.nodes", known(ground.database(node))?.to_string()),
    ] {
        arguments.extend(["--set".to_owned(), format!("{key}={value}")]);
    }
    arguments.extend(family.member(&name));
    arguments.extend(plan.arguments.iter().cloned());
    // Whatever becomes of this process, its nodes end with it.
    let mut before: Vec<String> = ["setpriv", "--pdeathsig", "KILL"].map(str::to_owned).into();
    if let Some(wait) = plan.wait {
        before.push("env".to_owned());
        before.push(format!("TRAWL_FAILPOINTS=object.wait={}", wait.as_millis()));
    }
    Ok(Start {
        trawl: plan.trawl.clone(),
        before,
        namespace: ground.namespace(node).map(str::to_owned),
        data: plan.work.join(&name),
        log: plan.work.join(format!("{name}.log")),
        arguments,
    })
}
