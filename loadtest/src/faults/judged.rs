//! Whether a scan came to what the undisturbed one came to: the same findings, none lost and none double,
//! and the same coverage.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::Value;

use crate::compare::{self, By};
use crate::scan::Scan;
use crate::siege::walk;

use super::crew::Crew;

/// What is told of a scan that must be the same.
const LEDGERS: [&str; 8] = [
    "listed_objects",
    "listed_bytes",
    "done_objects",
    "done_bytes",
    "counts",
    "bytes",
    "items",
    "adds_up",
];

/// A page of findings comes within this, however busy the machine is.
const PAGE: Duration = Duration::from_secs(120);

/// What a scan comes to that one process makes in a data directory of its own.
#[derive(Debug)]
pub struct Undisturbed {
    findings: PathBuf,
    ledgers: Value,
    /// Objects of the corpus.
    pub objects: u64,
}

impl Undisturbed {
    /// Scans a folder, with all that is made in another.
    pub fn scan(trawl: &Path, target: &Path, work: &Path) -> io::Result<Self> {
        fs::create_dir_all(work)?;
        let scan = Scan::new(trawl, target, work);
        scan.run()?;
        let told = scan.coverage()?;
        let objects = told["listed_objects"].as_u64();
        let objects = objects.filter(|objects| *objects > 0);
        let objects = objects.ok_or_else(|| io::Error::other("nothing was scanned"))?;
        Ok(Self { findings: scan.out, ledgers: told, objects })
    }

    /// What is not the same of a scan of a cluster that has ended. Findings go to a file, and what they
    /// hold is said nowhere.
    pub fn against(&self, crew: &Crew, scan: &Value, file: &Path) -> io::Result<Vec<String>> {
        let mut faults = Vec::new();
        for ledger in LEDGERS {
            let (one, other) = (&self.ledgers[ledger], &scan[ledger]);
            if one != other {
                faults.push(format!("{ledger}: undisturbed {one}, here {other}"));
            }
        }
        let source = scan["source"].as_str().unwrap_or_default();
        // Whoever leads has it at hand, and need not fetch it over a line that may be poor.
        let asked = crew.leader().map_or_else(|| crew.asked(), Ok)?;
        let mut connection = crew.connect(asked)?;
        connection.wait_at_most(PAGE)?;
        let path = format!("/api/v1/findings?source={source}");
        let findings = walk::list(&mut connection, &path, "findings")?;
        let mut out = io::BufWriter::new(fs::File::create(file)?);
        for finding in &findings {
            writeln!(out, "{finding}")?;
        }
        out.flush()?;
        let difference = compare::files(&self.findings, file, By::Place)?;
        if !difference.is_none() {
            faults.push(format!(
                "findings: {} undisturbed, {} here; {} lost, {} gained, {} double \
                 (`trawl-loadtest compare --by-place {} {}` names them)",
                difference.first,
                difference.second,
                difference.lost.len(),
                difference.gained.len(),
                difference.double.len(),
                self.findings.display(),
                file.display()
            ));
        }
        Ok(faults)
    }
}
