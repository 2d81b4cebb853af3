//! Whether what is kept is sound.

use trawl_actors::Index;
use trawl_actors::range::is_shown;
use trawl_model::Timestamp;
use trawl_storage::records::{AuditKey, AuditRow, AuditRowEntry};

use super::{Answers, SearchQuery};
use crate::error::Error;
use crate::records::Check;
use crate::records::check::Standing::{Failed, Warning};
use crate::results::Objects;
use crate::{audit, clock, start};

/// A clock that is further behind what was written by it than this is said to be wrong.
const BEHIND_MICROS: i64 = 60 * 1_000_000;

/// What there is of findings and objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Sums {
    findings: u64,
    objects: u64,
}

const ROOT_KEY: &str = "root key";

/// What is done about something that could not be looked at.
fn way_out(name: &str) -> &'static str {
    match name {
        ROOT_KEY => "put back the copy that was kept apart: no backup holds it",
        // A backup holds none.
        "index" => "do what it says, and make it anew with `trawl index rebuild`",
        _ => "see the log; if the disk is sound, restore from a backup",
    }
}

/// Whether the files of the index are reached, where they lie elsewhere.
async fn check_place(index: &Index) -> Option<Check> {
    const NAME: &str = "index files";
    match index.place().await {
        Ok(place) => {
            place.map(|(place, files)| Check::ok(NAME, format!("{files} files in {place}")))
        }
        Err(error) => {
            let way_out = "do what it says; what was copied from there is searched meanwhile";
            Some(Check::not(Failed, NAME, error.to_string(), way_out))
        }
    }
}

impl Answers {
    /// Looks at the store, the root key, the clock, the audit record and the index, or says why that
    /// can't be opened. Each is looked at whatever became of the one before.
    pub(crate) async fn checks(&self, index: Result<&Index, &Error>) -> Vec<Check> {
        let of_index = match index {
            Ok(index) => self.check_index(index).await.map_err(|error| error.to_string()),
            Err(error) => Err(error.to_string()),
        };
        let looked = |looked: Result<Check, Error>| looked.map_err(|error| error.to_string());
        let all = [
            ("store", looked(self.check_store().await)),
            (ROOT_KEY, looked(self.check_root_key().await)),
            ("clock", looked(self.check_clock().await)),
            ("audit", looked(self.check_audit().await)),
            ("index", of_index),
        ];
        let failed = |name, error: String| Check::not(Failed, name, error, way_out(name));
        let mut all: Vec<Check> = all
            .into_iter()
            .map(|(name, of)| of.unwrap_or_else(|error| failed(name, error)))
            .collect();
        if let Ok(index) = index {
            all.extend(check_place(index).await);
        }
        all
    }

    async fn check_root_key(&self) -> Result<Check, Error> {
        let settings = self.settings.now();
        let opens = start::opens_keys(&settings, &self.db, self.tenant()).await?;
        let detail = if opens { "opens the keys of the tenant" } else { "made when it is needed" };
        Ok(Check::ok(ROOT_KEY, detail))
    }

    async fn check_store(&self) -> Result<Check, Error> {
        let (sources, sums) = (self.results.sources().await?.len(), self.sums().await?);
        let Sums { findings, objects } = sums;
        let detail = format!("{sources} sources, {objects} objects, {findings} findings");
        Ok(Check::ok("store", detail))
    }

    /// What the store holds of what an index shows.
    async fn sums(&self) -> Result<Sums, Error> {
        let mut sums = Sums::default();
        for origin in self.results.sources().await? {
            let mut objects = Objects::new(&self.results, origin.id, Vec::new());
            while let Some(page) = objects.next().await? {
                for held in page.iter().filter(|held| is_shown(&held.object)) {
                    sums.objects += 1;
                    sums.findings += held.object.findings;
                }
            }
        }
        Ok(sums)
    }

    async fn check_clock(&self) -> Result<Check, Error> {
        let at = audit::chain(self.tenant());
        let head = self.db.get::<AuditRow>(&at, &AuditKey::Head).await?;
        let last = match head.map(|row| row.entry) {
            Some(AuditRowEntry::Head(head)) => head.last,
            _ => 0,
        };
        let entry = self.db.get::<AuditRow>(&at, &AuditKey::Entry(last)).await?;
        let written = match entry.map(|row| row.entry) {
            Some(AuditRowEntry::Entry(_, entry)) => entry.at,
            _ => Timestamp::from_micros(i64::MIN),
        };
        let now = clock::now();
        if written.as_micros().saturating_sub(now.as_micros()) > BEHIND_MICROS {
            return Ok(Check::not(
                Failed,
                "clock",
                format!(
                    "it says {}, and the last entry of the audit record is of {}",
                    clock::written(now),
                    clock::written(written)
                ),
                "set the clock of this machine right, and keep it so by NTP",
            ));
        }
        Ok(Check::ok("clock", "not behind what was written by it"))
    }

    async fn check_audit(&self) -> Result<Check, Error> {
        let verified = self.verify_audit().await?;
        Ok(match verified.broken {
            None => Check::ok("audit", format!("{} entries follow one another", verified.entries)),
            Some(why) => {
                let way_out = "keep this data directory as it is, and find out who has changed it";
                Check::not(Failed, "audit", why, way_out)
            }
        })
    }

    /// Holds what is found against what is kept.
    async fn check_index(&self, index: &Index) -> Result<Check, Error> {
        if index.is_elsewhere() {
            return Ok(Check::ok("index", "that of the node that leads"));
        }
        let before = self.sums().await?;
        index.catch_up().await?;
        let found = Sums {
            findings: self.count(index, "kind:finding").await?,
            objects: self.count(index, "kind:object").await?,
        };
        let after = self.sums().await?;
        if before != after {
            let detail = "not held against the store, which changes meanwhile";
            return Ok(Check::not(Warning, "index", detail, "look again when no scan is at work"));
        }
        if found != after {
            let detail = format!(
                "{} findings and {} objects are found, and {} and {} are kept",
                found.findings, found.objects, after.findings, after.objects
            );
            let way_out = "make it anew with `trawl index rebuild`, and report this";
            return Ok(Check::not(Failed, "index", detail, way_out));
        }
        let Sums { findings, objects } = found;
        Ok(Check::ok("index", format!("{findings} findings and {objects} objects, as are kept")))
    }

    async fn count(&self, index: &Index, query: &str) -> Result<u64, Error> {
        let asked = SearchQuery { q: query.to_owned(), limit: Some(1), ..SearchQuery::default() };
        Ok(self.search(index, &asked).await?.count)
    }
}
