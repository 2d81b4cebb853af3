//! Somebody who looks after one folder: it changes, is scanned again, and its scans are paused,
//! resumed and cancelled; what they have given up is tried again.

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

/// How the record tells that what was given up is tried again.
pub const RELEASE: &str = "parked-release";

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
        if self.scan.is_none() && self.random.chance(30) {
            self.release(client)?;
        }
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
        let act = Act::new("scan", &self.source, if full { "full" } else { "" });
        let (asked, ordered) = ask(client, &act, "/api/v1/scans", &order)?;
        self.begin(client, &ordered["id"], asked);
        Ok(())
    }

    /// Looks at what was given up, and has it tried again. Where there is any, a scan is ordered.
    fn release(&mut self, client: &mut Client<'_>) -> Result<(), Fallen> {
        let path = format!("/api/v1/sources/{}/parked", self.source);
        client.get(&path)?;
        let act = Act::new(RELEASE, &self.source, "");
        let (asked, released) = ask(client, &act, &format!("{path}/release"), "")?;
        self.begin(client, &released["scan"]["id"], asked);
        Ok(())
    }

    /// A scan was ordered, if the answer names one.
    fn begin(&mut self, client: &Client<'_>, scan: &Value, asked: u64) {
        if let Some(scan) = scan.as_str() {
            client.square().memory.named(thing(scan), OPEN, asked);
            self.scan = Some(scan.to_owned());
        }
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

/// Asks for something of which only the answer says which scan comes of it: one that was not answered
/// is joined by the next. Gives the moment at which it was asked for, and the answer.
fn ask(client: &mut Client<'_>, act: &Act, path: &str, body: &str) -> Result<(u64, Value), Fallen> {
    let memory = &client.square().memory;
    let asked = memory.asked(act);
    let answer = client.exchange("POST", path, &[], body)?;
    let told: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    if answer.status == 202 {
        memory.did(act);
    } else {
        client.square().fault(format!("POST {path}: {} {told}", answer.status));
    }
    Ok((asked, told))
}
