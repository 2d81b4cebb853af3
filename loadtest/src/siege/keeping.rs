//! Somebody who looks after sources, keys and schedules: adds, changes and deletes the ones, makes and
//! revokes the others.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::client::{Change, Client, Fallen};
use super::memory::{Act, Kind, NOTHING, Thing};
use super::schedules;
use crate::random::Random;

/// Folders that become sources and cease to be.
const FOLDERS: u64 = 6;
/// Schedules of the first folder that are kept while the node is up.
const SCHEDULES: u64 = 2;
/// A key lets in.
pub const GOOD: &str = "good";
/// A key lets nobody in any more.
pub const REVOKED: &str = "revoked";

/// One who keeps the lists.
#[derive(Debug)]
pub struct Keeper {
    folders: Vec<PathBuf>,
    random: Random,
    /// Names that were given so far: none is given twice.
    given: u64,
    /// Keys that let in, by name and id.
    keys: Vec<(String, String)>,
    /// The source that has schedules, which nobody deletes.
    scheduled: String,
}

/// What is said of a source, in one line.
pub fn told(source: &Value) -> String {
    let profile = &source["profile"];
    let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    format!("{} {}", word(&profile["name"]), word(&profile["labels"]["turn"]))
}

/// A source, by where it lies.
pub fn source(location: &str) -> Thing {
    Thing::new(Kind::Source, location)
}

/// A key, by its name.
pub fn key(name: &str) -> Thing {
    Thing::new(Kind::Key, name)
}

impl Keeper {
    /// One with a place for folders of his own, who keeps schedules of this source.
    pub fn new(place: &Path, scheduled: String, seed: u64) -> io::Result<Self> {
        let mut folders = Vec::new();
        for number in 0..FOLDERS {
            let folder = place.join(format!("folder-{number}"));
            fs::create_dir_all(&folder)?;
            fs::write(folder.join("note.txt"), "Nothing of note stands here.\n")?;
            folders.push(folder);
        }
        let random = Random::new(seed, 0x6b65_6570);
        Ok(Self { folders, random, given: 0, keys: Vec::new(), scheduled })
    }

    /// Changes one thing.
    pub fn turn(&mut self, client: &mut Client<'_>) -> Result<(), Fallen> {
        self.given += 1;
        match self.random.below(8) {
            0 => self.make_key(client)?,
            1 => self.revoke_key(client)?,
            2 => self.schedule(client)?,
            _ => self.source(client)?,
        }
        // These are few beside all else that is asked of a node.
        client.look_later();
        Ok(())
    }

    /// Adds a folder as a source, or changes or deletes it where it is one.
    fn source(&mut self, client: &mut Client<'_>) -> Result<(), Fallen> {
        let location = self.random.choose(&self.folders).display().to_string();
        let listed = client.get("/api/v1/sources?limit=1000")?;
        let mut sources = listed["sources"].as_array().into_iter().flatten();
        let known = sources.find(|source| source["location"] == location.as_str());
        let id = known.and_then(|source| source["id"].as_str()).unwrap_or_default();
        let path = format!("/api/v1/sources/{id}");
        let (name, turn) = (format!("source-{}", self.given), self.given.to_string());
        let profile = json!({ "name": name, "labels": { "turn": turn } });
        let value = told(&json!({ "profile": profile }));
        let thing = source(&location);
        let tag;
        let mut headers = Vec::new();
        let (method, path, body, value, act) = if id.is_empty() {
            let body = json!({ "target": location, "profile": profile });
            let act = Act::new("source-add", "", &name);
            ("POST", "/api/v1/sources", Some(body), value.as_str(), act)
        } else if self.random.chance(30) {
            ("DELETE", path.as_str(), None, NOTHING, Act::new("source-delete", id, ""))
        } else {
            tag = client.exchange("GET", &path, &[], "")?.tag;
            headers.extend(tag.as_deref().map(|tag| ("if-match", tag)));
            let act = Act::new("source-change", id, "");
            ("PUT", path.as_str(), Some(profile), value.as_str(), act)
        };
        let act = Some(act);
        client.change(&Change { method, path, headers: &headers, body, thing, value, act })?;
        Ok(())
    }

    /// Sets a schedule, or removes it where it may be there.
    fn schedule(&mut self, client: &mut Client<'_>) -> Result<(), Fallen> {
        let name = format!("kept-{}", self.random.below(SCHEDULES));
        let thing = schedules::thing(&name);
        let possible = client.square().memory.possible(&thing);
        let is_there = possible.iter().any(|said| said.value != NOTHING);
        let cron = schedules::some_night(&mut self.random);
        let path = format!("/api/v1/sources/{}/schedules/{name}", self.scheduled);
        let (method, body, value, action) = if is_there && self.random.chance(50) {
            ("DELETE", None, NOTHING, "schedule-remove")
        } else {
            ("PUT", Some(json!({ "cron": cron })), cron.as_str(), "schedule-add")
        };
        let act = Some(Act::new(action, &self.scheduled, &name));
        client.change(&Change { method, path: &path, headers: &[], body, thing, value, act })?;
        Ok(())
    }

    fn make_key(&mut self, client: &mut Client<'_>) -> Result<(), Fallen> {
        let name = format!("key-{}", self.given);
        let made = client.change(&Change {
            method: "POST",
            path: "/api/v1/keys",
            headers: &[],
            body: Some(json!({ "name": name, "can": ["read"] })),
            thing: key(&name),
            value: GOOD,
            act: Some(Act::new("key-new", "", &name)),
        })?;
        if let Some(id) = made.as_ref().and_then(|(key, _)| key["id"].as_str()) {
            self.keys.push((name, id.to_owned()));
        }
        Ok(())
    }

    fn revoke_key(&mut self, client: &mut Client<'_>) -> Result<(), Fallen> {
        if self.keys.is_empty() {
            return Ok(());
        }
        let (name, id) = self.random.choose(&self.keys).clone();
        let revoked = client.change(&Change {
            method: "DELETE",
            path: &format!("/api/v1/keys/{id}"),
            headers: &[],
            body: None,
            thing: key(&name),
            value: REVOKED,
            act: Some(Act::new("key-revoke", &id, &name)),
        })?;
        if revoked.is_some() {
            self.keys.retain(|(_, known)| *known != id);
        }
        Ok(())
    }
}
