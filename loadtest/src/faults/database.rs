//! The database of a cluster under faults: Apache Cassandra, as `scripts/cassandra` starts it.

use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The script, in the tree of which this was built.
const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../scripts/cassandra");

/// A database of one node. It ends with this, or with this process.
#[derive(Debug)]
pub struct Database {
    folder: PathBuf,
    /// Where it answers, after each start.
    pub address: SocketAddr,
}

impl Database {
    /// Starts one with all that it keeps in this folder, and waits until it answers.
    pub fn start(folder: &Path) -> io::Result<Self> {
        let told = run(&["up"], folder)?;
        let address = told.lines().last().and_then(|line| line.trim().parse().ok());
        let address =
            address.ok_or_else(|| io::Error::other("`scripts/cassandra up` names no address"))?;
        Ok(Self { folder: folder.to_owned(), address })
    }

    /// Kills it.
    pub fn kill(&self) -> io::Result<()> {
        run(&["kill", "1"], &self.folder).map(drop)
    }

    /// Starts it again on what it has kept, and waits until it answers.
    pub fn start_again(&self) -> io::Result<()> {
        run(&["start", "1"], &self.folder).map(drop)
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let _ = run(&["down"], &self.folder);
    }
}

fn run(words: &[&str], folder: &Path) -> io::Result<String> {
    let mut command = Command::new(SCRIPT);
    command.args(words).arg(folder).stdin(Stdio::null());
    command.env("TRAWL_CASSANDRA_PARENT", std::process::id().to_string());
    let output = command.output().map_err(|error| {
        let what = "this needs the tree in which it was built, for the database";
        io::Error::other(format!("{SCRIPT}: {error}: {what}"))
    })?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let told = String::from_utf8_lossy(&output.stderr);
    Err(io::Error::other(format!("`scripts/cassandra {}`: {}", words.join(" "), told.trim())))
}
