//! `trawl coverage`: what was read, and what was not and why.

use std::io::{BufWriter, Write};
use std::sync::Arc;

use serde::Serialize;
use trawl_model::scan::Scan;
use trawl_model::{Class, Item, ScanId};

use super::Ended;
use crate::cli::{Coverage, CoverageFormat, Global};
use crate::error::{Error, exit};
use crate::output::ledger;
use crate::output::record::{LedgerRecord, ScanRecord};
use crate::results::{Held, Objects, Origin, Results};
use crate::start;
use crate::terminal::{self, DIM, HEADING};

/// So many objects that were not read are named in a table.
const SHOWN: u64 = 100;

pub(super) fn run(global: &Global, asked: &Coverage) -> Ended {
    let config = start::configure(global.layers())?;
    let runtime = start::runtime()?;
    let (_db, results) = start::results(&config.settings)?;
    runtime.block_on(async {
        let scans = chosen(&results, asked.scan.as_deref()).await?;
        let mut out = BufWriter::new(anstream::stdout());
        if asked.format == CoverageFormat::Json {
            document(&mut out, &results, &scans).await?;
            out.flush()?;
            return Ok(exit::DONE);
        }
        if scans.is_empty() {
            writeln!(out, "no scans yet")?;
        }
        for (i, (origin, scan)) in scans.iter().enumerate() {
            match asked.format {
                CoverageFormat::Jsonl => lines(&mut out, &results, origin, scan).await?,
                _ => {
                    if i > 0 {
                        writeln!(out)?;
                    }
                    table(&mut out, &results, origin, scan).await?;
                }
            }
        }
        out.flush()?;
        Ok(exit::DONE)
    })
}

/// The scan of this id, or the last of each source.
async fn chosen(results: &Results, id: Option<&str>) -> Result<Vec<(Arc<Origin>, Scan)>, Error> {
    let Some(id) = id else {
        let mut scans = Vec::new();
        for origin in results.sources().await? {
            let last = origin.source.running.or(origin.source.finished);
            if let Some(last) = last
                && let Some(scan) = results.scan(last.scan).await?
            {
                scans.push((origin, scan));
            }
        }
        return Ok(scans);
    };
    let scan: ScanId = id.parse().map_err(|error| Error::Usage(format!("{id}: {error}")))?;
    let missing =
        || Error::Missing(format!("{id}: no such scan; `trawl scans` lists those that there are"));
    let scan = results.scan(scan).await?.ok_or_else(missing)?;
    let origin = results.source(scan.source).await?.ok_or_else(missing)?;
    Ok(vec![(origin, scan)])
}

/// Something that was not read, or not whole.
#[derive(Serialize)]
struct Unread<'a> {
    scan: String,
    source: String,
    object: String,
    class: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
    bytes: u64,
    #[serde(skip_serializing_if = "is_zero")]
    members: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'a str>,
}

impl<'a> Unread<'a> {
    fn of(origin: &Origin, scan: &Scan, held: &'a Held, class: Class) -> Self {
        let coverage = &held.object.coverage;
        Self {
            scan: scan.id.to_string(),
            source: origin.id.to_string(),
            object: held.key.revealed(),
            class: class.name(),
            reason: class.reason().map(trawl_model::Reason::name),
            bytes: coverage.bytes_of(class),
            members: coverage.items_of(Item::Member, class),
            error: held.object.error.as_deref(),
        }
    }
}

/// `{"coverage": {…}, "scans": […], "unread": […]}`.
async fn document(
    out: &mut impl Write,
    results: &Results,
    scans: &[(Arc<Origin>, Scan)],
) -> Result<(), Error> {
    let mut sum = trawl_model::Coverage::new();
    scans.iter().for_each(|(_, scan)| sum += &scan.coverage);
    let sum = json(&LedgerRecord::of(&sum))?;
    let records: Vec<ScanRecord> =
        scans.iter().map(|(origin, scan)| ScanRecord::of(&origin.location(), scan)).collect();
    write!(out, "{{\"coverage\":{sum},\"scans\":{},\"unread\":[", json(&records)?)?;
    let mut first = true;
    for (origin, scan) in scans {
        each_unread(results, origin, scan, &mut |held, class| {
            let comma = if std::mem::take(&mut first) { "" } else { "," };
            Ok(write!(out, "{comma}\n{}", json(&Unread::of(origin, scan, held, class))?)?)
        })
        .await?;
    }
    Ok(writeln!(out, "\n]}}")?)
}

fn json(value: &impl Serialize) -> std::io::Result<String> {
    Ok(serde_json::to_string(value)?)
}

fn is_zero(count: &u64) -> bool {
    *count == 0
}

async fn lines(
    out: &mut impl Write,
    results: &Results,
    origin: &Origin,
    scan: &Scan,
) -> Result<(), Error> {
    let record = ScanRecord::of(&origin.location(), scan);
    writeln!(out, "{}", json(&record)?)?;
    each_unread(results, origin, scan, &mut |held, class| {
        Ok(writeln!(out, "{}", json(&Unread::of(origin, scan, held, class))?)?)
    })
    .await
}

async fn table(
    out: &mut impl Write,
    results: &Results,
    origin: &Origin,
    scan: &Scan,
) -> Result<(), Error> {
    ledger::write(out, &origin.location(), scan)?;
    let mut count = 0;
    each_unread(results, origin, scan, &mut |held, class| {
        count += 1;
        if count == 1 {
            writeln!(out, "\n{HEADING}not read, or not whole:{HEADING:#}")?;
        }
        if count > SHOWN {
            return Ok(());
        }
        let why = match class.reason() {
            Some(reason) => format!("{} {reason}", class.name()),
            None => class.name().to_owned(),
        };
        let object = terminal::safe(&held.key.revealed()).into_owned();
        let object = terminal::fitted(&object, terminal::columns().saturating_sub(28)).into_owned();
        writeln!(out, "  {} {object}", terminal::padded(&why, 26))?;
        if let Some(error) = &held.object.error {
            writeln!(out, "  {} {DIM}{}{DIM:#}", terminal::padded("", 26), terminal::safe(error))?;
        }
        Ok(())
    })
    .await?;
    if count > SHOWN {
        let count = terminal::number(count);
        writeln!(out, "{DIM}the first {SHOWN} of {count}; see all with --format jsonl{DIM:#}")?;
    }
    Ok(())
}

/// The rows of objects tell of their last reading alone; so of an older scan there is no list.
async fn each_unread(
    results: &Results,
    origin: &Origin,
    scan: &Scan,
    each: &mut dyn FnMut(&Held, Class) -> Result<(), Error>,
) -> Result<(), Error> {
    if scan.number != origin.source.last_scan {
        return Ok(());
    }
    let mut objects = Objects::new(results, origin.id, Vec::new());
    while let Some(page) = objects.next().await? {
        for held in page.iter().filter(|held| held.object.vanished.is_none()) {
            let coverage = &held.object.coverage;
            let mut classes: Vec<Class> = coverage
                .bytes()
                .map(|(class, _)| class)
                .chain(coverage.items().map(|(_, class, _)| class))
                .filter(|class| class.reason().is_some() || *class == Class::Pending)
                .collect();
            classes.sort_unstable();
            classes.dedup();
            for class in classes {
                each(held, class)?;
            }
        }
    }
    Ok(())
}
