//! Where a node lies under load: its data, the folders that it scans, and what an undisturbed scan of
//! these finds, under the same keys.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::client::Square;
use super::crowd::Folders;
use super::keeping;
use super::memory::{Act, Kind, Memory, Thing};
use super::steering::OPEN;
use super::tree::Tree;
use super::walk;
use crate::compare::{self, By};
use crate::formats::Unwritten;
use crate::kill::copy;
use crate::node::{Connection, Node, Start};
use crate::scan::Scan;

/// How often it is looked whether a scan has ended.
const LOOK: Duration = Duration::from_millis(20);
/// A scan of so little never takes so long.
const PATIENCE: Duration = Duration::from_secs(600);

/// What is made for a node under load.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The binary.
    pub trawl: PathBuf,
    /// An empty folder for all that is made.
    pub work: PathBuf,
    /// Decides what is done, and when.
    pub seed: u64,
    /// Folders that are scanned.
    pub folders: usize,
    /// Bytes of each of them.
    pub size: u64,
    /// More arguments of `trawl up`.
    pub arguments: Vec<String>,
}

/// The place of a node.
#[derive(Debug)]
pub struct Place {
    plan: Plan,
    /// A data directory that holds keys and nothing else.
    base: PathBuf,
}

impl Place {
    /// Makes it, and the keys that all data directories in it share.
    pub fn make(plan: &Plan) -> io::Result<Self> {
        let (nothing, first) = (plan.work.join("nothing"), plan.work.join("base"));
        fs::create_dir_all(&nothing)?;
        fs::create_dir_all(&first)?;
        Scan::new(&plan.trawl, &nothing, &first).run()?;
        let base = first.join("data");
        let place = Self { plan: plan.clone(), base };
        copy(&place.base, &place.data())?;
        Ok(place)
    }

    /// Where the node keeps its data.
    pub fn data(&self) -> PathBuf {
        self.plan.work.join("data")
    }

    /// A place for something else.
    pub fn beside(&self, name: &str) -> PathBuf {
        self.plan.work.join(name)
    }

    /// Where those have folders of their own who need some.
    pub fn lists(&self) -> PathBuf {
        self.plan.work.join("lists")
    }

    /// How a node is started on a data directory.
    pub fn start(&self, data: &Path) -> Start {
        Start {
            trawl: self.plan.trawl.clone(),
            before: Vec::new(),
            namespace: None,
            data: data.to_owned(),
            log: self.plan.work.join("node.jsonl"),
            arguments: self.plan.arguments.clone(),
        }
    }

    /// Makes the folders, and has the node know them as sources.
    pub fn folders(&self, node: &Node, square: &Square) -> Result<Folders, Unwritten> {
        let mut connection = node.connect()?;
        let mut folders = Folders::new();
        for number in 0..self.plan.folders {
            let root = self.root(number);
            let tree = Tree::make(&root, self.plan.seed + number as u64, self.plan.size)?;
            let profile = json!({ "name": format!("tree-{number}") });
            let (thing, act) = self.source(number, &profile);
            let value = keeping::told(&json!({ "profile": profile }));
            let ticket = square.memory.begin(thing, &value, Some(act));
            let wanted = json!({ "target": root, "profile": profile });
            let source = connection.post("/api/v1/sources", &wanted)?;
            square.memory.acknowledge(&ticket, None);
            let id = source["id"].as_str().unwrap_or_default();
            folders.push((tree, id.to_owned()));
        }
        Ok(folders)
    }

    fn source(&self, number: usize, profile: &Value) -> (Thing, Act) {
        let location = self.root(number).display().to_string();
        let name = profile["name"].as_str().unwrap_or_default();
        (keeping::source(&location), Act::new("source-add", "", name))
    }

    /// Where a folder lies.
    pub fn root(&self, number: usize) -> PathBuf {
        self.plan.work.join(format!("tree-{number}"))
    }

