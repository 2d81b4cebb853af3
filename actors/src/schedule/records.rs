//! The schedules of sources, as they are kept: rows of the source that they belong to.

use trawl_model::scan::Order;
use trawl_model::schedule::Schedule;
use trawl_model::{SourceId, TenantId, Timestamp};
use trawl_storage::Db;
use trawl_storage::records::source::{SourceEntry, SourceKey, SourceRow};

use super::Times;
use crate::director::record;
use crate::error::Error;

/// Schedules of one source.
const MOST: usize = 64;
/// The longest name, in characters.
const NAME_CHARS: usize = 64;

/// The schedules of a tenant's sources.
#[derive(Debug, Clone)]
pub struct Schedules {
    db: Db,
    tenant: TenantId,
}

impl Schedules {
    /// Those of a tenant.
    pub fn of(db: &Db, tenant: &TenantId) -> Self {
        Self { db: db.clone(), tenant: tenant.clone() }
    }

    /// Adds a schedule to a source, or puts it in the place of the one of this name. Times before now
    /// are none of its.
    pub async fn add(
        &self,
        source: SourceId,
        name: &str,
        (cron, zone): (&str, &str),
        order: Order,
        now: Timestamp,
    ) -> Result<Schedule, Error> {
        check(name, cron, zone)?;
        self.has_room(source, name).await?;
        let (cron, zone) = (cron.to_owned(), zone.to_owned());
        let schedule = Schedule { cron, zone, order, settled: now };
        let at = record::source_at(&self.tenant, source);
        record::change_source(&self.db, &at, |head| {
            if head.deleted {
                return Err(Error::Deleted(source));
            }
            Ok((head, vec![SourceEntry::Schedule(name.to_owned(), schedule.clone())]))
        })
        .await?;
        Ok(schedule)
    }

    /// Whether a source may have a schedule of this name beside those that it has.
    pub async fn has_room(&self, source: SourceId, name: &str) -> Result<(), Error> {
        let known = self.list(source).await?;
        if known.len() >= MOST && !known.iter().any(|(known, _)| known == name) {
            return Err(Error::Schedule(format!("a source has at most {MOST} schedules")));
        }
        Ok(())
    }

    /// Removes a schedule; says whether there was one of this name.
    pub async fn remove(&self, source: SourceId, name: &str) -> Result<bool, Error> {
        if !self.list(source).await?.iter().any(|(known, _)| known == name) {
            return Ok(false);
        }
        let at = record::source_at(&self.tenant, source);
        record::strike_from_source(&self.db, &at, SourceKey::Schedule(name.to_owned())).await?;
        Ok(true)
    }

    /// The schedules of a source, by name.
    pub async fn list(&self, source: SourceId) -> Result<Vec<(String, Schedule)>, Error> {
        let at = record::source_at(&self.tenant, source);
        let rows = self.db.collect::<SourceRow>(&at, SourceKey::schedules(), MOST).await?;
        Ok(rows
            .into_iter()
            .filter_map(|row| match row.entry {
                SourceEntry::Schedule(name, schedule) => Some((name, schedule)),
                _ => None,
            })
            .collect())
    }
}

/// Whether name and times are what they must be.
pub fn check(name: &str, cron: &str, zone: &str) -> Result<(), Error> {
    let fits = (1..=NAME_CHARS).contains(&name.chars().count());
    let plain = name.chars().all(|c| c.is_alphanumeric() || "-_.".contains(c));
    // What is only dots is no name in a path.
    if !fits || !plain || !name.chars().any(char::is_alphanumeric) {
        let what = "a schedule's name has 1 to 64 letters, digits, dots, - and _, and at least one \
                    letter or digit, such as nightly";
        return Err(Error::Schedule(what.to_owned()));
    }
    Times::read(cron, zone).map(|_| ())
}
