//! Runs the real binary as a user would, and measures it.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use nix::sys::resource::{UsageWho, getrusage};

/// A binary, what is measured of it, and where that is done.
#[derive(Debug, Clone)]
pub struct Subject {
    /// The binary.
    pub trawl: PathBuf,
    /// Words before its command, such as `taskset -c 0`.
    pub before: Vec<String>,
    /// What is scanned.
    pub target: PathBuf,
    /// Where data, findings and logs go.
    pub work: PathBuf,
}

/// The command of a binary behind other words.
pub fn behind(before: &[String], trawl: &Path) -> Command {
    match before.split_first() {
        None => Command::new(trawl),
        Some((first, rest)) => {
            let mut command = Command::new(first);
            command.args(rest).arg(trawl);
            command
        }
    }
}

/// A scan to run.
#[derive(Debug, Clone)]
pub struct Scan {
    /// The binary.
    pub trawl: PathBuf,
    /// What is scanned.
    pub target: PathBuf,
    /// Where trawl keeps its data.
    pub data: PathBuf,
    /// Where the findings go.
    pub out: PathBuf,
    /// Where its log goes.
    pub log: PathBuf,
    /// Environment that is set for it, such as that of a crash point.
    pub environment: Vec<(String, String)>,
    /// More arguments of `scan`.
    pub arguments: Vec<String>,
}

/// What a scan cost.
#[derive(Debug, Clone, Copy)]
pub struct Cost {
    /// From start to end.
    pub elapsed: Duration,
    /// The most memory that it held, in bytes.
    pub peak_memory: u64,
}

impl Scan {
    /// A scan of a folder, with all that it makes in a place for work.
    pub fn new(trawl: &Path, target: &Path, work: &Path) -> Self {
        Self {
            trawl: trawl.to_owned(),
            target: target.to_owned(),
            data: work.join("data"),
            out: work.join("findings.jsonl"),
            log: work.join("log.jsonl"),
            environment: Vec::new(),
            arguments: Vec::new(),
        }
    }

    /// Starts it. Its log is added to that of earlier starts.
    pub fn start(&self) -> io::Result<Child> {
        let log = File::options().create(true).append(true).open(&self.log)?;
        self.command(&["scan"])
            .arg(&self.target)
            .args(["--format", "jsonl", "--out"])
            .arg(&self.out)
            .args(&self.arguments)
            .envs(self.environment.iter().map(|(k, v)| (k, v)))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .map_err(|e| {
                io::Error::other(format!("{} could not be started: {e}", self.trawl.display()))
            })
    }

    /// Runs it to its end, which must be a good one.
    pub fn run(&self) -> io::Result<Cost> {
        let began = Instant::now();
        let status = self.start()?.wait()?;
        let elapsed = began.elapsed();
        self.expect_success(status)?;
        Ok(Cost { elapsed, peak_memory: peak_of_children()? })
    }

    /// The ledgers of the last scan, as `trawl coverage` tells them in JSON.
    pub fn coverage(&self) -> io::Result<serde_json::Value> {
        let output = self.command(&["coverage", "--format", "jsonl"]).output()?;
        if !output.status.success() {
            let told = String::from_utf8_lossy(&output.stderr).into_owned();
            return Err(io::Error::other(format!("`trawl coverage` failed: {told}")));
        }
        // The scan's own line comes first; what was not read follows, a line each.
        let first = output.stdout.split(|byte| *byte == b'\n').next().unwrap_or_default();
        Ok(serde_json::from_slice(first)?)
    }

    /// Fails with what the log says last when a scan ended badly.
    pub fn expect_success(&self, status: ExitStatus) -> io::Result<()> {
        if status.success() {
            return Ok(());
        }
        let log = fs::read_to_string(&self.log).unwrap_or_default();
        let last: Vec<&str> = log.lines().rev().take(5).collect();
        let last = last.into_iter().rev().collect::<Vec<_>>().join("\n");
        Err(io::Error::other(format!("the scan ended with {status}; its last words:\n{last}")))
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(&self.trawl);
        command.args(words).arg("--data").arg(&self.data).args(["--log", "json"]);
        command
    }
}

/// The most memory that one of the children that have ended held, in bytes.
fn peak_of_children() -> io::Result<u64> {
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN)?;
    // Linux counts in kibibytes, others in bytes.
    let unit = if cfg!(target_os = "linux") { 1024 } else { 1 };
    Ok(u64::try_from(usage.max_rss()).unwrap_or(0) * unit)
}

/// Objects and bytes of a folder, as a listing sees them.
pub fn extent(folder: &Path) -> io::Result<(u64, u64)> {
    let (mut objects, mut bytes) = (0, 0);
    let mut open = vec![folder.to_owned()];
    while let Some(next) = open.pop() {
        for entry in fs::read_dir(next)? {
            let entry = entry?;
            let kind = entry.file_type()?;
            if kind.is_dir() {
                open.push(entry.path());
            } else if kind.is_file() {
                objects += 1;
                bytes += entry.metadata()?.len();
            }
        }
    }
    Ok((objects, bytes))
}

/// The binary to run: the one that was named, or `trawl` beside this one, or that of the path.
pub fn trawl(named: Option<&Path>) -> PathBuf {
    if let Some(path) = named {
        return path.to_owned();
    }
    std::env::current_exe()
        .ok()
        .and_then(|own| own.parent().map(|folder| folder.join("trawl")))
        .filter(|path| path.exists())
        .unwrap_or_else(|| PathBuf::from("trawl"))
}