    /// Runs a command on a data directory. It must end well.
    pub fn run(&self, words: &[&str], data: &Path) -> io::Result<String> {
        let mut command = Command::new(&self.plan.trawl);
        command.args(words).arg("--data").arg(data).args(["--log", "json"]);
        let output = command.output()?;
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
        }
        let told = String::from_utf8_lossy(&output.stderr);
        Err(io::Error::other(format!("`trawl {}` failed: {told}", words.join(" "))))
    }

    /// Lets all scans come to their end, and has each folder scanned once more as it is now. Gives the
    /// ids of their sources.
    pub fn come_to_rest(
        &self,
        connection: &mut Connection,
        memory: &Memory,
    ) -> io::Result<Vec<String>> {
        let sources = self.sources(connection)?;
        for scan in walk::list(connection, "/api/v1/scans", "scans")? {
            if scan["state"] == "paused" {
                let id = scan["id"].as_str().unwrap_or_default();
                let act = Act::new("scan-resume", id, "");
                let ticket = memory.begin(Thing::new(Kind::Scan, id), OPEN, Some(act));
                connection.post(&format!("/api/v1/scans/{id}/resume"), &Value::Null)?;
                memory.acknowledge(&ticket, None);
            }
            ended(connection, &scan)?;
        }
        for source in &sources {
            let act = Act::new("scan", source, "");
            memory.asked(&act);
            let ordered = connection.post("/api/v1/scans", &json!({ "source": source }))?;
            memory.did(&act);
            let scan = ended(connection, &ordered)?;
            if scan["state"] != "finished" || scan["adds_up"] != true {
                return Err(io::Error::other(format!("no good end: {scan}")));
            }
        }
        Ok(sources)
    }

    /// The ids of the sources of the folders.
    fn sources(&self, connection: &mut Connection) -> io::Result<Vec<String>> {
        let all = walk::list(connection, "/api/v1/sources", "sources")?;
        let of = |number: usize| {
            let location = self.root(number).display().to_string();
            let source = all.iter().find(|source| source["location"] == location.as_str());
            let id = source.and_then(|source| source["id"].as_str()).map(str::to_owned);
            id.ok_or_else(|| io::Error::other(format!("{location} is no source any more")))
        };
        (0..self.plan.folders).map(of).collect()
    }

    /// Holds the open findings of a node against those of an undisturbed scan of the same folders,
    /// which are these sources, into a data directory of its own.
    pub fn against_undisturbed(
        &self,
        kept: &[Value],
        sources: &[String],
    ) -> io::Result<Vec<String>> {
        let work = self.plan.work.join("undisturbed");
        fs::create_dir_all(&work)?;
        copy(&self.base, &work.join("data"))?;
        let (there, mut differences) = (work.join("kept.jsonl"), Vec::new());
        for (number, source) in sources.iter().enumerate() {
            let scan = Scan::new(&self.plan.trawl, &self.root(number), &work);
            scan.run()?;
            let of = kept.iter().filter(|finding| finding["source"] == source.as_str());
            let lines: Vec<String> = of.map(Value::to_string).collect();
            fs::write(&there, lines.join("\n"))?;
            let difference = compare::files(&scan.out, &there, By::Id)?;
            if !difference.is_none() {
                differences.push(format!("tree-{number}: {difference}"));
            }
        }
        fs::remove_dir_all(work.join("data"))?;
        Ok(differences)
    }
}

/// Waits for the end of a scan.
fn ended(connection: &mut Connection, scan: &Value) -> io::Result<Value> {
    let path = format!("/api/v1/scans/{}", scan["id"].as_str().unwrap_or_default());
    let until = Instant::now() + PATIENCE;
    loop {
        let now = connection.get(&path)?;
        if !matches!(now["state"].as_str(), Some("queued" | "running")) {
            return Ok(now);
        }
        if Instant::now() > until {
            return Err(io::Error::other(format!("a scan does not end: {now}")));
        }
        std::thread::park_timeout(LOOK);
    }
}
