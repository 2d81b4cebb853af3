//! `trawl schedule`: when scans are ordered without anybody asking. Each change is entered in the audit
//! record first.

use std::io::Write;

use serde::Serialize;
use trawl_actors::catalogue::Catalogue;
use trawl_actors::schedule::{Schedules, Times};
use trawl_model::scan::Order;
use trawl_model::schedule::Schedule as Kept;
use trawl_model::source::Source;
use trawl_model::{SourceId, Timestamp};
use trawl_storage::Db;

use super::Ended;
use crate::cli::{Global, ListFormat, Schedule};
use crate::error::{Error, exit};
use crate::output::columns::Columns;
use crate::profile::SourceRecord;
use crate::{audit, clock, start};

pub(super) fn run(global: &Global, asked: &Schedule) -> Ended {
    let config = start::configure(global.layers())?;
    let runtime = start::runtime()?;
    let (db, tenant) = (start::kept(&config.settings)?, start::tenant(&config.settings)?);
    let catalogue = Catalogue::of(&db, &tenant);
    let schedules = Schedules::of(&db, &tenant);
    let desk = Desk { db, tenant, catalogue, schedules };
    runtime.block_on(async {
        match asked {
            Schedule::Add { source, name, cron, zone, priority, full } => {
                let priority = priority.priority();
                let order = Order { priority, full: *full, ..Order::default() };
                desk.add(source, name, (cron, zone), order).await
            }
            Schedule::List { source, format } => desk.list(source.as_deref(), *format).await,
            Schedule::Remove { source, name } => desk.remove(source, name).await,
            Schedule::Next { source, name, count } => desk.next(source, name, *count).await,
        }
    })
}

struct Desk {
    db: Db,
    tenant: trawl_model::TenantId,
    catalogue: Catalogue,
    schedules: Schedules,
}

#[derive(Serialize)]
struct Record {
    source: String,
    location: String,
    name: String,
    cron: String,
    zone: String,
    priority: &'static str,
    full: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

impl Desk {
    async fn add(
        &self,
        source: &str,
        name: &str,
        (cron, zone): (&str, &str),
        order: Order,
    ) -> Ended {
        let (id, _) = self.catalogue.find(source).await?;
        // What can't be understood is refused before it is entered.
        let now = clock::now();
        let next = Times::read(cron, zone)?.next_after(now);
        let detail = format!("{name}: {cron} {zone}");
        audit::enter(
            &self.db,
            &self.tenant,
            &audit::local_user(),
            "schedule-add",
            &id.to_string(),
            &detail,
        )
        .await?;
        self.schedules.add(id, name, (cron, zone), order, now).await?;
        let next = next.map(clock::written).unwrap_or_default();
        writeln!(anstream::stdout(), "{name}: the next time is {next}")?;
        Ok(exit::DONE)
    }

    async fn list(&self, source: Option<&str>, format: ListFormat) -> Ended {
        let sources: Vec<(SourceId, Source)> = match source {
            Some(source) => vec![self.catalogue.find(source).await?],
            None => self.catalogue.list().await?,
        };
        let mut out = anstream::stdout().lock();
        let mut table = Columns::new(["SOURCE", "SCHEDULE", "TIMES", "ZONE", "NEXT", "LOCATION"]);
        for (id, source) in sources {
            for (name, schedule) in self.schedules.list(id).await? {
                let record = Record::of(id, &source, name, schedule, clock::now());
                if format == ListFormat::Jsonl {
                    let line = serde_json::to_string(&record).map_err(std::io::Error::from)?;
                    writeln!(out, "{line}")?;
                    continue;
                }
                let next = record.next.unwrap_or_default();
                let Record { source, location, name, cron, zone, .. } = record;
                table.row([source, name, cron, zone, next, location]);
            }
        }
        match format {
            ListFormat::Jsonl => {}
            ListFormat::Table if table.is_empty() => writeln!(out, "no schedules yet")?,
            ListFormat::Table => table.write(&mut out)?,
        }
        Ok(exit::DONE)
    }

    async fn remove(&self, source: &str, name: &str) -> Ended {
        let (id, _) = self.catalogue.find(source).await?;
        self.kept(id, name).await?;
        audit::enter(
            &self.db,
            &self.tenant,
            &audit::local_user(),
            "schedule-remove",
            &id.to_string(),
            name,
        )
        .await?;
        self.schedules.remove(id, name).await?;
        writeln!(anstream::stdout(), "removed: {name}")?;
        Ok(exit::DONE)
    }

    async fn next(&self, source: &str, name: &str, count: u8) -> Ended {
        let (id, _) = self.catalogue.find(source).await?;
        let times = Times::of(&self.kept(id, name).await?)?;
        let mut at = clock::now();
        let mut out = anstream::stdout().lock();
        for _ in 0..count {
            let Some(next) = times.next_after(at) else { break };
            writeln!(out, "{}", clock::written(next))?;
            at = next;
        }
        Ok(exit::DONE)
    }

    async fn kept(&self, source: SourceId, name: &str) -> Result<Kept, Error> {
        let known = self.schedules.list(source).await?;
        let kept = known.into_iter().find(|(known, _)| known == name);
        kept.map(|(_, kept)| kept).ok_or_else(|| {
            Error::Missing(format!("{name}: no such schedule; `trawl schedule list` names them"))
        })
    }
}

impl Record {
    fn of(id: SourceId, source: &Source, name: String, kept: Kept, now: Timestamp) -> Self {
        let next = Times::of(&kept).ok().and_then(|times| times.next_after(now));
        Self {
            source: id.to_string(),
            location: SourceRecord::of(id, source).location,
            name,
            cron: kept.cron,
            zone: kept.zone,
            priority: kept.order.priority.name(),
            full: kept.order.full,
            next: next.map(clock::written),
        }
    }
}
