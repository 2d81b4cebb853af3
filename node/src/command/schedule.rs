//! `trawl schedule`: when scans are ordered without anybody asking.

use std::io::Write;

use super::Ended;
use crate::access::Access;
use crate::cli::{Global, ListFormat, Schedule};
use crate::error::exit;
use crate::output::columns::Columns;
use crate::records::Timing;
use crate::start;

pub(super) fn run(global: &Global, asked: &Schedule) -> Ended {
    let config = start::configure(global.layers())?;
    let runtime = start::runtime()?;
    runtime.block_on(async {
        let access = Access::to_results(config.settings).await?;
        match asked {
            Schedule::Add { source, name, cron, zone, priority, full } => {
                let (cron, zone) = (cron.clone(), zone.clone());
                let timing = Timing { cron, zone, priority: priority.priority(), full: *full };
                add(&access, source, name, &timing).await
            }
            Schedule::List { source, format } => list(&access, source.as_deref(), *format).await,
            Schedule::Remove { source, name } => remove(&access, source, name).await,
            Schedule::Next { source, name, count } => next(&access, source, name, *count).await,
        }
    })
}

async fn add(access: &Access, source: &str, name: &str, timing: &Timing) -> Ended {
    let source = access.find_source(source).await?;
    let next = access.schedule(&source, name, timing).await?.next.unwrap_or_default();
    writeln!(anstream::stdout(), "{name}: the next time is {next}")?;
    Ok(exit::DONE)
}

async fn list(access: &Access, source: Option<&str>, format: ListFormat) -> Ended {
    let schedules = access.schedules(source).await?;
    let mut out = anstream::stdout().lock();
    if format == ListFormat::Jsonl {
        for schedule in &schedules {
            writeln!(out, "{}", serde_json::to_string(schedule).map_err(std::io::Error::from)?)?;
        }
        return Ok(exit::DONE);
    }
    let mut table = Columns::new(["SOURCE", "SCHEDULE", "TIMES", "ZONE", "NEXT", "LOCATION"]);
    for of in schedules {
        let next = of.next.unwrap_or_default();
        table.row([of.source, of.name, of.cron, of.zone, next, of.location]);
    }
    match table.is_empty() {
        true => writeln!(out, "no schedules yet")?,
        false => table.write(&mut out)?,
    }
    Ok(exit::DONE)
}

async fn remove(access: &Access, source: &str, name: &str) -> Ended {
    let source = access.find_source(source).await?;
    access.unschedule(&source, name).await?;
    writeln!(anstream::stdout(), "removed: {name}")?;
    Ok(exit::DONE)
}

async fn next(access: &Access, source: &str, name: &str, count: u8) -> Ended {
    let source = access.find_source(source).await?;
    let mut out = anstream::stdout().lock();
    for time in access.times(&source, name, count).await?.times {
        writeln!(out, "{time}")?;
    }
    Ok(exit::DONE)
}
