//! Somebody who looks after one folder: it changes, is scanned again, and its scans are paused,
//! resumed and cancelled.

use serde_json::{Value, json};

use super::client::{Change, Client, Fallen};
use super::memory::{Act, Kind, Thing};
use super::tree::Tree;
use crate::random::Random;

/// A scan that is to be worked at.
pub const OPEN: &str = "open";
/// One that is held.
pub const PAUSED: &str = "paused";
/// One that was ended where it was.
pub const CANCELLED: &str = "cancelled";
/// One that came to its end.
pub const OVER: &str = "over";

/// One who looks after a folder.
#[derive(Debug)]
pub struct Steward {
    /// The folder.
    pub tree: Tree,
    random: Random,
    /// The id of its source.
    source: String,
    /// The scan that was at work last.
    scan: Option<String>,
}

/// How a scan stands, in the words in which it is remembered.
pub fn standing(scan: &Value) -> &'static str {
    match scan["state"].as_str() {
        Some("queued" | "running") => OPEN,
        Some("paused") => PAUSED,
        Some("cancelled") => CANCELLED,
        _ => OVER,
    }
}

fn thing(scan: &str) -> Thing {
    Thing::new(Kind::Scan, scan)
}

impl Steward {
    /// One for a folder that is a source.
    pub fn new(tree: Tree, source: String, seed: u64) -> Self {
        Self { tree, random: Random::new(seed, 0x7374_6565), source, scan: None }
    }

    /// Changes the folder, has it scanned, and steers the scan to its end.
    pub fn turn(&mut self, client: &mut Client<'_>) -> Result<(), Fallen> {
        if self.scan.is_none() {
            self.order(client)?;
        }
        let Some(scan) = self.scan.clone() else { return Ok(()) };
        loop {
            let now = client.get(&format!("/api/v1/scans/{scan}"))?;
            match standing(&now) {
                PAUSED => self.tell(client, &scan, "resume", OPEN)?,
                OPEN if self.random.chance(4) => self.tell(client, &scan, "pause", PAUSED)?,
                OPEN if self.random.chance(1) => self.tell(client, &scan, "cancel", CANCELLED)?,
                OPEN => {}
                _ => break,
            }
            client.look_later();
        }
        self.scan = None;
        Ok(())
    }

    fn order(&mut self, client: &mut Client<'_>) -> Result<(), Fallen> {
        if let Err(error) = self.tree.change() {
            client.square().fault(format!("{}: {error}", self.tree.root().display()));
        }
        let full = self.random.chance(50);
        let order = json!({ "source": self.source, "full": full }).to_string();
        let memory = &client.square().memory;
        let act = Act::new("scan", &self.source, if full { "full" } else { "" });
        memory.asked(&act);
        // Which scan it is says only the answer: one that was not answered is joined by the next.
        let answer = client.exchange("POST", "/api/v1/scans", &[], &order)?;
        let ordered: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
        match ordered["id"].as_str().filter(|_| answer.status == 202) {
            Some(scan) => {
                memory.did(&act);
                let ticket = memory.begin(thing(scan), OPEN, None);
                memory.acknowledge(&ticket, None);
                self.scan = Some(scan.to_owned());
            }
            None => client.square().fault(format!("{order} was answered with {ordered}")),
        }
        Ok(())
    }

    fn tell(
        &mut self,
        client: &mut Client<'_>,
        scan: &str,
        word: &str,
        value: &str,
    ) -> Result<(), Fallen> {
        client.change(&Change {
            method: "POST",
            path: &format!("/api/v1/scans/{scan}/{word}"),
            headers: &[],
            body: None,
            thing: thing(scan),
            value,
            act: Some(Act::new(&format!("scan-{word}"), scan, "")),
        })?;
        Ok(())
    }
}
