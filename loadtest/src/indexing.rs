//! How fast what is kept becomes searchable: from the store to published files.

use std::io;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::scan::{Scan, Subject, behind, extent};

/// What was measured.
#[derive(Debug, Clone, Copy)]
pub struct Measured {
    /// Findings that are kept, and found.
    pub findings: u64,
    /// Objects that are found.
    pub objects: u64,
    /// A search that had all to take in first, and wrote it down.
    pub first: Duration,
    /// The same search when nothing was left to do.
    pub again: Duration,
    /// What the index has on the disk.
    pub bytes: u64,
}

impl Measured {
    /// How long taking all in and writing it down took.
    pub fn took(&self) -> Duration {
        self.first.saturating_sub(self.again)
    }

    /// Findings a second.
    pub fn rate(&self) -> f64 {
        self.findings as f64 / self.took().as_secs_f64().max(1e-9)
    }
}

/// Scans without a node, which makes no index, and then searches.
pub fn run(subject: &Subject) -> io::Result<Measured> {
    let Subject { trawl, target, work, .. } = subject;
    std::fs::create_dir_all(work)?;
    let scan = Scan::new(trawl, target, work);
    scan.run()?;
    let (first, findings) = search(subject, &scan.data, "kind:finding")?;
    let (again, _) = search(subject, &scan.data, "kind:finding")?;
    let (_, objects) = search(subject, &scan.data, "kind:object")?;
    let (_, bytes) = extent(&scan.data.join("index"))?;
    Ok(Measured { findings, objects, first, again, bytes })
}

/// Searches; how long it took, and how many there are.
fn search(subject: &Subject, data: &Path, query: &str) -> io::Result<(Duration, u64)> {
    let mut command = behind(&subject.before, &subject.trawl);
    command.args(["search", query, "--limit", "1", "--format", "json"]).arg("--data").arg(data);
    // All of it is written, however long that takes.
    command.args(["--set", "node.stop_within=10m"]).stdin(Stdio::null());
    let began = Instant::now();
    let output = command.output()?;
    let took = began.elapsed();
    if !output.status.success() {
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        return Err(io::Error::other(format!("`trawl search` failed: {told}")));
    }
    let found: Value = serde_json::from_slice(&output.stdout)?;
    let count = found["count"].as_u64();
    let count =
        count.ok_or_else(|| io::Error::other("an answer of `trawl search` has no count"))?;
    Ok((took, count))
}
