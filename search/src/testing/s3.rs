//! A real server for tests: an S3 service, as `scripts/s3` starts it.

// This is of tests, though it stands where other test targets can reach it.
#![allow(clippy::unwrap_used, clippy::missing_panics_doc)]

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::split::{BucketOptions, Keys};

/// The only bucket of what is started.
pub const BUCKET: &str = "trawl";
/// The key that may do all.
pub const ACCESS_KEY: &str = "trawl";
/// What proves it.
pub const SECRET_KEY: &str = "trawl-secret";

/// A server that runs. It is gone when this is dropped, or soon after this process is.
pub struct Server {
    folder: PathBuf,
    /// Where it answers.
    pub address: String,
}

impl Server {
    /// Starts one in a folder of this process alone, in that which cargo has for a test.
    pub fn up(of_tests: &str, name: &str) -> Self {
        Self::begin(&["up"], of_tests, name)
    }

    /// The same, by TLS alone.
    pub fn up_by_tls(of_tests: &str, name: &str) -> Self {
        Self::begin(&["up", "--tls"], of_tests, name)
    }

    fn begin(arguments: &[&str], of_tests: &str, name: &str) -> Self {
        let folder = Path::new(of_tests).join(format!("s3-{}-{name}", std::process::id()));
        let address = run(arguments, &folder);
        Self { folder, address }
    }

    /// Kills it, holds it, lets it go on, or starts it again: what the script is told.
    pub fn tell(&self, command: &str) {
        run(&[command], &self.folder);
    }

    /// The folder in which an object lies as a file, by its key.
    pub fn objects(&self) -> PathBuf {
        self.folder.join("buckets").join(BUCKET)
    }

    /// The certificate that is believed, of one that answers by TLS.
    pub fn authority(&self) -> PathBuf {
        self.folder.join("tls/ca.pem")
    }

    /// How what lies below this prefix is reached.
    pub fn options(&self, prefix: &str) -> BucketOptions {
        BucketOptions {
            bucket: BUCKET.to_owned(),
            prefix: prefix.to_owned(),
            region: "us-east-1".to_owned(),
            endpoint: Some(self.address.clone()),
            keys: Some(Keys {
                access: ACCESS_KEY.to_owned(),
                secret: SECRET_KEY.to_owned().into(),
            }),
            tls: None,
            request_within: Duration::from_secs(10),
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        run(&["down"], &self.folder);
    }
}

fn run(arguments: &[&str], folder: &Path) -> String {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scripts/s3");
    let output = Command::new(script)
        .args(arguments)
        .arg(folder)
        .env("TRAWL_S3_PARENT", std::process::id().to_string())
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .unwrap();
    assert!(output.status.success(), "scripts/s3 {arguments:?} failed; see above why");
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}
