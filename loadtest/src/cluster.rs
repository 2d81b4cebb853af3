//! What makes nodes a cluster: a name, an authority with a certificate for each, and a secret.

use std::fs;
use std::io;
use std::net::UdpSocket;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::node::Start;

/// Nodes that believe each other.
#[derive(Debug)]
pub struct Family {
    trawl: PathBuf,
    work: PathBuf,
    name: String,
}

impl Family {
    /// Makes the authority and the secret, in a folder that is made if it is not there.
    pub fn found(trawl: &Path, work: &Path, name: &str) -> io::Result<Self> {
        fs::create_dir_all(work)?;
        fs::write(work.join("root.key"), "0f".repeat(32))?;
        // Commands are run in that folder. One that is looked for on the path is no file here.
        let trawl = trawl.canonicalize().unwrap_or_else(|_| trawl.to_owned());
        let family = Self { trawl, work: work.to_owned(), name: name.to_owned() };
        family.run(&["cluster", "init", name])?;
        Ok(family)
    }

    /// Makes the certificate of a node.
    pub fn issue(&self, node: &str) -> io::Result<()> {
        self.run(&["cluster", "issue", node])
    }

    /// The settings that all of them share, but for where the database is and whom they dial.
    pub fn settings(&self) -> String {
        let (work, name) = (self.work.display(), &self.name);
        format!(
            "node.root_key = 'file:{work}/root.key'\nstore.kind = 'cql'\n\
             database.replication = ['datacenter1:1']\nmesh.cluster = '{name}'\n\
             mesh.authorities = '{work}/cluster-ca/ca.pem'\n"
        )
    }

    /// The arguments by which a node shows its certificate.
    pub fn member(&self, node: &str) -> Vec<String> {
        let set = |key: &str, file: String| {
            let file = self.work.join("cluster-ca").join(file);
            ["--set".to_owned(), format!("{key}={}", file.display())]
        };
        let certificate = set("mesh.certificate", format!("{node}.pem"));
        certificate.into_iter().chain(set("mesh.key", format!("{node}.key"))).collect()
    }

    /// How a node is started by this file of settings, with its data and log in a folder.
    pub fn start(&self, node: &str, port: u16, settings: &Path, place: &Path) -> Start {
        let mut arguments = vec!["--config".to_owned(), settings.display().to_string()];
        arguments.extend(["--set".to_owned(), format!("mesh.listen=127.0.0.1:{port}")]);
        arguments.extend(self.member(node));
        Start {
            trawl: self.trawl.clone(),
            before: Vec::new(),
            namespace: None,
            data: place.join(node),
            log: place.join(format!("{node}.log")),
            arguments,
        }
    }

    /// Runs a command of the binary, which must end well.
    pub fn run(&self, arguments: &[&str]) -> io::Result<()> {
        let mut command = Command::new(&self.trawl);
        command.args(arguments).current_dir(&self.work).stdin(Stdio::null());
        let output = command.output().map_err(|error| {
            io::Error::other(format!("{} could not be run: {error}", self.trawl.display()))
        })?;
        if output.status.success() {
            return Ok(());
        }
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        Err(io::Error::other(format!("`trawl {}` failed: {told}", arguments.join(" "))))
    }
}

/// Ports that are free, all of them another.
pub fn free_ports(count: usize) -> io::Result<Vec<u16>> {
    let held: Vec<UdpSocket> =
        (0..count).map(|_| UdpSocket::bind("127.0.0.1:0")).collect::<io::Result<_>>()?;
    held.iter().map(|socket| Ok(socket.local_addr()?.port())).collect()
}
