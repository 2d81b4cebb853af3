//! A real server for tests: Apache Cassandra, as `scripts/cassandra` starts it.

// This is of tests, though it stands where other test targets can reach it.
#![allow(clippy::unwrap_used, clippy::missing_panics_doc)]

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The only datacenter of what is started.
pub const DATACENTER: &str = "datacenter1";

/// A folder for what is started, of this process alone, in that which cargo has for a test.
pub fn folder(of_tests: &str, name: &str) -> PathBuf {
    Path::new(of_tests).join(format!("cassandra-{}-{name}", std::process::id()))
}

/// Runs the script with a folder, and answers with the lines that it prints. What is started is gone soon
/// after this process is.
pub fn run(arguments: &[&str], folder: &Path) -> Vec<String> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scripts/cassandra");
    let output = Command::new(script)
        .args(arguments)
        .arg(folder)
        .env("TRAWL_CASSANDRA_PARENT", std::process::id().to_string())
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .unwrap();
    assert!(output.status.success(), "scripts/cassandra {arguments:?} failed; see above why");
    String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
}
